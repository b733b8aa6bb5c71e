//! Text as spans, never as markup: what somebody typed is never parsed for marks on the way out.

use serde::{Deserialize, Serialize};

/// A run of spans that is read as one text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// The spans, in reading order.
    pub spans: Vec<Span>,
}

impl Text {
    /// Text of one span without marks.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { spans: vec![Span::plain(text)] }
    }
}

/// One stretch of text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Span {
    /// Words.
    Text(TextSpan),
    /// Somebody's name that alerts them.
    Mention(MentionSpan),
    /// A place for a value that is known only when the message is sent.
    Variable(VariableSpan),
}

impl Span {
    /// Words without marks or link.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::Text(TextSpan { text: text.into(), marks: Vec::new(), link: None })
    }
}

/// Words, with the marks they carry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextSpan {
    /// The words, taken literally.
    pub text: String,
    /// How they are set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
    /// The address they lead to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// How words are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Heavy type.
    Bold,
    /// Slanted type.
    Italic,
    /// Type of equal width.
    Code,
    /// Struck through.
    Strike,
}

/// A mention inside a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MentionSpan {
    /// Who is mentioned.
    pub mention: Mention,
}

/// Who is mentioned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mention {
    /// Which kind of somebody.
    pub kind: MentionKind,
    /// Their id on our side, or on the platform for a mentioned customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name that is shown, without `@`.
    pub name: String,
}

/// Which kind of somebody a mention names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MentionKind {
    /// A person who answers customers.
    Manager,
    /// A team.
    Team,
    /// The customer, or another member of a platform's group.
    Customer,
}

/// A variable inside a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariableSpan {
    /// The path of the value, e.g. `contact.name`.
    pub variable: String,
    /// What stands there when the value is unknown.
    #[serde(default)]
    pub fallback: String,
}
