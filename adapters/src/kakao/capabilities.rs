//! What KakaoTalk's consult chat can show, and what each of its four dealers' spellings takes away.

use naru_core::capabilities::{
    Capabilities, CostClass, CostPolicy, Count, FormCaps, InboxPlace, ItemCaps, LayoutCaps, Level, Limit,
    LinkButtonCaps, MediaCaps, OnReturn, Pace, Presence, Receipt, ReplyCaps, ReplyOverflow, RichImage, Route,
    SessionPolicy, TextCaps, Unit,
};
use naru_core::content::Layout;
use naru_core::time::DAY;

const GUIDE: &str = "Kakao business guide, consult talk 1-2: spaces count, Korean and Latin alike";
const TEXT: Limit = limit(1_000, "Kakao business guide, consult talk 1-2; more is refused with -506");
const LABEL: Limit = limit(28, "Happytalk developer centre, send_chat: links[].name text(28)");
const QUICK_LABEL: Limit = limit(14, "validator of a direct integration: quick_reply[].name at most 14");
const ADDRESS: Limit = limit(
    1_000,
    "Happytalk developer centre gives addresses as text(1000); a button's own is not documented",
);
const KAKAO_FILE: u64 = 300 * 1024 * 1024;
const HAPPYTALK_FILE: Count =
    Count::new(20 * 1024 * 1024, "dealer: Happytalk takes 20 MB per upload (Kakao itself: 300 MB)");

/// Kakao's texts are counted in UTF-16 units: its servers are Java, and the unit for emoji is not documented.
const fn limit(max: usize, source: &'static str) -> Limit {
    Limit::new(max, Unit::Utf16, source)
}

/// Everything that some flavour can do; [`direct`] and its neighbours take away what theirs cannot.
pub(super) const CAPABILITIES: Capabilities = Capabilities {
    text: TextCaps { limit: TEXT, marks: Level::Text, mention: Level::Text, link: Level::Text },
    link_buttons: LinkButtonCaps {
        level: Level::Native,
        max: Count::new(5, GUIDE),
        label: LABEL,
        url: ADDRESS,
        text: TEXT,
        text_with_image: Some(TEXT),
    },
    replies: ReplyCaps {
        level: Level::Native,
        max: Count::new(5, "Kakao business guide: at most 5 buttons under one bubble, of whatever kind"),
        label: LABEL,
        shares_with_link_buttons: true,
        overflow: Some(ReplyOverflow {
            max: Count::new(10, "Happytalk developer centre, send_chat: supplement of at most 10"),
            label: QUICK_LABEL,
        }),
        last_only: false,
    },
    image: MediaCaps {
        level: Level::Native,
        mimes: &["image/jpeg", "image/png", "image/gif"],
        max_bytes: Count::new(5 * 1024 * 1024, "Kakao business guide: 5 MB, jpg, png or gif"),
        route: Route::Upload,
        caption: Some(TEXT),
        rich: Some(RichImage {
            mimes: &["image/jpeg", "image/png"],
            max_bytes: Count::new(512 * 1024, "Happytalk developer centre: image_type=link takes 0.5 MB"),
            min_width: 500,
            widest: (2, 1),
            tallest: (3, 4),
        }),
    },
    file: document(KAKAO_FILE, "Kakao business guide: files of at most 300 MB"),
    video: document(KAKAO_FILE, "Kakao business guide: videos of at most 300 MB"),
    audio: document(10 * 1024 * 1024, "Kakao business guide: recordings of at most 10 MB"),
    form: FormCaps { level: Level::Text, fields: Count::new(4, "Naru asks them one by one") },
    cards: &[CAROUSEL, WIDE, WIDE_LIST, ITEM_LIST],
    location: Level::Text,
    sticker: Level::Text,
    channel_override: Level::Native,
    batch: Count::new(1, "one call writes one bubble"),
    session: SessionPolicy {
        kind: "kakao_session",
        business_may_start: false,
        idle_ms: Some(30 * DAY),
        human_agent_ms: None,
        source: "Kakao consult API document: 30 days from the customer's last message, renewed by each",
        reports_end: true,
        can_end: true,
        end_closes_conversation: true,
        on_return: OnReturn::New,
        end_command: Some(super::END_COMMAND),
        reply_handle_ms: None,
        retention_notice: true,
    },
    receipts: Receipt::Sent,
    pace: &[Pace {
        calls: "*",
        permits: 10,
        per_ms: 1_000,
        source: "not documented; 10 a second per sender key is our choice",
    }],
    cost: CostPolicy { ordinary: CostClass::None, by_reply_handle: CostClass::None },
    typing: Level::Dropped,
    mark_read: Level::Dropped,
    block: Level::Native,
    profile: Level::Dropped,
    inbox: InboxPlace { order: Some(3), icon: true, external: true },
};

