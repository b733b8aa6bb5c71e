//! Questions that a customer answers in one go, or one by one where the platform has no forms.

use serde::{Deserialize, Serialize};

/// A set of at most four questions (inventory L01).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// The questions, first to last.
    pub fields: Vec<Field>,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The answer's name in `answers`.
    pub key: String,
    /// What the customer is asked.
    pub label: String,
    /// What kind of answer is expected.
    pub kind: FieldKind,
    /// Whether it may be left out.
    #[serde(default)]
    pub required: bool,
    /// Where the answer is kept besides the message: `contact.<field>` or `conversation.<field>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub save_to: Option<String>,
    /// The answers to choose from, for [`FieldKind::Choice`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

/// What kind of answer is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Any words.
    Text,
    /// A telephone number.
    Phone,
    /// A mail address.
    Email,
    /// A number.
    Number,
    /// A day.
    Date,
    /// Yes or no.
    Boolean,
    /// One of `options`.
    Choice,
}
