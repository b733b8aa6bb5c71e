//! The platform's session: a clock of its own beside the conversation's state.

use serde::{Deserialize, Serialize};

use crate::capabilities::SessionPolicy;
use crate::message::AuthorKind;
use crate::time::Millis;

/// How many ways to answer for free the ledger remembers; LINE's live a minute.
const HANDLES: usize = 5;

/// A session is said to close soon when this share of its idle time is left: 30 hours of Kakao's 30 days.
const SOON: i64 = 24;

/// A way to answer one event for free, once (LINE's reply token).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyHandle {
    /// The platform's token.
    pub token: String,
    /// Until when it is good. An adapter that knows no clock leaves `None`; the ledger counts from the arrival.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Millis>,
    /// The delivery that took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_by: Option<String>,
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseCause {
    /// The customer left the room or typed the platform's end command.
    UserLeft,
    /// Nobody wrote for too long.
    Idle,
    /// We ended it.
    Agent,
    /// The platform ended it.
    Platform,
    /// It went to another bot or application.
    Handover,
    /// The platform does not say.
    Unknown,
}

/// A platform's session inside a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// The session's name in the API, from the capabilities.
    pub kind: String,
    /// The platform's id of it, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// When it began.
    pub opened_at: Millis,
    /// When it ends if the customer says nothing more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Millis>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Millis>,
    /// Why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_reason: Option<CloseCause>,
    /// The customer's last message in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_inbound_at: Option<Millis>,
    /// Whether the notice of K25 was sent in it.
    #[serde(default)]
    pub notice_sent: bool,
    /// The newest ways to answer for free, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handles: Vec<ReplyHandle>,
}

impl Session {
    /// A session that begins now.
    pub fn begin(policy: &SessionPolicy, external_id: Option<String>, at: Millis) -> Self {
        Self {
            kind: policy.kind.to_owned(),
            external_id,
            opened_at: at,
            expires_at: policy.idle_ms.map(|idle| at + idle),
            closed_at: None,
            closed_reason: None,
            last_inbound_at: None,
            notice_sent: false,
            handles: Vec::new(),
        }
    }

    /// Whether the platform takes messages now, as far as we know.
    pub fn is_open(&self, now: Millis) -> bool {
        self.closed_at.is_none() && self.expires_at.is_none_or(|end| end > now)
    }

    /// Notes that the customer wrote: the idle time counts anew. An older message than the last changes nothing.
    pub fn heard(&mut self, policy: &SessionPolicy, at: Millis) {
        if self.last_inbound_at.is_none_or(|last| last < at) {
            self.last_inbound_at = Some(at);
            self.expires_at = policy.idle_ms.map(|idle| at + idle);
        }
    }

    /// Ends the session; `false` when it had ended already.
    pub fn end(&mut self, at: Millis, cause: CloseCause) -> bool {
        if self.closed_at.is_some() {
            return false;
        }
        self.closed_at = Some(at);
        self.closed_reason = Some(cause);
        self.handles.clear();
        true
    }

    /// Whether an event that names the platform's session `external_id` is of this one. Who names none is of any.
    pub fn is_named(&self, external_id: Option<&str>) -> bool {
        match (self.external_id.as_deref(), external_id) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => true,
        }
    }

    /// Keeps a way to answer for free. Its time counts from its arrival, not from the platform's event: a redelivered
    /// event brings a fresh one.
    pub fn keep_handle(&mut self, policy: &SessionPolicy, mut handle: ReplyHandle, arrived: Millis) {
        let Some(life) = policy.reply_handle_ms else { return };
        handle.until = Some(handle.until.map_or(arrived + life, |until| until.min(arrived + life)));
        self.handles.retain(|kept| kept.token != handle.token);
        self.handles.push(handle);
        let surplus = self.handles.len().saturating_sub(HANDLES);
        self.handles.drain(..surplus);
    }

    /// The way to answer for free that lives longest and is not taken.
    pub fn free_handle(&self, now: Millis) -> Option<&ReplyHandle> {
        self.handles
            .iter()
            .filter(|handle| handle.used_by.is_none() && handle.until.is_some_and(|until| until > now))
            .max_by_key(|handle| handle.until)
    }

    /// Takes that way for a delivery and returns its token. The same delivery gets the same token again.
    pub fn take_handle(&mut self, delivery: &str, now: Millis) -> Option<String> {
        if let Some(taken) = self.handles.iter().find(|handle| handle.used_by.as_deref() == Some(delivery)) {
            return Some(taken.token.clone());
        }
        let token = self.free_handle(now)?.token.clone();
        let handle = self.handles.iter_mut().find(|handle| handle.token == token)?;
        handle.used_by = Some(delivery.to_owned());
        Some(token)
    }

    /// When subscribers are told that it closes soon; `None` where it never closes by itself.
    pub fn closing_soon_at(&self, policy: &SessionPolicy) -> Option<Millis> {
        Some(self.expires_at? - policy.idle_ms? / SOON)
    }
}

/// Why a message may not be sent now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The platform wants the customer to write first.
    NeverOpened,
    /// The platform's session is over.
    Ended {
        /// Since when.
        at: Millis,
        /// Why.
        cause: CloseCause,
    },
    /// Too much time has passed since the customer's last message.
    WindowOver {
        /// Since when.
        at: Millis,
        /// For how long after their last message people may answer, where this platform knows such an extension.
        human_agent_ms: Option<i64>,
    },
}

/// Whether `author` may send a message now. Asked before anything is stored, and again before a call is made.
pub fn may_send(
    policy: &SessionPolicy,
    session: Option<&Session>,
    author: AuthorKind,
    now: Millis,
) -> Result<(), Refusal> {
    let Some(session) = session else {
        return if policy.business_may_start { Ok(()) } else { Err(Refusal::NeverOpened) };
    };
    if let (Some(at), false) = (session.closed_at, policy.business_may_start) {
        return Err(Refusal::Ended { at, cause: session.closed_reason.unwrap_or(CloseCause::Unknown) });
    }
    let Some(end) = session.expires_at.filter(|end| *end <= now) else { return Ok(()) };
    let extended = policy.human_agent_ms.filter(|_| author == AuthorKind::Manager);
    let last = session.last_inbound_at.unwrap_or(session.opened_at);
    if extended.is_some_and(|window| last + window > now) {
        return Ok(());
    }
    match policy.human_agent_ms {
        None if policy.reports_end => Err(Refusal::Ended { at: end, cause: CloseCause::Idle }),
        human_agent_ms => Err(Refusal::WindowOver { at: end, human_agent_ms }),
    }
}

#[cfg(test)]
mod tests;
