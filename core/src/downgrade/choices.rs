//! Reply buttons come back as choices: by their payload when they are native, by number or label when they are words.

use super::{Part, ReplyButton};
use crate::ids::MessageId;
use crate::time::{DAY, Millis};

/// For how long a typed label still answers its menu, in milliseconds (inventory C20: seven days).
pub const LABELS_COUNT_FOR: i64 = 7 * DAY;

/// The payload of a message's n-th reply button: `n_<message id, 32 hex digits>_<n>`, inside the strictest limit of
/// any platform (Kakao: 50 of `[A-Za-z0-9_]`). Options are counted over all menus of the message, from 0.
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

/// A menu that a sent message holds, and that words may still answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The message.
    pub message: MessageId,
    /// The number of the first option; `None` where the options are native buttons, which show no numbers.
    pub first: Option<usize>,
    /// The options in their order.
    pub options: Vec<ReplyButton>,
    /// Whether its message is the last one that went out, or one of the same decision as the last.
    pub standing: Standing,
    /// When its part was sent.
    pub sent_at: Millis,
}

/// Where a menu stands among what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In the last outbound message, or in one of the same decision.
    Last,
    /// Something else was sent since.
    Earlier,
}

/// Whether something else than a menu takes what the customer types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// Nothing does.
    Nothing,
    /// The next message answers a form's question.
    FormAnswer,
}

/// The menus of a message's sent parts.
pub fn offers(message: MessageId, parts: &[Part], standing: Standing, sent_at: Millis) -> Vec<Offer> {
    let mut offers = Vec::new();
    for part in parts {
        if let Some(menu) = &part.menu {
            let first = Some(menu.first);
            offers.push(Offer { message, first, options: menu.options.clone(), standing, sent_at });
        }
        if !(part.replies.is_empty() && part.quick_replies.is_empty()) {
            let options = part.replies.iter().chain(&part.quick_replies).cloned().collect();
            offers.push(Offer { message, first: None, options, standing, sent_at });
        }
    }
    offers
}

/// The option that typed words choose, if any.
///
/// A number (`2`, `２`, `2번`, `2.`) counts only if its menu is the last outbound message, no form awaits an answer,
/// and exactly one such menu has that number. A full label counts for [`LABELS_COUNT_FOR`]; of several menus with
/// the label, the newest is meant, and a label that stands for two values in one menu means neither.
pub fn typed<'a>(
    words: &str,
    offers: &'a [Offer],
    awaited: Awaited,
    now: Millis,
) -> Option<(MessageId, &'a ReplyButton)> {
    if awaited == Awaited::FormAnswer {
        return None;
    }
    by_label(words, offers, now).or_else(|| by_number(number(words)?, offers))
}

fn by_number(number: usize, offers: &[Offer]) -> Option<(MessageId, &ReplyButton)> {
    let mut found = offers.iter().filter(|offer| offer.standing == Standing::Last).filter_map(|offer| {
        let index = number.checked_sub(offer.first?)?;
        Some((offer.message, offer.options.get(index)?))
    });
    let one = found.next()?;
    found.next().is_none().then_some(one)
}

fn by_label<'a>(words: &str, offers: &'a [Offer], now: Millis) -> Option<(MessageId, &'a ReplyButton)> {
    let said = folded(words);
    let fresh = offers.iter().filter(|offer| now.since(offer.sent_at) <= LABELS_COUNT_FOR);
    let holding = fresh.filter(|offer| offer.options.iter().any(|option| says(offer, option, &said)));
    let newest = holding.max_by_key(|offer| (offer.sent_at, offer.message))?;
    let mut found = newest.options.iter().filter(|option| says(newest, option, &said));
    let one = found.next()?;
    found.all(|other| other.value == one.value).then_some((newest.message, one))
}

/// Whether words are an option's label, alone or behind its number as the menu shows it.
fn says(offer: &Offer, option: &ReplyButton, said: &str) -> bool {
    let label = folded(&option.label);
    let shown = || {
        let index = offer.options.iter().position(|other| other == option)?;
        Some(format!("{}. {label}", offer.first? + index))
    };
    !label.is_empty() && (said == label || shown().as_deref() == Some(said))
}

/// Words without what does not matter in an answer: case, and how many spaces.
fn folded(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The number that words are: digits of either width, `번` or a full stop or bracket behind them.
fn number(words: &str) -> Option<usize> {
    let words = words.trim();
    let digits = words.strip_suffix('번').unwrap_or(words).trim_end();
    let digits = digits.strip_suffix(['.', ')', '．', '）']).unwrap_or(digits).trim_end();
    let plain: Option<String> = digits
        .chars()
        .map(|c| match c {
            '0'..='9' => Some(c),
            '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
            _ => None,
        })
        .collect();
    plain.filter(|digits| !digits.is_empty() && digits.len() <= 4)?.parse().ok()
}

#[cfg(test)]
mod tests;
