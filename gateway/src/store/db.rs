//! The two engines behind one address.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use super::error::{Result, StoreError};
use super::tx::{Engine, Tx};

/// How long a connection waits for another's lock before it gives up.
const BUSY: Duration = Duration::from_secs(10);

/// Readers beside the one writer; one of them makes checkpoints now and then.
const READERS: u32 = 5;

/// A database: one connection that writes, several that read.
#[derive(Clone)]
pub enum Db {
    /// One file, one writer.
    Sqlite {
        /// The one connection that writes.
        write: SqlitePool,
        /// Connections that read.
        read: SqlitePool,
    },
    /// A server that several nodes share.
    Postgres {
        /// Connections for everything.
        pool: PgPool,
    },
}

impl Db {
    /// Opens the database at `sqlite:PATH` or `postgres://...` and brings its schema up to date.
    pub async fn open(url: &str) -> Result<Self> {
        let db = Self::connect(url).await?;
        super::migrations::up(&db).await?;
        Ok(db)
    }

    /// Opens the database without looking at its schema.
    pub async fn connect(url: &str) -> Result<Self> {
        if url.starts_with("sqlite:") {
            Self::sqlite(url).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url)?.application_name("naru");
            let pool = PgPoolOptions::new().max_connections(8).connect_with(options).await?;
            Ok(Self::Postgres { pool })
        } else {
            let scheme = url.split(':').next().unwrap_or_default();
            Err(StoreError::Url(format!("{scheme}:...")))
        }
    }

    /// The address of the SQLite file in a data folder.
    pub fn sqlite_url(data_dir: &Path) -> String {
        format!("sqlite:{}", data_dir.join("naru.db").display())
    }

    async fn sqlite(url: &str) -> Result<Self> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(false)
            .busy_timeout(BUSY)
            .statement_cache_capacity(512)
            // Checkpoints are made beside the commits (`checkpoint.rs`), not inside them.
            .pragma("wal_autocheckpoint", "0")
            .pragma("cache_size", "-16000")
            .pragma("temp_store", "memory");
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.clone())
            .await?;
        let read = SqlitePoolOptions::new()
            .max_connections(READERS)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.pragma("query_only", "true"))
            .await?;
        Ok(Self::Sqlite { write, read })
    }

    /// A transaction that only reads: one consistent picture, to be dropped soon.
    pub async fn read(&self) -> Result<Tx> {
        Ok(Tx::new(match self {
            Self::Sqlite { read, .. } => Engine::Sqlite(read.begin().await?),
            Self::Postgres { pool } => Engine::Postgres(pool.begin().await?),
        }))
    }

    /// A transaction that writes. Only the [`super::Writer`], migrations and tests take one.
    pub(crate) async fn write(&self) -> Result<Tx> {
        Ok(Tx::new(match self {
            Self::Sqlite { write, .. } => Engine::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres { pool } => Engine::Postgres(pool.begin().await?),
        }))
    }

    /// Runs a few writes at once, outside the writer: for commands beside a running server, and for tests.
    pub async fn write_once<T, E: From<StoreError>>(
        &self,
        work: impl for<'t> FnOnce(&'t mut Tx) -> futures::future::BoxFuture<'t, Result<T, E>>,
    ) -> Result<T, E> {
        let mut tx = self.write().await?;
        let value = work(&mut tx).await?;
        tx.commit().await?;
        Ok(value)
    }

    /// Whether the engine is `PostgreSQL`.
    pub fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres { .. })
    }

    /// Closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres { pool } => pool.close().await,
        }
    }
}
