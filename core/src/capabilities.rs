//! What a platform can do, as data: one literal per adapter, every limit with its unit and the source of its number.
//!
//! The downgrade, the API, the console and the README's table all read this one value. It has no `Default` and is
//! written without `..`, so that a new capability breaks every adapter at compile time: that is the review list.

mod limit;

pub use limit::{Count, Limit, Unit, gsm_alphabet};

use serde::{Deserialize, Serialize};

use crate::content::{Layout, MediaKind};

/// How well a platform can show an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// As it is.
    Native,
    /// By something else of the platform's that does the same.
    Adapted,
    /// As words.
    Text,
    /// As an address to look at.
    Link,
    /// Not at all; the report says so.
    Dropped,
    /// Not at all; the message goes back to its author.
    Rejected,
}

/// Everything the gateway must know of a platform before it composes a message for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Capabilities {
    /// Words.
    pub text: TextCaps,
    /// Buttons that open an address, under `link_buttons = "native"`.
    pub link_buttons: LinkButtonCaps,
    /// Buttons that answer for the customer.
    pub replies: ReplyCaps,
    /// Pictures.
    pub image: MediaCaps,
    /// Documents.
    pub file: MediaCaps,
    /// Moving pictures.
    pub video: MediaCaps,
    /// Recordings.
    pub audio: MediaCaps,
    /// Questions for the customer.
    pub form: FormCaps,
    /// Cards, by layout; a layout that is not listed becomes text and pictures.
    pub cards: &'static [LayoutCaps],
    /// A place on the map.
    pub location: Level,
    /// Stickers: `Native` where any is drawn, `Adapted` where the platform draws its own and the others become words.
    pub sticker: Level,
    /// Whether a raw payload of the platform's own may replace what we would draw.
    pub channel_override: Level,
    /// How many parts one call may carry.
    pub batch: Count,
    /// Who may speak when.
    pub session: SessionPolicy,
    /// The highest state of a sent message that the platform can prove.
    pub receipts: Receipt,
    /// How fast the platform may be called.
    pub pace: &'static [Pace],
    /// What a message costs.
    pub cost: CostPolicy,
    /// Whether the customer is shown that somebody types.
    pub typing: Level,
    /// Whether the customer can be told that a message was read.
    pub mark_read: Level,
    /// Whether the platform can be told to block a customer.
    pub block: Level,
    /// Whether the platform hands out a customer's profile.
    pub profile: Level,
    /// The platform's place in the inbox.
    pub inbox: InboxPlace,
}

impl Capabilities {
    /// The capabilities for one kind of media.
    pub fn media(&self, kind: MediaKind) -> &MediaCaps {
        match kind {
            MediaKind::Image => &self.image,
            MediaKind::File => &self.file,
            MediaKind::Video => &self.video,
            MediaKind::Audio => &self.audio,
        }
    }

    /// The capabilities for one layout of cards, where the platform has it.
    pub fn layout(&self, layout: Layout) -> Option<&LayoutCaps> {
        self.cards.iter().find(|caps| caps.layout == layout)
    }
}

/// Words.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TextCaps {
    /// The longest text of one part.
    pub limit: Limit,
    /// Bold, italic, code and strike: on external messengers only under `formatting = "native"` (inventory C29).
    pub marks: Level,
    /// Mentions of managers and teams.
    pub mention: Level,
    /// Words that lead to an address.
    pub link: Level,
}

/// Buttons that open an address.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LinkButtonCaps {
    /// `Native` or `Adapted` where the platform has such buttons, else `Text`.
    pub level: Level,
    /// How many one part may carry.
    pub max: Count,
    /// The longest label.
    pub label: Limit,
    /// The longest address.
    pub url: Limit,
    /// The longest text in a part that carries buttons.
    pub text: Limit,
    /// What the text above the buttons may measure when the part also carries a picture; `None`: no picture there.
    pub text_with_image: Option<Limit>,
}

/// Buttons that answer for the customer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ReplyCaps {
    /// `Native` where the platform has such buttons, else `Text` (a numbered list).
    pub level: Level,
    /// How many one part may carry.
    pub max: Count,
    /// The longest label.
    pub label: Limit,
    /// Whether link buttons of the same part count towards `max`.
    pub shares_with_link_buttons: bool,
    /// A second row for what is beyond `max`, where the platform has one.
    pub overflow: Option<ReplyOverflow>,
    /// Whether the buttons are shown only below the last message of the room (LINE), so that they must stay last.
    pub last_only: bool,
}

/// A second row of reply buttons (Kakao's quick connections).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ReplyOverflow {
    /// How many it may carry.
    pub max: Count,
    /// The longest label in it.
    pub label: Limit,
}

/// One kind of media.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MediaCaps {
    /// `Native` where the platform shows it, else what becomes of it.
    pub level: Level,
    /// The MIME types it takes; empty: any.
    pub mimes: &'static [&'static str],
    /// The largest file in bytes.
    pub max_bytes: Count,
    /// How the bytes get there.
    pub route: Route,
    /// The longest text that may stand in the same part; `None`: none may.
    pub caption: Option<Limit>,
    /// What a picture must measure when words or buttons share its part.
    pub rich: Option<RichImage>,
}

