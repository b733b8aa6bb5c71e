//! Brings the media of customers' messages into the store: streamed, some per channel at once, from the platform's
//! hosts only. When one is there, or given up, its message says so and `message.media_ready` is told.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use naru_core::adapter::Failure;
use naru_core::content::{Block, Content, Media, MediaState};
use naru_core::ids::EventId;
use naru_core::time::{HOUR, Millis};
use serde_json::json;
use tokio::sync::mpsc;
use tracing::{debug, error, warn};

use super::Blob;
use super::describe::{clean_name, describe, fill};
use crate::app::App;
use crate::channels::Channel;
use crate::documents;
use crate::egress::{CallError, Sinking};
use crate::outbox;
use crate::store::rows::event::{self, DomainEventRow};
use crate::store::rows::media::{self, MediaRow};
use crate::store::rows::message;
use crate::store::{Result, StoreError, Topic, Tx};

/// How many media of one channel are fetched at once.
const PER_CHANNEL: usize = 4;
/// How many media are fetched at once.
const AT_ONCE: usize = 16;
/// How long one fetch may take.
const PATIENCE: Duration = Duration::from_mins(5);
/// After so many tries a medium is given up.
const TRIES: i64 = 12;
/// A medium that is not there after this time is given up.
const LONGEST: i64 = 6 * HOUR;
/// How long a text may take, and how many bytes of it are read.
const TEXT: (Duration, usize) = (Duration::from_secs(3), 1 << 20);

/// Starts the worker. It ends with the process.
pub fn start(app: &App) {
    app.tasks.spawn(work(app.clone()));
}

/// The hosts that may serve a channel's media: the platform's own, and those of the channel's base addresses.
pub fn hosts_of(channel: &Channel) -> Vec<String> {
    let own = channel.platform.media_hosts.iter().map(|host| (*host).to_owned());
    let bases = ["api_base", "upload_base", "content_base"].into_iter();
    let entered = bases.filter_map(|name| {
        let url = url::Url::parse(channel.settings.get(name)?.as_str()?).ok()?;
        url.host_str().map(str::to_owned)
    });
    own.chain(entered).collect()
}

/// Fetches the whole of a text that a platform cut (Kakao's long messages): 3 seconds, 1 MiB, the platform's hosts.
pub async fn fetch_text(app: &App, channel: &Channel, url: &str) -> Result<String, String> {
    let found = app.egress.fetch_text(url, &hosts_of(channel), TEXT.1, TEXT.0).await;
    found.map_err(|error| error.to_string())
}

struct Done {
    id: String,
    channel_id: String,
}

/// Looks for what is due whenever something came, a fetch ended, or a time has come.
async fn work(app: App) {
    let (done, mut ended) = mpsc::unbounded_channel::<Done>();
    let mut busy = Busy::default();
    let mut next = Some(app.clock.now().0);
    loop {
        let wait = next.map(|at| Duration::from_millis(u64::try_from(at - app.clock.now().0).unwrap_or(0)));
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = app.wakes.wait(Topic::Media) => {}
            Some(end) = ended.recv() => busy.forget(&end),
            () = tokio::time::sleep(wait.unwrap_or(Duration::MAX)), if wait.is_some() => {}
        }
        match look(&app, &mut busy, &done).await {
            Ok(due) => next = due,
            Err(error) => {
                error!(%error, "the media that are to be fetched could not be read");
                next = Some(app.clock.now().0 + 1_000);
            }
        }
    }
}

#[derive(Default)]
struct Busy {
    media: HashSet<String>,
    channels: HashMap<String, usize>,
}

impl Busy {
    fn forget(&mut self, done: &Done) {
        self.media.remove(&done.id);
        if let Some(count) = self.channels.get_mut(&done.channel_id) {
            *count = count.saturating_sub(1);
        }
    }

    /// Whether there is room for this one, which is then taken.
    fn take(&mut self, row: &MediaRow) -> bool {
        let channel = row.channel_id.clone().unwrap_or_default();
        let count = self.channels.entry(channel).or_default();
        if self.media.len() >= AT_ONCE || *count >= PER_CHANNEL || self.media.contains(&row.id) {
            return false;
        }
        *count += 1;
        self.media.insert(row.id.clone())
    }
}

/// Starts what is due and has room, and says when to look again without being told.
async fn look(app: &App, busy: &mut Busy, done: &mpsc::UnboundedSender<Done>) -> Result<Option<i64>> {
    let now = app.clock.now().0;
    let mut tx = app.db.read().await?;
    for row in media::due(&mut tx, now, 256).await? {
        if busy.take(&row) {
            let (app, done) = (app.clone(), done.clone());
            app.tasks.clone().spawn(async move {
                let end = Done { id: row.id.clone(), channel_id: row.channel_id.clone().unwrap_or_default() };
                if let Err(error) = fetch(&app, row).await {
                    error!(%error, media_id = end.id, "a fetched medium could not be recorded");
                }
                // The worker is gone only when the process ends.
                let _ = done.send(end);
            });
        }
    }
    media::next_due(&mut tx, now).await
}

async fn fetch(app: &App, mut row: MediaRow) -> Result<()> {
    let fetched = tokio::select! {
        () = app.shutdown.cancelled() => return Ok(()),
        fetched = bring(app, &row) => fetched,
    };
    match fetched {
        Ok((blob, name)) => {
            debug!(media_id = row.id, bytes = blob.size, trace_id = row.trace_id, "a medium was fetched");
            let described = describe(&app.media, &blob).await;
            if let Some(name) = name.filter(|_| is_bare(&row.name)) {
                row.name = clean_name(&name, &row.name);
            }
            fill(&mut row, &blob, &described);
        }
        Err(failure) => give_up_or_wait(&mut row, &failure, app.clock.now()),
    }
    let work_app = app.clone();
    app.writer
        .run::<(), StoreError, _>(move |tx| Box::pin(async move { record(tx, &work_app, row).await }))
        .await
}

