//! What follows from a step of a job: the next call, or how the delivery ends, as rows to be written.

use std::collections::BTreeMap;

use naru_core::adapter::{Answer, Call, Failure, Job, Outcome, Receipt, Scope};
use naru_core::downgrade::{Change, Part};
use naru_core::ids::MessageId;
use naru_core::message::DeliveryState;
use naru_core::time::{MINUTE, Millis};
use serde_json::{Value, json};

use super::book::{Book, Class};
use super::news::Line;
use super::running::{Made, Running, Step, host};
use super::schedule::wait;
use crate::channels::Health;
use crate::store::rows::call::{CallEnd, CallRow};
use crate::store::rows::delivery::{DeliveryRow, NEVER, Settled};
use crate::store::rows::gate::GateRow;
use crate::store::rows::part::{MessageLearned, PartRow};

/// How long a claimed delivery belongs to its worker, in milliseconds: longer than any call may take.
const LEASE: i64 = 15 * MINUTE;
/// How long an unknown outcome holds the conversation's next message back, in milliseconds.
const DOUBT: i64 = MINUTE;

/// A call that was made.
#[derive(Clone)]
pub(super) struct Finished {
    pub running: Running,
    pub call: Call,
    pub made: Made,
}

/// A call that is to be made once the transaction is committed.
#[derive(Clone)]
pub(super) struct Started {
    pub running: Running,
    pub call: Call,
}

/// Parts of a message that are on the platform now.
pub(super) struct Drawn {
    pub conversation_id: String,
    pub message: MessageId,
    pub decision: String,
    pub parts: Vec<Part>,
}

/// A session that a platform says is over.
pub(super) struct Over {
    pub conversation_id: String,
    pub session_no: i64,
    pub trace_id: String,
}

/// Everything that one cycle writes.
#[derive(Default)]
pub(super) struct Writes {
    pub new_calls: Vec<CallRow>,
    pub ended_calls: Vec<CallEnd>,
    pub rows: BTreeMap<String, Settled>,
    pub parts: Vec<PartRow>,
    pub learned: Vec<MessageLearned>,
    pub changes: Vec<(String, Vec<Change>)>,
    pub drawn: Vec<Drawn>,
    pub lines: Vec<Line>,
    pub gates: Vec<GateRow>,
    pub opened: Vec<String>,
    pub health: Vec<(String, Health, Option<String>)>,
    pub broken: Vec<String>,
    pub over: Vec<Over>,
    pub started: Vec<Started>,
}

/// One cycle's decisions.
pub(super) struct Settling<'a> {
    pub book: &'a mut Book,
    pub writes: &'a mut Writes,
    pub now: Millis,
}

