//! Claims the first due delivery of each conversation: checks its time and its session, takes a reply handle, joins what
//! may go in the same call, recalls what earlier calls have brought.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use naru_core::adapter::{Job, Outgoing};
use naru_core::message::DeliveryState;
use naru_core::session::{Session, may_send};
use naru_core::time::Millis;
use serde::Serialize;

use super::book::Book;
use super::running::{Follower, Running};
use super::settle::{Settling, Writes};
use crate::app::App;
use crate::channels::Channel;
use crate::documents::stored;
use crate::store::rows::call::{self, CallEnd, CallRow};
use crate::store::rows::conversation::{self, ConversationRow};
use crate::store::rows::delivery::{self, DeliveryRow};
use crate::store::{Bulk, Kind, Result, Tx};

static KEEP_SESSION: Bulk = Bulk::new(
    "UPDATE conversation SET session = r.session FROM",
    &[("id", Kind::Text), ("session", Kind::Text)],
    "WHERE conversation.id = r.id",
);

#[derive(Serialize)]
struct SessionRow {
    id: String,
    session: String,
}

/// What claiming has loaded.
struct Loaded {
    conversations: HashMap<String, ConversationRow>,
    followers: HashMap<String, Vec<DeliveryRow>>,
    calls: HashMap<String, Vec<CallRow>>,
}

/// Claims at most `limit` deliveries; returns whether there may be more that are due.
pub(super) async fn claim(
    tx: &mut Tx,
    app: &App,
    book: &mut Book,
    writes: &mut Writes,
    limit: usize,
    now: Millis,
) -> Result<bool> {
    let shut = book.shut(app, now.0);
    let wanted = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut heads = delivery::due(tx, now.0, &shut, wanted).await?;
    let is_more = heads.len() >= limit;
    let mut room: HashMap<String, usize> = HashMap::new();
    heads.retain(|row| match app.channels.find(&row.channel_id) {
        Some(channel) => {
            let left = room.entry(row.channel_id.clone()).or_insert_with(|| book.room(&channel, now.0));
            let is_room = *left > 0;
            *left = left.saturating_sub(1);
            is_room
        }
        None => true,
    });
    let mut loaded = load(tx, app, &heads).await?;
    let mut sessions = Vec::new();
    for row in heads {
        let mut settling = Settling { book: &mut *book, writes: &mut *writes, now };
        one(app, row, &mut loaded, &mut sessions, &mut settling);
    }
    KEEP_SESSION.run(tx, &sessions).await?;
    Ok(is_more)
}

async fn load(tx: &mut Tx, app: &App, heads: &[DeliveryRow]) -> Result<Loaded> {
    let ids: HashSet<String> = heads.iter().map(|row| row.conversation_id.clone()).collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let conversations =
        conversation::lock(tx, &ids).await?.into_iter().map(|row| (row.id.clone(), row)).collect();
    let joining: Vec<String> = heads
        .iter()
        .filter(|row| row.kind == "send" && app.channels.find(&row.channel_id).is_some_and(|c| joins(&c)))
        .map(|row| row.conversation_id.clone())
        .collect();
    let mut followers: HashMap<String, Vec<DeliveryRow>> = HashMap::new();
    for row in delivery::followers(tx, &joining).await? {
        followers.entry(row.conversation_id.clone()).or_default().push(row);
    }
    let worked: Vec<String> = heads.iter().filter(|row| was_worked(row)).map(|row| row.id.clone()).collect();
    let mut calls: HashMap<String, Vec<CallRow>> = HashMap::new();
    for row in call::of(tx, &worked).await? {
        calls.entry(row.delivery_id.clone()).or_default().push(row);
    }
    Ok(Loaded { conversations, followers, calls })
}

/// Whether a delivery may have calls already. Every change of a row moves its `updated_at` behind its birth.
fn was_worked(row: &DeliveryRow) -> bool {
    row.updated_at > row.created_at || row.state == "sending" || row.attempt > 0
}

/// Whether a platform's calls carry several messages: LINE's bubbles, at one price.
fn joins(channel: &Channel) -> bool {
    channel.capabilities.session.reply_handle_ms.is_some() && channel.capabilities.batch.max > 1
}

