//! The webhooks of the played Kakao, spelled as each dealer passes them on.

use bytes::Bytes;
use naru_core::time::Millis;
use serde_json::{Map, Value, json};

use super::dealer::{Dealer, SENDER_KEY, kst_offset};
use crate::sandbox::Hook;

/// What a webhook is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    Message,
    Reference,
    Expired,
    Seen,
    Result,
}

/// When, with whom and in which session a webhook is posted, and its number.
#[derive(Clone, Copy)]
pub(super) struct Occasion<'a> {
    pub(super) dealer: Dealer,
    pub(super) user: &'a str,
    pub(super) session: &'a str,
    pub(super) at: Millis,
    pub(super) number: u64,
}

impl Topic {
    fn path(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Reference => "reference",
            Self::Expired => "expired_session",
            Self::Seen => "seen_info",
            Self::Result => "result",
        }
    }

    /// What follows the hook's address.
    pub(super) fn suffix(self, dealer: Dealer) -> String {
        let folder = if dealer == Dealer::Bizgo { "/cstalk" } else { "" };
        format!("{folder}/{}", self.path())
    }
}

/// A message of the customer: its kind in Kakao's words, and its own fields.
pub(super) fn message(occasion: Occasion<'_>, kind: &str, own: Map<String, Value>) -> Value {
    let mut fields = if occasion.dealer == Dealer::Bizgo {
        bizgo(occasion, &kind.to_uppercase(), "message")
    } else {
        let mut fields = native(occasion);
        fields.insert("serial_number".to_owned(), json!(occasion.number));
        fields.insert("type".to_owned(), json!(kind));
        fields
    };
    fields.extend(own);
    Value::Object(fields)
}

/// Where the customer came from, as far as a button told.
pub(super) fn reference(occasion: Occasion<'_>, extra: Option<&str>) -> Value {
    let reference = extra.map_or_else(|| json!({}), |extra| json!({"extra": extra}));
    let (mut fields, app_user) = if occasion.dealer == Dealer::Bizgo {
        (bizgo(occasion, "REFERENCE", "reference"), "appUserId")
    } else {
        (native(occasion), "app_user_id")
    };
    fields.extend([(app_user.to_owned(), Value::Null), ("reference".to_owned(), reference)]);
    Value::Object(fields)
}

/// The end of a session; Kakao does not say why.
pub(super) fn expired(occasion: Occasion<'_>) -> Value {
    Value::Object(match occasion.dealer {
        Dealer::Bizgo => bizgo(occasion, "SESSION", "expired_session"),
        _ => native(occasion),
    })
}

/// That everything was seen; only Bizgo tells.
pub(super) fn seen(occasion: Occasion<'_>) -> Value {
    Value::Object(bizgo(occasion, "SEEN", "seen_info"))
}

/// What became of an accepted call; only Bizgo tells later. `request` is `write` or `end`.
pub(super) fn result(
    occasion: Occasion<'_>,
    key: &str,
    request: &str,
    reference: Option<&str>,
    code: (&str, &str),
) -> Value {
    let kind = if request == "write" { "TEXT" } else { "SESSION" };
    let mut fields = bizgo(occasion, kind, request);
    fields.insert("msgKey".to_owned(), json!(key));
    fields.insert("reportCode".to_owned(), json!(code.0));
    fields.insert("reportText".to_owned(), json!(code.1));
    if let Some(reference) = reference {
        fields.insert("ref".to_owned(), json!(reference));
    }
    Value::Object(fields)
}

fn native(occasion: Occasion<'_>) -> Map<String, Value> {
    let fields = json!({
        "user_key": occasion.user,
        "sender_key": SENDER_KEY,
        "session_id": occasion.session,
        "time": occasion.at.0,
    });
    fields.as_object().cloned().unwrap_or_default()
}

fn bizgo(occasion: Occasion<'_>, kind: &str, request: &str) -> Map<String, Value> {
    let at = kst_offset(occasion.at);
    let fields = json!({
        "msgKey": message_key(occasion.at, occasion.number),
        "userKey": occasion.user,
        "senderKey": SENDER_KEY,
        "serviceType": "CSTALK",
        "msgType": kind,
        "requestType": request,
        "sendTime": at,
        "reportTime": at,
        "kakaoTime": at,
        "sessionId": occasion.session,
    });
    fields.as_object().cloned().unwrap_or_default()
}

/// Bizgo's key: the time in Korea, then a running number.
pub(super) fn message_key(at: Millis, number: u64) -> String {
    let digits: String = kst_offset(at).chars().filter(char::is_ascii_digit).take(17).collect();
    format!("{digits}NARU{:011}", number % 100_000_000_000)
}

/// The webhook that carries a body.
pub(super) fn hook(dealer: Dealer, topic: Topic, body: &Value) -> Hook {
    Hook {
        suffix: topic.suffix(dealer),
        headers: vec![("content-type".to_owned(), "application/json;charset=UTF-8".to_owned())],
        body: Bytes::from(body.to_string()),
    }
}
