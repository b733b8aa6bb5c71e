//! What platforms told (`event`), what of it waits (`event_state`), and what Naru tells (`domain_event`).

use serde::Serialize;
use sqlx::FromRow;

use crate::store::{Bulk, Kind, Result, Topic, Tx, on};

/// One thing that happened on a platform, as it was read from a webhook.
#[derive(Clone, Debug, PartialEq, FromRow, Serialize)]
pub struct EventRow {
    /// The channel.
    pub channel_id: String,
    /// What makes it the same event when it comes again.
    pub event_key: String,
    /// Its id.
    pub id: String,
    /// The webhook that first told it.
    pub journal_id: String,
    /// The external conversation.
    pub lane: String,
    /// The name of `naru_core::event::What`'s variant.
    pub kind: String,
    /// When it happened, by the platform's clock.
    pub at: Option<i64>,
    /// `naru_core::event::Event` as JSON.
    pub body: String,
    /// The conversation it went to.
    pub conversation_id: Option<String>,
    /// The message it became.
    pub message_id: Option<String>,
    /// How often it came again.
    pub duplicates: i64,
    /// What ties it to its webhook and its message.
    pub trace_id: String,
    /// When its webhook arrived.
    pub received_at: i64,
}

/// Something that Naru tells its subscribers. Its `position` is given when it is appended.
#[derive(Clone, Debug, PartialEq, FromRow, Serialize)]
pub struct DomainEventRow {
    /// Its place in the stream.
    pub position: i64,
    /// Its id.
    pub id: String,
    /// What happened, e.g. `message.received`.
    pub r#type: String,
    /// The channel.
    pub channel_id: Option<String>,
    /// The conversation.
    pub conversation_id: Option<String>,
    /// The message's number in the conversation.
    pub seq: Option<i64>,
    /// When it happened, by the platform's clock where that tells.
    pub occurred_at: i64,
    /// When we learned of it.
    pub received_at: i64,
    /// What caused it: the id of a platform's event, a command's key or a timer.
    pub causation_id: Option<String>,
    /// What ties it to its webhook, jobs and calls.
    pub trace_id: Option<String>,
    /// The documents that belong to it, a JSON object.
    pub data: String,
}

const TAKE: &str = "UPDATE event_head SET position = position + $1 WHERE one = 1 RETURNING position";
const AFTER: &str = "SELECT e.* FROM domain_event e WHERE e.position > $1 \
    AND (CAST($2 AS TEXT) IS NULL OR e.conversation_id = $2) AND (CAST($3 AS TEXT) IS NULL OR e.channel_id = $3) \
    ORDER BY e.position LIMIT $4";
const HEAD: &str = "SELECT position FROM event_head WHERE one = 1";
const POSITION_OF: &str = "SELECT position FROM domain_event WHERE id = $1";

static APPEND: Bulk = Bulk::new(
    "INSERT INTO domain_event (position, id, type, channel_id, conversation_id, seq, occurred_at, received_at, \
     causation_id, trace_id, data) SELECT r.position, r.id, r.type, r.channel_id, r.conversation_id, r.seq, \
     r.occurred_at, r.received_at, r.causation_id, r.trace_id, r.data FROM",
    &[
        ("position", Kind::Integer),
        ("id", Kind::Text),
        ("type", Kind::Text),
        ("channel_id", Kind::Text),
        ("conversation_id", Kind::Text),
        ("seq", Kind::Integer),
        ("occurred_at", Kind::Integer),
        ("received_at", Kind::Integer),
        ("causation_id", Kind::Text),
        ("trace_id", Kind::Text),
        ("data", Kind::Text),
    ],
    "",
);

/// Gives the events their positions and appends them. Call it last in the transaction: from here to the commit nobody
/// else can take a position, so that the order of positions is the order of commits.
pub async fn append(tx: &mut Tx, rows: &mut [DomainEventRow]) -> Result<()> {
    let Ok(count @ 1..) = i64::try_from(rows.len()) else { return Ok(()) };
    let last: i64 = on!(tx, conn => sqlx::query_scalar(TAKE).bind(count).fetch_one(conn).await)?;
    for (row, position) in rows.iter_mut().zip(last - count + 1..) {
        row.position = position;
    }
    APPEND.run(tx, rows).await?;
    tx.touch(Topic::Events);
    Ok(())
}

/// The events behind a position, in order; only of one conversation or channel where asked.
pub async fn after(
    tx: &mut Tx,
    position: i64,
    conversation_id: Option<&str>,
    channel_id: Option<&str>,
    limit: i64,
) -> Result<Vec<DomainEventRow>> {
    Ok(
        on!(tx, conn => sqlx::query_as(AFTER).bind(position).bind(conversation_id).bind(channel_id).bind(limit)
        .fetch_all(conn).await)?,
    )
}

