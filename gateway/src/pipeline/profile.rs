//! Asks platforms for the profiles of customers whom we do not know yet. A failing platform never hurts the intake.

use std::sync::Arc;
use std::time::Duration;

use futures::{FutureExt, StreamExt, stream};
use naru_core::adapter::{Failure, Job, Outcome, Recipient};
use naru_core::event::Profile;
use naru_core::ids::TraceId;
use naru_core::time::{HOUR, MINUTE, Millis};
use tracing::{debug, warn};

use crate::app::App;
use crate::channels::Channel;
use crate::desk::{Cause, Work, people_of};
use crate::outbox;
use crate::store::rows::contact::{self, IdentityRow};
use crate::store::{Result, Topic};

/// So many profiles are asked for at once.
const AT_ONCE: usize = 4;
/// So many accounts are looked up in one turn.
const BATCH: i64 = 32;
/// After so long it is looked without being woken.
const LOOK: Duration = Duration::from_secs(30);
/// The intake goes first: so long lies between two turns.
const PAUSE: Duration = Duration::from_millis(250);

/// Asks until the end.
pub(super) async fn run(app: App) {
    while !app.shutdown.is_cancelled() {
        let wakes = app.wakes.clone();
        let news = wakes.watch(Topic::Events);
        tokio::pin!(news);
        news.as_mut().enable();
        match turn(&app).await {
            Ok(0) => tokio::select! {
                () = app.shutdown.cancelled() => return,
                () = news => {}
                () = tokio::time::sleep(LOOK) => {}
            },
            Ok(_) => {}
            Err(error) => warn!(%error, "profiles could not be looked up"),
        }
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// Asks for the profiles that are wanted now; returns how many.
pub async fn turn(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let wanted = contact::profiles_wanted(&mut app.db.read().await?, now.0, BATCH).await?;
    let count = wanted.len();
    let asked = stream::iter(wanted).map(|identity| ask(app, identity)).buffer_unordered(AT_ONCE);
    for result in asked.collect::<Vec<_>>().await {
        result?;
    }
    Ok(count)
}

async fn ask(app: &App, identity: IdentityRow) -> Result<()> {
    let Some(channel) = app.channels.find(&identity.channel_id) else {
        return note(app, identity, Answered::Never, None).await;
    };
    let of = Recipient {
        external_id: identity.external_id.clone(),
        lane: identity.external_id.clone(),
        session: None,
    };
    let now = app.clock.now();
    let answered = match outbox::run_job(app, &channel, Job::Profile { of }).await {
        Ok(Outcome::Profile(profile)) => Answered::Told(profile),
        Ok(_) => Answered::Never,
        Err(failure) => {
            debug!(channel_id = %channel.row.id, ?failure, "a profile could not be read");
            later(&failure, now)
        }
    };
    note(app, identity, answered, Some(channel)).await
}

enum Answered {
    Told(Profile),
    Later(Millis),
    Never,
}

fn later(failure: &Failure, now: Millis) -> Answered {
    match failure {
        Failure::Retry { after_ms, .. } | Failure::Throttled { after_ms, .. } => {
            Answered::Later(now + after_ms.unwrap_or(0).max(10 * MINUTE))
        }
        Failure::AuthBroken { .. } => Answered::Later(now + HOUR),
        _ => Answered::Never,
    }
}

async fn note(
    app: &App,
    identity: IdentityRow,
    answered: Answered,
    channel: Option<Arc<Channel>>,
) -> Result<()> {
    let inner = app.clone();
    app.writer
        .run(move |tx| {
            async move {
                let now = inner.clock.now();
                let key = (identity.channel_id.as_str(), identity.external_id.as_str());
                let mut work = Work::new(&inner, now);
                work.load_lanes(tx, &[key]).await?;
                people_of(tx, &mut work, &[key]).await?;
                let Some(channel) = channel else {
                    return contact::put_identities(
                        tx,
                        &[IdentityRow { profile_state: "failed".to_owned(), ..identity }],
                    )
                    .await;
                };
                let thread = work.thread_of_lane(key.0, key.1).cloned();
                let mut lane = work.open(&channel, thread);
                lane.meet(&(key.0.to_owned(), key.1.to_owned()));
                let cause = Cause {
                    trace_id: inner.ids.next::<TraceId>(now).to_string(),
                    causation_id: Some("profile".to_owned()),
                    event_id: None,
                    occurred_at: now,
                    received_at: now,
                };
                match answered {
                    Answered::Told(profile) => lane.learn_profile(profile, &cause)?,
                    Answered::Later(at) => lane.note_profile("wanted", Some(at)),
                    Answered::Never => lane.note_profile("failed", None),
                }
                let kept = lane.finish();
                work.keep(kept);
                work.write(tx).await
            }
            .boxed()
        })
        .await
}