impl Settling<'_> {
    /// Takes in a call that was made.
    pub(super) fn finished(&mut self, finished: &Finished) {
        let Finished { mut running, call, made } = finished.clone();
        self.book.end(&running.row.channel_id);
        let was_good = matches!(&made, Made::Answered(_));
        let called = host(&call);
        let (step, closed) = running.take(&call, made, self.now);
        self.writes.ended_calls.push(CallEnd {
            delivery_id: running.row.id.clone(),
            n: running.calls,
            answer: closed.answer.as_ref().map(stored_answer),
            outcome: closed.outcome,
            ended_at: self.now.0,
        });
        if was_good && closed.outcome == "answered" {
            self.good(&running);
        }
        self.proceed(running, step, &called);
    }

    fn good(&mut self, running: &Running) {
        let id = &running.row.channel_id;
        if self.book.good(id) {
            self.writes.opened.push(id.clone());
        }
        if matches!(running.channel.health(), Health::Quota | Health::Degraded) {
            self.writes.health.push((id.clone(), Health::Ok, None));
        }
    }

    /// Does what comes next.
    pub(super) fn proceed(&mut self, running: Running, step: Step, host: &str) {
        match step {
            Step::Call(call) => self.start(running, *call),
            Step::Done(outcome) => self.done(&running, outcome),
            Step::Failed(failure) => self.failed(&running, failure, host),
        }
    }

    fn start(&mut self, mut running: Running, call: Call) {
        running.calls += 1;
        self.writes.new_calls.push(CallRow {
            delivery_id: running.row.id.clone(),
            n: running.calls,
            step: call.step.clone(),
            call: serde_json::to_string(&call).expect("a call is JSON"),
            answer: None,
            outcome: None,
            started_at: self.now.0,
            ended_at: None,
        });
        let receipts = running.receipts();
        self.progress(&mut running, &receipts);
        let leader = running.row.id.clone();
        for (row, joined_to) in rows_of(&running, &leader) {
            let settled = Settled {
                attempt: 0,
                next_at: self.now.0 + LEASE,
                joined_to,
                job: (row.id == leader && running.outgoing().is_some_and(|o| o.reply_handle.is_some()))
                    .then(|| row.job.clone()),
                ..Settled::of(row, DeliveryState::Sending, self.now.0)
            };
            self.put(settled);
        }
        self.book.begin(&running.row.channel_id);
        self.writes.started.push(Started { running, call });
    }

    fn put(&mut self, settled: Settled) {
        self.writes.rows.insert(settled.id.clone(), settled);
    }

    /// Notes the parts that are on the platform by now, in the rows that the job works on.
    fn progress(&mut self, running: &mut Running, receipts: &[Receipt]) {
        let Some(outgoing) = running.outgoing().cloned() else { return };
        let decision = running.row.decision.clone();
        let own = 0..running.own;
        let followers = running.followers.iter_mut().map(|f| (&mut f.row, f.parts.clone()));
        let all = std::iter::once((&mut running.row, own)).chain(followers);
        for (row, range) in all {
            let mine: Vec<&Receipt> =
                receipts.iter().filter(|receipt| range.contains(&receipt.part)).collect();
            let before = usize::try_from(row.parts_sent).unwrap_or(0);
            if mine.len() <= before {
                continue;
            }
            let Some(message) = row.message_id.clone() else { continue };
            row.parts_sent = i64::try_from(mine.len()).unwrap_or(i64::MAX);
            let ids: Vec<&String> = mine.iter().filter_map(|receipt| receipt.external_id.as_ref()).collect();
            row.external_ids = json!(ids).to_string();
            for receipt in &mine[before..] {
                self.learn(row, receipt, receipt.part - range.start);
            }
            if let (Ok(message), Some(parts)) =
                (message.parse(), outgoing.parts.get(range.start + before..range.start + mine.len()))
            {
                self.writes.drawn.push(Drawn {
                    conversation_id: row.conversation_id.clone(),
                    message,
                    decision: decision.clone(),
                    parts: parts.to_vec(),
                });
            }
        }
    }

    fn learn(&mut self, row: &DeliveryRow, receipt: &Receipt, part: usize) {
        let Some(message_id) = row.message_id.clone() else { return };
        if let Some(external_id) = receipt.external_id.clone() {
            self.writes.parts.push(PartRow {
                channel_id: row.channel_id.clone(),
                external_id,
                message_id: message_id.clone(),
                conversation_id: row.conversation_id.clone(),
                part: i64::try_from(part).unwrap_or(i64::MAX),
            });
        }
        if part == 0 {
            let extra = receipt.extra.as_object().map(|extra| Value::Object(extra.clone()).to_string());
            let external_id = receipt.external_id.clone();
            self.writes.learned.push(MessageLearned { id: message_id, external_id, extra, report: None });
        }
    }

    fn done(&mut self, running: &Running, outcome: Outcome) {
        let mut running = running.clone();
        let receipts = running.receipts();
        self.progress(&mut running, &receipts);
        if let (Outcome::Sent { changes }, Some(message)) = (outcome, running.row.message_id.clone())
            && !changes.is_empty()
        {
            self.writes.changes.push((message, changes));
        }
        if let Job::EndSession { .. } = running.job.as_ref() {
            self.over(&running.row);
        }
        let cost = cost(&running);
        for (row, _) in rows_of(&running, "") {
            let settled = Settled {
                attempt: 0,
                next_at: NEVER,
                error: None,
                cost: cost.clone(),
                joined_to: None,
                ..Settled::of(row, DeliveryState::Sent, self.now.0)
            };
            self.put(settled);
            self.writes.lines.push(Line::of(row, "delivery.sent"));
        }
    }

    fn over(&mut self, row: &DeliveryRow) {
        self.writes.over.push(Over {
            conversation_id: row.conversation_id.clone(),
            session_no: row.session_no,
            trace_id: row.trace_id.clone(),
        });
    }

    fn failed(&mut self, running: &Running, failure: Failure, host: &str) {
        let mut running = running.clone();
        let receipts = running.receipts();
        self.progress(&mut running, &receipts);
        let channel = running.row.channel_id.clone();
        let now = self.now.0;
        match failure {
            Failure::Retry { reason, after_ms } => {
                let gate = self.book.stumble(&channel, host, &reason, now);
                if let Some(gate) = gate {
                    self.writes.health.push((channel, Health::Degraded, Some(reason.clone())));
                    self.writes.gates.push(gate);
                }
                self.later(&running, &reason, after_ms);
            }
            Failure::Throttled { reason, after_ms, scope: Scope::Conversation } => {
                self.later(&running, &reason, after_ms);
            }
            Failure::Throttled { reason, after_ms, scope } => {
                let class = if scope == Scope::Quota { Class::Quota } else { Class::Throttled };
                let gate = self.book.close(&channel, host, class, &reason, after_ms, now);
                let pause = gate.open_at - now;
                self.writes.gates.push(gate);
                if class == Class::Quota {
                    self.writes.health.push((channel, Health::Quota, Some(reason.clone())));
                }
                self.later(&running, &reason, Some(pause));
            }
            Failure::Rejected { code, reason } => self.ends(&running, DeliveryState::Failed, &code, &reason),
            Failure::SessionClosed { reason } => {
                self.over(&running.row);
                self.session_closed(&running, &reason);
            }
            Failure::AuthBroken { reason } => {
                self.book.hold(&channel, now);
                self.writes.broken.push(channel.clone());
                self.writes.health.push((channel, Health::AuthBroken, Some(reason.clone())));
                self.held(&running, &reason);
            }
            Failure::Unknown { reason } => self.unknown(&running, &reason),
        }
    }

    /// The same step again later, until the message's deadline.
    fn later(&mut self, running: &Running, reason: &str, asked: Option<i64>) {
        let attempt = running.row.attempt + 1;
        let again = self.now.0 + wait(&running.row.id, attempt, asked);
        let again = running.row.deadline.map_or(again, |deadline| again.min(deadline.max(self.now.0)));
        let may_have_left = running.row.parts_sent > 0 || !running.answers.lost.is_empty();
        let state = if may_have_left { DeliveryState::Sending } else { DeliveryState::Queued };
        let leader = running.row.id.clone();
        for (row, joined_to) in rows_of(running, &leader) {
            let settled = Settled {
                attempt,
                next_at: again,
                error: Some(error("retry", reason)),
                joined_to,
                ..Settled::of(row, state, self.now.0)
            };
            self.put(settled);
        }
    }

    /// The delivery ends; what it carried along goes on its own.
    pub(super) fn ends(&mut self, running: &Running, state: DeliveryState, code: &str, reason: &str) {
        let row = &running.row;
        let settled = Settled {
            next_at: NEVER,
            error: Some(error(code, reason)),
            joined_to: None,
            ..Settled::of(row, state, self.now.0)
        };
        self.put(settled);
        self.writes.lines.push(Line::of(row, "delivery.failed"));
        self.part(running);
    }

    /// Lets the messages that were carried along go on their own; those that are there already are sent.
    fn part(&mut self, running: &Running) {
        for follower in &running.followers {
            let row = &follower.row;
            let is_there = row.parts_sent >= row.parts;
            let state = if is_there { DeliveryState::Sent } else { DeliveryState::Queued };
            let settled = Settled {
                next_at: if is_there { NEVER } else { self.now.0 },
                joined_to: None,
                ..Settled::of(row, state, self.now.0)
            };
            self.put(settled);
            if is_there {
                self.writes.lines.push(Line::of(row, "delivery.sent"));
            }
        }
    }

    /// A message whose session is over will not leave, and neither will what it carried along.
    pub(super) fn session_closed(&mut self, running: &Running, reason: &str) {
        for (row, _) in rows_of(running, "") {
            let settled = Settled {
                next_at: NEVER,
                error: Some(error("session-closed", reason)),
                joined_to: None,
                ..Settled::of(row, DeliveryState::Failed, self.now.0)
            };
            self.put(settled);
            self.writes.lines.push(Line::of(row, "delivery.failed"));
        }
    }

    fn held(&mut self, running: &Running, reason: &str) {
        let leader = running.row.id.clone();
        for (row, joined_to) in rows_of(running, &leader) {
            let is_follower = joined_to.is_some();
            let settled = Settled {
                next_at: NEVER,
                error: (!is_follower).then(|| error("auth-broken", reason)),
                joined_to: None,
                ..Settled::of(row, DeliveryState::Held, self.now.0)
            };
            self.put(settled);
        }
    }

    fn unknown(&mut self, running: &Running, reason: &str) {
        for (row, _) in rows_of(running, "") {
            let is_there = row.parts_sent >= row.parts && row.parts > 0;
            let state = if is_there { DeliveryState::Sent } else { DeliveryState::Unknown };
            let settled = Settled {
                next_at: NEVER,
                error: (!is_there).then(|| error("unknown", reason)),
                unknown_until: (!is_there).then_some(self.now.0 + DOUBT),
                joined_to: None,
                ..Settled::of(row, state, self.now.0)
            };
            self.put(settled);
            let kind = if is_there { "delivery.sent" } else { "delivery.unknown" };
            self.writes.lines.push(Line::of(row, kind));
        }
    }
}

