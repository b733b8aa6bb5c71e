//! Conversations, the lanes that lead to them, and the list that the inbox shows.

use serde::Serialize;
use sqlx::{AssertSqlSafe, FromRow};

use crate::store::{Bulk, Kind, Result, Tx, on, rows_of};

/// One conversation.
#[derive(Clone, Debug, PartialEq, FromRow, Serialize)]
pub struct ConversationRow {
    /// Its id.
    pub id: String,
    /// The channel.
    pub channel_id: String,
    /// The customer's account on the channel.
    pub identity_id: String,
    /// The customer.
    pub contact_id: String,
    /// The external conversation.
    pub lane: String,
    /// `bot`, `queued`, `unassigned`, `open`, `held` or `closed`.
    pub state: String,
    /// Until when it is held.
    pub held_until: Option<i64>,
    /// `workflow`, `ai`, `human` or `none`.
    pub control: String,
    /// `low`, `medium`, `high`.
    pub priority: String,
    /// Who answers.
    pub assignee_id: Option<String>,
    /// Whose team answers.
    pub team_id: Option<String>,
    /// What the agents note about it.
    pub description: String,
    /// The goal, a JSON object.
    pub goal: Option<String>,
    /// The rating, a JSON object.
    pub rating: Option<String>,
    /// `naru_core::event::Origin` as JSON.
    pub origin: String,
    /// Counts the platform's sessions of the conversation; 0 before the first.
    pub session_no: i64,
    /// `naru_core::session::Session` as JSON.
    pub session: Option<String>,
    /// The number of its newest message.
    pub seq: i64,
    /// How many of the customer's messages nobody has seen.
    pub unread: i64,
    /// Its newest message.
    pub last_message_id: Option<String>,
    /// When that was recorded; its own birth before the first message.
    pub last_message_at: i64,
    /// `naru_core::desk::menus::Menus` as JSON.
    pub menus: String,
    /// Who closed it.
    pub closed_by: Option<String>,
    /// When it was closed.
    pub closed_at: Option<i64>,
    /// When it began.
    pub created_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
}

const SELECT: &str = "SELECT c.id, c.channel_id, c.identity_id, c.contact_id, c.lane, c.state, c.held_until, \
    c.control, c.priority, c.assignee_id, c.team_id, c.description, c.goal, c.rating, c.origin, c.session_no, \
    c.session, c.seq, c.unread, c.last_message_id, c.last_message_at, c.menus, c.closed_by, c.closed_at, \
    c.created_at, c.updated_at FROM conversation c";

/// Twins: `PostgreSQL` locks the rows, always in the order of their ids; SQLite has one writer.
const BY_IDS: [&str; 2] = [
    "SELECT c.* FROM conversation c WHERE c.id IN (SELECT value FROM json_each($1)) ORDER BY c.id",
    "SELECT c.* FROM conversation c WHERE c.id IN (SELECT jsonb_array_elements_text($1::jsonb)) ORDER BY c.id",
];
const LOCK: [&str; 2] = [
    BY_IDS[0],
    "SELECT c.* FROM conversation c WHERE c.id IN (SELECT jsonb_array_elements_text($1::jsonb)) ORDER BY c.id \
     FOR UPDATE",
];

static PUT: Bulk = Bulk::new(
    "INSERT INTO conversation (id, channel_id, identity_id, contact_id, lane, state, held_until, control, priority, \
     assignee_id, team_id, description, goal, rating, origin, session_no, session, seq, unread, last_message_id, \
     last_message_at, menus, closed_by, closed_at, created_at, updated_at) SELECT r.id, r.channel_id, r.identity_id, \
     r.contact_id, r.lane, r.state, r.held_until, r.control, r.priority, r.assignee_id, r.team_id, r.description, \
     r.goal, r.rating, r.origin, r.session_no, r.session, r.seq, r.unread, r.last_message_id, r.last_message_at, \
     r.menus, r.closed_by, r.closed_at, r.created_at, r.updated_at FROM",
    &[
        ("id", Kind::Text),
        ("channel_id", Kind::Text),
        ("identity_id", Kind::Text),
        ("contact_id", Kind::Text),
        ("lane", Kind::Text),
        ("state", Kind::Text),
        ("held_until", Kind::Integer),
        ("control", Kind::Text),
        ("priority", Kind::Text),
        ("assignee_id", Kind::Text),
        ("team_id", Kind::Text),
        ("description", Kind::Text),
        ("goal", Kind::Text),
        ("rating", Kind::Text),
        ("origin", Kind::Text),
        ("session_no", Kind::Integer),
        ("session", Kind::Text),
        ("seq", Kind::Integer),
        ("unread", Kind::Integer),
        ("last_message_id", Kind::Text),
        ("last_message_at", Kind::Integer),
        ("menus", Kind::Text),
        ("closed_by", Kind::Text),
        ("closed_at", Kind::Integer),
        ("created_at", Kind::Integer),
        ("updated_at", Kind::Integer),
    ],
    "WHERE true ON CONFLICT (id) DO UPDATE SET contact_id = excluded.contact_id, state = excluded.state, \
     held_until = excluded.held_until, control = excluded.control, priority = excluded.priority, \
     assignee_id = excluded.assignee_id, team_id = excluded.team_id, description = excluded.description, \
     goal = excluded.goal, rating = excluded.rating, origin = excluded.origin, session_no = excluded.session_no, \
     session = excluded.session, seq = excluded.seq, unread = excluded.unread, \
     last_message_id = excluded.last_message_id, last_message_at = excluded.last_message_at, \
     menus = excluded.menus, closed_by = excluded.closed_by, closed_at = excluded.closed_at, \
     updated_at = excluded.updated_at",
);