const fn document(max: u64, source: &'static str) -> MediaCaps {
    MediaCaps {
        level: Level::Native,
        mimes: &[],
        max_bytes: Count::new(max, source),
        route: Route::Upload,
        caption: None,
        rich: None,
    }
}

/// K10: pictures side by side, each with a head, words and two buttons.
const CAROUSEL: LayoutCaps = LayoutCaps {
    layout: Layout::Carousel,
    level: Level::Native,
    min_cards: 2,
    max_cards: Count::new(6, "Kakao business guide: at most 6 (Bizgo: 2 to 10)"),
    title: Some(limit(20, GUIDE)),
    body: Some(limit(180, GUIDE)),
    body_beside: None,
    image: Presence::Required,
    buttons: Count::new(2, GUIDE),
    label: LABEL,
    items: None,
};

/// K08: one wide picture with a line of words.
const WIDE: LayoutCaps = LayoutCaps {
    layout: Layout::Wide,
    level: Level::Native,
    min_cards: 1,
    max_cards: Count::new(1, GUIDE),
    title: None,
    body: Some(limit(76, GUIDE)),
    body_beside: None,
    image: Presence::Required,
    buttons: Count::new(2, GUIDE),
    label: LABEL,
    items: None,
};

/// K09: a head with three or four lines, each beside a picture.
const WIDE_LIST: LayoutCaps = LayoutCaps {
    layout: Layout::WideList,
    level: Level::Native,
    min_cards: 1,
    max_cards: Count::new(1, GUIDE),
    title: Some(limit(20, "the head's size is not documented; 20 as in a carousel is our choice")),
    body: None,
    body_beside: None,
    image: Presence::Never,
    buttons: Count::new(2, GUIDE),
    label: LABEL,
    items: Some(ItemCaps {
        min: 3,
        max: Count::new(4, GUIDE),
        first_title: Some(limit(25, GUIDE)),
        title: limit(30, GUIDE),
        description: None,
        image: Presence::Required,
        highlight: None,
        summary: None,
        footnote: None,
    }),
};

/// K11: a table of heads and values.
const ITEM_LIST: LayoutCaps = LayoutCaps {
    layout: Layout::ItemList,
    level: Level::Native,
    min_cards: 1,
    max_cards: Count::new(1, GUIDE),
    title: Some(limit(16, GUIDE)),
    body: Some(limit(700, GUIDE)),
    body_beside: None,
    image: Presence::Optional,
    buttons: Count::new(5, GUIDE),
    label: LABEL,
    items: Some(ItemCaps {
        min: 2,
        max: Count::new(10, "Bizgo API: 2 to 10 entries"),
        first_title: None,
        title: limit(6, GUIDE),
        description: Some(limit(23, GUIDE)),
        image: Presence::Never,
        highlight: Some([(limit(30, GUIDE), limit(19, GUIDE)), (limit(21, GUIDE), limit(13, GUIDE))]),
        summary: Some((limit(6, GUIDE), limit(14, GUIDE))),
        footnote: Some(limit(200, GUIDE)),
    }),
};

/// Kakao's classic API: one kind of rich bubble (`LI`), and no kind for videos, which go as files.
pub(super) fn direct(capabilities: &mut Capabilities) {
    capabilities.cards = &[];
    capabilities.video.level = Level::Adapted;
}

/// The classic API behind Happytalk's smaller uploads.
pub(super) fn happytalk_v1(capabilities: &mut Capabilities) {
    direct(capabilities);
    happytalk_v3(capabilities);
}

/// The bubble API behind Happytalk's smaller uploads.
pub(super) fn happytalk_v3(capabilities: &mut Capabilities) {
    capabilities.file.max_bytes = HAPPYTALK_FILE;
    capabilities.video.max_bytes = HAPPYTALK_FILE;
}

/// The bubble API in Bizgo's spelling, which reports what was seen.
pub(super) fn bizgo(capabilities: &mut Capabilities) {
    const SOURCE: &str = "Kakao business guide: 300 MB (dealer: Bizgo's sandbox takes 10 MB)";
    capabilities.file.max_bytes = Count::new(KAKAO_FILE, SOURCE);
    capabilities.video.max_bytes = Count::new(KAKAO_FILE, SOURCE);
    capabilities.receipts = Receipt::Read;
    capabilities.pace = &[
        Pace { calls: "write", permits: 10, per_ms: 1_000, source: "not documented; our choice" },
        Pace {
            calls: "*",
            permits: 5,
            per_ms: 1_000,
            source: "Bizgo API: 5 a second for calls that send nothing",
        },
    ];
}

#[cfg(test)]
mod tests;
