//! How fast one address and one visitor may come, checked before anything is stored.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::refuse;
use crate::api::problem::Problem;

const fn number(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).expect("the limits are not 0")
}

/// Per second and address, and how many at once: a whole office may stand behind one address.
const ADDRESS: (NonZeroU32, NonZeroU32) = (number(50), number(300));
/// New visitors per second and address.
const NEWCOMERS: (NonZeroU32, NonZeroU32) = (number(5), number(60));
/// Messages, choices and forms per second and visitor.
const ACTS: (NonZeroU32, NonZeroU32) = (number(5), number(60));
/// Typing, seen and page marks per second and visitor.
const MARKS: (NonZeroU32, NonZeroU32) = (number(5), number(40));

/// After so many checks, whoever has been quiet is forgotten.
const SWEEP: u32 = 4096;

/// The limits of all addresses and visitors.
pub(super) struct Limits {
    address: DefaultKeyedRateLimiter<IpAddr>,
    newcomers: DefaultKeyedRateLimiter<IpAddr>,
    acts: DefaultKeyedRateLimiter<String>,
    marks: DefaultKeyedRateLimiter<String>,
    checks: AtomicU32,
}

fn limiter<K: Clone + std::hash::Hash + Eq>(
    (rate, burst): (NonZeroU32, NonZeroU32),
) -> DefaultKeyedRateLimiter<K> {
    RateLimiter::keyed(Quota::per_second(rate).allow_burst(burst))
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            address: limiter(ADDRESS),
            newcomers: limiter(NEWCOMERS),
            acts: limiter(ACTS),
            marks: limiter(MARKS),
            checks: AtomicU32::new(0),
        }
    }
}

impl Limits {
    /// A request from an address.
    pub(super) fn address(&self, peer: Option<IpAddr>) -> Result<(), Problem> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.address.retain_recent();
            self.newcomers.retain_recent();
            self.acts.retain_recent();
            self.marks.retain_recent();
        }
        check(&self.address, peer.as_ref())
    }

    /// A new visitor from an address.
    pub(super) fn newcomer(&self, peer: Option<IpAddr>) -> Result<(), Problem> {
        check(&self.newcomers, peer.as_ref())
    }

    /// Something that a visitor does and that is kept.
    pub(super) fn act(&self, visitor: &str) -> Result<(), Problem> {
        check(&self.acts, Some(&visitor.to_owned()))
    }

    /// Something that a visitor does and that is not kept.
    pub(super) fn mark(&self, visitor: &str) -> Result<(), Problem> {
        check(&self.marks, Some(&visitor.to_owned()))
    }
}

fn check<K: Clone + std::hash::Hash + Eq>(
    limiter: &DefaultKeyedRateLimiter<K>,
    key: Option<&K>,
) -> Result<(), Problem> {
    match key {
        Some(key) if limiter.check_key(key).is_err() => Err(refuse::too_fast()),
        _ => Ok(()),
    }
}
