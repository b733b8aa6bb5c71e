//! What Kakao takes as a bubble, in its classic spelling; `bubbles` holds the newer one. Whatever the real one would
//! refuse is refused here.

pub(super) mod bubbles;

use serde_json::{Map, Value};

use super::code::Refusal;
use super::files::{Files, Purpose};

/// Where uploaded files are looked up.
#[derive(Clone, Copy)]
pub(super) struct Uploads<'a> {
    pub(super) files: &'a Files,
    pub(super) base: &'a str,
}

impl Uploads<'_> {
    /// Refuses an address that is not an upload for this use.
    pub(super) fn expect(&self, url: &str, allowed: &[Purpose]) -> Result<(), Refusal> {
        let file = self.files.at(self.base, url).filter(|file| allowed.contains(&file.purpose));
        file.map(|_| ()).ok_or(Refusal::Image)
    }
}

/// A classic `/chat/write`.
pub(super) fn classic(body: &Map<String, Value>, uploads: Uploads<'_>) -> Result<(), Refusal> {
    match text(body, "message_type").unwrap_or("TX") {
        "TX" => words(body, 1_000),
        "IM" => uploads.expect(required(body, "image_url")?, &[Purpose::Image]),
        "FI" => file(body, uploads, &[Purpose::File, Purpose::Video]),
        "AU" => file(body, uploads, &[Purpose::Audio]),
        "LI" => link(body, uploads),
        _ => Err(Refusal::Json),
    }
}

fn file(body: &Map<String, Value>, uploads: Uploads<'_>, allowed: &[Purpose]) -> Result<(), Refusal> {
    required(body, "file_name")?;
    body.get("file_size").and_then(Value::as_u64).ok_or(Refusal::Message)?;
    uploads.expect(required(body, "file_url")?, allowed).map_err(|_| Refusal::Message)
}

/// Words with buttons, with a picture, or with both.
fn link(body: &Map<String, Value>, uploads: Uploads<'_>) -> Result<(), Refusal> {
    words(body, 1_000)?;
    let links = list(body, "links", 5)?;
    let image = text(body, "image_url");
    if links.is_empty() && image.is_none() && !body.contains_key("auto_answer") {
        return Err(Refusal::Message);
    }
    if let Some(url) = image {
        uploads.expect(url, &[Purpose::RichImage])?;
    }
    links.iter().try_for_each(|button| self::button(button, 28, "extra"))?;
    match body.get("supplement") {
        None => Ok(()),
        Some(supplement) => {
            let fields = supplement.as_object().ok_or(Refusal::Json)?;
            let quick = list(fields, "quick_reply", 10)?;
            quick.iter().try_for_each(|button| self::button(button, 14, "chat_extra"))
        }
    }
}

/// A button: its caption within `longest`, and what its type demands.
pub(super) fn button(button: &Value, longest: usize, extra: &str) -> Result<(), Refusal> {
    let fields = button.as_object().ok_or(Refusal::Json)?;
    if units(required(fields, "name")?) > longest {
        return Err(Refusal::Message);
    }
    match required(fields, "type")? {
        "WL" => web(required(fields, "url_mobile")?)?,
        "AL" => {
            let ways = ["scheme_android", "scheme_ios", "url_mobile"];
            let given = ways.into_iter().filter(|name| text(fields, name).is_some()).count();
            (given >= 2).then_some(()).ok_or(Refusal::Message)?;
        }
        "BK" | "MD" | "BT" => {}
        "BF" => drop(required(fields, "biz_form_key")?),
        _ => return Err(Refusal::Message),
    }
    match fields.get(extra) {
        None => Ok(()),
        Some(Value::String(word)) if is_word(word) => Ok(()),
        Some(_) => Err(Refusal::Message),
    }
}

/// `[A-Za-z0-9_]{1,50}`.
fn is_word(text: &str) -> bool {
    (1..=50).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn web(url: &str) -> Result<(), Refusal> {
    let sound = url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    sound.then_some(()).ok_or(Refusal::Message)
}

/// Words that must be there and not be too long.
pub(super) fn words(body: &Map<String, Value>, longest: usize) -> Result<(), Refusal> {
    let message = required(body, "message")?;
    if units(message) > longest { Err(Refusal::TooLong) } else { Ok(()) }
}

/// Text that may be absent, but not too long.
pub(super) fn at_most(body: &Map<String, Value>, name: &str, longest: usize) -> Result<(), Refusal> {
    match text(body, name) {
        Some(words) if units(words) > longest => Err(Refusal::TooLong),
        _ => Ok(()),
    }
}

/// Characters as a Java server counts them.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

pub(super) fn text<'a>(body: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

pub(super) fn required<'a>(body: &'a Map<String, Value>, name: &str) -> Result<&'a str, Refusal> {
    text(body, name).ok_or(Refusal::Message)
}

/// A list of at most `longest`; an absent one is empty.
pub(super) fn list<'a>(
    body: &'a Map<String, Value>,
    name: &str,
    longest: usize,
) -> Result<&'a [Value], Refusal> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) if items.len() <= longest => Ok(items),
        Some(Value::Array(_)) => Err(Refusal::Message),
        Some(_) => Err(Refusal::Json),
    }
}

#[cfg(test)]
mod tests;
