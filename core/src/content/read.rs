//! Reads a content document and says, for everything that does not fit, where it stands and what was expected.

use serde_json::Value;

use super::Content;

/// A sentence about one place of a JSON document.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Pointed {
    /// JSON pointer, e.g. `/blocks/0/buttons/1/url`.
    pub pointer: String,
    /// What was expected there, and what was found.
    pub detail: String,
}

/// Reads content: `{"blocks": [...]}`, or the short forms `{"text": "..."}` and `{"markdown": "..."}`.
pub fn read_content(value: &Value) -> Result<Content, Vec<Pointed>> {
    serde_json::from_value(value.clone())
        .map_err(|error| vec![Pointed { pointer: String::new(), detail: error.to_string() }])
}
