//! Makes one call: token, pace, signature, request, answer.

use std::sync::Arc;

use naru_core::adapter::{Adapter, Body, Call, Failure, FormField, Target};
use tracing::debug;

use super::running::Made;
use super::token;
use crate::app::App;
use crate::channels::Channel;
use crate::egress::{Attachment, CallError, Sinking};
use crate::media::Blob;
use crate::store::StoreError;
use crate::store::rows::media;
use crate::telemetry;

/// Makes a call of a channel's job, with a fresh token where it needs one, at the platform's pace.
pub(super) async fn make(app: &App, channel: &Arc<Channel>, call: &Call) -> (Made, Option<Blob>) {
    let channel = match token::ready(app, channel).await {
        Ok(channel) => channel,
        Err(failure) => return (Made::NoToken(failure), None),
    };
    let Ok(adapter) = &channel.adapter else {
        let reason = channel.adapter.as_ref().err().cloned().unwrap_or_default();
        return (Made::NoToken(Failure::AuthBroken { reason }), None);
    };
    app.outbox.pace(&channel, &call.step).await;
    let started = app.clock.instant();
    let made = carry(app, &channel.row.id, adapter.as_ref(), call).await;
    let platform = channel.platform.name;
    metrics::counter!(telemetry::CALLS, "platform" => platform, "outcome" => name(&made.0)).increment(1);
    metrics::histogram!(telemetry::CALL_SECONDS, "platform" => platform).record(started.elapsed());
    let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    debug!(channel_id = channel.row.id, step = call.step, outcome = name(&made.0), millis, "a call was made");
    made
}

fn name(made: &Made) -> &'static str {
    match made {
        Made::Answered(_) => "answered",
        Made::Lost(_) => "lost",
        Made::NotSent(_) => "not_sent",
        Made::Refused(_) => "refused",
        Made::NoToken(_) => "no_token",
    }
}

/// Makes a call with an adapter that is ready.
pub(super) async fn carry(
    app: &App,
    channel_id: &str,
    adapter: &dyn Adapter,
    call: &Call,
) -> (Made, Option<Blob>) {
    if let (Target::Widget, Body::Json(frame)) = (&call.target, &call.body) {
        return (Made::Answered(crate::webchat::deliver(app, channel_id, frame).await), None);
    }
    let attachments = match attachments(app, &call.body).await {
        Ok(attachments) => attachments,
        Err(error) => return (Made::NotSent(error.to_string()), None),
    };
    let signed = adapter.sign(call, app.clock.now());
    let sink = match call.sink {
        naru_core::adapter::Sink::Answer => None,
        naru_core::adapter::Sink::Media => {
            Some(Sinking { store: &app.media, limit: app.config.limits.fetch_bytes })
        }
    };
    match app.egress.call(&signed, &attachments, sink).await {
        Ok((answer, blob)) => (Made::Answered(answer), blob),
        Err(CallError::NotSent(reason)) => (Made::NotSent(reason), None),
        Err(CallError::Lost(reason)) => (Made::Lost(reason), None),
        Err(error) => (Made::Refused(error.to_string()), None),
    }
}

/// The stored media that a body carries.
async fn attachments(app: &App, body: &Body) -> Result<Vec<Attachment>, StoreError> {
    let Body::Multipart(fields) = body else { return Ok(Vec::new()) };
    let ids: Vec<String> = fields
        .iter()
        .filter_map(|field| match field {
            FormField::Media { media, .. } => Some(media.to_string()),
            FormField::Text { .. } => None,
        })
        .collect();
    let rows = media::by_ids(&mut app.db.read().await?, &ids).await?;
    let attach = |row: media::MediaRow| {
        Some(Attachment { media: row.id.parse().ok()?, store: app.media.clone(), sha256: row.sha256? })
    };
    Ok(rows.into_iter().filter_map(attach).collect())
}
