//! People who answer customers: how they are added, and how they prove who they are.

use naru_core::adapter::Secret;
use naru_core::ids::OperatorId;

use super::password::{self, SHORTEST};
use super::{Actor, Role};
use crate::clock::{Clock, Ids};
use crate::store::rows::operator::{self, OperatorRow};
use crate::store::{Db, StoreError, Tx};

/// Why somebody cannot be added or changed.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// The address is none.
    #[error("expected a mail address, found \"{0}\"")]
    Email(String),
    /// Somebody has that address.
    #[error("somebody with the address {0} exists: use reset-password")]
    Taken(String),
    /// Nobody has that address.
    #[error("nobody with the address {0} exists")]
    Missing(String),
    /// The password is too short.
    #[error("expected a password of at least {SHORTEST} characters, found {0}")]
    Short(usize),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A person to be added.
pub struct NewOperator {
    /// Their mail address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their password.
    pub password: Secret,
    /// Their role.
    pub role: Role,
    /// `ko` or `en`.
    pub language: String,
}

/// Checks and hashes; the returned row is stored with [`add`].
pub async fn prepare(ids: &Ids, clock: &Clock, new: NewOperator) -> Result<OperatorRow, OperatorError> {
    let email = normal_email(&new.email)?;
    check_length(&new.password)?;
    let now = clock.now();
    let id: OperatorId = ids.next(now);
    Ok(OperatorRow {
        id: id.to_string(),
        email,
        name: new.name,
        password: password::hash(new.password).await,
        role: new.role.name().to_owned(),
        language: new.language,
        created_at: now.0,
        updated_at: now.0,
    })
}

/// Adds a person whose address is free.
pub async fn add(tx: &mut Tx, row: &OperatorRow) -> Result<(), OperatorError> {
    if operator::by_email(tx, &row.email).await?.is_some() {
        return Err(OperatorError::Taken(row.email.clone()));
    }
    Ok(operator::insert(tx, row).await?)
}

/// Gives a person a new password and ends their logins.
pub async fn reset_password(
    tx: &mut Tx,
    email: &str,
    hash: &str,
    clock: &Clock,
) -> Result<(), OperatorError> {
    let email = normal_email(email)?;
    let row = operator::by_email(tx, &email).await?.ok_or(OperatorError::Missing(email))?;
    Ok(operator::set_password(tx, &row.id, hash, clock.now().0).await?)
}

/// The person whose address and password these are.
pub async fn log_in(db: &Db, email: &str, password: Secret) -> Result<Option<OperatorRow>, OperatorError> {
    let Ok(email) = normal_email(email) else { return Ok(None) };
    let row = operator::by_email(&mut db.read().await?, &email).await?;
    let stored = row.as_ref().map(|row| row.password.clone()).filter(|hash| !hash.is_empty());
    let right = password::verify(password, stored).await;
    Ok(row.filter(|_| right))
}

/// A person as an actor.
pub fn actor(row: &OperatorRow) -> Option<Actor> {
    Some(Actor::Operator { id: row.id.parse().ok()?, name: row.name.clone(), role: Role::parse(&row.role)? })
}

/// Refuses a password that is too short.
pub fn check_length(password: &Secret) -> Result<(), OperatorError> {
    let length = password.expose().chars().count();
    if length < SHORTEST { Err(OperatorError::Short(length)) } else { Ok(()) }
}

fn normal_email(text: &str) -> Result<String, OperatorError> {
    let email = text.trim().to_lowercase();
    let fits = email.len() <= 254
        && email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    if fits { Ok(email) } else { Err(OperatorError::Email(text.to_owned())) }
}
