//! What a message is fitted to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::adapter::Platform;
use crate::capabilities::{Capabilities, CostClass, Level};
use crate::content::Media;
use crate::ids::{MediaId, MessageId};
use crate::settings::{Formatting, Language, LinkButtons};

/// What is known of a medium.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MediaFacts {
    /// Our id of it.
    pub id: MediaId,
    /// Its public, unguessable, long-lived address.
    pub url: String,
    /// The address of a small JPEG of it (at most 1 MB) where it is a picture, of a still where it is a video.
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
    /// Milliseconds, where it plays and the author, the platform or its own header told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
}

/// What a message is fitted to.
///
/// The switches `link_buttons` and `formatting` hold for the external messengers that the seeds' rules D03 and D05
/// speak of. On our own web chat (`capabilities.inbox.external` is `false`) they do not exist: what is native there
/// is always drawn. Ask [`Context::keeps_marks`] and [`Context::keeps_link_buttons`], not the switches.
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

impl Context<'_> {
    /// Whether bold, italic, code and strike reach the customer (inventory D05, C29).
    pub fn keeps_marks(&self) -> bool {
        drawn(self.capabilities.text.marks) && (self.is_own() || self.formatting == Formatting::Native)
    }

    /// Whether link buttons reach the customer as buttons (inventory D03, C19).
    pub fn keeps_link_buttons(&self) -> bool {
        drawn(self.capabilities.link_buttons.level)
            && (self.is_own() || self.link_buttons == LinkButtons::Native)
    }

    /// Whether reply buttons reach the customer as buttons (inventory C01).
    pub fn keeps_replies(&self) -> bool {
        drawn(self.capabilities.replies.level)
    }

    /// Whether words may lead to an address without showing it.
    pub fn keeps_links(&self) -> bool {
        drawn(self.capabilities.text.link)
    }

    /// What is known of a medium; `None` before its bytes are in our store, which must never block a message.
    pub fn facts(&self, media: &Media) -> Option<&MediaFacts> {
        match media {
            Media::Stored(stored) => self.media.get(&stored.id.to_string()),
            Media::Remote(remote) => self.media.get(&remote.url),
            Media::Platform(held) => self.media.get(&held.reference),
        }
    }

    /// The platform's name in the language of the texts.
    pub fn platform_title(&self) -> &'static str {
        match self.language {
            Language::Ko => self.platform.title.ko,
            Language::En => self.platform.title.en,
        }
    }

    /// Whether every letter is paid for, as in an SMS.
    pub(super) fn counts_segments(&self) -> bool {
        self.capabilities.cost.ordinary == CostClass::Segments
    }

    fn is_own(&self) -> bool {
        !self.capabilities.inbox.external
    }
}

/// Whether the platform draws an element of that level itself.
pub(super) fn drawn(level: Level) -> bool {
    matches!(level, Level::Native | Level::Adapted)
}