/// The newest position.
pub async fn head(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, conn => sqlx::query_scalar(HEAD).fetch_one(conn).await)?)
}

/// The position of an event, where there is such an event.
pub async fn position_of(tx: &mut Tx, id: &str) -> Result<Option<i64>> {
    Ok(on!(tx, conn => sqlx::query_scalar(POSITION_OF).bind(id).fetch_optional(conn).await)?)
}

/// An event of a webhook as the inspector shows it.
#[derive(Clone, Debug, PartialEq, FromRow)]
pub struct JournalEventRow {
    /// Its id.
    pub id: String,
    /// What makes it the same event when it comes again.
    pub event_key: String,
    /// The external conversation.
    pub lane: String,
    /// The name of `naru_core::event::What`'s variant.
    pub kind: String,
    /// `naru_core::event::Event` as JSON.
    pub body: String,
    /// The conversation it went to.
    pub conversation_id: Option<String>,
    /// The message it became.
    pub message_id: Option<String>,
    /// How often it came again.
    pub duplicates: i64,
    /// `waiting` or `parked`; nothing once it is done.
    pub state: Option<String>,
    /// Why it is parked.
    pub error: Option<String>,
}

/// An event that is known already, and whether it still waits.
#[derive(Clone, Debug, PartialEq, FromRow)]
pub struct KnownEvent {
    /// The channel.
    pub channel_id: String,
    /// What makes it the same event when it comes again.
    pub event_key: String,
    /// Its id.
    pub id: String,
    /// The webhook that first told it.
    pub journal_id: String,
    /// `waiting` or `parked`; nothing once it is done.
    pub state: Option<String>,
}

/// An event that waits.
#[derive(Clone, Debug, PartialEq, FromRow, Serialize)]
pub struct EventStateRow {
    /// The event.
    pub event_id: String,
    /// The channel.
    pub channel_id: String,
    /// What makes it the same event when it comes again.
    pub event_key: String,
    /// The external conversation.
    pub lane: String,
    /// `waiting`: behind a parked one of its lane. `parked`: until somebody retries or skips it.
    pub state: String,
    /// How often it was tried.
    pub tries: i64,
    /// Why it is parked.
    pub error: Option<String>,
}

const KNOWN: [&str; 2] = [
    "SELECT e.channel_id, e.event_key, e.id, e.journal_id, s.state FROM json_each($1) k JOIN event e \
     ON e.channel_id = k.value ->> '$[0]' AND e.event_key = k.value ->> '$[1]' \
     LEFT JOIN event_state s ON s.event_id = e.id",
    "SELECT e.channel_id, e.event_key, e.id, e.journal_id, s.state FROM jsonb_array_elements($1::jsonb) k(value) \
     JOIN event e ON e.channel_id = k.value ->> 0 AND e.event_key = k.value ->> 1 \
     LEFT JOIN event_state s ON s.event_id = e.id",
];
const BY_KEYS: [&str; 2] = [
    "SELECT e.* FROM json_each($1) k JOIN event e \
     ON e.channel_id = k.value ->> '$[0]' AND e.event_key = k.value ->> '$[1]'",
    "SELECT e.* FROM jsonb_array_elements($1::jsonb) k(value) JOIN event e \
     ON e.channel_id = k.value ->> 0 AND e.event_key = k.value ->> 1",
];
const WAITING: [&str; 2] = [
    "SELECT s.event_id, s.channel_id, s.event_key, s.lane, s.state, s.tries, s.error FROM json_each($1) k \
     JOIN event_state s ON s.channel_id = k.value ->> '$[0]' AND s.lane = k.value ->> '$[1]'",
    "SELECT s.event_id, s.channel_id, s.event_key, s.lane, s.state, s.tries, s.error \
     FROM jsonb_array_elements($1::jsonb) k(value) JOIN event_state s \
     ON s.channel_id = k.value ->> 0 AND s.lane = k.value ->> 1",
];
const DONE: [&str; 2] = [
    "DELETE FROM event_state WHERE event_id IN (SELECT value FROM json_each($1))",
    "DELETE FROM event_state WHERE event_id IN (SELECT jsonb_array_elements_text($1::jsonb))",
];
const OF_JOURNAL: &str = "SELECT e.id, e.event_key, e.lane, e.kind, e.body, e.conversation_id, \
    e.message_id, e.duplicates, s.state, s.error FROM event e LEFT JOIN event_state s ON s.event_id = e.id \
    WHERE e.journal_id = $1 ORDER BY e.id";
