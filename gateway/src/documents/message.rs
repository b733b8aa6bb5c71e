//! A message as the API shows it.

use std::collections::HashMap;

use naru_core::content::Content;
use naru_core::downgrade::Report;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{stored, time};
use crate::store::rows::message::{self, DeliveryBrief, HistoryRow, MessageRow};
use crate::store::{Result, Tx};

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct MessageDoc {
    /// Its id.
    pub id: String,
    /// The conversation.
    pub conversation_id: String,
    /// Its number in the conversation: the order of recording, which never changes.
    pub seq: i64,
    /// `in`, `out` or `note`.
    pub direction: String,
    /// Who wrote it.
    pub author: AuthorDoc,
    /// What it says, in blocks.
    #[schema(value_type = Object)]
    pub content: Content,
    /// The plain text of it.
    pub text: String,
    /// What the customer chose, by a tap or by a typed answer to a numbered menu.
    pub choice: Option<ChoiceDoc>,
    /// The platform's id of it.
    pub external_id: Option<String>,
    /// The message it quotes.
    pub reply_to: Option<String>,
    /// A mail's subject.
    pub subject: Option<String>,
    /// Reactions.
    #[schema(value_type = Vec<Object>)]
    pub reactions: Vec<Value>,
    /// When it was last edited.
    pub edited_at: Option<String>,
    /// When it was taken back.
    pub unsent_at: Option<String>,
    /// What only this platform has.
    #[schema(value_type = Object)]
    pub extra: Map<String, Value>,
    /// When it was written, by the platform's clock.
    pub platform_at: Option<String>,
    /// When it was recorded.
    pub created_at: String,
    /// What became of it; only for messages that go out.
    pub delivery: Option<DeliveryDoc>,
    /// What the downgrade changed; only for messages that go out.
    #[schema(value_type = Option<Object>)]
    pub report: Option<Report>,
    /// How often the platform's webhook came again; the repetitions were ignored.
    pub duplicates: i64,
    /// What ties it to its webhook, jobs and calls.
    pub trace_id: String,
}

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AuthorDoc {
    /// `customer`, `manager`, `bot`, `ai`, `marketing` or `system`.
    pub kind: String,
    /// The id on our side.
    pub id: Option<String>,
    /// The name at that time.
    pub name: Option<String>,
}

/// What the customer chose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChoiceDoc {
    /// What the button said.
    pub label: String,
    /// What its author wants to hear.
    pub value: String,
    /// The message that offered it; none for buttons that are not ours.
    pub message_id: Option<String>,
}

/// What became of a message that goes out.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DeliveryDoc {
    /// Its id at `/deliveries/{id}`.
    pub id: String,
    /// `queued`, `sending`, `sent`, `delivered`, `read`, `failed`, `expired`, `cancelled`, `unknown` or `held`.
    pub state: String,
    /// How many parts the platform is to draw.
    pub parts: i64,
    /// How many of them it has.
    pub parts_sent: i64,
    /// The platform's ids of them.
    pub external_ids: Vec<String>,
    /// Why it failed.
    #[schema(value_type = Option<Object>)]
    pub error: Option<Value>,
    /// What it costs: `free_reply`, `paid_push`, `segments` or `none`.
    pub cost: Option<String>,
    /// When it is tried next, while it waits.
    pub next_at: Option<String>,
}

/// What a message said before.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct HistoryDoc {
    /// The earlier content.
    #[schema(value_type = Object)]
    pub content: Content,
    /// When it was replaced.
    pub replaced_at: String,
}

/// The documents of messages, in the rows' order, with what became of them.
pub async fn messages(tx: &mut Tx, rows: &[MessageRow]) -> Result<Vec<MessageDoc>> {
    let out: Vec<String> =
        rows.iter().filter(|row| row.direction == "out").map(|row| row.id.clone()).collect();
    let mut briefs: HashMap<String, DeliveryBrief> = message::deliveries(tx, &out)
        .await?
        .into_iter()
        .map(|brief| (brief.message_id.clone(), brief))
        .collect();
    let events: Vec<String> = rows.iter().filter_map(|row| row.event_id.clone()).collect();
    let repeats: HashMap<String, i64> =
        message::repeats(tx, &events).await?.into_iter().map(|row| (row.id, row.duplicates)).collect();
    rows.iter()
        .map(|row| {
            let mut document = message(row, briefs.remove(&row.id))?;
            document.duplicates = row.event_id.as_ref().and_then(|id| repeats.get(id)).copied().unwrap_or(0);
            Ok(document)
        })
        .collect()
}

/// One message's document from its rows.
pub fn message(row: &MessageRow, delivery: Option<DeliveryBrief>) -> Result<MessageDoc> {
    Ok(MessageDoc {
        id: row.id.clone(),
        conversation_id: row.conversation_id.clone(),
        seq: row.seq,
        direction: row.direction.clone(),
        author: AuthorDoc {
            kind: row.author.clone(),
            id: row.author_id.clone(),
            name: row.author_name.clone(),
        },
        content: stored("message.content", &row.content)?,
        text: row.text.clone(),
        choice: row.choice.as_deref().map(|choice| stored("message.choice", choice)).transpose()?,
        external_id: row.external_id.clone(),
        reply_to: row.reply_to.clone(),
        subject: row.subject.clone(),
        reactions: stored("message.reactions", &row.reactions)?,
        edited_at: row.edited_at.map(time),
        unsent_at: row.unsent_at.map(time),
        extra: stored("message.extra", &row.extra)?,
        platform_at: row.platform_at.map(time),
        created_at: time(row.created_at),
        delivery: delivery.map(delivery_doc).transpose()?,
        report: row.report.as_deref().map(|report| stored("message.report", report)).transpose()?,
        duplicates: 0,
        trace_id: row.trace_id.clone(),
    })
}

fn delivery_doc(brief: DeliveryBrief) -> Result<DeliveryDoc> {
    let waits = matches!(brief.state.as_str(), "queued" | "sending" | "held");
    Ok(DeliveryDoc {
        external_ids: stored("delivery.external_ids", &brief.external_ids)?,
        error: brief.error.map(|error| serde_json::from_str(&error).unwrap_or(Value::String(error))),
        id: brief.id,
        state: brief.state,
        parts: brief.parts,
        parts_sent: brief.parts_sent,
        cost: brief.cost,
        next_at: waits.then(|| time(brief.next_at)),
    })
}

/// What a message said before, oldest first.
pub fn history(rows: &[HistoryRow]) -> Result<Vec<HistoryDoc>> {
    rows.iter()
        .map(|row| {
            Ok(HistoryDoc {
                content: stored("message_history.content", &row.content)?,
                replaced_at: time(row.replaced_at),
            })
        })
        .collect()
}
