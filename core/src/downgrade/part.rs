//! A part: what a platform draws as one bubble.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::content::{Cards, Form, LinkButton, Location, MediaBlock, MediaKind, Span, Sticker, Text};

/// What a platform draws as one bubble.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The block it comes from, as a JSON pointer into the content (of several joined blocks: the first).
    pub path: String,
    /// What it shows.
    pub body: Body,
    /// Native link buttons on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<LinkButton>,
    /// Native reply buttons on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replies: Vec<ReplyButton>,
    /// Native reply buttons in the platform's second row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quick_replies: Vec<ReplyButton>,
    /// The options that its words number; they can be answered once this part is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub menu: Option<Menu>,
}

/// What a part shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// Words. Empty only in a part of buttons that still waits for words to stand under.
    Text(Text),
    /// A medium, with words where the platform draws both as one.
    Media {
        /// Which kind.
        kind: MediaKind,
        /// The medium.
        block: MediaBlock,
        /// The words; no spans where there are none.
        #[serde(default)]
        text: Text,
    },
    /// Cards.
    Cards(Cards),
    /// A place.
    Location(Location),
    /// A sticker.
    Sticker(Sticker),
    /// Questions.
    Form(Form),
    /// The platform's own payload, made by the author.
    Override(Value),
}

/// A native reply button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyButton {
    /// What it says.
    pub label: String,
    /// What `choice.value` will be.
    pub value: String,
    /// What travels to the platform and back: `choices::payload`, at most 40 characters of `[a-z0-9_]`.
    pub payload: String,
}

/// A numbered menu inside a part's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Menu {
    /// The number of the first option.
    pub first: usize,
    /// The options in their order.
    pub options: Vec<ReplyButton>,
}

/// What a part is called in a preview.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// Words.
    Text,
    /// A picture.
    Image,
    /// A document.
    File,
    /// A moving picture.
    Video,
    /// A recording.
    Audio,
    /// Words, or a picture with words, that carry buttons.
    Rich,
    /// Cards.
    Cards,
    /// A place.
    Location,
    /// A sticker.
    Sticker,
    /// Questions.
    Form,
    /// The platform's own payload.
    Override,
}

impl Part {
    /// A part of nothing but `body`.
    pub fn of(path: impl Into<String>, body: Body) -> Self {
        Self {
            path: path.into(),
            body,
            buttons: Vec::new(),
            replies: Vec::new(),
            quick_replies: Vec::new(),
            menu: None,
        }
    }

    /// What it is called in a preview.
    pub fn kind(&self) -> PartKind {
        let rich = !(self.buttons.is_empty() && self.replies.is_empty() && self.quick_replies.is_empty());
        match &self.body {
            Body::Text(_) if rich => PartKind::Rich,
            Body::Text(_) => PartKind::Text,
            Body::Media { kind: MediaKind::Image, text, .. } if rich || !text.spans.is_empty() => {
                PartKind::Rich
            }
            Body::Media { kind, .. } => match kind {
                MediaKind::Image => PartKind::Image,
                MediaKind::File => PartKind::File,
                MediaKind::Video => PartKind::Video,
                MediaKind::Audio => PartKind::Audio,
            },
            Body::Cards(_) => PartKind::Cards,
            Body::Location(_) => PartKind::Location,
            Body::Sticker(_) => PartKind::Sticker,
            Body::Form(_) => PartKind::Form,
            Body::Override(_) => PartKind::Override,
        }
    }

    /// Its words, where it has words.
    pub fn text(&self) -> Option<&Text> {
        match &self.body {
            Body::Text(text) | Body::Media { text, .. } if !text.spans.is_empty() => Some(text),
            _ => None,
        }
    }

    /// Its words as the platform gets them where it knows no spans: mentions as `@name`, links without address.
    pub fn plain(&self) -> String {
        let spans = self.text().map(|text| text.spans.as_slice()).unwrap_or_default();
        spans
            .iter()
            .map(|span| match span {
                Span::Text(span) => span.text.clone(),
                Span::Mention(span) => format!("@{}", span.mention.name),
                Span::Variable(span) => span.fallback.clone(),
            })
            .collect()
    }
}
