//! What became of messages that went out, by a platform's later word, and what an ended session leaves undone.

use std::collections::{BTreeMap, HashMap};

use naru_core::event::{DeliveryReport, ReportedState};
use naru_core::ids::EventId;
use naru_core::message::DeliveryState;
use naru_core::time::Millis;
use serde::Serialize;
use serde_json::json;
use sqlx::FromRow;

use super::work::Cause;
use crate::app::App;
use crate::documents;
use crate::store::rows::event::DomainEventRow;
use crate::store::rows::{execute_with_list, message, rows_of_json};
use crate::store::{Bulk, Kind, Result, Topic, Tx, rows_of};

/// What a platform told of messages that went out.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub conversation_id: String,
    pub channel_id: String,
    pub what: What,
    pub cause: Cause,
}

/// What it told.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// Of one message.
    Report(DeliveryReport),
    /// The customer has seen a message and all before it, or all.
    Seen { external_id: Option<String> },
}

/// A part of a message of ours, by the platform's id.
#[derive(Clone, Debug, FromRow)]
pub(super) struct PartRow {
    pub channel_id: String,
    pub external_id: String,
    pub message_id: String,
}

#[derive(Clone, Debug, FromRow)]
struct DeliveryLine {
    id: String,
    message_id: Option<String>,
    conversation_id: String,
    channel_id: String,
    seq: i64,
    state: String,
    parts: i64,
}

#[derive(Debug, Serialize)]
struct Raised {
    id: String,
    state: &'static str,
    error: Option<String>,
    updated_at: i64,
}

const PARTS: [&str; 2] = [
    "SELECT p.channel_id, p.external_id, p.message_id FROM json_each($1) k JOIN part_external p \
     ON p.channel_id = k.value ->> '$[0]' AND p.external_id = k.value ->> '$[1]'",
    "SELECT p.channel_id, p.external_id, p.message_id FROM jsonb_array_elements($1::jsonb) k(value) \
     JOIN part_external p ON p.channel_id = k.value ->> 0 AND p.external_id = k.value ->> 1",
];
const LINES: [&str; 2] = [
    "SELECT d.id, d.message_id, d.conversation_id, d.channel_id, d.seq, d.state, d.parts FROM delivery d \
     WHERE d.kind = 'send' AND d.state NOT IN ('read', 'cancelled', 'queued', 'held') \
     AND d.conversation_id IN (SELECT value FROM json_each($1)) ORDER BY d.id",
    "SELECT d.id, d.message_id, d.conversation_id, d.channel_id, d.seq, d.state, d.parts FROM delivery d \
     WHERE d.kind = 'send' AND d.state NOT IN ('read', 'cancelled', 'queued', 'held') \
     AND d.conversation_id IN (SELECT jsonb_array_elements_text($1::jsonb)) ORDER BY d.id FOR UPDATE",
];
const ENDED: [&str; 2] = [
    "UPDATE delivery SET state = 'failed', error = '{\"code\":\"session-closed\",\"reason\":\"the session is over\"}' \
     WHERE kind = 'send' AND state IN ('queued', 'held') AND (conversation_id, session_no) IN \
     (SELECT k.value ->> '$[0]', k.value ->> '$[1]' FROM json_each($1) k) \
     RETURNING id, message_id, conversation_id, channel_id, seq, state, parts",
    "UPDATE delivery SET state = 'failed', error = '{\"code\":\"session-closed\",\"reason\":\"the session is over\"}' \
     WHERE kind = 'send' AND state IN ('queued', 'held') AND (conversation_id, session_no) IN \
     (SELECT k.value ->> 0, (k.value ->> 1)::bigint FROM jsonb_array_elements($1::jsonb) k(value)) \
     RETURNING id, message_id, conversation_id, channel_id, seq, state, parts",
];
const MERGED: [&str; 2] = [
    "UPDATE conversation SET contact_id = (SELECT i.contact_id FROM identity i WHERE i.id = conversation.identity_id) \
     WHERE identity_id IN (SELECT value FROM json_each($1))",
    "UPDATE conversation SET contact_id = (SELECT i.contact_id FROM identity i WHERE i.id = conversation.identity_id) \
     WHERE identity_id IN (SELECT jsonb_array_elements_text($1::jsonb))",
];

