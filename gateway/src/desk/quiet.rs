//! Changes that are no stimulus: what a profile says, and what a replay finds.

use naru_core::content::{Block, Content, Media, plain_text};
use naru_core::desk::Draft;
use naru_core::event::Profile;
use naru_core::time::Millis;
use serde_json::{Value, json};

use super::effects::json_of;
use super::work::{Cause, Lane};
use crate::store::Result;
use crate::store::rows::message::{HistoryRow, MessageRow};

impl Lane<'_> {
    /// Notes what the platform says of the customer.
    pub(crate) fn learn_profile(&mut self, profile: Profile, cause: &Cause) -> Result<()> {
        self.learn(profile)?;
        self.note_profile("done", None);
        self.publish("contact.updated", None, json!({"contact": self.contact.as_ref().map(|c| &c.id)}), cause)
    }

    /// Notes whether the platform is to be asked for the profile, and when.
    pub(crate) fn note_profile(&mut self, state: &str, at: Option<Millis>) {
        let Some(identity) = &mut self.identity else { return };
        state.clone_into(&mut identity.profile_state);
        identity.profile_at = at.map(|at| at.0);
        identity.updated_at = self.work.now.0;
        self.changed.identities.insert(identity.id.clone());
    }

    /// Records a message that a replay found: it triggers nothing, counts as seen and leaves the session alone.
    pub(crate) fn append_quietly(&mut self, mut draft: Draft, cause: &Cause) -> Result<()> {
        let Some(thread) = &mut self.thread else { return Ok(()) };
        thread.view.seq += 1;
        draft.seq = thread.view.seq;
        self.append(draft, cause);
        let last = self.last_message.as_ref().and_then(|id| self.out.messages.get(id)).cloned();
        match last {
            Some(row) => self.publish_message("message.received", &row, json!({"cause": "replay"}), cause),
            None => Ok(()),
        }
    }

    /// Gives a message the content that a replay read; what it said before is kept.
    pub(crate) fn correct(&mut self, mut row: MessageRow, found: &Found<'_>, cause: &Cause) -> Result<()> {
        let Some(thread) = &self.thread else { return Ok(()) };
        let mut content = found.content.clone();
        let before: Content = crate::documents::stored("message.content", &row.content)?;
        keep_media(&mut content, found.before, &before);
        let id = row.id.parse().unwrap_or(naru_core::ids::MessageId(uuid::Uuid::nil()));
        super::media::take_new(&mut content, &mut self.out, self.work, thread, id, cause);
        self.out.histories.push(HistoryRow {
            message_id: row.id.clone(),
            n: 1,
            content: row.content,
            replaced_at: self.work.now.0,
        });
        row.content = json_of(&content);
        row.text = plain_text(&content);
        if let Value::Object(extra) = found.extra {
            row.extra = Value::Object(extra.clone()).to_string();
        }
        self.publish_message("message.updated", &row, json!({"cause": "replay"}), cause)?;
        self.out.messages.insert(row.id.clone(), row);
        Ok(())
    }
}

/// What a replay read.
pub(crate) struct Found<'a> {
    /// What the message says now.
    pub content: &'a Content,
    /// What the same webhook said before, as the adapter read it then.
    pub before: Option<&'a Content>,
    /// What only this platform has.
    pub extra: &'a Value,
}

/// Media that are named as before are not fetched again: the message's own blocks take their places.
fn keep_media(content: &mut Content, told_before: Option<&Content>, message: &Content) {
    let before: Vec<&Media> = told_before.map(|c| super::stored_media(c).collect()).unwrap_or_default();
    let stored: Vec<Media> = super::stored_media(message).cloned().collect();
    let mut index = 0;
    for block in &mut content.blocks {
        let (Block::Image(m) | Block::File(m) | Block::Video(m) | Block::Audio(m)) = block else { continue };
        if before.get(index).is_some_and(|before| **before == m.media)
            && let Some(kept) = stored.get(index)
        {
            m.media = kept.clone();
        }
        index += 1;
    }
}
