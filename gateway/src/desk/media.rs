//! Media of messages that come in: their blocks appear at once, their bytes follow.

use naru_core::content::{Block, Content, Media, MediaBlock, MediaState, StoredMedia};
use naru_core::ids::{MediaId, MessageId};
use serde::Serialize;
use sqlx::FromRow;

use super::effects::json_of;
use super::thread::Thread;
use super::work::{Cause, Output, Work};
use crate::store::{Bulk, Kind, Result, Topic, Tx, rows_of};

/// A medium that is to be fetched, or that came before its message.
#[derive(Clone, Debug, Serialize)]
pub(super) struct NewMedia {
    id: String,
    token: String,
    name: String,
    duration_ms: Option<i64>,
    state: &'static str,
    /// A `naru_core::content::Media` as JSON: where its bytes are.
    source: String,
    channel_id: String,
    conversation_id: String,
    message_id: String,
    next_at: i64,
    trace_id: String,
    created_at: i64,
}

/// What is known of a medium that came before its message (the web chat's uploads).
#[derive(Clone, Debug, FromRow)]
pub(super) struct MediaBrief {
    pub id: String,
    pub channel_id: Option<String>,
    pub message_id: Option<String>,
    pub mime: Option<String>,
    pub size: Option<i64>,
    pub state: String,
}

const BRIEFS: [&str; 2] = [
    "SELECT id, channel_id, message_id, mime, size, state FROM media WHERE id IN (SELECT value FROM json_each($1))",
    "SELECT id, channel_id, message_id, mime, size, state FROM media \
     WHERE id IN (SELECT jsonb_array_elements_text($1::jsonb))",
];

static INSERT: Bulk = Bulk::new(
    "INSERT INTO media (id, token, name, duration_ms, state, source, channel_id, conversation_id, message_id, tries, \
     next_at, trace_id, created_at) SELECT r.id, r.token, r.name, r.duration_ms, r.state, r.source, r.channel_id, \
     r.conversation_id, r.message_id, 0, r.next_at, r.trace_id, r.created_at FROM",
    &[
        ("id", Kind::Text),
        ("token", Kind::Text),
        ("name", Kind::Text),
        ("duration_ms", Kind::Integer),
        ("state", Kind::Text),
        ("source", Kind::Text),
        ("channel_id", Kind::Text),
        ("conversation_id", Kind::Text),
        ("message_id", Kind::Text),
        ("next_at", Kind::Integer),
        ("trace_id", Kind::Text),
        ("created_at", Kind::Integer),
    ],
    "",
);

static ATTACH: Bulk = Bulk::new(
    "UPDATE media SET conversation_id = r.conversation_id, message_id = r.message_id FROM",
    &[("id", Kind::Text), ("conversation_id", Kind::Text), ("message_id", Kind::Text)],
    "WHERE media.id = r.id AND media.message_id IS NULL",
);

/// What is known of media.
pub(super) async fn briefs(tx: &mut Tx, ids: &[String]) -> Result<Vec<MediaBrief>> {
    rows_of(tx, BRIEFS, ids).await
}

/// Stores media that are to be fetched, and gives those that came before to their messages.
pub(super) async fn write(tx: &mut Tx, new: &[NewMedia], attached: &[NewMedia]) -> Result<()> {
    if INSERT.run(tx, new).await? > 0 {
        tx.touch(Topic::Media);
    }
    ATTACH.run(tx, attached).await.map(drop)
}

/// The media of a content's blocks.
pub(crate) fn stored_media(content: &Content) -> impl Iterator<Item = &Media> {
    content.blocks.iter().filter_map(|block| match block {
        Block::Image(m) | Block::File(m) | Block::Video(m) | Block::Audio(m) => Some(&m.media),
        _ => None,
    })
}

/// Turns every medium of a content into a stored one that is pending, and notes what is to be fetched.
pub(super) fn take(
    content: &mut Content,
    out: &mut Output,
    work: &Work,
    thread: &Thread,
    message: MessageId,
    cause: &Cause,
) {
    for block in &mut content.blocks {
        let (media, name) = match block {
            Block::Image(media) => (media, "image"),
            Block::File(media) => (media, "file"),
            Block::Video(media) => (media, "video"),
            Block::Audio(media) => (media, "audio"),
            _ => continue,
        };
        match &media.media {
            Media::Stored(_) => came_before(media, out, work, thread, message, cause),
            Media::Remote(_) | Media::Platform(_) => pending(media, name, out, work, thread, message, cause),
        }
    }
}

/// The same for a content of which some media are in the store already: those stay as they are.
pub(super) fn take_new(
    content: &mut Content,
    out: &mut Output,
    work: &Work,
    thread: &Thread,
    message: MessageId,
    cause: &Cause,
) {
    for block in &mut content.blocks {
        let (Block::Image(media) | Block::File(media) | Block::Video(media) | Block::Audio(media)) = block
        else {
            continue;
        };
        if !matches!(media.media, Media::Stored(_)) {
            pending(media, "file", out, work, thread, message, cause);
        }
    }
}

fn pending(
    block: &mut MediaBlock,
    fallback: &str,
    out: &mut Output,
    work: &Work,
    thread: &Thread,
    message: MessageId,
    cause: &Cause,
) {
    let id: MediaId = work.app.ids.next(work.now);
    let state = Some(MediaState::Pending);
    let held = Media::Stored(StoredMedia { id, state, reason: None, mime: None, size: None });
    let source = std::mem::replace(&mut block.media, held);
    let mut row = row(id, block, work, thread, message, cause);
    row.source = json_of(&source);
    if row.name.is_empty() {
        fallback.clone_into(&mut row.name);
    }
    out.media.push(row);
}

/// An upload belongs to the first message that names it; what is not there, or somebody else's, is said to be missing.
fn came_before(
    block: &mut MediaBlock,
    out: &mut Output,
    work: &Work,
    thread: &Thread,
    message: MessageId,
    cause: &Cause,
) {
    let Media::Stored(stored) = &mut block.media else { return };
    let id = stored.id;
    let brief = work.media.get(&id.to_string()).filter(|brief| {
        brief.message_id.is_none() && brief.channel_id.as_deref().is_none_or(|c| c == thread.channel_id())
    });
    let Some(brief) = brief else {
        stored.state = Some(MediaState::Failed);
        stored.reason = Some("there is no such upload".to_owned());
        return;
    };
    stored.mime.clone_from(&brief.mime);
    stored.size = brief.size.and_then(|size| u64::try_from(size).ok());
    stored.state = Some(match brief.state.as_str() {
        "ready" => MediaState::Ready,
        "failed" => MediaState::Failed,
        _ => MediaState::Pending,
    });
    let row = row(id, block, work, thread, message, cause);
    out.attached.push(row);
}

fn row(
    id: MediaId,
    block: &MediaBlock,
    work: &Work,
    thread: &Thread,
    message: MessageId,
    cause: &Cause,
) -> NewMedia {
    NewMedia {
        id: id.to_string(),
        token: crate::clock::token::<24>(),
        name: block.name.clone().unwrap_or_default(),
        duration_ms: block.duration_ms.and_then(|millis| i64::try_from(millis).ok()),
        state: "pending",
        source: String::new(),
        channel_id: thread.channel_id().to_owned(),
        conversation_id: thread.id().to_owned(),
        message_id: message.to_string(),
        next_at: work.now.0,
        trace_id: cause.trace_id.clone(),
        created_at: work.now.0,
    }
}
