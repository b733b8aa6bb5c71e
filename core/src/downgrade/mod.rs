//! Fits rich content to what a platform can draw, and says exactly what was changed.
//!
//! `rich content --fit--> parts + report + choices --adapter.next--> calls`

pub mod choices;
mod part;
mod report;

pub use part::{Body as PartBody, Menu, Part, PartKind, ReplyButton};
pub use report::{Action, Change, Loss, Report};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::adapter::Platform;
use crate::capabilities::Capabilities;
use crate::content::Content;
use crate::ids::{MediaId, MessageId};
use crate::settings::{Formatting, Language, LinkButtons};

/// One pass over a message's parts: fixes one misfit and reports what it changed.
pub type Pass = fn(Vec<Part>, &Context<'_>, &mut Report) -> Vec<Part>;

/// The passes in their order: structure first, size last, because fallbacks grow text.
pub const PASSES: &[(&str, Pass)] = &[];

/// What is known of a medium.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MediaFacts {
    /// Our id of it.
    pub id: MediaId,
    /// Its public, unguessable, long-lived address.
    pub url: String,
    /// The address of a small JPEG of it (at most 1 MB), where it is a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview_url: Option<String>,
    /// Its name for people.
    pub name: String,
    /// Its type by its first bytes.
    pub mime: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Pixels, where it is a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels, where it is a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Milliseconds, where it plays and the author or the platform told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
}

/// What a message is fitted to.
pub struct Context<'a> {
    /// The platform, for its way of composing bubbles.
    pub platform: &'a Platform,
    /// What the platform's flavour can do.
    pub capabilities: &'a Capabilities,
    /// The channel's switch for link buttons.
    pub link_buttons: LinkButtons,
    /// The channel's switch for marks.
    pub formatting: Formatting,
    /// The language of fallback texts.
    pub language: Language,
    /// The message, for the payloads of its reply buttons; `None` in a preview.
    pub message: Option<MessageId>,
    /// What is known of each medium, by id or by address.
    pub media: &'a BTreeMap<String, MediaFacts>,
    /// The values of variables, by path.
    pub variables: &'a BTreeMap<String, String>,
    /// Makes a short address for a long one; `None` where there is no public address.
    pub short_link: Option<&'a dyn Fn(&str) -> String>,
    /// How many options earlier menus of the same decision have numbered already.
    pub numbered_before: usize,
}

/// A message as a platform will draw it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fitted {
    /// What is drawn, one to one.
    pub parts: Vec<Part>,
    /// What was changed on the way.
    pub report: Report,
}

/// Why a message cannot be sent to a platform at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// The element, as a JSON pointer into the content.
    pub path: String,
    /// The inventory's id of the rule, or the name of the capability.
    pub rule: String,
    /// What the author can do about it.
    pub detail: String,
}

/// Fits content to a platform. Pure; the same arguments give the same parts.
pub fn fit(content: &Content, context: &Context<'_>) -> Result<Fitted, Rejection> {
    let _ = (content, context);
    Ok(Fitted { parts: Vec::new(), report: Report::default() })
}
