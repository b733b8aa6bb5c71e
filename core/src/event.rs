//! What platforms tell us, in our words.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::content::Content;
use crate::session::{CloseCause, ReplyHandle};
use crate::time::Millis;

/// One thing that happened on a platform.
///
/// `key` makes it happen once: two events of a channel with equal keys are one event. Keys are made in the adapter's
/// `key.rs` from the platform's own ids and times, begin with a version (`1:`), and, where redeliveries keep the
/// platform's time, continue with that time, so that index pages stay warm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// What makes it the same event when it comes again.
    pub key: String,
    /// The external conversation it belongs to; events of one lane are applied in order. Empty: the channel itself.
    pub lane: String,
    /// When it happened, by the platform's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Millis>,
    /// Who caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
    /// The platform's session it belongs to, by the platform's own id (Kakao's `session_id`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// A way to answer this very event for free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_handle: Option<ReplyHandle>,
    /// What happened.
    pub what: What,
}

/// Who caused an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sender {
    /// The platform's id of the customer (or, in a group, of the group's member).
    pub external_id: String,
    /// Whose conversation it is, when it is not the sender's own: a LINE group or room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What the event itself says about them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
}

impl Sender {
    /// A customer known by their id alone.
    pub fn of(external_id: impl Into<String>) -> Self {
        Self { external_id: external_id.into(), group: None, profile: None }
    }
}

/// What a platform tells about a customer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// The name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The language, BCP 47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The address of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture_url: Option<String>,
    /// Whether the platform or a hash proves who it is.
    #[serde(default)]
    pub member: bool,
    /// Everything else, by name.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub fields: serde_json::Map<String, Value>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// The customer wrote.
    Message(Inbound),
    /// The customer changed an earlier message.
    Edited(Edited),
    /// The customer took a message back.
    Unsent {
        /// The platform's id of the message.
        external_id: String,
    },
    /// The customer pressed a button without writing.
    Postback(Postback),
    /// The customer answered a form.
    FormAnswered(FormAnswered),
    /// The customer came in, before or without a message.
    Entered(#[serde(with = "entered")] Origin),
    /// The platform's session is over.
    SessionClosed {
        /// Why, as far as the platform says.
        cause: CloseCause,
    },
    /// The customer befriended or unblocked us.
    Followed {
        /// Whether they had blocked us before.
        unblocked: bool,
    },
    /// The customer blocked us, or ended the friendship.
    Unfollowed,
    /// We were added to a group.
    Joined,
    /// We were removed from a group.
    Left,
    /// Members came into a group.
    MembersJoined {
        /// Their ids.
        members: Vec<String>,
    },
    /// Members left a group.
    MembersLeft {
        /// Their ids.
        members: Vec<String>,
    },
    /// The customer has seen messages.
    Read {
        /// The newest seen message by the platform's id; `None`: everything sent up to the event.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        external_id: Option<String>,
    },
    /// The customer began or stopped typing.
    Typing {
        /// Whether they type now.
        active: bool,
    },
    /// The platform tells what became of a message that we sent.
    Delivery(DeliveryReport),
    /// A message of ours, told back to us, or one that a manager wrote in the platform's own app.
    Echo(Inbound),
    /// The customer's profile became known or changed.
    ProfileChanged(Profile),
    /// The customer proved to be a member (web chat).
    Identified {
        /// The identity's new external id; the guest's conversation stays theirs.
        member_id: String,
        /// What is known of the member.
        profile: Profile,
    },
    /// Something happened that is shown as a line in the conversation and changes nothing else.
    Notice {
        /// The platform's name for it, e.g. `beacon`.
        name: String,
        /// The platform's own fields.
        fields: Value,
    },
    /// Something we do not know; kept raw and shown as such.
    Unsupported {
        /// The platform's name for it.
        name: String,
        /// The platform's own JSON.
        raw: Value,
    },
}

