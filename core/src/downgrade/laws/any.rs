//! Random content for the laws: Hangul, joined emoji, combining marks, right-to-left words, things that look like
//! marks, and enough of them to meet every limit.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::content::{
    Block, Buttons, Card, CardItem, CardSummary, Cards, Content, Field, FieldKind, Form, Layout, LinkButton,
    Location, Mark, Media, MediaBlock, Mention, MentionKind, MentionSpan, RemoteMedia, Replies, Reply, Span,
    Sticker, Text, TextSpan, VariableSpan,
};
use crate::downgrade::MediaFacts;
use crate::ids::MediaId;

/// Bits of text that have gone wrong somewhere before.
const BITS: &[&str] = &[
    "가",
    "나다라",
    "힣",
    "\u{1112}\u{1161}\u{11ab}",
    "abc",
    "Z",
    "7",
    " ",
    " ",
    " ",
    "\n",
    "\n\n",
    ". ",
    "! ",
    "?",
    "👨\u{200d}👩\u{200d}👧\u{200d}👦",
    "👍🏽",
    "🇰🇷",
    "❤\u{fe0f}",
    "e\u{301}",
    "o\u{308}\u{323}",
    "שלום",
    "مرحبا",
    "*",
    "**",
    "_",
    "~",
    "~~",
    "`",
    "#",
    "<b>",
    ">",
    "&amp;",
    "c***@g",
    "{{x}}",
    "[a](b)",
    "，",
    "다람쥐 헌 쳇바퀴에 타고파. ",
    "The quick brown fox. ",
    "\u{200b}",
    "€",
    "^",
    "\nhttps://shop.example/order/1234567890\n",
    "https://a.example/x ",
];

/// Words of at most `most` bits.
pub fn words(most: usize) -> impl Strategy<Value = String> {
    vec(select(BITS), 1..=most).prop_map(|bits| bits.concat())
}

/// Words in which something is seen.
fn said(most: usize) -> impl Strategy<Value = String> {
    words(most).prop_map(|words| if words.trim().is_empty() { "글".to_owned() } else { words })
}

/// Words that meet the limits of most platforms: some bits, many times over.
pub fn long_words() -> impl Strategy<Value = String> {
    (said(30), 1..60_usize).prop_map(|(words, times)| words.repeat(times))
}

/// A label: one line, that no other words hold.
fn label() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(vec!["배송 조회", "환불", "Yes", "👨\u{200d}👩\u{200d}👧 가족", "상담원 연결"]).prop_map(str::to_owned),
        1 => said(20).prop_map(|words| format!("※{}※", words.replace('\n', ""))),
    ]
}

fn address() -> impl Strategy<Value = String> {
    (0..1_000_u32, prop_oneof![9 => Just(4_usize), 1 => Just(1_200)])
        .prop_map(|(n, length)| format!("https://link.example/{n}/{}", "p".repeat(length)))
}

fn span() -> impl Strategy<Value = Span> {
    let marks = vec(select(vec![Mark::Bold, Mark::Italic, Mark::Code, Mark::Strike]), 0..3);
    let short = address().prop_filter("a short one", |url| url.len() < 60);
    prop_oneof![
        6 => (words(12), marks, proptest::option::weighted(0.2, short)).prop_map(|(text, mut marks, link)| {
            marks.sort_unstable();
            marks.dedup();
            Span::Text(TextSpan { text, marks, link })
        }),
        1 => said(3).prop_map(|name| Span::Mention(MentionSpan {
            mention: Mention { kind: MentionKind::Manager, id: None, name: name.replace('\n', " ") },
        })),
        1 => said(3).prop_map(|fallback| Span::Variable(VariableSpan {
            variable: "contact.name".to_owned(), fallback,
        })),
    ]
}

fn text() -> impl Strategy<Value = Block> {
    prop_oneof![
        3 => vec(span(), 1..6).prop_map(|spans| {
            let mut spans = spans;
            spans.push(Span::plain("끝"));
            Block::Text(Text { spans })
        }),
        1 => long_words().prop_map(|words| Block::Text(Text::plain(words))),
    ]
}

fn button() -> impl Strategy<Value = LinkButton> {
    (label(), address()).prop_map(|(label, url)| LinkButton { label, url, color: None })
}

fn menu() -> impl Strategy<Value = Block> {
    vec(label(), 1..=10).prop_map(|labels| {
        let replies = labels.into_iter().enumerate();
        Block::Replies(Replies {
            replies: replies.map(|(n, label)| Reply { label, value: format!("value-{n}") }).collect(),
        })
    })
}

