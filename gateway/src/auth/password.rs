//! Passwords: argon2id, never in the same thread as requests, never more than two at a time.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use naru_core::adapter::Secret;
use tokio::sync::Semaphore;

use crate::clock::token;

/// Argon2 takes 19 MiB and a tenth of a second each time.
static TURNS: Semaphore = Semaphore::const_new(2);

/// What an unknown account's password is compared with, so that it takes as long as a known one's.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now(&Secret::new(token::<16>())));

fn hash_now(password: &Secret) -> String {
    Argon2::default()
        .hash_password(password.expose().as_bytes())
        .expect("argon2's own default parameters are valid")
        .to_string()
}

/// The hash to store, in PHC format.
pub async fn hash(password: Secret) -> String {
    let _turn = TURNS.acquire().await;
    tokio::task::spawn_blocking(move || hash_now(&password)).await.expect("hashing does not panic")
}

/// Whether a password belongs to a stored hash; `None` for an account that does not exist takes as long.
pub async fn verify(password: Secret, stored: Option<String>) -> bool {
    let _turn = TURNS.acquire().await;
    let checked = tokio::task::spawn_blocking(move || {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| NOBODY.clone());
        let Ok(hash) = PasswordHash::new(&stored) else { return false };
        Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok() && known
    });
    checked.await.unwrap_or(false)
}

/// The shortest password that is taken, in characters.
pub const SHORTEST: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_verifies() {
        let stored = hash(Secret::new("correct horse")).await;
        assert!(verify(Secret::new("correct horse"), Some(stored.clone())).await);
        assert!(!verify(Secret::new("wrong horse"), Some(stored)).await);
        assert!(!verify(Secret::new("correct horse"), None).await);
    }
}
