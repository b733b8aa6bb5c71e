//! The classic API (`/chat/write`): `TX`, `IM`, `FI`, `AU`, and `LI` for everything with buttons or a captioned picture.

use naru_core::content::{Cards, LinkButton, MediaKind};
use naru_core::downgrade::ReplyButton;
use serde_json::{Map, Value, json};

use super::{Written, buttons, object, quick_replies};
use crate::kakao::send::bubble::Bubble;
use crate::kakao::send::upload::Uploaded;

/// Spells a bubble.
pub(super) fn write(bubble: &Bubble<'_>) -> Written {
    let fields = match bubble {
        Bubble::Words { text, image, buttons, replies, quick } => {
            words(text, image.as_ref(), buttons, replies, quick)
        }
        Bubble::Image(image) => json!({"message_type": "IM", "image_url": image.url}),
        Bubble::Document { kind, file } => document(*kind, file),
        Bubble::Cards { cards, .. } => json!({"message_type": "TX", "message": card_words(cards)}),
        Bubble::Override(payload) => (*payload).clone(),
    };
    Written { path: "/chat/write", fields: object(fields) }
}

fn words(
    text: &str,
    image: Option<&Uploaded>,
    links: &[LinkButton],
    replies: &[ReplyButton],
    quick: &[ReplyButton],
) -> Value {
    let links = buttons(links, replies);
    if image.is_none() && links.is_empty() && quick.is_empty() {
        return json!({"message_type": "TX", "message": text});
    }
    let mut fields =
        Map::from_iter([("message_type".to_owned(), json!("LI")), ("message".to_owned(), json!(text))]);
    if let Some(image) = image {
        fields.insert("image_url".to_owned(), json!(image.url));
    }
    if !links.is_empty() {
        fields.insert("links".to_owned(), Value::Array(links));
    }
    if !quick.is_empty() {
        fields.insert("supplement".to_owned(), json!({"quick_reply": quick_replies(quick)}));
    }
    Value::Object(fields)
}

/// Recordings have a bubble of their own; videos travel as files.
fn document(kind: MediaKind, file: &Uploaded) -> Value {
    let name = if kind == MediaKind::Audio { "AU" } else { "FI" };
    json!({"message_type": name, "file_url": file.url, "file_name": file.name, "file_size": file.size})
}

/// The classic API has no cards and the downgrade leaves none; should one come, its words still arrive.
fn card_words(cards: &Cards) -> String {
    let lines = cards.cards.iter().flat_map(|card| card.title.iter().chain(&card.body).cloned());
    lines.collect::<Vec<_>>().join("\n")
}