/// The media that [`facts`] knows, and one that nobody knows.
const MEDIA: [&str; 5] = ["small.jpg", "flat.jpg", "huge.jpg", "doc.pdf", "unknown.bin"];

fn media() -> impl Strategy<Value = Media> {
    select(MEDIA.to_vec()).prop_map(|name| Media::Remote(RemoteMedia { url: source(name) }))
}

fn source(name: &str) -> String {
    format!("https://media.example/{name}")
}

fn medium() -> impl Strategy<Value = Block> {
    (media(), proptest::option::weighted(0.3, said(20)), 0..4_u8).prop_map(|(media, caption, kind)| {
        let block = MediaBlock { caption, ..MediaBlock::of(media) };
        match kind {
            0 => Block::File(block),
            1 => Block::Video(block),
            2 => Block::Audio(block),
            _ => Block::Image(block),
        }
    })
}

/// What is known of the media in random content, by address.
pub fn facts() -> BTreeMap<String, MediaFacts> {
    let fact = |(n, name): (u128, &str)| {
        let (mime, bytes, width, height) = match name {
            "small.jpg" => ("image/jpeg", 300_000, Some(720), Some(720)),
            "flat.jpg" => ("image/jpeg", 200_000, Some(2_000), Some(100)),
            "huge.jpg" => ("image/jpeg", 400_000_000, Some(9_000), Some(9_000)),
            _ => ("application/pdf", 48_000, None, None),
        };
        let facts = MediaFacts {
            id: MediaId(uuid::Uuid::from_u128(n)),
            url: format!("https://gateway.example/m/{n}/{name}"),
            preview_url: width.map(|_| format!("https://gateway.example/m/{n}/preview.jpg")),
            name: name.to_owned(),
            mime: mime.to_owned(),
            bytes,
            width,
            height,
            duration_ms: None,
        };
        (source(name), facts)
    };
    (1..).zip(MEDIA).take(4).map(fact).collect()
}

fn form() -> impl Strategy<Value = Block> {
    vec((label(), any::<bool>()), 1..=4).prop_map(|fields| {
        let field = |(n, (label, required)): (usize, (String, bool))| Field {
            key: n.to_string(),
            label,
            kind: FieldKind::Text,
            required,
            save_to: None,
            options: Vec::new(),
        };
        Block::Form(Form { fields: fields.into_iter().enumerate().map(field).collect() })
    })
}

fn item() -> impl Strategy<Value = CardItem> {
    let words = (label(), proptest::option::of(label()), proptest::option::weighted(0.3, media()));
    words.prop_map(|(title, description, image)| CardItem { title, description, image })
}

fn cards() -> impl Strategy<Value = Block> {
    let layout = select(vec![Layout::Carousel, Layout::Wide, Layout::WideList, Layout::ItemList]);
    let card = (label(), proptest::option::of(said(15)), proptest::option::of(media()), vec(button(), 0..3));
    let list = (
        vec(item(), 0..5),
        proptest::option::weighted(0.2, item()),
        proptest::option::weighted(0.2, label()),
    );
    let card = (card, list).prop_map(|((title, body, image, buttons), (list, highlight, footnote))| Card {
        title: Some(title),
        body,
        image,
        buttons,
        summary: footnote
            .as_ref()
            .map(|words| CardSummary { title: "합계".to_owned(), description: words.clone() }),
        highlight,
        list,
        footnote,
    });
    (layout, vec(card, 1..8)).prop_map(|(layout, cards)| Block::Cards(Cards { layout, cards }))
}

fn place() -> impl Strategy<Value = Block> {
    (-90.0..90.0_f64, -180.0..180.0_f64, proptest::option::of(label())).prop_map(
        |(latitude, longitude, title)| {
            Block::Location(Location { latitude, longitude, title, address: None })
        },
    )
}

fn sticker() -> impl Strategy<Value = Block> {
    let provider = select(vec!["line", "elsewhere"]);
    (provider, proptest::option::of(label())).prop_map(|(provider, alt)| {
        Block::Sticker(Sticker {
            provider: provider.to_owned(),
            package_id: "1".to_owned(),
            sticker_id: "2".to_owned(),
            alt,
            image_url: None,
        })
    })
}

/// One block of any kind.
fn block() -> impl Strategy<Value = Block> {
    prop_oneof![
        6 => text(),
        2 => vec(button(), 1..8).prop_map(|buttons| Block::Buttons(Buttons { buttons })),
        2 => menu(),
        3 => medium(),
        1 => form(),
        1 => cards(),
        1 => place(),
        1 => sticker(),
    ]
}

/// Content of a few blocks of any kind.
pub fn content() -> impl Strategy<Value = Content> {
    vec(block(), 1..6).prop_map(|blocks| Content { blocks })
}
