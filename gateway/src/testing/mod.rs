//! What tests stand on: a fresh database on every engine that this machine has. Not part of the product's interface.

mod postgres;

use std::future::Future;
use std::sync::OnceLock;

use crate::store::Db;

/// Whether the environment makes a dependency of the tests compulsory (`NARU_TEST_REQUIRE=postgres,chromium`).
pub fn required(name: &str) -> bool {
    std::env::var("NARU_TEST_REQUIRE").is_ok_and(|list| list.split(',').any(|item| item.trim() == name))
}

/// A database for one test; its files go with it.
pub struct TestDb {
    /// The database, with the newest schema.
    pub db: Db,
    /// Its address, for a second process.
    pub url: String,
    _folder: Option<tempfile::TempDir>,
}

/// A fresh SQLite database.
pub async fn sqlite() -> TestDb {
    let folder = tempfile::tempdir().expect("the system has a temporary folder");
    let url = Db::sqlite_url(folder.path());
    let db = Db::open(&url).await.expect("a fresh database opens");
    TestDb { db, url, _folder: Some(folder) }
}

/// A fresh `PostgreSQL` database in a throw-away cluster; `None` where the server's programs are not installed, unless
/// `NARU_TEST_REQUIRE` names `postgres`.
pub async fn postgres() -> Option<TestDb> {
    of_cluster(postgres::cluster(postgres::Durability::Lost)?).await
}

/// The same in a cluster whose commits are on the disk, as those of a real server: for measuring.
pub async fn durable_postgres() -> Option<TestDb> {
    of_cluster(postgres::cluster(postgres::Durability::Kept)?).await
}

async fn of_cluster(cluster: &postgres::Cluster) -> Option<TestDb> {
    let url = cluster.create_database().await;
    let db = Db::open(&url).await.expect("a fresh database opens");
    Some(TestDb { db, url, _folder: None })
}

/// The one number that a query returns.
pub async fn number(db: &Db, sql: &'static str) -> i64 {
    let number = match db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await,
        Db::Postgres { pool } => sqlx::query_scalar(sql).fetch_one(pool).await,
    };
    number.expect("a benchmark's query fits the schema")
}

/// Runs a test's body on every engine that this machine has.
pub fn on_every_engine<F, Fut>(body: F)
where
    F: Fn(TestDb) -> Fut,
    Fut: Future<Output = ()>,
{
    runtime().block_on(async {
        body(sqlite().await).await;
        if let Some(db) = postgres().await {
            body(db).await;
        }
    });
}

/// One runtime for all tests of a process, so that pools outlive the test that opened them.
pub fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime starts")
    })
}

/// A gateway over a fresh database, with no worker started and a clock that stands until it is moved.
pub async fn app(
    test: &TestDb,
    platforms: &'static [&'static naru_core::adapter::Platform],
) -> crate::app::App {
    app_at(test, platforms, crate::clock::Clock::manual(naru_core::time::Millis(1_794_981_600_000))).await
}

/// The same with a clock of the test's choice.
pub async fn app_at(
    test: &TestDb,
    platforms: &'static [&'static naru_core::adapter::Platform],
    clock: crate::clock::Clock,
) -> crate::app::App {
    let folder = tempfile::tempdir().expect("the system has a temporary folder").keep();
    let data_dir = folder.display().to_string();
    let config = config(&[
        ("database.url", &test.url),
        ("data_dir", &data_dir),
        ("egress.allow_private_network", "true"),
    ]);
    crate::run::open(&config, platforms, clock).await.expect("a gateway opens over a fresh database")
}

/// A second process over the same database and files, as after a crash of the first.
pub async fn app_again(first: &crate::app::App) -> crate::app::App {
    let platforms = first.platforms;
    crate::run::open(&first.config, platforms, first.clock.clone()).await.expect("the database opens again")
}

/// The default configuration with some keys set.
pub fn config(keys: &[(&'static str, &str)]) -> crate::config::Config {
    let flags =
        keys.iter().map(|(key, value)| crate::config::Flag { name: "test", key, value: (*value).to_owned() });
    crate::config::load(&crate::config::Sources { flags: flags.collect(), ..Default::default() })
        .expect("the test's configuration is valid")
        .config
}
