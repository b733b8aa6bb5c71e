//! LINE's spelling: webhooks in, answers and errors back. Properties without a value are left out, never null.

use serde::Deserialize;
use serde_json::Value;

/// What every event carries, read leniently: a strange value counts as a missing one.
#[derive(Debug)]
pub(super) struct Common<'a> {
    pub(super) kind: &'a str,
    pub(super) timestamp: Option<i64>,
    pub(super) id: Option<&'a str>,
    pub(super) standby: bool,
    pub(super) source: Option<Source<'a>>,
    pub(super) reply_token: Option<&'a str>,
}

/// Where an event happened.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) place: Place<'a>,
    pub(super) user: Option<&'a str>,
}

/// The kinds of places.
#[derive(Debug)]
pub(super) enum Place<'a> {
    User,
    Group(&'a str),
    Room(&'a str),
}

impl<'a> Common<'a> {
    pub(super) fn of(event: &'a Value) -> Self {
        Self {
            kind: event["type"].as_str().unwrap_or("unknown"),
            timestamp: event["timestamp"].as_i64().filter(|millis| *millis >= 0),
            id: event["webhookEventId"].as_str().filter(|id| !id.is_empty()),
            standby: event["mode"] == "standby",
            source: Source::of(&event["source"]),
            reply_token: event["replyToken"].as_str().filter(|token| !token.is_empty()),
        }
    }
}

impl<'a> Source<'a> {
    fn of(source: &'a Value) -> Option<Self> {
        let user = source["userId"].as_str();
        let place = match source["type"].as_str()? {
            "user" => Place::User,
            "group" => Place::Group(source["groupId"].as_str()?),
            "room" => Place::Room(source["roomId"].as_str()?),
            _ => return None,
        };
        Some(Self { place, user })
    }
}

/// A message's content.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub(super) enum Message {
    Text(TextMessage),
    Image(MediaMessage),
    Video(MediaMessage),
    Audio(MediaMessage),
    File(FileMessage),
    Location(LocationMessage),
    Sticker(StickerMessage),
}

/// Words.
#[derive(Debug, Deserialize)]
pub(super) struct TextMessage {
    pub(super) text: String,
    #[serde(default)]
    pub(super) emojis: Vec<Emoji>,
    #[serde(default)]
    pub(super) mention: Mention,
}

/// One of LINE's own emoji inside a text; offsets count UTF-16 units.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Emoji {
    pub(super) index: usize,
    pub(super) length: usize,
    pub(super) product_id: String,
    pub(super) emoji_id: String,
}

/// The mentions of a text.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Mention {
    #[serde(default)]
    pub(super) mentionees: Vec<Mentionee>,
}

/// One mention; offsets count UTF-16 units.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Mentionee {
    pub(super) index: usize,
    pub(super) length: usize,
    pub(super) user_id: Option<String>,
    #[serde(default)]
    pub(super) is_self: bool,
}

/// A picture, a video or a recording.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MediaMessage {
    pub(super) id: String,
    pub(super) duration: Option<u64>,
    pub(super) content_provider: ContentProvider,
    pub(super) image_set: Option<ImageSet>,
}

/// Who holds the bytes.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub(super) enum ContentProvider {
    Line,
    #[serde(rename_all = "camelCase")]
    External {
        original_content_url: String,
        preview_image_url: Option<String>,
    },
}

/// Pictures that were sent at once.
#[derive(Debug, Deserialize)]
pub(super) struct ImageSet {
    pub(super) id: String,
    pub(super) index: Option<u32>,
    pub(super) total: Option<u32>,
}

/// A document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileMessage {
    pub(super) id: String,
    pub(super) file_name: String,
    pub(super) file_size: Option<u64>,
}

/// A place.
#[derive(Debug, Deserialize)]
pub(super) struct LocationMessage {
    pub(super) latitude: f64,
    pub(super) longitude: f64,
    pub(super) title: Option<String>,
    pub(super) address: Option<String>,
}

/// A sticker.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StickerMessage {
    pub(super) package_id: String,
    pub(super) sticker_id: String,
    pub(super) sticker_resource_type: Option<String>,
    #[serde(default)]
    pub(super) keywords: Vec<String>,
    pub(super) text: Option<String>,
}

/// What a successful reply or push, and a repeated push, answer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sent {
    #[serde(default)]
    pub(super) sent_messages: Vec<SentMessage>,
}

/// One sent message; the id is a string of digits beyond 2^53, some answers write it as a number.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SentMessage {
    pub(super) id: Value,
    pub(super) quote_token: Option<String>,
}

/// An error of the Messaging API.
#[derive(Debug, Deserialize)]
pub(super) struct Error {
    pub(super) message: String,
    #[serde(default)]
    pub(super) details: Vec<ErrorDetail>,
}

/// One place that an error is about.
#[derive(Debug, Deserialize)]
pub(super) struct ErrorDetail {
    pub(super) message: Option<String>,
    pub(super) property: Option<String>,
}

/// The bot behind a token.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BotInfo {
    pub(super) user_id: String,
    pub(super) basic_id: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) chat_mode: Option<String>,
}

/// The webhook address that LINE knows.
#[derive(Debug, Deserialize)]
pub(super) struct WebhookEndpoint {
    pub(super) active: bool,
}

/// A user, a group's member or a group.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Profile {
    pub(super) display_name: Option<String>,
    pub(super) group_name: Option<String>,
    pub(super) picture_url: Option<String>,
    pub(super) status_message: Option<String>,
    pub(super) language: Option<String>,
}
