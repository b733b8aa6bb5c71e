//! Holds message objects against LINE's limits, and says like LINE what is wrong and where.

use naru_core::capabilities::Unit;
use serde_json::{Value, json};

use super::template;

/// What is wrong with a request's body.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<(String, String)>);

impl Faults {
    /// Adds a fault at a place.
    pub(super) fn add(&mut self, property: impl Into<String>, message: impl Into<String>) {
        self.0.push((property.into(), message.into()));
    }

    /// LINE's error body; `None` where nothing is wrong.
    pub(super) fn answer(&self) -> Option<Value> {
        if self.0.is_empty() {
            return None;
        }
        let details: Vec<_> = self
            .0
            .iter()
            .map(|(property, message)| json!({"message": message, "property": property}))
            .collect();
        Some(
            json!({"message": format!("The request body has {} error(s)", details.len()), "details": details}),
        )
    }

    /// A text that must be there and may measure at most `max`.
    pub(super) fn text(&mut self, object: &Value, name: &str, at: &str, max: usize, unit: Unit) {
        match object[name].as_str() {
            Some(text) if text.trim().is_empty() => self.add(format!("{at}.{name}"), "May not be empty"),
            Some(text) => self.length(text, &format!("{at}.{name}"), max, unit),
            None => self.add(format!("{at}.{name}"), "Must be specified"),
        }
    }

    /// A text that may be missing.
    pub(super) fn maybe_text(&mut self, object: &Value, name: &str, at: &str, max: usize, unit: Unit) {
        if !object[name].is_null() {
            self.text(object, name, at, max, unit);
        }
    }

    fn length(&mut self, text: &str, at: &str, max: usize, unit: Unit) {
        if unit.measure(text) > max {
            self.add(at, format!("Length must be between 0 and {max}"));
        }
    }

    /// A list with so many entries.
    pub(super) fn list<'a>(
        &mut self,
        object: &'a Value,
        name: &str,
        at: &str,
        sizes: std::ops::RangeInclusive<usize>,
    ) -> &'a [Value] {
        let list = object[name].as_array().map(Vec::as_slice).unwrap_or_default();
        if !sizes.contains(&list.len()) {
            self.add(
                format!("{at}.{name}"),
                format!("Size must be between {} and {}", sizes.start(), sizes.end()),
            );
        }
        list
    }

    /// A medium's address. LINE takes `https` only; the sandbox serves its own files over plain HTTP on this machine.
    pub(super) fn address(&mut self, object: &Value, name: &str, at: &str) {
        let Some(address) = object[name].as_str() else {
            return self.add(format!("{at}.{name}"), "Must be specified");
        };
        let url = url::Url::parse(address);
        let local = |url: &url::Url| matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        let scheme = url.is_ok_and(|url| url.scheme() == "https" || url.scheme() == "http" && local(&url));
        if !scheme {
            self.add(format!("{at}.{name}"), "Must be a valid HTTPS URL");
        } else if address.len() > 2_000 {
            self.add(format!("{at}.{name}"), "Length must be between 0 and 2000");
        } else if !address.bytes().all(|byte| byte.is_ascii_graphic()) {
            self.add(format!("{at}.{name}"), "Must be percent-encoded");
        }
    }
}

/// Everything that is wrong with the messages of a request to one person or to a group.
pub(super) fn messages(messages: &Value, to_person: bool) -> Faults {
    let mut faults = Faults::default();
    let list = messages.as_array().map(Vec::as_slice).unwrap_or_default();
    if !(1..=5).contains(&list.len()) {
        faults.add("messages", "Size must be between 1 and 5");
    }
    for (index, object) in list.iter().enumerate() {
        message(&mut faults, object, &format!("messages[{index}]"), to_person);
    }
    faults
}

