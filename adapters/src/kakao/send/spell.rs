//! How each flavour spells a bubble: the classic API, the bubble API, and the bubble API in Bizgo's camelCase.

mod bubbles;
mod classic;

use naru_core::adapter::{Body, Call, Recipient, Repeat};
use naru_core::content::LinkButton;
use naru_core::downgrade::ReplyButton;
use serde_json::{Map, Value, json};

use super::bubble::Bubble;
use crate::kakao::flavour::Flavour;

/// A body and where it is posted.
struct Written {
    path: &'static str,
    fields: Map<String, Value>,
}

/// Who a bubble goes to, and what we call it.
pub(super) struct Address<'a> {
    pub(super) to: &'a Recipient,
    /// Ours, unique for each bubble and the same for each try.
    pub(super) serial: String,
    /// What Bizgo gives back with its result: `<delivery>/<part>`.
    pub(super) reference: String,
}

/// The call that writes a bubble. Kakao and Happytalk know a repetition by its serial number; Bizgo would write twice.
pub(super) fn write(
    flavour: Flavour,
    base: &str,
    step: String,
    address: Address<'_>,
    bubble: &Bubble<'_>,
) -> Call {
    let (written, repeat) = match flavour {
        Flavour::Direct | Flavour::HappytalkV1 => (addressed(classic::write(bubble), address), Repeat::Keyed),
        Flavour::HappytalkV3 => (addressed(bubbles::write(bubble), address), Repeat::Keyed),
        Flavour::Bizgo => (bizgo(bubbles::write(bubble), bubble, address), Repeat::Never),
    };
    super::call(base, written.path, step, repeat, Body::Json(Value::Object(written.fields)))
}

fn addressed(mut written: Written, address: Address<'_>) -> Written {
    let fields = &mut written.fields;
    fields.insert("user_key".to_owned(), Value::String(address.to.external_id.clone()));
    fields.insert("serial_number".to_owned(), Value::String(address.serial));
    written
}

/// Turns the bubble API's spelling into Bizgo's. An author's own payload is Bizgo's already.
fn bizgo(written: Written, bubble: &Bubble<'_>, address: Address<'_>) -> Written {
    let path = if written.path.ends_with("/plain") { "/cstalk/plain" } else { "/cstalk/rich" };
    let mut fields = match bubble {
        Bubble::Override(_) => written.fields,
        _ => camel_fields(written.fields),
    };
    if let Bubble::Image(file) | Bubble::Document { file, .. } = bubble {
        // Bizgo demands words with every plain bubble.
        fields.insert("message".to_owned(), Value::String(file.name.clone()));
    }
    fields.insert("userKey".to_owned(), Value::String(address.to.external_id.clone()));
    fields.insert("ref".to_owned(), Value::String(address.reference));
    Written { path, fields }
}

fn camel_fields(fields: Map<String, Value>) -> Map<String, Value> {
    fields.into_iter().map(|(name, value)| camel_field(&name, value)).collect()
}

fn camel_field(name: &str, value: Value) -> (String, Value) {
    let value = match (name, value) {
        ("chat_bubble_type", Value::String(kind)) if kind == "WIDE_IMAGE" => json!("WIDE"),
        ("file_size", Value::Number(size)) => Value::String(size.to_string()),
        (_, Value::Object(fields)) => Value::Object(camel_fields(fields)),
        (_, Value::Array(items)) => Value::Array(items.into_iter().map(camel_item).collect()),
        (_, other) => other,
    };
    let name = match name {
        "chat_bubble_type" => "msgType".to_owned(),
        "chat_extra" => "extra".to_owned(),
        other => camel(other),
    };
    (name, value)
}

fn camel_item(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(camel_fields(fields)),
        other => other,
    }
}

fn camel(snake: &str) -> String {
    let mut words = snake.split('_');
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

/// Buttons under a bubble: those that open an address, then those that answer for the customer.
fn buttons(links: &[LinkButton], replies: &[ReplyButton]) -> Vec<Value> {
    let replies =
        replies.iter().map(|reply| json!({"name": reply.label, "type": "BK", "extra": reply.payload}));
    links.iter().map(link).chain(replies).collect()
}

fn link(button: &LinkButton) -> Value {
    json!({"name": button.label, "type": "WL", "url_mobile": button.url, "url_pc": button.url})
}

/// The second row, below the customer's input.
fn quick_replies(replies: &[ReplyButton]) -> Vec<Value> {
    let quick = |reply: &ReplyButton| json!({"name": reply.label, "type": "BK", "chat_extra": reply.payload});
    replies.iter().map(quick).collect()
}

/// The fields of an object literal.
fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bizgo_spells_every_name_in_camel_case() {
        let ours = json!({
            "chat_bubble_type": "WIDE_IMAGE",
            "attachment": {
                "image": {"img_url": "http://k/i.jpg"},
                "buttons": [{"url_mobile": "https://a", "url_pc": "https://a"}],
                "quick_replies": [{"chat_extra": "x_y"}],
                "file": {"file_size": 9_513},
            },
        });
        let theirs = json!({
            "msgType": "WIDE",
            "attachment": {
                "image": {"imgUrl": "http://k/i.jpg"},
                "buttons": [{"urlMobile": "https://a", "urlPc": "https://a"}],
                "quickReplies": [{"extra": "x_y"}],
                "file": {"fileSize": "9513"},
            },
        });
        assert_eq!(Value::Object(camel_fields(object(ours))), theirs);
    }
}
