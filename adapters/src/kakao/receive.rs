//! Reads what Kakao or a dealer posts: messages, entry references, ended sessions, and Bizgo's later reports.

mod content;
mod report;

use std::net::IpAddr;

use naru_core::adapter::{Malformed, Refused, Request, Verdict};
use naru_core::event::{Event, Inbound, Origin, OriginKind, Profile, Sender, What};
use naru_core::session::CloseCause;
use naru_core::time::Millis;
use serde_json::{Map, Value, json};
use subtle::ConstantTimeEq;

use super::cidr::Cidr;
use super::flavour::Flavour;
use super::key;
use super::wire::{Fields, Names};

/// Whether a request comes from where this channel's webhooks come: from the entered ranges, naming our sender key.
///
/// Kakao signs nothing. A body that cannot be read names no key at all: it is kept, because the channel's own key
/// stood in the address, and [`read`] then says what is wrong with it.
pub(super) fn verify(request: &Request, flavour: Flavour, keys: &[String], ranges: &[Cidr]) -> Verdict {
    if !ranges.is_empty() && !request.peer.is_some_and(|peer| within(ranges, peer)) {
        let from = request.peer.map_or_else(|| "an unknown address".to_owned(), |peer| peer.to_string());
        return Refused::elsewhere(format!("expected a sender within inbound_cidrs, found {from}"));
    }
    let Ok(Value::Object(body)) = serde_json::from_slice(&request.body) else {
        return Verdict::Accept;
    };
    let name = flavour.names().sender;
    match Fields(&body).text(name) {
        Some(named) if keys.iter().any(|key| same(key, &named)) => Verdict::Accept,
        Some(_) => Refused::elsewhere(format!("expected this channel's {name}, found another one")),
        None => Refused::elsewhere(format!("expected this channel's {name}, found none")),
    }
}

fn within(ranges: &[Cidr], peer: IpAddr) -> bool {
    ranges.iter().any(|range| range.contains(peer))
}

fn same(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}

/// What a request says.
pub(super) fn read(request: &Request, flavour: Flavour) -> Result<Vec<Event>, Malformed> {
    let suffix = request.suffix.strip_prefix("cstalk/").unwrap_or(&request.suffix);
    if request.body.is_empty() && suffix == "expired_session" {
        return Ok(Vec::new());
    }
    let (body, replaced_nul) = object(&request.body)?;
    let fields = Fields(&body);
    let incoming = Incoming { bytes: &request.body, fields, names: flavour.names(), replaced_nul };
    match suffix {
        "message" => incoming.message(),
        "reference" => incoming.reference(),
        "expired_session" => incoming.ended(CloseCause::Unknown),
        "seen_info" => incoming.seen(),
        "result" => incoming.result(),
        other => Ok(vec![incoming.unknown(other)]),
    }
}

/// The body, and whether U+0000 was replaced in it.
fn object(bytes: &[u8]) -> Result<(Map<String, Value>, bool), Malformed> {
    let expected = "a JSON object".to_owned();
    if bytes.is_empty() {
        return Err(Malformed { expected, found: "an empty body".to_owned() });
    }
    let mut body = match serde_json::from_slice(bytes) {
        Ok(body) => body,
        Err(error) => return Err(Malformed { expected, found: error.to_string() }),
    };
    let replaced = replace_nul(&mut body);
    match body {
        Value::Object(fields) => Ok((fields, replaced)),
        other => Err(Malformed { expected, found: format!("{} at the top", kind_of(&other)) }),
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Replaces U+0000, which the store cannot keep, by U+FFFD; says whether there was any. The raw bytes keep it.
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

/// One request, opened.
struct Incoming<'a> {
    bytes: &'a [u8],
    fields: Fields<'a>,
    names: &'static Names,
    replaced_nul: bool,
}

impl Incoming<'_> {
    fn message(&self) -> Result<Vec<Event>, Malformed> {
        let id = self.fields.id();
        let key = match &id {
            Some(id) => key::of_id(id, "message"),
            None => key::of_body(self.fields.time(), "message", self.bytes),
        };
        let content = content::read(self.fields, self.names, &self.raw());
        let ends = content::is_end_command(&content);
        let message = Inbound {
            payload: self.fields.text("extra"),
            full_text_url: content::full_text_url(self.fields, self.names),
            extra: if self.replaced_nul { json!({"replaced_nul": true}) } else { Value::Null },
            ..Inbound::of(id, content)
        };
        let mut events = vec![self.event(key, What::Message(message))?];
        if ends {
            // Kakao's own `expired_session` names no cause and is the same event by its key: whichever comes first.
            events.extend(self.ended(CloseCause::UserLeft)?);
        }
        Ok(events)
    }

    fn reference(&self) -> Result<Vec<Event>, Malformed> {
        let session = self.session();
        let key = key::reference(session.as_deref(), self.fields.time(), self.bytes);
        let mut event = self.event(key, What::Entered(self.origin()))?;
        if let (Some(sender), Some(user)) = (&mut event.sender, self.fields.text(self.names.app_user)) {
            let fields = Map::from_iter([("app_user_id".to_owned(), Value::String(user))]);
            sender.profile = Some(Profile { fields, ..Profile::default() });
        }
        Ok(vec![event])
    }

    /// The button of this request; where it had none, the last one that Kakao knows of.
    fn origin(&self) -> Origin {
        let named = |fields: Fields<'_>| fields.text("extra").or_else(|| fields.text("text"));
        let found = ["reference", self.names.last_reference]
            .into_iter()
            .find_map(|field| self.fields.object(field).and_then(named));
        match found {
            Some(text) => Origin { kind: OriginKind::Reference, reference: Some(text) },
            None => Origin::default(),
        }
    }

    fn ended(&self, cause: CloseCause) -> Result<Vec<Event>, Malformed> {
        let key = match self.session() {
            Some(session) => key::ended(&session),
            None => key::of_body(self.fields.time(), "ended", self.bytes),
        };
        Ok(vec![self.event(key, What::SessionClosed { cause })?])
    }

    /// A request on a path that is not documented.
    fn unknown(&self, suffix: &str) -> Event {
        let key = match self.fields.text("msgKey") {
            Some(id) => key::of_id(&id, suffix),
            None => key::of_body(self.fields.time(), suffix, self.bytes),
        };
        let name = if suffix.is_empty() { "(no path)" } else { suffix };
        let what = What::Unsupported { name: name.to_owned(), raw: self.raw() };
        self.event(key.clone(), what.clone()).unwrap_or_else(|_| Event {
            key,
            lane: String::new(),
            at: self.fields.time(),
            sender: None,
            session: None,
            reply_handle: None,
            what,
        })
    }

    fn event(&self, key: String, what: What) -> Result<Event, Malformed> {
        let name = self.names.user;
        let user = self.fields.text(name).ok_or_else(|| Malformed {
            expected: format!("{name} as text"),
            found: self
                .fields
                .any(name)
                .map_or_else(|| "none".to_owned(), |value| format!("{} at /{name}", kind_of(value))),
        })?;
        Ok(Event {
            key,
            lane: user.clone(),
            at: self.time(),
            sender: Some(Sender::of(user)),
            session: self.session(),
            reply_handle: None,
            what,
        })
    }

    fn time(&self) -> Option<Millis> {
        self.fields.time()
    }

    fn session(&self) -> Option<String> {
        self.fields.text(self.names.session)
    }

    /// The platform's own JSON without our credential.
    fn raw(&self) -> Value {
        let mut raw = self.fields.0.clone();
        raw.remove(self.names.sender);
        Value::Object(raw)
    }
}

#[cfg(test)]
mod tests;
