//! Durable jobs: messages on their way out, ends of sessions, blocks.

use serde::Serialize;
use sqlx::FromRow;

use crate::store::{Bulk, Kind, Result, Topic, Tx, on, rows_of};

/// One durable job.
#[derive(Clone, Debug, PartialEq, FromRow, Serialize)]
pub struct DeliveryRow {
    /// Its id.
    pub id: String,
    /// `send`, `end_session` or `block`.
    pub kind: String,
    /// The message, for `send`.
    pub message_id: Option<String>,
    /// The conversation.
    pub conversation_id: String,
    /// The channel.
    pub channel_id: String,
    /// Its place among the conversation's jobs: the message's number, or the newest one's at the time.
    pub seq: i64,
    /// The session under which it was accepted.
    pub session_no: i64,
    /// What was decided together has one name; its messages may share a call.
    pub decision: String,
    /// `naru_core::message::DeliveryState` by name.
    pub state: String,
    /// 1 when no person wrote it.
    pub automatic: i64,
    /// How many parts the platform is to draw.
    pub parts: i64,
    /// How many of them it has.
    pub parts_sent: i64,
    /// The platform's ids of them, a JSON list.
    pub external_ids: String,
    /// `naru_core::adapter::Job` as JSON.
    pub job: String,
    /// Why it failed or waits: `{"code", "reason"}`.
    pub error: Option<String>,
    /// `free_reply`, `paid_push`, `segments` or `none`.
    pub cost: Option<String>,
    /// How often a call of it has failed in a way that may pass.
    pub attempt: i64,
    /// When it is tried next.
    pub next_at: i64,
    /// When it is given up.
    pub deadline: Option<i64>,
    /// Until when an unknown outcome holds the conversation's next message back.
    pub unknown_until: Option<i64>,
    /// The job in front of it whose calls carry it along.
    pub joined_to: Option<String>,
    /// What ties it to its webhook, message and calls.
    pub trace_id: String,
    /// When it was accepted.
    pub created_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
}

static INSERT: Bulk = Bulk::new(
    "INSERT INTO delivery (id, kind, message_id, conversation_id, channel_id, seq, session_no, decision, state, \
     automatic, parts, parts_sent, external_ids, job, error, cost, attempt, next_at, deadline, unknown_until, \
     trace_id, created_at, updated_at) SELECT r.id, r.kind, r.message_id, r.conversation_id, r.channel_id, r.seq, \
     r.session_no, r.decision, r.state, r.automatic, r.parts, r.parts_sent, r.external_ids, r.job, r.error, r.cost, \
     r.attempt, r.next_at, r.deadline, r.unknown_until, r.trace_id, r.created_at, r.updated_at FROM",
    &[
        ("id", Kind::Text),
        ("kind", Kind::Text),
        ("message_id", Kind::Text),
        ("conversation_id", Kind::Text),
        ("channel_id", Kind::Text),
        ("seq", Kind::Integer),
        ("session_no", Kind::Integer),
        ("decision", Kind::Text),
        ("state", Kind::Text),
        ("automatic", Kind::Integer),
        ("parts", Kind::Integer),
        ("parts_sent", Kind::Integer),
        ("external_ids", Kind::Text),
        ("job", Kind::Text),
        ("error", Kind::Text),
        ("cost", Kind::Text),
        ("attempt", Kind::Integer),
        ("next_at", Kind::Integer),
        ("deadline", Kind::Integer),
        ("unknown_until", Kind::Integer),
        ("trace_id", Kind::Text),
        ("created_at", Kind::Integer),
        ("updated_at", Kind::Integer),
    ],
    "",
);

/// What an id list in a query is read with on either engine.
macro_rules! with_list {
    ($before:literal, $bind:literal, $after:literal) => {
        [
            concat!($before, "(SELECT value FROM json_each(", $bind, "))", $after),
            concat!($before, "(SELECT jsonb_array_elements_text((", $bind, ")::jsonb))", $after),
        ]
    };
}

