//! The menus that a customer may still answer in words, as a conversation remembers them.

use serde::{Deserialize, Serialize};

use crate::content::{Block, Content, Reply};
use crate::downgrade::choices::{self, Awaited, Offer, Standing};
use crate::downgrade::{Part, ReplyButton};
use crate::ids::MessageId;
use crate::time::Millis;

/// How many menus a conversation remembers.
const REMEMBERED: usize = 8;

/// What a customer chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What the button said.
    pub label: String,
    /// What its author wants to hear.
    pub value: String,
    /// The message that offered it; none for buttons that are not ours.
    pub message_id: Option<MessageId>,
}

/// The menus that words may still answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Menus {
    /// The decision to which the last outbound message belongs: only its menus are answered by number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<String>,
    /// The menus, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    open: Vec<Remembered>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Remembered {
    message: MessageId,
    decision: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first: Option<usize>,
    options: Vec<ReplyButton>,
    sent_at: Millis,
}

impl Menus {
    /// Notes that parts of a message are on the platform. `decision` is what the message belongs to, e.g. its
    /// delivery's `decision`. To be called for every sent message, also for one without a menu.
    pub fn sent(&mut self, message: MessageId, decision: &str, parts: &[Part], now: Millis) {
        self.last = Some(decision.to_owned());
        let offers = choices::offers(message, parts, Standing::Last, now);
        self.open.extend(offers.into_iter().map(|offer| Remembered {
            message,
            decision: decision.to_owned(),
            first: offer.first,
            options: offer.options,
            sent_at: now,
        }));
        self.open.retain(|menu| now.since(menu.sent_at) <= choices::LABELS_COUNT_FOR);
        let surplus = self.open.len().saturating_sub(REMEMBERED);
        self.open.drain(..surplus);
    }

    /// What typed words choose, if anything.
    pub fn typed(&self, words: &str, now: Millis) -> Option<Choice> {
        if self.open.is_empty() {
            return None;
        }
        let offers: Vec<Offer> = self.open.iter().map(|menu| self.offer(menu)).collect();
        let (message, option) = choices::typed(words, &offers, Awaited::Nothing, now)?;
        Some(Choice { label: option.label.clone(), value: option.value.clone(), message_id: Some(message) })
    }

    fn offer(&self, menu: &Remembered) -> Offer {
        let is_last = self.last.as_deref() == Some(menu.decision.as_str());
        Offer {
            message: menu.message,
            first: menu.first,
            options: menu.options.clone(),
            standing: if is_last { Standing::Last } else { Standing::Earlier },
            sent_at: menu.sent_at,
        }
    }
}

/// The message that a button's payload names, where the button is ours.
pub fn offered_by(payload: &str) -> Option<MessageId> {
    choices::parse_payload(payload)
        .map(|(message, _)| message)
        .or_else(|| choices::parse_value_payload(payload).map(|(message, _)| message))
}

/// What a pressed button means. `offered` is the content of the message that its payload names, `label` what the
/// platform says stood on it. A payload that is not ours, or names what was never offered, keeps its value.
pub fn pressed(payload: &str, label: Option<&str>, offered: Option<&Content>) -> Choice {
    let found = offered.and_then(|content| {
        let mut replies = replies(content);
        if let Some((message, option)) = choices::parse_payload(payload) {
            return replies.nth(option).map(|reply| (message, reply));
        }
        let (message, value) = choices::parse_value_payload(payload)?;
        replies.find(|reply| reply.value == value).map(|reply| (message, reply))
    });
    if let Some((message, reply)) = found {
        return Choice { label: reply.label.clone(), value: reply.value.clone(), message_id: Some(message) };
    }
    let value = choices::parse_value_payload(payload).map_or(payload, |(_, value)| value);
    Choice { label: label.unwrap_or(value).to_owned(), value: value.to_owned(), message_id: None }
}

fn replies(content: &Content) -> impl Iterator<Item = &Reply> {
    content
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Replies(menu) => Some(&menu.replies),
            _ => None,
        })
        .flatten()
}

#[cfg(test)]
mod tests;
