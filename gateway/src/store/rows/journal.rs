//! Webhooks as they arrived: append-only, never updated. What is not done yet stands in `journal_state`.

mod listing;

pub use listing::{ListedRow, Listing, body, get, list};

use std::fmt::Write;
use std::sync::OnceLock;

use bytes::Bytes;
use serde::Serialize;
use sqlx::AssertSqlSafe;

use crate::store::tx::Engine;
use crate::store::{Bulk, Kind, Result, Topic, Tx, on, rows_of};

/// One webhook as it arrived.
#[derive(Clone, Debug)]
pub struct JournalRow {
    /// Its id, time-ordered.
    pub id: String,
    /// The channel; empty where the key named none.
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
    /// The headers as a JSON list of pairs; secrets masked in refused rows.
    pub headers: String,
    /// The body; empty when it lies in the media store.
    pub body: Bytes,
    /// The body's SHA-256 in the media store, for bodies over 64 KiB.
    pub body_ref: Option<String>,
    /// The body's length in bytes.
    pub body_size: i64,
    /// `accepted` or `refused`.
    pub verdict: &'static str,
    /// Why it was refused.
    pub reason: Option<String>,
    /// The status that was answered.
    pub status: i64,
    /// The address behind the connection.
    pub peer: String,
    /// The visitor behind a visitor token.
    pub visitor: Option<String>,
    /// What ties it to its jobs, calls and messages.
    pub trace_id: String,
}

const COLUMNS: usize = 17;

/// The fixed sizes of the multi-row statement, so that each is prepared once.
const SIZES: [usize; 4] = [256, 64, 8, 1];

const INSERT: &str = "INSERT INTO journal (id, channel_id, platform, received_at, method, suffix, query, headers, \
    body, body_ref, body_size, verdict, reason, status, peer, visitor, trace_id) ";

const UNNEST: &str = "SELECT * FROM UNNEST($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], \
    $7::text[], $8::text[], $9::bytea[], $10::text[], $11::bigint[], $12::text[], $13::text[], $14::bigint[], \
    $15::text[], $16::text[], $17::text[])";

static TODO: Bulk = Bulk::new(
    "INSERT INTO journal_state (journal_id, state, tries) SELECT r.journal_id, 'pending', 0 FROM",
    &[("journal_id", Kind::Text)],
    "",
);

#[derive(Serialize)]
struct TodoRow<'a> {
    journal_id: &'a str,
}

/// Appends rows in one statement per fixed size, and marks the accepted ones as pending.
pub async fn insert(tx: &mut Tx, rows: &[JournalRow]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    if tx.is_postgres() {
        insert_postgres(tx, rows).await?;
    } else {
        insert_sqlite(tx, rows).await?;
    }
    let todo: Vec<_> = rows
        .iter()
        .filter(|row| row.verdict == "accepted")
        .map(|row| TodoRow { journal_id: &row.id })
        .collect();
    TODO.run(tx, &todo).await?;
    if !todo.is_empty() {
        tx.touch(Topic::Pipeline);
    }
    Ok(())
}

fn values(size: usize) -> &'static str {
    static TEXTS: OnceLock<[String; SIZES.len()]> = OnceLock::new();
    let texts = TEXTS.get_or_init(|| {
        SIZES.map(|size| {
            let mut sql = format!("{INSERT}VALUES ");
            for row in 0..size {
                let binds: Vec<String> = (1..=COLUMNS).map(|n| format!("${}", row * COLUMNS + n)).collect();
                let comma = if row == 0 { "" } else { ", " };
                write!(sql, "{comma}({})", binds.join(", ")).expect("a string takes everything");
            }
            sql
        })
    });
    let position = SIZES.iter().position(|s| *s == size).expect("only fixed sizes are asked for");
    &texts[position]
}

