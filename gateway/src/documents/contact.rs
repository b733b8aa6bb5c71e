//! A customer as the API shows them.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{stored, time};
use crate::channels::Channels;
use crate::store::rows::contact::{self, ContactRow, IdentityRow};
use crate::store::{Result, Tx};

/// A customer with every account.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ContactDoc {
    /// Its id.
    pub id: String,
    /// The name to show.
    pub name: Option<String>,
    /// The language, BCP 47.
    pub language: Option<String>,
    /// Whether a platform or a hash proves who it is, on any channel.
    pub member: bool,
    /// Everything else that is known.
    #[schema(value_type = Object)]
    pub profile: Map<String, Value>,
    /// The accounts on the channels, oldest first.
    pub identities: Vec<IdentityDoc>,
    /// When we first heard of them.
    pub created_at: String,
    /// When something about them last changed.
    pub updated_at: String,
}

/// A customer's account on one channel.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct IdentityDoc {
    /// Its id.
    pub id: String,
    /// The channel.
    pub channel_id: String,
    /// The platform.
    pub platform: String,
    /// The platform's id of it.
    pub external_id: String,
    /// Whether the platform or a hash proves who it is.
    pub member: bool,
    /// Whether we block it.
    pub blocked: bool,
    /// Whether it has blocked us or left.
    pub unreachable: bool,
}

/// A customer inside a conversation's document: the account that the conversation is with.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ContactBrief {
    /// The customer's id.
    pub id: String,
    /// The name to show.
    pub name: Option<String>,
    /// The platform's id of the account.
    pub external_id: String,
    /// Whether the platform or a hash proves who it is.
    pub member: bool,
    /// The language, BCP 47.
    pub language: Option<String>,
    /// Everything else that is known.
    #[schema(value_type = Object)]
    pub profile: Map<String, Value>,
    /// Whether we block the account.
    pub blocked: bool,
    /// Whether the account has blocked us or left.
    pub unreachable: bool,
}

/// The customer inside a conversation's document.
pub fn contact_brief(contact: &ContactRow, identity: &IdentityRow) -> Result<ContactBrief> {
    Ok(ContactBrief {
        id: contact.id.clone(),
        name: contact.name.clone(),
        external_id: identity.external_id.clone(),
        member: identity.member != 0,
        language: contact.language.clone(),
        profile: stored("contact.profile", &contact.profile)?,
        blocked: identity.blocked != 0,
        unreachable: identity.unreachable != 0,
    })
}

/// The documents of customers, in the rows' order, with all their accounts.
pub async fn contacts(tx: &mut Tx, channels: &Channels, rows: &[ContactRow]) -> Result<Vec<ContactDoc>> {
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let mut identities: HashMap<String, Vec<IdentityDoc>> = HashMap::new();
    for row in contact::identities_of(tx, &ids).await? {
        identities.entry(row.contact_id.clone()).or_default().push(identity_doc(channels, row));
    }
    rows.iter()
        .map(|row| {
            let identities = identities.remove(&row.id).unwrap_or_default();
            Ok(ContactDoc {
                id: row.id.clone(),
                name: row.name.clone(),
                language: row.language.clone(),
                member: identities.iter().any(|identity| identity.member),
                profile: stored("contact.profile", &row.profile)?,
                identities,
                created_at: time(row.created_at),
                updated_at: time(row.updated_at),
            })
        })
        .collect()
}

fn identity_doc(channels: &Channels, row: IdentityRow) -> IdentityDoc {
    let platform = channels.find(&row.channel_id).map_or("", |channel| channel.platform.name);
    IdentityDoc {
        id: row.id,
        channel_id: row.channel_id,
        platform: platform.to_owned(),
        external_id: row.external_id,
        member: row.member != 0,
        blocked: row.blocked != 0,
        unreachable: row.unreachable != 0,
    }
}
