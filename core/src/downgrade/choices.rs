//! Reply buttons come back as choices: by their payload when they are native, by number or label when they are words.

use crate::ids::MessageId;

/// The payload of a message's n-th reply button: `n_<message id, 32 hex digits>_<n>`, inside the strictest limit of
/// any platform (Kakao: 50 of `[A-Za-z0-9_]`).
pub fn payload(message: Option<MessageId>, option: usize) -> String {
    match message {
        Some(message) => format!("n_{}_{option}", message.0.simple()),
        None => format!("n_preview_{option}"),
    }
}

/// The message and the option that a payload names; `None` for a payload that is not ours.
pub fn parse_payload(payload: &str) -> Option<(MessageId, usize)> {
    let (message, option) = payload.strip_prefix("n_")?.split_once('_')?;
    Some((message.parse().ok()?, option.parse().ok()?))
}

/// The payload of a reply button of which the value is known and the position is not (our own web chat tells the
/// value): `v_<message id, 32 hex digits>_<value>`.
pub fn value_payload(message: MessageId, value: &str) -> String {
    format!("v_{}_{value}", message.0.simple())
}

/// The message and the value that such a payload names.
pub fn parse_value_payload(payload: &str) -> Option<(MessageId, &str)> {
    let (message, value) = payload.strip_prefix("v_")?.split_once('_')?;
    Some((message.parse().ok()?, value))
}
