//! Logins of the console: an opaque cookie, stored hashed, 12 hours idle and 7 days at most.

use http::{HeaderMap, header};
use naru_core::time::{DAY, HOUR, MINUTE, Millis};
use subtle::ConstantTimeEq;

use super::{Actor, hash_token, operators};
use crate::clock::{Clock, token};
use crate::store::rows::operator::{self, LinkRow, LoginRow, OperatorRow};
use crate::store::{Result, Tx};

const IDLE: i64 = 12 * HOUR;
const LONGEST: i64 = 7 * DAY;

/// The header in which scripts send the login's token against forged requests.
pub const CSRF_HEADER: &str = "x-csrf-token";

/// A person's login.
#[derive(Clone, Debug)]
pub struct Login {
    /// Who.
    pub operator: OperatorRow,
    /// As an actor.
    pub actor: Actor,
    /// What forms and scripts must send along.
    pub csrf: String,
    /// The row's key, to end the login.
    pub token_hash: String,
    seen_at: i64,
}

impl Login {
    /// Whether the use should be noted (once a minute).
    pub fn is_stale(&self, now: Millis) -> bool {
        now.0 - self.seen_at > MINUTE
    }

    /// Whether a request carries the login's token against forged requests.
    pub fn proves(&self, sent: &str) -> bool {
        bool::from(sent.as_bytes().ct_eq(self.csrf.as_bytes()))
    }
}

/// The cookie's name: with the `__Host-` prefix where the address is `https`, which browsers then enforce.
pub fn cookie_name(public_url: &str) -> &'static str {
    if public_url.starts_with("https:") { "__Host-naru" } else { "naru" }
}

/// The `Set-Cookie` value that begins a login; an empty token ends it.
pub fn set_cookie(public_url: &str, token: &str) -> String {
    let secure = if public_url.starts_with("https:") { "; Secure" } else { "" };
    let age = if token.is_empty() { 0 } else { LONGEST / 1000 };
    format!("{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}", cookie_name(public_url))
}

/// The login token in a request's cookies.
pub fn cookie_token(headers: &HeaderMap, public_url: &str) -> Option<String> {
    let name = cookie_name(public_url);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

/// Begins a login; returns the cookie's token.
pub async fn begin(tx: &mut Tx, clock: &Clock, operator_id: &str) -> Result<String> {
    let cookie = token::<32>();
    let now = clock.now().0;
    let row = LoginRow {
        token_hash: hash_token(&cookie),
        operator_id: operator_id.to_owned(),
        csrf: token::<24>(),
        created_at: now,
        seen_at: now,
    };
    operator::insert_login(tx, &row).await?;
    Ok(cookie)
}

/// The login behind a cookie's token, where it is still good.
pub async fn find(tx: &mut Tx, clock: &Clock, cookie: &str) -> Result<Option<Login>> {
    let now = clock.now().0;
    let Some(row) = operator::login(tx, &hash_token(cookie)).await? else { return Ok(None) };
    if now - row.seen_at > IDLE || now - row.created_at > LONGEST {
        return Ok(None);
    }
    let Some(operator) = operator::get(tx, &row.operator_id).await? else { return Ok(None) };
    Ok(operators::actor(&operator).map(|actor| Login {
        operator,
        actor,
        csrf: row.csrf,
        token_hash: row.token_hash,
        seen_at: row.seen_at,
    }))
}

/// Makes a one-time link's token: `setup` without an operator, `login` with one.
pub async fn make_link(
    tx: &mut Tx,
    clock: &Clock,
    operator_id: Option<&str>,
    valid_ms: i64,
) -> Result<String> {
    let secret = token::<24>();
    let row = LinkRow {
        token_hash: hash_token(&secret),
        operator_id: operator_id.map(str::to_owned),
        purpose: if operator_id.is_some() { "login" } else { "setup" }.to_owned(),
        valid_until: (clock.now() + valid_ms).0,
    };
    operator::insert_link(tx, &row).await?;
    Ok(secret)
}
