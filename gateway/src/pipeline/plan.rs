//! Sorts what webhooks tell: new or known, which lane, in which order, and what must wait.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use naru_core::event::Event;
use naru_core::ids::EventId;
use naru_core::time::Millis;

use super::read::Webhook;
use crate::app::App;
use crate::channels::Channel;
use crate::store::Result;
use crate::store::Tx;
use crate::store::rows::event::{self, KnownEvent, Repeated};

/// A channel and one of its external conversations.
pub(super) type LaneKey = (String, String);

/// One event that is to be applied.
pub(super) struct Planned {
    /// Its id in the store.
    pub id: String,
    /// The event.
    pub event: Event,
    /// The webhook that brings it now.
    pub journal_id: String,
    /// What ties it to that webhook.
    pub trace_id: String,
    /// When that webhook arrived.
    pub arrived: Millis,
    /// Whether it waited in the store until now: `waiting` or `parked`.
    pub waited: Option<String>,
}

/// The events of one lane, in the order in which they are applied.
pub(super) struct LanePlan {
    pub channel: Arc<Channel>,
    pub events: Vec<Planned>,
}

/// Everything that a batch of webhooks tells.
#[derive(Default)]
pub(super) struct Plan {
    pub lanes: BTreeMap<LaneKey, LanePlan>,
    pub repeated: Vec<Repeated>,
    /// Lanes with events that wait in the store and are not in this plan: `true` where one of them is parked.
    pub behind: HashMap<LaneKey, bool>,
}

/// Sorts what the webhooks tell. A known event that waits for its turn is applied now; any other known one is counted.
pub(super) async fn plan(tx: &mut Tx, app: &App, webhooks: &[Webhook], now: Millis) -> Result<Plan> {
    let told: Vec<(&Webhook, &Arc<Channel>, &Event)> = webhooks
        .iter()
        .filter_map(|webhook| webhook.told.as_ref().ok().map(|told| (webhook, told)))
        .flat_map(|(webhook, told)| told.events.iter().map(move |event| (webhook, &told.channel, event)))
        .collect();
    let keys: Vec<(&str, &str)> =
        told.iter().map(|(_, channel, event)| (channel.row.id.as_str(), event.key.as_str())).collect();
    let mut known: HashMap<(String, String), KnownEvent> = event::known(tx, &keys)
        .await?
        .into_iter()
        .map(|known| ((known.channel_id.clone(), known.event_key.clone()), known))
        .collect();
    let mut plan = Plan::default();
    let mut seen: HashSet<(&str, &str)> = HashSet::new();
    let mut repeated: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for (webhook, channel, event) in told {
        let key = (channel.row.id.as_str(), event.key.as_str());
        let before = known.remove(&(key.0.to_owned(), key.1.to_owned()));
        let first = seen.insert(key);
        // What waits is applied by the webhook that told it first.
        let own = before.as_ref().filter(|before| before.journal_id == webhook.id);
        let waits = own.and_then(|before| before.state.clone());
        if !first || (before.is_some() && waits.is_none()) {
            *repeated.entry(key).or_default() += 1;
            continue;
        }
        let id = before.map_or_else(|| app.ids.next::<EventId>(now).to_string(), |before| before.id);
        let lane = (key.0.to_owned(), event.lane.clone());
        let lane = plan
            .lanes
            .entry(lane)
            .or_insert_with(|| LanePlan { channel: Arc::clone(channel), events: Vec::new() });
        lane.events.push(Planned {
            id,
            event: event.clone(),
            journal_id: webhook.id.clone(),
            trace_id: webhook.trace_id.clone(),
            arrived: webhook.arrived,
            waited: waits,
        });
    }
    plan.repeated = repeated
        .into_iter()
        .map(|((channel, key), n)| Repeated { channel_id: channel.to_owned(), event_key: key.to_owned(), n })
        .collect();
    plan.look_behind(tx).await?;
    for lane in plan.lanes.values_mut() {
        // Within a batch the platform's time decides; without one, the arrival.
        lane.events.sort_by_key(|planned| planned.event.at.unwrap_or(planned.arrived));
    }
    Ok(plan)
}

impl Plan {
    /// The lanes' keys, as the store is asked for them.
    pub(super) fn keys(&self) -> Vec<(&str, &str)> {
        self.lanes.keys().map(|(channel, lane)| (channel.as_str(), lane.as_str())).collect()
    }

    /// Every event, whatever its lane.
    pub(super) fn events(&self) -> impl Iterator<Item = (&LaneKey, &Planned)> {
        self.lanes.iter().flat_map(|(key, lane)| lane.events.iter().map(move |planned| (key, planned)))
    }

    async fn look_behind(&mut self, tx: &mut Tx) -> Result<()> {
        let waiting = event::waiting(tx, &self.keys()).await?;
        let here: HashSet<String> = self.events().map(|(_, planned)| planned.id.clone()).collect();
        for row in waiting.into_iter().filter(|row| !here.contains(&row.event_id)) {
            let parked = self.behind.entry((row.channel_id, row.lane)).or_default();
            *parked |= row.state == "parked";
        }
        Ok(())
    }
}

impl LanePlan {
    /// How many of its first events may be applied now; those behind them wait. A parked event that is retried goes
    /// first; one that waited goes when nothing parked is before it; a new one when nothing waits at all.
    pub(super) fn may_go(&self, behind: Option<&bool>) -> usize {
        let Some(parked) = behind else { return self.events.len() };
        self.events
            .iter()
            .take_while(|planned| match planned.waited.as_deref() {
                Some("parked") => true,
                Some(_) => !parked,
                None => false,
            })
            .count()
    }
}
