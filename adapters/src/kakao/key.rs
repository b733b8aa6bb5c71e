//! What makes two requests the same event, and two calls the same message.
//!
//! Kakao's serial numbers and Bizgo's message keys begin with a time, so they stand where other keys have one.

use naru_core::ids::DeliveryId;
use naru_core::time::Millis;
use sha2::{Digest, Sha256};

/// A message of a customer, or another event that has an id of its own.
pub(super) fn of_id(id: &str, kind: &str) -> String {
    format!("1:{id}:{kind}")
}

/// An entry reference; one session may have several.
pub(super) fn reference(session: Option<&str>, at: Option<Millis>, body: &[u8]) -> String {
    match (session, at) {
        (Some(session), Some(at)) => format!("1:{}:reference:{session}", at.0),
        _ => of_body(at, "reference", body),
    }
}

/// The end of a session: the same event however often, and by whichever sign, we learn of it.
pub(super) fn ended(session: &str) -> String {
    format!("1:ended:{session}")
}

/// Something without an id: the same bytes are the same event.
pub(super) fn of_body(at: Option<Millis>, kind: &str, body: &[u8]) -> String {
    let digest = hex(&Sha256::digest(body)[..16]);
    match at {
        Some(at) => format!("1:{}:{kind}:{digest}", at.0),
        None => format!("1:{kind}:{digest}"),
    }
}

/// A channel's identity: what its sender key is known by where the key itself must not stand.
pub(super) fn identity(sender_key: &str) -> String {
    hex(&Sha256::digest(sender_key.as_bytes())[..16])
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves.map(|half| char::from(DIGITS[usize::from(half)])).collect()
}

/// Which bubble of a part a serial number belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bubble {
    /// The part as it was fitted.
    First,
    /// The same after its media were uploaded anew.
    Again,
    /// The address that stands for a refused medium.
    Link,
    /// What the part carries besides that medium.
    Rest,
}

/// Our id of a bubble at Kakao: at most 30 characters, the same for every try, different for every bubble.
/// 26 characters hold the delivery, three the part, one more what became of it.
pub(super) fn serial(delivery: DeliveryId, part: usize, bubble: Bubble) -> String {
    let mut serial = String::with_capacity(30);
    let number = delivery.0.as_u128();
    serial.extend((0..26_u32).rev().map(|place| digit(number >> (5 * place))));
    let part = u128::try_from(part).expect("a count of parts fits");
    serial.extend((0..3_u32).rev().map(|place| digit(part >> (5 * place))));
    match bubble {
        Bubble::First => {}
        Bubble::Again => serial.push('a'),
        Bubble::Link => serial.push('l'),
        Bubble::Rest => serial.push('r'),
    }
    serial
}

/// The lowest five bits as one of Crockford's 32 digits.
fn digit(number: u128) -> char {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    char::from(DIGITS[usize::try_from(number & 31).expect("five bits fit")])
}

#[cfg(test)]
mod tests {
    use super::*;
    use naru_core::ids::time_ordered;
    use std::collections::BTreeSet;

    #[test]
    fn every_bubble_has_a_serial_of_its_own_within_30_characters() {
        let mut seen = BTreeSet::new();
        for delivery in [[0; 10], [1; 10], [0xff; 10]] {
            let delivery = DeliveryId(time_ordered(Millis(1_794_981_600_123), delivery));
            for part in [0, 1, 31, 32, 1_023, 1_024, 32_767] {
                for bubble in [Bubble::First, Bubble::Again, Bubble::Link, Bubble::Rest] {
                    let serial = serial(delivery, part, bubble);
                    assert!(serial.len() <= 30, "{serial}");
                    assert!(seen.insert(serial.clone()), "{serial} twice");
                }
            }
        }
    }

    #[test]
    fn the_same_bubble_keeps_its_serial() {
        let delivery = DeliveryId(time_ordered(Millis(1_794_981_600_123), [7; 10]));
        assert_eq!(serial(delivery, 2, Bubble::First), serial(delivery, 2, Bubble::First));
    }

    #[test]
    fn an_identity_does_not_show_the_key() {
        let key = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
        assert!(!identity(key).contains(&key[..8]));
        assert_eq!(identity(key).len(), 32);
    }
}
