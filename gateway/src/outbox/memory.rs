//! What the outbox keeps in memory: the platforms' pace, and whose turn it is to fetch a token.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use naru_core::capabilities::Pace;
use naru_core::ids::ChannelId;

use crate::channels::Channel;

type PaceKey = (ChannelId, &'static str);

/// What the outbox keeps in memory. Cheap to clone.
#[derive(Clone, Default)]
pub struct Outbox(Arc<Shared>);

#[derive(Default)]
struct Shared {
    pace: Mutex<HashMap<PaceKey, Arc<DefaultDirectRateLimiter>>>,
    tokens: Mutex<HashMap<ChannelId, Arc<tokio::sync::Mutex<()>>>>,
}

impl Outbox {
    /// Waits until the platform's pace lets a channel make a call of this step's kind.
    pub(super) async fn pace(&self, channel: &Channel, step: &str) {
        let kind = step.split('/').next().unwrap_or(step);
        for pace in channel.capabilities.pace {
            if (pace.calls == "*" || pace.calls == kind)
                && let Some(limiter) = self.limiter(channel.id, pace)
            {
                limiter.until_ready().await;
            }
        }
    }

    fn limiter(&self, channel: ChannelId, pace: &Pace) -> Option<Arc<DefaultDirectRateLimiter>> {
        let permits = NonZeroU32::new(pace.permits)?;
        let period = Duration::from_millis(u64::from(pace.per_ms)) / pace.permits;
        let quota = Quota::with_period(period)?.allow_burst(permits);
        let mut all = self.0.pace.lock().unwrap_or_else(PoisonError::into_inner);
        let limiter =
            all.entry((channel, pace.calls)).or_insert_with(|| Arc::new(RateLimiter::direct(quota)));
        Some(Arc::clone(limiter))
    }

    /// The lock that lets one task at a time fetch a channel's token.
    pub(super) fn token_turn(&self, channel: ChannelId) -> Arc<tokio::sync::Mutex<()>> {
        let mut all = self.0.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(channel).or_default())
    }
}
