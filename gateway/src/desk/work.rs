//! What one transaction has loaded, and what it is going to write.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use naru_core::desk::{Rules, Stimulus, apply};
use naru_core::session::Refusal;
use naru_core::time::Millis;

use super::media::{MediaBrief, NewMedia};
use super::thread::Thread;
use crate::app::App;
use crate::channels::Channel;
use crate::store::Result;
use crate::store::rows::contact::{ContactRow, IdentityRow};
use crate::store::rows::delivery::DeliveryRow;
use crate::store::rows::event::DomainEventRow;
use crate::store::rows::frame::NewFrame;
use crate::store::rows::message::{HistoryRow, MessageRow};
use crate::store::rows::short_link::ShortLinkRow;
use crate::store::rows::timer::TimerRow;

/// What caused a change: it goes into every row that the change writes.
#[derive(Clone, Debug)]
pub(crate) struct Cause {
    /// What ties everything together.
    pub(crate) trace_id: String,
    /// The platform's event, the command or the timer.
    pub(crate) causation_id: Option<String>,
    /// The platform's event, where it was one.
    pub(crate) event_id: Option<String>,
    /// When it happened, by the platform's clock where that tells.
    pub(crate) occurred_at: Millis,
    /// When we learned of it.
    pub(crate) received_at: Millis,
}

/// What a transaction is going to write.
#[derive(Debug, Default)]
pub(super) struct Output {
    pub(crate) messages: BTreeMap<String, MessageRow>,
    pub(crate) histories: Vec<HistoryRow>,
    pub(crate) forgotten: Vec<String>,
    pub(crate) media: Vec<NewMedia>,
    pub(crate) attached: Vec<NewMedia>,
    pub(crate) timers: Vec<TimerRow>,
    pub(crate) jobs: Vec<DeliveryRow>,
    pub(crate) short_links: Vec<ShortLinkRow>,
    pub(crate) ended: Vec<(String, i64)>,
    pub(crate) receipts: Vec<super::outcomes::Told>,
    pub(crate) merged: Vec<(String, String)>,
    pub(crate) seen_by_us: Vec<String>,
    pub(crate) frames: Vec<NewFrame>,
    pub(crate) news: Vec<DomainEventRow>,
    pub(crate) new_lanes: Vec<String>,
}

impl Output {
    fn add(&mut self, other: Self) {
        self.messages.extend(other.messages);
        self.histories.extend(other.histories);
        self.forgotten.extend(other.forgotten);
        self.media.extend(other.media);
        self.attached.extend(other.attached);
        self.timers.extend(other.timers);
        self.jobs.extend(other.jobs);
        self.short_links.extend(other.short_links);
        self.ended.extend(other.ended);
        self.receipts.extend(other.receipts);
        self.merged.extend(other.merged);
        self.seen_by_us.extend(other.seen_by_us);
        self.frames.extend(other.frames);
        self.news.extend(other.news);
        self.new_lanes.extend(other.new_lanes);
    }
}

/// What one transaction has loaded, and what it is going to write.
pub(crate) struct Work {
    pub(super) app: App,
    pub(super) now: Millis,
    /// Conversations by id.
    pub(super) threads: HashMap<String, Thread>,
    pub(super) identities: HashMap<String, IdentityRow>,
    pub(super) contacts: HashMap<String, ContactRow>,
    /// Identities by channel and external id.
    pub(super) by_external: HashMap<(String, String), String>,
    /// The newest conversation of each channel and lane.
    pub(super) lanes: HashMap<(String, String), String>,
    /// Messages that edits, unsends and buttons name, by id.
    pub(super) messages: HashMap<String, MessageRow>,
    pub(super) media: HashMap<String, MediaBrief>,
    /// The platform's ids of messages of ours, as channel and id, among those that events tell back.
    pub(super) known_parts: HashSet<(String, String)>,
    pub(super) changed: Changed,
    pub(super) out: Output,
}

/// Which of the loaded rows are to be written.
#[derive(Debug, Default)]
pub(super) struct Changed {
    pub(crate) threads: std::collections::BTreeSet<String>,
    pub(crate) identities: std::collections::BTreeSet<String>,
    pub(crate) contacts: std::collections::BTreeSet<String>,
}

