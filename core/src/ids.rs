//! One type per kind of id, so that a contact's id can never stand where a conversation's is expected.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

use crate::time::Millis;

/// An id that orders by its time of birth (UUID version 7); the caller brings the clock and the chance.
pub fn time_ordered(now: Millis, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(now.0).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

macro_rules! id {
    ($($(#[$doc:meta])+ $name:ident;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

id! {
    /// A connected account on a platform.
    ChannelId;
    /// A person, possibly known on several platforms.
    ContactId;
    /// One person's account on one channel.
    IdentityId;
    /// A thread of messages with one identity.
    ConversationId;
    /// A platform's session inside a conversation.
    SessionId;
    /// A message, of either direction.
    MessageId;
    /// The durable job that brings one outbound message to its platform.
    DeliveryId;
    /// A webhook as it arrived.
    JournalId;
    /// One event read from a webhook, or one that Naru tells its subscribers.
    EventId;
    /// A stored file.
    MediaId;
    /// A person who answers customers.
    OperatorId;
    /// A key to the API.
    ApiKeyId;
    /// What ties a webhook, its jobs, calls and messages together in logs and tables.
    TraceId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let early = MessageId(time_ordered(Millis(1_000), [0xff; 10]));
        let late = MessageId(time_ordered(Millis(1_001), [0; 10]));
        assert!(early < late);
        assert!(early.to_string() < late.to_string());
        assert_eq!(early.to_string().parse(), Ok(early));
    }
}
