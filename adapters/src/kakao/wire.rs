//! How Kakao and its dealers spell what they post to us, and nothing more.

use naru_core::time::Millis;
use serde_json::{Map, Value};

use super::flavour::Flavour;

/// The names of the fields that every webhook carries.
pub(super) struct Names {
    pub(super) user: &'static str,
    pub(super) sender: &'static str,
    pub(super) session: &'static str,
    pub(super) app_user: &'static str,
    pub(super) last_reference: &'static str,
    pub(super) kind: &'static str,
}

/// Kakao's own, which Happytalk passes on.
const NATIVE: Names = Names {
    user: "user_key",
    sender: "sender_key",
    session: "session_id",
    app_user: "app_user_id",
    last_reference: "last_reference",
    kind: "type",
};

/// Bizgo's envelope.
const BIZGO: Names = Names {
    user: "userKey",
    sender: "senderKey",
    session: "sessionId",
    app_user: "appUserId",
    last_reference: "lastReference",
    kind: "msgType",
};

impl Flavour {
    /// The names of the fields of this flavour's webhooks.
    pub(super) fn names(self) -> &'static Names {
        match self {
            Self::Direct | Self::HappytalkV1 | Self::HappytalkV3 => &NATIVE,
            Self::Bizgo => &BIZGO,
        }
    }
}

/// A JSON object whose fields are asked for one by one: platforms add fields and change types without a word.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// A field that is text, or a whole number, which is read digit for digit. Empty text counts as absent.
    pub(super) fn text(self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) if !number.is_f64() => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            _ => None,
        }
    }

    /// A field that is an object.
    pub(super) fn object(self, name: &str) -> Option<Self> {
        self.0.get(name)?.as_object().map(Fields)
    }

    /// A field as it stands, where it is there and not null.
    pub(super) fn any(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// When it happened: Kakao's `time` in epoch milliseconds, or Bizgo's ISO times, Kakao's clock first.
    pub(super) fn time(self) -> Option<Millis> {
        let epoch = self.text("time").and_then(|digits| digits.parse().ok()).map(Millis);
        epoch.or_else(|| {
            ["kakaoTime", "sendTime", "reportTime"]
                .into_iter()
                .find_map(|name| self.text(name).and_then(|text| Millis::parse(&text)))
        })
    }

    /// The platform's id of a message or event: Kakao's 19 digits, beyond what a float can hold, or Bizgo's key.
    pub(super) fn id(self) -> Option<String> {
        self.text("serial_number").or_else(|| self.text("msgKey"))
    }
}

/// The kinds of messages that customers write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MessageType {
    Text,
    Photo,
    Video,
    Audio,
    File,
}

impl MessageType {
    /// Reads `type` or `msgType`; `None` for a kind that is not documented, such as a sticker's.
    pub(super) fn parse(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "text" => Some(Self::Text),
            "photo" | "image" => Some(Self::Photo),
            "video" => Some(Self::Video),
            "audio" => Some(Self::Audio),
            "file" => Some(Self::File),
            _ => None,
        }
    }
}
