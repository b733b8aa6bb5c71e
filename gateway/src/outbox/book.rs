//! What the worker remembers between two cycles: closed gates, failures in a row, what is under way, what is held.

use std::collections::HashMap;

use naru_core::time::HOUR;

use super::schedule::wait;
use crate::app::App;
use crate::channels::{Channel, Health};
use crate::store::rows::gate::GateRow;
use crate::store::rows::{delivery, gate};
use crate::store::{Result, Tx};

/// How many calls of one channel are under way at once.
const PER_CHANNEL: usize = 64;
/// After so many failures in a row a channel's gate closes.
const STUMBLES: u32 = 5;
/// How long a used-up quota closes the gate between two probes, in milliseconds.
const QUOTA: i64 = HOUR;

/// Why a gate is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// The platform says "too fast".
    Throttled,
    /// The quota is used up.
    Quota,
    /// Call after call fails.
    Failing,
}

impl Class {
    fn name(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::Quota => "quota",
            Self::Failing => "failing",
        }
    }
}

/// What the worker remembers between two cycles. The database has all of it but the failures in a row.
#[derive(Clone, Debug, Default)]
pub(super) struct Book {
    gates: HashMap<String, GateRow>,
    stumbles: HashMap<String, u32>,
    under_way: HashMap<String, usize>,
    /// Channels on which something is held, and since when.
    held: HashMap<String, i64>,
}

impl Book {
    /// What the database knows at the start.
    pub(super) async fn read(tx: &mut Tx) -> Result<Self> {
        let gates = gate::all(tx).await?.into_iter().map(|gate| (gate.channel_id.clone(), gate)).collect();
        let held = delivery::held_channels(tx).await?.into_iter().map(|id| (id, 0)).collect();
        Ok(Self { gates, held, ..Self::default() })
    }

    /// The channels of which nothing may be claimed now.
    pub(super) fn shut(&self, app: &App, now: i64) -> Vec<String> {
        let all = app.channels.all();
        all.iter()
            .filter(|channel| self.room(channel, now) == 0)
            .map(|channel| channel.row.id.clone())
            .collect()
    }

    /// How many of a channel's deliveries may be claimed now. Through a gate that has just opened goes one, the probe.
    pub(super) fn room(&self, channel: &Channel, now: i64) -> usize {
        let id = &channel.row.id;
        let under_way = self.under_way.get(id).copied().unwrap_or(0);
        let limit = match self.gates.get(id) {
            _ if channel.is_paused() || self.is_held(channel) => 0,
            Some(gate) if gate.open_at > now => 0,
            Some(_) => 1,
            None => PER_CHANNEL,
        };
        limit.saturating_sub(under_way)
    }

    /// Whether a channel's credentials do not work: by the last check, or by a call since.
    fn is_held(&self, channel: &Channel) -> bool {
        let is_mended =
            |since: &i64| channel.health() != Health::AuthBroken && channel.row.updated_at > *since;
        channel.health() == Health::AuthBroken
            || self.held.get(&channel.row.id).is_some_and(|since| !is_mended(since))
    }

    /// The channels whose credentials do not work.
    pub(super) fn broken(&self, app: &App) -> Vec<String> {
        let all = app.channels.all();
        all.iter().filter(|channel| self.is_held(channel)).map(|channel| channel.row.id.clone()).collect()
    }

    /// Notes that a channel's credentials do not work since now.
    pub(super) fn hold(&mut self, channel_id: &str, now: i64) {
        self.held.insert(channel_id.to_owned(), now);
    }

    /// Remembers that something may be held on a channel whose credentials do not work.
    pub(super) fn remember_held(&mut self, channel_id: &str, now: i64) {
        self.held.entry(channel_id.to_owned()).or_insert(now - 1);
    }

    /// The channels that were mended since their deliveries were held; they are held no longer.
    pub(super) fn mended(&mut self, app: &App) -> Vec<String> {
        let all = app.channels.all();
        let mended: Vec<String> = all
            .iter()
            .filter(|channel| self.held.contains_key(&channel.row.id) && !self.is_held(channel))
            .map(|channel| channel.row.id.clone())
            .collect();
        for id in &mended {
            self.held.remove(id);
            self.gates.remove(id);
        }
        mended
    }

    /// Forgets the gates that somebody's resume has opened in the database.
    pub(super) fn keep_gates(&mut self, rows: Vec<GateRow>) {
        self.gates = rows.into_iter().map(|gate| (gate.channel_id.clone(), gate)).collect();
    }

    /// Notes that a call is under way.
    pub(super) fn begin(&mut self, channel_id: &str) {
        *self.under_way.entry(channel_id.to_owned()).or_default() += 1;
    }

    /// Notes that a call has ended.
    pub(super) fn end(&mut self, channel_id: &str) {
        if let Some(count) = self.under_way.get_mut(channel_id) {
            *count = count.saturating_sub(1);
        }
    }

    /// How many calls are under way.
    pub(super) fn under_way(&self) -> usize {
        self.under_way.values().sum()
    }

    /// Notes a good answer; `true` where it opens the channel's gate.
    pub(super) fn good(&mut self, channel_id: &str) -> bool {
        self.stumbles.remove(channel_id);
        self.gates.remove(channel_id).is_some()
    }

    /// Notes a passing failure; the gate that it closes, where it is one too many.
    pub(super) fn stumble(
        &mut self,
        channel_id: &str,
        host: &str,
        reason: &str,
        now: i64,
    ) -> Option<GateRow> {
        let count = self.stumbles.entry(channel_id.to_owned()).or_default();
        *count += 1;
        if *count < STUMBLES && !self.gates.contains_key(channel_id) {
            return None;
        }
        Some(self.close(channel_id, host, Class::Failing, reason, None, now))
    }

    /// Closes a channel's gate, each time in a row for longer.
    pub(super) fn close(
        &mut self,
        channel_id: &str,
        host: &str,
        class: Class,
        reason: &str,
        asked: Option<i64>,
        now: i64,
    ) -> GateRow {
        let before = self.gates.get(channel_id);
        let failures = before.map_or(1, |gate| gate.failures + 1);
        let pause = match class {
            Class::Quota => asked.unwrap_or(QUOTA).max(QUOTA),
            Class::Throttled | Class::Failing => wait(channel_id, failures, asked),
        };
        let open_at = before.map_or(0, |gate| gate.open_at).max(now + pause);
        let gate = GateRow {
            channel_id: channel_id.to_owned(),
            host: host.to_owned(),
            open_at,
            failures,
            reason: reason.to_owned(),
            class: class.name().to_owned(),
        };
        self.gates.insert(channel_id.to_owned(), gate.clone());
        gate
    }

    /// When the next closed gate lets its probe through.
    pub(super) fn next_open(&self, now: i64) -> Option<i64> {
        self.gates.values().map(|gate| gate.open_at).filter(|at| *at > now).min()
    }
}
