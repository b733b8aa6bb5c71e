//! What the web chat can do: everything. Its numbers are our own or the seeds', and exist so that nothing is unbounded.

use naru_core::capabilities::{
    Capabilities, CostClass, CostPolicy, Count, FormCaps, InboxPlace, ItemCaps, LayoutCaps, Level, Limit,
    LinkButtonCaps, MediaCaps, OnReturn, Presence, Receipt, ReplyCaps, Route, SessionPolicy, TextCaps, Unit,
};
use naru_core::content::Layout;

const OWN: &str = "own channel: our choice";

const TEXT: Limit = Limit::new(10_000, Unit::Graphemes, OWN);
const LABEL: Limit = Limit::new(200, Unit::Graphemes, OWN);
const HEAD: Limit = Limit::new(100, Unit::Graphemes, OWN);
const WORDS: Limit = Limit::new(1_000, Unit::Graphemes, OWN);
const ADDRESS: Limit = Limit::new(2_048, Unit::Chars, OWN);

/// One gigabyte per file (inventory L09).
const GIGABYTE: Count = Count::new(1_073_741_824, "inventory L09: 1 GB per file");

const MEDIA: MediaCaps = MediaCaps {
    level: Level::Native,
    mimes: &[],
    max_bytes: GIGABYTE,
    route: Route::Own,
    caption: Some(TEXT),
    rich: None,
};

const ITEMS: ItemCaps = ItemCaps {
    min: 0,
    max: Count::new(20, OWN),
    first_title: None,
    title: HEAD,
    description: Some(HEAD),
    image: Presence::Optional,
    highlight: Some([(HEAD, HEAD), (HEAD, HEAD)]),
    summary: Some((HEAD, HEAD)),
    footnote: Some(WORDS),
};

const fn layout(layout: Layout, cards: u64) -> LayoutCaps {
    LayoutCaps {
        layout,
        level: Level::Native,
        min_cards: 1,
        max_cards: Count::new(cards, OWN),
        title: Some(HEAD),
        body: Some(WORDS),
        body_beside: None,
        image: Presence::Optional,
        buttons: Count::new(5, OWN),
        label: LABEL,
        items: Some(ITEMS),
    }
}

/// What the web chat can do.
pub(super) const CAPABILITIES: Capabilities = Capabilities {
    text: TextCaps { limit: TEXT, marks: Level::Native, mention: Level::Native, link: Level::Native },
    link_buttons: LinkButtonCaps {
        level: Level::Native,
        max: Count::new(10, OWN),
        label: LABEL,
        url: ADDRESS,
        text: TEXT,
        text_with_image: Some(TEXT),
    },
    replies: ReplyCaps {
        level: Level::Native,
        max: Count::new(10, "inventory L02: 10 reply buttons per step"),
        label: LABEL,
        shares_with_link_buttons: false,
        overflow: None,
        last_only: false,
    },
    image: MEDIA,
    file: MEDIA,
    video: MEDIA,
    audio: MEDIA,
    form: FormCaps { level: Level::Native, fields: Count::new(4, "inventory L01: 4 questions per message") },
    cards: &[
        layout(Layout::Carousel, 10),
        layout(Layout::Wide, 1),
        layout(Layout::WideList, 1),
        layout(Layout::ItemList, 1),
    ],
    location: Level::Native,
    sticker: Level::Native,
    channel_override: Level::Rejected,
    batch: Count::new(50, OWN),
    session: SessionPolicy {
        kind: "webchat",
        business_may_start: true,
        idle_ms: None,
        human_agent_ms: None,
        source: OWN,
        reports_end: false,
        can_end: false,
        end_closes_conversation: false,
        on_return: OnReturn::Same,
        end_command: None,
        reply_handle_ms: None,
        retention_notice: false,
    },
    receipts: Receipt::Read,
    pace: &[],
    cost: CostPolicy { ordinary: CostClass::None, by_reply_handle: CostClass::None },
    typing: Level::Native,
    mark_read: Level::Native,
    block: Level::Native,
    profile: Level::Dropped,
    inbox: InboxPlace { order: None, icon: false, external: false },
};
