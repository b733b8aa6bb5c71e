//! Messages, what they said before, and what became of those that went out.

use serde::Serialize;
use sqlx::{AssertSqlSafe, FromRow};

use crate::store::{Bulk, Kind, Result, Tx, on, rows_of};

/// One message.
#[derive(Clone, Debug, PartialEq, FromRow, Serialize)]
pub struct MessageRow {
    /// Its id.
    pub id: String,
    /// The conversation.
    pub conversation_id: String,
    /// The channel.
    pub channel_id: String,
    /// Its number in the conversation: the order of recording.
    pub seq: i64,
    /// `in`, `out` or `note`.
    pub direction: String,
    /// Who wrote it: `customer`, `manager`, `bot`, `ai`, `marketing` or `system`.
    pub author: String,
    /// The author's id on our side.
    pub author_id: Option<String>,
    /// The author's name at that time.
    pub author_name: Option<String>,
    /// `naru_core::content::Content` as JSON.
    pub content: String,
    /// The plain text of it.
    pub text: String,
    /// `a documents::ChoiceDoc` as JSON, where the customer chose.
    pub choice: Option<String>,
    /// The reply buttons that it offered, where it offered any.
    pub choices: Option<String>,
    /// The platform's id of it.
    pub external_id: Option<String>,
    /// The platform's id, or ours, of the message it quotes.
    pub reply_to: Option<String>,
    /// A mail's subject.
    pub subject: Option<String>,
    /// Reactions, a JSON list.
    pub reactions: String,
    /// What only this platform has, a JSON object.
    pub extra: String,
    /// `naru_core::downgrade::Report` as JSON, for those that went out.
    pub report: Option<String>,
    /// When it was last edited.
    pub edited_at: Option<i64>,
    /// When it was taken back.
    pub unsent_at: Option<i64>,
    /// When it was written, by the platform's clock.
    pub platform_at: Option<i64>,
    /// When it was recorded.
    pub created_at: i64,
    /// The event that brought it.
    pub event_id: Option<String>,
    /// What ties it to its webhook, jobs and calls.
    pub trace_id: String,
}

const SELECT: &str = "SELECT m.* FROM message m";

const BY_IDS: [&str; 2] = [
    "SELECT m.* FROM message m WHERE m.id IN (SELECT value FROM json_each($1)) ORDER BY m.id",
    "SELECT m.* FROM message m WHERE m.id IN (SELECT jsonb_array_elements_text($1::jsonb)) ORDER BY m.id",
];
const BY_EXTERNAL: [&str; 2] = [
    "SELECT m.* FROM json_each($1) k JOIN message m \
     ON m.conversation_id = k.value ->> '$[0]' AND m.external_id = k.value ->> '$[1]'",
    "SELECT m.* FROM jsonb_array_elements($1::jsonb) k(value) JOIN message m \
     ON m.conversation_id = k.value ->> 0 AND m.external_id = k.value ->> 1",
];

static PUT: Bulk = Bulk::new(
    "INSERT INTO message (id, conversation_id, channel_id, seq, direction, author, author_id, author_name, content, \
     text, choice, choices, external_id, reply_to, subject, reactions, extra, report, edited_at, unsent_at, \
     platform_at, created_at, event_id, trace_id) SELECT r.id, r.conversation_id, r.channel_id, r.seq, r.direction, \
     r.author, r.author_id, r.author_name, r.content, r.text, r.choice, r.choices, r.external_id, r.reply_to, \
     r.subject, r.reactions, r.extra, r.report, r.edited_at, r.unsent_at, r.platform_at, r.created_at, r.event_id, \
     r.trace_id FROM",
    &[
        ("id", Kind::Text),
        ("conversation_id", Kind::Text),
        ("channel_id", Kind::Text),
        ("seq", Kind::Integer),
        ("direction", Kind::Text),
        ("author", Kind::Text),
        ("author_id", Kind::Text),
        ("author_name", Kind::Text),
        ("content", Kind::Text),
        ("text", Kind::Text),
        ("choice", Kind::Text),
        ("choices", Kind::Text),
        ("external_id", Kind::Text),
        ("reply_to", Kind::Text),
        ("subject", Kind::Text),
        ("reactions", Kind::Text),
        ("extra", Kind::Text),
        ("report", Kind::Text),
        ("edited_at", Kind::Integer),
        ("unsent_at", Kind::Integer),
        ("platform_at", Kind::Integer),
        ("created_at", Kind::Integer),
        ("event_id", Kind::Text),
        ("trace_id", Kind::Text),
    ],
    "WHERE true ON CONFLICT (id) DO UPDATE SET content = excluded.content, text = excluded.text, \
     choice = excluded.choice, choices = excluded.choices, external_id = excluded.external_id, \
     subject = excluded.subject, reactions = excluded.reactions, extra = excluded.extra, report = excluded.report, \
     edited_at = excluded.edited_at, unsent_at = excluded.unsent_at",
);

/// Stores messages, new or changed, in one statement. What a message says can change; where it stands cannot.
pub async fn put(tx: &mut Tx, rows: &[MessageRow]) -> Result<()> {
    PUT.run(tx, rows).await.map(drop)
}

/// The messages of these ids.
pub async fn by_ids(tx: &mut Tx, ids: &[String]) -> Result<Vec<MessageRow>> {
    rows_of(tx, BY_IDS, ids).await
}

