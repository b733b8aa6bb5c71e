//! LINE's spelling: webhooks in, errors and answers back. Properties without a value are left out, never null.

use serde::Deserialize;

/// An error of the Messaging API.
#[derive(Debug, Deserialize)]
pub(super) struct Error {
    pub(super) message: String,
    #[serde(default)]
    pub(super) details: Vec<ErrorDetail>,
}

/// One place that an error is about.
#[derive(Debug, Deserialize)]
pub(super) struct ErrorDetail {
    pub(super) message: Option<String>,
    pub(super) property: Option<String>,
}
