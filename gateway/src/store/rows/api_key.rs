//! Keys to the API.

use sqlx::FromRow;

use crate::store::{Result, Tx, on};

/// A key to the API.
#[derive(Clone, Debug, FromRow)]
pub struct ApiKeyRow {
    /// Its id, which is part of the key.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// The SHA-256 of its secret, in hex.
    pub secret_hash: String,
    /// The end of its secret.
    pub hint: String,
    /// Its scopes, separated by blanks.
    pub scopes: String,
    /// When it was made.
    pub created_at: i64,
    /// When it was last used, to the minute.
    pub last_used_at: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
}

const ALL: &str = "SELECT id, name, secret_hash, hint, scopes, created_at, last_used_at, revoked_at FROM api_key \
    WHERE revoked_at IS NULL ORDER BY id";
const GET: &str = "SELECT id, name, secret_hash, hint, scopes, created_at, last_used_at, revoked_at FROM api_key \
    WHERE id = $1";
const INSERT: &str = "INSERT INTO api_key (id, name, secret_hash, hint, scopes, created_at) \
    VALUES ($1, $2, $3, $4, $5, $6)";
const REVOKE: &str = "UPDATE api_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
const USED: &str = "UPDATE api_key SET last_used_at = $2 WHERE id = $1";

/// Every key that is not revoked, oldest first.
pub async fn all(tx: &mut Tx) -> Result<Vec<ApiKeyRow>> {
    Ok(on!(tx, conn => sqlx::query_as(ALL).fetch_all(conn).await)?)
}

/// The key of that id, revoked or not.
pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<ApiKeyRow>> {
    Ok(on!(tx, conn => sqlx::query_as(GET).bind(id).fetch_optional(conn).await)?)
}

/// Stores a new key.
pub async fn insert(tx: &mut Tx, row: &ApiKeyRow) -> Result<()> {
    on!(tx, conn => sqlx::query(INSERT).bind(&row.id).bind(&row.name).bind(&row.secret_hash).bind(&row.hint)
        .bind(&row.scopes).bind(row.created_at).execute(conn).await.map(drop))?;
    Ok(())
}

/// Revokes a key; `false` where there is none to revoke.
pub async fn revoke(tx: &mut Tx, id: &str, now: i64) -> Result<bool> {
    let done = on!(tx, conn => sqlx::query(REVOKE).bind(id).bind(now).execute(conn).await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Notes when a key was used.
pub async fn used(tx: &mut Tx, id: &str, now: i64) -> Result<()> {
    on!(tx, conn => sqlx::query(USED).bind(id).bind(now).execute(conn).await.map(drop))?;
    Ok(())
}
