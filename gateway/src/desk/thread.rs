//! A conversation in memory: its row, and the part of it that the desk decides about.

use naru_core::desk::{ClosedBy, Control, State, View};
use naru_core::time::Millis;

use crate::documents::stored;
use crate::store::rows::contact::IdentityRow;
use crate::store::rows::conversation::ConversationRow;
use crate::store::{Result, StoreError};

/// A conversation in memory.
#[derive(Clone, Debug)]
pub(crate) struct Thread {
    row: ConversationRow,
    /// What the desk decides about.
    pub(crate) view: View,
}

impl Thread {
    /// Reads a row; what the identity says of blocking belongs to the view.
    pub(crate) fn of(row: ConversationRow, identity: &IdentityRow) -> Result<Self> {
        let word = |what| StoreError::Missing { what, id: row.id.clone() };
        let view = View {
            state: State::parse(&row.state).ok_or_else(|| word("known state of conversation"))?,
            held_until: row.held_until.map(Millis),
            control: Control::parse(&row.control).ok_or_else(|| word("known control of conversation"))?,
            origin: stored("conversation.origin", &row.origin)?,
            session_no: row.session_no,
            session: row.session.as_deref().map(|s| stored("conversation.session", s)).transpose()?,
            seq: row.seq,
            unread: row.unread,
            menus: stored("conversation.menus", &row.menus)?,
            closed_by: row.closed_by.as_deref().and_then(ClosedBy::parse),
            closed_at: row.closed_at.map(Millis),
            blocked: identity.blocked != 0,
            unreachable: identity.unreachable != 0,
        };
        Ok(Self { row, view })
    }

    /// A conversation that begins now.
    pub(crate) fn begin(id: String, identity: &IdentityRow, lane: &str, now: Millis) -> Self {
        let view = View {
            blocked: identity.blocked != 0,
            unreachable: identity.unreachable != 0,
            ..View::default()
        };
        let row = ConversationRow {
            id,
            channel_id: identity.channel_id.clone(),
            identity_id: identity.id.clone(),
            contact_id: identity.contact_id.clone(),
            lane: lane.to_owned(),
            state: String::new(),
            held_until: None,
            control: String::new(),
            priority: "medium".to_owned(),
            assignee_id: None,
            team_id: None,
            description: String::new(),
            goal: None,
            rating: None,
            origin: String::new(),
            session_no: 0,
            session: None,
            seq: 0,
            unread: 0,
            last_message_id: None,
            last_message_at: now.0,
            menus: String::new(),
            closed_by: None,
            closed_at: None,
            created_at: now.0,
            updated_at: now.0,
        };
        Self { row, view }
    }

    /// Its id.
    pub(crate) fn id(&self) -> &str {
        &self.row.id
    }

    /// The channel's id.
    pub(crate) fn channel_id(&self) -> &str {
        &self.row.channel_id
    }

    /// The external conversation.
    pub(crate) fn lane(&self) -> &str {
        &self.row.lane
    }

    /// The customer's account.
    pub(crate) fn identity_id(&self) -> &str {
        &self.row.identity_id
    }

    /// Gives the conversation to another customer, because two turned out to be one.
    pub(crate) fn set_contact(&mut self, contact_id: &str) {
        contact_id.clone_into(&mut self.row.contact_id);
    }

    /// Notes its newest message.
    pub(crate) fn set_last_message(&mut self, id: &str, at: Millis) {
        self.row.last_message_id = Some(id.to_owned());
        self.row.last_message_at = at.0;
    }

    /// The row as it is to be written.
    pub(crate) fn row(&self, now: Millis) -> ConversationRow {
        let view = &self.view;
        let json = |what: serde_json::Result<String>| what.expect("a document of the model is JSON");
        ConversationRow {
            state: view.state.name().to_owned(),
            held_until: view.held_until.map(|at| at.0),
            control: view.control.name().to_owned(),
            origin: json(serde_json::to_string(&view.origin)),
            session_no: view.session_no,
            session: view.session.as_ref().map(|session| json(serde_json::to_string(session))),
            seq: view.seq,
            unread: view.unread,
            menus: json(serde_json::to_string(&view.menus)),
            closed_by: view.closed_by.map(|by| by.name().to_owned()),
            closed_at: view.closed_at.map(|at| at.0),
            updated_at: now.0,
            ..self.row.clone()
        }
    }
}
