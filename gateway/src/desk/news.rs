//! What subscribers are told, with the documents that belong to it.

use naru_core::desk::News;
use naru_core::ids::EventId;
use serde_json::{Map, Value, json};

use super::effects::row_of;
use super::work::{Cause, Lane};
use crate::documents;
use crate::store::Result;
use crate::store::rows::event::DomainEventRow;
use crate::store::rows::message::MessageRow;

impl Lane<'_> {
    pub(super) fn tell(&mut self, news: News, cause: &Cause) -> Result<()> {
        let name = news.name();
        self.show(&news);
        let (seq, data) = match news {
            News::MessageReceived { seq } | News::MessageSent { seq } => {
                return match self.message_of(seq) {
                    Some(row) => self.publish_message(name, &row, json!({}), cause),
                    None => Ok(()),
                };
            }
            News::Postback { payload, params, seq } => {
                let choice = self.message_of(seq).and_then(|row| row.choice);
                let choice: Value = choice.and_then(|c| serde_json::from_str(&c).ok()).unwrap_or(Value::Null);
                (Some(seq), json!({"payload": payload, "params": params, "choice": choice}))
            }
            News::SessionClosingSoon { at } => (None, json!({"expires_at": at})),
            News::SessionClosed { cause } => (None, json!({"reason": cause})),
            News::Followed { unblocked } => (None, json!({"unblocked": unblocked})),
            News::Entered(origin) => (None, json!({"origin": origin})),
            News::Closed { by } => (None, json!({"closed_by": by})),
            News::Notice { name, fields } => (None, json!({"name": name, "fields": fields})),
            News::Typing { .. }
            | News::SessionOpened
            | News::Unfollowed
            | News::Blocked
            | News::Unblocked
            | News::Opened
            | News::SeenByUs => (None, json!({})),
        };
        self.publish(name, seq, data, cause)
    }

    /// Our own web chat shows its visitors what becomes of their conversation; other platforms have their own ways.
    fn show(&mut self, news: &News) {
        let Some(thread) = &self.thread else { return };
        let (app, now) = (&self.work.app, self.work.now);
        let frame = crate::webchat::frame_of(app, &self.channel, thread.lane(), thread.id(), news, now);
        self.out.frames.extend(frame);
    }

    fn message_of(&self, seq: i64) -> Option<MessageRow> {
        let thread = self.thread.as_ref()?;
        self.out.messages.values().find(|row| row.seq == seq && row.conversation_id == thread.id()).cloned()
    }

    pub(super) fn publish_message(
        &mut self,
        name: &str,
        row: &MessageRow,
        more: Value,
        cause: &Cause,
    ) -> Result<()> {
        let document = documents::message(row, None)?;
        let mut data = object(more);
        data.insert("message".to_owned(), json!(document));
        self.publish(name, Some(row.seq), Value::Object(data), cause)
    }

    pub(super) fn publish(&mut self, name: &str, seq: Option<i64>, data: Value, cause: &Cause) -> Result<()> {
        let now = self.work.now;
        let mut data = object(data);
        if let (Some(thread), Some(contact), Some(identity)) = (&self.thread, &self.contact, &self.identity) {
            let channels = &self.work.app.channels;
            let row = row_of(thread, now);
            let document = documents::conversation(channels, &row, contact, identity, None, now)?;
            data.insert("conversation".to_owned(), json!(document));
        }
        let id: EventId = self.work.app.ids.next(now);
        self.out.news.push(DomainEventRow {
            position: 0,
            id: id.to_string(),
            r#type: name.to_owned(),
            channel_id: Some(self.channel.row.id.clone()),
            conversation_id: self.thread.as_ref().map(|thread| thread.id().to_owned()),
            seq,
            occurred_at: cause.occurred_at.0,
            received_at: cause.received_at.0,
            causation_id: cause.causation_id.clone(),
            trace_id: Some(cause.trace_id.clone()),
            data: Value::Object(data).to_string(),
        });
        Ok(())
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
