//! A durable job as the API shows it: what was called, what was answered, what will be tried.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{stored, time};
use crate::store::Result;
use crate::store::rows::call::CallRow;
use crate::store::rows::delivery::DeliveryRow;

/// A message on its way out, or another durable job.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DeliverySummary {
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
    /// `queued`, `sending`, `sent`, `delivered`, `read`, `failed`, `expired`, `cancelled`, `unknown` or `held`.
    pub state: String,
    /// How many parts the platform is to draw.
    pub parts: i64,
    /// How many of them it has.
    pub parts_sent: i64,
    /// The platform's ids of them.
    pub external_ids: Vec<String>,
    /// Why it failed or waits.
    #[schema(value_type = Option<Object>)]
    pub error: Option<Value>,
    /// `free_reply`, `paid_push`, `segments` or `none`.
    pub cost: Option<String>,
    /// How often a call of it has failed in a way that may pass.
    pub attempts: i64,
    /// When it is tried next, while it waits.
    pub next_at: Option<String>,
    /// When it is given up.
    pub deadline: Option<String>,
    /// What ties it to its webhook, message and calls.
    pub trace_id: String,
    /// When it was accepted.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
}

/// The same with every call that it made.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DeliveryDetail {
    /// The job.
    #[serde(flatten)]
    pub delivery: DeliverySummary,
    /// Its calls, first to last.
    pub calls: Vec<CallDoc>,
}

/// One call to the platform. Stored calls hold no secret.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CallDoc {
    /// Counts the job's calls from 1.
    pub n: i64,
    /// Its name inside the job.
    pub step: String,
    /// What was called, and with what.
    #[schema(value_type = Object)]
    pub call: Value,
    /// What was answered; `null` while it is awaited, and where it was lost.
    #[schema(value_type = Option<Object>)]
    pub answer: Option<Value>,
    /// `answered`, `retry`, `failed`, `lost`, `not_sent` or `forgotten`.
    pub outcome: Option<String>,
    /// When it left.
    pub started_at: String,
    /// When it ended.
    pub ended_at: Option<String>,
}

/// A job's document.
pub fn delivery(row: &DeliveryRow) -> Result<DeliverySummary> {
    let waits = matches!(row.state.as_str(), "queued" | "sending" | "held");
    let error = row.error.clone();
    Ok(DeliverySummary {
        id: row.id.clone(),
        kind: row.kind.clone(),
        message_id: row.message_id.clone(),
        conversation_id: row.conversation_id.clone(),
        channel_id: row.channel_id.clone(),
        state: row.state.clone(),
        parts: row.parts,
        parts_sent: row.parts_sent,
        external_ids: stored("delivery.external_ids", &row.external_ids)?,
        error: error.map(|error| serde_json::from_str(&error).unwrap_or(Value::String(error))),
        cost: row.cost.clone(),
        attempts: row.attempt,
        next_at: waits.then(|| time(row.next_at)),
        deadline: row.deadline.map(time),
        trace_id: row.trace_id.clone(),
        created_at: time(row.created_at),
        updated_at: time(row.updated_at),
    })
}

/// A job's document with its calls.
pub fn delivery_detail(row: &DeliveryRow, calls: &[CallRow]) -> Result<DeliveryDetail> {
    let document = |call: &CallRow| {
        Ok(CallDoc {
            n: call.n,
            step: call.step.clone(),
            call: stored("delivery_call.call", &call.call)?,
            answer: call.answer.as_deref().map(|text| stored("delivery_call.answer", text)).transpose()?,
            outcome: call.outcome.clone(),
            started_at: time(call.started_at),
            ended_at: call.ended_at.map(time),
        })
    };
    Ok(DeliveryDetail { delivery: delivery(row)?, calls: calls.iter().map(document).collect::<Result<_>>()? })
}
