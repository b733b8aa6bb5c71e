//! The four ways to the played Kakao: where each lies, what proves who calls, and how each spells its answers.

use naru_core::time::Millis;
use serde_json::{Map, Value, json};

use super::code::Refusal;

/// The sender profile's key, the same for every dealer.
pub(super) const SENDER_KEY: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const HUB_KEY: &str = "sandbox-hub-5d2f0c9a71be";
const CLIENT: (&str, &str) = ("sandbox-client-71be", "sandbox-secret-5d2f0c9a");
const API_KEY: &str = "sandbox-api-key-5d2f0c9a71be";
const MB: usize = 1024 * 1024;

/// Who stands between Naru and Kakao.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dealer {
    Direct,
    HappytalkV1,
    HappytalkV3,
    Bizgo,
}

impl Dealer {
    /// All of them, in the order of the adapter's flavours.
    pub(super) const ALL: [Self; 4] = [Self::Direct, Self::HappytalkV1, Self::HappytalkV3, Self::Bizgo];

    /// The flavour's name in the channel's settings.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::HappytalkV1 => "happytalk_v1",
            Self::HappytalkV3 => "happytalk_v3",
            Self::Bizgo => "bizgo",
        }
    }

    /// The dealer of that name.
    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dealer| dealer.name() == name)
    }

    /// Below which path of the played Kakao its API lies, version included.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Direct => "/v1",
            Self::HappytalkV1 => "/happytalk/v1",
            Self::HappytalkV3 => "/kakaoWebhook/v3/bzc",
            Self::Bizgo => "/api/comm/v1",
        }
    }

    /// The prefix of the routes: a hub partner's key is part of its path.
    pub(super) fn routes(self) -> String {
        match self {
            Self::Direct => format!("{}/{{hub}}", self.prefix()),
            _ => self.prefix().to_owned(),
        }
    }

    /// The credentials of a channel.
    pub(super) fn credentials(self) -> Map<String, Value> {
        let own = match self {
            Self::Direct => json!({"hub_key": HUB_KEY}),
            Self::HappytalkV1 | Self::HappytalkV3 => {
                json!({"client_id": CLIENT.0, "client_secret": CLIENT.1})
            }
            Self::Bizgo => json!({"api_key": API_KEY}),
        };
        let mut all = Map::from_iter([("sender_key".to_owned(), json!(SENDER_KEY))]);
        all.extend(own.as_object().cloned().unwrap_or_default());
        all
    }

    /// The largest file that it passes on.
    pub(super) fn file_limit(self) -> usize {
        match self {
            Self::Direct => 300 * MB,
            Self::HappytalkV1 | Self::HappytalkV3 => 20 * MB,
            // Bizgo's sandbox; production takes 300 MB.
            Self::Bizgo => 10 * MB,
        }
    }

    /// Whether a caller has shown the right credentials; `header` reads a request header.
    pub(super) fn admits<'a>(
        self,
        hub: Option<&str>,
        header: impl Fn(&str) -> Option<&'a str>,
    ) -> Result<(), Refusal> {
        let admitted = match self {
            Self::Direct => return if hub == Some(HUB_KEY) { Ok(()) } else { Err(Refusal::Hub) },
            Self::HappytalkV1 | Self::HappytalkV3 => {
                header("ht-client-id") == Some(CLIENT.0) && header("ht-client-secret") == Some(CLIENT.1)
            }
            Self::Bizgo => header("authorization") == Some(API_KEY),
        };
        if admitted { Ok(()) } else { Err(Refusal::Unauthorized) }
    }

    /// The answer to a call that was refused: status and body.
    pub(super) fn refuse(self, refusal: Refusal) -> (u16, Value) {
        match self {
            Self::Bizgo if refusal == Refusal::Unauthorized => {
                (401, json!({"common": {"authCode": "A401", "authResult": "Unauthorized"}}))
            }
            Self::Bizgo => (200, envelope(refusal.bizgo().unwrap_or("A999"), refusal.name(), Value::Null)),
            Self::HappytalkV1 | Self::HappytalkV3 if refusal == Refusal::Unauthorized => {
                (401, json!({"code": "-500", "message": refusal.name()}))
            }
            Self::HappytalkV3 => {
                (200, json!({"code": refusal.code().to_string(), "message": refusal.name()}))
            }
            Self::Direct | Self::HappytalkV1 => {
                (200, json!({"code": refusal.code(), "message": refusal.name()}))
            }
        }
    }

    /// The answer to a call that went well; `more` is what only this call tells.
    pub(super) fn accept(self, at: Millis, more: Value) -> (u16, Value) {
        let body = match self {
            Self::Bizgo => envelope("A000", "Success", more),
            Self::HappytalkV3 => merged(json!({"code": "0", "created_at": kst(at)}), more),
            Self::Direct | Self::HappytalkV1 => merged(json!({"code": 0, "createdAt": kst(at)}), more),
        };
        (200, body)
    }

    /// The answer to too many calls: status and body.
    pub(super) fn throttle(self) -> (u16, Value) {
        match self {
            Self::Bizgo => (429, envelope("A020", "Too Many Requests", Value::Null)),
            _ => (429, json!("Too Many Requests")),
        }
    }
}

