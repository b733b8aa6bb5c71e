//! Invented platforms: one like Kakao, one like LINE, one plain and narrow, and our own where everything is native.

use super::*;
use crate::adapter::{Account, AccountError, AccountSpec, Adapter, HookSpec, Platform, Words};
use crate::capabilities::*;
use crate::ids::MessageId;
use crate::settings::{Formatting, Language, LinkButtons};

const S: &str = "invented";

const fn media(level: Level, caption: Option<Limit>, rich: Option<RichImage>) -> MediaCaps {
    MediaCaps { level, mimes: &[], max_bytes: Count::new(1_000, S), route: Route::Upload, caption, rich }
}

const CAROUSEL: LayoutCaps = LayoutCaps {
    layout: crate::content::Layout::Carousel,
    level: Level::Native,
    min_cards: 2,
    max_cards: Count::new(3, S),
    title: Some(Limit::new(8, Unit::Utf16, S)),
    body: Some(Limit::new(20, Unit::Utf16, S)),
    body_beside: None,
    image: Presence::Optional,
    buttons: Count::new(2, S),
    label: Limit::new(6, Unit::Utf16, S),
    items: None,
};

const fn caps(unit: Unit, max: usize) -> Capabilities {
    let text = Limit::new(max, unit, S);
    Capabilities {
        text: TextCaps { limit: text, marks: Level::Text, mention: Level::Text, link: Level::Text },
        link_buttons: LinkButtonCaps {
            level: Level::Text,
            max: Count::new(0, S),
            label: Limit::new(0, unit, S),
            url: Limit::new(0, unit, S),
            text,
            text_with_image: None,
        },
        replies: ReplyCaps {
            level: Level::Text,
            max: Count::new(0, S),
            label: Limit::new(0, unit, S),
            shares_with_link_buttons: false,
            overflow: None,
            last_only: false,
        },
        image: media(Level::Native, None, None),
        file: media(Level::Link, None, None),
        video: media(Level::Link, None, None),
        audio: media(Level::Dropped, None, None),
        form: FormCaps { level: Level::Text, fields: Count::new(4, S) },
        cards: &[],
        location: Level::Text,
        sticker: Level::Text,
        channel_override: Level::Rejected,
        batch: Count::new(1, S),
        session: SessionPolicy {
            kind: "invented",
            business_may_start: false,
            idle_ms: None,
            human_agent_ms: None,
            source: S,
            reports_end: false,
            can_end: false,
            end_closes_conversation: false,
            on_return: OnReturn::Same,
            end_command: None,
            reply_handle_ms: None,
            retention_notice: false,
        },
        receipts: Receipt::Sent,
        pace: &[],
        cost: CostPolicy { ordinary: CostClass::None, by_reply_handle: CostClass::FreeReply },
        typing: Level::Dropped,
        mark_read: Level::Dropped,
        block: Level::Dropped,
        profile: Level::Dropped,
        inbox: InboxPlace { order: None, icon: false, external: true },
    }
}

const RICH: RichImage = RichImage {
    mimes: &["image/jpeg"],
    max_bytes: Count::new(500, S),
    min_width: 100,
    widest: (2, 1),
    tallest: (3, 4),
};

const fn kakaoish_caps() -> Capabilities {
    let text = Limit::new(100, Unit::Utf16, S);
    Capabilities {
        link_buttons: LinkButtonCaps {
            level: Level::Native,
            max: Count::new(5, S),
            label: Limit::new(28, Unit::Utf16, S),
            url: Limit::new(80, Unit::Utf16, S),
            text,
            text_with_image: Some(text),
        },
        replies: ReplyCaps {
            level: Level::Native,
            max: Count::new(5, S),
            label: Limit::new(28, Unit::Utf16, S),
            shares_with_link_buttons: true,
            overflow: Some(ReplyOverflow { max: Count::new(10, S), label: Limit::new(14, Unit::Utf16, S) }),
            last_only: false,
        },
        image: media(Level::Native, Some(text), Some(RICH)),
        file: media(Level::Native, None, None),
        cards: &[CAROUSEL],
        ..caps(Unit::Utf16, 100)
    }
}

const fn lineish_caps() -> Capabilities {
    Capabilities {
        link_buttons: LinkButtonCaps {
            level: Level::Adapted,
            max: Count::new(4, S),
            label: Limit::new(20, Unit::Graphemes, S),
            url: Limit::new(1_000, Unit::Utf16, S),
            text: Limit::new(160, Unit::Graphemes, S),
            text_with_image: Some(Limit::new(60, Unit::Graphemes, S)),
        },
        replies: ReplyCaps {
            level: Level::Native,
            max: Count::new(13, S),
            label: Limit::new(20, Unit::Graphemes, S),
            shares_with_link_buttons: false,
            overflow: None,
            last_only: true,
        },
        location: Level::Native,
        sticker: Level::Adapted,
        channel_override: Level::Native,
        ..caps(Unit::Utf16, 500)
    }
}

