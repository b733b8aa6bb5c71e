//! Moves what was committed from SQLite's write-ahead log into the database file, beside the commits.
//!
//! A PASSIVE checkpoint waits for nobody, but while commits keep coming it never reaches the log's end, so the log
//! would grow for ever. Past a size the writer itself therefore moves the rest between two commits and begins the log
//! anew. It does not wait for readers: while one is in the way, it is tried again a moment later.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::mpsc;
use tracing::warn;

use super::Db;

/// How long lies between two checkpoints while there are commits.
const PAUSE: Duration = Duration::from_millis(500);
/// Past so many pages (of 4 KiB) the log begins anew; its file keeps its size, which makes writing it cheaper.
const RESTART: i64 = 4_096;
/// Past so many pages its file is cut as well.
const TRUNCATE: i64 = 16_384;

/// The writer's side: tells of commits, and learns when the log is too long.
pub(super) struct Checkpoints {
    write: SqlitePool,
    committed: mpsc::Sender<()>,
    length: Arc<AtomicI64>,
}

impl Checkpoints {
    /// Starts the task; it ends with the value returned. PostgreSQL looks after its log itself.
    pub(super) fn start(db: &Db) -> Option<Self> {
        let Db::Sqlite { write, read } = db else { return None };
        let (committed, commits) = mpsc::channel(1);
        let length = Arc::new(AtomicI64::new(0));
        tokio::spawn(follow(read.clone(), commits, Arc::clone(&length)));
        Some(Self { write: write.clone(), committed, length })
    }

    /// To be called after each commit: begins the log anew where it is too long.
    pub(super) async fn committed(&self) {
        // A full channel: the task knows of a commit already.
        let _ = self.committed.try_send(());
        let length = self.length.swap(0, Ordering::Relaxed);
        if length <= RESTART {
            return;
        }
        let mode = if length > TRUNCATE {
            "PRAGMA wal_checkpoint(TRUNCATE)"
        } else {
            "PRAGMA wal_checkpoint(RESTART)"
        };
        if let Err(error) = begin_anew(&self.write, mode).await {
            warn!(%error, "the write-ahead log could not begin anew");
        }
    }
}

async fn begin_anew(pool: &SqlitePool, mode: &'static str) -> sqlx::Result<()> {
    let mut connection = pool.acquire().await?;
    let connection: &mut SqliteConnection = &mut connection;
    sqlx::query("PRAGMA busy_timeout = 0").execute(&mut *connection).await?;
    let done = sqlx::query(mode).execute(&mut *connection).await;
    sqlx::query("PRAGMA busy_timeout = 10000").execute(&mut *connection).await?;
    done.map(drop)
}

async fn follow(read: SqlitePool, mut commits: mpsc::Receiver<()>, length: Arc<AtomicI64>) {
    while commits.recv().await.is_some() {
        tokio::time::sleep(PAUSE).await;
        let (_busy, pages, _moved): (i64, i64, i64) =
            match sqlx::query_as("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(&read).await {
                Ok(told) => told,
                Err(sqlx::Error::PoolClosed) => return,
                Err(error) => {
                    warn!(%error, "a checkpoint failed");
                    continue;
                }
            };
        length.store(pages, Ordering::Relaxed);
    }
}
