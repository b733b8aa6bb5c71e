//! Takes everything personal and secret out of a webhook and leaves its shape, so that it can become a fixture.
//!
//! What is replaced keeps its length and its kinds of characters, so that offsets still point where they did, and equal
//! values stay equal, so that what belonged together still does. Nothing leads back: replacements come from a hash under
//! a salt that is thrown away.

use std::fmt::Write;

use serde_json::{Map, Number, Value};
use sha2::{Digest, Sha256};

/// Values under these keys are the platform's own words; they say nothing of anybody.
const KEPT: [&str; 20] = [
    "type",
    "mode",
    "kind",
    "action",
    "result",
    "status",
    "language",
    "mime",
    "provider",
    "layout",
    "role",
    "active",
    "stickerResourceType",
    "requestType",
    "msgType",
    "serviceType",
    "reportCode",
    "reportText",
    "end_type",
    "bot",
];
/// Numbers under these keys are times, sizes and places in a text.
const KEPT_NUMBERS: [&str; 8] =
    ["time", "timestamp", "duration", "fileSize", "size", "index", "length", "total"];
/// Headers that a fixture keeps.
const HEADERS: [&str; 2] = ["content-type", "user-agent"];
/// Headers that hold LINE's signature, which the fixture runner makes anew.
const SIGNED: &str = "x-line-signature";

/// A webhook without anything personal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scrubbed {
    /// The headers that stay.
    pub headers: Vec<(String, String)>,
    /// The query without its values.
    pub query: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Replaces what is personal, under one salt.
pub struct Scrub {
    salt: [u8; 16],
}

impl Scrub {
    /// A scrub whose replacements nobody can repeat without the salt.
    pub fn new(salt: [u8; 16]) -> Self {
        Self { salt }
    }

    /// The webhook without anything personal. A body that is no JSON keeps its shape alone.
    pub fn webhook(&self, headers: &[(String, String)], query: &str, body: &[u8]) -> Scrubbed {
        let headers = headers.iter().filter_map(|(name, value)| {
            let name = name.to_ascii_lowercase();
            match name.as_str() {
                SIGNED => Some((name, "{{sign}}".to_owned())),
                kept if HEADERS.contains(&kept) => Some((name, value.clone())),
                _ => None,
            }
        });
        let body = match serde_json::from_slice::<Value>(body) {
            Ok(value) => self.value("", &value).to_string().into_bytes(),
            Err(_) => self.shape(&String::from_utf8_lossy(body)).into_bytes(),
        };
        Scrubbed { headers: headers.collect(), query: self.query(query), body }
    }

    fn query(&self, query: &str) -> String {
        let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| match pair.split_once('=') {
            Some((name, value)) => format!("{name}={}", self.shape(value)),
            None => pair.to_owned(),
        });
        pairs.collect::<Vec<_>>().join("&")
    }

    fn value(&self, key: &str, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(key, text)),
            Value::Number(number) => self.number(key, number),
            Value::Array(values) => values.iter().map(|value| self.value(key, value)).collect(),
            Value::Object(map) => {
                let pairs = map.iter().map(|(name, value)| (name.clone(), self.value(name, value)));
                Value::Object(pairs.collect::<Map<_, _>>())
            }
            other => other.clone(),
        }
    }

    fn text(&self, key: &str, text: &str) -> String {
        if KEPT.contains(&key) || naru_core::time::Millis::parse(text).is_some() {
            return text.to_owned();
        }
        match text.split_once("://") {
            Some((scheme, _)) if matches!(scheme, "http" | "https") => self.address(scheme, text),
            _ => self.shape(text),
        }
    }

    /// An address keeps its scheme and the ending of its path.
    fn address(&self, scheme: &str, text: &str) -> String {
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let ending = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending);
        let ending =
            ending.filter(|ending| ending.len() <= 5).map_or_else(String::new, |ending| format!(".{ending}"));
        let name = self.digest(text).iter().take(6).fold(String::new(), |mut name, byte| {
            write!(name, "{byte:02x}").expect("a string takes everything");
            name
        });
        format!("{scheme}://media.example/{name}{ending}")
    }

    fn number(&self, key: &str, number: &Number) -> Value {
        let text = number.to_string();
        match key {
            "latitude" => Value::from(37.5),
            "longitude" => Value::from(127.0),
            kept if KEPT_NUMBERS.contains(&kept) => Value::Number(number.clone()),
            _ if number.is_f64() || text.len() < 6 => Value::Number(number.clone()),
            _ => serde_json::from_str(&self.shape(&text)).unwrap_or_else(|_| Value::from(0)),
        }
    }

    /// The same kinds of characters in the same places, others in their stead. A first digit never becomes 0, and never
    /// grows, so that a number stays inside its type.
    fn shape(&self, text: &str) -> String {
        let digest = self.digest(text);
        // LINE's ids are a letter that tells their kind, and hexadecimal digits.
        let tail = text.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(text);
        let is_hex = tail.len() >= 16
            && tail.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
            && tail.contains(|c: char| c.is_ascii_lowercase());
        let mut bytes =
            digest.iter().cycle().enumerate().map(|(turn, byte)| byte.wrapping_add(turn.to_le_bytes()[0]));
        let mut pick = |letters: &str| {
            let letters: Vec<char> = letters.chars().collect();
            let byte = bytes.next().expect("a cycle does not end");
            letters[usize::from(byte) % letters.len()]
        };
        let replace = |(index, c): (usize, char)| match c {
            'A'..='Z' if is_hex => c,
            '0'..='9' | 'a'..='f' if is_hex => pick("0123456789abcdef"),
            '0' => '0',
            '1'..='9' if index == 0 => '1',
            '1'..='9' => pick("123456789"),
            'a'..='z' => pick("abcdefghijklmnopqrstuvwxyz"),
            'A'..='Z' => pick("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            '가'..='힣' => pick("가나다라마바사아자차카타파하"),
            // Scripts without letters of our own to put there.
            c if c.is_alphanumeric() && c.len_utf16() == 1 => '○',
            c => c,
        };
        text.chars().enumerate().map(replace).collect()
    }

    fn digest(&self, text: &str) -> Vec<u8> {
        Sha256::new().chain_update(self.salt).chain_update(text.as_bytes()).finalize().to_vec()
    }
}

#[cfg(test)]
mod tests;