const fn own_caps() -> Capabilities {
    let text = Limit::new(10_000, Unit::Chars, S);
    Capabilities {
        text: TextCaps { limit: text, marks: Level::Native, mention: Level::Native, link: Level::Native },
        link_buttons: LinkButtonCaps {
            level: Level::Native,
            max: Count::new(10, S),
            label: text,
            url: text,
            text,
            text_with_image: Some(text),
        },
        replies: ReplyCaps {
            level: Level::Native,
            max: Count::new(10, S),
            label: text,
            shares_with_link_buttons: false,
            overflow: None,
            last_only: false,
        },
        form: FormCaps { level: Level::Native, fields: Count::new(4, S) },
        location: Level::Native,
        sticker: Level::Native,
        inbox: InboxPlace { order: None, icon: false, external: false },
        ..caps(Unit::Chars, 10_000)
    }
}

fn closed(_: &Account) -> Result<Box<dyn Adapter>, AccountError> {
    Err(AccountError { field: "invented", detail: "opens no account".to_owned() })
}

const fn platform(name: &'static str, capabilities: Capabilities) -> Platform {
    Platform {
        name,
        title: Words { ko: name, en: name },
        capabilities,
        flavours: &[],
        account: AccountSpec { credentials: &[], settings: &[] },
        hooks: HookSpec { suffixes: &[], get: false, max_body: 0 },
        media_hosts: &[],
        open: closed,
        compose: bubbles::standard,
    }
}

static KAKAOISH: Platform = platform("kakao", kakaoish_caps());
static LINEISH: Platform = platform("line", lineish_caps());
static OWN: Platform = platform("own", own_caps());
static BYTES: Platform = platform("bytes", caps(Unit::Bytes, 40));
static SEGMENTS: Platform = platform(
    "sms",
    Capabilities {
        cost: CostPolicy { ordinary: CostClass::Segments, by_reply_handle: CostClass::Segments },
        ..caps(Unit::SmsSegments, 2)
    },
);

/// Every invented platform.
pub(crate) static ALL: [&Platform; 5] = [&KAKAOISH, &LINEISH, &OWN, &BYTES, &SEGMENTS];

/// A platform with the switches and facts of a test.
pub(crate) struct Bench {
    platform: &'static Platform,
    pub(crate) link_buttons: LinkButtons,
    pub(crate) formatting: Formatting,
    pub(crate) language: Language,
    pub(crate) media: BTreeMap<String, MediaFacts>,
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) numbered_before: usize,
    pub(crate) short_link: Option<fn(&str) -> String>,
}

impl Bench {
    pub(crate) fn of(platform: &'static Platform) -> Self {
        Self {
            platform,
            link_buttons: LinkButtons::Text,
            formatting: Formatting::Strip,
            language: Language::Ko,
            media: BTreeMap::new(),
            variables: BTreeMap::new(),
            numbered_before: 0,
            short_link: None,
        }
    }

    pub(crate) fn native(mut self) -> Self {
        self.link_buttons = LinkButtons::Native;
        self.formatting = Formatting::Native;
        self
    }

    pub(crate) fn with<T>(&self, run: impl FnOnce(&Context<'_>) -> T) -> T {
        let short = self.short_link;
        let shorten = move |url: &str| short.map_or_else(|| url.to_owned(), |short| short(url));
        run(&Context {
            platform: self.platform,
            capabilities: &self.platform.capabilities,
            link_buttons: self.link_buttons,
            formatting: self.formatting,
            language: self.language,
            message: Some(MessageId(uuid::Uuid::from_u128(7))),
            media: &self.media,
            variables: &self.variables,
            short_link: short.is_some().then_some(&shorten as &dyn Fn(&str) -> String),
            numbered_before: self.numbered_before,
        })
    }

    pub(crate) fn fit(&self, content: &Content) -> Fitted {
        self.with(|context| {
            let fitted = fit(content, context).expect("the test's content is not rejected");
            assert_eq!(misfits(&fitted.parts, context), []);
            let again = refit(fitted.parts.clone(), context);
            assert_eq!(again.parts, fitted.parts);
            assert_eq!(again.report, Report::default());
            fitted
        })
    }

    pub(crate) fn reject(&self, content: &Content) -> Rejection {
        self.with(|context| fit(content, context).expect_err("the test's content is rejected"))
    }
}

pub(crate) fn kakaoish() -> Bench {
    Bench::of(&KAKAOISH)
}

pub(crate) fn lineish() -> Bench {
    Bench::of(&LINEISH)
}

pub(crate) fn own() -> Bench {
    Bench::of(&OWN)
}

pub(crate) fn bytes() -> Bench {
    Bench::of(&BYTES)
}

pub(crate) fn segments() -> Bench {
    Bench::of(&SEGMENTS)
}
