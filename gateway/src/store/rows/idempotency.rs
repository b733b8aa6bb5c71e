//! Requests that must happen once, by the key that their sender gave them.

use sqlx::FromRow;

use crate::store::{Result, Tx, on};

/// A request that has happened.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct IdempotencyRow {
    /// Who sent it: an API key, or an operator.
    pub api_key_id: String,
    /// The key that they gave it.
    pub idempotency_key: String,
    /// The SHA-256 of the request, in hex.
    pub request_hash: String,
    /// The message that it made.
    pub message_id: String,
    /// When it happened.
    pub created_at: i64,
}

const FIND: &str = "SELECT api_key_id, idempotency_key, request_hash, message_id, created_at FROM idempotency \
    WHERE api_key_id = $1 AND idempotency_key = $2";
const INSERT: &str = "INSERT INTO idempotency (api_key_id, idempotency_key, request_hash, message_id, created_at) \
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (api_key_id, idempotency_key) DO NOTHING";

/// The request of that key, where it has happened.
pub async fn find(tx: &mut Tx, owner: &str, key: &str) -> Result<Option<IdempotencyRow>> {
    Ok(on!(tx, conn => sqlx::query_as(FIND).bind(owner).bind(key).fetch_optional(conn).await)?)
}

/// Notes a request; `false` where another with the same key was faster, in a transaction that has ended by now.
pub async fn insert(tx: &mut Tx, row: &IdempotencyRow) -> Result<bool> {
    let rows = on!(tx, conn => sqlx::query(INSERT).bind(&row.api_key_id).bind(&row.idempotency_key)
        .bind(&row.request_hash).bind(&row.message_id).bind(row.created_at)
        .execute(conn).await.map(|done| done.rows_affected()))?;
    Ok(rows > 0)
}