impl What {
    /// Its name, as in the JSON document and in the store.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Message(_) => "message",
            Self::Edited(_) => "edited",
            Self::Unsent { .. } => "unsent",
            Self::Postback(_) => "postback",
            Self::FormAnswered(_) => "form_answered",
            Self::Entered(_) => "entered",
            Self::SessionClosed { .. } => "session_closed",
            Self::Followed { .. } => "followed",
            Self::Unfollowed => "unfollowed",
            Self::Joined => "joined",
            Self::Left => "left",
            Self::MembersJoined { .. } => "members_joined",
            Self::MembersLeft { .. } => "members_left",
            Self::Read { .. } => "read",
            Self::Typing { .. } => "typing",
            Self::Delivery(_) => "delivery",
            Self::Echo(_) => "echo",
            Self::ProfileChanged(_) => "profile_changed",
            Self::Identified { .. } => "identified",
            Self::Notice { .. } => "notice",
            Self::Unsupported { .. } => "unsupported",
        }
    }
}

/// A message from a platform.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inbound {
    /// The platform's id of the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What it says.
    pub content: Content,
    /// The platform's id of the message it quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// The payload of the button that wrote this message (Kakao's `extra`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// A file that holds the whole text, where the message holds only its beginning (Kakao's long text).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_text_url: Option<String>,
    /// What marks it as read at the platform (LINE's `markAsReadToken`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_token: Option<String>,
    /// What only this platform has; shown at `message.extra`.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub extra: Value,
}

impl Inbound {
    /// A message that says `content` and nothing else.
    pub fn of(external_id: Option<String>, content: Content) -> Self {
        Self {
            external_id,
            content,
            reply_to: None,
            payload: None,
            full_text_url: None,
            read_token: None,
            extra: Value::Null,
        }
    }
}

/// A change of an earlier message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edited {
    /// The platform's id of the message.
    pub external_id: String,
    /// What it says now.
    pub content: Content,
}

/// A button pressed without writing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Postback {
    /// The button's payload: `choices::Payload` for our own menus, else foreign.
    pub payload: String,
    /// The button's label, where the platform tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The platform's own parameters (LINE's date pickers).
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub params: Value,
}

/// An answered form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormAnswered {
    /// Our id of the message that carried the form.
    pub message_id: String,
    /// The answers by the fields' keys.
    pub answers: serde_json::Map<String, Value>,
    /// Whether the customer agreed to the answers being kept; `None`: was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<bool>,
    /// The client's own id of this act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
}

/// Where a conversation came from. In the API: `{"kind": "...", "ref": "..."}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// Which kind of place.
    pub kind: OriginKind,
    /// Its name there: a button's meta text, a page's address, a campaign's id.
    #[serde(default, rename = "ref")]
    pub reference: Option<String>,
}

/// Which kind of place a conversation came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OriginKind {
    /// A platform's entry reference (Kakao's `reference`).
    Reference,
    /// A button.
    Button,
    /// A web page.
    Page,
    /// A campaign.
    Campaign,
    /// A workflow.
    Workflow,
    /// A manager who wrote first.
    Manager,
    /// Unknown.
    #[default]
    None,
}

/// What a platform says became of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeliveryReport {
    /// The platform's id of the message.
    pub external_id: String,
    /// Our own reference, where the platform gives it back: `<delivery>/<part>`. It finds a part whose call's answer
    /// was lost, so that the platform's id of it never became known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What became of it.
    pub state: ReportedState,
    /// The platform's code where it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The platform's sentence where it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What became of a message, by a platform's later word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportedState {
    /// The platform has it.
    Sent,
    /// The customer's device has it.
    Delivered,
    /// The customer has seen it.
    Read,
    /// It will not arrive.
    Failed,
}

/// An origin has a `kind` of its own, so that it stands one level below the event's.
mod entered {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Origin;

    #[derive(Serialize, Deserialize)]
    struct Entered {
        origin: Origin,
    }

    pub(super) fn serialize<S: Serializer>(origin: &Origin, serializer: S) -> Result<S::Ok, S::Error> {
        Entered { origin: origin.clone() }.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Origin, D::Error> {
        Entered::deserialize(deserializer).map(|entered| entered.origin)
    }
}
