//! One call to a platform and its answer, as values that can be stored.

use std::collections::BTreeMap;
use std::ops::Range;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::downgrade::MediaFacts;
use crate::ids::MediaId;
use crate::time::{DAY, Millis, SECOND};

/// One call of a job. Holds no secret and no media bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Its name inside the job; answers are found by it, never by position. The first word (up to `/`) is the kind
    /// that pacing looks at, e.g. `push/0` or `upload/2`.
    pub step: String,
    /// Whether it may be made again when its answer was lost.
    pub repeat: Repeat,
    /// Where it goes.
    pub target: Target,
    /// What it carries.
    pub body: Body,
    /// Which parts of the message are on the platform once this is answered well; empty for a preparation.
    pub parts: Range<usize>,
    /// Where the answer's body goes.
    #[serde(default)]
    pub sink: Sink,
}

/// Whether a call may be made again when its answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// Making it twice does no harm.
    Safe,
    /// It carries a key by which the platform recognises the repetition.
    Keyed,
    /// Its effect would be doubled.
    Never,
}

/// Where a call goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Target {
    /// To a platform's HTTP API.
    Http(HttpTarget),
    /// To our own web chat: a frame is stored for the visitor's stream.
    Widget,
}

/// An HTTP request without credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpTarget {
    /// `GET`, `POST`, ...
    pub method: String,
    /// The whole address.
    pub url: String,
    /// Headers that are no secret, in order. `content-type` follows from the body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
}

/// What a call carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// Nothing.
    Empty,
    /// JSON.
    Json(Value),
    /// `application/x-www-form-urlencoded` pairs.
    Form(Vec<(String, String)>),
    /// `multipart/form-data` fields.
    Multipart(Vec<FormField>),
}

/// One field of a multipart body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormField {
    /// Words.
    Text {
        /// The field's name.
        name: String,
        /// The words.
        value: String,
    },
    /// A stored medium, streamed at the time of the call.
    Media {
        /// The field's name.
        name: String,
        /// The medium.
        media: MediaId,
        /// The file's name.
        file_name: String,
        /// Its type.
        mime: String,
    },
}

/// Where an answer's body goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sink {
    /// Into [`Answer::body`], at most 1 MiB.
    #[default]
    Answer,
    /// Streamed into the media store when the status is 200; [`Answer::stored`] then says what lies there.
    Media,
}

/// A call with its credentials on it, just before it is made. Never stored, never logged.
#[derive(Clone)]
pub struct Signed {
    /// The method.
    pub method: String,
    /// The whole address, credentials included where the platform wants them there.
    pub url: String,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// What it carries.
    pub body: Body,
}

impl Signed {
    /// The call as it stands, with no credentials. A widget frame has neither method nor address.
    pub fn plain(call: &Call) -> Self {
        match &call.target {
            Target::Http(target) => Self {
                method: target.method.clone(),
                url: target.url.clone(),
                headers: target.headers.clone(),
                body: call.body.clone(),
            },
            Target::Widget => Self {
                method: String::new(),
                url: String::new(),
                headers: Vec::new(),
                body: call.body.clone(),
            },
        }
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers, names in lower case.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// The body.
    #[serde(with = "body_text")]
    pub body: Bytes,
    /// What was stored, for [`Sink::Media`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<MediaFacts>,
    /// When it came.
    pub at: Millis,
}

impl Answer {
    /// The first value of a header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON, where it is JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// How long `Retry-After` asks to wait, in milliseconds from the answer's arrival: seconds or an HTTP date, at
    /// most a day. What is neither counts as absent.
    pub fn retry_after_ms(&self) -> Option<i64> {
        let text = self.header("retry-after")?.trim();
        let wait = match text.parse::<i64>() {
            Ok(seconds) => seconds.saturating_mul(SECOND),
            Err(_) => Millis::parse_http_date(text)?.since(self.at),
        };
        Some(wait.clamp(0, DAY))
    }

    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Bodies are nearly always UTF-8; what is not is kept as a list of bytes.
mod body_text {
    use bytes::Bytes;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Stored {
        Text(String),
        Bytes(Vec<u8>),
    }

    pub(super) fn serialize<S: Serializer>(body: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(body) {
            Ok(text) => serializer.serialize_str(text),
            Err(_) => Stored::Bytes(body.to_vec()).serialize(serializer),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        Ok(match Stored::deserialize(deserializer)? {
            Stored::Text(text) => Bytes::from(text),
            Stored::Bytes(bytes) => Bytes::from(bytes),
        })
    }
}

/// Every answer of a job so far. What was classified as `Retry` or `Throttled` is not among them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    /// The answers by step.
    #[serde(default)]
    pub answered: BTreeMap<String, Answer>,
    /// How often a step's request left and no answer came.
    #[serde(default)]
    pub lost: BTreeMap<String, u32>,
}

impl Answers {
    /// The answer of a step, where there is one.
    pub fn get(&self, step: &str) -> Option<&Answer> {
        self.answered.get(step)
    }

    /// How often a step's answer was lost.
    pub fn lost(&self, step: &str) -> u32 {
        self.lost.get(step).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(value: &str) -> Option<i64> {
        let headers = vec![("retry-after".to_owned(), value.to_owned())];
        let at = Millis::parse("2026-11-21T10:00:00Z").expect("a time");
        Answer { status: 429, headers, body: Bytes::new(), stored: None, at }.retry_after_ms()
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_as_a_date_and_bounded() {
        assert_eq!(wait("7"), Some(7_000));
        assert_eq!(wait(" 0 "), Some(0));
        assert_eq!(wait("-5"), Some(0));
        assert_eq!(wait("99999999999999999"), Some(DAY));
        assert_eq!(wait("Sat, 21 Nov 2026 10:01:30 GMT"), Some(90_000));
        assert_eq!(wait("Sat, 21 Nov 2026 09:00:00 GMT"), Some(0));
        assert_eq!(wait("soon"), None);
    }
}