impl Work {
    /// Nothing loaded yet.
    pub(crate) fn new(app: &App, now: Millis) -> Self {
        Self {
            app: app.clone(),
            now,
            threads: HashMap::new(),
            identities: HashMap::new(),
            contacts: HashMap::new(),
            by_external: HashMap::new(),
            lanes: HashMap::new(),
            messages: HashMap::new(),
            media: HashMap::new(),
            known_parts: HashSet::new(),
            changed: Changed::default(),
            out: Output::default(),
        }
    }

    /// The maker of ids.
    pub(crate) fn ids(&self) -> &crate::clock::Ids {
        &self.app.ids
    }

    /// The time of the transaction.
    pub(crate) fn now(&self) -> Millis {
        self.now
    }

    /// Takes one conversation out to work on it. Nothing of it counts before [`Self::keep`], so that a failed decision
    /// leaves no trace.
    pub(crate) fn open(&self, channel: &Arc<Channel>, thread: Option<Thread>) -> Lane<'_> {
        let identity = thread.as_ref().and_then(|thread| self.identities.get(thread.identity_id())).cloned();
        let contact = identity.as_ref().and_then(|identity| self.contacts.get(&identity.contact_id)).cloned();
        Lane {
            work: self,
            channel: Arc::clone(channel),
            thread,
            identity,
            contact,
            touched: Vec::new(),
            more_identities: Vec::new(),
            last_message: None,
            changed: Changed::default(),
            out: Output::default(),
        }
    }

    /// A loaded conversation.
    pub(crate) fn thread(&self, id: &str) -> Option<&Thread> {
        self.threads.get(id)
    }

    /// The newest conversation of a lane.
    pub(crate) fn thread_of_lane(&self, channel_id: &str, lane: &str) -> Option<&Thread> {
        let id = self.lanes.get(&(channel_id.to_owned(), lane.to_owned()))?;
        self.threads.get(id)
    }

    /// Keeps what a lane has decided.
    pub(crate) fn keep(&mut self, kept: Kept) {
        for thread in kept.threads {
            if kept.out.new_lanes.iter().any(|id| id == thread.id()) {
                let lane = (thread.channel_id().to_owned(), thread.lane().to_owned());
                self.lanes.insert(lane, thread.id().to_owned());
            }
            self.changed.threads.insert(thread.id().to_owned());
            self.threads.insert(thread.id().to_owned(), thread);
        }
        self.changed.identities.extend(kept.changed.identities);
        self.changed.contacts.extend(kept.changed.contacts);
        if let Some(identity) = kept.identity {
            let key = (identity.channel_id.clone(), identity.external_id.clone());
            self.by_external.insert(key, identity.id.clone());
            self.identities.insert(identity.id.clone(), identity);
        }
        for identity in kept.more_identities {
            let key = (identity.channel_id.clone(), identity.external_id.clone());
            self.by_external.insert(key, identity.id.clone());
            self.identities.insert(identity.id.clone(), identity);
        }
        if let Some(contact) = kept.contact {
            self.contacts.insert(contact.id.clone(), contact);
        }
        self.out.add(kept.out);
    }
}

/// One conversation, taken out of the [`Work`] to be worked on.
pub(crate) struct Lane<'w> {
    pub(super) work: &'w Work,
    pub(super) channel: Arc<Channel>,
    pub(super) thread: Option<Thread>,
    pub(super) identity: Option<IdentityRow>,
    pub(super) contact: Option<ContactRow>,
    /// Conversations of this lane that were changed before the present one.
    pub(super) touched: Vec<Thread>,
    pub(super) more_identities: Vec<IdentityRow>,
    /// The message that was recorded last.
    pub(super) last_message: Option<String>,
    pub(super) changed: Changed,
    pub(super) out: Output,
}

/// What a lane has decided, free of the [`Work`] that it came from.
pub(crate) struct Kept {
    threads: Vec<Thread>,
    identity: Option<IdentityRow>,
    more_identities: Vec<IdentityRow>,
    contact: Option<ContactRow>,
    changed: Changed,
    out: Output,
}

