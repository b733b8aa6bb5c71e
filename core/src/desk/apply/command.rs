//! What somebody on our side does.

use super::Desk;
use crate::desk::{ClosedBy, Command, Draft, Due, Effect, Move, News, State};
use crate::message::AuthorKind;
use crate::session::{CloseCause, Refusal};

impl Desk<'_> {
    pub(super) fn command(&mut self, command: Command) -> Result<(), Refusal> {
        match command {
            Command::Close(by) => self.close_by_us(by),
            Command::Open => {
                // Whom nobody may write to, nobody can take up again (inventory SES09, C05).
                self.may_send(AuthorKind::Manager)?;
                self.step(Move::Open);
            }
            Command::Read => self.read(),
            Command::Block => self.block(),
            Command::Unblock => {
                if std::mem::take(&mut self.view.blocked) {
                    self.tell(News::Unblocked);
                    self.effects.push(Effect::Block(false));
                }
            }
            Command::Write(draft) => self.write(*draft)?,
        }
        Ok(())
    }

    fn close_by_us(&mut self, by: ClosedBy) {
        if self.view.state == State::Closed {
            return;
        }
        self.close(by);
        self.view.unread = 0;
        let is_open = self.view.session.as_ref().is_some_and(|session| session.is_open(self.now));
        if self.rules.policy.can_end && is_open {
            self.timer(Due::EndSession { closed_at: self.now.0 }, self.now + self.rules.end_delay());
        }
    }

    fn read(&mut self) {
        if self.view.unread > 0 {
            self.view.unread = 0;
            self.tell(News::SeenByUs);
            self.effects.push(Effect::MarkRead);
        }
    }

    fn block(&mut self) {
        if self.view.blocked {
            return;
        }
        self.view.blocked = true;
        self.tell(News::Blocked);
        self.effects.push(Effect::Block(true));
        // Kakao ends the session of whom we block.
        if self.rules.policy.reports_end {
            self.end_session(self.now, CloseCause::Agent);
        }
    }

    fn write(&mut self, draft: Draft) -> Result<(), Refusal> {
        self.may_send(draft.author)?;
        let by_person = draft.author == AuthorKind::Manager;
        let seq = self.append(draft);
        self.tell(News::MessageSent { seq });
        if by_person {
            self.view.unread = 0;
        }
        self.step(if by_person { Move::ManagerWrote } else { Move::ProgramWrote });
        Ok(())
    }
}
