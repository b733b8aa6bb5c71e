//! What is shown as a line in the conversation and changes nothing else.

use serde_json::{Value, json};

use super::{Desk, Draft};
use crate::content::{Block, Content, Unsupported};
use crate::event::Event;
use crate::message::{AuthorKind, Direction};
use crate::texts::{self, LineWord};

impl Desk<'_> {
    pub(super) fn line(&mut self, event: &Event, word: LineWord<'_>, extra: Value) {
        let text = texts::line(self.rules.settings.language, word);
        let mut draft = Draft::out(AuthorKind::System, Content::text(text));
        draft.direction = Direction::Note;
        draft.at = event.at;
        draft.extra = extra;
        self.append(draft);
    }

    /// Something that only this platform has.
    pub(super) fn notice_line(&mut self, event: &Event, name: &str, fields: &Value) {
        self.line(event, LineWord::Notice(name), json!({"notice": name, "fields": fields}));
    }

    /// The readable text of a content that came in; what we cannot show says so.
    pub(super) fn readable(&self, content: &Content) -> String {
        match content.blocks.as_slice() {
            [Block::Unsupported(Unsupported { kind, .. })] => {
                texts::unsupported(self.rules.settings.language, kind)
            }
            _ => crate::content::plain_text(content),
        }
    }
}
