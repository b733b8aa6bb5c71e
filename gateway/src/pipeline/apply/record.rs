//! What a batch leaves behind in the store's own books: events, what of them waits, which webhooks are done.

use std::collections::{BTreeSet, HashMap};

use super::super::plan::{LaneKey, LanePlan, Planned};
use super::super::read::Webhook;
use super::lane::Went;
use crate::store::rows::event::{self, EventRow, EventStateRow, Repeated};
use crate::store::rows::journal::{self, JournalStateRow};
use crate::store::{Result, Tx};

/// What a batch leaves behind.
#[derive(Default)]
pub(super) struct Record {
    pub repeated: Vec<Repeated>,
    rows: Vec<EventRow>,
    states: Vec<EventStateRow>,
    resolved: Vec<String>,
    released: BTreeSet<LaneKey>,
    /// Webhooks with a parked event, and why.
    parked: HashMap<String, String>,
    /// Webhooks with an event that waits behind a parked one.
    behind: BTreeSet<String>,
}

impl Record {
    pub(super) fn applied(&mut self, key: &LaneKey, plan: &LanePlan, went: Vec<Went>) {
        for (planned, went) in plan.events.iter().zip(went) {
            if planned.waited.is_some() {
                self.resolved.push(planned.id.clone());
                self.released.insert(key.clone());
            }
            let mut row = row(key, planned);
            row.conversation_id = went.conversation_id;
            row.message_id = went.message_id;
            self.rows.push(row);
        }
    }

    pub(super) fn parked(&mut self, key: &LaneKey, planned: &Planned, error: &str) {
        self.rows.push(row(key, planned));
        self.states.push(state(key, planned, "parked", Some(error)));
        self.parked.insert(planned.journal_id.clone(), error.to_owned());
    }

    pub(super) fn waiting(&mut self, key: &LaneKey, behind: &[Planned]) {
        for planned in behind {
            self.rows.push(row(key, planned));
            self.states.push(state(key, planned, "waiting", None));
            self.behind.insert(planned.journal_id.clone());
        }
    }

    /// Writes the books. Rows whose events all went are done; those behind parked ones wait to be released.
    pub(super) async fn write(&self, tx: &mut Tx, webhooks: &[Webhook]) -> Result<()> {
        event::put(tx, &self.rows).await?;
        event::add_duplicates(tx, &self.repeated).await?;
        count("duplicate", self.repeated.len());
        count("parked", self.states.len());
        count("applied", self.rows.len().saturating_sub(self.states.len()));
        event::done(tx, &self.resolved).await?;
        event::put_states(tx, &self.states).await?;
        let states: Vec<JournalStateRow> = webhooks.iter().filter_map(|webhook| self.left(webhook)).collect();
        let done: Vec<String> = webhooks
            .iter()
            .map(|webhook| webhook.id.clone())
            .filter(|id| !states.iter().any(|state| state.journal_id == *id))
            .collect();
        journal::done(tx, &done).await?;
        journal::put_states(tx, &states).await?;
        let released: Vec<LaneKey> = self.released.iter().cloned().collect();
        journal::release(tx, &released).await
    }

    /// What is left to do for a webhook.
    fn left(&self, webhook: &Webhook) -> Option<JournalStateRow> {
        let unread = webhook.told.as_ref().err();
        let error = unread.or_else(|| self.parked.get(&webhook.id)).cloned();
        if error.is_none() && !self.behind.contains(&webhook.id) {
            return None;
        }
        Some(JournalStateRow {
            journal_id: webhook.id.clone(),
            state: if error.is_some() { "parked" } else { "pending" }.to_owned(),
            tries: webhook.tries,
            next_at: error.is_none().then_some(i64::MAX),
            error,
        })
    }
}

fn row(key: &LaneKey, planned: &Planned) -> EventRow {
    EventRow {
        channel_id: key.0.clone(),
        event_key: planned.event.key.clone(),
        id: planned.id.clone(),
        journal_id: planned.journal_id.clone(),
        lane: key.1.clone(),
        kind: planned.event.what.name().to_owned(),
        at: planned.event.at.map(|at| at.0),
        body: serde_json::to_string(&planned.event).expect("an event is JSON"),
        conversation_id: None,
        message_id: None,
        duplicates: 0,
        trace_id: planned.trace_id.clone(),
        received_at: planned.arrived.0,
    }
}

fn state(key: &LaneKey, planned: &Planned, state: &str, error: Option<&str>) -> EventStateRow {
    EventStateRow {
        event_id: planned.id.clone(),
        channel_id: key.0.clone(),
        event_key: planned.event.key.clone(),
        lane: key.1.clone(),
        state: state.to_owned(),
        tries: 1,
        error: error.map(str::to_owned),
    }
}

fn count(outcome: &'static str, events: usize) {
    let events = u64::try_from(events).unwrap_or(u64::MAX);
    metrics::counter!(crate::telemetry::EVENTS, "outcome" => outcome).increment(events);
}
