//! Durable jobs that the desk itself orders: the notice of K25, the end of a session, blocking.

use std::collections::BTreeMap;

use naru_core::adapter::{Job, Outgoing, Recipient};
use naru_core::content::Content;
use naru_core::downgrade::{Context, Report, fit};
use naru_core::ids::DeliveryId;
use naru_core::message::AuthorKind;
use naru_core::settings::Language;
use naru_core::time::Millis;
use serde::Serialize;

use super::effects::{json_of, word};
use super::thread::Thread;
use super::work::Cause;
use crate::app::App;
use crate::channels::Channel;
use crate::store::rows::contact::IdentityRow;
use crate::store::{Bulk, Kind, Result, Topic, Tx};

/// A new row of the outbox.
#[derive(Clone, Debug, Serialize)]
pub(super) struct JobRow {
    id: String,
    kind: &'static str,
    message_id: Option<String>,
    conversation_id: String,
    channel_id: String,
    seq: i64,
    session_no: i64,
    decision: String,
    parts: i64,
    job: String,
    cost: Option<String>,
    trace_id: String,
    now: i64,
}

static INSERT: Bulk = Bulk::new(
    "INSERT INTO delivery (id, kind, message_id, conversation_id, channel_id, seq, session_no, decision, state, \
     automatic, parts, parts_sent, external_ids, job, cost, attempt, next_at, trace_id, created_at, updated_at) \
     SELECT r.id, r.kind, r.message_id, r.conversation_id, r.channel_id, r.seq, r.session_no, r.decision, 'queued', \
     1, r.parts, 0, '[]', r.job, r.cost, 0, r.now, r.trace_id, r.now, r.now FROM",
    &[
        ("id", Kind::Text),
        ("kind", Kind::Text),
        ("message_id", Kind::Text),
        ("conversation_id", Kind::Text),
        ("channel_id", Kind::Text),
        ("seq", Kind::Integer),
        ("session_no", Kind::Integer),
        ("decision", Kind::Text),
        ("parts", Kind::Integer),
        ("job", Kind::Text),
        ("cost", Kind::Text),
        ("trace_id", Kind::Text),
        ("now", Kind::Integer),
    ],
    "",
);

/// Puts jobs into the outbox.
pub(super) async fn insert(tx: &mut Tx, rows: &[JobRow]) -> Result<()> {
    if INSERT.run(tx, rows).await? > 0 {
        tx.touch(Topic::Outbox);
    }
    Ok(())
}

/// What is sent, and to whom.
pub(super) struct Sending<'a> {
    pub channel: &'a Channel,
    pub thread: &'a Thread,
    pub identity: &'a IdentityRow,
    pub language: Language,
    pub content: &'a Content,
}

/// A message's job, and what its downgrade changed.
pub(super) struct Sent {
    pub report: Report,
    pub job: Option<JobRow>,
}

/// The job that brings a message of words alone to the customer.
pub(super) fn send(app: &App, sending: &Sending<'_>, message_id: &str, cause: &Cause, now: Millis) -> Sent {
    let (channel, thread) = (sending.channel, sending.thread);
    let delivery: DeliveryId = app.ids.next(now);
    let Ok(message) = message_id.parse() else { return Sent { report: Report::default(), job: None } };
    let context = Context {
        platform: channel.platform,
        capabilities: &channel.capabilities,
        link_buttons: channel.common.link_buttons,
        formatting: channel.common.formatting,
        language: sending.language,
        message: Some(message),
        media: &BTreeMap::new(),
        variables: &BTreeMap::new(),
        short_link: None,
        numbered_before: 0,
    };
    let Ok(fitted) = fit(sending.content, &context) else {
        return Sent { report: Report::default(), job: None };
    };
    let parts = i64::try_from(fitted.parts.len()).unwrap_or(i64::MAX);
    let outgoing = Outgoing {
        delivery,
        message,
        to: recipient(thread, sending.identity),
        author: AuthorKind::System,
        parts: fitted.parts,
        media: BTreeMap::new(),
        reply_handle: None,
        quote: None,
    };
    let mut row = row(delivery, "send", thread, &Job::Send(Box::new(outgoing)), cause, now);
    row.message_id = Some(message_id.to_owned());
    row.parts = parts;
    row.cost = Some(word(&channel.capabilities.cost.ordinary));
    Sent { report: fitted.report, job: Some(row) }
}

/// A job without a message.
pub(super) fn plain(
    app: &App,
    thread: &Thread,
    identity: &IdentityRow,
    job: impl FnOnce(Recipient) -> Job,
    cause: &Cause,
    now: Millis,
) -> JobRow {
    let job = job(recipient(thread, identity));
    let kind = match &job {
        Job::EndSession { .. } => "end_session",
        Job::Block { .. } => "block",
        _ => "other",
    };
    row(app.ids.next(now), kind, thread, &job, cause, now)
}

/// The job that ends the platform's session.
pub(super) fn end_session(to: Recipient) -> Job {
    Job::EndSession { to }
}

/// The customer of a conversation, as the platform must be told.
pub(super) fn recipient(thread: &Thread, identity: &IdentityRow) -> Recipient {
    Recipient {
        external_id: identity.external_id.clone(),
        lane: thread.lane().to_owned(),
        session: thread.view.session.as_ref().and_then(|session| session.external_id.clone()),
    }
}

fn row(id: DeliveryId, kind: &'static str, thread: &Thread, job: &Job, cause: &Cause, now: Millis) -> JobRow {
    JobRow {
        id: id.to_string(),
        kind,
        message_id: None,
        conversation_id: thread.id().to_owned(),
        channel_id: thread.channel_id().to_owned(),
        seq: thread.view.seq,
        session_no: thread.view.session_no,
        decision: id.to_string(),
        parts: 0,
        job: json_of(job),
        cost: None,
        trace_id: cause.trace_id.clone(),
        now: now.0,
    }
}
