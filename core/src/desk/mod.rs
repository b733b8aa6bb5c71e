//! The desk: what a conversation does when something happens to it. Pure and total.
//!
//! Everything that changes a conversation is a [`Stimulus`]: a platform's event, a command, a timer, the outcome of a
//! delivery. [`apply`] answers with the conversation as it is then and with what is to be done besides. Whoever calls
//! it has loaded the [`View`] inside the transaction that writes the [`Decision`].

pub mod apply;
pub mod conversation;
mod decision;
pub mod menus;
pub mod route;

pub use apply::apply;
pub use conversation::{ClosedBy, Control, Move, State, step};
pub use decision::{Decision, Draft, Effect, News};
pub use menus::{Choice, Menus};
pub use route::{Route, route};

use crate::capabilities::{OnReturn, SessionPolicy};
use crate::content::Content;
use crate::event::{Event, Origin};
use crate::session::{CloseCause, Session};
use crate::settings::CommonSettings;
use crate::time::{Millis, SECOND};

/// What the desk knows of a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Where it stands in the inbox.
    pub state: State,
    /// Until when it is held.
    pub held_until: Option<Millis>,
    /// Who leads it.
    pub control: Control,
    /// Where it came from.
    pub origin: Origin,
    /// Counts its sessions; 0 before the first.
    pub session_no: i64,
    /// The platform's session.
    pub session: Option<Session>,
    /// The number of its newest message.
    pub seq: i64,
    /// How many of the customer's messages nobody has seen.
    pub unread: i64,
    /// The menus that words may still answer.
    pub menus: Menus,
    /// Who closed it.
    pub closed_by: Option<ClosedBy>,
    /// When it was closed.
    pub closed_at: Option<Millis>,
    /// Whether we block the customer's account.
    pub blocked: bool,
    /// Whether the customer has blocked us or left.
    pub unreachable: bool,
}

impl Default for View {
    fn default() -> Self {
        Self {
            state: State::Bot,
            held_until: None,
            control: Control::None,
            origin: Origin::default(),
            session_no: 0,
            session: None,
            seq: 0,
            unread: 0,
            menus: Menus::default(),
            closed_by: None,
            closed_at: None,
            blocked: false,
            unreachable: false,
        }
    }
}

/// What the platform and the channel's admin have laid down.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The platform's rules.
    pub policy: &'a SessionPolicy,
    /// The channel's settings.
    pub settings: &'a CommonSettings,
}

impl Rules<'_> {
    /// Where a returning customer's message goes.
    pub fn on_return(&self) -> OnReturn {
        self.settings.on_return.unwrap_or(self.policy.on_return)
    }

    /// Whether the end of the platform's session closes the conversation.
    pub fn closes_with_session(&self) -> bool {
        self.settings.close_on_session_end.unwrap_or(self.policy.end_closes_conversation)
    }

    /// Whether the first automatic message of a session must be the notice of K25.
    pub fn wants_notice(&self) -> bool {
        self.policy.retention_notice && self.settings.retention_notice
    }

    /// How long after our close the platform's session is ended (C20), in milliseconds.
    pub fn end_delay(&self) -> i64 {
        i64::from(self.settings.session_end_delay) * SECOND
    }
}

/// Something that changes a conversation.
#[derive(Clone, Debug)]
pub enum Stimulus<'a> {
    /// A platform tells something.
    Event {
        /// What it tells.
        event: &'a Event,
        /// When its webhook arrived.
        arrived: Millis,
        /// The content of the message that the event's button or form names, where that is ours.
        offered: Option<&'a Content>,
    },
    /// Somebody on our side does something.
    Command(Command),
    /// A time has come.
    Due(Due),
    /// The platform's session turned out to be over: a send was refused, or a newer session began.
    SessionOver {
        /// The session that is over; nothing happens when the ledger names another.
        session_no: i64,
        /// Since when.
        at: Millis,
        /// Why.
        cause: CloseCause,
    },
}

/// What somebody on our side does.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Close it.
    Close(ClosedBy),
    /// Open it, or take it by hand.
    Open,
    /// Note that its messages were seen.
    Read,
    /// Block the customer's account.
    Block,
    /// Unblock it.
    Unblock,
    /// Say something to the customer.
    Write(Box<Draft>),
}

/// A time that has come. The number names what was waited for; a timer that names something older is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// The session may be about to close.
    SessionSoon {
        /// The session.
        session_no: i64,
    },
    /// The session may have closed.
    SessionEnd {
        /// The session.
        session_no: i64,
    },
    /// The platform's session is to be ended after our close.
    EndSession {
        /// When the conversation was closed.
        closed_at: i64,
    },
    /// The conversation was held until now.
    HoldEnd {
        /// Until when it was held.
        held_until: i64,
    },
}

impl Due {
    /// The timer's kind in the store.
    pub fn kind(self) -> &'static str {
        match self {
            Self::SessionSoon { .. } => "session_soon",
            Self::SessionEnd { .. } => "session_end",
            Self::EndSession { .. } => "end_session",
            Self::HoldEnd { .. } => "hold_end",
        }
    }

    /// The number of what is waited for.
    pub fn number(self) -> i64 {
        match self {
            Self::SessionSoon { session_no } | Self::SessionEnd { session_no } => session_no,
            Self::EndSession { closed_at } => closed_at,
            Self::HoldEnd { held_until } => held_until,
        }
    }

    /// The timer of that kind and number.
    pub fn parse(kind: &str, number: i64) -> Option<Self> {
        Some(match kind {
            "session_soon" => Self::SessionSoon { session_no: number },
            "session_end" => Self::SessionEnd { session_no: number },
            "end_session" => Self::EndSession { closed_at: number },
            "hold_end" => Self::HoldEnd { held_until: number },
            _ => return None,
        })
    }
}
