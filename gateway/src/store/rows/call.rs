//! The calls that durable jobs have made: a row before the call leaves, its answer as soon as it is there.

use serde::Serialize;
use sqlx::FromRow;

use crate::store::{Bulk, Kind, Result, Tx, on, rows_of};

/// One call of a job.
#[derive(Clone, Debug, PartialEq, FromRow, Serialize)]
pub struct CallRow {
    /// The job.
    pub delivery_id: String,
    /// Counts the job's calls from 1.
    pub n: i64,
    /// Its name inside the job.
    pub step: String,
    /// `naru_core::adapter::Call` as JSON; holds no secret.
    pub call: String,
    /// `naru_core::adapter::Answer` as JSON, once there is one.
    pub answer: Option<String>,
    /// What the answer counts as: `answered`, `retry`, `failed`, `lost`, `not_sent` or `forgotten`; none while it is
    /// awaited, and after a crash.
    pub outcome: Option<String>,
    /// When it left.
    pub started_at: i64,
    /// When its answer came, or it was given up.
    pub ended_at: Option<i64>,
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CallEnd {
    /// The job.
    pub delivery_id: String,
    /// The call's number.
    pub n: i64,
    /// The answer as JSON.
    pub answer: Option<String>,
    /// What it counts as.
    pub outcome: &'static str,
    /// Now.
    pub ended_at: i64,
}

static INSERT: Bulk = Bulk::new(
    "INSERT INTO delivery_call (delivery_id, n, step, call, started_at) \
     SELECT r.delivery_id, r.n, r.step, r.call, r.started_at FROM",
    &[
        ("delivery_id", Kind::Text),
        ("n", Kind::Integer),
        ("step", Kind::Text),
        ("call", Kind::Text),
        ("started_at", Kind::Integer),
    ],
    "",
);
static END: Bulk = Bulk::new(
    "UPDATE delivery_call SET answer = r.answer, outcome = r.outcome, ended_at = r.ended_at FROM",
    &[
        ("delivery_id", Kind::Text),
        ("n", Kind::Integer),
        ("answer", Kind::Text),
        ("outcome", Kind::Text),
        ("ended_at", Kind::Integer),
    ],
    "WHERE delivery_call.delivery_id = r.delivery_id AND delivery_call.n = r.n",
);
const OF: [&str; 2] = [
    "SELECT delivery_id, n, step, call, answer, outcome, started_at, ended_at FROM delivery_call \
     WHERE delivery_id IN (SELECT value FROM json_each($1)) ORDER BY delivery_id, n",
    "SELECT delivery_id, n, step, call, answer, outcome, started_at, ended_at FROM delivery_call \
     WHERE delivery_id IN (SELECT jsonb_array_elements_text($1::jsonb)) ORDER BY delivery_id, n",
];
const FORGET: &str = "UPDATE delivery_call SET outcome = 'forgotten' WHERE delivery_id = $1 \
    AND (outcome IS NULL OR outcome <> 'answered')";

/// Stores calls that are about to leave.
pub async fn insert(tx: &mut Tx, rows: &[CallRow]) -> Result<()> {
    INSERT.run(tx, rows).await.map(drop)
}

/// Stores what became of calls.
pub async fn end(tx: &mut Tx, rows: &[CallEnd]) -> Result<()> {
    END.run(tx, rows).await.map(drop)
}

/// The calls of jobs, each job's in order.
pub async fn of(tx: &mut Tx, deliveries: &[String]) -> Result<Vec<CallRow>> {
    rows_of(tx, OF, deliveries).await
}

/// Forgets what did not work, so that somebody's retry begins at the first part that is not sent.
pub async fn forget_failures(tx: &mut Tx, delivery_id: &str) -> Result<()> {
    Ok(on!(tx, conn => sqlx::query(FORGET).bind(delivery_id).execute(conn).await.map(drop))?)
}