async fn insert_sqlite(tx: &mut Tx, mut rows: &[JournalRow]) -> Result<()> {
    let Engine::Sqlite(transaction) = &mut tx.engine else { return Ok(()) };
    while !rows.is_empty() {
        let size = SIZES.into_iter().find(|size| *size <= rows.len()).unwrap_or(1);
        let (batch, rest) = rows.split_at(size);
        let mut query = sqlx::query(AssertSqlSafe(values(size)));
        for row in batch {
            query = query
                .bind(&row.id)
                .bind(&row.channel_id)
                .bind(&row.platform)
                .bind(row.received_at)
                .bind(&row.method)
                .bind(&row.suffix)
                .bind(&row.query)
                .bind(&row.headers)
                .bind(row.body.as_ref())
                .bind(&row.body_ref)
                .bind(row.body_size)
                .bind(row.verdict)
                .bind(&row.reason)
                .bind(row.status)
                .bind(&row.peer)
                .bind(&row.visitor)
                .bind(&row.trace_id);
        }
        query.execute(&mut **transaction).await?;
        rows = rest;
    }
    Ok(())
}

async fn insert_postgres(tx: &mut Tx, rows: &[JournalRow]) -> Result<()> {
    static SQL: OnceLock<String> = OnceLock::new();
    let Engine::Postgres(transaction) = &mut tx.engine else { return Ok(()) };
    let text = |pick: fn(&JournalRow) -> &str| rows.iter().map(pick).map(str::to_owned).collect::<Vec<_>>();
    let maybe =
        |pick: fn(&JournalRow) -> &Option<String>| rows.iter().map(|r| pick(r).clone()).collect::<Vec<_>>();
    let number = |pick: fn(&JournalRow) -> i64| rows.iter().map(pick).collect::<Vec<_>>();
    let sql = SQL.get_or_init(|| format!("{INSERT}{UNNEST}"));
    sqlx::query(AssertSqlSafe(sql.as_str()))
        .bind(text(|r| &r.id))
        .bind(text(|r| &r.channel_id))
        .bind(text(|r| &r.platform))
        .bind(number(|r| r.received_at))
        .bind(text(|r| &r.method))
        .bind(text(|r| &r.suffix))
        .bind(text(|r| &r.query))
        .bind(text(|r| &r.headers))
        .bind(rows.iter().map(|r| r.body.to_vec()).collect::<Vec<_>>())
        .bind(maybe(|r| &r.body_ref))
        .bind(number(|r| r.body_size))
        .bind(text(|r| r.verdict))
        .bind(maybe(|r| &r.reason))
        .bind(number(|r| r.status))
        .bind(text(|r| &r.peer))
        .bind(maybe(|r| &r.visitor))
        .bind(text(|r| &r.trace_id))
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// A journal row that waits to be read.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PendingRow {
    /// Its id.
    pub id: String,
    /// The channel.
    pub channel_id: String,
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
    /// The body; empty when it lies in the media store.
    pub body: Vec<u8>,
    /// The body's SHA-256 in the media store.
    pub body_ref: Option<String>,
    /// The visitor behind a visitor token.
    pub visitor: Option<String>,
    /// What ties it to its jobs, calls and messages.
    pub trace_id: String,
    /// How often reading it has brought the process down.
    pub tries: i64,
}

const BACKLOG: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM journal_state \
    WHERE state = 'pending' LIMIT $1) AS waiting";

/// How many rows wait to be read; counted up to `most`.
pub async fn backlog(tx: &mut Tx, most: i64) -> Result<i64> {
    Ok(on!(tx, conn => sqlx::query_scalar(BACKLOG).bind(most).fetch_one(conn).await)?)
}

const WAITING: &str = "SELECT k.state, CAST((SELECT COUNT(*) FROM (SELECT 1 AS one FROM journal_state s \
    WHERE s.state = k.state LIMIT 100000) AS some) AS BIGINT) \
    FROM (SELECT 'pending' AS state UNION ALL SELECT 'parked') AS k";

