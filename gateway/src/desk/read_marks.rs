//! Shows customers that their messages were read, where the platform can. Runs in memory: losing one costs nothing.

use naru_core::adapter::{Job, Recipient};
use naru_core::capabilities::Level;
use serde_json::Value;

use super::work::Work;
use crate::store::rows::message;
use crate::store::{Result, Tx};

/// So far back is looked for the customer's newest message.
const BACK: i64 = 20;

/// Starts a read mark for every conversation whose messages were seen in this transaction.
pub(super) async fn send(tx: &mut Tx, work: &Work) -> Result<()> {
    for id in &work.out.seen_by_us {
        let Some(thread) = work.threads.get(id) else { continue };
        let Some(channel) = work.app.channels.find(thread.channel_id()) else { continue };
        let Some(identity) = work.identities.get(thread.identity_id()) else { continue };
        // Visitors of our own web chat are told by a frame, in this transaction.
        if channel.capabilities.mark_read != Level::Native || !channel.capabilities.inbox.external {
            continue;
        }
        let newest = message::of_conversation(tx, id, None, true, BACK).await?;
        let Some(seen) = newest.into_iter().find(|row| row.direction == "in") else { continue };
        let extra: Value = serde_json::from_str(&seen.extra).unwrap_or_default();
        let job = Job::MarkRead {
            to: Recipient {
                external_id: identity.external_id.clone(),
                lane: thread.lane().to_owned(),
                session: thread.view.session.as_ref().and_then(|session| session.external_id.clone()),
            },
            token: extra["read_token"].as_str().map(str::to_owned),
            external_id: seen.external_id,
        };
        let app = work.app.clone();
        work.app.tasks.spawn(async move {
            if let Err(failure) = crate::outbox::run_job(&app, &channel, job).await {
                tracing::debug!(channel_id = %channel.row.id, ?failure, "a read mark was not set");
            }
        });
    }
    Ok(())
}