/// The first job of each conversation that may be worked now. The doubled condition is the partial indexes' own.
macro_rules! due {
    () => {
        "SELECT d.* FROM delivery d WHERE d.state IN ('queued', 'sending', 'held', 'unknown') \
         AND d.state IN ('queued', 'sending') AND d.next_at <= $1 AND d.joined_to IS NULL AND NOT EXISTS \
         (SELECT 1 FROM delivery e WHERE e.conversation_id = d.conversation_id \
         AND e.state IN ('queued', 'sending', 'held', 'unknown') AND (e.seq, e.id) < (d.seq, d.id) \
         AND (e.state <> 'unknown' OR e.unknown_until > $1)) AND d.channel_id NOT IN "
    };
}
const DUE: [&str; 2] = [
    concat!(due!(), "(SELECT value FROM json_each($2)) ORDER BY d.next_at, d.id LIMIT $3"),
    concat!(
        due!(),
        "(SELECT jsonb_array_elements_text(($2)::jsonb)) ORDER BY d.next_at, d.id LIMIT $3 FOR UPDATE OF d SKIP LOCKED"
    ),
];
const FOLLOWERS: [&str; 2] = with_list!(
    "SELECT d.* FROM delivery d WHERE d.kind = 'send' AND d.state IN ('queued', 'sending', 'held', 'unknown') \
     AND (d.state = 'queued' OR d.joined_to IS NOT NULL) AND d.conversation_id IN ",
    "$1",
    " ORDER BY d.conversation_id, d.seq, d.id"
);
const OVERDUE: &str = "SELECT d.* FROM delivery d WHERE d.state IN ('queued', 'held') AND d.joined_to IS NULL \
    AND d.deadline <= $1 ORDER BY d.deadline LIMIT $2";
const NEXT_DUE: [&str; 2] = with_list!(
    "SELECT MIN(d.next_at) FROM delivery d WHERE d.state IN ('queued', 'sending', 'held', 'unknown') \
     AND d.state IN ('queued', 'sending') AND d.next_at > $1 AND d.channel_id NOT IN ",
    "$2",
    ""
);
const NEXT_DEADLINE: &str =
    "SELECT MIN(deadline) FROM delivery WHERE state IN ('queued', 'held') AND deadline > $1";
const NEXT_CERTAIN: &str =
    "SELECT MIN(unknown_until) FROM delivery WHERE state = 'unknown' AND unknown_until > $1";
const BY_IDS: [&str; 2] = with_list!("SELECT d.* FROM delivery d WHERE d.id IN ", "$1", " ORDER BY d.id");
const RESUME: &str = "UPDATE delivery SET next_at = $1 WHERE state IN ('queued', 'sending', 'held', 'unknown') \
    AND state = 'sending' AND next_at > $1";
const HOLD: [&str; 2] = with_list!(
    "UPDATE delivery SET state = 'held', next_at = 9000000000000000, updated_at = $1 \
     WHERE state IN ('queued', 'held') AND state = 'queued' AND channel_id IN ",
    "$2",
    ""
);
const PART: [&str; 2] = with_list!(
    "UPDATE delivery SET state = 'queued', joined_to = NULL, next_at = $1, updated_at = $1 \
     WHERE state IN ('queued', 'sending', 'held', 'unknown') AND joined_to IN ",
    "$2",
    ""
);
const RELEASE: &str = "UPDATE delivery SET state = 'queued', next_at = $2, updated_at = $2 \
    WHERE channel_id = $1 AND state = 'held'";
const HELD_CHANNELS: &str =
    "SELECT DISTINCT channel_id FROM delivery WHERE state IN ('queued', 'held') AND state = 'held'";
const LIST: &str = "SELECT d.* FROM delivery d WHERE (CAST($1 AS TEXT) IS NULL OR d.state = $1) \
    AND (CAST($2 AS TEXT) IS NULL OR d.channel_id = $2) AND d.id < $3 ORDER BY d.id DESC LIMIT $4";
const BY_MESSAGE: &str = "SELECT d.* FROM delivery d WHERE d.message_id = $1";

/// Far enough in the future to mean "not by time alone".
pub const NEVER: i64 = 9_000_000_000_000_000;

