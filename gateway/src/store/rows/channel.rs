//! Connected accounts and their sealed credentials.

use sqlx::FromRow;

use crate::store::{Result, Topic, Tx, on};

/// A connected account.
#[derive(Clone, Debug, FromRow)]
pub struct ChannelRow {
    /// Its id.
    pub id: String,
    /// The platform's name.
    pub platform: String,
    /// Its name for people.
    pub name: String,
    /// The unguessable part of its hook's address.
    pub hook_key: String,
    /// The settings, a JSON object.
    pub settings: String,
    /// The identity behind the credentials; empty before the first check.
    pub identity: String,
    /// `ok`, `degraded`, `auth_broken` or `quota`.
    pub health: String,
    /// Why it is not `ok`.
    pub health_reason: Option<String>,
    /// 1 while an admin has paused it.
    pub paused: i64,
    /// When it was connected.
    pub created_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
    /// When it was deleted.
    pub deleted_at: Option<i64>,
}

/// One generation of one credential, sealed.
#[derive(Clone, Debug, FromRow)]
pub struct SecretRow {
    /// The channel.
    pub channel_id: String,
    /// The credential's name.
    pub field: String,
    /// Counts the values that the credential has had.
    pub generation: i64,
    /// The master key that sealed it.
    pub key_id: String,
    /// The nonce.
    pub nonce: Vec<u8>,
    /// The sealed value.
    pub sealed: Vec<u8>,
    /// What may be shown of it.
    pub hint: String,
    /// When it was entered.
    pub set_at: i64,
    /// Until when it may still verify; `NULL` for the one in force.
    pub valid_until: Option<i64>,
}

const COLUMNS: &str = "SELECT id, platform, name, hook_key, settings, identity, health, health_reason, paused, \
    created_at, updated_at, deleted_at FROM channel WHERE deleted_at IS NULL ORDER BY id";
const SECRETS: &str = "SELECT channel_id, field, generation, key_id, nonce, sealed, hint, set_at, valid_until \
    FROM channel_secret ORDER BY channel_id, field, generation DESC";
const INSERT: &str = "INSERT INTO channel (id, platform, name, hook_key, settings, identity, health, health_reason, \
    paused, created_at, updated_at, deleted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const UPDATE: &str = "UPDATE channel SET name = $2, settings = $3, identity = $4, health = $5, health_reason = $6, \
    paused = $7, updated_at = $8, deleted_at = $9 WHERE id = $1";
const HEALTH: &str = "UPDATE channel SET health = $2, health_reason = $3, updated_at = $4 WHERE id = $1";
const INSERT_SECRET: &str = "INSERT INTO channel_secret (channel_id, field, generation, key_id, nonce, sealed, hint, \
    set_at, valid_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)";
const RETIRE_SECRET: &str =
    "UPDATE channel_secret SET valid_until = $3 WHERE channel_id = $1 AND field = $2 AND valid_until IS NULL";
const FORGET_SECRETS: &str = "DELETE FROM channel_secret WHERE channel_id = $1 OR valid_until < $2";

/// Every channel that is not deleted, oldest first.
pub async fn all(tx: &mut Tx) -> Result<Vec<ChannelRow>> {
    Ok(on!(tx, conn => sqlx::query_as(COLUMNS).fetch_all(conn).await)?)
}

/// Every sealed credential, newest generation first.
pub async fn secrets(tx: &mut Tx) -> Result<Vec<SecretRow>> {
    Ok(on!(tx, conn => sqlx::query_as(SECRETS).fetch_all(conn).await)?)
}

/// Stores a new channel.
pub async fn insert(tx: &mut Tx, row: &ChannelRow) -> Result<()> {
    on!(tx, conn => sqlx::query(INSERT)
        .bind(&row.id).bind(&row.platform).bind(&row.name).bind(&row.hook_key).bind(&row.settings)
        .bind(&row.identity).bind(&row.health).bind(&row.health_reason).bind(row.paused)
        .bind(row.created_at).bind(row.updated_at).bind(row.deleted_at)
        .execute(conn).await.map(drop))?;
    tx.touch(Topic::Channels);
    Ok(())
}

/// Stores a changed channel: everything but platform, key and birth.
pub async fn update(tx: &mut Tx, row: &ChannelRow) -> Result<()> {
    on!(tx, conn => sqlx::query(UPDATE)
        .bind(&row.id).bind(&row.name).bind(&row.settings).bind(&row.identity).bind(&row.health)
        .bind(&row.health_reason).bind(row.paused).bind(row.updated_at).bind(row.deleted_at)
        .execute(conn).await.map(drop))?;
    tx.touch(Topic::Channels);
    Ok(())
}

/// Stores a channel's health.
pub async fn set_health(tx: &mut Tx, id: &str, health: &str, reason: Option<&str>, now: i64) -> Result<()> {
    on!(tx, conn => sqlx::query(HEALTH)
        .bind(id).bind(health).bind(reason).bind(now).execute(conn).await.map(drop))?;
    tx.touch(Topic::Channels);
    Ok(())
}

/// Stores a new generation of a credential; the one before may still verify until `old_until`.
pub async fn put_secret(tx: &mut Tx, row: &SecretRow, old_until: i64) -> Result<()> {
    on!(tx, conn => sqlx::query(RETIRE_SECRET)
        .bind(&row.channel_id).bind(&row.field).bind(old_until).execute(conn).await.map(drop))?;
    on!(tx, conn => sqlx::query(INSERT_SECRET)
        .bind(&row.channel_id).bind(&row.field).bind(row.generation).bind(&row.key_id).bind(&row.nonce)
        .bind(&row.sealed).bind(&row.hint).bind(row.set_at).execute(conn).await.map(drop))?;
    tx.touch(Topic::Channels);
    Ok(())
}

const FORGET_REPLACED: &str =
    "DELETE FROM channel_secret WHERE channel_id = $1 AND field = $2 AND valid_until IS NOT NULL";

/// Forgets the replaced values of fields that verify nothing (short-lived tokens).
pub async fn forget_replaced(tx: &mut Tx, channel_id: &str, fields: &[String]) -> Result<()> {
    for field in fields {
        on!(tx, conn => sqlx::query(FORGET_REPLACED).bind(channel_id).bind(field).execute(conn).await.map(drop))?;
    }
    Ok(())
}

/// Forgets a channel's credentials, and every credential that may no longer verify.
pub async fn forget_secrets(tx: &mut Tx, channel_id: &str, now: i64) -> Result<()> {
    on!(tx, conn => sqlx::query(FORGET_SECRETS).bind(channel_id).bind(now).execute(conn).await.map(drop))?;
    Ok(())
}
