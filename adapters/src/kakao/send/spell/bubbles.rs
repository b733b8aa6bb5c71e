//! The bubble API (`/chat/send/plain` and `/chat/send/rich`), in Happytalk v3's spelling.

use naru_core::content::{Card, CardItem, Cards, Layout, LinkButton, MediaKind};
use naru_core::downgrade::ReplyButton;
use serde_json::{Map, Value, json};

use super::{Written, buttons, object, quick_replies};
use crate::kakao::send::bubble::Bubble;
use crate::kakao::send::upload::Uploaded;

const PLAIN: &str = "/chat/send/plain";
const RICH: &str = "/chat/send/rich";

/// Spells a bubble.
pub(super) fn write(bubble: &Bubble<'_>) -> Written {
    match bubble {
        Bubble::Words { text, image, buttons, replies, quick } => {
            words(text, image.as_ref(), buttons, replies, quick)
        }
        Bubble::Image(image) => {
            let attachment = json!({"image": {"img_url": image.url}});
            written(PLAIN, json!({"chat_bubble_type": "IMAGE", "attachment": attachment}))
        }
        Bubble::Document { kind, file } => document(*kind, file),
        Bubble::Cards { cards, images } => written(RICH, layout(cards, images)),
        Bubble::Override(payload) => {
            let fields = object((*payload).clone());
            Written { path: if is_plain(&fields) { PLAIN } else { RICH }, fields }
        }
    }
}

fn written(path: &'static str, fields: Value) -> Written {
    Written { path, fields: object(fields) }
}

fn words(
    text: &str,
    image: Option<&Uploaded>,
    links: &[LinkButton],
    replies: &[ReplyButton],
    quick: &[ReplyButton],
) -> Written {
    let mut attachment = Map::new();
    let kind = if let Some(image) = image {
        attachment.insert("image".to_owned(), json!({"img_url": image.url}));
        "IMAGE"
    } else {
        "TEXT"
    };
    insert_list(&mut attachment, "buttons", buttons(links, replies));
    insert_list(&mut attachment, "quick_replies", quick_replies(quick));
    if attachment.is_empty() {
        return written(PLAIN, json!({"chat_bubble_type": kind, "message": text}));
    }
    written(RICH, json!({"chat_bubble_type": kind, "message": text, "attachment": attachment}))
}

fn insert_list(fields: &mut Map<String, Value>, name: &str, items: Vec<Value>) {
    if !items.is_empty() {
        fields.insert(name.to_owned(), Value::Array(items));
    }
}

fn document(kind: MediaKind, file: &Uploaded) -> Written {
    let name = match kind {
        MediaKind::Video => "VIDEO",
        MediaKind::Audio => "AUDIO",
        MediaKind::File | MediaKind::Image => "FILE",
    };
    let file = json!({"file_url": file.url, "file_name": file.name, "file_size": file.size});
    written(PLAIN, json!({"chat_bubble_type": name, "attachment": {"file": file}}))
}

/// Whether an author's payload is one of the plain bubbles, in either spelling.
fn is_plain(fields: &Map<String, Value>) -> bool {
    let named = |snake: &str, camel: &str| fields.get(snake).or_else(|| fields.get(camel));
    let kind = named("chat_bubble_type", "msgType").and_then(Value::as_str).unwrap_or("TEXT");
    let attachment = fields.get("attachment").and_then(Value::as_object);
    let has = |name: &str| attachment.is_some_and(|attachment| attachment.contains_key(name));
    let dressed = ["buttons", "quick_replies", "quickReplies", "coupon", "item"].into_iter().any(has);
    let captioned = kind == "IMAGE" && fields.contains_key("message");
    let answered = named("auto_answer", "autoAnswer").is_some() || fields.contains_key("lock");
    matches!(kind, "TEXT" | "IMAGE" | "VIDEO" | "AUDIO" | "FILE") && !dressed && !captioned && !answered
}

fn layout(cards: &Cards, images: &[Uploaded]) -> Value {
    let mut images = images.iter();
    let Some(first) = cards.cards.first() else { return json!({"chat_bubble_type": "TEXT"}) };
    match cards.layout {
        Layout::Carousel => {
            let list: Vec<_> = cards.cards.iter().map(|card| slide(card, &mut images)).collect();
            json!({"chat_bubble_type": "CAROUSEL_FEED", "carousel": {"list": list}})
        }
        Layout::Wide => {
            let message = first.title.iter().chain(&first.body).cloned().collect::<Vec<_>>().join("\n");
            let attachment = attachment(first, &mut images);
            json!({"chat_bubble_type": "WIDE_IMAGE", "message": message, "attachment": attachment})
        }
        Layout::WideList => listed("WIDE_ITEM_LIST", first, &mut images),
        Layout::ItemList => listed("ITEM_LIST", first, &mut images),
    }
}

/// One card of a carousel.
fn slide<'a>(card: &Card, images: &mut impl Iterator<Item = &'a Uploaded>) -> Value {
    let mut fields = Map::new();
    insert_text(&mut fields, "header", card.title.as_ref());
    insert_text(&mut fields, "message", card.body.as_ref());
    fields.insert("attachment".to_owned(), Value::Object(attachment(card, images)));
    Value::Object(fields)
}

/// A card's picture and buttons.
fn attachment<'a>(card: &Card, images: &mut impl Iterator<Item = &'a Uploaded>) -> Map<String, Value> {
    let mut fields = Map::new();
    if let Some(image) = card.image.as_ref().and_then(|_| images.next()) {
        fields.insert("image".to_owned(), json!({"img_url": image.url}));
    }
    insert_list(&mut fields, "buttons", buttons(&card.buttons, &[]));
    fields
}

/// A card with a list: the two kinds share their fields.
fn listed<'a>(kind: &str, card: &Card, images: &mut impl Iterator<Item = &'a Uploaded>) -> Value {
    let mut fields = Map::from_iter([("chat_bubble_type".to_owned(), json!(kind))]);
    insert_text(&mut fields, "header", card.title.as_ref());
    insert_text(&mut fields, "message", card.body.as_ref());
    insert_text(&mut fields, "description", card.footnote.as_ref());
    let mut attachment = attachment(card, images);
    let mut item = Map::new();
    if let Some(highlight) = &card.highlight {
        item.insert("highlight".to_owned(), entry(highlight, images));
    }
    item.insert("list".to_owned(), card.list.iter().map(|line| entry(line, images)).collect());
    if let Some(summary) = &card.summary {
        let line = json!({"title": summary.title, "description": summary.description});
        item.insert("summary".to_owned(), line);
    }
    attachment.insert("item".to_owned(), Value::Object(item));
    fields.insert("attachment".to_owned(), Value::Object(attachment));
    Value::Object(fields)
}

fn entry<'a>(item: &CardItem, images: &mut impl Iterator<Item = &'a Uploaded>) -> Value {
    let mut fields = Map::new();
    insert_text(&mut fields, "title", Some(&item.title));
    insert_text(&mut fields, "description", item.description.as_ref());
    if let Some(image) = item.image.as_ref().and_then(|_| images.next()) {
        fields.insert("img_url".to_owned(), json!(image.url));
    }
    Value::Object(fields)
}

fn insert_text(fields: &mut Map<String, Value>, name: &str, text: Option<&String>) {
    if let Some(text) = text {
        fields.insert(name.to_owned(), json!(text));
    }
}
