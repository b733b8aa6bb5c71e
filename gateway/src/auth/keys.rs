//! API keys: `naru_<id>_<secret>`; the id is plain, the secret is stored hashed.

use naru_core::ids::ApiKeyId;
use subtle::ConstantTimeEq;

use super::{Actor, Scope, hash_token, hex};
use crate::clock::{Clock, Ids, random};
use crate::store::rows::api_key::{self, ApiKeyRow};
use crate::store::{Result, Tx};

/// A new key; `text` is shown once and never stored.
pub struct NewKey {
    /// The whole key.
    pub text: String,
    /// Its row.
    pub row: ApiKeyRow,
}

/// Makes a key. The caller stores its row.
pub fn make(ids: &Ids, clock: &Clock, name: &str, scopes: &[Scope]) -> NewKey {
    let now = clock.now();
    let id: ApiKeyId = ids.next(now);
    let secret = hex(&random::<24>());
    let scopes: Vec<String> = scopes.iter().map(|scope| scope.name()).collect();
    let row = ApiKeyRow {
        id: id.to_string(),
        name: name.to_owned(),
        secret_hash: hash_token(&secret),
        hint: format!("…{}", &secret[secret.len() - 4..]),
        scopes: scopes.join(" "),
        created_at: now.0,
        last_used_at: None,
        revoked_at: None,
    };
    NewKey { text: format!("naru_{}_{secret}", id.0.simple()), row }
}

/// Who a key belongs to; `None` for a key that is malformed, unknown, wrong or revoked.
pub async fn authenticate(tx: &mut Tx, key: &str) -> Result<Option<Actor>> {
    let Some((id, secret)) = key.strip_prefix("naru_").and_then(|rest| rest.split_once('_')) else {
        return Ok(None);
    };
    let Ok(id) = id.parse::<ApiKeyId>() else { return Ok(None) };
    let Some(row) = api_key::get(tx, &id.to_string()).await? else { return Ok(None) };
    let same = hash_token(secret).as_bytes().ct_eq(row.secret_hash.as_bytes());
    if !bool::from(same) || row.revoked_at.is_some() {
        return Ok(None);
    }
    Ok(Some(Actor::Key { id, scopes: row.scopes.split(' ').filter_map(Scope::parse).collect() }))
}
