//! The frames of the web chat: what a visitor's browsers are shown, in the order in which it was stored.

use sqlx::FromRow;

use crate::store::{Result, Topic, Tx, on};

/// One frame.
#[derive(Clone, Debug, FromRow)]
pub struct FrameRow {
    /// Its number within the visitor's stream, from 1.
    pub seq: i64,
    /// What it shows, a JSON object.
    pub body: String,
    /// When it was stored.
    pub created_at: i64,
}

/// A frame that is to be stored.
#[derive(Clone, Debug)]
pub struct NewFrame {
    /// The channel.
    pub channel_id: String,
    /// The visitor.
    pub external_id: String,
    /// The value of its `type`.
    pub kind: String,
    /// What makes it the same frame when it is stored again.
    pub key: String,
    /// The message that it brings.
    pub message_id: Option<String>,
    /// What it shows, a JSON object.
    pub body: String,
    /// Now.
    pub created_at: i64,
}

// Two nodes may take the same number; the loser stores nothing and takes the next one.
const INSERT: &str = "INSERT INTO frame (channel_id, external_id, seq, kind, frame_key, message_id, body, created_at) \
    SELECT $1, $2, COALESCE((SELECT MAX(f.seq) FROM frame f WHERE f.channel_id = $1 AND f.external_id = $2), 0) + 1, \
    $3, $4, $5, $6, $7 WHERE true ON CONFLICT DO NOTHING RETURNING seq";
const FIND: &str = "SELECT seq FROM frame WHERE channel_id = $1 AND external_id = $2 AND frame_key = $3";
const AFTER: &str = "SELECT seq, body, created_at FROM frame WHERE channel_id = $1 AND external_id = $2 AND seq > $3 \
    ORDER BY seq LIMIT $4";
const BEFORE: &str = "SELECT seq, body, created_at FROM frame WHERE channel_id = $1 AND external_id = $2 AND seq < $3 \
    ORDER BY seq DESC LIMIT $4";

/// Stores a frame once per key and returns its number, the first one's when it is stored again. Whoever stores one tells
/// the visitor's streams after the commit.
pub async fn append(tx: &mut Tx, frame: &NewFrame) -> Result<i64> {
    loop {
        let stored: Option<(i64,)> = on!(tx, conn => sqlx::query_as(INSERT)
            .bind(&frame.channel_id).bind(&frame.external_id).bind(&frame.kind).bind(&frame.key)
            .bind(&frame.message_id).bind(&frame.body).bind(frame.created_at)
            .fetch_optional(conn).await)?;
        let known = match stored {
            Some(_) => stored,
            None => on!(tx, conn => sqlx::query_as(FIND)
                .bind(&frame.channel_id).bind(&frame.external_id).bind(&frame.key)
                .fetch_optional(conn).await)?,
        };
        if let Some((seq,)) = known {
            return Ok(seq);
        }
    }
}

/// Stores frames, and lets every open stream look again after the commit.
pub async fn append_all(tx: &mut Tx, frames: &[NewFrame]) -> Result<()> {
    for frame in frames {
        append(tx, frame).await?;
        tx.touch(Topic::Frames);
    }
    Ok(())
}

/// The visitor's frames after a number, oldest first.
pub async fn after(
    tx: &mut Tx,
    channel_id: &str,
    visitor: &str,
    seq: i64,
    limit: i64,
) -> Result<Vec<FrameRow>> {
    Ok(on!(tx, conn => sqlx::query_as(AFTER)
        .bind(channel_id).bind(visitor).bind(seq).bind(limit).fetch_all(conn).await)?)
}

/// The visitor's newest frames before a number, newest first.
pub async fn before(
    tx: &mut Tx,
    channel_id: &str,
    visitor: &str,
    seq: i64,
    limit: i64,
) -> Result<Vec<FrameRow>> {
    Ok(on!(tx, conn => sqlx::query_as(BEFORE)
        .bind(channel_id).bind(visitor).bind(seq).bind(limit).fetch_all(conn).await)?)
}

const ORIGIN: &str = "SELECT conversation_id, author_name FROM message WHERE id = $1";

/// The conversation of a message, and the name of who wrote it.
pub async fn origin(tx: &mut Tx, message_id: &str) -> Result<Option<(String, Option<String>)>> {
    Ok(on!(tx, conn => sqlx::query_as(ORIGIN).bind(message_id).fetch_optional(conn).await)?)
}