const JOURNAL_OF: &str = "SELECT journal_id FROM event WHERE id = $1";

static PUT: Bulk = Bulk::new(
    "INSERT INTO event (channel_id, event_key, id, journal_id, lane, kind, at, body, conversation_id, message_id, \
     duplicates, trace_id, received_at) SELECT r.channel_id, r.event_key, r.id, r.journal_id, r.lane, r.kind, r.at, \
     r.body, r.conversation_id, r.message_id, r.duplicates, r.trace_id, r.received_at FROM",
    &[
        ("channel_id", Kind::Text),
        ("event_key", Kind::Text),
        ("id", Kind::Text),
        ("journal_id", Kind::Text),
        ("lane", Kind::Text),
        ("kind", Kind::Text),
        ("at", Kind::Integer),
        ("body", Kind::Text),
        ("conversation_id", Kind::Text),
        ("message_id", Kind::Text),
        ("duplicates", Kind::Integer),
        ("trace_id", Kind::Text),
        ("received_at", Kind::Integer),
    ],
    "WHERE true ON CONFLICT (channel_id, event_key) DO UPDATE SET body = excluded.body, \
     conversation_id = excluded.conversation_id, message_id = excluded.message_id",
);

static DUPLICATES: Bulk = Bulk::new(
    "UPDATE event SET duplicates = event.duplicates + r.n FROM",
    &[("channel_id", Kind::Text), ("event_key", Kind::Text), ("n", Kind::Integer)],
    "WHERE event.channel_id = r.channel_id AND event.event_key = r.event_key",
);

static PUT_STATES: Bulk = Bulk::new(
    "INSERT INTO event_state (event_id, channel_id, event_key, lane, state, tries, error) \
     SELECT r.event_id, r.channel_id, r.event_key, r.lane, r.state, r.tries, r.error FROM",
    &[
        ("event_id", Kind::Text),
        ("channel_id", Kind::Text),
        ("event_key", Kind::Text),
        ("lane", Kind::Text),
        ("state", Kind::Text),
        ("tries", Kind::Integer),
        ("error", Kind::Text),
    ],
    "WHERE true ON CONFLICT (event_id) DO UPDATE SET state = excluded.state, tries = excluded.tries, \
     error = excluded.error",
);

/// How often an event came again.
#[derive(Clone, Debug, Serialize)]
pub struct Repeated {
    /// The channel.
    pub channel_id: String,
    /// The event's key.
    pub event_key: String,
    /// How often.
    pub n: i64,
}

/// The events among these pairs of channel and key that are known already.
pub async fn known(tx: &mut Tx, keys: &[(&str, &str)]) -> Result<Vec<KnownEvent>> {
    super::rows_of_json(tx, KNOWN, keys).await
}

/// The events of these pairs of channel and key, as they were stored.
pub async fn by_keys(tx: &mut Tx, keys: &[(&str, &str)]) -> Result<Vec<EventRow>> {
    super::rows_of_json(tx, BY_KEYS, keys).await
}

/// What waits in these pairs of channel and lane.
pub async fn waiting(tx: &mut Tx, lanes: &[(&str, &str)]) -> Result<Vec<EventStateRow>> {
    super::rows_of_json(tx, WAITING, lanes).await
}

/// Stores events, new or applied anew.
pub async fn put(tx: &mut Tx, rows: &[EventRow]) -> Result<()> {
    PUT.run(tx, rows).await.map(drop)
}

/// Counts events that came again.
pub async fn add_duplicates(tx: &mut Tx, rows: &[Repeated]) -> Result<()> {
    DUPLICATES.run(tx, rows).await.map(drop)
}

/// Lets events wait.
pub async fn put_states(tx: &mut Tx, rows: &[EventStateRow]) -> Result<()> {
    PUT_STATES.run(tx, rows).await.map(drop)
}

/// Notes that events wait no longer.
pub async fn done(tx: &mut Tx, ids: &[String]) -> Result<()> {
    super::execute_with_list(tx, DONE, ids).await
}

/// The events of a webhook for the inspector, in their order.
pub async fn of_journal(tx: &mut Tx, journal_id: &str) -> Result<Vec<JournalEventRow>> {
    Ok(on!(tx, conn => sqlx::query_as(OF_JOURNAL).bind(journal_id).fetch_all(conn).await)?)
}

/// The webhook that first told an event, where there is such an event.
pub async fn journal_of(tx: &mut Tx, id: &str) -> Result<Option<String>> {
    Ok(on!(tx, conn => sqlx::query_scalar(JOURNAL_OF).bind(id).fetch_optional(conn).await)?)
}
