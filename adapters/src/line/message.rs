//! Reads the content of a message.

use naru_core::content::{
    Block, Content, Location, Media, MediaBlock, Mention, MentionKind, MentionSpan, PlatformMedia,
    RemoteMedia, Span, Sticker, Text, Unsupported,
};
use naru_core::event::Inbound;
use serde_json::{Map, Value, json};

use super::utf16::Utf16;
use super::wire::{
    ContentProvider, FileMessage, LocationMessage, MediaMessage, Message, StickerMessage, TextMessage,
};

/// Reads a message; one of an unknown or broken kind keeps its JSON. `None` where there is no message at all.
pub(super) fn read(message: &Value, standby: bool, replaced_nul: bool) -> Option<Inbound> {
    let kind = message["type"].as_str()?;
    let text = |name: &str| message[name].as_str().map(str::to_owned);
    let mut extra = Map::new();
    let block = match Message::deserialize_from(message) {
        Some(known) => block(known, &mut extra),
        None => Block::Unsupported(Unsupported { kind: kind.to_owned(), raw: message.clone() }),
    };
    if let Some(token) = text("quoteToken") {
        extra.insert("quote_token".to_owned(), token.into());
    }
    if standby {
        extra.insert("mode".to_owned(), "standby".into());
    }
    if replaced_nul {
        extra.insert("replaced_nul".to_owned(), true.into());
    }
    Some(Inbound {
        reply_to: text("quotedMessageId"),
        read_token: text("markAsReadToken"),
        extra: if extra.is_empty() { Value::Null } else { Value::Object(extra) },
        ..Inbound::of(text("id"), Content::block(block))
    })
}

impl Message {
    fn deserialize_from(message: &Value) -> Option<Self> {
        serde::Deserialize::deserialize(message).ok()
    }
}

fn block(message: Message, extra: &mut Map<String, Value>) -> Block {
    match message {
        Message::Text(text) => Block::Text(words(&text, extra)),
        Message::Image(image) => Block::Image(media(image, extra)),
        Message::Video(video) => Block::Video(media(video, extra)),
        Message::Audio(audio) => Block::Audio(media(audio, extra)),
        Message::File(file) => Block::File(document(file, extra)),
        Message::Location(place) => Block::Location(location(place)),
        Message::Sticker(picture) => Block::Sticker(sticker(picture, extra)),
    }
}

/// Words with their mentions. LINE's own emoji stand in the text as `(name)`; which these are is kept beside it.
fn words(message: &TextMessage, extra: &mut Map<String, Value>) -> Text {
    let units = Utf16::of(&message.text);
    let emojis: Vec<Value> = message
        .emojis
        .iter()
        .filter_map(|emoji| {
            let text = units.slice(emoji.index, emoji.length)?;
            Some(json!({"text": text, "product_id": emoji.product_id, "emoji_id": emoji.emoji_id}))
        })
        .collect();
    if !emojis.is_empty() {
        extra.insert("emojis".to_owned(), emojis.into());
    }
    if message.mention.mentionees.iter().any(|mentionee| mentionee.is_self) {
        extra.insert("mentions_us".to_owned(), true.into());
    }
    Text { spans: spans(message, &units) }
}

fn spans(message: &TextMessage, units: &Utf16<'_>) -> Vec<Span> {
    let mut mentions: Vec<_> = message
        .mention
        .mentionees
        .iter()
        .filter_map(|mentionee| Some((units.range(mentionee.index, mentionee.length)?, mentionee)))
        .collect();
    mentions.sort_by_key(|(range, _)| range.start);
    let mut spans = Vec::new();
    let mut done = 0;
    for (range, mentionee) in mentions {
        let Some(name) = message.text[range.clone()].strip_prefix('@').filter(|_| range.start >= done) else {
            continue;
        };
        if range.start > done {
            spans.push(Span::plain(&message.text[done..range.start]));
        }
        let mention =
            Mention { kind: MentionKind::Customer, id: mentionee.user_id.clone(), name: name.to_owned() };
        spans.push(Span::Mention(MentionSpan { mention }));
        done = range.end;
    }
    if done < message.text.len() || spans.is_empty() {
        spans.push(Span::plain(&message.text[done..]));
    }
    spans
}

fn media(message: MediaMessage, extra: &mut Map<String, Value>) -> MediaBlock {
    if let Some(set) = message.image_set {
        let set = json!({"id": set.id, "index": set.index, "total": set.total});
        extra.insert("image_set".to_owned(), set);
    }
    let media = match message.content_provider {
        ContentProvider::Line => Media::Platform(PlatformMedia { reference: message.id }),
        ContentProvider::External { original_content_url, preview_image_url } => {
            if let Some(preview) = preview_image_url {
                extra.insert("preview_url".to_owned(), preview.into());
            }
            Media::Remote(RemoteMedia { url: original_content_url })
        }
    };
    MediaBlock { duration_ms: message.duration, ..MediaBlock::of(media) }
}

fn document(message: FileMessage, extra: &mut Map<String, Value>) -> MediaBlock {
    if let Some(size) = message.file_size {
        extra.insert("file_size".to_owned(), size.into());
    }
    let media = Media::Platform(PlatformMedia { reference: message.id });
    MediaBlock { name: Some(message.file_name), ..MediaBlock::of(media) }
}

fn location(message: LocationMessage) -> Location {
    Location {
        latitude: message.latitude,
        longitude: message.longitude,
        title: message.title,
        address: message.address,
    }
}

/// The API gives no picture of a sticker; LINE's shop shows it under its id.
fn sticker(message: StickerMessage, extra: &mut Map<String, Value>) -> Sticker {
    if let Some(kind) = message.sticker_resource_type {
        extra.insert("sticker_type".to_owned(), kind.into());
    }
    let keywords = Some(message.keywords.join(", ")).filter(|words| !words.is_empty());
    let id = urlencoding::encode(&message.sticker_id);
    let image_url =
        format!("https://stickershop.line-scdn.net/stickershop/v1/sticker/{id}/android/sticker.png");
    Sticker {
        provider: "line".to_owned(),
        package_id: message.package_id,
        image_url: Some(image_url),
        alt: message.text.or(keywords),
        sticker_id: message.sticker_id,
    }
}
