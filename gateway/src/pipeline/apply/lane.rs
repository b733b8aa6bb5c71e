//! Decides the events of one lane, one after the other.

use naru_core::desk::menus::offered_by;
use naru_core::desk::{Effect, Route, Stimulus, route};
use naru_core::event::{Event, Sender, What};
use naru_core::ids::{ContactId, ConversationId, IdentityId};
use naru_core::session::CloseCause;

use super::super::failpoint;
use super::super::plan::{LaneKey, LanePlan, Planned};
use crate::desk::{Cause, Kept, Lane, Thread, Work};
use crate::store::Result;
use crate::store::rows::contact::{ContactRow, IdentityRow};

/// Where an event went.
#[derive(Clone, Debug, Default)]
pub(super) struct Went {
    pub conversation_id: Option<String>,
    pub message_id: Option<String>,
}

/// Decides the first `upto` events of a lane. `at` is the event being decided, for whoever catches a panic.
pub(super) fn decide(
    work: &Work,
    key: &LaneKey,
    plan: &LanePlan,
    upto: usize,
    at: &mut usize,
) -> Result<(Kept, Vec<Went>)> {
    let thread = work.thread_of_lane(&key.0, &key.1).cloned();
    let mut lane = work.open(&plan.channel, thread);
    let mut went = Vec::with_capacity(upto);
    for (index, planned) in plan.events.iter().take(upto).enumerate() {
        *at = index;
        went.push(one(&mut lane, &key.1, planned)?);
    }
    Ok((lane.finish(), went))
}

/// What an event's rows say of their origin.
pub(in crate::pipeline) fn cause(planned: &Planned) -> Cause {
    Cause {
        trace_id: planned.trace_id.clone(),
        causation_id: Some(planned.id.clone()),
        event_id: Some(planned.id.clone()),
        occurred_at: planned.event.at.unwrap_or(planned.arrived),
        received_at: planned.arrived,
    }
}

fn one(lane: &mut Lane<'_>, name: &str, planned: &Planned) -> Result<Went> {
    let event = &planned.event;
    failpoint::hit(event);
    // What belongs to no conversation is the channel's own; its row is all there is to keep.
    if name.is_empty() {
        return Ok(Went::default());
    }
    let cause = cause(planned);
    if let Some(sender) = &event.sender {
        know(lane, sender, &event.what);
    }
    find_conversation(lane, name, planned, &cause)?;
    if lane.thread().is_none() {
        return without_conversation(lane, event, &cause).map(|()| Went::default());
    }
    let before = lane.thread().map_or(0, |thread| thread.view.seq);
    let offered =
        named_message(&event.what).and_then(|id| lane.work().offered(&id, lane.thread()?.channel_id()));
    let stimulus = Stimulus::Event { event, arrived: planned.arrived, offered: offered.as_ref() };
    lane.apply(stimulus, &cause)?;
    Ok(Went {
        conversation_id: lane.thread().map(|thread| thread.id().to_owned()),
        message_id: lane.message_numbered(before + 1),
    })
}

/// The message of ours that an event's button or form names.
pub(super) fn named_message(what: &What) -> Option<String> {
    match what {
        What::Message(inbound) => offered_by(inbound.payload.as_deref()?).map(|id| id.to_string()),
        What::Postback(postback) => offered_by(&postback.payload).map(|id| id.to_string()),
        What::FormAnswered(form) => Some(form.message_id.clone()),
        _ => None,
    }
}

/// The account that a conversation is with: the group's, where there is a group.
pub(super) fn account(sender: &Sender) -> &str {
    sender.group.as_deref().unwrap_or(&sender.external_id)
}

fn know(lane: &mut Lane<'_>, sender: &Sender, what: &What) {
    let is_new_to_us = !matches!(what, What::Typing { .. } | What::Read { .. } | What::Delivery(_));
    if lane.identity().is_some() {
        return;
    }
    let channel_id = lane.channel().row.id.clone();
    let key = (channel_id.clone(), account(sender).to_owned());
    if lane.meet(&key) || !is_new_to_us {
        return;
    }
    let now = lane.work().now();
    let ids = lane.ids();
    let wants_profile = lane.channel().capabilities.profile == naru_core::capabilities::Level::Native
        && sender.profile.is_none()
        && sender.group.is_none();
    let contact = ContactRow {
        id: ids.next::<ContactId>(now).to_string(),
        name: None,
        language: None,
        profile: "{}".to_owned(),
        created_at: now.0,
        updated_at: now.0,
    };
    let identity = IdentityRow {
        id: ids.next::<IdentityId>(now).to_string(),
        channel_id,
        external_id: key.1,
        contact_id: contact.id.clone(),
        member: 0,
        blocked: 0,
        unreachable: 0,
        profile_state: if wants_profile { "wanted" } else { "none" }.to_owned(),
        profile_at: None,
        created_at: now.0,
        updated_at: now.0,
    };
    lane.introduce(identity, contact);
}

/// Leads the event to its conversation: the lane's, a new one where the platform's session before is over, or the
/// first.
fn find_conversation(lane: &mut Lane<'_>, name: &str, planned: &Planned, cause: &Cause) -> Result<()> {
    let event = &planned.event;
    let Some(thread) = lane.thread() else {
        if begins(&event.what) {
            begin(lane, name);
        }
        return Ok(());
    };
    let channel = std::sync::Arc::clone(lane.channel());
    let Route::New { over } = route(&thread.view, &Lane::rules(&channel), event, planned.arrived) else {
        return Ok(());
    };
    let session_no = thread.view.session_no;
    if let Some(cause_of_end) = over {
        let at = match cause_of_end {
            CloseCause::Idle => thread.view.session.as_ref().and_then(|session| session.expires_at),
            _ => None,
        };
        let at = at.unwrap_or(cause.occurred_at);
        lane.apply(Stimulus::SessionOver { session_no, at, cause: cause_of_end }, cause)?;
    }
    begin(lane, name);
    Ok(())
}

fn begin(lane: &mut Lane<'_>, name: &str) {
    let now = lane.work().now();
    let id: ConversationId = lane.ids().next(now);
    let Some(identity) = lane.identity() else { return };
    let thread = Thread::begin(id.to_string(), identity, name, now);
    lane.turn_to(thread);
}

/// Whether an event is shown, and so needs a conversation to be shown in.
fn begins(what: &What) -> bool {
    matches!(
        what,
        What::Message(_)
            | What::Postback(_)
            | What::FormAnswered(_)
            | What::Entered(_)
            | What::Followed { .. }
            | What::Joined
            | What::MembersJoined { .. }
            | What::Notice { .. }
            | What::Echo(_)
            | What::Unsupported { .. }
    )
}

/// What is learned of a customer who has not spoken yet.
fn without_conversation(lane: &mut Lane<'_>, event: &Event, cause: &Cause) -> Result<()> {
    match &event.what {
        What::ProfileChanged(profile) => lane.effect(Effect::Learn(profile.clone()), cause),
        What::Identified { member_id, profile } => {
            let (member_id, profile) = (member_id.clone(), profile.clone());
            lane.effect(Effect::Identify { member_id, profile }, cause)
        }
        _ => Ok(()),
    }
}
