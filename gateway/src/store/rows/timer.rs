//! Times that are waited for.

use serde::Serialize;
use sqlx::FromRow;

use crate::store::{Bulk, Kind, Result, Topic, Tx, on};

/// A time that is waited for.
#[derive(Clone, Debug, PartialEq, Eq, FromRow, Serialize)]
pub struct TimerRow {
    /// Its id.
    pub id: String,
    /// What for: a kind of `naru_core::desk::Due`.
    pub kind: String,
    /// The conversation.
    pub subject_id: String,
    /// The number of what is waited for; one that names something older is ignored.
    pub number: i64,
    /// When.
    pub due_at: i64,
    /// More about it, a JSON object.
    pub data: String,
}

const DUE: [&str; 2] = [
    "SELECT t.* FROM timer t WHERE t.due_at <= $1 ORDER BY t.due_at, t.id LIMIT $2",
    "SELECT t.* FROM timer t WHERE t.due_at <= $1 ORDER BY t.due_at, t.id LIMIT $2 FOR UPDATE SKIP LOCKED",
];
const NEXT: &str = "SELECT MIN(due_at) FROM timer";
const DELETE: [&str; 2] = [
    "DELETE FROM timer WHERE id IN (SELECT value FROM json_each($1))",
    "DELETE FROM timer WHERE id IN (SELECT jsonb_array_elements_text($1::jsonb))",
];

static INSERT: Bulk = Bulk::new(
    "INSERT INTO timer (id, kind, subject_id, number, due_at, data) \
     SELECT r.id, r.kind, r.subject_id, r.number, r.due_at, r.data FROM",
    &[
        ("id", Kind::Text),
        ("kind", Kind::Text),
        ("subject_id", Kind::Text),
        ("number", Kind::Integer),
        ("due_at", Kind::Integer),
        ("data", Kind::Text),
    ],
    "",
);

/// Sets timers.
pub async fn insert(tx: &mut Tx, rows: &[TimerRow]) -> Result<()> {
    if INSERT.run(tx, rows).await? > 0 {
        tx.touch(Topic::Timers);
    }
    Ok(())
}

/// The timers whose time has come, oldest first, to be worked in this transaction.
pub async fn due(tx: &mut Tx, now: i64, limit: i64) -> Result<Vec<TimerRow>> {
    let sql = DUE[usize::from(tx.is_postgres())];
    Ok(on!(tx, conn => sqlx::query_as(sql).bind(now).bind(limit).fetch_all(conn).await)?)
}

/// When the next timer is due.
pub async fn next(tx: &mut Tx) -> Result<Option<i64>> {
    Ok(on!(tx, conn => sqlx::query_scalar(NEXT).fetch_one(conn).await)?)
}

/// Removes timers.
pub async fn delete(tx: &mut Tx, ids: &[String]) -> Result<()> {
    super::execute_with_list(tx, DELETE, ids).await
}
