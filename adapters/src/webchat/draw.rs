//! A part as the widget draws it: `kind`, and beside it what that kind shows.

use std::collections::BTreeMap;

use naru_core::content::{Card, CardItem, Cards, LinkButton, Media, MediaBlock};
use naru_core::downgrade::{MediaFacts, Part, PartBody};
use naru_core::ids::MediaId;
use serde_json::{Map, Value, json};

/// The fields of an object that was just written.
pub(super) fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

type Facts = BTreeMap<MediaId, MediaFacts>;

/// A part as the widget draws it: `kind`, and under that name or `text` what it shows.
pub(super) fn draw(part: &Part, facts: &Facts) -> Value {
    let mut drawn = fields(json!({ "path": part.path }));
    let mut put = |name: &str, value: Value| drawn.insert(name.to_owned(), value);
    match &part.body {
        PartBody::Text(text) => {
            put("kind", json!("text"));
            put("spans", json!(text.spans));
        }
        PartBody::Media { kind, block, text } => {
            put("kind", json!(kind));
            put("media", draw_media(block, facts));
            put("spans", json!(text.spans));
        }
        PartBody::Cards(cards) => {
            put("kind", json!("cards"));
            put("layout", json!(cards.layout));
            put("cards", draw_cards(cards, facts));
        }
        PartBody::Location(place) => {
            put("kind", json!("location"));
            put("location", json!(place));
        }
        PartBody::Sticker(sticker) => {
            put("kind", json!("sticker"));
            put("sticker", json!(sticker));
        }
        PartBody::Form(form) => {
            put("kind", json!("form"));
            put("fields", json!(form.fields));
        }
        // Refused before anything is drawn.
        PartBody::Override(_) => {
            put("kind", json!("override"));
        }
    }
    if !part.buttons.is_empty() {
        put("buttons", json!(part.buttons));
    }
    if !part.replies.is_empty() {
        let replies = part.replies.iter().map(|r| json!({ "label": r.label, "value": r.value }));
        put("replies", replies.collect());
    }
    Value::Object(drawn)
}

/// A medium with the address that its bytes are served at.
fn draw_media(block: &MediaBlock, facts: &Facts) -> Value {
    let mut drawn = fields(place(&block.media, facts));
    let said = [
        ("alt", block.alt.as_ref().map(|alt| json!(alt))),
        ("name", block.name.as_ref().map(|name| json!(name))),
        ("caption", block.caption.as_ref().map(|caption| json!(caption))),
        ("duration_ms", block.duration_ms.map(|duration| json!(duration))),
    ];
    drawn.extend(said.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    Value::Object(drawn)
}

fn place(media: &Media, facts: &Facts) -> Value {
    match media {
        Media::Stored(stored) => match facts.get(&stored.id) {
            Some(facts) => {
                let mut drawn = fields(json!(facts));
                drawn.retain(|_, value| !value.is_null());
                Value::Object(drawn)
            }
            None => json!({ "id": stored.id }),
        },
        Media::Remote(remote) => json!({ "url": remote.url }),
        Media::Platform(_) => json!({}),
    }
}

fn draw_cards(cards: &Cards, facts: &Facts) -> Value {
    cards.cards.iter().map(|card| draw_card(card, facts)).collect()
}

fn draw_card(card: &Card, facts: &Facts) -> Value {
    let items = |items: &[CardItem]| items.iter().map(|item| draw_item(item, facts)).collect::<Vec<_>>();
    let mut drawn = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        drawn.extend(value.map(|value| (name.to_owned(), value)));
    };
    put("title", card.title.as_ref().map(|title| json!(title)));
    put("body", card.body.as_ref().map(|body| json!(body)));
    put("image", card.image.as_ref().map(|image| place(image, facts)));
    put("buttons", some_buttons(&card.buttons));
    put("highlight", card.highlight.as_ref().map(|item| draw_item(item, facts)));
    put("list", Some(items(&card.list)).filter(|list| !list.is_empty()).map(|list| json!(list)));
    put("summary", card.summary.as_ref().map(|summary| json!(summary)));
    put("footnote", card.footnote.as_ref().map(|footnote| json!(footnote)));
    Value::Object(drawn)
}

fn some_buttons(buttons: &[LinkButton]) -> Option<Value> {
    (!buttons.is_empty()).then(|| json!(buttons))
}

fn draw_item(item: &CardItem, facts: &Facts) -> Value {
    let mut drawn = fields(json!({ "title": item.title }));
    drawn.extend(item.description.as_ref().map(|words| ("description".to_owned(), json!(words))));
    drawn.extend(item.image.as_ref().map(|image| ("image".to_owned(), place(image, facts))));
    Value::Object(drawn)
}