/// How a medium's bytes get to the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// Uploaded to the platform before the message.
    Upload,
    /// Named by an `https` address that must stay reachable for so long.
    Url {
        /// Milliseconds; `None`: as long as the message may be looked at.
        min_ttl_ms: Option<i64>,
    },
    /// Served to the web chat by ourselves.
    Own,
    /// Not at all.
    None,
}

/// The stricter rules for a picture in a part with words or buttons (Kakao's link images).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RichImage {
    /// The MIME types it takes.
    pub mimes: &'static [&'static str],
    /// The largest file in bytes.
    pub max_bytes: Count,
    /// The smallest width in pixels.
    pub min_width: u32,
    /// The flattest allowed picture, width by height.
    pub widest: (u32, u32),
    /// The tallest allowed picture, width by height.
    pub tallest: (u32, u32),
}

/// Questions for the customer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FormCaps {
    /// `Native` where the platform has forms, `Text` where it is asked one by one, `Link` where a web form stands in.
    pub level: Level,
    /// How many questions one form may hold.
    pub fields: Count,
}

/// One layout of cards.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LayoutCaps {
    /// The layout.
    pub layout: Layout,
    /// `Native`, or `Adapted` where another layout stands in.
    pub level: Level,
    /// The smallest number of cards.
    pub min_cards: usize,
    /// The largest number of cards.
    pub max_cards: Count,
    /// A card's head; `None`: it has none.
    pub title: Option<Limit>,
    /// A card's words.
    pub body: Option<Limit>,
    /// A card's words when it also has a head or a picture, where that differs.
    pub body_beside: Option<Limit>,
    /// Whether a card has a picture.
    pub image: Presence,
    /// How many link buttons a card may carry.
    pub buttons: Count,
    /// The longest label of such a button.
    pub label: Limit,
    /// A card's list; `None`: it has none.
    pub items: Option<ItemCaps>,
}

/// Whether an element is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// It must be.
    Required,
    /// It may be.
    Optional,
    /// It may be, but then on every card.
    AllOrNone,
    /// It cannot be.
    Never,
}

/// The list of a card.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ItemCaps {
    /// The smallest number of entries.
    pub min: usize,
    /// The largest number of entries.
    pub max: Count,
    /// The first entry's head, where it differs from the others'.
    pub first_title: Option<Limit>,
    /// An entry's head.
    pub title: Limit,
    /// An entry's words; `None`: it has none.
    pub description: Option<Limit>,
    /// Whether an entry has a picture.
    pub image: Presence,
    /// The emphasised entry, without and with a picture: head and words of each; `None`: there is none.
    pub highlight: Option<[(Limit, Limit); 2]>,
    /// The last line: head and value; `None`: there is none.
    pub summary: Option<(Limit, Limit)>,
    /// The small print; `None`: there is none.
    pub footnote: Option<Limit>,
}

/// Who may speak when.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an independent fact about a platform, never passed on alone"
)]
pub struct SessionPolicy {
    /// The session's name in the API, e.g. `kakao_session`.
    pub kind: &'static str,
    /// Whether a message may be sent before the customer has written.
    pub business_may_start: bool,
    /// How long a session lives after the customer's last message, in milliseconds; `None`: for ever.
    pub idle_ms: Option<i64>,
    /// How long managers may still answer after that, with the platform's permission.
    pub human_agent_ms: Option<i64>,
    /// Where these numbers come from.
    pub source: &'static str,
    /// Whether the platform tells us that a session has ended.
    pub reports_end: bool,
    /// Whether we can tell the platform to end a session.
    pub can_end: bool,
    /// What becomes of the conversation when the platform's session ends.
    pub end_closes_conversation: bool,
    /// Where the customer's next message goes when the session before it was closed.
    pub on_return: OnReturn,
    /// Words by which a customer ends the session on the platform's side.
    pub end_command: Option<&'static str>,
    /// How long a reply handle (LINE's reply token) is good, in milliseconds.
    pub reply_handle_ms: Option<i64>,
    /// Whether the first automatic message of a session must say how long chats are kept (inventory K25).
    pub retention_notice: bool,
}

/// Where a returning customer's message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnReturn {
    /// Into a new conversation.
    New,
    /// Into the one before.
    Same,
}

/// A state of a sent message that a platform can prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receipt {
    /// The platform has it.
    Sent,
    /// The customer's device has it.
    Delivered,
    /// The customer has seen it.
    Read,
}

/// How fast a platform may be called.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Pace {
    /// Which calls: the first word of a step's name, or `*` for all.
    pub calls: &'static str,
    /// How many of them.
    pub permits: u32,
    /// In how many milliseconds.
    pub per_ms: u32,
    /// Where the number comes from.
    pub source: &'static str,
}

/// What a message costs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CostPolicy {
    /// An ordinary message.
    pub ordinary: CostClass,
    /// A message by a fresh reply handle.
    pub by_reply_handle: CostClass,
}

/// What one message costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CostClass {
    /// Nothing, because it answers within the platform's window.
    FreeReply,
    /// It counts towards a paid quota.
    PaidPush,
    /// By its segments.
    Segments,
    /// Nothing that the platform counts.
    None,
}

/// The platform's place in the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct InboxPlace {
    /// Its fixed position in the list of services (inventory I14); `None`: it is not listed there.
    pub order: Option<u8>,
    /// Whether the avatar carries the messenger's icon (I20).
    pub icon: bool,
    /// Whether the seeds count it among the external messengers (W03).
    pub external: bool,
}
