//! The widget's requests as they stand in their bodies. The visitor token is the gateway's business, not read here.

use serde::Deserialize;
use serde_json::{Map, Value};

/// `POST .../visitor`.
#[derive(Debug, Deserialize)]
pub(super) struct Visitor {
    pub(super) client_id: Option<String>,
    pub(super) member_id: Option<String>,
    pub(super) member_hash: Option<String>,
    pub(super) profile: Option<Map<String, Value>>,
    pub(super) page: Option<String>,
    pub(super) language: Option<String>,
}

/// `POST .../message`.
#[derive(Debug, Deserialize)]
pub(super) struct Message {
    pub(super) client_id: String,
    pub(super) content: Value,
}

/// `POST .../choice`.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    pub(super) client_id: String,
    pub(super) message_id: String,
    pub(super) value: String,
    pub(super) label: Option<String>,
}

/// `POST .../form`.
#[derive(Debug, Deserialize)]
pub(super) struct Form {
    pub(super) client_id: String,
    pub(super) message_id: String,
    pub(super) answers: Map<String, Value>,
    pub(super) consent: Option<bool>,
}

/// `POST .../start`.
#[derive(Debug, Deserialize)]
pub(super) struct Start {
    pub(super) client_id: Option<String>,
    pub(super) page: String,
    pub(super) campaign: Option<String>,
}

/// `POST .../identify`.
#[derive(Debug, Deserialize)]
pub(super) struct Identify {
    pub(super) client_id: Option<String>,
    pub(super) member_id: String,
    pub(super) member_hash: String,
    pub(super) profile: Option<Map<String, Value>>,
}

/// `POST .../typing`.
#[derive(Debug, Deserialize)]
pub(super) struct Typing {
    #[serde(default = "yes")]
    pub(super) active: bool,
}

fn yes() -> bool {
    true
}

/// `POST .../seen`: what the browser has received, or what the visitor has looked at.
#[derive(Debug, Deserialize)]
pub(super) struct Seen {
    pub(super) message_id: Option<String>,
    #[serde(default)]
    pub(super) state: SeenState,
}

/// How far a message has come.
#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(super) enum SeenState {
    /// The browser has it.
    Delivered,
    /// The visitor has looked at it.
    #[default]
    Read,
}

/// `POST .../page`.
#[derive(Debug, Deserialize)]
pub(super) struct Page {
    pub(super) page: String,
}
