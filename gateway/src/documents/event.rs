//! A domain event as subscribers get it.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{stored, time};
use crate::store::Result;
use crate::store::rows::event::DomainEventRow;

/// Something that happened, with the documents that belong to it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct EventDoc {
    /// Its id; also the cursor of `GET /events?after=`.
    pub id: String,
    /// What happened, e.g. `message.received`.
    pub r#type: String,
    /// The version of the envelope.
    pub version: u32,
    /// The channel.
    pub channel_id: Option<String>,
    /// The conversation.
    pub conversation_id: Option<String>,
    /// The message's number in the conversation.
    pub seq: Option<i64>,
    /// When it happened, by the platform's clock where that tells.
    pub occurred_at: String,
    /// When we learned of it.
    pub received_at: String,
    /// What caused it.
    pub causation_id: Option<String>,
    /// What ties it to its webhook, jobs and calls.
    pub trace_id: Option<String>,
    /// Its place in the stream.
    pub position: i64,
    /// The documents that belong to it.
    #[schema(value_type = Object)]
    pub data: Value,
}

/// One event's document.
pub fn event(row: &DomainEventRow) -> Result<EventDoc> {
    Ok(EventDoc {
        id: row.id.clone(),
        r#type: row.r#type.clone(),
        version: 1,
        channel_id: row.channel_id.clone(),
        conversation_id: row.conversation_id.clone(),
        seq: row.seq,
        occurred_at: time(row.occurred_at),
        received_at: time(row.received_at),
        causation_id: row.causation_id.clone(),
        trace_id: row.trace_id.clone(),
        position: row.position,
        data: stored("domain_event.data", &row.data)?,
    })
}
