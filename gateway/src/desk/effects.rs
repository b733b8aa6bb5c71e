//! Does what the desk wants done, in memory.

use naru_core::capabilities::Level;
use naru_core::content::{Content, plain_text};
use naru_core::desk::{Command, Draft, Due, Effect, Stimulus};
use naru_core::event::{Inbound, Profile};
use naru_core::ids::MessageId;
use naru_core::message::{AuthorKind, Direction};
use naru_core::time::Millis;
use serde_json::{Value, json};

use super::outcomes::{Told, What};
use super::thread::Thread;
use super::work::{Cause, Lane};
use crate::documents::stored;
use crate::outbox::JobKind;
use crate::store::Result;
use crate::store::rows::contact::IdentityRow;
use crate::store::rows::message::{HistoryRow, MessageRow};
use crate::store::rows::timer::TimerRow;

impl Lane<'_> {
    pub(crate) fn effect(&mut self, effect: Effect, cause: &Cause) -> Result<()> {
        match effect {
            Effect::Append(draft) => self.append(*draft, cause),
            Effect::Edit { external_id, content, at } => self.edit(&external_id, &content, at, cause)?,
            Effect::Unsend { external_id, at } => self.unsend(&external_id, at, cause)?,
            Effect::Learn(profile) => self.learn(profile)?,
            Effect::Identify { member_id, profile } => self.identify(&member_id, profile, cause)?,
            Effect::Echo(inbound) => self.echo(*inbound, cause)?,
            Effect::Receipt(report) => self.receipt(What::Report(report), cause),
            Effect::Seen { external_id } => self.receipt(What::Seen { external_id }, cause),
            Effect::Tell(news) => self.tell(news, cause)?,
            Effect::Timer { due, at } => self.timer(due, at),
            Effect::SendNotice => self.notice(cause)?,
            Effect::EndSession => self.order(JobKind::EndSession, cause),
            Effect::Block(blocked) => self.block(blocked, cause),
            Effect::FailQueued { session_no } => {
                let Some(thread) = &self.thread else { return Ok(()) };
                self.out.ended.push((thread.id().to_owned(), session_no));
            }
            Effect::MarkRead => {
                let Some(thread) = &self.thread else { return Ok(()) };
                self.out.seen_by_us.push(thread.id().to_owned());
            }
        }
        Ok(())
    }

    pub(super) fn append(&mut self, draft: Draft, cause: &Cause) {
        let now = self.work.now;
        let Some(thread) = &mut self.thread else { return };
        let id: MessageId = self.work.app.ids.next(now);
        let mut content = draft.content;
        if draft.direction == Direction::In {
            super::media::take(&mut content, &mut self.out, self.work, thread, id, cause);
        }
        if draft.direction != Direction::Note {
            thread.set_last_message(&id.to_string(), now);
        }
        let extra = if draft.extra.is_object() { draft.extra } else { json!({}) };
        let row = MessageRow {
            id: id.to_string(),
            conversation_id: thread.id().to_owned(),
            channel_id: thread.channel_id().to_owned(),
            seq: draft.seq,
            direction: word(&draft.direction),
            author: word(&draft.author),
            author_id: draft.author_id,
            author_name: draft.author_name,
            content: json_of(&content),
            text: draft.text,
            choice: draft.choice.as_ref().map(json_of),
            choices: None,
            external_id: draft.external_id,
            reply_to: draft.reply_to,
            subject: None,
            reactions: "[]".to_owned(),
            extra: extra.to_string(),
            report: None,
            edited_at: None,
            unsent_at: None,
            platform_at: draft.at.map(|at| at.0),
            created_at: now.0,
            event_id: cause.event_id.clone(),
            trace_id: cause.trace_id.clone(),
        };
        self.last_message = Some(row.id.clone());
        self.out.messages.insert(row.id.clone(), row);
    }

    /// The message of that external id in this conversation: written in this very lane, or loaded.
    fn find(&self, external_id: &str) -> Option<MessageRow> {
        let thread = self.thread.as_ref()?;
        let is_it = |row: &&MessageRow| {
            row.conversation_id == thread.id() && row.external_id.as_deref() == Some(external_id)
        };
        self.out.messages.values().find(is_it).or_else(|| self.work.messages.values().find(is_it)).cloned()
    }

    fn edit(&mut self, external_id: &str, content: &Content, at: Millis, cause: &Cause) -> Result<()> {
        let Some(mut row) = self.find(external_id).filter(|row| row.unsent_at.is_none()) else {
            return Ok(());
        };
        let n = 1 + self.out.histories.iter().filter(|history| history.message_id == row.id).count();
        self.out.histories.push(HistoryRow {
            message_id: row.id.clone(),
            n: i64::try_from(n).unwrap_or(i64::MAX),
            content: row.content,
            replaced_at: at.0,
        });
        row.content = json_of(content);
        row.text = plain_text(content);
        row.edited_at = Some(at.0);
        self.publish_message("message.updated", &row, json!({"cause": "edited"}), cause)?;
        self.out.messages.insert(row.id.clone(), row);
        Ok(())
    }

    /// The row stays; what it said, now and before, is gone.
    fn unsend(&mut self, external_id: &str, at: Millis, cause: &Cause) -> Result<()> {
        let Some(mut row) = self.find(external_id).filter(|row| row.unsent_at.is_none()) else {
            return Ok(());
        };
        row.content = json_of(&Content::default());
        row.text = String::new();
        row.choice = None;
        row.unsent_at = Some(at.0);
        self.out.histories.retain(|history| history.message_id != row.id);
        self.out.forgotten.push(row.id.clone());
        self.publish_message("unsend", &row, json!({"external_id": external_id}), cause)?;
        self.publish_message("message.updated", &row, json!({"cause": "unsent"}), cause)?;
        self.out.messages.insert(row.id.clone(), row);
        Ok(())
    }

    pub(super) fn learn(&mut self, profile: Profile) -> Result<()> {
        let (Some(identity), Some(contact)) = (&mut self.identity, &mut self.contact) else { return Ok(()) };
        let before = contact.clone();
        let mut fields: serde_json::Map<String, Value> = stored("contact.profile", &contact.profile)?;
        contact.name = profile.name.or(contact.name.take());
        contact.language = profile.language.or(contact.language.take());
        fields.extend(profile.fields);
        if let Some(url) = profile.picture_url {
            fields.insert("picture_url".to_owned(), Value::String(url));
        }
        contact.profile = Value::Object(fields).to_string();
        if *contact != before {
            contact.updated_at = self.work.now.0;
            self.changed.contacts.insert(contact.id.clone());
        }
        if profile.member && identity.member == 0 {
            identity.member = 1;
            identity.updated_at = self.work.now.0;
            self.changed.identities.insert(identity.id.clone());
        }
        Ok(())
    }

    /// A guest turned out to be a member: both accounts are one customer from now on. Conversation, lane, session and
    /// deliveries keep their keys.
    pub(super) fn identify(&mut self, member_id: &str, profile: Profile, cause: &Cause) -> Result<()> {
        let now = self.work.now;
        let Some(identity) = &mut self.identity else { return Ok(()) };
        identity.member = 1;
        identity.updated_at = now.0;
        self.changed.identities.insert(identity.id.clone());
        let key = (identity.channel_id.clone(), member_id.to_owned());
        let known = self.work.by_external.get(&key).and_then(|id| self.work.identities.get(id));
        if identity.external_id == member_id {
            return self.learn(profile);
        }
        if let Some(member) = known {
            let (from, into) = (identity.contact_id.clone(), member.contact_id.clone());
            if from != into {
                identity.contact_id.clone_from(&into);
                self.contact = self.work.contacts.get(&into).cloned();
                if let Some(thread) = &mut self.thread {
                    thread.set_contact(&into);
                }
                let identity_id = self.identity.as_ref().map(|identity| identity.id.clone());
                self.out.merged.extend(identity_id.map(|id| (id, into.clone())));
                self.publish("contact.merged", None, json!({"from": from, "into": into}), cause)?;
            }
        } else {
            let id: naru_core::ids::IdentityId = self.work.app.ids.next(now);
            let member = IdentityRow {
                id: id.to_string(),
                external_id: member_id.to_owned(),
                member: 1,
                created_at: now.0,
                ..identity.clone()
            };
            self.changed.identities.insert(member.id.clone());
            self.more_identities.push(member);
        }
        self.learn(profile)
    }

    /// A message of ours, told back, is known by its id; an unknown one was written by a manager in the platform's own
    /// app. It counts as an answer and opens no window.
    fn echo(&mut self, inbound: Inbound, cause: &Cause) -> Result<()> {
        let Some(thread) = &self.thread else { return Ok(()) };
        let is_known = inbound.external_id.as_ref().is_some_and(|external_id| {
            self.work.known_parts.contains(&(thread.channel_id().to_owned(), external_id.clone()))
                || self.find(external_id).is_some()
        });
        if is_known {
            return Ok(());
        }
        let mut draft = Draft::out(AuthorKind::Manager, inbound.content);
        draft.external_id = inbound.external_id;
        draft.extra = inbound.extra;
        draft.at = Some(cause.occurred_at);
        self.apply(Stimulus::Command(Command::Write(Box::new(draft))), cause).map(drop)
    }

    fn receipt(&mut self, what: What, cause: &Cause) {
        let Some(thread) = &self.thread else { return };
        self.out.receipts.push(Told {
            conversation_id: thread.id().to_owned(),
            channel_id: thread.channel_id().to_owned(),
            what,
            cause: cause.clone(),
        });
    }

    fn timer(&mut self, due: Due, at: Millis) {
        let Some(thread) = &self.thread else { return };
        let id: naru_core::ids::EventId = self.work.app.ids.next(self.work.now);
        self.out.timers.push(TimerRow {
            id: id.to_string(),
            kind: due.kind().to_owned(),
            subject_id: thread.id().to_owned(),
            number: due.number(),
            due_at: at.0,
            data: "{}".to_owned(),
        });
    }

    fn block(&mut self, blocked: bool, cause: &Cause) {
        if self.channel.capabilities.block == Level::Native {
            self.order(JobKind::Block { blocked }, cause);
        }
    }
}

/// A conversation's document needs the row as it is now.
pub(super) fn row_of(thread: &Thread, now: Millis) -> crate::store::rows::conversation::ConversationRow {
    thread.row(now)
}

/// The name of a unit variant in the store.
pub(super) fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

pub(super) fn json_of<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("a document of the model is JSON")
}
