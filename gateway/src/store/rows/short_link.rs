//! Short addresses for long ones.

use serde::Serialize;

use crate::store::{Bulk, Kind, Result, Tx, on};

/// A short address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShortLinkRow {
    /// The last part of the short address.
    pub token: String,
    /// Where it leads.
    pub url: String,
    /// When it was made.
    pub created_at: i64,
}

static INSERT: Bulk = Bulk::new(
    "INSERT INTO short_link (token, url, created_at) SELECT r.token, r.url, r.created_at FROM",
    &[("token", Kind::Text), ("url", Kind::Text), ("created_at", Kind::Integer)],
    "WHERE true ON CONFLICT (token) DO NOTHING",
);
const FIND: &str = "SELECT url FROM short_link WHERE token = $1";

/// Stores short addresses; one that exists stays.
pub async fn insert(tx: &mut Tx, rows: &[ShortLinkRow]) -> Result<()> {
    INSERT.run(tx, rows).await.map(drop)
}

/// Where a short address leads.
pub async fn find(tx: &mut Tx, token: &str) -> Result<Option<String>> {
    Ok(on!(tx, conn => sqlx::query_scalar(FIND).bind(token).fetch_optional(conn).await)?)
}
