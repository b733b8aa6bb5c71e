//! The JSON documents of the API, the console and the event stream, built from rows in batches.
//!
//! Whoever shows a conversation, a message or a contact builds it here, so that all three say the same.

mod contact;
mod conversation;
mod delivery;
mod event;
mod message;

pub use contact::{ContactBrief, ContactDoc, IdentityDoc, contact_brief, contacts};
pub use conversation::{ConversationDoc, OriginDoc, PersonRef, SessionDoc, conversation, conversations};
pub use delivery::{CallDoc, DeliveryDetail, DeliverySummary, delivery, delivery_detail};
pub use event::{EventDoc, event};
pub use message::{AuthorDoc, ChoiceDoc, DeliveryDoc, HistoryDoc, MessageDoc, history, message, messages};

use naru_core::time::Millis;
use serde::de::DeserializeOwned;

use crate::store::{Result, StoreError};

/// Reads a stored document; `what` names its column for the error.
pub(crate) fn stored<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|source| StoreError::Document { what, source })
}

/// A time of the store as the API writes it.
pub(crate) fn time(millis: i64) -> String {
    Millis(millis).to_string()
}
