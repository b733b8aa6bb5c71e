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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    fn delivery(last: u8) -> DeliveryId {
        DeliveryId(Uuid::from_bytes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, last]))
    }

    #[test]
    fn a_retry_key_is_the_same_for_the_same_batch_and_no_other() {
        assert_eq!(retry(delivery(1), 0), retry(delivery(1), 0));
        let keys: BTreeSet<_> =
            (0..20).flat_map(|last| (0..5).map(move |batch| retry(delivery(last), batch))).collect();
        assert_eq!(keys.len(), 100);
        assert!(keys.iter().all(|key| key.get_version_num() == 8));
        // Pushes of an older release are repeated by a newer one: this value must never change.
        assert_eq!(retry(delivery(1), 0).to_string(), "19a7d49f-314a-8ac1-830c-36a94dcf3970");
    }

    #[test]
    fn keys_order_by_time_and_survive_a_redelivery() {
        let of = |value: &Value| event(value, &Common::of(value));
        let early = json!({"timestamp": 999_999_999_999_i64, "webhookEventId": "01Z"});
        let late = json!({"timestamp": 1_795_237_001_000_i64, "webhookEventId": "01A"});
        assert!(of(&early) < of(&late));
        assert_eq!(of(&late), "1:1795237001000:01A");
        let first = json!({"type": "x", "timestamp": 5, "deliveryContext": {"isRedelivery": false}});
        let again = json!({"type": "x", "timestamp": 5, "deliveryContext": {"isRedelivery": true}});
        let other = json!({"type": "y", "timestamp": 5, "deliveryContext": {"isRedelivery": false}});
        assert_eq!(of(&first), of(&again));
        assert_ne!(of(&first), of(&other));
    }
}
