//! Web chat visitors: who stands behind a visitor token. Only the token's hash is kept.

use sqlx::FromRow;

use crate::store::{Result, Tx, on};

/// One visitor, by one token.
#[derive(Clone, Debug, FromRow)]
pub struct VisitorRow {
    /// The SHA-256 of the token, in hex.
    pub token_hash: String,
    /// The channel that the token is good for.
    pub channel_id: String,
    /// The visitor's external id; also the lane of their conversation.
    pub external_id: String,
    /// The member that the visitor has proven to be.
    pub member_id: Option<String>,
    /// What the page told, a JSON object.
    pub profile: String,
    /// When they first came.
    pub created_at: i64,
    /// When they last came.
    pub seen_at: i64,
}

const FIND: &str = "SELECT token_hash, channel_id, external_id, member_id, profile, created_at, seen_at FROM visitor \
    WHERE token_hash = $1 AND channel_id = $2";
const INSERT: &str = "INSERT INTO visitor (token_hash, channel_id, external_id, member_id, profile, created_at, seen_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const SEEN: &str = "UPDATE visitor SET member_id = $2, profile = $3, seen_at = $4 WHERE token_hash = $1";

/// The visitor behind a token's hash, on that channel only.
pub async fn find(tx: &mut Tx, channel_id: &str, token_hash: &str) -> Result<Option<VisitorRow>> {
    Ok(on!(tx, conn => sqlx::query_as(FIND).bind(token_hash).bind(channel_id).fetch_optional(conn).await)?)
}

/// Stores a new visitor.
pub async fn insert(tx: &mut Tx, row: &VisitorRow) -> Result<()> {
    on!(tx, conn => sqlx::query(INSERT)
        .bind(&row.token_hash).bind(&row.channel_id).bind(&row.external_id).bind(&row.member_id)
        .bind(&row.profile).bind(row.created_at).bind(row.seen_at)
        .execute(conn).await.map(drop))?;
    Ok(())
}

/// Stores what is newly known of a visitor: member, profile, last visit.
pub async fn update(tx: &mut Tx, row: &VisitorRow) -> Result<()> {
    on!(tx, conn => sqlx::query(SEEN)
        .bind(&row.token_hash).bind(&row.member_id).bind(&row.profile).bind(row.seen_at)
        .execute(conn).await.map(drop))?;
    Ok(())
}
