//! The load: so many connections, each of which sends its next signed webhook once the last is acknowledged, or, where
//! the whole crossing is measured, once the reply to it has reached the platform.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use naru_gateway::clock::Clock;
use sha2::Sha256;
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::bare::SECRET;
use crate::line::FakeLine;
use crate::machine::{self, Usage};

/// A webhook's size in bytes: the one of LINE's own example of a text message.
const BODY: usize = 610;
/// How many customers write.
const CUSTOMERS: u64 = 1024;
/// How long a reply may take before the run is called broken.
const PATIENCE: Duration = Duration::from_secs(30);

const WARMING: u8 = 0;
const MEASURING: u8 = 1;
const ENDING: u8 = 2;

/// Who sends, and for how long.
#[derive(Clone, Copy)]
pub(crate) struct Window {
    pub(crate) connections: usize,
    pub(crate) warm_up: Duration,
    pub(crate) length: Duration,
}

/// What was measured.
pub(crate) struct Measured {
    /// Of every webhook that ended inside the window, in microseconds, ascending.
    pub(crate) latencies: Vec<u32>,
    /// Since the first webhook of all: how many were sent, and how many acknowledged.
    pub(crate) sent: u64,
    pub(crate) acknowledged: u64,
    /// Replies that never reached the platform.
    pub(crate) unanswered: u64,
    pub(crate) seconds: f64,
    pub(crate) usage: Usage,
}

/// What one connection has to tell.
#[derive(Default)]
struct Told {
    latencies: Vec<u32>,
    sent: u64,
    acknowledged: u64,
    unanswered: u64,
}

/// Drives webhooks through the window. With `line`, each connection waits for the reply as well.
pub(crate) async fn drive(
    address: SocketAddr,
    path: &str,
    window: Window,
    line: Option<Arc<FakeLine>>,
) -> Measured {
    let phase = Arc::new(AtomicU8::new(WARMING));
    let connections: Vec<_> = (0..window.connections)
        .map(|_| {
            let (path, phase, line) = (path.to_owned(), Arc::clone(&phase), line.clone());
            tokio::spawn(async move { one(address, &path, &phase, line).await })
        })
        .collect();
    tokio::time::sleep(window.warm_up).await;
    let (before, started) = (machine::usage(), Instant::now());
    phase.store(MEASURING, Ordering::SeqCst);
    tokio::time::sleep(window.length).await;
    phase.store(ENDING, Ordering::SeqCst);
    let (after, seconds) = (machine::usage(), started.elapsed().as_secs_f64());
    let mut all = Told::default();
    for connection in connections {
        let told = connection.await.expect("a connection does not panic");
        all.latencies.extend(told.latencies);
        all.sent += told.sent;
        all.acknowledged += told.acknowledged;
        all.unanswered += told.unanswered;
    }
    all.latencies.sort_unstable();
    Measured {
        latencies: all.latencies,
        sent: all.sent,
        acknowledged: all.acknowledged,
        unanswered: all.unanswered,
        seconds,
        usage: after.since(&before),
    }
}

async fn one(address: SocketAddr, path: &str, phase: &AtomicU8, line: Option<Arc<FakeLine>>) -> Told {
    let mut connection = Connection::open(address).await;
    let mut told = Told::default();
    while phase.load(Ordering::Relaxed) != ENDING {
        let serial = next_serial();
        let body = webhook(serial, serial % CUSTOMERS);
        let reply = line.as_ref().map(|line| line.expect(serial));
        let started = Instant::now();
        told.sent += 1;
        if connection.post(path, body).await != StatusCode::OK {
            continue;
        }
        told.acknowledged += 1;
        if let Some(reply) = reply
            && !matches!(tokio::time::timeout(PATIENCE, reply).await, Ok(Ok(())))
        {
            told.unanswered += 1;
            continue;
        }
        if phase.load(Ordering::Relaxed) == MEASURING {
            told.latencies.push(u32::try_from(started.elapsed().as_micros()).unwrap_or(u32::MAX));
        }
    }
    told
}

/// A connection that is kept.
pub(crate) struct Connection(SendRequest<Full<Bytes>>);

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        stream.set_nodelay(true).expect("a connected socket takes options");
        let (sender, connection) = handshake(TokioIo::new(stream)).await.expect("HTTP/1 needs no greeting");
        tokio::spawn(connection);
        Self(sender)
    }

    /// Posts a signed webhook.
    pub(crate) async fn post(&mut self, path: &str, body: String) -> StatusCode {
        let request = Request::post(path)
            .header("host", "127.0.0.1")
            .header("content-type", "application/json; charset=utf-8")
            .header("user-agent", "LineBotWebhook/2.0")
            .header("x-line-signature", sign(&body))
            .body(Full::new(Bytes::from(body)))
            .expect("a request of fixed parts is well-formed");
        self.send(request).await
    }

    /// Sends a request and reads its answer to the end.
    pub(crate) async fn send(&mut self, request: Request<Full<Bytes>>) -> StatusCode {
        self.0.ready().await.expect("the server keeps its connections");
        let answer = self.0.send_request(request).await.expect("the server answers");
        let status = answer.status();
        answer.into_body().collect().await.expect("an answer has an end");
        status
    }
}

/// The number of the next webhook of this process, from 1.
pub(crate) fn next_serial() -> u64 {
    static SERIAL: AtomicU64 = AtomicU64::new(1);
    SERIAL.fetch_add(1, Ordering::Relaxed)
}

/// A text message of a customer, with its own ids, of [`BODY`] bytes. Signing it costs the load under 1 µs.
pub(crate) fn webhook(serial: u64, customer: u64) -> String {
    let now = Clock::system().now().0;
    let head = format!(
        "{{\"destination\":\"U8e742f61d673b39c7fff3cecb7536ef0\",\"events\":[{{\"type\":\"message\",\"mode\":\"active\",\
         \"timestamp\":{now:013},\"webhookEventId\":\"01K{now:013}{serial:010}\",\
         \"deliveryContext\":{{\"isRedelivery\":false}},\"source\":{{\"type\":\"user\",\"userId\":\"U{customer:032x}\"}},\
         \"replyToken\":\"{serial:032x}\",\"message\":{{\"id\":\"{:018}\",\"type\":\"text\",\
         \"quoteToken\":\"{serial:064x}\",\"text\":\"n{serial:012} ",
        580_000_000_000_000_000_u64 + serial
    );
    let tail = "\"}}]}";
    let fill = BODY.saturating_sub(head.len() + tail.len());
    format!("{head}{}{tail}", "x".repeat(fill))
}

fn sign(body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}