fn envelope(code: &str, result: &str, data: Value) -> Value {
    let mut inner = Map::from_iter([("code".to_owned(), json!(code)), ("result".to_owned(), json!(result))]);
    if !data.is_null() {
        inner.insert("data".to_owned(), data);
    }
    json!({"common": {"authCode": "A000", "authResult": "Success"}, "data": inner})
}

fn merged(mut body: Value, more: Value) -> Value {
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    body
}

/// The time in Korea without its offset, as Kakao writes it.
pub(super) fn kst(at: Millis) -> String {
    (at + 9 * naru_core::time::HOUR).to_string().trim_end_matches('Z').to_owned()
}

/// The time in Korea with its offset, as Bizgo writes it.
pub(super) fn kst_offset(at: Millis) -> String {
    format!("{}+09:00", kst(at))
}

/// Turns Bizgo's camelCase into Kakao's spelling, in which bubbles are checked.
pub(super) fn snake(fields: &Map<String, Value>) -> Map<String, Value> {
    snake_fields(fields, "extra")
}

fn snake_fields(fields: &Map<String, Value>, extra: &str) -> Map<String, Value> {
    let entries = fields.iter().map(|(name, value)| {
        let value = match (name.as_str(), value) {
            ("msgType", Value::String(kind)) if kind == "WIDE" => json!("WIDE_IMAGE"),
            ("quickReplies", value) => snake_value(value, "chat_extra"),
            (_, value) => snake_value(value, extra),
        };
        (snake_name(name, extra), value)
    });
    entries.collect()
}

fn snake_value(value: &Value, extra: &str) -> Value {
    match value {
        Value::Object(fields) => Value::Object(snake_fields(fields, extra)),
        Value::Array(items) => Value::Array(items.iter().map(|item| snake_value(item, extra)).collect()),
        other => other.clone(),
    }
}

fn snake_name(name: &str, extra: &str) -> String {
    match name {
        "msgType" => "chat_bubble_type".to_owned(),
        "extra" => extra.to_owned(),
        other => {
            let mut snake = String::with_capacity(other.len() + 2);
            for letter in other.chars() {
                if letter.is_ascii_uppercase() {
                    snake.push('_');
                }
                snake.push(letter.to_ascii_lowercase());
            }
            snake
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bizgos_spelling_turns_into_kakaos() {
        let theirs = json!({"msgType": "WIDE", "userKey": "u", "attachment": {"image": {"imgUrl": "x"},
            "buttons": [{"urlMobile": "https://a", "extra": "e"}], "quickReplies": [{"extra": "q"}]}});
        let ours = json!({"chat_bubble_type": "WIDE_IMAGE", "user_key": "u", "attachment": {"image": {"img_url": "x"},
            "buttons": [{"url_mobile": "https://a", "extra": "e"}], "quick_replies": [{"chat_extra": "q"}]}});
        assert_eq!(Value::Object(snake(theirs.as_object().expect("an object"))), ours);
    }

    #[test]
    fn times_are_korean() {
        let at = Millis::parse("2026-11-21T01:10:10.111Z").expect("a time");
        assert_eq!(kst(at), "2026-11-21T10:10:10.111");
        assert_eq!(kst_offset(at), "2026-11-21T10:10:10.111+09:00");
    }
}
