//! Writes and signs the webhooks of what customers do.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use naru_core::time::{MINUTE, Millis};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::world::{Content, ReplyToken, World};
use super::{BOT, CHANNEL_SECRET};
use crate::sandbox::{Act, Hook};

/// A video is asked for once in vain before LINE has prepared it.
const VIDEO_PREPARES: u32 = 1;

/// The event of what a customer does; `None` where LINE tells nobody of it. The sentence says why it is impossible.
pub(super) fn event(
    world: &mut World,
    customer: &str,
    act: &Act,
    at: Millis,
) -> Result<Option<Value>, String> {
    let friend = world.friends.get(customer).ok_or_else(|| format!("there is no customer {customer}"))?;
    if friend.blocked && *act != Act::Unblock {
        return Err("the customer has blocked the account, so nothing reaches it".to_owned());
    }
    let mut event = match act {
        Act::Text { text } => message(world, customer, at, text_message(text)?),
        Act::File { name, mime, data } => file(world, customer, at, name, mime, data)?,
        Act::Sticker { package_id, sticker_id } => {
            let sticker = json!({
                "type": "sticker", "packageId": package_id, "stickerId": sticker_id, "stickerResourceType": "STATIC",
            });
            message(world, customer, at, sticker)
        }
        Act::Tap { button } => match tap(world, customer, at, button)? {
            Some(event) => event,
            None => return Ok(None),
        },
        Act::Enter { .. } => {
            replyable(world, customer, at, json!({"type": "follow", "follow": {"isUnblocked": false}}))
        }
        Act::Leave => {
            return Err("LINE has no room to leave; a customer can only block the account".to_owned());
        }
        Act::Block => {
            set_blocked(world, customer, true);
            json!({"type": "unfollow"})
        }
        Act::Unblock => {
            set_blocked(world, customer, false);
            replyable(world, customer, at, json!({"type": "follow", "follow": {"isUnblocked": true}}))
        }
        Act::Unsend => unsend(world, customer)?,
    };
    event["mode"] = "active".into();
    event["timestamp"] = at.0.into();
    event["webhookEventId"] = ulid(at, world.count()).into();
    event["deliveryContext"] = json!({"isRedelivery": false});
    event["source"] = json!({"type": "user", "userId": customer});
    Ok(Some(event))
}

fn set_blocked(world: &mut World, customer: &str, blocked: bool) {
    if let Some(friend) = world.friends.get_mut(customer) {
        friend.blocked = blocked;
    }
}

fn text_message(text: &str) -> Result<Value, String> {
    if text.trim().is_empty() {
        return Err("LINE sends no empty message".to_owned());
    }
    Ok(json!({"type": "text", "text": text}))
}

/// A message event: with an id, a quote token where LINE gives one, and a read token.
fn message(world: &mut World, customer: &str, at: Millis, mut content: Value) -> Value {
    let id = world.message_id(at);
    if !matches!(content["type"].as_str(), Some("audio" | "file" | "location")) {
        content["quoteToken"] = world.quote_token().into();
    }
    let token = format!("m{:08x}-sandbox", world.count());
    content["markAsReadToken"] = token.as_str().into();
    world.read_tokens.insert(token, customer.to_owned());
    if let Some(friend) = world.friends.get_mut(customer) {
        friend.messages.push(id.clone());
    }
    content["id"] = id.into();
    replyable(world, customer, at, json!({"type": "message", "message": content}))
}

/// An event that can be answered for free within a minute.
fn replyable(world: &mut World, customer: &str, at: Millis, mut event: Value) -> Value {
    let digest = Sha256::digest(format!("reply {} {}", world.count(), at.0));
    let head = digest[..16].try_into().expect("SHA-256 has 32 bytes");
    let token = uuid::Uuid::from_bytes(head).simple().to_string();
    let customer = customer.to_owned();
    world.replies.insert(token.clone(), ReplyToken { customer, event_at: at, delivered_at: at, used: false });
    event["replyToken"] = token.into();
    event
}

fn file(
    world: &mut World,
    customer: &str,
    at: Millis,
    name: &str,
    mime: &str,
    data: &str,
) -> Result<Value, String> {
    let bytes =
        STANDARD.decode(data).map_err(|error| format!("expected the file in base64, found {error}"))?;
    let size = bytes.len();
    let kind = mime.split('/').next().unwrap_or_default();
    let content = match kind {
        "image" => json!({"type": "image", "contentProvider": {"type": "line"}}),
        "video" | "audio" => json!({"type": kind, "duration": 4_200, "contentProvider": {"type": "line"}}),
        _ => json!({"type": "file", "fileName": name, "fileSize": size}),
    };
    let event = message(world, customer, at, content);
    let preparing = if kind == "video" { VIDEO_PREPARES } else { 0 };
    let content = Content { mime: mime.to_owned(), bytes: Bytes::from(bytes), preparing, gone: false };
    world.contents.insert(event["message"]["id"].as_str().unwrap_or_default().to_owned(), content);
    Ok(event)
}