impl Lane<'_> {
    /// The rules of the conversation's channel.
    pub(crate) fn rules(channel: &Channel) -> Rules<'_> {
        Rules { policy: &channel.capabilities.session, settings: &channel.common }
    }

    /// The conversation as it is now.
    pub(crate) fn thread(&self) -> Option<&Thread> {
        self.thread.as_ref()
    }

    /// What it was taken out of.
    pub(crate) fn work(&self) -> &Work {
        self.work
    }

    /// The maker of ids.
    pub(crate) fn ids(&self) -> &crate::clock::Ids {
        &self.work.app.ids
    }

    /// The channel.
    pub(crate) fn channel(&self) -> &Arc<Channel> {
        &self.channel
    }

    /// The customer's account, where it is known.
    pub(crate) fn identity(&self) -> Option<&IdentityRow> {
        self.identity.as_ref()
    }

    /// Turns to the account of that channel and external id; `false` where there is none.
    pub(crate) fn meet(&mut self, key: &(String, String)) -> bool {
        let known = self.work.by_external.get(key).and_then(|id| self.work.identities.get(id));
        let Some(identity) = known else { return false };
        self.contact = self.work.contacts.get(&identity.contact_id).cloned();
        self.identity = Some(identity.clone());
        true
    }

    /// Turns to an account that nobody knew before.
    pub(crate) fn introduce(&mut self, identity: IdentityRow, contact: ContactRow) {
        self.changed.identities.insert(identity.id.clone());
        self.changed.contacts.insert(contact.id.clone());
        (self.identity, self.contact) = (Some(identity), Some(contact));
    }

    /// Turns to a conversation that begins now; the lane leads to it from here on.
    pub(crate) fn turn_to(&mut self, thread: Thread) {
        self.touched.extend(self.thread.take());
        self.out.new_lanes.push(thread.id().to_owned());
        self.thread = Some(thread);
    }

    /// The message of that number in the present conversation, where this lane recorded it.
    pub(crate) fn message_numbered(&self, seq: i64) -> Option<String> {
        let id = self.thread.as_ref()?.id();
        let row = self.out.messages.values().find(|row| row.seq == seq && row.conversation_id == id)?;
        Some(row.id.clone())
    }

    /// Lets the desk decide about a stimulus, and does what it wants done. Without a conversation nothing happens.
    pub(crate) fn apply(&mut self, stimulus: Stimulus<'_>, cause: &Cause) -> Result<Option<Refusal>> {
        let Some(thread) = &mut self.thread else { return Ok(None) };
        let view = std::mem::take(&mut thread.view);
        let before = view.clone();
        let channel = Arc::clone(&self.channel);
        let decision = apply(view, stimulus, &Self::rules(&channel), self.work.now);
        if let Some(refusal) = decision.refusal {
            thread.view = before;
            return Ok(Some(refusal));
        }
        thread.view = decision.view;
        self.follow_identity(&before);
        for effect in decision.effects {
            self.effect(effect, cause)?;
        }
        Ok(None)
    }

    /// What the desk decided about blocking and reach belongs to the account.
    fn follow_identity(&mut self, before: &naru_core::desk::View) {
        let (Some(thread), Some(identity)) = (&self.thread, &mut self.identity) else { return };
        let view = &thread.view;
        if (view.blocked, view.unreachable) != (before.blocked, before.unreachable) {
            identity.blocked = i64::from(view.blocked);
            identity.unreachable = i64::from(view.unreachable);
            identity.updated_at = self.work.now.0;
            self.changed.identities.insert(identity.id.clone());
        }
    }

    /// What was decided, to be handed to [`Work::keep`].
    pub(crate) fn finish(self) -> Kept {
        let mut threads = self.touched;
        threads.extend(self.thread);
        Kept {
            threads,
            identity: self.identity,
            more_identities: self.more_identities,
            contact: self.contact,
            changed: self.changed,
            out: self.out,
        }
    }
}
