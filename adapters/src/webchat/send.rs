//! Draws parts as frames for the widget. A frame is stored by the gateway for the visitor's stream; that is "sent".

use std::ops::Range;

use naru_core::adapter::{
    Answer, Answers, Body, Call, Failure, Job, Next, Outcome, Outgoing, Receipt, Recipient, Repeat, Scope,
    Sink, Target,
};
use naru_core::downgrade::PartBody;
use naru_core::ids::MessageId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::account::WebChat;
use super::capabilities::CAPABILITIES;
use super::draw::{draw, fields};

/// What a frame is about: the value of its `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FrameKind {
    /// A message; kept for the stream and for the history.
    Message,
    /// The conversation was ended on our side; kept.
    Closed,
    /// The visitor was blocked or unblocked; kept.
    Blocked,
    /// Our side has read the visitor's messages; shown to whoever is connected.
    Read,
    /// Somebody on our side types; shown to whoever is connected.
    Typing,
}

impl FrameKind {
    /// Whether the frame must be in the stream for those who connect later.
    pub fn is_kept(self) -> bool {
        matches!(self, Self::Message | Self::Closed | Self::Blocked)
    }
}

/// The next step of a job.
pub(super) fn next(account: &WebChat, job: &Job, answers: &Answers) -> Next {
    match job {
        Job::Send(outgoing) => send(outgoing, answers),
        Job::EndSession { to } => tell(answers, to, "end", FrameKind::Closed, Map::new()),
        Job::Block { to, blocked } => {
            tell(answers, to, "block", FrameKind::Blocked, fields(json!({ "blocked": blocked })))
        }
        Job::MarkRead { to, external_id, .. } => {
            tell(answers, to, "read", FrameKind::Read, fields(json!({ "client_id": external_id })))
        }
        Job::Typing { to, active } => {
            tell(answers, to, "typing", FrameKind::Typing, fields(json!({ "active": active })))
        }
        Job::Check => Next::Done(Outcome::Checked(account.identity())),
        Job::Profile { .. } => cannot("a visitor tells their profile themselves; there is none to ask for"),
        Job::Media { .. } => cannot("the web chat's media lie in our own store; there is nothing to fetch"),
        Job::Token => cannot("the web chat needs no token"),
        Job::Lookup(_) => Next::Failed(Failure::Unknown {
            reason: "a frame whose answer was lost is stored again under its own key".to_owned(),
        }),
    }
}

fn cannot(reason: &str) -> Next {
    Next::Failed(Failure::Rejected { code: "unsupported".to_owned(), reason: reason.to_owned() })
}

/// One frame that carries no message.
fn tell(
    answers: &Answers,
    to: &Recipient,
    step: &str,
    kind: FrameKind,
    mut body: Map<String, Value>,
) -> Next {
    if let Some(answer) = answers.get(step) {
        return failure(answer).map_or(Next::Done(Outcome::Acknowledged), Next::Failed);
    }
    address(&mut body, kind, to);
    Next::Call(Box::new(frame(step.to_owned(), Repeat::Safe, body, 0..0)))
}

/// The first step that has no answer yet; a step carries as many parts as a frame may hold.
fn send(outgoing: &Outgoing, answers: &Answers) -> Next {
    if outgoing.parts.iter().any(|part| matches!(part.body, PartBody::Override(_))) {
        return cannot("the web chat draws content only; it has no payload of its own");
    }
    for (index, parts) in frames(outgoing).into_iter().enumerate() {
        let step = step_name(index);
        let Some(answer) = answers.get(&step) else {
            let body = message(outgoing, &parts);
            return Next::Call(Box::new(frame(step, Repeat::Keyed, body, parts)));
        };
        if let Some(failure) = failure(answer) {
            return Next::Failed(failure);
        }
    }
    Next::Done(Outcome::Sent { changes: Vec::new() })
}

fn message(outgoing: &Outgoing, parts: &Range<usize>) -> Map<String, Value> {
    let drawn = outgoing.parts[parts.clone()].iter().map(|part| draw(part, &outgoing.media));
    let mut body = fields(json!({
        "message_id": outgoing.message,
        "author": outgoing.author,
        "first": parts.start,
        "parts": drawn.collect::<Vec<_>>(),
    }));
    if let Some(quote) = &outgoing.quote {
        body.insert("quote".to_owned(), Value::String(quote.clone()));
    }
    address(&mut body, FrameKind::Message, &outgoing.to);
    body
}

fn step_name(index: usize) -> String {
    format!("frame/{index}")
}

fn frames(outgoing: &Outgoing) -> Vec<Range<usize>> {
    let size = usize::try_from(CAPABILITIES.batch.max).unwrap_or(usize::MAX).max(1);
    let all = outgoing.parts.len();
    (0..all).step_by(size).map(|start| start..all.min(start.saturating_add(size))).collect()
}

fn address(body: &mut Map<String, Value>, kind: FrameKind, to: &Recipient) {
    body.insert("type".to_owned(), json!(kind));
    body.insert("to".to_owned(), json!(to.lane));
}

fn frame(step: String, repeat: Repeat, body: Map<String, Value>, parts: Range<usize>) -> Call {
    Call {
        step,
        repeat,
        target: Target::Widget,
        body: Body::Json(Value::Object(body)),
        parts,
        sink: Sink::Answer,
    }
}

/// What our own gateway's answer to a frame means; `None` where the frame is stored.
fn failure(answer: &Answer) -> Option<Failure> {
    let reason = || {
        let said = answer.json().and_then(|body| Some(body.get("reason")?.as_str()?.to_owned()));
        said.unwrap_or_else(|| format!("the web chat's stream answered {}", answer.status))
    };
    let after_ms =
        answer.header("retry-after").and_then(|s| s.parse::<i64>().ok()).map(|s| s.saturating_mul(1_000));
    match answer.status {
        200..=299 => None,
        401 | 403 => Some(Failure::AuthBroken { reason: reason() }),
        429 => Some(Failure::Throttled { reason: reason(), after_ms, scope: Scope::Conversation }),
        500..=599 | 408 => Some(Failure::Retry { reason: reason(), after_ms }),
        status => Some(Failure::Rejected { code: status.to_string(), reason: reason() }),
    }
}

/// What is stored for the stream: one receipt per part.
pub(super) fn receipts(job: &Job, answers: &Answers) -> Vec<Receipt> {
    let Job::Send(outgoing) = job else { return Vec::new() };
    let stored = |(index, _): &(usize, Range<usize>)| {
        answers.get(&step_name(*index)).is_some_and(|answer| failure(answer).is_none())
    };
    let receipt =
        |part| Receipt { part, external_id: Some(external_id(outgoing.message, part)), extra: Value::Null };
    frames(outgoing)
        .into_iter()
        .enumerate()
        .filter(stored)
        .flat_map(|(_, parts)| parts.map(receipt))
        .collect()
}

/// The first part bears the message's own id, by which the browser says that it was received and seen.
fn external_id(message: MessageId, part: usize) -> String {
    if part == 0 { message.to_string() } else { format!("{message}/{part}") }
}
