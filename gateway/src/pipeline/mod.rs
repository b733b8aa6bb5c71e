//! From journal row to inbox: reads webhooks into events, and applies events to conversations, set by set.
//!
//! One worker takes the oldest rows that wait, reads them, and applies them in one slice of the writer's next commit.
//! Order is kept per lane (channel and external conversation). What fails is parked and visible; nothing is lost.

mod apply;
mod failpoint;
mod marker;
mod plan;
mod poison;
pub mod profile;
mod read;
pub mod replay;
mod texts;
mod worker;

#[doc(hidden)]
pub use failpoint::arm as arm_failpoint;
pub(crate) use poison::is_passing;
pub use texts::{FetchText, Fetched};

use std::sync::Arc;

use naru_core::event::Event;
use naru_core::ids::TraceId;

use crate::app::App;
use crate::channels::Channel;
use crate::store::rows::{event, journal};
use crate::store::{Result, Tx};

/// Starts the pipeline's worker, the timers' and the profiles' in `app.tasks`; they end with `app.shutdown`.
pub fn start(app: &App) {
    app.tasks.spawn(worker::run(app.clone()));
    app.tasks.spawn(crate::timers::run(app.clone()));
    app.tasks.spawn(profile::run(app.clone()));
}

/// Works everything that waits, until nothing does: for commands and tests that have no worker running.
pub async fn drain(app: &App) -> Result<()> {
    worker::Worker::new(app.clone()).await?.drain().await
}

/// Applies events that no journal row brings and that are kept nowhere (the web chat's typing and read marks): now,
/// or not at all.
pub async fn pass(app: &App, channel: &Arc<Channel>, events: Vec<Event>) -> Result<()> {
    let now = app.clock.now();
    let told = read::Told { channel: Arc::clone(channel), events };
    let webhook = read::Webhook {
        id: String::new(),
        trace_id: app.ids.next::<TraceId>(now).to_string(),
        arrived: now,
        tries: 0,
        channel_id: channel.row.id.clone(),
        told: Ok(told),
    };
    let gateway = app.clone();
    app.writer.run(move |tx| Box::pin(async move { apply::pass(tx, &gateway, webhook, now).await })).await
}

/// Counts a try of the webhook that the process before this one was working alone, and parks it at the third.
pub async fn recover(app: &App) -> Result<()> {
    worker::Worker::new(app.clone()).await.map(drop)
}

/// Lets a parked or skipped journal row be worked again, with all its effects. `false` where it is neither.
pub async fn retry(tx: &mut Tx, journal_id: &str) -> Result<bool> {
    journal::retry(tx, journal_id).await
}

/// Gives up what waits of a journal row; the events behind it in its lanes go on. `false` where nothing waits.
pub async fn skip(tx: &mut Tx, journal_id: &str) -> Result<bool> {
    if !journal::skip(tx, journal_id).await? {
        return Ok(false);
    }
    let events = event::of_journal(tx, journal_id).await?;
    let waiting: Vec<_> = events.into_iter().filter(|event| event.state.is_some()).collect();
    let ids: Vec<String> = waiting.iter().map(|event| event.id.clone()).collect();
    event::done(tx, &ids).await?;
    let channel = journal::get(tx, journal_id).await?.map(|row| row.channel_id).unwrap_or_default();
    let lanes: Vec<(String, String)> =
        waiting.into_iter().map(|event| (channel.clone(), event.lane)).collect();
    journal::release(tx, &lanes).await?;
    Ok(true)
}

/// Where long texts come from.
fn fetcher(app: &App) -> FetchText {
    let app = app.clone();
    std::sync::Arc::new(move |channel, url| {
        let app = app.clone();
        Box::pin(async move { crate::media::fetch_text(&app, &channel, &url).await })
    })
}

/// A body that lies in the media store.
async fn large_body(app: &App, sha256: Option<&str>) -> Option<bytes::Bytes> {
    let sha256 = sha256?;
    match app.media.read_bytes(sha256).await {
        Ok(body) => Some(body),
        Err(error) => {
            tracing::warn!(%error, %sha256, "a large body cannot be read from the media store");
            None
        }
    }
}
