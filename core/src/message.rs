//! Who writes messages, and the states that a message on its way out can be in.

use serde::{Deserialize, Serialize};

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthorKind {
    /// The customer.
    Customer,
    /// A person on our side.
    Manager,
    /// A workflow, or another program.
    Bot,
    /// The AI agent.
    Ai,
    /// A campaign.
    Marketing,
    /// Naru itself.
    System,
}

impl AuthorKind {
    /// Whether no person wrote it.
    pub fn is_automatic(self) -> bool {
        !matches!(self, Self::Customer | Self::Manager)
    }
}

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the customer.
    In,
    /// To the customer.
    Out,
    /// To nobody outside.
    Note,
}

/// Words for our own people. A type of its own that no adapter accepts: a note cannot reach a customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InternalNote {
    /// What it says.
    pub text: crate::content::Text,
}

/// What has become of a message on its way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Waits for its turn.
    Queued,
    /// A call is being made, or waits for its next try.
    Sending,
    /// The platform has it.
    Sent,
    /// The customer's device has it.
    Delivered,
    /// The customer has seen it.
    Read,
    /// It will not arrive.
    Failed,
    /// Its deadline came first.
    Expired,
    /// It was taken back before it left.
    Cancelled,
    /// Whether it arrived cannot be known.
    Unknown,
    /// Waits until the channel's credentials work again.
    Held,
}

impl DeliveryState {
    /// All states.
    pub const ALL: [Self; 10] = [
        Self::Queued,
        Self::Sending,
        Self::Sent,
        Self::Delivered,
        Self::Read,
        Self::Failed,
        Self::Expired,
        Self::Cancelled,
        Self::Unknown,
        Self::Held,
    ];

    /// The state's name in the API and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Unknown => "unknown",
            Self::Held => "held",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether nothing more is to be done for it here; receipts may still raise it.
    pub fn is_settled(self) -> bool {
        !matches!(self, Self::Queued | Self::Sending | Self::Held)
    }

    /// Whether a delivery may go from this state to `next`.
    pub fn may_become(self, next: Self) -> bool {
        use DeliveryState::{
            Cancelled, Delivered, Expired, Failed, Held, Queued, Read, Sending, Sent, Unknown,
        };
        match self {
            Queued => matches!(next, Sending | Failed | Expired | Cancelled | Held),
            Held => matches!(next, Queued | Failed | Expired | Cancelled),
            Sending => {
                matches!(next, Queued | Sent | Delivered | Failed | Expired | Cancelled | Unknown | Held)
            }
            Sent => matches!(next, Delivered | Read | Failed),
            Delivered => matches!(next, Read | Failed),
            Unknown => matches!(next, Queued | Sent | Delivered | Read | Failed | Cancelled),
            Failed | Expired => matches!(next, Queued),
            Read | Cancelled => false,
        }
    }
}
