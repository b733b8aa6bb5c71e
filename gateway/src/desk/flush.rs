//! Writes what was decided: one statement per table, domain events last.

use super::work::Work;
use crate::store::rows::conversation::LaneRow;
use crate::store::rows::{contact, conversation, delivery, event, frame, message, short_link, timer};
use crate::store::{Result, Tx};

impl Work {
    /// Writes everything. What was read after the load, and before this, was locked.
    pub(crate) async fn write(mut self, tx: &mut Tx) -> Result<()> {
        self.write_people(tx).await?;
        self.write_conversations(tx).await?;
        let messages: Vec<_> = std::mem::take(&mut self.out.messages).into_values().collect();
        message::put(tx, &messages).await?;
        message::forget_history(tx, &self.out.forgotten).await?;
        message::add_history(tx, &self.out.histories).await?;
        super::media::write(tx, &self.out.media, &self.out.attached).await?;
        timer::insert(tx, &self.out.timers).await?;
        delivery::insert(tx, &self.out.jobs).await?;
        short_link::insert(tx, &self.out.short_links).await?;
        frame::append_all(tx, &self.out.frames).await?;
        super::read_marks::send(tx, &self).await?;
        let mut news = std::mem::take(&mut self.out.news);
        news.extend(super::outcomes::fail_ended(tx, &self.app, &self.out.ended, self.now).await?);
        news.extend(super::outcomes::raise(tx, &self.app, &self.out.receipts, self.now).await?);
        event::append(tx, &mut news).await
    }

    async fn write_people(&self, tx: &mut Tx) -> Result<()> {
        let contacts: Vec<_> =
            self.changed.contacts.iter().filter_map(|id| self.contacts.get(id)).cloned().collect();
        contact::put(tx, &contacts).await?;
        let identities: Vec<_> =
            self.changed.identities.iter().filter_map(|id| self.identities.get(id)).cloned().collect();
        contact::put_identities(tx, &identities).await
    }

    async fn write_conversations(&self, tx: &mut Tx) -> Result<()> {
        let threads: Vec<_> = self.changed.threads.iter().filter_map(|id| self.threads.get(id)).collect();
        let rows: Vec<_> = threads.iter().map(|thread| thread.row(self.now)).collect();
        conversation::put(tx, &rows).await?;
        let lanes: Vec<LaneRow> = self
            .out
            .new_lanes
            .iter()
            .filter_map(|id| self.threads.get(id))
            .map(|thread| ((thread.channel_id(), thread.lane()), thread.id()))
            .collect::<std::collections::BTreeMap<_, _>>()
            .into_iter()
            .map(|((channel_id, lane), id)| LaneRow {
                channel_id: channel_id.to_owned(),
                lane: lane.to_owned(),
                conversation_id: id.to_owned(),
            })
            .collect();
        conversation::put_lanes(tx, &lanes).await?;
        let merged: Vec<String> = self.out.merged.iter().map(|(identity, _)| identity.clone()).collect();
        super::outcomes::follow_contacts(tx, &merged).await
    }
}
