//! The platform's session: a clock of its own beside the conversation's state.

use serde::{Deserialize, Serialize};

use crate::time::Millis;

/// A way to answer one event for free, once (LINE's reply token).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyHandle {
    /// The platform's token.
    pub token: String,
    /// Until when it is good. An adapter that knows no clock leaves `None`; the ledger counts from the arrival.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Millis>,
    /// The delivery that took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_by: Option<String>,
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseCause {
    /// The customer left the room or typed the platform's end command.
    UserLeft,
    /// Nobody wrote for too long.
    Idle,
    /// We ended it.
    Agent,
    /// The platform ended it.
    Platform,
    /// It went to another bot or application.
    Handover,
    /// The platform does not say.
    Unknown,
}

/// A platform's session inside a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// The session's name in the API, from the capabilities.
    pub kind: String,
    /// The platform's id of it, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// When it began.
    pub opened_at: Millis,
    /// When it ends if the customer says nothing more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Millis>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Millis>,
    /// Why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_reason: Option<CloseCause>,
    /// The customer's last message in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_inbound_at: Option<Millis>,
    /// Whether the notice of K25 was sent in it.
    #[serde(default)]
    pub notice_sent: bool,
    /// The newest ways to answer for free, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handles: Vec<ReplyHandle>,
}
