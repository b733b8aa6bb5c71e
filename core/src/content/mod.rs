//! What a message says, in blocks that every platform's wire format is read into and drawn from.
//!
//! To add a content block: a struct in a file here, a variant in [`Block`], its level in `Capabilities` (the compiler
//! then names every adapter), a line in `plain.rs`, a pass in `downgrade/` where some platform cannot draw it, its
//! reading in `read.rs`, and its drawing in the web chat, which draws everything.

mod card;
mod composer;
mod form;
mod media;
mod plain;
mod read;
mod text;

pub use card::{Card, CardItem, CardSummary, Cards, Layout};
pub use composer::parse_markdown;
pub use form::{Field, FieldKind, Form};
pub use media::{Media, MediaBlock, MediaKind, MediaState, PlatformMedia, RemoteMedia, StoredMedia};
pub use plain::plain_text;
pub use read::{MAX_BLOCKS, MAX_TEXT, Pointed, read_content};
pub use text::{Mark, Mention, MentionKind, MentionSpan, Span, Text, TextSpan, VariableSpan};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A message's content: its blocks, in the order in which they are read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// The blocks, first to last.
    pub blocks: Vec<Block>,
}

impl Content {
    /// Content of one plain text, taken literally.
    pub fn text(text: impl Into<String>) -> Self {
        Self { blocks: vec![Block::Text(Text::plain(text))] }
    }

    /// Content of one block.
    pub fn block(block: Block) -> Self {
        Self { blocks: vec![block] }
    }
}

/// One element of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// Words with marks, mentions, links and variables.
    Text(Text),
    /// Buttons that open an address.
    Buttons(Buttons),
    /// Buttons that answer for the customer.
    Replies(Replies),
    /// A picture.
    Image(MediaBlock),
    /// A document.
    File(MediaBlock),
    /// A moving picture.
    Video(MediaBlock),
    /// A recording.
    Audio(MediaBlock),
    /// Questions for the customer.
    Form(Form),
    /// One card or several.
    Cards(Cards),
    /// A place.
    Location(Location),
    /// A sticker of a platform.
    Sticker(Sticker),
    /// What a platform sent and we do not know; kept raw. Never sent.
    Unsupported(Unsupported),
}

/// A row of link buttons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Buttons {
    /// The buttons, first to last.
    pub buttons: Vec<LinkButton>,
}

/// A button that opens an address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkButton {
    /// What the button says.
    pub label: String,
    /// Where it leads: `http` or `https`.
    pub url: String,
    /// The web chat's colour name (`blue`, `green`, `orange`, `red`, `gray`); other platforms choose their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
}

/// A set of reply buttons: one menu.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replies {
    /// The buttons, first to last; at most 10 (inventory L02).
    pub replies: Vec<Reply>,
}

/// A button that answers for the customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// What the button says, and what the customer is seen to answer.
    pub label: String,
    /// What comes back in `choice.value`; never shown to the customer.
    pub value: String,
}

/// A place on the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// The place's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// A sticker, named in its platform's own numbering.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sticker {
    /// The platform that owns the sticker, e.g. `line`.
    pub provider: String,
    /// The package that holds it.
    pub package_id: String,
    /// The sticker.
    pub sticker_id: String,
    /// What stands for it where it cannot be drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt: Option<String>,
    /// A picture of it, for display only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
}

/// Something a platform sent that we cannot show yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unsupported {
    /// The platform's name for it.
    pub kind: String,
    /// The platform's own JSON.
    pub raw: Value,
}
