//! What is known of media; their bytes lie in the media store.

use naru_core::downgrade::MediaFacts;
use serde::Serialize;
use sqlx::FromRow;

use crate::store::{Bulk, Kind, Result, Topic, Tx, on, rows_of};

/// One medium.
#[derive(Clone, Debug, PartialEq, FromRow, Serialize)]
pub struct MediaRow {
    /// Its id.
    pub id: String,
    /// The unguessable part of its public address.
    pub token: String,
    /// The hash of its bytes, once they are there.
    pub sha256: Option<String>,
    /// Its name for people, cleaned.
    pub name: String,
    /// Its type by its first bytes.
    pub mime: Option<String>,
    /// Its length in bytes.
    pub size: Option<i64>,
    /// Pixels, where it is a picture.
    pub width: Option<i64>,
    /// Pixels, where it is a picture.
    pub height: Option<i64>,
    /// Milliseconds, where it plays and that is known.
    pub duration_ms: Option<i64>,
    /// `pending`, `ready` or `failed`.
    pub state: String,
    /// Why it failed.
    pub reason: Option<String>,
    /// `naru_core::content::Media` as JSON: where its bytes are to be fetched.
    pub source: Option<String>,
    /// The channel.
    pub channel_id: Option<String>,
    /// The conversation.
    pub conversation_id: Option<String>,
    /// The message.
    pub message_id: Option<String>,
    /// How often fetching it has failed.
    pub tries: i64,
    /// When it is fetched next.
    pub next_at: Option<i64>,
    /// What ties it to its message.
    pub trace_id: Option<String>,
    /// When it became known.
    pub created_at: i64,
}

impl MediaRow {
    /// What an adapter and the downgrade must know of it; `None` before its bytes are there.
    pub fn facts(&self, public_url: &str) -> Option<MediaFacts> {
        let mime = self.mime.clone()?;
        let has_preview = mime.starts_with("image/") || mime.starts_with("video/");
        let pixels = |value: Option<i64>| value.and_then(|pixels| u32::try_from(pixels).ok());
        Some(MediaFacts {
            id: self.id.parse().ok()?,
            url: self.url(public_url),
            preview_url: has_preview.then(|| format!("{public_url}/m/{}/preview/preview.jpg", self.token)),
            name: self.name.clone(),
            mime,
            bytes: u64::try_from(self.size?).ok()?,
            width: pixels(self.width),
            height: pixels(self.height),
            duration_ms: self.duration_ms.and_then(|millis| u64::try_from(millis).ok()),
        })
    }

    /// Its public address.
    pub fn url(&self, public_url: &str) -> String {
        format!("{public_url}/m/{}/{}", self.token, urlencoding::encode(&self.name))
    }
}

static PUT: Bulk = Bulk::new(
    "INSERT INTO media (id, token, sha256, name, mime, size, width, height, duration_ms, state, reason, source, \
     channel_id, conversation_id, message_id, tries, next_at, trace_id, created_at) SELECT r.id, r.token, r.sha256, \
     r.name, r.mime, r.size, r.width, r.height, r.duration_ms, r.state, r.reason, r.source, r.channel_id, \
     r.conversation_id, r.message_id, r.tries, r.next_at, r.trace_id, r.created_at FROM",
    &[
        ("id", Kind::Text),
        ("token", Kind::Text),
        ("sha256", Kind::Text),
        ("name", Kind::Text),
        ("mime", Kind::Text),
        ("size", Kind::Integer),
        ("width", Kind::Integer),
        ("height", Kind::Integer),
        ("duration_ms", Kind::Integer),
        ("state", Kind::Text),
        ("reason", Kind::Text),
        ("source", Kind::Text),
        ("channel_id", Kind::Text),
        ("conversation_id", Kind::Text),
        ("message_id", Kind::Text),
        ("tries", Kind::Integer),
        ("next_at", Kind::Integer),
        ("trace_id", Kind::Text),
        ("created_at", Kind::Integer),
    ],
    "WHERE true ON CONFLICT (id) DO UPDATE SET sha256 = excluded.sha256, name = excluded.name, mime = excluded.mime, \
     size = excluded.size, width = excluded.width, height = excluded.height, duration_ms = excluded.duration_ms, \
     state = excluded.state, reason = excluded.reason, tries = excluded.tries, next_at = excluded.next_at",
);
const BY_IDS: [&str; 2] = [
    "SELECT m.* FROM media m WHERE m.id IN (SELECT value FROM json_each($1))",
    "SELECT m.* FROM media m WHERE m.id IN (SELECT jsonb_array_elements_text($1::jsonb))",
];
const BY_TOKEN: &str = "SELECT m.* FROM media m WHERE m.token = $1";
const DUE: &str =
    "SELECT m.* FROM media m WHERE m.state = 'pending' AND m.next_at <= $1 ORDER BY m.next_at LIMIT $2";
const NEXT_DUE: &str = "SELECT MIN(next_at) FROM media WHERE state = 'pending' AND next_at > $1";

/// Stores media, new or changed.
pub async fn put(tx: &mut Tx, rows: &[MediaRow]) -> Result<()> {
    PUT.run(tx, rows).await?;
    if rows.iter().any(|row| row.state == "pending") {
        tx.touch(Topic::Media);
    }
    Ok(())
}

/// The media of these ids.
pub async fn by_ids(tx: &mut Tx, ids: &[String]) -> Result<Vec<MediaRow>> {
    rows_of(tx, BY_IDS, ids).await
}

/// One medium, where there is one.
pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<MediaRow>> {
    Ok(by_ids(tx, &[id.to_owned()]).await?.pop())
}

/// The medium behind a public address.
pub async fn by_token(tx: &mut Tx, token: &str) -> Result<Option<MediaRow>> {
    Ok(on!(tx, conn => sqlx::query_as(BY_TOKEN).bind(token).fetch_optional(conn).await)?)
}

/// The media that are to be fetched now, the longest waiting first.
pub async fn due(tx: &mut Tx, now: i64, limit: i64) -> Result<Vec<MediaRow>> {
    Ok(on!(tx, conn => sqlx::query_as(DUE).bind(now).bind(limit).fetch_all(conn).await)?)
}

/// When the next medium is to be fetched.
pub async fn next_due(tx: &mut Tx, now: i64) -> Result<Option<i64>> {
    Ok(on!(tx, conn => sqlx::query_scalar(NEXT_DUE).bind(now).fetch_one(conn).await)?)
}
