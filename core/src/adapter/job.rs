//! What the gateway wants of a platform, and how it ends.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Call;
use crate::downgrade::{Change, MediaFacts, Part};
use crate::event::Profile;
use crate::ids::{DeliveryId, MediaId, MessageId};
use crate::message::AuthorKind;
use crate::time::Millis;

/// Something to be done on a platform, in one call or several. The first three are durable: their calls and answers
/// are rows, and after a crash they go on from there. The others run in memory; losing one costs nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Job {
    /// Bring a message to the customer.
    Send(Box<Outgoing>),
    /// End the platform's session.
    EndSession {
        /// With whom.
        to: Recipient,
    },
    /// Block or unblock the customer.
    Block {
        /// Whom.
        to: Recipient,
        /// `false` to unblock.
        blocked: bool,
    },
    /// Ask for a customer's profile.
    Profile {
        /// Whose.
        of: Recipient,
    },
    /// Fetch a medium that the platform holds.
    Media {
        /// The reference from [`crate::content::PlatformMedia`].
        reference: String,
    },
    /// Get a short-lived token.
    Token,
    /// Ask who we are.
    Check,
    /// Tell the customer that a message was read.
    MarkRead {
        /// Whose message.
        to: Recipient,
        /// The message's read token, where the platform has one.
        token: Option<String>,
        /// The message's id on the platform.
        external_id: Option<String>,
    },
    /// Show the customer that somebody types.
    Typing {
        /// To whom.
        to: Recipient,
        /// `false` to stop.
        active: bool,
    },
    /// Ask what became of a call whose answer was lost.
    Lookup(Lookup),
}

/// A customer, as the platform must be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The identity's external id.
    pub external_id: String,
    /// The conversation's lane.
    pub lane: String,
    /// The platform's session, where it has ids for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
}

/// A message on its way out. Its parts are what the platform will draw, one to one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outgoing {
    /// The durable job; idempotency keys are made from it.
    pub delivery: DeliveryId,
    /// The message.
    pub message: MessageId,
    /// To whom.
    pub to: Recipient,
    /// Who wrote it.
    pub author: AuthorKind,
    /// What to draw.
    pub parts: Vec<Part>,
    /// What is known of each medium in the parts.
    #[serde(default)]
    pub media: BTreeMap<MediaId, MediaFacts>,
    /// The reply token that this job has claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_handle: Option<String>,
    /// What the platform gave for the message that this one quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
}

/// A call whose outcome is unknown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lookup {
    /// The message that it was to bring.
    pub outgoing: Box<Outgoing>,
    /// The call.
    pub call: Box<Call>,
    /// When it left.
    pub at: Millis,
}

/// The next step of a job.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Make this call.
    Call(Box<Call>),
    /// It is done.
    Done(Outcome),
    /// It ended otherwise, or must wait.
    Failed(Failure),
}

/// What a finished job brought.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The message is on the platform; what was learned while sending is appended to its report.
    Sent {
        /// E.g. an image that was refused and sent as a link.
        changes: Vec<Change>,
    },
    /// The session is ended, the customer blocked, the mark set.
    Acknowledged,
    /// A profile.
    Profile(Profile),
    /// A stored medium.
    Media(MediaFacts),
    /// A token.
    Token(TokenGrant),
    /// The credentials work, and are these.
    Checked(AdapterIdentity),
    /// The lost call's message is on the platform, with these receipts.
    Found(Vec<Receipt>),
    /// The lost call's message is not on the platform.
    NotFound,
}

/// A short-lived token. The gateway stores it encrypted among the credentials.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenGrant {
    /// The names and values to keep.
    pub credentials: BTreeMap<String, super::Secret>,
    /// When it ends.
    pub until: Millis,
}

/// Who the credentials belong to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdapterIdentity {
    /// The platform's id of the account; a channel never changes it.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Remarks for the admin that are no error, e.g. that chat is switched off at the platform.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

/// A part that is on the platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The part's position in the message.
    pub part: usize,
    /// The platform's id of it, where it gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What is needed to quote it later.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub extra: Value,
}

/// How a step ended otherwise. The adapter classifies; what is done about it is the gateway's policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "failure", rename_all = "snake_case")]
pub enum Failure {
    /// A passing fault: the same step again later.
    Retry {
        /// What the platform said.
        reason: String,
        /// When, in milliseconds from now, where the platform says.
        after_ms: Option<i64>,
    },
    /// Too fast.
    Throttled {
        /// What the platform said.
        reason: String,
        /// When, in milliseconds from now, where the platform says.
        after_ms: Option<i64>,
        /// What must wait.
        scope: Scope,
    },
    /// It will never work.
    Rejected {
        /// The platform's code.
        code: String,
        /// What the platform said, in words for the author.
        reason: String,
    },
    /// The credentials do not work; the whole channel waits for an admin.
    AuthBroken {
        /// What the platform said, in words for the admin.
        reason: String,
    },
    /// The platform's session is over.
    SessionClosed {
        /// What the platform said.
        reason: String,
    },
    /// Whether it worked cannot be known.
    Unknown {
        /// Why not.
        reason: String,
    },
}

/// What must wait when a platform says "too fast".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The channel.
    Channel,
    /// The channel, until its quota is renewed or raised.
    Quota,
    /// This conversation.
    Conversation,
}
