//! The one worker: takes the oldest webhooks that wait, reads them, has them applied.

use std::collections::HashSet;
use std::time::Duration;

use futures::FutureExt;
use tracing::{error, warn};

use super::marker::Marker;
use super::plan::LaneKey;
use super::poison::{self, TRIES};
use super::read::{Webhook, read};
use super::texts::{FetchText, Texts};
use crate::app::App;
use crate::store::rows::journal::{self, JournalStateRow};
use crate::store::{Result, StoreError, Topic};

/// At most so many webhooks in one slice.
const MOST: usize = 256;
/// At least so many, however slow the machine.
const LEAST: usize = 16;
/// How long a slice may hold the writer.
const SLICE: Duration = Duration::from_millis(5);
/// How long nothing is tried after an error that is no row's fault.
const PAUSE: Duration = Duration::from_millis(500);
/// After so long it is looked without being woken: on `PostgreSQL` another node may have written.
const LOOK: Duration = Duration::from_secs(1);

/// The pipeline's worker.
pub(super) struct Worker {
    app: App,
    marker: Marker,
    texts: Texts,
    fetch: FetchText,
    size: usize,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Something was worked.
    Worked,
    /// Nothing waits.
    Idle,
    /// What waits, waits for a text to be fetched.
    Fetching,
}

/// Works until the end.
pub(super) async fn run(app: App) {
    let shutdown = app.shutdown.clone();
    let mut worker = loop {
        match Worker::open(app.clone()).await {
            Ok(worker) => break worker,
            Err(error) => error!(%error, "the pipeline cannot start yet"),
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    };
    while !shutdown.is_cancelled() {
        let wait = match worker.step().await {
            Ok(Step::Worked) => continue,
            Ok(Step::Idle | Step::Fetching) => LOOK,
            Err(error) => {
                warn!(%error, "the pipeline pauses");
                PAUSE
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = app.wakes.wait(Topic::Pipeline) => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

impl Worker {
    pub(super) async fn new(app: App) -> Result<Self> {
        Self::open(app).await
    }

    /// Reads what the process before left. A row that was being worked alone has used up a try.
    async fn open(app: App) -> Result<Self> {
        let (marker, alone) = Marker::open(app.data_dir.join("pipeline.marker"));
        let worker = Self { fetch: super::fetcher(&app), app, marker, texts: Texts::default(), size: MOST };
        if let Some(id) = alone {
            worker.count_try(id).await?;
        }
        Ok(worker)
    }

    async fn count_try(&self, id: String) -> Result<()> {
        let mut tx = self.app.db.read().await?;
        let row = journal::pending_row(&mut tx, &id).await?;
        drop(tx);
        let Some(tries) = row.map(|row| row.tries + 1) else { return Ok(()) };
        let is_last = tries >= TRIES;
        warn!(journal_id = %id, tries, "the process ended while it worked this webhook");
        let row = JournalStateRow {
            journal_id: id,
            state: if is_last { "parked" } else { "pending" }.to_owned(),
            tries,
            error: is_last.then(|| format!("the process ended {tries} times while it worked this webhook")),
            next_at: None,
        };
        self.app.writer.run(move |tx| async move { journal::put_states(tx, &[row]).await }.boxed()).await
    }

    pub(super) async fn drain(&mut self) -> Result<()> {
        loop {
            match self.step().await? {
                Step::Worked => {}
                Step::Idle => return Ok(()),
                Step::Fetching => self.app.wakes.wait(Topic::Pipeline).await,
            }
        }
    }

    async fn step(&mut self) -> Result<Step> {
        let limit = i64::try_from(self.size).unwrap_or(i64::MAX);
        let mut tx = self.app.db.read().await?;
        let rows = journal::pending(&mut tx, limit).await?;
        drop(tx);
        if rows.is_empty() {
            self.marker.rest();
            self.texts.rest();
            return Ok(Step::Idle);
        }
        let mut webhooks = Vec::with_capacity(rows.len());
        for row in rows {
            let large = super::large_body(&self.app, row.body_ref.as_deref()).await;
            webhooks.push(read(&self.app, row, large));
        }
        let webhooks = self.ready(webhooks);
        let batch = self.harmless(webhooks);
        if batch.is_empty() {
            return Ok(Step::Fetching);
        }
        self.work(batch).await?;
        Ok(Step::Worked)
    }

    async fn work(&mut self, batch: Vec<Webhook>) -> Result<(), StoreError> {
        let ids: Vec<String> = batch.iter().map(|webhook| webhook.id.clone()).collect();
        let count = batch.len();
        self.marker.begin(&ids);
        let started = self.app.clock.instant();
        poison::work(&self.app, batch.into()).await?;
        self.marker.end(&ids);
        self.pace(count, started.elapsed());
        Ok(())
    }

    /// Keeps slices short enough for everybody else who writes.
    fn pace(&mut self, count: usize, took: Duration) {
        if took > SLICE * 2 && count >= self.size / 2 {
            self.size = (self.size / 2).max(LEAST);
        } else if took < SLICE && count == self.size {
            self.size = (self.size * 2).min(MOST);
        }
    }

    /// Those whose long texts have come. Whatever follows one that waits, in any of its lanes, waits with it.
    fn ready(&self, webhooks: Vec<Webhook>) -> Vec<Webhook> {
        let mut held: HashSet<LaneKey> = HashSet::new();
        let mut ready = Vec::with_capacity(webhooks.len());
        for mut webhook in webhooks {
            let has_come = self.texts.fill(&self.app, &self.fetch, &mut webhook);
            let lanes = webhook.lanes();
            if has_come && !lanes.iter().any(|lane| held.contains(lane)) {
                ready.push(webhook);
            } else {
                held.extend(lanes);
            }
        }
        ready
    }

    /// The first webhooks that may be worked together: those that may have ended a process go alone.
    fn harmless(&self, mut webhooks: Vec<Webhook>) -> Vec<Webhook> {
        let first = webhooks.iter().position(|webhook| self.marker.suspects(&webhook.id));
        match first {
            None => {}
            Some(0) => webhooks.truncate(1),
            Some(first) => webhooks.truncate(first),
        }
        webhooks
    }
}

impl Webhook {
    fn lanes(&self) -> Vec<LaneKey> {
        let events = self.told.as_ref().map(|told| told.events.as_slice()).unwrap_or_default();
        events.iter().map(|event| (self.channel_id.clone(), event.lane.clone())).collect()
    }
}
