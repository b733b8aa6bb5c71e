//! Short-lived tokens: fetched when one is needed, by one task per channel at a time, and kept sealed.

use std::sync::Arc;

use naru_core::adapter::{Failure, Job, Outcome, TokenGrant};

use super::lookup;
use crate::app::App;
use crate::channels::Channel;
use crate::channels::manage::put_credentials;
use crate::store::StoreError;
use crate::store::rows::channel;

/// The channel with a token that is good for the next call. Whoever comes while a token is being fetched waits for that.
pub(super) async fn ready(app: &App, channel: &Arc<Channel>) -> Result<Arc<Channel>, Failure> {
    if !needs_token(app, channel) {
        return Ok(Arc::clone(channel));
    }
    let turn = app.outbox.token_turn(channel.id);
    let _turn = turn.lock().await;
    // Somebody else may have fetched it meanwhile: look at the channel of now.
    let channel = app.channels.get(channel.id).unwrap_or_else(|| Arc::clone(channel));
    if !needs_token(app, &channel) {
        return Ok(channel);
    }
    let Ok(adapter) = &channel.adapter else { return Ok(channel) };
    let found = lookup::patiently(app, &channel.row.id, adapter.as_ref(), &Job::Token).await?;
    let Outcome::Token(grant) = found else { return Ok(channel) };
    keep(app, &channel, grant).await.map_err(|error| Failure::Retry {
        reason: format!("the token could not be kept: {error}"),
        after_ms: None,
    })?;
    Ok(app.channels.get(channel.id).unwrap_or(channel))
}

fn needs_token(app: &App, channel: &Channel) -> bool {
    channel.adapter.as_ref().is_ok_and(|adapter| adapter.needs_token(app.clock.now()))
}

async fn keep(app: &App, channel: &Channel, grant: TokenGrant) -> Result<(), StoreError> {
    let (work_app, id) = (app.clone(), channel.row.id.clone());
    app.writer
        .run::<(), StoreError, _>(move |tx| {
            Box::pin(async move {
                let fields: Vec<String> = grant.credentials.keys().cloned().collect();
                put_credentials(tx, &work_app, &id, &grant.credentials).await?;
                channel::forget_replaced(tx, &id, &fields).await
            })
        })
        .await?;
    app.reload_channels().await
}
