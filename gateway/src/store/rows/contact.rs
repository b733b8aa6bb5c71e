//! People, and their accounts on the channels.

use serde::Serialize;
use sqlx::FromRow;

use crate::store::{Bulk, Kind, Result, Tx, on, rows_of};

/// A person.
#[derive(Clone, Debug, PartialEq, FromRow, Serialize)]
pub struct ContactRow {
    /// Its id.
    pub id: String,
    /// The name to show.
    pub name: Option<String>,
    /// The language, BCP 47.
    pub language: Option<String>,
    /// Everything else that is known, a JSON object.
    pub profile: String,
    /// When we first heard of them.
    pub created_at: i64,
    /// When something about them last changed.
    pub updated_at: i64,
}

/// A person's account on one channel.
#[derive(Clone, Debug, PartialEq, FromRow, Serialize)]
pub struct IdentityRow {
    /// Its id.
    pub id: String,
    /// The channel.
    pub channel_id: String,
    /// The platform's id of it.
    pub external_id: String,
    /// The person.
    pub contact_id: String,
    /// 1 where the platform or a hash proves who it is.
    pub member: i64,
    /// 1 while we block them.
    pub blocked: i64,
    /// 1 while they have blocked us or left.
    pub unreachable: i64,
    /// `none`, `wanted`, `done` or `failed`: whether the platform was asked for the profile.
    pub profile_state: String,
    /// When it was asked, or is to be asked again.
    pub profile_at: Option<i64>,
    /// When we first heard of it.
    pub created_at: i64,
    /// When something about it last changed.
    pub updated_at: i64,
}

const CONTACTS: [&str; 2] = [
    "SELECT k.* FROM contact k WHERE k.id IN (SELECT value FROM json_each($1)) ORDER BY k.id",
    "SELECT k.* FROM contact k WHERE k.id IN (SELECT jsonb_array_elements_text($1::jsonb)) ORDER BY k.id",
];
const LOCK_CONTACTS: [&str; 2] = [
    CONTACTS[0],
    "SELECT k.* FROM contact k WHERE k.id IN (SELECT jsonb_array_elements_text($1::jsonb)) ORDER BY k.id FOR UPDATE",
];
const IDENTITIES: [&str; 2] = [
    "SELECT i.* FROM identity i WHERE i.id IN (SELECT value FROM json_each($1)) ORDER BY i.id",
    "SELECT i.* FROM identity i WHERE i.id IN (SELECT jsonb_array_elements_text($1::jsonb)) ORDER BY i.id",
];
const LOCK_IDENTITIES: [&str; 2] = [
    IDENTITIES[0],
    "SELECT i.* FROM identity i WHERE i.id IN (SELECT jsonb_array_elements_text($1::jsonb)) ORDER BY i.id FOR UPDATE",
];
const OF_CONTACTS: [&str; 2] = [
    "SELECT i.* FROM identity i WHERE i.contact_id IN (SELECT value FROM json_each($1)) ORDER BY i.id",
    "SELECT i.* FROM identity i WHERE i.contact_id IN (SELECT jsonb_array_elements_text($1::jsonb)) ORDER BY i.id",
];
const BY_EXTERNAL: [&str; 2] = [
    "SELECT i.* FROM json_each($1) k JOIN identity i \
     ON i.channel_id = k.value ->> '$[0]' AND i.external_id = k.value ->> '$[1]'",
    "SELECT i.* FROM jsonb_array_elements($1::jsonb) k(value) JOIN identity i \
     ON i.channel_id = k.value ->> 0 AND i.external_id = k.value ->> 1 ORDER BY i.id FOR UPDATE OF i",
];
const SEARCH: &str = "SELECT k.* FROM contact k WHERE (CAST($1 AS TEXT) IS NULL OR lower(k.name) LIKE $1 ESCAPE '\\' \
    OR k.id IN (SELECT i.contact_id FROM identity i WHERE lower(i.external_id) LIKE $1 ESCAPE '\\')) \
    AND k.id < $2 ORDER BY k.id DESC LIMIT $3";
const PROFILES_WANTED: &str = "SELECT i.* FROM identity i WHERE i.profile_state = 'wanted' \
    AND (i.profile_at IS NULL OR i.profile_at <= $1) ORDER BY i.id LIMIT $2";

