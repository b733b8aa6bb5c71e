//! When something that failed is tried again.

use naru_core::time::{DAY, SECOND};
use sha2::{Digest, Sha256};

/// The waits between two tries, in seconds; the last one repeats until the message's deadline.
const WAITS: [i64; 8] = [1, 2, 5, 15, 30, 60, 120, 300];

/// How far a wait is spread to either side, in per cent, so that what failed together does not come again together.
const SPREAD: i64 = 20;

/// How long to wait after the `attempt`-th failure (from 1), in milliseconds. `name` spreads the waits: the same name and
/// attempt always give the same wait. What the platform asks for holds where it is longer, up to a day.
pub fn wait(name: &str, attempt: i64, asked: Option<i64>) -> i64 {
    let index = usize::try_from(attempt.max(1) - 1).unwrap_or(usize::MAX).min(WAITS.len() - 1);
    let base = WAITS[index] * SECOND;
    let spread = base + base * (draw(name, attempt) - SPREAD) / 100;
    spread.max(asked.unwrap_or(0).clamp(0, DAY))
}

/// A number from 0 to twice the spread, by name and attempt.
fn draw(name: &str, attempt: i64) -> i64 {
    let hash = Sha256::digest(format!("{name}/{attempt}").as_bytes());
    i64::from(u16::from_be_bytes([hash[0], hash[1]])) % (2 * SPREAD + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_follow_the_schedule_within_a_fifth() {
        for (attempt, seconds) in (1..).zip([1, 2, 5, 15, 30, 60, 120, 300, 300, 300]) {
            for name in ["a", "b", "c", "d"] {
                let wait = wait(name, attempt, None);
                assert!((seconds * 800..=seconds * 1_200).contains(&wait), "{attempt}: {wait}");
            }
        }
        assert_ne!(wait("a", 8, None), wait("b", 8, None));
        assert_eq!(wait("a", 8, None), wait("a", 8, None));
    }

    #[test]
    fn a_platform_may_ask_for_longer_but_not_for_ever() {
        assert_eq!(wait("a", 1, Some(90_000)), 90_000);
        assert_eq!(wait("a", 1, Some(i64::MAX)), DAY);
        assert!(wait("a", 8, Some(1)) >= 240_000);
    }
}
