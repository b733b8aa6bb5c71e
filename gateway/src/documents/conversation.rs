//! A conversation as the API shows it.

use std::collections::HashMap;

use naru_core::capabilities::SessionPolicy;
use naru_core::event::Origin;
use naru_core::session::Session;
use naru_core::time::Millis;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::contact::{ContactBrief, contact_brief};
use super::message::{MessageDoc, messages};
use super::{stored, time};
use crate::channels::Channels;
use crate::store::rows::contact::{self, ContactRow, IdentityRow};
use crate::store::rows::conversation::ConversationRow;
use crate::store::rows::message;
use crate::store::{Result, StoreError, Tx};

/// A conversation.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ConversationDoc {
    /// Its id.
    pub id: String,
    /// The channel.
    pub channel_id: String,
    /// The platform.
    pub platform: String,
    /// `bot`, `queued`, `unassigned`, `open`, `held` or `closed`.
    pub state: String,
    /// `low`, `medium`, `high`.
    pub priority: String,
    /// The customer.
    pub contact: ContactBrief,
    /// Who answers.
    pub assignee: Option<PersonRef>,
    /// Whose team answers.
    pub team: Option<PersonRef>,
    /// Who follows it.
    pub followers: Vec<PersonRef>,
    /// Its tags.
    pub tags: Vec<String>,
    /// What the agents note about it.
    pub description: String,
    /// Who leads it: `workflow`, `ai`, `human` or `none`.
    pub control: String,
    /// Its goal.
    #[schema(value_type = Option<Object>)]
    pub goal: Option<Value>,
    /// The customer's rating.
    #[schema(value_type = Option<Object>)]
    pub rating: Option<Value>,
    /// The platform's session.
    pub session: SessionDoc,
    /// How many of the customer's messages nobody has seen.
    pub unread: i64,
    /// Its newest message.
    pub last_message: Option<MessageDoc>,
    /// Where it came from.
    pub origin: OriginDoc,
    /// Who closed it: `manager`, `workflow`, `api`, `platform_session_end` or `customer_left`.
    pub closed_by: Option<String>,
    /// When it was closed.
    pub closed_at: Option<String>,
    /// When it began.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
}

/// Somebody on our side.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PersonRef {
    /// The id.
    pub id: String,
    /// The name.
    pub name: Option<String>,
}

/// The platform's session: a clock of its own beside the conversation's state.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SessionDoc {
    /// Whether the platform takes messages now.
    pub open: bool,
    /// What the platform calls it, e.g. `kakao_session`.
    pub kind: String,
    /// When it began.
    pub opened_at: Option<String>,
    /// When it ends if the customer says nothing more.
    pub expires_at: Option<String>,
    /// When it ended.
    pub closed_at: Option<String>,
    /// `user_left`, `idle`, `agent`, `platform`, `handover` or `unknown`.
    pub closed_reason: Option<String>,
    /// Until when one answer is free (LINE's reply token), where one still is.
    pub free_reply_until: Option<String>,
}

/// Where a conversation came from.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OriginDoc {
    /// `reference`, `button`, `page`, `campaign`, `workflow`, `manager` or `none`.
    pub kind: String,
    /// Its name there.
    pub r#ref: Option<String>,
}

/// The documents of conversations, in the rows' order.
pub async fn conversations(
    tx: &mut Tx,
    channels: &Channels,
    rows: &[ConversationRow],
    now: Millis,
) -> Result<Vec<ConversationDoc>> {
    let pick = |of: fn(&ConversationRow) -> &str| rows.iter().map(of).map(str::to_owned).collect::<Vec<_>>();
    let contacts = by_id(contact::by_ids(tx, &pick(|row| &row.contact_id)).await?, |row| &row.id);
    let identities = by_id(contact::identities(tx, &pick(|row| &row.identity_id)).await?, |row| &row.id);
    let last: Vec<String> = rows.iter().filter_map(|row| row.last_message_id.clone()).collect();
    let last = message::by_ids(tx, &last).await?;
    let mut last = by_id(messages(tx, &last).await?, |doc| &doc.conversation_id);
    rows.iter()
        .map(|row| {
            let missing = |what| StoreError::Missing { what, id: row.id.clone() };
            let contact =
                contacts.get(&row.contact_id).ok_or_else(|| missing("contact of a conversation"))?;
            let identity =
                identities.get(&row.identity_id).ok_or_else(|| missing("identity of a conversation"))?;
            conversation(channels, row, contact, identity, last.remove(&row.id), now)
        })
        .collect()
}

fn by_id<T>(rows: Vec<T>, id: fn(&T) -> &String) -> HashMap<String, T> {
    rows.into_iter().map(|row| (id(&row).clone(), row)).collect()
}

/// One conversation's document from its rows.
pub fn conversation(
    channels: &Channels,
    row: &ConversationRow,
    contact: &ContactRow,
    identity: &IdentityRow,
    last_message: Option<MessageDoc>,
    now: Millis,
) -> Result<ConversationDoc> {
    let channel = channels.find(&row.channel_id);
    let origin: Origin = stored("conversation.origin", &row.origin)?;
    let session: Option<Session> =
        row.session.as_deref().map(|session| stored("conversation.session", session)).transpose()?;
    let optional = |what, text: &Option<String>| text.as_deref().map(|text| stored(what, text)).transpose();
    Ok(ConversationDoc {
        id: row.id.clone(),
        channel_id: row.channel_id.clone(),
        platform: channel.as_ref().map_or("", |channel| channel.platform.name).to_owned(),
        state: row.state.clone(),
        priority: row.priority.clone(),
        contact: contact_brief(contact, identity)?,
        assignee: row.assignee_id.clone().map(|id| PersonRef { id, name: None }),
        team: row.team_id.clone().map(|id| PersonRef { id, name: None }),
        followers: Vec::new(),
        tags: Vec::new(),
        description: row.description.clone(),
        control: row.control.clone(),
        goal: optional("conversation.goal", &row.goal)?,
        rating: optional("conversation.rating", &row.rating)?,
        session: session_doc(session.as_ref(), channel.as_ref().map(|c| &c.capabilities.session), now),
        unread: row.unread,
        last_message,
        origin: OriginDoc { kind: word(&origin.kind), r#ref: origin.reference },
        closed_by: row.closed_by.clone(),
        closed_at: row.closed_at.map(time),
        created_at: time(row.created_at),
        updated_at: time(row.updated_at),
    })
}

fn session_doc(session: Option<&Session>, policy: Option<&SessionPolicy>, now: Millis) -> SessionDoc {
    let at = |time: Option<Millis>| time.map(|time| time.to_string());
    let Some(session) = session else {
        return SessionDoc {
            open: policy.is_some_and(|policy| policy.business_may_start),
            kind: policy.map_or("", |policy| policy.kind).to_owned(),
            opened_at: None,
            expires_at: None,
            closed_at: None,
            closed_reason: None,
            free_reply_until: None,
        };
    };
    SessionDoc {
        open: session.is_open(now),
        kind: session.kind.clone(),
        opened_at: Some(session.opened_at.to_string()),
        expires_at: at(session.expires_at),
        closed_at: at(session.closed_at),
        closed_reason: session.closed_reason.map(|reason| word(&reason)),
        free_reply_until: at(session.free_handle(now).and_then(|handle| handle.until)),
    }
}

/// The name of a unit variant in the API.
fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}
