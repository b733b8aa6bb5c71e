//! What subscribers are told of messages on their way.

use std::collections::HashMap;

use naru_core::ids::EventId;
use naru_core::time::Millis;
use serde_json::json;

use crate::app::App;
use crate::documents::{self, MessageDoc};
use crate::store::rows::delivery::DeliveryRow;
use crate::store::rows::event::DomainEventRow;
use crate::store::rows::message;
use crate::store::{Result, Tx};
use crate::telemetry;

/// Something that became of a delivery.
#[derive(Clone, Debug)]
pub(super) struct Line {
    delivery_id: String,
    message_id: String,
    channel_id: String,
    conversation_id: String,
    seq: i64,
    trace_id: String,
    kind: &'static str,
}

impl Line {
    /// What became of this delivery: `delivery.sent`, `delivery.failed`, ...
    pub(super) fn of(row: &DeliveryRow, kind: &'static str) -> Self {
        Self {
            delivery_id: row.id.clone(),
            message_id: row.message_id.clone().unwrap_or_default(),
            channel_id: row.channel_id.clone(),
            conversation_id: row.conversation_id.clone(),
            seq: row.seq,
            trace_id: row.trace_id.clone(),
            kind,
        }
    }
}

/// The events of these lines, with the messages as they are now; only of deliveries that bring a message.
pub(super) async fn tell(tx: &mut Tx, app: &App, lines: &[Line], now: Millis) -> Result<Vec<DomainEventRow>> {
    let ids: Vec<String> =
        lines.iter().map(|line| line.message_id.clone()).filter(|id| !id.is_empty()).collect();
    let rows = message::by_ids(tx, &ids).await?;
    let documents: HashMap<String, MessageDoc> = documents::messages(tx, &rows)
        .await?
        .into_iter()
        .map(|document| (document.id.clone(), document))
        .collect();
    let event = |line: &Line| {
        let document = documents.get(&line.message_id)?;
        metrics::counter!(telemetry::DELIVERIES, "outcome" => line.kind).increment(1);
        Some(DomainEventRow {
            position: 0,
            id: app.ids.next::<EventId>(now).to_string(),
            r#type: line.kind.to_owned(),
            channel_id: Some(line.channel_id.clone()),
            conversation_id: Some(line.conversation_id.clone()),
            seq: Some(line.seq),
            occurred_at: now.0,
            received_at: now.0,
            causation_id: None,
            trace_id: Some(line.trace_id.clone()),
            data: json!({"delivery_id": line.delivery_id, "message": document}).to_string(),
        })
    };
    Ok(lines.iter().filter_map(event).collect())
}