/// A job's changed columns. A state that receipts have raised meanwhile is not lowered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Settled {
    /// The job.
    pub id: String,
    /// Its state now.
    pub state: &'static str,
    /// How many of its parts the platform has.
    pub parts_sent: i64,
    /// The platform's ids of them, a JSON list.
    pub external_ids: String,
    /// The job, where it was changed.
    pub job: Option<String>,
    /// Why it failed or waits.
    pub error: Option<String>,
    /// What it costs, where that was learned.
    pub cost: Option<String>,
    /// How often a call of it has failed in a way that may pass.
    pub attempt: i64,
    /// When it is tried next.
    pub next_at: i64,
    /// When it is given up.
    pub deadline: Option<i64>,
    /// Until when an unknown outcome holds the conversation's next message back.
    pub unknown_until: Option<i64>,
    /// The session under which it goes.
    pub session_no: i64,
    /// The job in front of it whose calls carry it along.
    pub joined_to: Option<String>,
    /// Now.
    pub updated_at: i64,
}

impl Settled {
    /// The row as it is, with another state.
    pub fn of(row: &DeliveryRow, state: naru_core::message::DeliveryState, now: i64) -> Self {
        Self {
            id: row.id.clone(),
            state: state.name(),
            parts_sent: row.parts_sent,
            external_ids: row.external_ids.clone(),
            job: None,
            error: row.error.clone(),
            cost: None,
            attempt: row.attempt,
            next_at: row.next_at,
            deadline: row.deadline,
            unknown_until: None,
            session_no: row.session_no,
            joined_to: row.joined_to.clone(),
            // Later than its birth, so that whoever claims it knows that it may have calls.
            updated_at: now.max(row.created_at + 1),
        }
    }
}

static SETTLE: Bulk = Bulk::new(
    "UPDATE delivery SET state = CASE WHEN delivery.state IN ('sent', 'delivered', 'read') THEN delivery.state \
     ELSE r.state END, parts_sent = r.parts_sent, external_ids = r.external_ids, job = COALESCE(r.job, delivery.job), \
     error = CASE WHEN delivery.state IN ('sent', 'delivered', 'read') THEN delivery.error ELSE r.error END, \
     cost = COALESCE(r.cost, delivery.cost), attempt = r.attempt, next_at = r.next_at, \
     deadline = r.deadline, unknown_until = r.unknown_until, session_no = r.session_no, joined_to = r.joined_to, \
     updated_at = r.updated_at FROM",
    &[
        ("id", Kind::Text),
        ("state", Kind::Text),
        ("parts_sent", Kind::Integer),
        ("external_ids", Kind::Text),
        ("job", Kind::Text),
        ("error", Kind::Text),
        ("cost", Kind::Text),
        ("attempt", Kind::Integer),
        ("next_at", Kind::Integer),
        ("deadline", Kind::Integer),
        ("unknown_until", Kind::Integer),
        ("session_no", Kind::Integer),
        ("joined_to", Kind::Text),
        ("updated_at", Kind::Integer),
    ],
    "WHERE delivery.id = r.id",
);

/// Changes jobs in one statement.
pub async fn settle(tx: &mut Tx, rows: &[Settled]) -> Result<()> {
    SETTLE.run(tx, rows).await.map(drop)
}

fn json(list: &[String]) -> String {
    serde_json::to_string(list).expect("a list of texts is JSON")
}