static RAISE: Bulk = Bulk::new(
    "UPDATE delivery SET state = r.state, error = COALESCE(r.error, delivery.error), updated_at = r.updated_at FROM",
    &[("id", Kind::Text), ("state", Kind::Text), ("error", Kind::Text), ("updated_at", Kind::Integer)],
    "WHERE delivery.id = r.id",
);

/// The parts of messages of ours among these pairs of channel and the platform's id.
pub(super) async fn parts(tx: &mut Tx, keys: &[(&str, &str)]) -> Result<Vec<PartRow>> {
    rows_of_json(tx, PARTS, keys).await
}

/// Gives every conversation of these accounts to the accounts' customer.
pub(super) async fn follow_contacts(tx: &mut Tx, identity_ids: &[String]) -> Result<()> {
    execute_with_list(tx, MERGED, identity_ids).await
}

/// Ends what was accepted under sessions that are over; returns what subscribers are told of it.
pub(super) async fn fail_ended(
    tx: &mut Tx,
    app: &App,
    ended: &[(String, i64)],
    now: Millis,
) -> Result<Vec<DomainEventRow>> {
    let lines: Vec<DeliveryLine> = rows_of_json(tx, ENDED, ended).await?;
    let cause = Cause {
        trace_id: String::new(),
        causation_id: None,
        event_id: None,
        occurred_at: now,
        received_at: now,
    };
    let told: Vec<_> = lines.iter().map(|line| (line, "delivery.failed", &cause)).collect();
    news(tx, app, &told, now).await
}

/// Raises deliveries to what platforms told of them; returns what subscribers are told of it.
pub(super) async fn raise(tx: &mut Tx, app: &App, told: &[Told], now: Millis) -> Result<Vec<DomainEventRow>> {
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let conversations: Vec<String> = told.iter().map(|told| told.conversation_id.clone()).collect();
    let mut lines: Vec<DeliveryLine> = rows_of(tx, LINES, &conversations).await?;
    let messages = resolve(tx, told).await?;
    let mut raised: BTreeMap<String, Raised> = BTreeMap::new();
    let mut news_of = Vec::new();
    for told in told {
        let (state, target) = aim(told, &messages, &lines);
        for line in lines.iter_mut().filter(|line| line.conversation_id == told.conversation_id) {
            let is_meant = match &target {
                Target::One(message) => line.message_id.as_ref() == Some(message),
                Target::Part { delivery, part } => line.id == *delivery && line.is_news(state, *part),
                Target::UpTo(seq) => line.seq <= *seq,
                Target::Nothing => false,
            };
            let before = DeliveryState::parse(&line.state);
            if !is_meant || !before.is_some_and(|before| before.may_become(state)) {
                continue;
            }
            state.name().clone_into(&mut line.state);
            raised.insert(
                line.id.clone(),
                Raised { id: line.id.clone(), state: state.name(), error: reason(told), updated_at: now.0 },
            );
            news_of.push((line.clone(), kind(state), &told.cause));
        }
    }
    let rows: Vec<Raised> = raised.into_values().collect();
    RAISE.run(tx, &rows).await?;
    if !rows.is_empty() {
        // A doubt that is settled lets the conversation's next message go.
        tx.touch(Topic::Outbox);
    }
    let told: Vec<_> = news_of.iter().map(|(line, kind, cause)| (line, *kind, *cause)).collect();
    news(tx, app, &told, now).await
}

impl DeliveryLine {
    /// Whether a platform's word on one part changes the whole. That a part was sent says so of the whole only where
    /// it is the last, and is news only while the call that brought it has no answer.
    fn is_news(&self, state: DeliveryState, part: i64) -> bool {
        let open =
            [DeliveryState::Sending, DeliveryState::Unknown].iter().any(|open| self.state == open.name());
        state != DeliveryState::Sent || (open && part + 1 == self.parts)
    }
}

enum Target {
    One(String),
    /// A part by our own reference, which the platform gave back.
    Part {
        delivery: String,
        part: i64,
    },
    UpTo(i64),
    Nothing,
}