/// Whether a name says no more than which kind of medium it is.
fn is_bare(name: &str) -> bool {
    matches!(name, "" | "image" | "file" | "video" | "audio")
}

async fn bring(app: &App, row: &MediaRow) -> Result<(Blob, Option<String>), Failure> {
    let broken = |reason: &str| Failure::Rejected { code: "source".to_owned(), reason: reason.to_owned() };
    let channel = row.channel_id.as_deref().and_then(|id| app.channels.find(id));
    let channel: Arc<Channel> = channel.ok_or_else(|| broken("the channel is gone"))?;
    let source: Option<Media> = row.source.as_deref().and_then(|source| serde_json::from_str(source).ok());
    match source {
        Some(Media::Platform(held)) => {
            outbox::fetch_medium(app, &channel, &held.reference, row).await.map(|blob| (blob, None))
        }
        Some(Media::Remote(remote)) => {
            let sink = Sinking { store: &app.media, limit: app.config.limits.fetch_bytes };
            let hosts = hosts_of(&channel);
            app.egress
                .fetch(&remote.url, Some(&hosts), sink, PATIENCE)
                .await
                .map_err(|error| classify(&error))
        }
        _ => Err(broken("there is no address to fetch it from")),
    }
}

fn classify(error: &CallError) -> Failure {
    let reason = error.to_string();
    match error {
        CallError::NotSent(_)
        | CallError::Lost(_)
        | CallError::Media(_)
        | CallError::Status(408 | 429 | 500..) => Failure::Retry { reason, after_ms: None },
        CallError::Forbidden(_) | CallError::TooLarge { .. } | CallError::Status(_) => {
            Failure::Rejected { code: "fetch".to_owned(), reason }
        }
    }
}

fn give_up_or_wait(row: &mut MediaRow, failure: &Failure, now: Millis) {
    row.tries += 1;
    let (reason, after) = match failure {
        Failure::Retry { reason, after_ms } | Failure::Throttled { reason, after_ms, .. } => {
            (reason, Some(outbox::wait(&row.id, row.tries, *after_ms)))
        }
        Failure::AuthBroken { reason } => (reason, Some(outbox::wait(&row.id, row.tries.max(6), None))),
        Failure::Rejected { reason, .. }
        | Failure::SessionClosed { reason }
        | Failure::Unknown { reason } => (reason, None),
    };
    row.reason = Some(reason.clone());
    let is_late = row.tries >= TRIES || now.0 - row.created_at > LONGEST;
    row.next_at = after.filter(|_| !is_late).map(|after| (now + after).0);
    if row.next_at.is_none() {
        warn!(media_id = row.id, reason, trace_id = row.trace_id, "a medium was given up");
        "failed".clone_into(&mut row.state);
    }
}

/// Writes what became of a medium, into its message too, and tells the subscribers once it is settled.
async fn record(tx: &mut Tx, app: &App, row: MediaRow) -> Result<()> {
    media::put(tx, std::slice::from_ref(&row)).await?;
    if row.state == "pending" {
        return Ok(());
    }
    let Some(mut known) = (match &row.message_id {
        Some(id) => message::get(tx, id).await?,
        None => None,
    }) else {
        return Ok(());
    };
    let mut content: Content = documents::stored("message.content", &known.content)?;
    if mark(&mut content, &row) {
        known.content = serde_json::to_string(&content)
            .map_err(|source| StoreError::Document { what: "message.content", source })?;
        message::put(tx, std::slice::from_ref(&known)).await?;
    }
    let now = app.clock.now();
    let data = json!({
        "message": documents::message(&known, None)?,
        "media": {"id": row.id, "state": row.state, "reason": row.reason, "name": row.name, "mime": row.mime,
            "size": row.size, "url": row.url(&app.public_url)},
    });
    let mut news = [DomainEventRow {
        position: 0,
        id: app.ids.next::<EventId>(now).to_string(),
        r#type: "message.media_ready".to_owned(),
        channel_id: row.channel_id,
        conversation_id: Some(known.conversation_id),
        seq: Some(known.seq),
        occurred_at: now.0,
        received_at: now.0,
        causation_id: known.event_id,
        trace_id: Some(known.trace_id),
        data: data.to_string(),
    }];
    event::append(tx, &mut news).await
}

/// Writes a medium's state into the blocks that show it; `false` where none does, e.g. after an unsend.
fn mark(content: &mut Content, row: &MediaRow) -> bool {
    let mut is_shown = false;
    for block in &mut content.blocks {
        let (Block::Image(block) | Block::File(block) | Block::Video(block) | Block::Audio(block)) = block
        else {
            continue;
        };
        let Media::Stored(stored) = &mut block.media else { continue };
        if stored.id.to_string() == row.id {
            let is_ready = row.state == "ready";
            stored.state = Some(if is_ready { MediaState::Ready } else { MediaState::Failed });
            stored.reason = row.reason.clone().filter(|_| !is_ready);
            stored.mime.clone_from(&row.mime);
            stored.size = row.size.and_then(|size| u64::try_from(size).ok());
            is_shown = true;
        }
    }
    is_shown
}
