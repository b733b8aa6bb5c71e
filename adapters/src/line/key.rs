//! Keys: what makes an event happen once, and what makes a push happen once.

use naru_core::ids::DeliveryId;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use super::wire::Common;

/// `1:<LINE's time, 13 digits>:<webhookEventId>`: a redelivered event keeps both, and keys order by time. An event
/// without an id is known by a hash of all that a redelivery leaves as it was.
pub(super) fn event(event: &Value, common: &Common<'_>) -> String {
    let at = common.timestamp.unwrap_or(0);
    match common.id {
        Some(id) => format!("1:{at:013}:{id}"),
        None => format!("1:{at:013}:{}", digest(event)),
    }
}

fn digest(event: &Value) -> String {
    let mut event = event.clone();
    if let Some(fields) = event.as_object_mut() {
        fields.remove("deliveryContext");
    }
    version_8(&Sha256::digest(event.to_string())).simple().to_string()
}

/// The retry key of a delivery's n-th push: the same after a crash, on any node. A UUID of version 8 made of a hash.
pub(super) fn retry(delivery: DeliveryId, batch: usize) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(b"naru line push 1");
    hash.update(delivery.0.as_bytes());
    hash.update(u64::try_from(batch).unwrap_or(u64::MAX).to_be_bytes());
    version_8(&hash.finalize())
}

fn version_8(hash: &[u8]) -> Uuid {
    let head = hash[..16].try_into().expect("SHA-256 has 32 bytes");
    Builder::from_custom_bytes(head).into_uuid()
}