fn twin(tx: &Tx, twins: [&'static str; 2]) -> &'static str {
    twins[usize::from(tx.is_postgres())]
}

/// The first open job of each conversation that is due, except on the channels in `shut`.
pub async fn due(tx: &mut Tx, now: i64, shut: &[String], limit: i64) -> Result<Vec<DeliveryRow>> {
    let sql = twin(tx, DUE);
    Ok(on!(tx, conn => sqlx::query_as(sql).bind(now).bind(json(shut)).bind(limit).fetch_all(conn).await)?)
}

/// The queued messages of conversations, and those that are joined to another job, in their order.
pub async fn followers(tx: &mut Tx, conversations: &[String]) -> Result<Vec<DeliveryRow>> {
    rows_of(tx, FOLLOWERS, conversations).await
}

/// Jobs whose time is over while they wait.
pub async fn overdue(tx: &mut Tx, now: i64, limit: i64) -> Result<Vec<DeliveryRow>> {
    Ok(on!(tx, conn => sqlx::query_as(OVERDUE).bind(now).bind(limit).fetch_all(conn).await)?)
}

/// When something is due next, except on the channels in `shut`.
pub async fn next_due(tx: &mut Tx, now: i64, shut: &[String]) -> Result<Option<i64>> {
    let sql = twin(tx, NEXT_DUE);
    let next: Option<i64> =
        on!(tx, conn => sqlx::query_scalar(sql).bind(now).bind(json(shut)).fetch_one(conn).await)?;
    let deadline: Option<i64> =
        on!(tx, conn => sqlx::query_scalar(NEXT_DEADLINE).bind(now).fetch_one(conn).await)?;
    let certain: Option<i64> =
        on!(tx, conn => sqlx::query_scalar(NEXT_CERTAIN).bind(now).fetch_one(conn).await)?;
    Ok([next, deadline, certain].into_iter().flatten().min())
}

/// The jobs of these ids.
pub async fn by_ids(tx: &mut Tx, ids: &[String]) -> Result<Vec<DeliveryRow>> {
    rows_of(tx, BY_IDS, ids).await
}

/// One job, where there is one.
pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<DeliveryRow>> {
    Ok(by_ids(tx, &[id.to_owned()]).await?.pop())
}

/// The job of a message, where it has one.
pub async fn of_message(tx: &mut Tx, message_id: &str) -> Result<Option<DeliveryRow>> {
    Ok(on!(tx, conn => sqlx::query_as(BY_MESSAGE).bind(message_id).fetch_optional(conn).await)?)
}

/// Makes what was being called when the process ended due at once.
pub async fn resume(tx: &mut Tx, now: i64) -> Result<()> {
    Ok(on!(tx, conn => sqlx::query(RESUME).bind(now).execute(conn).await.map(drop))?)
}

/// Holds what waits on channels whose credentials do not work.
pub async fn hold(tx: &mut Tx, channels: &[String], now: i64) -> Result<()> {
    if channels.is_empty() {
        return Ok(());
    }
    let sql = twin(tx, HOLD);
    Ok(on!(tx, conn => sqlx::query(sql).bind(now).bind(json(channels)).execute(conn).await.map(drop))?)
}

/// Lets the messages that were joined to these jobs go on their own.
pub async fn part(tx: &mut Tx, leaders: &[String], now: i64) -> Result<()> {
    if leaders.is_empty() {
        return Ok(());
    }
    let sql = twin(tx, PART);
    Ok(on!(tx, conn => sqlx::query(sql).bind(now).bind(json(leaders)).execute(conn).await.map(drop))?)
}

/// Lets what was held on a channel go on.
pub async fn release(tx: &mut Tx, channel_id: &str, now: i64) -> Result<()> {
    on!(tx, conn => sqlx::query(RELEASE).bind(channel_id).bind(now).execute(conn).await.map(drop))?;
    tx.touch(Topic::Outbox);
    Ok(())
}

/// The channels on which something is held.
pub async fn held_channels(tx: &mut Tx) -> Result<Vec<String>> {
    Ok(on!(tx, conn => sqlx::query_scalar(HELD_CHANNELS).fetch_all(conn).await)?)
}

/// A page of jobs, newest first: those with ids below `before`, in a state and of a channel where asked.
pub async fn list(
    tx: &mut Tx,
    state: Option<&str>,
    channel_id: Option<&str>,
    before: Option<&str>,
    limit: i64,
) -> Result<Vec<DeliveryRow>> {
    Ok(
        on!(tx, conn => sqlx::query_as(LIST).bind(state).bind(channel_id).bind(before.unwrap_or("~")).bind(limit)
        .fetch_all(conn).await)?,
    )
}

/// Stores new jobs in one statement.
pub async fn insert(tx: &mut Tx, rows: &[DeliveryRow]) -> Result<()> {
    if INSERT.run(tx, rows).await? > 0 {
        tx.touch(Topic::Outbox);
    }
    Ok(())
}
