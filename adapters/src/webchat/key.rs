//! Event keys of the web chat: the browser's own id of an act, within its visitor.

use sha2::{Digest, Sha256};

/// The longest `client_id`, in bytes.
pub(super) const LONGEST: usize = 64;

/// The key of an act that the browser named.
pub(super) fn named(kind: &str, visitor: &str, client_id: &str) -> String {
    format!("1:{kind}:{visitor}:{client_id}")
}

/// The key of an act without a name: the same bytes from the same visitor are the same act.
pub(super) fn unnamed(kind: &str, visitor: &str, body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    let short = digest.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    format!("1:{kind}:{visitor}:#{short:032x}")
}