/// How many rows are pending, and how many parked; counted up to 100,000 each.
pub async fn waiting(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    Ok(on!(tx, conn => sqlx::query_as(WAITING).fetch_all(conn).await)?)
}

const PENDING: &str = "SELECT j.id, j.channel_id, j.received_at, j.method, j.suffix, j.query, j.headers, j.body, \
    j.body_ref, j.visitor, j.trace_id, s.tries FROM journal_state s JOIN journal j ON j.id = s.journal_id \
    WHERE s.state = 'pending' AND s.next_at IS NULL ORDER BY s.journal_id LIMIT $1";
const PENDING_ROW: &str = "SELECT journal_id, state, tries, error, next_at FROM journal_state \
    WHERE journal_id = $1 AND state = 'pending'";
const OF_IDS: [&str; 2] = [
    "SELECT j.id, j.channel_id, j.received_at, j.method, j.suffix, j.query, j.headers, j.body, j.body_ref, j.visitor, \
     j.trace_id, 0 AS tries FROM journal j WHERE j.verdict = 'accepted' \
     AND j.id IN (SELECT value FROM json_each($1)) ORDER BY j.id",
    "SELECT j.id, j.channel_id, j.received_at, j.method, j.suffix, j.query, j.headers, j.body, j.body_ref, j.visitor, \
     j.trace_id, CAST(0 AS BIGINT) AS tries FROM journal j WHERE j.verdict = 'accepted' \
     AND j.id IN (SELECT jsonb_array_elements_text($1::jsonb)) ORDER BY j.id",
];
const SELECTED: &str = "SELECT j.id FROM journal j WHERE j.verdict = 'accepted' \
    AND (CAST($1 AS TEXT) IS NULL OR j.channel_id = $1) AND j.received_at >= $2 AND j.id > $3 ORDER BY j.id LIMIT $4";

/// The oldest rows that wait to be read. What waits behind a parked event of its lane is not among them.
pub async fn pending(tx: &mut Tx, limit: i64) -> Result<Vec<PendingRow>> {
    Ok(on!(tx, conn => sqlx::query_as(PENDING).bind(limit).fetch_all(conn).await)?)
}

/// One row that waits to be read.
pub async fn pending_row(tx: &mut Tx, id: &str) -> Result<Option<JournalStateRow>> {
    Ok(on!(tx, conn => sqlx::query_as(PENDING_ROW).bind(id).fetch_optional(conn).await)?)
}

/// Accepted rows of these ids, done or not, oldest first: to be read again.
pub async fn of_ids(tx: &mut Tx, ids: &[String]) -> Result<Vec<PendingRow>> {
    rows_of(tx, OF_IDS, ids).await
}

/// The ids of accepted rows, of one channel where asked, that arrived at or after a time; behind the id `after`.
pub async fn selected(
    tx: &mut Tx,
    channel_id: Option<&str>,
    since: i64,
    after: &str,
    limit: i64,
) -> Result<Vec<String>> {
    Ok(on!(tx, conn => sqlx::query_scalar(SELECTED).bind(channel_id).bind(since).bind(after).bind(limit)
        .fetch_all(conn).await)?)
}

/// Twins: `PostgreSQL` locks the rows, so that two nodes never work the same one.
const CLAIM: [&str; 2] = [
    "SELECT journal_id FROM journal_state WHERE state = 'pending' \
     AND journal_id IN (SELECT value FROM json_each($1)) ORDER BY journal_id",
    "SELECT journal_id FROM journal_state WHERE state = 'pending' \
     AND journal_id IN (SELECT jsonb_array_elements_text($1::jsonb)) ORDER BY journal_id FOR UPDATE",
];
const DONE: [&str; 2] = [
    "DELETE FROM journal_state WHERE journal_id IN (SELECT value FROM json_each($1))",
    "DELETE FROM journal_state WHERE journal_id IN (SELECT jsonb_array_elements_text($1::jsonb))",
];
const RETRY: &str = "UPDATE journal_state SET state = 'pending', next_at = NULL, tries = 0, error = NULL \
    WHERE journal_id = $1 AND state IN ('parked', 'skipped')";
