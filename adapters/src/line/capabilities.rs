//! What LINE can show, as its Messaging API reference states it.

use naru_core::capabilities::{
    Capabilities, CostClass, CostPolicy, Count, FormCaps, InboxPlace, LayoutCaps, Level, Limit,
    LinkButtonCaps, MediaCaps, OnReturn, Pace, Presence, Receipt, ReplyCaps, Route, SessionPolicy, TextCaps,
    Unit,
};
use naru_core::content::Layout;
use naru_core::time::SECOND;

/// How many message objects one request may carry.
pub(super) const BATCH: usize = 5;
/// The longest text of a text message, in UTF-16 units.
pub(super) const TEXT_UTF16: usize = 5_000;
/// The longest text of a buttons template without head and picture, in graphemes.
pub(super) const BUTTONS_TEXT: usize = 160;
/// How many buttons a buttons template may carry.
pub(super) const BUTTONS: usize = 4;
/// The longest address behind a button, in characters, after percent-encoding.
pub(super) const BUTTON_URL: usize = 1_000;
/// How many quick replies may stand under the last message.
pub(super) const QUICK_REPLIES: usize = 13;
/// The longest head and the longest address of a place.
pub(super) const PLACE: usize = 100;
/// The longest text that stands for a template in lists and notifications, in UTF-16 units.
pub(super) const ALT_UTF16: usize = 1_500;
/// The largest preview picture in bytes.
pub(super) const PREVIEW_BYTES: u64 = 1_000_000;
/// The widest thumbnail of a template in pixels.
pub(super) const THUMBNAIL_WIDTH: u32 = 1_024;

const MEGABYTE: u64 = 1_000_000;
const REFERENCE: &str = "LINE Messaging API reference, message objects";
const TEMPLATES: &str = "LINE Messaging API reference, template messages";
const ACTIONS: &str = "LINE Messaging API reference, action objects";
const LABEL: Limit = Limit::new(20, Unit::Graphemes, ACTIONS);

/// What LINE can do.
pub(super) const CAPABILITIES: Capabilities = Capabilities {
    text: TextCaps {
        limit: Limit::new(TEXT_UTF16, Unit::Utf16, "LINE Messaging API reference, text message"),
        marks: Level::Text,
        mention: Level::Text,
        link: Level::Text,
    },
    link_buttons: LinkButtonCaps {
        level: Level::Native,
        max: Count::new(BUTTONS as u64, TEMPLATES),
        label: LABEL,
        url: Limit::new(BUTTON_URL, Unit::Chars, ACTIONS),
        text: Limit::new(BUTTONS_TEXT, Unit::Graphemes, TEMPLATES),
        text_with_image: None,
    },
    replies: ReplyCaps {
        level: Level::Native,
        max: Count::new(QUICK_REPLIES as u64, "LINE Messaging API reference, quick reply"),
        label: LABEL,
        shares_with_link_buttons: false,
        overflow: None,
        last_only: true,
    },
    image: media(&["image/jpeg", "image/png"], 10 * MEGABYTE),
    file: MediaCaps {
        level: Level::Link,
        mimes: &[],
        max_bytes: Count::new(0, "LINE has no outbound file message"),
        route: Route::None,
        caption: None,
        rich: None,
    },
    video: media(&["video/mp4"], 200 * MEGABYTE),
    audio: media(&["audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/m4a"], 200 * MEGABYTE),
    form: FormCaps { level: Level::Text, fields: Count::new(4, "inventory L01") },
    cards: &[
        cards(Layout::Carousel, 1, 10, Limit::new(120, Unit::Graphemes, TEMPLATES), 3),
        cards(Layout::Wide, 1, 1, Limit::new(BUTTONS_TEXT, Unit::Graphemes, TEMPLATES), 4),
    ],
    location: Level::Native,
    // LINE's own are drawn; those of others become their words.
    sticker: Level::Adapted,
    channel_override: Level::Native,
    batch: Count::new(BATCH as u64, "LINE Messaging API reference, send push message"),
    session: SessionPolicy {
        kind: "line_none",
        business_may_start: true,
        idle_ms: None,
        human_agent_ms: None,
        source: "LINE has no session: friends and groups can be written to at any time",
        reports_end: false,
        can_end: false,
        end_closes_conversation: false,
        on_return: OnReturn::Same,
        end_command: None,
        // LINE promises one minute; what is left over is the way there.
        reply_handle_ms: Some(50 * SECOND),
        retention_notice: false,
    },
    receipts: Receipt::Sent,
    pace: &[
        Pace { calls: "typing", permits: 100, per_ms: 1_000, source: RATE },
        Pace { calls: "webhook", permits: 1_000, per_ms: 60_000, source: RATE },
        Pace { calls: "*", permits: 2_000, per_ms: 1_000, source: RATE },
    ],
    cost: CostPolicy { ordinary: CostClass::PaidPush, by_reply_handle: CostClass::FreeReply },
    typing: Level::Native,
    mark_read: Level::Native,
    block: Level::Dropped,
    profile: Level::Native,
    inbox: InboxPlace { order: Some(6), icon: true, external: true },
};

const RATE: &str = "LINE Messaging API reference, rate limits";

/// A medium that LINE fetches by its address whenever a phone looks at it.
const fn media(mimes: &'static [&'static str], max: u64) -> MediaCaps {
    MediaCaps {
        level: Level::Native,
        mimes,
        max_bytes: Count::new(max, REFERENCE),
        route: Route::Url { min_ttl_ms: None },
        caption: None,
        rich: None,
    }
}

/// A layout that a template draws, or a Flex message where the cards are too unlike for one template.
const fn cards(layout: Layout, min_cards: usize, max_cards: u64, body: Limit, buttons: u64) -> LayoutCaps {
    LayoutCaps {
        layout,
        level: Level::Native,
        min_cards,
        max_cards: Count::new(max_cards, TEMPLATES),
        title: Some(Limit::new(40, Unit::Graphemes, TEMPLATES)),
        body: Some(body),
        body_beside: Some(Limit::new(60, Unit::Graphemes, TEMPLATES)),
        image: Presence::Optional,
        buttons: Count::new(buttons, TEMPLATES),
        label: LABEL,
        items: None,
    }
}
