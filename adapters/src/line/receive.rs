//! Reads LINE's webhooks. One event that we cannot read never spoils the others of its request.

use naru_core::adapter::Malformed;
use naru_core::event::{Edited, Event, Postback, Sender, What};
use naru_core::session::ReplyHandle;
use naru_core::time::Millis;
use serde_json::Value;

use super::wire::{Common, Place, Source};
use super::{key, message};

/// The reply tokens of the events that LINE's console once made up when its Verify button was pressed.
const DUMMY_TOKENS: [&str; 2] = ["00000000000000000000000000000000", "ffffffffffffffffffffffffffffffff"];

/// Reads a verified body.
pub(super) fn receive(body: &[u8]) -> Result<Vec<Event>, Malformed> {
    let expected = "a JSON object with a list \"events\"".to_owned();
    let mut envelope: Value = serde_json::from_slice(body)
        .map_err(|error| Malformed { expected: expected.clone(), found: format!("broken JSON: {error}") })?;
    let replaced = replace_nul(&mut envelope);
    match envelope["events"].as_array() {
        Some(events) => Ok(events.iter().filter_map(|event| read(event, replaced)).collect()),
        None if envelope.is_object() => {
            Err(Malformed { expected, found: format!("events: {}", kind_of(&envelope["events"])) })
        }
        None => Err(Malformed { expected, found: kind_of(&envelope).to_owned() }),
    }
}

/// Reads one event; `None` for those that LINE's console makes up.
fn read(event: &Value, replaced: bool) -> Option<Event> {
    let common = Common::of(event);
    if common.reply_token.is_some_and(|token| DUMMY_TOKENS.contains(&token)) {
        return None;
    }
    let sender = common.source.as_ref().and_then(sender);
    let unsupported = || What::Unsupported { name: common.kind.to_owned(), raw: event.clone() };
    let what = match (what(event, &common, replaced), &sender) {
        // What belongs to a conversation, and does not say to which, is kept as it is.
        (Some(what), None) if !matches!(what, What::Notice { .. }) => unsupported(),
        (Some(what), _) => what,
        (None, _) => unsupported(),
    };
    Some(Event {
        key: key::event(event, &common),
        lane: sender.as_ref().map(lane).unwrap_or_default(),
        at: common.timestamp.map(Millis),
        reply_handle: reply_handle(&common),
        sender,
        session: None,
        what,
    })
}

/// Reads what happened; `None` where LINE's event is unknown or lacks what it must have.
fn what(event: &Value, common: &Common<'_>, replaced: bool) -> Option<What> {
    Some(match common.kind {
        "message" => What::Message(message::read(&event["message"], common.standby, replaced)?),
        "messageEdited" if event["message"]["type"] == "text" => {
            let edited = message::read(&event["message"], common.standby, replaced)?;
            What::Edited(Edited { external_id: edited.external_id?, content: edited.content })
        }
        "unsend" => What::Unsent { external_id: event["unsend"]["messageId"].as_str()?.to_owned() },
        "follow" => What::Followed { unblocked: event["follow"]["isUnblocked"] == true },
        "unfollow" => What::Unfollowed,
        "join" => What::Joined,
        "leave" => What::Left,
        "memberJoined" => What::MembersJoined { members: members(&event["joined"])? },
        "memberLeft" => What::MembersLeft { members: members(&event["left"])? },
        "postback" => What::Postback(Postback {
            payload: event["postback"]["data"].as_str()?.to_owned(),
            label: None,
            params: event["postback"]["params"].clone(),
        }),
        "accountLink" => notice(common.kind, &event["link"])?,
        "activated" => notice(common.kind, &event["chatControl"])?,
        kind @ ("videoPlayComplete" | "beacon" | "membership" | "module" | "delivery") => {
            notice(kind, &event[kind])?
        }
        kind @ ("deactivated" | "botSuspended" | "botResumed") => {
            What::Notice { name: kind.to_owned(), fields: Value::Null }
        }
        _ => return None,
    })
}

fn notice(name: &str, fields: &Value) -> Option<What> {
    fields.is_object().then(|| What::Notice { name: name.to_owned(), fields: fields.clone() })
}

fn members(list: &Value) -> Option<Vec<String>> {
    let members = list["members"].as_array()?;
    Some(members.iter().filter_map(|member| member["userId"].as_str()).map(str::to_owned).collect())
}

/// The customer; a group's event without a member is the group's own.
fn sender(source: &Source<'_>) -> Option<Sender> {
    match source.place {
        Place::User => source.user.map(Sender::of),
        Place::Group(id) | Place::Room(id) => {
            Some(Sender { group: Some(id.to_owned()), ..Sender::of(source.user.unwrap_or(id)) })
        }
    }
}

fn lane(sender: &Sender) -> String {
    sender.group.as_ref().unwrap_or(&sender.external_id).clone()
}

/// While another module holds the conversation (`standby`) the bot must not answer, and LINE gives no token.
fn reply_handle(common: &Common<'_>) -> Option<ReplyHandle> {
    let token = common.reply_token.filter(|_| !common.standby)?;
    Some(ReplyHandle { token: token.to_owned(), until: None, used_by: None })
}

/// Replaces U+0000, which the store cannot keep, by U+FFFD; says whether there was any.
fn replace_nul(value: &mut Value) -> bool {
    match value {
        Value::String(text) if text.contains('\0') => {
            *text = text.replace('\0', "\u{fffd}");
            true
        }
        Value::Array(items) => items.iter_mut().fold(false, |any, item| replace_nul(item) | any),
        Value::Object(fields) => {
            let any = fields.values_mut().fold(false, |any, item| replace_nul(item) | any);
            let names: Vec<_> = fields.keys().filter(|name| name.contains('\0')).cloned().collect();
            for name in &names {
                let item = fields.remove(name).unwrap_or_default();
                fields.insert(name.replace('\0', "\u{fffd}"), item);
            }
            any || !names.is_empty()
        }
        _ => false,
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
