//! What a role or a key's scope allows, by kind of resource.

use serde::{Deserialize, Serialize};

/// What is done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Looking at it.
    Read,
    /// Changing it.
    Write,
}

macro_rules! resources {
    ($($(#[$doc:meta])+ $variant:ident = $name:literal;)+) => {
        /// The kinds of resources, by their names in the API.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Resource { $($(#[$doc])+ $variant,)+ }

        impl Resource {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name in paths and scopes.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

resources! {
    /// What platforms can do.
    Platforms = "platforms";
    /// Connected accounts.
    Channels = "channels";
    /// Conversations.
    Conversations = "conversations";
    /// Messages.
    Messages = "messages";
    /// Renditions without sending.
    Preview = "preview";
    /// People.
    Contacts = "contacts";
    /// Webhooks as they arrived.
    Journal = "journal";
    /// Messages on their way out.
    Deliveries = "deliveries";
    /// What happened, in order.
    Events = "events";
    /// Files.
    Media = "media";
    /// Keys to the API.
    ApiKeys = "api-keys";
    /// People who answer.
    Operators = "operators";
}

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Everything.
    Admin,
    /// Channels and what belongs to them, besides what an agent may.
    ChannelAdmin,
    /// Answers customers.
    Agent,
    /// Looks, and changes nothing.
    Auditor,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 4] = [Self::Admin, Self::ChannelAdmin, Self::Agent, Self::Auditor];

    /// The role's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::ChannelAdmin => "channel-admin",
            Self::Agent => "agent",
            Self::Auditor => "auditor",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether the role allows it.
    pub fn may(self, access: Access, resource: Resource) -> bool {
        use Resource::{
            ApiKeys, Channels, Contacts, Conversations, Deliveries, Events, Journal, Media, Messages,
            Operators, Platforms, Preview,
        };
        let answering =
            matches!(resource, Conversations | Messages | Contacts | Media | Preview | Events | Platforms);
        match (self, access) {
            (Self::Admin, _) => true,
            (Self::ChannelAdmin | Self::Auditor, Access::Read) => !matches!(resource, ApiKeys),
            (Self::ChannelAdmin, Access::Write) => {
                answering || matches!(resource, Channels | Journal | Deliveries)
            }
            (Self::Agent, Access::Read) => answering || matches!(resource, Channels | Deliveries | Operators),
            (Self::Agent, Access::Write) => answering,
            (Self::Auditor, Access::Write) => matches!(resource, Preview),
        }
    }
}

/// What a key may do: `all`, or `<resource>:read` or `<resource>:write`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    All,
    /// One kind of access to one kind of resource. Writing includes reading.
    One(Resource, Access),
}

impl Scope {
    /// The scope of that name; `None` for an unknown one.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "all" {
            return Some(Self::All);
        }
        let (name, access) = text.split_once(':')?;
        let resource = Resource::ALL.iter().copied().find(|resource| resource.name() == name)?;
        match access {
            "read" => Some(Self::One(resource, Access::Read)),
            "write" => Some(Self::One(resource, Access::Write)),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::One(resource, Access::Read) => format!("{}:read", resource.name()),
            Self::One(resource, Access::Write) => format!("{}:write", resource.name()),
        }
    }

    /// Whether it allows this.
    pub fn covers(self, access: Access, resource: Resource) -> bool {
        match self {
            Self::All => true,
            Self::One(own, Access::Write) => own == resource,
            Self::One(own, Access::Read) => own == resource && access == Access::Read,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_reads_back_and_unknown_ones_are_refused() {
        for resource in Resource::ALL {
            for access in [Access::Read, Access::Write] {
                let scope = Scope::One(*resource, access);
                assert_eq!(Scope::parse(&scope.name()), Some(scope));
            }
        }
        assert_eq!(Scope::parse("all"), Some(Scope::All));
        for unknown in ["", "messages", "messages:delete", "moon:read", "ALL"] {
            assert_eq!(Scope::parse(unknown), None);
        }
    }

    #[test]
    fn a_reading_scope_changes_nothing_and_stays_with_its_resource() {
        let scope = Scope::One(Resource::Messages, Access::Read);
        assert!(scope.covers(Access::Read, Resource::Messages));
        assert!(!scope.covers(Access::Write, Resource::Messages));
        assert!(!scope.covers(Access::Read, Resource::Channels));
    }

    #[test]
    fn only_an_admin_sees_api_keys_and_an_auditor_changes_nothing() {
        for role in Role::ALL {
            assert_eq!(role.may(Access::Read, Resource::ApiKeys), role == Role::Admin);
        }
        for resource in Resource::ALL.iter().filter(|resource| **resource != Resource::Preview) {
            assert!(!Role::Auditor.may(Access::Write, *resource));
        }
        assert!(!Role::Agent.may(Access::Write, Resource::Channels));
        assert!(Role::Agent.may(Access::Write, Resource::Messages));
    }
}
