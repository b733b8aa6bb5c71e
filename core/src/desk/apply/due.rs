//! What a conversation does when a time has come.

use super::Desk;
use crate::desk::{Due, Effect, Move, News, State};
use crate::session::CloseCause;

impl Desk<'_> {
    /// A timer that names something older than what is waited for is ignored.
    pub(super) fn due(&mut self, due: Due) {
        match due {
            Due::SessionSoon { session_no } if session_no == self.view.session_no => self.session_soon(),
            Due::SessionEnd { session_no } if session_no == self.view.session_no => self.session_end(),
            Due::EndSession { closed_at } => self.end_after_close(closed_at),
            Due::HoldEnd { held_until } if self.view.held_until.is_some_and(|at| at.0 == held_until) => {
                self.step(Move::HoldEnded);
            }
            _ => {}
        }
    }

    /// The customer may have written since the timer was set; then it is set again.
    fn session_soon(&mut self) {
        let session_no = self.view.session_no;
        let Some(session) = self.view.session.as_ref().filter(|session| session.closed_at.is_none()) else {
            return;
        };
        let (Some(soon), Some(end)) = (session.closing_soon_at(self.rules.policy), session.expires_at) else {
            return;
        };
        if end <= self.now {
            self.end_session(end, CloseCause::Idle);
        } else if soon <= self.now {
            self.tell(News::SessionClosingSoon { at: end });
            self.timer(Due::SessionEnd { session_no }, end);
        } else {
            self.timer(Due::SessionSoon { session_no }, soon);
        }
    }

    fn session_end(&mut self) {
        let session_no = self.view.session_no;
        let Some(session) = self.view.session.as_ref().filter(|session| session.closed_at.is_none()) else {
            return;
        };
        match (session.expires_at, session.closing_soon_at(self.rules.policy)) {
            (Some(end), _) if end <= self.now => self.end_session(end, CloseCause::Idle),
            (_, Some(soon)) => self.timer(Due::SessionSoon { session_no }, soon),
            _ => {}
        }
    }

    fn end_after_close(&mut self, closed_at: i64) {
        let waits =
            self.view.state == State::Closed && self.view.closed_at.is_some_and(|at| at.0 == closed_at);
        let is_open = self.view.session.as_ref().is_some_and(|session| session.is_open(self.now));
        if waits && is_open {
            self.effects.push(Effect::EndSession);
            self.end_session(self.now, CloseCause::Agent);
        }
    }
}