fn message(faults: &mut Faults, object: &Value, at: &str, to_person: bool) {
    match object["type"].as_str().unwrap_or_default() {
        "text" => text(faults, object, at),
        "textV2" => text_v2(faults, object, at, to_person),
        "sticker" => {
            for name in ["packageId", "stickerId"] {
                if object[name].as_str().is_none_or(|id| id.parse::<u64>().is_err()) {
                    faults.add(format!("{at}.{name}"), "Must be a number");
                }
            }
        }
        "image" => media(faults, object, at),
        "video" => {
            media(faults, object, at);
            faults.maybe_text(object, "trackingId", at, 100, Unit::Utf16);
        }
        "audio" => {
            faults.address(object, "originalContentUrl", at);
            if object["duration"].as_u64().is_none_or(|millis| millis == 0) {
                faults.add(format!("{at}.duration"), "Must be specified");
            }
        }
        "location" => location(faults, object, at),
        "imagemap" => imagemap(faults, object, at),
        "template" => {
            faults.text(object, "altText", at, 1_500, Unit::Utf16);
            template::template(faults, &object["template"], &format!("{at}.template"));
        }
        "flex" => {
            faults.text(object, "altText", at, 1_500, Unit::Utf16);
            template::flex(faults, &object["contents"], &format!("{at}.contents"));
        }
        "coupon" => faults.text(object, "couponId", at, 100, Unit::Utf16),
        other => faults.add(format!("{at}.type"), format!("Unknown message type: {other}")),
    }
    if !object["quickReply"].is_null() {
        template::quick_reply(faults, &object["quickReply"], &format!("{at}.quickReply"));
    }
    if !object["sender"].is_null() {
        faults.maybe_text(&object["sender"], "name", &format!("{at}.sender"), 20, Unit::Utf16);
    }
}

fn text(faults: &mut Faults, object: &Value, at: &str) {
    faults.text(object, "text", at, 5_000, Unit::Utf16);
    let units: Vec<u16> = object["text"].as_str().unwrap_or_default().encode_utf16().collect();
    let emojis = object["emojis"].as_array().map(Vec::as_slice).unwrap_or_default();
    if emojis.len() > 20 {
        faults.add(format!("{at}.emojis"), "Size must be between 0 and 20");
    }
    for (index, emoji) in emojis.iter().enumerate() {
        let place = emoji["index"].as_u64().and_then(|place| usize::try_from(place).ok());
        if place.and_then(|place| units.get(place)) != Some(&u16::from(b'$')) {
            faults.add(format!("{at}.emojis[{index}].index"), "Must point to a $ in the text");
        }
    }
}

fn text_v2(faults: &mut Faults, object: &Value, at: &str, to_person: bool) {
    faults.text(object, "text", at, 5_000, Unit::Utf16);
    let known = object["substitution"].as_object();
    let literal = object["text"].as_str().unwrap_or_default().replace("{{", "").replace("}}", "");
    for key in literal.split('{').skip(1) {
        let key = key.split_once('}').map(|(key, _)| key);
        if !key.is_some_and(|key| known.is_some_and(|known| known.contains_key(key))) {
            faults.add(format!("{at}.text"), "A placeholder has no substitution");
        }
    }
    for (key, value) in known.into_iter().flatten() {
        let sound = (1..=20).contains(&key.len())
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !sound {
            faults.add(format!("{at}.substitution"), "A key must be 1 to 20 of [0-9A-Za-z_]");
        }
        if value["type"] == "mention" && to_person {
            faults.add(format!("{at}.substitution.{key}"), "Mentions are for groups and rooms");
        }
    }
}

fn media(faults: &mut Faults, object: &Value, at: &str) {
    faults.address(object, "originalContentUrl", at);
    faults.address(object, "previewImageUrl", at);
}

fn location(faults: &mut Faults, object: &Value, at: &str) {
    faults.text(object, "title", at, 100, Unit::Utf16);
    faults.text(object, "address", at, 100, Unit::Utf16);
    for (name, most) in [("latitude", 90.0), ("longitude", 180.0)] {
        if !object[name].as_f64().is_some_and(|degrees| degrees.abs() <= most) {
            faults.add(format!("{at}.{name}"), format!("Must be between -{most} and {most}"));
        }
    }
}

fn imagemap(faults: &mut Faults, object: &Value, at: &str) {
    faults.address(object, "baseUrl", at);
    faults.text(object, "altText", at, 1_500, Unit::Utf16);
    faults.list(object, "actions", at, 1..=50);
    for side in ["width", "height"] {
        if object["baseSize"][side].as_u64().is_none() {
            faults.add(format!("{at}.baseSize.{side}"), "Must be specified");
        }
    }
}
