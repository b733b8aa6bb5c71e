//! Reads blocks.

use serde_json::{Map, Value};

use super::place::Place;
use super::{cards, spans};
use crate::content::{
    Block, Buttons, Field, FieldKind, Form, LinkButton, Location, Media, MediaBlock, RemoteMedia, Replies,
    Reply, Span, Sticker, Text,
};

/// The most reply buttons of one menu (inventory L02).
const MAX_REPLIES: usize = 10;
/// The most questions of one form (inventory L01).
const MAX_FIELDS: usize = 4;
/// The most entries of any other list; no platform shows that many.
pub(super) const MAX_ENTRIES: usize = 50;

/// What a block is, by its `type`.
type Reader = fn(&Value, &mut Place<'_>) -> Option<Block>;

const TYPES: [(&str, Reader); 11] = [
    ("text", text),
    ("buttons", buttons),
    ("replies", replies),
    ("image", |value, at| medium(value, at).map(Block::Image)),
    ("file", |value, at| medium(value, at).map(Block::File)),
    ("video", |value, at| medium(value, at).map(Block::Video)),
    ("audio", |value, at| medium(value, at).map(Block::Audio)),
    ("form", form),
    ("cards", |value, at| cards::read(value, at).map(Block::Cards)),
    ("location", location),
    ("sticker", sticker),
];

pub(super) fn read(value: &Value, at: &mut Place<'_>) -> Option<Block> {
    let Some(object) = value.as_object() else {
        return at.object(value, &[]).and(None);
    };
    let reader = at.one_of(object, "type", &TYPES)?;
    reader(value, at)
}

/// A text has `spans`, or the composer's Markdown, so that buttons and pictures can stand beside what was typed.
fn text(value: &Value, at: &mut Place<'_>) -> Option<Block> {
    if value.get("markdown").is_some() {
        let object = at.object(value, &["type", "markdown"])?;
        let content = super::markdown(object, at)?;
        return content.blocks.into_iter().next();
    }
    let object = at.object(value, &["type", "spans"])?;
    let read = at.list(object, "spans", 1, 1_000, spans::read)?;
    // Spans that were refused have their own sentence.
    let all = object["spans"].as_array().map_or(0, Vec::len) == read.len();
    let empty = read.iter().all(|span| matches!(span, Span::Text(span) if span.text.trim().is_empty()));
    if all && empty {
        return at.key("spans").problem("expected words, found an empty text");
    }
    Some(Block::Text(Text { spans: read }))
}

fn buttons(value: &Value, at: &mut Place<'_>) -> Option<Block> {
    let object = at.object(value, &["type", "buttons"])?;
    let buttons = at.list(object, "buttons", 1, MAX_ENTRIES, button)?;
    Some(Block::Buttons(Buttons { buttons }))
}

const COLOURS: [(&str, &str); 5] =
    [("blue", "blue"), ("green", "green"), ("orange", "orange"), ("red", "red"), ("gray", "gray")];

pub(super) fn button(value: &Value, at: &mut Place<'_>) -> Option<LinkButton> {
    let object = at.object(value, &["label", "url", "color"])?;
    let label = at.words(object, "label");
    let url = at.address(object, "url");
    let color = object.get("color").filter(|color| !color.is_null());
    let color = color.and_then(|value| at.key("color").word(value, &COLOURS)).map(str::to_owned);
    Some(LinkButton { label: label?, url: url?, color })
}

fn replies(value: &Value, at: &mut Place<'_>) -> Option<Block> {
    let object = at.object(value, &["type", "replies"])?;
    let replies = at.list(object, "replies", 1, MAX_REPLIES, |value, at| {
        let object = at.object(value, &["label", "value"])?;
        let label = at.words(object, "label");
        let value = at.words(object, "value");
        Some(Reply { label: label?, value: value? })
    })?;
    Some(Block::Replies(Replies { replies }))
}

fn medium(value: &Value, at: &mut Place<'_>) -> Option<MediaBlock> {
    let object = at.object(value, &["type", "media", "alt", "name", "caption", "duration_ms"])?;
    let media = at.required(object, "media").and_then(|value| media(value, &mut at.key("media")));
    let alt = at.words_or_none(object, "alt");
    let name = at.words_or_none(object, "name");
    let caption = at.words_or_none(object, "caption");
    let duration_ms = at.count_or_none(object, "duration_ms");
    Some(MediaBlock { media: media?, alt, name, caption, duration_ms })
}

/// `{"url": ...}` or `{"id": ...}`; what the API says about a stored medium may be said back to it.
pub(super) fn media(value: &Value, at: &mut Place<'_>) -> Option<Media> {
    let object = at.object(value, &["url", "id", "state", "reason", "mime", "size"])?;
    match (object.get("url"), object.get("id")) {
        (Some(url), None) => {
            only_url(object, at)?;
            at.key("url").url(url).map(|url| Media::Remote(RemoteMedia { url }))
        }
        (None, Some(_)) => match serde_json::from_value(value.clone()) {
            Ok(stored) => Some(Media::Stored(stored)),
            Err(_) => at.key("id").problem("expected the id of a stored medium"),
        },
        (None, None) => at.problem("expected \"url\" or \"id\", found neither"),
        (Some(_), Some(_)) => at.problem("expected \"url\" or \"id\", found both"),
    }
}

fn only_url(object: &Map<String, Value>, at: &mut Place<'_>) -> Option<()> {
    match object.keys().find(|key| *key != "url") {
        Some(key) => at.key(key).problem("expected nothing beside \"url\""),
        None => Some(()),
    }
}

fn form(value: &Value, at: &mut Place<'_>) -> Option<Block> {
    let object = at.object(value, &["type", "fields"])?;
    let fields = at.list(object, "fields", 1, MAX_FIELDS, field)?;
    for (index, field) in fields.iter().enumerate() {
        if fields[..index].iter().any(|other| other.key == field.key) {
            let mut at = at.key("fields");
            let mut at = at.key(index);
            at.key("key")
                .problem::<()>(format!("expected a key of its own, found \"{}\" a second time", field.key));
        }
    }
    Some(Block::Form(Form { fields }))
}

const KINDS: [(&str, FieldKind); 7] = [
    ("text", FieldKind::Text),
    ("phone", FieldKind::Phone),
    ("email", FieldKind::Email),
    ("number", FieldKind::Number),
    ("date", FieldKind::Date),
    ("boolean", FieldKind::Boolean),
    ("choice", FieldKind::Choice),
];

fn field(value: &Value, at: &mut Place<'_>) -> Option<Field> {
    let object = at.object(value, &["key", "label", "kind", "required", "save_to", "options"])?;
    let key = at.words(object, "key");
    let label = at.words(object, "label");
    let kind = at.one_of(object, "kind", &KINDS);
    let required = at.flag(object, "required");
    let save_to = at.words_or_none(object, "save_to").and_then(|path| save_to(path, &mut at.key("save_to")));
    let options = at.list_or_none(object, "options", MAX_ENTRIES, |value, at| at.seen(value));
    match kind {
        Some(FieldKind::Choice) if options.is_empty() => {
            at.key("options").problem("expected the answers to choose from, found none")
        }
        Some(kind) if kind != FieldKind::Choice && !options.is_empty() => {
            at.key("options").problem("expected options only for the kind \"choice\"")
        }
        _ => Some(Field { key: key?, label: label?, kind: kind?, required, save_to, options }),
    }
}

fn save_to(path: String, at: &mut Place<'_>) -> Option<String> {
    let field = path.strip_prefix("contact.").or_else(|| path.strip_prefix("conversation."));
    if field.is_some_and(|field| !field.is_empty()) {
        Some(path)
    } else {
        at.problem(format!("expected contact.<field> or conversation.<field>, found \"{path}\""))
    }
}

fn location(value: &Value, at: &mut Place<'_>) -> Option<Block> {
    let object = at.object(value, &["type", "latitude", "longitude", "title", "address"])?;
    let latitude = at.degrees(object, "latitude", 90.0);
    let longitude = at.degrees(object, "longitude", 180.0);
    let title = at.words_or_none(object, "title");
    let address = at.words_or_none(object, "address");
    Some(Block::Location(Location { latitude: latitude?, longitude: longitude?, title, address }))
}

fn sticker(value: &Value, at: &mut Place<'_>) -> Option<Block> {
    let object = at.object(value, &["type", "provider", "package_id", "sticker_id", "alt", "image_url"])?;
    let provider = at.words(object, "provider");
    let package_id = at.words(object, "package_id");
    let sticker_id = at.words(object, "sticker_id");
    let alt = at.words_or_none(object, "alt");
    let image_url = object.get("image_url").filter(|url| !url.is_null());
    let image_url = image_url.and_then(|value| at.key("image_url").url(value));
    Some(Block::Sticker(Sticker {
        provider: provider?,
        package_id: package_id?,
        sticker_id: sticker_id?,
        alt,
        image_url,
    }))
}
