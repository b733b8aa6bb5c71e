//! Durable jobs: messages on their way out, ends of sessions, blocks.

use serde::Serialize;
use sqlx::FromRow;

use crate::store::{Bulk, Kind, Result, Topic, Tx};

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

/// Stores new jobs in one statement.
pub async fn insert(tx: &mut Tx, rows: &[DeliveryRow]) -> Result<()> {
    if INSERT.run(tx, rows).await? > 0 {
        tx.touch(Topic::Outbox);
    }
    Ok(())
}
