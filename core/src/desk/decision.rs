//! What comes of a stimulus: the conversation as it is then, and what is to be done besides.

use serde_json::Value;

use super::{Choice, ClosedBy, Due, View};
use crate::content::Content;
use crate::event::{DeliveryReport, Inbound, Origin, Profile};
use crate::message::{AuthorKind, Direction};
use crate::session::{CloseCause, Refusal};
use crate::time::Millis;

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
