//! People who answer customers, their logins and one-time links.

use sqlx::FromRow;

use crate::store::{Result, Tx, on};

/// A person who answers customers.
#[derive(Clone, Debug, FromRow)]
pub struct OperatorRow {
    /// Their id.
    pub id: String,
    /// Their mail address, in lower case.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their password's hash in PHC format; empty until it is set.
    pub password: String,
    /// Their role's name.
    pub role: String,
    /// `ko` or `en`.
    pub language: String,
    /// When they were added.
    pub created_at: i64,
    /// When they were last changed.
    pub updated_at: i64,
}

/// A login.
#[derive(Clone, Debug, FromRow)]
pub struct LoginRow {
    /// The SHA-256 of the cookie's token, in hex.
    pub token_hash: String,
    /// Whose it is.
    pub operator_id: String,
    /// What forms and scripts must send along.
    pub csrf: String,
    /// When it began.
    pub created_at: i64,
    /// When it was last used, to the minute.
    pub seen_at: i64,
}

/// A link that works once.
#[derive(Clone, Debug, FromRow)]
pub struct LinkRow {
    /// The SHA-256 of the link's token, in hex.
    pub token_hash: String,
    /// Whom it logs in; nobody for the link that sets the first admin up.
    pub operator_id: Option<String>,
    /// `setup` or `login`.
    pub purpose: String,
    /// Until when it works.
    pub valid_until: i64,
}

const OPERATOR: &str =
    "SELECT id, email, name, password, role, language, created_at, updated_at FROM operator";
const INSERT: &str = "INSERT INTO operator (id, email, name, password, role, language, created_at, updated_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const SET_PASSWORD: &str = "UPDATE operator SET password = $2, updated_at = $3 WHERE id = $1";
const SET_LANGUAGE: &str = "UPDATE operator SET language = $2, updated_at = $3 WHERE id = $1";
const COUNT: &str = "SELECT COUNT(*) FROM operator";
const INSERT_LOGIN: &str = "INSERT INTO login_session (token_hash, operator_id, csrf, created_at, seen_at) VALUES ($1, $2, $3, $4, $5)";
const GET_LOGIN: &str =
    "SELECT token_hash, operator_id, csrf, created_at, seen_at FROM login_session WHERE token_hash = $1";
const SEEN_LOGIN: &str = "UPDATE login_session SET seen_at = $2 WHERE token_hash = $1";
const END_LOGIN: &str = "DELETE FROM login_session WHERE token_hash = $1";
const END_LOGINS: &str = "DELETE FROM login_session WHERE operator_id = $1";
const INSERT_LINK: &str =
    "INSERT INTO login_link (token_hash, operator_id, purpose, valid_until) VALUES ($1, $2, $3, $4)";
const GET_LINK: &str = "SELECT token_hash, operator_id, purpose, valid_until FROM login_link WHERE token_hash = $1 AND valid_until > $2";
const USE_LINK: &str = "DELETE FROM login_link WHERE token_hash = $1";

macro_rules! one {
    ($tx:expr, $sql:expr $(, $bind:expr)*) => {
        on!($tx, conn => sqlx::query_as(sqlx::AssertSqlSafe($sql))$(.bind($bind))*.fetch_optional(conn).await)
    };
}

macro_rules! run {
    ($tx:expr, $sql:expr $(, $bind:expr)*) => {
        on!($tx, conn => sqlx::query($sql)$(.bind($bind))*.execute(conn).await.map(|done| done.rows_affected()))
    };
}

/// Everybody, oldest first.
pub async fn all(tx: &mut Tx) -> Result<Vec<OperatorRow>> {
    let sql = format!("{OPERATOR} ORDER BY id");
    Ok(on!(tx, conn => sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(conn).await)?)
}

/// How many there are.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    let (count,): (i64,) = on!(tx, conn => sqlx::query_as(COUNT).fetch_one(conn).await)?;
    Ok(count)
}

/// The person of that id.
pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<OperatorRow>> {
    Ok(one!(tx, format!("{OPERATOR} WHERE id = $1"), id)?)
}

/// The person with that mail address, given in lower case.
pub async fn by_email(tx: &mut Tx, email: &str) -> Result<Option<OperatorRow>> {
    Ok(one!(tx, format!("{OPERATOR} WHERE email = $1"), email)?)
}

/// Adds a person.
pub async fn insert(tx: &mut Tx, row: &OperatorRow) -> Result<()> {
    run!(
        tx,
        INSERT,
        &row.id,
        &row.email,
        &row.name,
        &row.password,
        &row.role,
        &row.language,
        row.created_at,
        row.updated_at
    )?;
    Ok(())
}

/// Sets a password's hash and ends every login of the person.
pub async fn set_password(tx: &mut Tx, id: &str, password: &str, now: i64) -> Result<()> {
    run!(tx, SET_PASSWORD, id, password, now)?;
    run!(tx, END_LOGINS, id)?;
    Ok(())
}

/// Sets the language of a person's console.
pub async fn set_language(tx: &mut Tx, id: &str, language: &str, now: i64) -> Result<()> {
    run!(tx, SET_LANGUAGE, id, language, now)?;
    Ok(())
}

/// Begins a login.
pub async fn insert_login(tx: &mut Tx, row: &LoginRow) -> Result<()> {
    run!(tx, INSERT_LOGIN, &row.token_hash, &row.operator_id, &row.csrf, row.created_at, row.seen_at)?;
    Ok(())
}

/// The login of that token.
pub async fn login(tx: &mut Tx, token_hash: &str) -> Result<Option<LoginRow>> {
    Ok(one!(tx, GET_LOGIN.to_owned(), token_hash)?)
}

/// Notes when a login was used.
pub async fn seen(tx: &mut Tx, token_hash: &str, now: i64) -> Result<()> {
    run!(tx, SEEN_LOGIN, token_hash, now)?;
    Ok(())
}

/// Ends a login.
pub async fn end_login(tx: &mut Tx, token_hash: &str) -> Result<()> {
    run!(tx, END_LOGIN, token_hash)?;
    Ok(())
}

/// Stores a one-time link.
pub async fn insert_link(tx: &mut Tx, row: &LinkRow) -> Result<()> {
    run!(tx, INSERT_LINK, &row.token_hash, &row.operator_id, &row.purpose, row.valid_until)?;
    Ok(())
}

/// A link that still works.
pub async fn link(tx: &mut Tx, token_hash: &str, now: i64) -> Result<Option<LinkRow>> {
    Ok(one!(tx, GET_LINK.to_owned(), token_hash, now)?)
}

/// Uses a link up; `false` where somebody was faster.
pub async fn use_link(tx: &mut Tx, token_hash: &str) -> Result<bool> {
    Ok(run!(tx, USE_LINK, token_hash)? > 0)
}