/// The rows that a job works on: its own, then those that it carries along, with the job that they are joined to.
fn rows_of<'r>(
    running: &'r Running,
    leader: &'r str,
) -> impl Iterator<Item = (&'r DeliveryRow, Option<String>)> {
    let joined = Some(leader.to_owned()).filter(|leader| !leader.is_empty());
    let followers = running.followers.iter().map(move |follower| (&follower.row, joined.clone()));
    std::iter::once((&running.row, None)).chain(followers)
}

/// Why a delivery failed or waits, as the API shows it.
pub(super) fn error(code: &str, reason: &str) -> String {
    json!({"code": code, "reason": reason}).to_string()
}

/// What the message has cost: an answer by a reply handle has its own price.
fn cost(running: &Running) -> Option<String> {
    let outgoing = running.outgoing()?;
    let policy = running.channel.capabilities.cost;
    let answered = |(step, answer): (&String, &Answer)| step.starts_with("reply") && answer.is_success();
    let is_reply = outgoing.reply_handle.is_some() && running.answers.answered.iter().any(answered);
    let class = if is_reply { policy.by_reply_handle } else { policy.ordinary };
    serde_json::to_value(class).ok()?.as_str().map(str::to_owned)
}

fn stored_answer(answer: &Answer) -> String {
    serde_json::to_string(answer).expect("an answer is JSON")
}
