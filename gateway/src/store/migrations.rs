//! The schema, step by step, in one text for both engines.
//!
//! To change the schema: add a file `NNN_name.sql` beside the others and a line to [`STEPS`]. Never edit an old step.
//! In the text, `{id}` is the type of ids and keys and `{bytes}` the type of bytes; statements end with `;` at the end
//! of a line.

use sqlx::AssertSqlSafe;

use super::db::Db;
use super::error::{Result, StoreError};
use super::on;
use super::tx::Tx;

/// Every step in its order; a step's number is its position, from 1.
const STEPS: &[&str] = &[include_str!("migrations/001_first_crossing.sql")];

const CREATE_VERSION: &str = "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)";
const LOCK_POSTGRES: &str = "SELECT pg_advisory_xact_lock(5264173)";
const SELECT_VERSION: &str = "SELECT COALESCE(MAX(version), 0) FROM schema_version";
const VERSION_TABLES: [&str; 2] = [
    "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'",
    "SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'schema_version' \
     AND table_schema = ANY (current_schemas(false))",
];
const INSERT_VERSION: &str = "INSERT INTO schema_version (version) VALUES ($1)";

/// Which steps the database has, and which it lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// The newest step that was applied.
    pub applied: i64,
    /// The newest step that this binary knows.
    pub known: i64,
}

/// Applies what is missing, in one transaction; refuses a database that a newer binary has written.
pub async fn up(db: &Db) -> Result<Status> {
    let mut tx = db.write().await?;
    if tx.is_postgres() {
        tx.execute(LOCK_POSTGRES).await?;
    }
    tx.execute(CREATE_VERSION).await?;
    let status = status(&mut tx).await?;
    if status.applied > status.known {
        return Err(StoreError::Newer { ours: status.known, found: status.applied });
    }
    for (version, step) in (1_i64..).zip(STEPS) {
        if version > status.applied {
            apply(&mut tx, step).await?;
            on!(tx, conn => sqlx::query(INSERT_VERSION).bind(version).execute(conn).await.map(drop))?;
        }
    }
    tx.commit().await?;
    Ok(Status { applied: status.known, ..status })
}

/// What the database has. The table of versions must exist.
pub async fn status(tx: &mut Tx) -> Result<Status> {
    let (applied,): (i64,) = on!(tx, conn => sqlx::query_as(SELECT_VERSION).fetch_one(conn).await)?;
    let known = i64::try_from(STEPS.len()).expect("there are few steps");
    Ok(Status { applied, known })
}

/// What the database has, without making the table of versions where it is missing.
pub async fn look(db: &Db) -> Result<Status> {
    let mut tx = db.read().await?;
    let tables = VERSION_TABLES[usize::from(tx.is_postgres())];
    let (tables,): (i64,) = on!(tx, conn => sqlx::query_as(tables).fetch_one(conn).await)?;
    if tables > 0 {
        return status(&mut tx).await;
    }
    Ok(Status { applied: 0, known: i64::try_from(STEPS.len()).expect("there are few steps") })
}

async fn apply(tx: &mut Tx, step: &str) -> Result<()> {
    let (id, bytes) = if tx.is_postgres() { ("TEXT COLLATE \"C\"", "BYTEA") } else { ("TEXT", "BLOB") };
    let text = step.replace("{id}", id).replace("{bytes}", bytes);
    for statement in text.split(";\n").map(str::trim).filter(|s| !s.is_empty()) {
        on!(tx, conn => sqlx::query(AssertSqlSafe(statement)).execute(conn).await.map(drop))?;
    }
    Ok(())
}