static PUT_CONTACTS: Bulk = Bulk::new(
    "INSERT INTO contact (id, name, language, profile, created_at, updated_at) \
     SELECT r.id, r.name, r.language, r.profile, r.created_at, r.updated_at FROM",
    &[
        ("id", Kind::Text),
        ("name", Kind::Text),
        ("language", Kind::Text),
        ("profile", Kind::Text),
        ("created_at", Kind::Integer),
        ("updated_at", Kind::Integer),
    ],
    "WHERE true ON CONFLICT (id) DO UPDATE SET name = excluded.name, language = excluded.language, \
     profile = excluded.profile, updated_at = excluded.updated_at",
);

static PUT_IDENTITIES: Bulk = Bulk::new(
    "INSERT INTO identity (id, channel_id, external_id, contact_id, member, blocked, unreachable, profile_state, \
     profile_at, created_at, updated_at) SELECT r.id, r.channel_id, r.external_id, r.contact_id, r.member, r.blocked, \
     r.unreachable, r.profile_state, r.profile_at, r.created_at, r.updated_at FROM",
    &[
        ("id", Kind::Text),
        ("channel_id", Kind::Text),
        ("external_id", Kind::Text),
        ("contact_id", Kind::Text),
        ("member", Kind::Integer),
        ("blocked", Kind::Integer),
        ("unreachable", Kind::Integer),
        ("profile_state", Kind::Text),
        ("profile_at", Kind::Integer),
        ("created_at", Kind::Integer),
        ("updated_at", Kind::Integer),
    ],
    "WHERE true ON CONFLICT (id) DO UPDATE SET contact_id = excluded.contact_id, member = excluded.member, \
     blocked = excluded.blocked, unreachable = excluded.unreachable, profile_state = excluded.profile_state, \
     profile_at = excluded.profile_at, updated_at = excluded.updated_at",
);

/// Stores people, new or changed, in one statement.
pub async fn put(tx: &mut Tx, rows: &[ContactRow]) -> Result<()> {
    PUT_CONTACTS.run(tx, rows).await.map(drop)
}

/// Stores accounts, new or changed, in one statement.
pub async fn put_identities(tx: &mut Tx, rows: &[IdentityRow]) -> Result<()> {
    PUT_IDENTITIES.run(tx, rows).await.map(drop)
}

/// The people of these ids.
pub async fn by_ids(tx: &mut Tx, ids: &[String]) -> Result<Vec<ContactRow>> {
    rows_of(tx, CONTACTS, ids).await
}

/// The same, locked until the transaction ends.
pub async fn lock(tx: &mut Tx, ids: &[String]) -> Result<Vec<ContactRow>> {
    rows_of(tx, LOCK_CONTACTS, ids).await
}

/// One person, where there is one.
pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<ContactRow>> {
    Ok(by_ids(tx, &[id.to_owned()]).await?.pop())
}

/// The accounts of these ids.
pub async fn identities(tx: &mut Tx, ids: &[String]) -> Result<Vec<IdentityRow>> {
    rows_of(tx, IDENTITIES, ids).await
}

/// The same, locked until the transaction ends.
pub async fn lock_identities(tx: &mut Tx, ids: &[String]) -> Result<Vec<IdentityRow>> {
    rows_of(tx, LOCK_IDENTITIES, ids).await
}

/// Every account of these people, oldest first.
pub async fn identities_of(tx: &mut Tx, contact_ids: &[String]) -> Result<Vec<IdentityRow>> {
    rows_of(tx, OF_CONTACTS, contact_ids).await
}

/// The accounts of these pairs of channel and external id, locked until the transaction ends.
pub async fn lock_by_external(tx: &mut Tx, keys: &[(&str, &str)]) -> Result<Vec<IdentityRow>> {
    super::rows_of_json(tx, BY_EXTERNAL, keys).await
}

/// A page of people, newest first: those in whose name or external id the words stand, with ids below `before`.
pub async fn search(
    tx: &mut Tx,
    words: Option<&str>,
    before: Option<&str>,
    limit: i64,
) -> Result<Vec<ContactRow>> {
    Ok(on!(tx, conn => sqlx::query_as(SEARCH).bind(words.map(super::containing)).bind(before.unwrap_or("~"))
        .bind(limit).fetch_all(conn).await)?)
}

/// The accounts whose profile the platform is to be asked for now.
pub async fn profiles_wanted(tx: &mut Tx, now: i64, limit: i64) -> Result<Vec<IdentityRow>> {
    Ok(on!(tx, conn => sqlx::query_as(PROFILES_WANTED).bind(now).bind(limit).fetch_all(conn).await)?)
}
