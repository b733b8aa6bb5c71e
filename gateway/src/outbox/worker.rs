//! The outbox's worker: a cycle of one transaction, then its calls, and again when one has ended or something came.
//!
//! While a cycle commits, further calls end and further messages come; they are in the next one. So a busy outbox
//! settles and claims many deliveries with one commit, and an idle one does nothing at all.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tracing::{Instrument, error, info_span};

use super::book::Book;
use super::cycle::{Turn, turn};
use super::exchange;
use super::running::Made;
use super::settle::{Finished, Started};
use crate::app::App;
use crate::store::rows::delivery;
use crate::store::{StoreError, Topic};

/// How many calls are under way at once.
const CALLS: usize = 256;
/// How many deliveries one cycle claims, and settles.
const BATCH: usize = 128;
/// How long to wait after a cycle that failed.
const AFTER_FAULT: Duration = Duration::from_millis(500);

/// Starts the worker. It ends with the process, after the calls that are under way.
pub fn start(app: &App) {
    app.tasks.spawn(Worker::run(app.clone()));
}

struct Worker {
    app: App,
    book: Book,
    /// Calls that have ended and are not settled yet.
    ended: Vec<Finished>,
    back: UnboundedSender<Finished>,
    inbox: UnboundedReceiver<Finished>,
}

impl Worker {
    async fn run(app: App) {
        let (back, inbox) = unbounded_channel();
        let Some(book) = resume(&app).await else { return };
        let mut worker = Self { app, book, ended: Vec::new(), back, inbox };
        let mut next: Option<i64> = None;
        let mut is_more = true;
        while worker.wait(next, is_more).await {
            match worker.cycle().await {
                Ok((due, more)) => (next, is_more) = (due, more),
                Err(error) => {
                    error!(%error, "the outbox could not be worked; it is tried again");
                    tokio::time::sleep(AFTER_FAULT).await;
                    is_more = true;
                }
            }
        }
    }

    /// Waits for something to do; `false` when the process ends and every call was settled.
    async fn wait(&mut self, next: Option<i64>, is_more: bool) -> bool {
        let is_ending = self.app.shutdown.is_cancelled();
        if is_ending && self.book.under_way() == 0 && self.ended.is_empty() {
            return false;
        }
        if !is_more || is_ending {
            let now = self.app.clock.now().0;
            let pause = next.map(|at| Duration::from_millis(u64::try_from(at - now).unwrap_or(0)));
            tokio::select! {
                () = self.app.shutdown.cancelled(), if !is_ending => {}
                Some(finished) = self.inbox.recv() => self.ended.push(finished),
                () = self.app.wakes.wait(Topic::Outbox), if !is_ending => {}
                () = tokio::time::sleep(pause.unwrap_or(Duration::MAX)), if pause.is_some() && !is_ending => {}
            }
        }
        while self.ended.len() < BATCH {
            let Ok(finished) = self.inbox.try_recv() else { break };
            self.ended.push(finished);
        }
        true
    }

    async fn cycle(&mut self) -> Result<(Option<i64>, bool), StoreError> {
        let free = CALLS.saturating_sub(self.book.under_way());
        let limit = if self.app.shutdown.is_cancelled() { 0 } else { free.min(BATCH) };
        let finished = Arc::new(self.ended.clone());
        let (app, book) = (self.app.clone(), self.book.clone());
        let done: Turn = self
            .app
            .writer
            .run::<Turn, StoreError, _>(move |tx| {
                Box::pin(async move { turn(tx, &app, book, finished, limit).await })
            })
            .await?;
        self.ended.clear();
        self.book = done.book;
        for started in done.started {
            self.call(started);
        }
        Ok((done.next_due, done.is_more && self.book.under_way() < CALLS))
    }

    fn call(&self, started: Started) {
        let (app, back) = (self.app.clone(), self.back.clone());
        let Started { running, call } = started;
        let span = info_span!("delivery", trace_id = running.row.trace_id, delivery_id = running.row.id);
        let work = async move {
            let made = AssertUnwindSafe(exchange::make(&app, &running.channel, &call)).catch_unwind().await;
            // A fault of ours in the midst of a call: nobody knows whether it left.
            let made = made.map_or_else(|_| Made::Lost("a fault in the call".to_owned()), |(made, _)| made);
            // The worker is gone only when the process ends; the call's row then counts as lost.
            let _ = back.send(Finished { running, call, made });
        };
        self.app.tasks.spawn(work.instrument(span));
    }
}

/// Makes due what was being called when the process ended, and reads the gates.
async fn resume(app: &App) -> Option<Book> {
    loop {
        let now = app.clock.now().0;
        let read = app
            .writer
            .run::<Book, StoreError, _>(move |tx| {
                Box::pin(async move {
                    delivery::resume(tx, now).await?;
                    Book::read(tx).await
                })
            })
            .await;
        match read {
            Ok(book) => return Some(book),
            Err(StoreError::Stopped) => return None,
            Err(error) => {
                error!(%error, "the outbox could not be read; it is tried again");
                tokio::time::sleep(AFTER_FAULT).await;
            }
        }
    }
}
