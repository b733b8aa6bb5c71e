//! Draws one part as LINE's message objects: one each, and what an override brings.

use std::collections::BTreeMap;

use naru_core::adapter::{Failure, Outgoing, Words};
use naru_core::content::{LinkButton, Location, Media, MediaBlock, MediaKind, Sticker};
use naru_core::downgrade::{MediaFacts, Part, PartBody, ReplyButton};
use naru_core::ids::MediaId;
use naru_core::settings::Language;
use serde_json::{Value, json};

use super::capabilities::{ALT_UTF16, BATCH, PREVIEW_BYTES, QUICK_REPLIES};
use super::utf16::clip;
use super::{address, cards, failure};

/// Why a part cannot be drawn; found before anything leaves.
pub(super) struct Undrawable {
    code: &'static str,
    words: Words,
}

const EMPTY: Undrawable = undrawable(
    "empty",
    "글이 비어 있어요. LINE은 빈 글을 받지 않아요.",
    "The text is empty, and LINE takes no empty text.",
);
const OVERRIDE: Undrawable = undrawable(
    "override",
    "\"type\"이 있는 LINE 메시지 객체 하나, 또는 다섯 개까지의 목록이어야 해요.",
    "Expected a LINE message object with a \"type\", or a list of one to five of them.",
);

/// A part that cannot be drawn, in words for its author.
pub(super) const fn undrawable(code: &'static str, ko: &'static str, en: &'static str) -> Undrawable {
    Undrawable { code, words: Words { ko, en } }
}

/// Every part as message objects; the quick replies of all stand on the last one, the quote on the first that may
/// carry one.
pub(super) fn parts(outgoing: &Outgoing, language: Language) -> Result<Vec<Vec<Value>>, Failure> {
    let mut drawn = Vec::with_capacity(outgoing.parts.len());
    for part in &outgoing.parts {
        let objects = part_objects(part, &outgoing.media);
        drawn.push(objects.map_err(|Undrawable { code, words }| failure::rejected(code, words, language))?);
    }
    let replies: Vec<_> =
        outgoing.parts.iter().flat_map(|part| part.replies.iter().chain(&part.quick_replies)).collect();
    if let (false, Some(last)) = (replies.is_empty(), drawn.last_mut().and_then(|objects| objects.last_mut()))
    {
        last["quickReply"] = quick_reply(&replies);
    }
    let quotable = |object: &&mut Value| object["type"] == "text" || object["type"] == "sticker";
    if let (Some(quote), Some(first)) = (&outgoing.quote, drawn.iter_mut().flatten().find(quotable)) {
        first["quoteToken"] = quote.as_str().into();
    }
    Ok(drawn)
}

fn part_objects(part: &Part, media: &BTreeMap<MediaId, MediaFacts>) -> Result<Vec<Value>, Undrawable> {
    Ok(vec![match &part.body {
        PartBody::Text(_) if part.buttons.is_empty() => text(&part.plain())?,
        PartBody::Text(_) => buttons(&part.plain(), &part.buttons)?,
        PartBody::Media { kind, block, .. } => medium(*kind, block, media)?,
        PartBody::Cards(cards) => cards::draw(cards, media)?,
        PartBody::Location(place) => location(place),
        PartBody::Sticker(sticker) => picture(sticker)?,
        PartBody::Form(_) => {
            return Err(undrawable(
                "form",
                "LINE에는 입력 폼이 없어요. 하나씩 물어봐 주세요.",
                "LINE has no forms; ask the questions one by one.",
            ));
        }
        PartBody::Override(payload) => return own(payload),
    }])
}

fn text(words: &str) -> Result<Value, Undrawable> {
    if words.trim().is_empty() {
        return Err(EMPTY);
    }
    Ok(json!({"type": "text", "text": words}))
}

fn buttons(words: &str, buttons: &[LinkButton]) -> Result<Value, Undrawable> {
    if words.trim().is_empty() {
        return Err(EMPTY);
    }
    let labels: Vec<_> = buttons.iter().map(|button| format!("[{}]", button.label)).collect();
    Ok(template(
        &format!("{words}\n{}", labels.join(" ")),
        &json!({"type": "buttons", "text": words, "actions": actions(buttons)}),
    ))
}

/// A template with the words that stand for it in lists and notifications.
pub(super) fn template(alt: &str, template: &Value) -> Value {
    json!({"type": "template", "altText": clip(alt, ALT_UTF16), "template": template})
}

/// Link buttons as actions.
pub(super) fn actions(buttons: &[LinkButton]) -> Vec<Value> {
    buttons
        .iter()
        .map(|button| json!({"type": "uri", "label": button.label, "uri": address::encode(&button.url)}))
        .collect()
}

