//! The one writer: takes what is waiting, writes it in one transaction, answers everybody after one fsync.
//!
//! Per commit: journal rows (at most 256, or 4 MiB), commands (at most 64, each in a savepoint of its own), one slice
//! of the pipeline. Every class has its share in every commit, so none can starve another. It never waits for more.
//! `PostgreSQL` has the same loop twice: one for the journal, one for commands and slices.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};
use tracing::error;

use super::checkpoint::Checkpoints;
use super::error::{Result, StoreError};
use super::rows::journal::{self, JournalRow};
use super::{Db, Tx, Wakes};

const JOURNAL_ROWS: usize = 256;
const JOURNAL_BYTES: usize = 4 << 20;
const COMMANDS: usize = 64;
/// More journal rows than this waiting for the disk: ingress answers 503.
const JOURNAL_QUEUE: usize = 4096;
const COMMAND_QUEUE: usize = 4096;

/// Proof that a journal row's bytes are durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Journaled(());

struct JournalWork {
    row: JournalRow,
    done: oneshot::Sender<Result<Journaled>>,
}

/// Work inside the writer's transaction; what it returns is told to its sender once the commit is known.
type Work = Box<dyn for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Settled> + Send>;

struct Settled {
    keep: bool,
    settle: Box<dyn FnOnce(Result<()>) + Send>,
}

/// The way to the one writer. Cheap to clone.
#[derive(Clone)]
pub struct Writer {
    journal: mpsc::Sender<JournalWork>,
    commands: mpsc::Sender<Work>,
    slices: mpsc::Sender<Work>,
}

impl Writer {
    /// Starts the writer's tasks. They end when every `Writer` is dropped.
    pub fn start(db: &Db, wakes: &Wakes) -> Self {
        let (journal, journal_rx) = mpsc::channel(JOURNAL_QUEUE);
        let (commands, commands_rx) = mpsc::channel(COMMAND_QUEUE);
        let (slices, slices_rx) = mpsc::channel(1);
        let start = |journal, commands, slices| {
            let (db, wakes, checkpoints) = (db.clone(), wakes.clone(), Checkpoints::start(db));
            tokio::spawn(Loop { db, wakes, checkpoints, journal, commands, slices }.run())
        };
        if db.is_postgres() {
            start(journal_rx, mpsc::channel(1).1, mpsc::channel(1).1);
            start(mpsc::channel(1).1, commands_rx, slices_rx);
        } else {
            start(journal_rx, commands_rx, slices_rx);
        }
        Self { journal, commands, slices }
    }

    /// Writes a journal row and returns once its bytes are durable. [`StoreError::Full`] when too many are waiting.
    pub async fn journal(&self, row: JournalRow) -> Result<Journaled> {
        let (done, answer) = oneshot::channel();
        self.journal.try_send(JournalWork { row, done }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Full,
            mpsc::error::TrySendError::Closed(_) => StoreError::Stopped,
        })?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    /// Runs a command in a savepoint of the next commit and returns once it is durable. An `Err` of the command rolls
    /// its own writes back and touches nobody else's.
    pub async fn run<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        submit(&self.commands, work).await
    }

    /// Runs one slice of the pipeline; only one is in a commit.
    pub async fn slice<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        submit(&self.slices, work).await
    }
}

async fn submit<T, E, F>(queue: &mpsc::Sender<Work>, work: F) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
{
    let (done, answer) = oneshot::channel::<Result<T, E>>();
    let boxed: Work = Box::new(move |tx| {
        async move {
            let result = work(tx).await;
            let keep = result.is_ok();
            let settle = move |commit: Result<()>| {
                let told = match commit {
                    Err(error) if keep => Err(E::from(error)),
                    _ => result,
                };
                // A sender that no longer listens was cancelled; the write stands all the same.
                let _ = done.send(told);
            };
            Settled { keep, settle: Box::new(settle) }
        }
        .boxed()
    });
    queue.send(boxed).await.map_err(|_| StoreError::Stopped)?;
    answer.await.map_err(|_| E::from(StoreError::Stopped))?
}

#[derive(Default)]
struct Batch {
    journal: Vec<JournalWork>,
    journal_bytes: usize,
    work: Vec<Work>,
}

impl Batch {
    fn add_journal(&mut self, work: JournalWork) {
        self.journal_bytes += work.row.body.len();
        self.journal.push(work);
    }

    fn journal_is_full(&self) -> bool {
        self.journal.len() >= JOURNAL_ROWS || self.journal_bytes >= JOURNAL_BYTES
    }
}

struct Loop {
    db: Db,
    wakes: Wakes,
    checkpoints: Option<Checkpoints>,
    journal: mpsc::Receiver<JournalWork>,
    commands: mpsc::Receiver<Work>,
    slices: mpsc::Receiver<Work>,
}

impl Loop {
    async fn run(mut self) {
        while let Some(batch) = self.gather().await {
            self.write(batch).await;
            if let Some(checkpoints) = &self.checkpoints {
                checkpoints.committed().await;
            }
        }
    }

    /// Waits for the first piece of work, then takes what is waiting besides it.
    async fn gather(&mut self) -> Option<Batch> {
        let mut batch = Batch::default();
        tokio::select! {
            Some(work) = self.journal.recv() => batch.add_journal(work),
            Some(work) = self.commands.recv() => batch.work.push(work),
            Some(work) = self.slices.recv() => batch.work.push(work),
            else => return None,
        }
        while !batch.journal_is_full() {
            let Ok(work) = self.journal.try_recv() else { break };
            batch.add_journal(work);
        }
        while batch.work.len() < COMMANDS {
            let Ok(work) = self.commands.try_recv() else { break };
            batch.work.push(work);
        }
        batch.work.extend(self.slices.try_recv());
        Some(batch)
    }

    async fn write(&self, batch: Batch) {
        let (rows, journal): (Vec<_>, Vec<_>) = batch.journal.into_iter().map(|w| (w.row, w.done)).unzip();
        let mut settled = Vec::with_capacity(batch.work.len());
        let outcome = self.transact(&rows, batch.work, &mut settled).await;
        if let Err(error) = &outcome {
            error!(%error, rows = rows.len(), "a commit failed");
        }
        let copy = || outcome.as_ref().map(drop).map_err(|error| StoreError::Commit(error.to_string()));
        for done in journal {
            let _ = done.send(copy().map(|()| Journaled(())));
        }
        for work in settled {
            (work.settle)(copy());
        }
        if let Ok(touched) = outcome {
            self.wakes.wake_all(touched);
        }
    }

    async fn transact(
        &self,
        rows: &[JournalRow],
        work: Vec<Work>,
        settled: &mut Vec<Settled>,
    ) -> Result<super::wake::Touched> {
        let mut tx = self.db.write().await?;
        journal::insert(&mut tx, rows).await?;
        for work in work {
            tx.execute("SAVEPOINT work").await?;
            match AssertUnwindSafe(work(&mut tx)).catch_unwind().await {
                Ok(done) => {
                    let keep = done.keep;
                    settled.push(done);
                    end_savepoint(&mut tx, keep).await?;
                }
                // Its sender is told by the drop of its channel.
                Err(_panic) => end_savepoint(&mut tx, false).await?,
            }
        }
        tx.commit().await
    }
}

async fn end_savepoint(tx: &mut Tx, keep: bool) -> Result<()> {
    if !keep {
        tx.execute("ROLLBACK TO SAVEPOINT work").await?;
    }
    tx.execute("RELEASE SAVEPOINT work").await
}