/// Stores conversations, new or changed, in one statement. Whoever changes one has locked it first.
pub async fn put(tx: &mut Tx, rows: &[ConversationRow]) -> Result<()> {
    PUT.run(tx, rows).await.map(drop)
}

/// The conversations of these ids, by id.
pub async fn by_ids(tx: &mut Tx, ids: &[String]) -> Result<Vec<ConversationRow>> {
    rows_of(tx, BY_IDS, ids).await
}

/// The same, locked until the transaction ends. Call it inside the transaction that writes them, before deciding.
pub async fn lock(tx: &mut Tx, ids: &[String]) -> Result<Vec<ConversationRow>> {
    rows_of(tx, LOCK, ids).await
}

/// One conversation, where there is one.
pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<ConversationRow>> {
    Ok(by_ids(tx, &[id.to_owned()]).await?.pop())
}

/// What the list shows, and from where on.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    /// Only of this channel.
    pub channel_id: Option<String>,
    /// Only in this state.
    pub state: Option<String>,
    /// Only of this customer.
    pub contact_id: Option<String>,
    /// Only those with messages that nobody has seen (inventory I03).
    pub unread: bool,
    /// Only those in which a name, an external id or a message holds these words, upper and lower case alike.
    pub words: Option<String>,
    /// Oldest activity first.
    pub oldest_first: bool,
    /// The last conversation of the page before: its `last_message_at` and its id.
    pub after: Option<(i64, String)>,
    /// How many.
    pub limit: i64,
}

const LIST_WHERE: &str = "(CAST($1 AS TEXT) IS NULL OR c.channel_id = $1) \
    AND (CAST($2 AS TEXT) IS NULL OR c.state = $2) AND (CAST($3 AS TEXT) IS NULL OR c.contact_id = $3) \
    AND ($4 = 0 OR c.unread > 0) AND (CAST($5 AS TEXT) IS NULL \
    OR c.contact_id IN (SELECT k.id FROM contact k WHERE lower(k.name) LIKE $5 ESCAPE '\\') \
    OR c.identity_id IN (SELECT i.id FROM identity i WHERE lower(i.external_id) LIKE $5 ESCAPE '\\') \
    OR EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = c.id AND lower(m.text) LIKE $5 ESCAPE '\\'))";

/// A page of the list, by activity.
pub async fn list(tx: &mut Tx, query: &ListQuery) -> Result<Vec<ConversationRow>> {
    let (compare, order, edge) = if query.oldest_first {
        (">", "ASC", (i64::MIN, String::new()))
    } else {
        ("<", "DESC", (i64::MAX, "~".to_owned()))
    };
    let (at, id) = query.after.clone().unwrap_or(edge);
    let sql = format!(
        "{SELECT} WHERE {LIST_WHERE} AND (c.last_message_at, c.id) {compare} ($6, $7) \
         ORDER BY c.last_message_at {order}, c.id {order} LIMIT $8"
    );
    Ok(on!(tx, conn => sqlx::query_as(AssertSqlSafe(sql))
        .bind(&query.channel_id).bind(&query.state).bind(&query.contact_id).bind(i64::from(query.unread))
        .bind(query.words.as_deref().map(super::containing)).bind(at).bind(id).bind(query.limit)
        .fetch_all(conn).await)?)
}

const COUNT_UNREAD: &str =
    "SELECT CAST(COALESCE(SUM(unread), 0) AS BIGINT) FROM conversation WHERE state <> 'bot'";

/// How many of the customers' messages nobody has seen, over all conversations in the inbox.
pub async fn unread(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, conn => sqlx::query_scalar(COUNT_UNREAD).fetch_one(conn).await)?)
}

const NUMBER: &str = "SELECT COUNT(*) FROM conversation WHERE id <= $1";

/// How many conversations had begun when this one had: its number for people.
pub async fn number(tx: &mut Tx, id: &str) -> Result<i64> {
    Ok(on!(tx, conn => sqlx::query_scalar(NUMBER).bind(id).fetch_one(conn).await)?)
}

/// Where the next event of an external conversation goes.
#[derive(Clone, Debug, PartialEq, Eq, FromRow, Serialize)]
pub struct LaneRow {
    /// The channel.
    pub channel_id: String,
    /// The external conversation.
    pub lane: String,
    /// The newest conversation of it.
    pub conversation_id: String,
}

const LANES: [&str; 2] = [
    "SELECT l.channel_id, l.lane, l.conversation_id FROM json_each($1) k JOIN lane l \
     ON l.channel_id = k.value ->> '$[0]' AND l.lane = k.value ->> '$[1]'",
    "SELECT l.channel_id, l.lane, l.conversation_id FROM jsonb_array_elements($1::jsonb) k(value) JOIN lane l \
     ON l.channel_id = k.value ->> 0 AND l.lane = k.value ->> 1",
];

static PUT_LANES: Bulk = Bulk::new(
    "INSERT INTO lane (channel_id, lane, conversation_id) SELECT r.channel_id, r.lane, r.conversation_id FROM",
    &[("channel_id", Kind::Text), ("lane", Kind::Text), ("conversation_id", Kind::Text)],
    "WHERE true ON CONFLICT (channel_id, lane) DO UPDATE SET conversation_id = excluded.conversation_id",
);

/// The newest conversations of external conversations, given as pairs of channel and lane.
pub async fn lanes(tx: &mut Tx, keys: &[(&str, &str)]) -> Result<Vec<LaneRow>> {
    super::rows_of_json(tx, LANES, keys).await
}

/// Leads lanes to other conversations.
pub async fn put_lanes(tx: &mut Tx, rows: &[LaneRow]) -> Result<()> {
    PUT_LANES.run(tx, rows).await.map(drop)
}
