//! Reads cards.

use serde_json::{Map, Value};

use super::blocks::{MAX_ENTRIES, button, media};
use super::place::Place;
use crate::content::{Card, CardItem, CardSummary, Cards, Layout, Media};

const LAYOUTS: [(&str, Layout); 4] = [
    ("carousel", Layout::Carousel),
    ("wide", Layout::Wide),
    ("wide_list", Layout::WideList),
    ("item_list", Layout::ItemList),
];

pub(super) fn read(value: &Value, at: &mut Place<'_>) -> Option<Cards> {
    let object = at.object(value, &["type", "layout", "cards"])?;
    let layout = at.one_of(object, "layout", &LAYOUTS);
    let cards = at.list(object, "cards", 1, MAX_ENTRIES, card);
    Some(Cards { layout: layout?, cards: cards? })
}

fn card(value: &Value, at: &mut Place<'_>) -> Option<Card> {
    const KEYS: [&str; 8] = ["title", "body", "image", "buttons", "highlight", "list", "summary", "footnote"];
    let object = at.object(value, &KEYS)?;
    let read = Card {
        title: at.words_or_none(object, "title"),
        body: at.words_or_none(object, "body"),
        image: image(object, at),
        buttons: at.list_or_none(object, "buttons", MAX_ENTRIES, button),
        highlight: object.get("highlight").and_then(|value| item(value, &mut at.key("highlight"))),
        list: at.list_or_none(object, "list", MAX_ENTRIES, item),
        summary: object.get("summary").and_then(|value| summary(value, &mut at.key("summary"))),
        footnote: at.words_or_none(object, "footnote"),
    };
    if object.keys().any(|key| key != "buttons") {
        Some(read)
    } else {
        at.problem("expected a title, a body, a picture or a list, found none")
    }
}

fn image(object: &Map<String, Value>, at: &mut Place<'_>) -> Option<Media> {
    let value = object.get("image").filter(|image| !image.is_null())?;
    media(value, &mut at.key("image"))
}

fn item(value: &Value, at: &mut Place<'_>) -> Option<CardItem> {
    let object = at.object(value, &["title", "description", "image"])?;
    let title = at.words(object, "title");
    let description = at.words_or_none(object, "description");
    let image = image(object, at);
    Some(CardItem { title: title?, description, image })
}

fn summary(value: &Value, at: &mut Place<'_>) -> Option<CardSummary> {
    let object = at.object(value, &["title", "description"])?;
    let title = at.words(object, "title");
    let description = at.words(object, "description");
    Some(CardSummary { title: title?, description: description? })
}
