//! The finished program: how soon it answers, and how much memory it holds while nothing happens.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use naru_gateway::clock::Clock;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

use crate::machine;

/// How long the program may take to answer at all.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long nothing happens before the memory is read.
const IDLE: Duration = Duration::from_secs(3);
/// How often each start is measured; the middle one counts.
const STARTS: usize = 5;

/// Measures `naru serve` and says what was found.
pub(crate) fn measure(load: &Runtime) {
    let folder = tempfile::tempdir().expect("the system has a temporary folder");
    let first = start(folder.path(), load, Duration::ZERO).0;
    let mut again: Vec<Duration> =
        (0..STARTS).map(|_| start(folder.path(), load, Duration::ZERO).0).collect();
    again.sort_unstable();
    let (_, memory) = start(folder.path(), load, IDLE);
    println!(
        "naru serve: first answer after {:.0?} on an empty folder, {:.0?} at later starts (worst {:.0?}); idle memory {} MB",
        first,
        again[STARTS / 2],
        again[STARTS - 1],
        memory / 1024,
    );
}

/// Starts the program and ends it again: when its first answer came, and its memory after a rest.
fn start(folder: &Path, load: &Runtime, rest: Duration) -> (Duration, u64) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
    let address = port.expect("loopback has a free port");
    let begun = Clock::system().instant();
    let child = Command::new(env!("CARGO_BIN_EXE_naru"))
        .args(["serve", "--listen", &address.to_string(), "--data"])
        .arg(folder.join("data"))
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let running = Running(child.expect("the program runs"));
    while !load.block_on(answers(&address.to_string())) {
        assert!(begun.elapsed() < PATIENCE, "naru serve did not answer within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(1));
    }
    let took = begun.elapsed();
    std::thread::sleep(rest);
    (took, machine::resident(&running.0.id().to_string()))
}

async fn answers(address: &str) -> bool {
    let Ok(stream) = TcpStream::connect(address).await else { return false };
    let Ok((mut sender, connection)) = handshake(TokioIo::new(stream)).await else { return false };
    tokio::spawn(connection);
    let request = Request::get("/healthz").header("host", address).body(Empty::<Bytes>::new());
    let request = request.expect("a request of fixed parts is well-formed");
    let Ok(answer) = sender.send_request(request).await else { return false };
    answer.status() == StatusCode::OK && answer.into_body().collect().await.is_ok()
}

/// Ends with the measurement.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
