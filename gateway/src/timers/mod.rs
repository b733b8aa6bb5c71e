//! Works what was waited for. Timers are rows: what fell due while nothing ran is worked at the start.

use std::time::Duration;

use futures::FutureExt;
use naru_core::desk::Due;
use naru_core::time::Millis;
use tracing::{error, warn};

use crate::app::App;
use crate::desk::commands;
use crate::pipeline::is_passing;
use crate::store::rows::timer::{self, TimerRow};
use crate::store::{Result, Topic, Tx};

/// So many timers in one command.
const BATCH: i64 = 32;
/// After so long it is looked without being woken.
const LOOK: Duration = Duration::from_secs(30);
/// How long nothing is tried after an error.
const PAUSE: Duration = Duration::from_secs(1);

/// Works timers until the end.
pub async fn run(app: App) {
    while !app.shutdown.is_cancelled() {
        let wait = match work_due(&app).await {
            Ok(0) => until_next(&app).await.unwrap_or(PAUSE),
            Ok(_) => continue,
            Err(error) => {
                error!(%error, "timers could not be worked");
                PAUSE
            }
        };
        tokio::select! {
            () = app.shutdown.cancelled() => {}
            () = app.wakes.wait(Topic::Timers) => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

async fn until_next(app: &App) -> Result<Duration> {
    let next = timer::next(&mut app.db.read().await?).await?;
    let wait = next.map_or(LOOK, |at| {
        Duration::from_millis(u64::try_from(Millis(at).since(app.clock.now())).unwrap_or(0))
    });
    Ok(wait.clamp(Duration::from_millis(1), LOOK))
}

/// Works the timers that are due, oldest first, in one command; returns how many. When one of them cannot be worked,
/// each is worked alone, and that one is dropped.
pub async fn work_due(app: &App) -> Result<usize> {
    match work_batch(app, BATCH, OnError::Fail).await {
        Err(error) if !is_passing(app, &error) => {
            warn!(%error, "timers are worked one by one");
            work_batch(app, 1, OnError::Drop).await
        }
        result => result,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum OnError {
    Fail,
    Drop,
}

async fn work_batch(app: &App, limit: i64, on_error: OnError) -> Result<usize> {
    let worked = attempt(app, limit).await;
    match worked {
        Err(error) if on_error == OnError::Drop && !is_passing(app, &error) => {
            error!(%error, "a timer cannot be worked and is dropped");
            let now = app.clock.now();
            app.writer.run(move |tx| async move { drop_first(tx, now).await }.boxed()).await.map(|()| 1)
        }
        result => result,
    }
}

async fn drop_first(tx: &mut Tx, now: Millis) -> Result<()> {
    let first = timer::due(tx, now.0, 1).await?;
    timer::delete(tx, &first.into_iter().map(|row| row.id).collect::<Vec<_>>()).await
}

async fn attempt(app: &App, limit: i64) -> Result<usize> {
    let inner = app.clone();
    app.writer
        .run(move |tx| {
            async move {
                let now = inner.clock.now();
                let due = timer::due(tx, now.0, limit).await?;
                let ids: Vec<String> = due.iter().map(|row| row.id.clone()).collect();
                timer::delete(tx, &ids).await?;
                for row in &due {
                    work_one(tx, &inner, row, now).await?;
                }
                Ok(due.len())
            }
            .boxed()
        })
        .await
}

async fn work_one(tx: &mut Tx, app: &App, row: &TimerRow, now: Millis) -> Result<()> {
    let Some(due) = Due::parse(&row.kind, row.number) else {
        warn!(kind = %row.kind, "a timer of an unknown kind is dropped");
        return Ok(());
    };
    commands::due(tx, app, &row.subject_id, due, now).await
}
