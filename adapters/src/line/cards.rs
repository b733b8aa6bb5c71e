//! Draws cards: as a template where they are alike enough for one, else as a Flex message, which takes any mixture.

use std::collections::BTreeMap;

use naru_core::capabilities::Unit;
use naru_core::content::{Card, Cards, Layout};
use naru_core::downgrade::MediaFacts;
use naru_core::ids::MediaId;
use serde_json::{Map, Value, json};

use super::capabilities::{ALT_UTF16, BUTTONS, BUTTONS_TEXT, THUMBNAIL_WIDTH};
use super::draw::{Source, Undrawable, actions, template, undrawable};
use super::utf16::clip;

type Facts = BTreeMap<MediaId, MediaFacts>;

/// The shape of a template: how many words and buttons a card may carry.
struct Shape {
    text: usize,
    text_beside: usize,
    title: usize,
    actions: usize,
}

const BUTTONS_SHAPE: Shape = Shape { text: BUTTONS_TEXT, text_beside: 60, title: 40, actions: BUTTONS };
const COLUMN_SHAPE: Shape = Shape { text: 120, text_beside: 60, title: 40, actions: 3 };

/// Draws cards as one message object.
pub(super) fn draw(cards: &Cards, media: &Facts) -> Result<Value, Undrawable> {
    if cards.cards.iter().any(|card| card.title.is_none() && card.body.is_none() && card.image.is_none()) {
        return Err(undrawable(
            "empty",
            "글도 사진도 없는 카드가 있어요.",
            "A card has neither words nor a picture.",
        ));
    }
    let single = cards.layout != Layout::Carousel && cards.cards.len() == 1;
    let shape = if single { BUTTONS_SHAPE } else { COLUMN_SHAPE };
    if !(single || alike(&cards.cards)) || !cards.cards.iter().all(|card| shape.takes(card)) {
        return flex(cards, media);
    }
    let columns =
        cards.cards.iter().map(|card| column(card, media)).collect::<Result<Option<Vec<_>>, _>>()?;
    Ok(match columns {
        None => return flex(cards, media),
        Some(columns) if single => {
            let mut buttons = columns.into_iter().next().unwrap_or_default();
            buttons.insert("type".to_owned(), "buttons".into());
            template(&alt(cards), &Value::Object(buttons))
        }
        Some(columns) => template(&alt(cards), &json!({"type": "carousel", "columns": columns})),
    })
}

impl Shape {
    fn takes(&self, card: &Card) -> bool {
        let (title, text) = words(card);
        let beside = title.is_some() || card.image.is_some();
        let longest = if beside { self.text_beside } else { self.text };
        let measure = |text: &str| Unit::Graphemes.measure(text);
        (1..=self.actions).contains(&card.buttons.len())
            && text.is_some_and(|text| measure(text) <= longest)
            && title.is_none_or(|title| measure(title) <= self.title)
    }
}

/// Every column has as many actions as the others, and a head and a picture if they have.
fn alike(cards: &[Card]) -> bool {
    let look = |card: &Card| (card.buttons.len(), words(card).0.is_some(), card.image.is_some());
    cards.windows(2).all(|pair| look(&pair[0]) == look(&pair[1]))
}

/// A card's head and text; one with a head alone has it as its text.
fn words(card: &Card) -> (Option<&str>, Option<&str>) {
    let full = |text: &'_ Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    match (full(&card.title), full(&card.body)) {
        (true, true) => (card.title.as_deref(), card.body.as_deref()),
        (true, false) => (None, card.title.as_deref()),
        (false, true) => (None, card.body.as_deref()),
        (false, false) => (None, None),
    }
}

/// A card as a template's column; `None` where its picture is not one that templates take.
fn column(card: &Card, media: &Facts) -> Result<Option<Map<String, Value>>, Undrawable> {
    let (title, text) = words(card);
    let mut column = Map::new();
    if let Some(image) = &card.image {
        let Some(url) = thumbnail(&Source::of(image, media)?) else { return Ok(None) };
        column.insert("thumbnailImageUrl".to_owned(), url.into());
    }
    if let Some(title) = title {
        column.insert("title".to_owned(), title.into());
    }
    column.insert("text".to_owned(), text.into());
    column.insert("actions".to_owned(), actions(&card.buttons).into());
    Ok(Some(column))
}

/// Templates take JPEG and PNG of at most 1,024 pixels in width; a preview is one.
fn thumbnail(source: &Source<'_>) -> Option<String> {
    match source {
        Source::Stored(facts) => {
            let small = facts.width.is_some_and(|width| width <= THUMBNAIL_WIDTH);
            let known = matches!(facts.mime.as_str(), "image/jpeg" | "image/png");
            if small && known { Some(source.url()) } else { source.still() }
        }
        Source::Remote(_) => Some(source.url()),
    }
}

fn flex(cards: &Cards, media: &Facts) -> Result<Value, Undrawable> {
    let mut bubbles = cards.cards.iter().map(|card| bubble(card, media)).collect::<Result<Vec<_>, _>>()?;
    let contents =
        if bubbles.len() == 1 { bubbles.remove(0) } else { json!({"type": "carousel", "contents": bubbles}) };
    Ok(json!({"type": "flex", "altText": alt(cards), "contents": contents}))
}

fn bubble(card: &Card, media: &Facts) -> Result<Value, Undrawable> {
    let mut bubble = json!({"type": "bubble"});
    if let Some(image) = &card.image {
        bubble["hero"] = json!({
            "type": "image", "url": Source::of(image, media)?.url(), "size": "full",
            "aspectRatio": "20:13", "aspectMode": "cover",
        });
    }
    let (title, text) = words(card);
    let line =
        |text: &str, weight: &str| json!({"type": "text", "text": text, "weight": weight, "wrap": true});
    let lines: Vec<_> = title
        .map(|title| line(title, "bold"))
        .into_iter()
        .chain(text.map(|text| line(text, "regular")))
        .collect();
    if !lines.is_empty() {
        bubble["body"] = json!({"type": "box", "layout": "vertical", "spacing": "sm", "contents": lines});
    }
    if !card.buttons.is_empty() {
        let buttons: Vec<_> = actions(&card.buttons)
            .into_iter()
            .map(|action| json!({"type": "button", "style": "link", "height": "sm", "action": action}))
            .collect();
        bubble["footer"] = json!({"type": "box", "layout": "vertical", "contents": buttons});
    }
    Ok(bubble)
}

/// What lists and notifications show: every card's words and buttons.
fn alt(cards: &Cards) -> String {
    let lines = cards.cards.iter().flat_map(|card| {
        let (title, text) = words(card);
        let labels: Vec<_> = card.buttons.iter().map(|button| format!("[{}]", button.label)).collect();
        let labels = Some(labels.join(" ")).filter(|labels| !labels.is_empty());
        title.into_iter().chain(text).map(str::to_owned).chain(labels).collect::<Vec<_>>()
    });
    let lines = lines.collect::<Vec<_>>().join("\n");
    // A message must have such words; a card of a picture alone has none.
    if lines.is_empty() { "🖼".to_owned() } else { clip(&lines, ALT_UTF16).to_owned() }
}
