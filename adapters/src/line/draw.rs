//! Draws one part as LINE's message objects: one each, and what an override brings.

use std::collections::BTreeMap;

use naru_core::adapter::{Failure, Outgoing};
use naru_core::content::{LinkButton, Location, Media, MediaBlock, MediaKind, Sticker};
use naru_core::downgrade::{MediaFacts, Part, PartBody, ReplyButton};
use naru_core::ids::MediaId;
use serde_json::{Value, json};

use super::capabilities::{ALT_UTF16, BATCH, PREVIEW_BYTES, QUICK_REPLIES};
use super::utf16::clip;
use super::{address, cards};

/// Every part as message objects; the quick replies of all stand on the last one, the quote on the first that may
/// carry one.
pub(super) fn parts(outgoing: &Outgoing) -> Result<Vec<Vec<Value>>, Failure> {
    let mut drawn = Vec::with_capacity(outgoing.parts.len());
    for part in &outgoing.parts {
        drawn.push(part_objects(part, &outgoing.media)?);
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

fn part_objects(part: &Part, media: &BTreeMap<MediaId, MediaFacts>) -> Result<Vec<Value>, Failure> {
    Ok(vec![match &part.body {
        PartBody::Text(_) if part.buttons.is_empty() => text(&part.plain())?,
        PartBody::Text(_) => buttons(&part.plain(), &part.buttons)?,
        PartBody::Media { kind, block, .. } => medium(*kind, block, media)?,
        PartBody::Cards(cards) => cards::draw(cards, media)?,
        PartBody::Location(place) => location(place),
        PartBody::Sticker(sticker) => picture(sticker)?,
        PartBody::Form(_) => return Err(rejected("form", "LINE has no forms; ask the questions one by one")),
        PartBody::Override(payload) => return own(payload),
    }])
}

/// A rejection that we find ourselves, before anything leaves.
pub(super) fn rejected(code: &str, reason: &str) -> Failure {
    Failure::Rejected { code: code.to_owned(), reason: reason.to_owned() }
}

fn text(words: &str) -> Result<Value, Failure> {
    if words.trim().is_empty() {
        return Err(rejected("empty", "the text is empty, and LINE takes no empty text"));
    }
    Ok(json!({"type": "text", "text": words}))
}

fn buttons(words: &str, buttons: &[LinkButton]) -> Result<Value, Failure> {
    if words.trim().is_empty() {
        return Err(rejected("empty", "the buttons have no words to stand under"));
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
) -> Result<Value, Failure> {
    let source = Source::of(&block.media, media)?;
    let url = source.url();
    let preview = source.preview();
    match kind {
        MediaKind::Image => {
            let preview =
                preview.ok_or_else(|| rejected("preview", "the picture has no preview of at most 1 MB"))?;
            Ok(json!({"type": "image", "originalContentUrl": url, "previewImageUrl": preview}))
        }
        MediaKind::Video => {
            let preview =
                source.still().ok_or_else(|| rejected("preview", "the video has no still picture"))?;
            Ok(json!({"type": "video", "originalContentUrl": url, "previewImageUrl": preview}))
        }
        MediaKind::Audio => {
            let length = block.duration_ms.or(source.duration());
            let length = length.ok_or_else(|| rejected("duration", "the recording's length is not known"))?;
            Ok(json!({"type": "audio", "originalContentUrl": url, "duration": length}))
        }
        MediaKind::File => Err(rejected("file", "LINE has no message for documents; send a link")),
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
    pub(super) fn of(media: &'a Media, facts: &'a BTreeMap<MediaId, MediaFacts>) -> Result<Self, Failure> {
        match media {
            Media::Stored(stored) => facts.get(&stored.id).map(Self::Stored),
            Media::Remote(remote) => Some(Self::Remote(&remote.url)),
            Media::Platform(_) => None,
        }
        .ok_or_else(|| rejected("media", "the file is not in the store, so LINE cannot fetch it"))
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

fn picture(sticker: &Sticker) -> Result<Value, Failure> {
    if sticker.provider == "line" {
        return Ok(json!({
            "type": "sticker", "packageId": sticker.package_id, "stickerId": sticker.sticker_id,
        }));
    }
    text(sticker.alt.as_deref().unwrap_or_default())
}

/// An author's own message objects: one, or a list of at most five.
fn own(payload: &Value) -> Result<Vec<Value>, Failure> {
    let objects = match payload {
        Value::Array(objects) => objects.clone(),
        object => vec![object.clone()],
    };
    let sound = objects.iter().all(|object| object["type"].is_string());
    if sound && (1..=BATCH).contains(&objects.len()) {
        return Ok(objects);
    }
    Err(rejected(
        "override",
        "expected a LINE message object with a \"type\", or a list of one to five of them",
    ))
}
