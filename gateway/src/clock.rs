//! The only clock and the only source of chance; tests bring their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use naru_core::ids::time_ordered;
use naru_core::time::Millis;
use uuid::Uuid;

/// Tells the time: the machine's, one that a test moves by hand, or the machine's seen from another day.
#[derive(Clone, Debug, Default)]
pub struct Clock(Kind);

#[derive(Clone, Debug, Default)]
enum Kind {
    #[default]
    System,
    Manual(Arc<AtomicI64>),
    Shifted(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Kind::System)
    }

    /// A clock that stands at `start` until it is moved.
    pub fn manual(start: Millis) -> Self {
        Self(Kind::Manual(Arc::new(AtomicI64::new(start.0))))
    }

    /// The machine's clock, `millis` later (negative: earlier), until it is moved. The demo fills three days by it.
    pub fn shifted(millis: i64) -> Self {
        Self(Kind::Shifted(Arc::new(AtomicI64::new(millis))))
    }

    /// The time.
    pub fn now(&self) -> Millis {
        match &self.0 {
            Kind::System => Millis(machine()),
            Kind::Manual(moved) => Millis(moved.load(Ordering::SeqCst)),
            Kind::Shifted(by) => Millis(machine() + by.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual or shifted clock on; a system clock moves by itself.
    pub fn advance(&self, millis: i64) {
        match &self.0 {
            Kind::System => {}
            Kind::Manual(moved) | Kind::Shifted(moved) => {
                moved.fetch_add(millis, Ordering::SeqCst);
            }
        }
    }

    /// A mark to measure a duration from.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    pub fn instant(&self) -> std::time::Instant {
        std::time::Instant::now()
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
fn machine() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Makes ids that order by their birth, also within one millisecond of one process, and unguessable tokens.
#[derive(Clone, Debug, Default)]
pub struct Ids(Arc<AtomicU64>);

impl Ids {
    /// A new id. Its first 20 free bits count up inside a millisecond, the others are drawn.
    pub fn next<T: From<Uuid>>(&self, now: Millis) -> T {
        let millis = u64::try_from(now.0).unwrap_or(0);
        let floor = millis << 20;
        let ticket = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(floor.max(last + 1)))
            .map_or(floor, |last| floor.max(last + 1));
        let count = ticket & 0xf_ffff;
        let byte = |shift: u32, mask: u64| u8::try_from((count >> shift) & mask).expect("a masked byte");
        let mut random = random::<10>();
        // Of the id's free bits the first 4 + 8 + 6 + 2 carry the count: what lies between are version and variant.
        random[0] = byte(16, 0x0f);
        random[1] = byte(8, 0xff);
        random[2] = byte(2, 0x3f);
        random[3] = (byte(0, 0x03) << 6) | (random[3] & 0x3f);
        let born = i64::try_from(ticket >> 20).unwrap_or(i64::MAX);
        T::from(time_ordered(Millis(born), random))
    }
}

/// Bytes from the operating system's source of chance.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// An unguessable token of `N` random bytes, in URL-safe base64.
pub fn token<const N: usize>() -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random::<N>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use naru_core::ids::MessageId;

    #[test]
    fn ids_of_one_millisecond_keep_their_order() {
        let ids = Ids::default();
        let made: Vec<MessageId> = (0..5_000).map(|_| ids.next(Millis(1_794_981_600_123))).collect();
        let mut sorted = made.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(made, sorted);
        assert!(made.iter().all(|id| id.0.get_version_num() == 7));
    }

    #[test]
    fn a_clock_that_goes_back_does_not_turn_the_order_round() {
        let ids = Ids::default();
        let first: MessageId = ids.next(Millis(2_000));
        let second: MessageId = ids.next(Millis(1_000));
        assert!(first < second);
    }
}
