//! Kills the gateway again and again under load, and counts afterwards: nothing acknowledged is lost, nothing doubled.

#![expect(clippy::unwrap_used, reason = "a failure of the test's own plumbing is a failure of the test")]

mod child;
mod platform;
mod traffic;

use std::time::Duration;

use child::Gateway;
use platform::Platform;
use traffic::{Traffic, USERS};

/// How often the process is killed.
const KILLS: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_kills_under_load_lose_nothing_and_double_nothing() {
    let platform = Platform::start().await;
    let mut gateway = Gateway::prepare(&platform.base);
    gateway.start().await;
    let channel = gateway.connect_line(&platform.base).await;
    let traffic = Traffic::start(&gateway, &channel);
    for round in 0..KILLS {
        // Spread over the stages of the work: some rounds die at once, some in the middle of a batch.
        tokio::time::sleep(Duration::from_millis(20 + (round as u64 * 37) % 180)).await;
        gateway.kill();
        gateway.start().await;
    }
    let sent = traffic.stop().await;
    gateway.settle(&sent).await;

    assert!(sent.acknowledged() > KILLS, "the load was too small to mean anything: {}", sent.acknowledged());
    for user in 0..USERS {
        let texts = gateway.inbound_texts(&traffic::user_id(user)).await;
        assert_eq!(
            texts, sent.webhooks[user],
            "user {user}: the conversation holds what was acknowledged, in order"
        );
    }
    for (text, keys) in platform.received() {
        let mut distinct = keys.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), 1, "{text} left under several idempotency keys: {keys:?}");
    }
    for text in sent.answers.iter().flatten() {
        assert!(platform.received().contains_key(text), "{text} was accepted and never reached the platform");
    }
    gateway.kill();
}