fn quick_reply(replies: &[&ReplyButton]) -> Value {
    let items: Vec<_> = replies
        .iter()
        .take(QUICK_REPLIES)
        .map(|reply| {
            let action = json!({
                "type": "postback", "label": reply.label, "data": reply.payload, "displayText": reply.label,
            });
            json!({"type": "action", "action": action})
        })
        .collect();
    json!({ "items": items })
}

fn medium(
    kind: MediaKind,
    block: &MediaBlock,
    media: &BTreeMap<MediaId, MediaFacts>,
) -> Result<Value, Undrawable> {
    let source = Source::of(&block.media, media)?;
    let url = source.url();
    let preview = source.preview();
    match kind {
        MediaKind::Image => {
            let preview = preview.ok_or_else(|| {
                undrawable(
                    "preview",
                    "이 사진에는 1 MB 이하의 미리보기가 없어요.",
                    "The picture has no preview of at most 1 MB.",
                )
            })?;
            Ok(json!({"type": "image", "originalContentUrl": url, "previewImageUrl": preview}))
        }
        MediaKind::Video => {
            let preview = source.still().ok_or_else(|| {
                undrawable(
                    "preview",
                    "이 동영상에는 미리보기 사진이 없어요.",
                    "The video has no still picture.",
                )
            })?;
            Ok(json!({"type": "video", "originalContentUrl": url, "previewImageUrl": preview}))
        }
        MediaKind::Audio => {
            let length = block.duration_ms.or(source.duration());
            let length = length.ok_or_else(|| {
                undrawable(
                    "duration",
                    "이 음성의 길이를 알 수 없어요.",
                    "The recording's length is not known.",
                )
            })?;
            Ok(json!({"type": "audio", "originalContentUrl": url, "duration": length}))
        }
        MediaKind::File => Err(undrawable(
            "file",
            "LINE에는 파일 메시지가 없어요. 링크로 보내 주세요.",
            "LINE has no message for documents; send a link.",
        )),
    }
}

/// A medium that LINE can fetch.
pub(super) enum Source<'a> {
    /// One of our store.
    Stored(&'a MediaFacts),
    /// One at an author's address.
    Remote(&'a str),
}

impl<'a> Source<'a> {
    /// Finds it; a stored medium without facts cannot be named to LINE.
    pub(super) fn of(media: &'a Media, facts: &'a BTreeMap<MediaId, MediaFacts>) -> Result<Self, Undrawable> {
        match media {
            Media::Stored(stored) => facts.get(&stored.id).map(Self::Stored),
            Media::Remote(remote) => Some(Self::Remote(&remote.url)),
            Media::Platform(_) => None,
        }
        .ok_or_else(|| {
            undrawable(
                "media",
                "파일이 저장소에 없어 LINE이 가져갈 수 없어요.",
                "The file is not in the store, so LINE cannot fetch it.",
            )
        })
    }

    /// Where LINE fetches it.
    pub(super) fn url(&self) -> String {
        address::encode(match self {
            Self::Stored(facts) => &facts.url,
            Self::Remote(url) => url,
        })
    }

    /// A small picture of it: its preview, or itself where it is small enough.
    fn preview(&self) -> Option<String> {
        match self {
            Self::Stored(facts) if facts.preview_url.is_none() && facts.bytes > PREVIEW_BYTES => None,
            _ => self.still().or_else(|| Some(self.url())),
        }
    }

    /// A picture made of it.
    pub(super) fn still(&self) -> Option<String> {
        match self {
            Self::Stored(facts) => facts.preview_url.as_deref().map(address::encode),
            Self::Remote(_) => None,
        }
    }

    fn duration(&self) -> Option<u64> {
        match self {
            Self::Stored(facts) => facts.duration_ms,
            Self::Remote(_) => None,
        }
    }
}

/// Head and address are both required: what is missing is said by the other, or by the coordinates.
fn location(place: &Location) -> Value {
    let coordinates = format!("{}, {}", place.latitude, place.longitude);
    let title = place.title.as_ref().or(place.address.as_ref()).unwrap_or(&coordinates);
    let address = place.address.as_ref().unwrap_or(&coordinates);
    json!({
        "type": "location", "title": title, "address": address,
        "latitude": place.latitude, "longitude": place.longitude,
    })
}

fn picture(sticker: &Sticker) -> Result<Value, Undrawable> {
    if sticker.provider == "line" {
        return Ok(json!({
            "type": "sticker", "packageId": sticker.package_id, "stickerId": sticker.sticker_id,
        }));
    }
    text(sticker.alt.as_deref().unwrap_or_default())
}

/// An author's own message objects: one, or a list of at most five.
fn own(payload: &Value) -> Result<Vec<Value>, Undrawable> {
    let objects = match payload {
        Value::Array(objects) => objects.clone(),
        object => vec![object.clone()],
    };
    let sound = objects.iter().all(|object| object["type"].is_string());
    if sound && (1..=BATCH).contains(&objects.len()) {
        return Ok(objects);
    }
    Err(OVERRIDE)
}
