//! One stimulus, one decision.

mod command;
mod customer;
mod due;
mod line;

use super::{ClosedBy, Decision, Draft, Due, Effect, Move, News, Rules, State, Stimulus, View, step};
use crate::session::{CloseCause, Refusal, Session};
use crate::time::Millis;

/// What a conversation does when something happens to it. Total: what makes no sense changes nothing.
pub fn apply(view: View, stimulus: Stimulus<'_>, rules: &Rules<'_>, now: Millis) -> Decision {
    let mut desk = Desk { view, effects: Vec::new(), rules, now };
    let refusal = match stimulus {
        Stimulus::Event { event, arrived, offered } => {
            desk.told(event, arrived, offered);
            None
        }
        Stimulus::Command(command) => desk.command(command).err(),
        Stimulus::Due(due) => {
            desk.due(due);
            None
        }
        Stimulus::SessionOver { session_no, at, cause } => {
            if desk.view.session_no == session_no {
                desk.end_session(at, cause);
            }
            None
        }
    };
    Decision { view: desk.view, effects: desk.effects, refusal }
}

/// A conversation while a stimulus works on it.
struct Desk<'a> {
    view: View,
    effects: Vec<Effect>,
    rules: &'a Rules<'a>,
    now: Millis,
}

impl Desk<'_> {
    fn tell(&mut self, news: News) {
        self.effects.push(Effect::Tell(news));
    }

    fn timer(&mut self, due: Due, at: Millis) {
        self.effects.push(Effect::Timer { due, at });
    }

    fn append(&mut self, mut draft: Draft) -> i64 {
        self.view.seq += 1;
        draft.seq = self.view.seq;
        self.effects.push(Effect::Append(Box::new(draft)));
        self.view.seq
    }

    fn step(&mut self, cause: Move) {
        let before = self.view.state;
        (self.view.state, self.view.control) = step(before, self.view.control, cause);
        if self.view.state != State::Held {
            self.view.held_until = None;
        }
        if before != State::Open && self.view.state == State::Open {
            (self.view.closed_by, self.view.closed_at) = (None, None);
            self.tell(News::Opened);
        }
    }

    fn close(&mut self, by: ClosedBy) {
        if self.view.state == State::Closed {
            return;
        }
        self.step(Move::Close);
        (self.view.closed_by, self.view.closed_at) = (Some(by), Some(self.now));
        self.tell(News::Closed { by });
    }

    /// The ledger's session, begun now where there is none that is open.
    fn begin_session(&mut self, external_id: Option<&str>, at: Millis) {
        if let Some(session) = self.view.session.as_mut().filter(|session| session.closed_at.is_none()) {
            if session.external_id.is_none() {
                session.external_id = external_id.map(str::to_owned);
            }
            return;
        }
        let session = Session::begin(self.rules.policy, external_id.map(str::to_owned), at);
        self.view.session_no += 1;
        let soon = session.closing_soon_at(self.rules.policy);
        self.view.session = Some(session);
        self.tell(News::SessionOpened);
        if let Some(soon) = soon {
            self.timer(Due::SessionSoon { session_no: self.view.session_no }, soon);
        }
    }

    fn end_session(&mut self, at: Millis, cause: CloseCause) {
        let Some(session) = &mut self.view.session else { return };
        if !session.end(at, cause) {
            return;
        }
        self.tell(News::SessionClosed { cause });
        self.effects.push(Effect::FailQueued { session_no: self.view.session_no });
        if self.rules.closes_with_session() {
            self.close(match cause {
                CloseCause::UserLeft => ClosedBy::CustomerLeft,
                _ => ClosedBy::PlatformSessionEnd,
            });
        }
    }

    fn may_send(&self, author: crate::message::AuthorKind) -> Result<(), Refusal> {
        crate::session::may_send(self.rules.policy, self.view.session.as_ref(), author, self.now)
    }
}

#[cfg(test)]
mod tests;
