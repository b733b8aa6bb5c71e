//! Who is asking, and what they may do: the one place where roles and scopes are checked.

pub mod keys;
pub mod operators;
pub mod password;
mod permission;
pub mod sessions;

pub use permission::{Access, Resource, Role, Scope};

use naru_core::ids::{ApiKeyId, OperatorId};
use sha2::{Digest, Sha256};

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A program, by an API key.
    Key {
        /// The key.
        id: ApiKeyId,
        /// What the key may do.
        scopes: Vec<Scope>,
    },
    /// A person, by a login.
    Operator {
        /// The person.
        id: OperatorId,
        /// Their name.
        name: String,
        /// Their role.
        role: Role,
    },
}

impl Actor {
    /// Whether the actor may do this to that kind of resource.
    pub fn may(&self, access: Access, resource: Resource) -> bool {
        match self {
            Self::Key { scopes, .. } => scopes.iter().any(|scope| scope.covers(access, resource)),
            Self::Operator { role, .. } => role.may(access, resource),
        }
    }

    /// The id under which the actor's acts are recorded.
    pub fn id(&self) -> String {
        match self {
            Self::Key { id, .. } => id.to_string(),
            Self::Operator { id, .. } => id.to_string(),
        }
    }
}

/// The hash under which a high-entropy token is stored, in lower-case hex.
pub fn hash_token(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// Bytes in lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    })
}
