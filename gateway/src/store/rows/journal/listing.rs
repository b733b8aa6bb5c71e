//! Webhooks as the inspector lists them.

use sqlx::AssertSqlSafe;

use crate::store::{Result, Tx, on};

/// A journal row as the inspector shows it, without its body.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListedRow {
    /// Its id.
    pub id: String,
    /// The channel.
    pub channel_id: String,
    /// The platform.
    pub platform: String,
    /// When it arrived, in milliseconds.
    pub received_at: i64,
    /// The HTTP method, or `PULL`.
    pub method: String,
    /// What followed the channel's key in the path.
    pub suffix: String,
    /// The query string.
    pub query: String,
    /// The headers as a JSON list of pairs.
    pub headers: String,
    /// The body's SHA-256 in the media store, where it is large.
    pub body_ref: Option<String>,
    /// The body's length in bytes.
    pub body_size: i64,
    /// `accepted` or `refused`.
    pub verdict: String,
    /// Why it was refused.
    pub reason: Option<String>,
    /// The status that was answered.
    pub status: i64,
    /// The address behind the connection.
    pub peer: String,
    /// What ties it to its jobs, calls and messages.
    pub trace_id: String,
    /// `pending`, `parked` or `skipped`; nothing once it is done.
    pub state: Option<String>,
    /// Why it is parked.
    pub error: Option<String>,
}

/// Which journal rows are listed. Empty texts and a zero stand for "any".
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Of this channel.
    pub channel_id: String,
    /// With this verdict.
    pub verdict: String,
    /// In this state; `done` for those that have no state left.
    pub state: String,
    /// With this trace id.
    pub trace_id: String,
    /// Arrived at or after this time.
    pub since: i64,
    /// Older than this id: where the page before ended.
    pub before: String,
    /// How many.
    pub limit: i64,
}

const LISTED: &str = "SELECT j.id, j.channel_id, j.platform, j.received_at, j.method, j.suffix, j.query, j.headers, \
    j.body_ref, j.body_size, j.verdict, j.reason, j.status, j.peer, j.trace_id, s.state, s.error \
    FROM journal j LEFT JOIN journal_state s ON s.journal_id = j.id";
const LIST_WHERE: &str = " WHERE ($1 = '' OR j.channel_id = $1) AND ($2 = '' OR j.verdict = $2) \
    AND ($3 = '' OR s.state = $3 OR ($3 = 'done' AND s.state IS NULL)) AND ($4 = '' OR j.trace_id = $4) \
    AND j.received_at >= $5 AND ($6 = '' OR j.id < $6) ORDER BY j.id DESC LIMIT $7";
const BODY: &str = "SELECT body FROM journal WHERE id = $1";

/// Rows for the inspector, newest first.
pub async fn list(tx: &mut Tx, listing: &Listing) -> Result<Vec<ListedRow>> {
    let sql = format!("{LISTED}{LIST_WHERE}");
    Ok(on!(tx, conn => sqlx::query_as(AssertSqlSafe(sql)).bind(&listing.channel_id).bind(&listing.verdict)
        .bind(&listing.state).bind(&listing.trace_id).bind(listing.since).bind(&listing.before).bind(listing.limit)
        .fetch_all(conn).await)?)
}

/// One row for the inspector.
pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<ListedRow>> {
    let sql = format!("{LISTED} WHERE j.id = $1");
    Ok(on!(tx, conn => sqlx::query_as(AssertSqlSafe(sql)).bind(id).fetch_optional(conn).await)?)
}

/// The body that lies in a row; empty where it lies in the media store, or where there is no such row.
pub async fn body(tx: &mut Tx, id: &str) -> Result<Vec<u8>> {
    let found: Option<(Vec<u8>,)> =
        on!(tx, conn => sqlx::query_as(BODY).bind(id).fetch_optional(conn).await)?;
    Ok(found.map(|(body,)| body).unwrap_or_default())
}