fn one(
    app: &App,
    row: DeliveryRow,
    loaded: &mut Loaded,
    sessions: &mut Vec<SessionRow>,
    settling: &mut Settling<'_>,
) {
    let now = settling.now;
    let channel = app.channels.find(&row.channel_id);
    let job: Option<Job> = stored("delivery.job", &row.job).ok();
    let (Some(channel), Some(job)) = (channel, job) else {
        let running = stub(app, row);
        if let Some(running) = running {
            settling.ends(&running, DeliveryState::Failed, "channel-gone", "the channel is gone");
        }
        return;
    };
    let own = match &job {
        Job::Send(outgoing) => outgoing.parts.len(),
        _ => 0,
    };
    let mut running = Running {
        row,
        channel,
        job: Arc::new(job),
        own,
        followers: Vec::new(),
        answers: naru_core::adapter::Answers::default(),
        calls: 0,
    };
    let calls = loaded.calls.remove(&running.row.id).unwrap_or_default();
    let conversation_id = running.row.conversation_id.clone();
    let candidates = loaded.followers.get(&conversation_id).map_or(&[][..], Vec::as_slice);
    join(&mut running, candidates, calls.is_empty());
    if running.row.deadline.is_some_and(|deadline| deadline <= now.0) {
        let reason = "the message's time was over before the platform took it";
        settling.ends(&running, DeliveryState::Expired, "expired", reason);
        return;
    }
    let conversation = loaded.conversations.get(&running.row.conversation_id);
    let session: Option<Session> = conversation
        .as_ref()
        .and_then(|row| row.session.as_deref())
        .and_then(|text| serde_json::from_str(text).ok());
    if let Some(reason) = gone(&running, conversation, session.as_ref(), now) {
        settling.session_closed(&running, reason);
        return;
    }
    for n in running.recall(&calls) {
        settling.writes.ended_calls.push(CallEnd {
            delivery_id: running.row.id.clone(),
            n,
            answer: None,
            outcome: "lost",
            ended_at: now.0,
        });
    }
    if let (Some(mut session), true) = (session, calls.is_empty())
        && take_handle(&mut running, &mut session, now)
    {
        let session = serde_json::to_string(&session).expect("a session is JSON");
        sessions.push(SessionRow { id: running.row.conversation_id.clone(), session });
    }
    let step = running.next(now);
    settling.proceed(running, step, "");
}

/// A delivery whose channel is gone still needs a channel to be settled under; without any it stays.
fn stub(app: &App, row: DeliveryRow) -> Option<Running> {
    let channel = app.channels.find(&row.channel_id).or_else(|| app.channels.all().first().cloned())?;
    let job = Arc::new(Job::Check);
    let answers = naru_core::adapter::Answers::default();
    Some(Running { row, channel, job, own: 0, followers: Vec::new(), answers, calls: 0 })
}

/// Why a message may not leave any more: its session is over, even where a newer one is open.
fn gone(
    running: &Running,
    conversation: Option<&ConversationRow>,
    session: Option<&Session>,
    now: Millis,
) -> Option<&'static str> {
    let outgoing = running.outgoing()?;
    let policy = &running.channel.capabilities.session;
    let is_of_another = conversation.is_some_and(|row| row.session_no != running.row.session_no);
    if is_of_another && !policy.business_may_start {
        return Some("the session under which it was written is over");
    }
    may_send(policy, session, outgoing.author, now).err().map(|_| "the session is over")
}

/// Joins the messages behind this one that were decided together with it, up to what one call carries. Buttons that
/// are shown only below the last message end the row. After the first call nothing is added any more.
fn join(running: &mut Running, candidates: &[DeliveryRow], is_fresh: bool) {
    let Job::Send(outgoing) = running.job.as_ref() else { return };
    let mut joint: Outgoing = (**outgoing).clone();
    let most = usize::try_from(running.channel.capabilities.batch.max).unwrap_or(usize::MAX);
    for row in candidates {
        if (row.seq, &row.id) <= (running.row.seq, &running.row.id) {
            continue;
        }
        let is_joined = row.joined_to.as_deref() == Some(running.row.id.as_str());
        let may_join = is_fresh && row.state == "queued" && row.decision == running.row.decision;
        let Ok(Job::Send(next)) = stored::<Job>("delivery.job", &row.job) else { break };
        let has_buttons = joint.parts.iter().any(|part| !part.replies.is_empty());
        let fits = joint.parts.len() + next.parts.len() <= most && !has_buttons;
        let joins_now = may_join && fits && next.quote.is_none();
        if !(is_joined || joins_now) {
            break;
        }
        let start = joint.parts.len();
        joint.parts.extend(next.parts);
        joint.media.extend(next.media);
        running.followers.push(Follower { row: row.clone(), parts: start..joint.parts.len() });
    }
    running.job = Arc::new(Job::Send(Box::new(joint)));
}

/// Takes a free reply handle for a message that has not left; `true` where the session has changed.
fn take_handle(running: &mut Running, session: &mut Session, now: Millis) -> bool {
    let Job::Send(outgoing) = running.job.as_ref() else { return false };
    if outgoing.reply_handle.is_some() {
        return false;
    }
    let Some(token) = session.take_handle(&running.row.id, now) else { return false };
    let mut joint = outgoing.clone();
    joint.reply_handle = Some(token.clone());
    // The row keeps the job as it is without its followers, so that each can go on its own.
    if let Ok(Job::Send(mut own)) = stored::<Job>("delivery.job", &running.row.job) {
        own.reply_handle = Some(token);
        running.row.job = serde_json::to_string(&Job::Send(own)).expect("a job is JSON");
    }
    running.job = Arc::new(Job::Send(joint));
    true
}
