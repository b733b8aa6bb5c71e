//! The platforms' ids of the parts that they have.

use serde::Serialize;

use crate::store::{Bulk, Kind, Result, Tx};

/// A part that is on its platform.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartRow {
    /// The channel.
    pub channel_id: String,
    /// The platform's id of it.
    pub external_id: String,
    /// The message.
    pub message_id: String,
    /// The conversation.
    pub conversation_id: String,
    /// Its position in the message.
    pub part: i64,
}

/// What a message learned on its way.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MessageLearned {
    /// The message.
    pub id: String,
    /// The platform's id of its first part.
    pub external_id: Option<String>,
    /// What is needed to quote it, a JSON object.
    pub extra: Option<String>,
    /// Its report, where something was changed on the way.
    pub report: Option<String>,
}

static INSERT: Bulk = Bulk::new(
    "INSERT INTO part_external (channel_id, external_id, message_id, conversation_id, part) \
     SELECT r.channel_id, r.external_id, r.message_id, r.conversation_id, r.part FROM",
    &[
        ("channel_id", Kind::Text),
        ("external_id", Kind::Text),
        ("message_id", Kind::Text),
        ("conversation_id", Kind::Text),
        ("part", Kind::Integer),
    ],
    "WHERE true ON CONFLICT (channel_id, external_id) DO NOTHING",
);
static LEARN: Bulk = Bulk::new(
    "UPDATE message SET external_id = COALESCE(message.external_id, r.external_id), \
     extra = CASE WHEN message.extra = '{}' THEN COALESCE(r.extra, message.extra) ELSE message.extra END, \
     report = COALESCE(r.report, message.report) FROM",
    &[("id", Kind::Text), ("external_id", Kind::Text), ("extra", Kind::Text), ("report", Kind::Text)],
    "WHERE message.id = r.id",
);

/// Notes parts that are on their platforms.
pub async fn insert(tx: &mut Tx, rows: &[PartRow]) -> Result<()> {
    INSERT.run(tx, rows).await.map(drop)
}

/// Notes what messages learned on their way.
pub async fn learn(tx: &mut Tx, rows: &[MessageLearned]) -> Result<()> {
    LEARN.run(tx, rows).await.map(drop)
}