/// One message, where there is one.
pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<MessageRow>> {
    Ok(by_ids(tx, &[id.to_owned()]).await?.pop())
}

/// The messages of these pairs of conversation and platform's id.
pub async fn by_external(tx: &mut Tx, keys: &[(&str, &str)]) -> Result<Vec<MessageRow>> {
    super::rows_of_json(tx, BY_EXTERNAL, keys).await
}

/// A page of a conversation: `after` is the `seq` of the page before's last message.
pub async fn of_conversation(
    tx: &mut Tx,
    conversation_id: &str,
    after: Option<i64>,
    newest_first: bool,
    limit: i64,
) -> Result<Vec<MessageRow>> {
    let (compare, order, edge) = if newest_first { ("<", "DESC", i64::MAX) } else { (">", "ASC", i64::MIN) };
    let sql = format!(
        "{SELECT} WHERE m.conversation_id = $1 AND m.seq {compare} $2 ORDER BY m.seq {order} LIMIT $3"
    );
    Ok(on!(tx, conn => sqlx::query_as(AssertSqlSafe(sql))
        .bind(conversation_id).bind(after.unwrap_or(edge)).bind(limit).fetch_all(conn).await)?)
}

/// What a message said before.
#[derive(Clone, Debug, PartialEq, FromRow, Serialize)]
pub struct HistoryRow {
    /// The message.
    pub message_id: String,
    /// Counts its earlier contents from 1.
    pub n: i64,
    /// The earlier content.
    pub content: String,
    /// When it was replaced.
    pub replaced_at: i64,
}

const HISTORY: &str =
    "SELECT message_id, n, content, replaced_at FROM message_history WHERE message_id = $1 ORDER BY n";
const FORGET_HISTORY: [&str; 2] = [
    "DELETE FROM message_history WHERE message_id IN (SELECT value FROM json_each($1))",
    "DELETE FROM message_history WHERE message_id IN (SELECT jsonb_array_elements_text($1::jsonb))",
];

static ADD_HISTORY: Bulk = Bulk::new(
    "INSERT INTO message_history (message_id, n, content, replaced_at) SELECT r.message_id, \
     r.n + (SELECT COUNT(*) FROM message_history h WHERE h.message_id = r.message_id), r.content, r.replaced_at FROM",
    &[
        ("message_id", Kind::Text),
        ("n", Kind::Integer),
        ("content", Kind::Text),
        ("replaced_at", Kind::Integer),
    ],
    "",
);

/// What a message said before, oldest first.
pub async fn history(tx: &mut Tx, message_id: &str) -> Result<Vec<HistoryRow>> {
    Ok(on!(tx, conn => sqlx::query_as(HISTORY).bind(message_id).fetch_all(conn).await)?)
}

/// Keeps earlier contents; `n` counts from 1 among the given rows of one message and goes on from the stored ones.
pub async fn add_history(tx: &mut Tx, rows: &[HistoryRow]) -> Result<()> {
    ADD_HISTORY.run(tx, rows).await.map(drop)
}

/// Forgets the earlier contents of messages that were taken back.
pub async fn forget_history(tx: &mut Tx, ids: &[String]) -> Result<()> {
    super::execute_with_list(tx, FORGET_HISTORY, ids).await
}

/// What became of a message that went out, in short.
#[derive(Clone, Debug, PartialEq, FromRow)]
pub struct DeliveryBrief {
    /// The message.
    pub message_id: String,
    /// The delivery.
    pub id: String,
    /// The delivery's state.
    pub state: String,
    /// How many parts it has.
    pub parts: i64,
    /// How many of them the platform has.
    pub parts_sent: i64,
    /// The platform's ids of them, a JSON list.
    pub external_ids: String,
    /// Why it failed: a JSON object, or a sentence.
    pub error: Option<String>,
    /// What it costs.
    pub cost: Option<String>,
    /// When it is tried next.
    pub next_at: i64,
}

const BRIEFS: [&str; 2] = [
    "SELECT d.message_id, d.id, d.state, d.parts, d.parts_sent, d.external_ids, d.error, d.cost, d.next_at \
     FROM delivery d WHERE d.message_id IN (SELECT value FROM json_each($1))",
    "SELECT d.message_id, d.id, d.state, d.parts, d.parts_sent, d.external_ids, d.error, d.cost, d.next_at \
     FROM delivery d WHERE d.message_id IN (SELECT jsonb_array_elements_text($1::jsonb))",
];

/// How often the webhook of a message came again.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Repeats {
    /// The event that brought the message.
    pub id: String,
    /// How often it came besides the first time.
    pub duplicates: i64,
}

const REPEATS: [&str; 2] = [
    "SELECT e.id, e.duplicates FROM event e WHERE e.duplicates > 0 AND e.id IN (SELECT value FROM json_each($1))",
    "SELECT e.id, e.duplicates FROM event e WHERE e.duplicates > 0 \
     AND e.id IN (SELECT jsonb_array_elements_text($1::jsonb))",
];

/// Those of these events that came more than once.
pub async fn repeats(tx: &mut Tx, event_ids: &[String]) -> Result<Vec<Repeats>> {
    rows_of(tx, REPEATS, event_ids).await
}

/// What became of these messages.
pub async fn deliveries(tx: &mut Tx, message_ids: &[String]) -> Result<Vec<DeliveryBrief>> {
    rows_of(tx, BRIEFS, message_ids).await
}
