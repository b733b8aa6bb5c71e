//! The desk: what a conversation does when something happens to it. Pure and total.
//!
//! Everything that changes a conversation is a [`Stimulus`]: a platform's event, a command, a timer, the outcome of a
//! delivery. [`apply`] answers with the conversation as it is then and with what is to be done besides. Whoever calls
//! it has loaded the [`View`] inside the transaction that writes the [`Decision`].

pub mod apply;
pub mod conversation;
pub mod menus;
pub mod route;

pub use apply::apply;
pub use conversation::{ClosedBy, Control, Move, State, step};
pub use menus::{Choice, Menus};
pub use route::{Route, route};

use serde_json::Value;

use crate::capabilities::{OnReturn, SessionPolicy};
use crate::content::Content;
use crate::event::{DeliveryReport, Event, Inbound, Origin, Profile};
use crate::message::{AuthorKind, Direction};
use crate::session::{CloseCause, Refusal, Session};
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

/// A message to be recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Its number in the conversation; given by the desk.
    pub seq: i64,
    /// Which way it goes.
    pub direction: Direction,
    /// Who wrote it.
    pub author: AuthorKind,
    /// The author's id on our side.
    pub author_id: Option<String>,
    /// The author's name.
    pub author_name: Option<String>,
    /// What it says.
    pub content: Content,
    /// The plain text of it.
    pub text: String,
    /// What the customer chose.
    pub choice: Option<Choice>,
    /// The platform's id of it.
    pub external_id: Option<String>,
    /// The message it quotes.
    pub reply_to: Option<String>,
    /// What only this platform has; an object or null.
    pub extra: Value,
    /// When it was written, by the platform's clock.
    pub at: Option<Millis>,
}

impl Draft {
    /// A message for the customer, not yet numbered.
    pub fn out(author: AuthorKind, content: Content) -> Self {
        Self {
            seq: 0,
            direction: Direction::Out,
            author,
            author_id: None,
            author_name: None,
            text: crate::content::plain_text(&content),
            content,
            choice: None,
            external_id: None,
            reply_to: None,
            extra: Value::Null,
            at: None,
        }
    }
}

/// What the conversation is after a stimulus, and what is to be done besides.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The conversation as it is now.
    pub view: View,
    /// What is to be done, in this order.
    pub effects: Vec<Effect>,
    /// Why a command was not followed; then nothing has changed.
    pub refusal: Option<Refusal>,
}

/// Something to be done besides changing the conversation.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Record a message.
    Append(Box<Draft>),
    /// Give the message of that external id new content, and keep the old.
    Edit {
        /// The platform's id of it.
        external_id: String,
        /// What it says now.
        content: Content,
        /// When, by the platform's clock.
        at: Millis,
    },
    /// Take the content of the message of that external id away.
    Unsend {
        /// The platform's id of it.
        external_id: String,
        /// When, by the platform's clock.
        at: Millis,
    },
    /// Remember what was learned of the customer.
    Learn(Profile),
    /// The customer proved to be this member.
    Identify {
        /// The member's id.
        member_id: String,
        /// What is known of the member.
        profile: Profile,
    },
    /// A message of ours told back to us, or one that a manager wrote in the platform's own app.
    Echo(Box<Inbound>),
    /// The platform says what became of a message.
    Receipt(DeliveryReport),
    /// The customer has seen the message of that external id and all before it; `None`: all that was sent.
    Seen {
        /// The platform's id of it, or ours.
        external_id: Option<String>,
    },
    /// Tell the subscribers.
    Tell(News),
    /// Set a timer.
    Timer {
        /// What for.
        due: Due,
        /// When.
        at: Millis,
    },
    /// Send the notice of K25, before any other automatic message.
    SendNotice,
    /// End the platform's session.
    EndSession,
    /// Tell the platform to block or unblock the customer.
    Block(bool),
    /// What was accepted under this session and has not left will not leave.
    FailQueued {
        /// The session.
        session_no: i64,
    },
    /// Show the customer that their messages were read, where the platform can.
    MarkRead,
}

/// What subscribers are told.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// A message came in.
    MessageReceived {
        /// Its number.
        seq: i64,
    },
    /// A message of ours was recorded and is to be delivered.
    MessageSent {
        /// Its number.
        seq: i64,
    },
    /// The customer pressed a button.
    Postback {
        /// The button's payload.
        payload: String,
        /// The platform's own parameters.
        params: Value,
        /// The number of the message that shows it.
        seq: i64,
    },
    /// The customer began or stopped typing.
    Typing {
        /// Whether they type now.
        active: bool,
    },
    /// The platform's session began.
    SessionOpened,
    /// The platform's session ends soon.
    SessionClosingSoon {
        /// When.
        at: Millis,
    },
    /// The platform's session ended.
    SessionClosed {
        /// Why.
        cause: CloseCause,
    },
    /// The customer befriended or unblocked us.
    Followed {
        /// Whether they had blocked us before.
        unblocked: bool,
    },
    /// The customer blocked us, or left.
    Unfollowed,
    /// We block the customer.
    Blocked,
    /// We block the customer no longer.
    Unblocked,
    /// The customer came in.
    Entered(Origin),
    /// The conversation came into the inbox, or opened again.
    Opened,
    /// The conversation was closed.
    Closed {
        /// Who closed it.
        by: ClosedBy,
    },
    /// Its messages were seen by somebody on our side.
    SeenByUs,
    /// The platform told something that only it has.
    Notice {
        /// Its name there.
        name: String,
        /// The platform's own fields.
        fields: Value,
    },
}

impl News {
    /// The event's type, as subscribers know it (inventory 4.3).
    pub fn name(&self) -> &'static str {
        match self {
            Self::MessageReceived { .. } => "message.received",
            Self::MessageSent { .. } => "message.sent",
            Self::Postback { .. } => "postback",
            Self::Typing { active: true } => "typing.started",
            Self::Typing { active: false } => "typing.stopped",
            Self::SessionOpened => "session.opened",
            Self::SessionClosingSoon { .. } => "session.closing_soon",
            Self::SessionClosed { .. } => "session.closed",
            Self::Followed { .. } => "identity.followed",
            Self::Unfollowed => "identity.unfollowed",
            Self::Blocked => "identity.blocked",
            Self::Unblocked => "identity.unblocked",
            Self::Entered(_) => "conversation.entered",
            Self::Opened => "conversation.opened",
            Self::Closed { .. } => "conversation.closed",
            Self::SeenByUs => "conversation.read",
            Self::Notice { .. } => "notice",
        }
    }
}
