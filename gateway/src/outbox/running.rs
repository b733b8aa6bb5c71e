//! A durable job while it is worked: its answers so far, the messages that its calls carry along, and what comes next.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use naru_core::adapter::{
    Answer, Answers, Call, Failure, Job, Next, Outcome, Outgoing, Receipt, Repeat, Target,
};
use naru_core::time::Millis;

use crate::channels::Channel;
use crate::store::rows::call::CallRow;
use crate::store::rows::delivery::DeliveryRow;

/// A durable job while it is worked.
#[derive(Clone)]
pub(super) struct Running {
    /// Its row.
    pub row: DeliveryRow,
    /// The channel.
    pub channel: Arc<Channel>,
    /// What is done, the parts of the followers included.
    pub job: Arc<Job>,
    /// How many of its parts are its own message's.
    pub own: usize,
    /// The messages that its calls carry along.
    pub followers: Vec<Follower>,
    /// Every answer so far.
    pub answers: Answers,
    /// How many calls it has made.
    pub calls: i64,
}

/// A message that another's calls carry along.
#[derive(Clone)]
pub(super) struct Follower {
    /// Its row.
    pub row: DeliveryRow,
    /// Which parts of the joint job are its own.
    pub parts: Range<usize>,
}

/// What became of a call.
#[derive(Clone, Debug)]
pub(super) enum Made {
    /// The platform answered.
    Answered(Answer),
    /// The request left, and no answer came.
    Lost(String),
    /// The request did not leave.
    NotSent(String),
    /// The call may not be made at all.
    Refused(String),
    /// The token that it needs could not be had.
    NoToken(Failure),
}

/// What comes next.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// This call.
    Call(Box<Call>),
    /// Nothing: it is done.
    Done(Outcome),
    /// It failed, or waits.
    Failed(Failure),
}

/// How a call's row is to be closed.
#[derive(Clone, Debug)]
pub(super) struct Closed {
    /// The answer, where one came.
    pub answer: Option<Answer>,
    /// What it counts as.
    pub outcome: &'static str,
}

impl Running {
    /// Takes over what earlier calls have brought. A call without an answer left before the process died: nobody knows
    /// whether it arrived, so it counts as lost; the returned numbers are to be closed as such.
    pub(super) fn recall(&mut self, rows: &[CallRow]) -> Vec<i64> {
        let mut open = Vec::new();
        for row in rows {
            self.calls = self.calls.max(row.n);
            match (row.outcome.as_deref(), row.answer.as_deref()) {
                (Some("answered"), Some(answer)) => {
                    if let Ok(answer) = serde_json::from_str(answer) {
                        self.answers.answered.insert(row.step.clone(), answer);
                    }
                }
                (Some("lost"), _) => self.lose(&row.step),
                (None, _) => {
                    self.lose(&row.step);
                    open.push(row.n);
                }
                _ => {}
            }
        }
        open
    }

    fn lose(&mut self, step: &str) {
        *self.answers.lost.entry(step.to_owned()).or_default() += 1;
    }

    /// What comes next, given the answers so far.
    pub(super) fn next(&self, now: Millis) -> Step {
        let Ok(adapter) = &self.channel.adapter else {
            let reason = self.channel.adapter.as_ref().err().cloned().unwrap_or_default();
            return Step::Failed(Failure::AuthBroken { reason });
        };
        match guarded(|| adapter.next(&self.job, &self.answers, now)) {
            Some(Next::Call(call)) => self.may_make(call),
            Some(Next::Done(outcome)) => Step::Done(outcome),
            Some(Next::Failed(failure)) => Step::Failed(failure),
            None => Step::Failed(internal()),
        }
    }

    /// A call whose repetition would double its effect is not made again once its answer was lost.
    fn may_make(&self, call: Box<Call>) -> Step {
        if call.repeat == Repeat::Never && self.answers.lost(&call.step) > 0 {
            let reason = "the platform's answer was lost, and the call must not be repeated".to_owned();
            return Step::Failed(Failure::Unknown { reason });
        }
        Step::Call(call)
    }

    /// Takes in what became of a call, and says what comes next and how the call's row is closed.
    pub(super) fn take(&mut self, call: &Call, made: Made, now: Millis) -> (Step, Closed) {
        let closed = |outcome, answer| Closed { answer, outcome };
        let later = |reason| Step::Failed(Failure::Retry { reason, after_ms: None });
        match made {
            Made::Answered(answer) => self.answered(call, answer, now),
            Made::NotSent(reason) => (later(reason), closed("not_sent", None)),
            Made::NoToken(failure) => (Step::Failed(failure), closed("not_sent", None)),
            Made::Refused(reason) => {
                let code = "address".to_owned();
                (Step::Failed(Failure::Rejected { code, reason }), closed("not_sent", None))
            }
            Made::Lost(reason) => {
                self.lose(&call.step);
                let step = match self.next(now) {
                    // The same call again, but not at once: what has just failed would only fail again.
                    Step::Call(_) => later(reason),
                    other => other,
                };
                (step, closed("lost", None))
            }
        }
    }

    fn answered(&mut self, call: &Call, answer: Answer, now: Millis) -> (Step, Closed) {
        self.answers.answered.insert(call.step.clone(), answer.clone());
        let step = self.next(now);
        let outcome = match &step {
            Step::Failed(Failure::Retry { .. } | Failure::Throttled { .. }) => "retry",
            Step::Failed(_) => "failed",
            Step::Call(_) | Step::Done(_) => "answered",
        };
        if outcome != "answered" {
            self.answers.answered.remove(&call.step);
        }
        let step = match step {
            // A call that must not be repeated and failed half-way: whether it worked cannot be known.
            Step::Failed(Failure::Retry { reason, .. })
                if call.repeat == Repeat::Never && answer.status >= 500 =>
            {
                Step::Failed(Failure::Unknown { reason })
            }
            other => other,
        };
        (step, Closed { answer: Some(answer), outcome })
    }

    /// What the answers prove to be on the platform, in order.
    pub(super) fn receipts(&self) -> Vec<Receipt> {
        let Ok(adapter) = &self.channel.adapter else { return Vec::new() };
        guarded(|| adapter.receipts(&self.job, &self.answers)).unwrap_or_default()
    }

    /// The message that goes out, where the job is one.
    pub(super) fn outgoing(&self) -> Option<&Outgoing> {
        match self.job.as_ref() {
            Job::Send(outgoing) => Some(outgoing),
            _ => None,
        }
    }
}

/// A fault in an adapter must not take the outbox down.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

fn internal() -> Failure {
    Failure::Rejected { code: "internal".to_owned(), reason: "a fault in the platform's adapter".to_owned() }
}

/// The host that a call goes to; empty for our own web chat.
pub(super) fn host(call: &Call) -> String {
    match &call.target {
        Target::Http(target) => url::Url::parse(&target.url)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
            .unwrap_or_default(),
        Target::Widget => String::new(),
    }
}
