//! Loads and locks what a transaction is going to decide about: one query per table.

use std::collections::BTreeSet;

use super::thread::Thread;
use super::work::Work;
use crate::store::rows::{contact, conversation, message};
use crate::store::{Result, Tx};

/// Loads conversations with their customers, locked in the order of their ids.
pub(crate) async fn conversations(tx: &mut Tx, work: &mut Work, ids: &[String]) -> Result<()> {
    // What is loaded already may have been changed in memory.
    let ids: Vec<String> = ids.iter().filter(|id| !work.threads.contains_key(*id)).cloned().collect();
    let rows = conversation::lock(tx, &ids).await?;
    let missing: BTreeSet<String> = rows
        .iter()
        .map(|row| row.identity_id.clone())
        .filter(|id| !work.identities.contains_key(id))
        .collect();
    let missing: Vec<String> = missing.into_iter().collect();
    let identities = contact::lock_identities(tx, &missing).await?;
    keep_identities(tx, work, identities).await?;
    for row in rows {
        if let Some(identity) = work.identities.get(&row.identity_id) {
            let thread = Thread::of(row, identity)?;
            work.threads.insert(thread.id().to_owned(), thread);
        }
    }
    Ok(())
}

/// Loads the accounts of pairs of channel and external id, with their customers.
pub(crate) async fn people_of(tx: &mut Tx, work: &mut Work, keys: &[(&str, &str)]) -> Result<()> {
    let rows = contact::lock_by_external(tx, keys).await?;
    keep_identities(tx, work, rows).await
}

async fn keep_identities(tx: &mut Tx, work: &mut Work, rows: Vec<contact::IdentityRow>) -> Result<()> {
    let contacts: BTreeSet<String> =
        rows.iter().map(|row| row.contact_id.clone()).filter(|id| !work.contacts.contains_key(id)).collect();
    let contacts: Vec<String> = contacts.into_iter().collect();
    for row in contact::lock(tx, &contacts).await? {
        work.contacts.insert(row.id.clone(), row);
    }
    for row in rows {
        work.by_external.insert((row.channel_id.clone(), row.external_id.clone()), row.id.clone());
        work.identities.insert(row.id.clone(), row);
    }
    Ok(())
}

impl Work {
    /// Loads where lanes lead to.
    pub(crate) async fn load_lanes(&mut self, tx: &mut Tx, keys: &[(&str, &str)]) -> Result<()> {
        let rows = conversation::lanes(tx, keys).await?;
        let ids: Vec<String> = rows.iter().map(|row| row.conversation_id.clone()).collect();
        for row in rows {
            self.lanes.insert((row.channel_id, row.lane), row.conversation_id);
        }
        conversations(tx, self, &ids).await
    }

    /// Loads the messages that edits and unsends name by the platform's id, in the lanes' conversations.
    pub(crate) async fn load_named(&mut self, tx: &mut Tx, named: &[(String, String, String)]) -> Result<()> {
        let keys: Vec<(&str, &str)> = named
            .iter()
            .filter_map(|(channel, lane, external_id)| {
                let id = self.lanes.get(&(channel.clone(), lane.clone()))?;
                Some((id.as_str(), external_id.as_str()))
            })
            .collect();
        for row in message::by_external(tx, &keys).await? {
            self.messages.insert(row.id.clone(), row);
        }
        Ok(())
    }

    /// Loads the messages whose buttons or forms are answered.
    pub(crate) async fn load_offered(&mut self, tx: &mut Tx, ids: &[String]) -> Result<()> {
        for row in message::by_ids(tx, ids).await? {
            self.messages.insert(row.id.clone(), row);
        }
        Ok(())
    }

    /// Loads what is known of uploads that messages name.
    pub(crate) async fn load_media(&mut self, tx: &mut Tx, ids: &[String]) -> Result<()> {
        for brief in super::media::briefs(tx, ids).await? {
            self.media.insert(brief.id.clone(), brief);
        }
        Ok(())
    }

    /// Loads which of the platform's ids are of messages of ours.
    pub(crate) async fn load_parts(&mut self, tx: &mut Tx, keys: &[(&str, &str)]) -> Result<()> {
        for part in super::outcomes::parts(tx, keys).await? {
            self.known_parts.insert((part.channel_id, part.external_id));
        }
        Ok(())
    }

    /// The content of a message of ours that a button or form of this channel names.
    pub(crate) fn offered(&self, id: &str, channel_id: &str) -> Option<naru_core::content::Content> {
        let row = self.messages.get(id).filter(|row| row.channel_id == channel_id)?;
        serde_json::from_str(&row.content).ok()
    }
}