fn aim(
    told: &Told,
    messages: &HashMap<(String, String), String>,
    lines: &[DeliveryLine],
) -> (DeliveryState, Target) {
    let message =
        |external_id: &str| messages.get(&(told.channel_id.clone(), external_id.to_owned())).cloned();
    match &told.what {
        What::Report(report) => {
            let state = match report.state {
                ReportedState::Sent => DeliveryState::Sent,
                ReportedState::Delivered => DeliveryState::Delivered,
                ReportedState::Read => DeliveryState::Read,
                ReportedState::Failed => DeliveryState::Failed,
            };
            let target = report.reference.as_deref().and_then(part_of);
            (
                state,
                target.or_else(|| message(&report.external_id).map(Target::One)).unwrap_or(Target::Nothing),
            )
        }
        What::Seen { external_id: None } => (DeliveryState::Read, Target::UpTo(i64::MAX)),
        What::Seen { external_id: Some(external_id) } => {
            let seq = message(external_id)
                .and_then(|id| lines.iter().find(|line| line.message_id.as_ref() == Some(&id)))
                .map(|line| line.seq);
            (DeliveryState::Read, seq.map_or(Target::Nothing, Target::UpTo))
        }
    }
}

/// The part that a reference of ours names: `<delivery>/<part>`.
fn part_of(reference: &str) -> Option<Target> {
    let (delivery, part) = reference.split_once('/')?;
    Some(Target::Part { delivery: delivery.to_owned(), part: part.parse().ok()? })
}

fn reason(told: &Told) -> Option<String> {
    match &told.what {
        What::Report(DeliveryReport { state: ReportedState::Failed, code, reason, .. }) => {
            Some(json!({"code": code, "reason": reason}).to_string())
        }
        _ => None,
    }
}

fn kind(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Delivered => "delivery.delivered",
        DeliveryState::Read => "delivery.read",
        DeliveryState::Failed => "delivery.failed",
        _ => "delivery.sent",
    }
}

/// Which messages the told ids name: by the platform's id of a part, or by our own id, which the web chat uses.
async fn resolve(tx: &mut Tx, told: &[Told]) -> Result<HashMap<(String, String), String>> {
    let named: Vec<(&str, &str)> = told
        .iter()
        .filter_map(|told| match &told.what {
            What::Report(report) => Some((told.channel_id.as_str(), report.external_id.as_str())),
            What::Seen { external_id } => Some((told.channel_id.as_str(), external_id.as_deref()?)),
        })
        .collect();
    let mut messages: HashMap<(String, String), String> = named
        .iter()
        .map(|(channel, id)| (((*channel).to_owned(), (*id).to_owned()), (*id).to_owned()))
        .collect();
    for part in parts(tx, &named).await? {
        messages.insert((part.channel_id, part.external_id), part.message_id);
    }
    Ok(messages)
}

async fn news(
    tx: &mut Tx,
    app: &App,
    told: &[(&DeliveryLine, &'static str, &Cause)],
    now: Millis,
) -> Result<Vec<DomainEventRow>> {
    let ids: Vec<String> = told.iter().filter_map(|(line, _, _)| line.message_id.clone()).collect();
    let rows = message::by_ids(tx, &ids).await?;
    let documents: HashMap<String, documents::MessageDoc> = documents::messages(tx, &rows)
        .await?
        .into_iter()
        .map(|document| (document.id.clone(), document))
        .collect();
    let of = |line: &DeliveryLine| documents.get(line.message_id.as_ref()?);
    Ok(told
        .iter()
        .map(|(line, kind, cause)| DomainEventRow {
            position: 0,
            id: app.ids.next::<EventId>(now).to_string(),
            r#type: (*kind).to_owned(),
            channel_id: Some(line.channel_id.clone()),
            conversation_id: Some(line.conversation_id.clone()),
            seq: Some(line.seq),
            occurred_at: cause.occurred_at.0,
            received_at: cause.received_at.0,
            causation_id: cause.causation_id.clone(),
            trace_id: of(line).map(|document| document.trace_id.clone()),
            data: json!({"delivery_id": line.id, "message": of(line)}).to_string(),
        })
        .collect())
}
