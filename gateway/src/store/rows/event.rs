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

const OF_JOURNAL: &str = "SELECT e.* FROM event e WHERE e.journal_id = $1 ORDER BY e.id";

/// The events that a webhook told first, in their order.
pub async fn of_journal(tx: &mut Tx, journal_id: &str) -> Result<Vec<EventRow>> {
    Ok(on!(tx, conn => sqlx::query_as(OF_JOURNAL).bind(journal_id).fetch_all(conn).await)?)
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