const SKIP: &str = "UPDATE journal_state SET state = 'skipped', next_at = NULL \
    WHERE journal_id = $1 AND state IN ('parked', 'pending')";
const RELEASE: [&str; 2] = [
    "UPDATE journal_state SET next_at = NULL WHERE state = 'pending' AND next_at IS NOT NULL AND journal_id IN \
     (SELECT e.journal_id FROM json_each($1) k JOIN event_state s ON s.channel_id = k.value ->> '$[0]' \
     AND s.lane = k.value ->> '$[1]' JOIN event e ON e.id = s.event_id WHERE s.state = 'waiting')",
    "UPDATE journal_state SET next_at = NULL WHERE state = 'pending' AND next_at IS NOT NULL AND journal_id IN \
     (SELECT e.journal_id FROM jsonb_array_elements($1::jsonb) k(value) JOIN event_state s \
     ON s.channel_id = k.value ->> 0 AND s.lane = k.value ->> 1 JOIN event e ON e.id = s.event_id \
     WHERE s.state = 'waiting')",
];

static PUT_STATES: Bulk = Bulk::new(
    "INSERT INTO journal_state (journal_id, state, tries, error, next_at) \
     SELECT r.journal_id, r.state, r.tries, r.error, r.next_at FROM",
    &[
        ("journal_id", Kind::Text),
        ("state", Kind::Text),
        ("tries", Kind::Integer),
        ("error", Kind::Text),
        ("next_at", Kind::Integer),
    ],
    "WHERE true ON CONFLICT (journal_id) DO UPDATE SET state = excluded.state, tries = excluded.tries, \
     error = excluded.error, next_at = excluded.next_at",
);

/// What is not done yet of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct JournalStateRow {
    /// The row.
    pub journal_id: String,
    /// `pending`, `parked` or `skipped`.
    pub state: String,
    /// How often working it alone has brought the process down.
    pub tries: i64,
    /// Why it is parked.
    pub error: Option<String>,
    /// Set while it waits behind a parked event of its lane.
    pub next_at: Option<i64>,
}

/// Those of the rows that still wait, locked until the transaction ends.
pub async fn claim(tx: &mut Tx, ids: &[String]) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = rows_of(tx, CLAIM, ids).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Notes that rows are done.
pub async fn done(tx: &mut Tx, ids: &[String]) -> Result<()> {
    super::execute_with_list(tx, DONE, ids).await
}

/// Notes what is not done yet of rows.
pub async fn put_states(tx: &mut Tx, rows: &[JournalStateRow]) -> Result<()> {
    PUT_STATES.run(tx, rows).await.map(drop)
}

/// Lets a parked or skipped row be worked again; `false` where it is neither.
pub async fn retry(tx: &mut Tx, id: &str) -> Result<bool> {
    let changed =
        on!(tx, conn => sqlx::query(RETRY).bind(id).execute(conn).await.map(|done| done.rows_affected()))?;
    tx.touch(Topic::Pipeline);
    Ok(changed > 0)
}

/// Gives a row up; `false` where there is nothing left to do for it.
pub async fn skip(tx: &mut Tx, id: &str) -> Result<bool> {
    let changed =
        on!(tx, conn => sqlx::query(SKIP).bind(id).execute(conn).await.map(|done| done.rows_affected()))?;
    Ok(changed > 0)
}

/// Lets the rows behind the parked events of these pairs of channel and lane be worked again.
pub async fn release(tx: &mut Tx, lanes: &[(String, String)]) -> Result<()> {
    super::execute_with_list(tx, RELEASE, lanes).await?;
    if !lanes.is_empty() {
        tx.touch(Topic::Pipeline);
    }
    Ok(())
}
