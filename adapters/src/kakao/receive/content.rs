//! What a customer's message says: `contents` as it is sent now, `content` as it was sent before.

use naru_core::content::{Block, Content, Media, MediaBlock, RemoteMedia, Span, Text, Unsupported};
use serde_json::Value;

use crate::kakao::END_COMMAND;
use crate::kakao::wire::{Fields, MessageType, Names};

/// Reads a message. What is not documented, or says nothing, becomes one block that keeps `raw`.
pub(super) fn read(fields: Fields<'_>, names: &Names, raw: &Value) -> Content {
    let kind = fields.text(names.kind).unwrap_or_else(|| "message".to_owned());
    let blocks = match MessageType::parse(&kind) {
        Some(known) => entries(fields).into_iter().filter_map(|entry| block(known, entry)).collect(),
        None => Vec::new(),
    };
    if !blocks.is_empty() {
        return Content { blocks };
    }
    if is_text(fields, names) && attachment(fields).is_some() {
        // The whole text lies in the attached file.
        return Content::text("");
    }
    Content::block(Block::Unsupported(Unsupported { kind, raw: raw.clone() }))
}

/// Where the whole text lies when the message holds only its beginning.
pub(super) fn full_text_url(fields: Fields<'_>, names: &Names) -> Option<String> {
    attachment(fields).filter(|_| is_text(fields, names))
}

/// Whether the customer typed what ends the session on Kakao's side.
pub(super) fn is_end_command(content: &Content) -> bool {
    match content.blocks.as_slice() {
        [Block::Text(text)] => match text.spans.as_slice() {
            [Span::Text(span)] => span.text.trim() == END_COMMAND,
            _ => false,
        },
        _ => false,
    }
}

fn is_text(fields: Fields<'_>, names: &Names) -> bool {
    fields.text(names.kind).and_then(|kind| MessageType::parse(&kind)) == Some(MessageType::Text)
}

fn attachment(fields: Fields<'_>) -> Option<String> {
    fields.object("attachment")?.text("url").filter(|url| is_address(url))
}

/// The entries of a message: `contents`, or the one legacy `content`.
fn entries(fields: Fields<'_>) -> Vec<&Value> {
    match fields.any("contents") {
        Some(Value::Array(items)) => items.iter().collect(),
        Some(one) => vec![one],
        None => fields.any("content").into_iter().collect(),
    }
}

/// The block of one entry: a string, or an object with `url`, `comment`, or both.
fn block(kind: MessageType, entry: &Value) -> Option<Block> {
    let (url, comment) = match entry {
        // Legacy media may be a bare address.
        Value::String(text) if kind != MessageType::Text && is_address(text) => (Some(text.clone()), None),
        Value::String(text) => (None, Some(text.clone())),
        Value::Object(object) => {
            let fields = Fields(object);
            (fields.text("url").filter(|url| is_address(url)), fields.text("comment"))
        }
        _ => (None, None),
    };
    match (url, comment.filter(|text| !text.is_empty())) {
        (Some(url), caption) => Some(medium(kind, url, caption)),
        (None, Some(words)) => Some(Block::Text(Text::plain(words))),
        (None, None) => None,
    }
}

fn medium(kind: MessageType, url: String, caption: Option<String>) -> Block {
    let name = (kind == MessageType::File).then(|| last_segment(&url)).flatten();
    let media = Media::Remote(RemoteMedia { url });
    let block = MediaBlock { name, caption, ..MediaBlock::of(media) };
    match kind {
        MessageType::Photo => Block::Image(block),
        MessageType::Video => Block::Video(block),
        MessageType::Audio => Block::Audio(block),
        MessageType::File | MessageType::Text => Block::File(block),
    }
}

fn is_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// A file's name, which Kakao does not tell: the end of its address.
fn last_segment(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let segment = url.path_segments()?.next_back()?.to_owned();
    let name = urlencoding::decode(&segment).map_or_else(|_| segment.clone(), std::borrow::Cow::into_owned);
    Some(name).filter(|name| !name.is_empty())
}