/// A tap on an action, or on a quick reply that holds one.
fn tap(world: &mut World, customer: &str, at: Millis, button: &Value) -> Result<Option<Value>, String> {
    let action = if button["type"] == "action" { &button["action"] } else { button };
    let postback = |params: Value| {
        let mut postback = json!({ "data": action["data"] });
        if !params.is_null() {
            postback["params"] = params;
        }
        json!({"type": "postback", "postback": postback})
    };
    let event = match action["type"].as_str().unwrap_or_default() {
        "postback" => postback(Value::Null),
        "datetimepicker" => {
            let stamp = at.to_string();
            let (date, time) = (&stamp[..10], &stamp[11..16]);
            match action["mode"].as_str() {
                Some("date") => postback(json!({ "date": date })),
                Some("time") => postback(json!({ "time": time })),
                _ => postback(json!({"datetime": format!("{date}T{time}")})),
            }
        }
        "message" => {
            let text = text_message(action["text"].as_str().unwrap_or_default())?;
            return Ok(Some(message(world, customer, at, text)));
        }
        "uri" | "clipboard" | "camera" | "cameraRoll" => return Ok(None),
        "location" => {
            let place = json!({
                "type": "location", "title": "서울역", "address": "서울 용산구 한강대로 405",
                "latitude": 37.5547, "longitude": 126.9706,
            });
            return Ok(Some(message(world, customer, at, place)));
        }
        other => return Err(format!("there is no button of the kind \"{other}\"")),
    };
    Ok(Some(replyable(world, customer, at, event)))
}

fn unsend(world: &mut World, customer: &str) -> Result<Value, String> {
    let last = world.friends.get_mut(customer).and_then(|friend| friend.messages.pop());
    let id = last.ok_or("there is no message to take back")?;
    if let Some(content) = world.contents.get_mut(&id) {
        content.gone = true;
        content.bytes = Bytes::new();
    }
    Ok(json!({"type": "unsend", "unsend": {"messageId": id}}))
}

/// A webhook of these events, signed as LINE does.
pub(super) fn signed(events: &[Value]) -> Hook {
    let body = json!({"destination": BOT, "events": events}).to_string();
    let signature = STANDARD.encode(signature(CHANNEL_SECRET, body.as_bytes()));
    hook(Bytes::from(body), signature)
}

fn hook(body: Bytes, signature: String) -> Hook {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Hook {
        suffix: String::new(),
        headers: vec![
            header("content-type", "application/json; charset=utf-8"),
            header("user-agent", "LineBotWebhook/2.0"),
            ("x-line-signature".to_owned(), signature),
        ],
        body,
    }
}

fn signature(secret: &str, body: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    mac.finalize().into_bytes().to_vec()
}

/// The same webhook, signed by somebody who does not know the secret.
pub(super) fn forged(forged: Hook) -> Hook {
    let signature = STANDARD.encode(signature("somebody else's secret", &forged.body));
    hook(forged.body, signature)
}

/// The same webhook once more. Ids, times and reply tokens stay; an unused token is good for another minute, but never
/// later than 20 minutes after its event.
pub(super) fn redelivered(world: &mut World, first: &Hook, at: Millis) -> Hook {
    let mut body: Value = serde_json::from_slice(&first.body).unwrap_or_default();
    let Some(events) = body["events"].as_array_mut() else { return first.clone() };
    for event in events.iter_mut() {
        event["deliveryContext"]["isRedelivery"] = true.into();
        let token = event["replyToken"].as_str().and_then(|token| world.replies.get_mut(token));
        if let Some(token) = token.filter(|token| at.since(token.event_at) <= 20 * MINUTE) {
            token.delivered_at = at;
        }
    }
    signed(events)
}

/// An id that orders by time, in Crockford's base 32: 48 bits of time, 80 bits of a count.
fn ulid(at: Millis, count: u64) -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let value = u128::from(u64::try_from(at.0).unwrap_or(0)) << 80 | u128::from(count);
    (0..26)
        .rev()
        .map(|place| {
            let digit = usize::try_from(value >> (place * 5) & 31).expect("five bits");
            char::from(DIGITS[digit])
        })
        .collect()
}
