//! A throw-away `PostgreSQL` cluster, one per test process, gone when the process is.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// A running cluster.
pub(super) struct Cluster {
    socket: PathBuf,
    // Its standard input is the cluster's life: when this process ends, the pipe closes and the server stops.
    _keeper: Child,
}

/// Whether a commit of the cluster outlives a power failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// It does: what is measured is what a real server does.
    Kept,
    /// It does not: tests are faster so.
    Lost,
}

/// The cluster of this process of that durability, started at the first call.
pub(super) fn cluster(durability: Durability) -> Option<&'static Cluster> {
    static CLUSTERS: [OnceLock<Option<Cluster>>; 2] = [const { OnceLock::new() }; 2];
    CLUSTERS[durability as usize]
        .get_or_init(|| {
            let cluster = programs().map(|programs| start(&programs, durability));
            assert!(
                cluster.is_some() || !super::required("postgres"),
                "NARU_TEST_REQUIRE names postgres, but initdb is neither in PATH nor in /usr/lib/postgresql/*/bin"
            );
            cluster
        })
        .as_ref()
}

impl Cluster {
    fn url(&self, database: &str) -> String {
        format!("postgres:///{database}?host={}&user=naru", self.socket.display())
    }

    pub(super) async fn create_database(&self) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let name = format!("naru_{}", NUMBER.fetch_add(1, Ordering::SeqCst));
        let mut connection = self.connect().await;
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&mut connection)
            .await
            .expect("the cluster's owner may create databases");
        self.url(&name)
    }

    async fn connect(&self) -> PgConnection {
        let mut last = None;
        for _ in 0..300 {
            match PgConnection::connect(&self.url("postgres")).await {
                Ok(connection) => return connection,
                Err(error) => last = Some(error),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the throw-away cluster did not start within 15 s: {last:?}");
    }
}

fn programs() -> Option<PathBuf> {
    let packaged = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = packaged.map(|entry| entry.path().join("bin")).collect();
    folders.sort();
    folders.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    folders.into_iter().find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

/// `PostgreSQL` refuses to run as root, so root hands the work to somebody without rights.
fn as_owner(program: &Path, folder: &Path) -> Command {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0\n"));
    if !is_root {
        return Command::new(program);
    }
    let owned = Command::new("chown").arg("nobody").arg(folder).status().is_ok_and(|status| status.success());
    assert!(owned, "root can hand a folder to nobody");
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--clear-groups", "--"]).arg(program);
    command
}

fn start(programs: &Path, durability: Durability) -> Cluster {
    let folder = tempfile::tempdir().expect("the system has a temporary folder").keep();
    let data = folder.join("data");
    let made = as_owner(&programs.join("initdb"), &folder)
        .args(["--auth=trust", "--username=naru", "--encoding=UTF8", "--no-locale", "--no-sync", "-D"])
        .arg(&data)
        .output()
        .expect("initdb runs");
    assert!(made.status.success(), "initdb failed: {}", String::from_utf8_lossy(&made.stderr));
    let script = "trap '' INT; \"$0\" -D \"$1\" -k \"$2\" -c listen_addresses= -c fsync=\"$3\" -c max_connections=200 \
                  -c client_min_messages=error >\"$2/log\" 2>&1 & server=$!; cat >/dev/null; kill -QUIT $server; \
                  wait $server; rm -rf \"$2\"";
    let keeper = as_owner(Path::new("sh"), &folder)
        .args(["-c", script])
        .arg(programs.join("postgres"))
        .arg(&data)
        .arg(&folder)
        .arg(if durability == Durability::Kept { "on" } else { "off" })
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell runs");
    Cluster { socket: folder, _keeper: keeper }
}
