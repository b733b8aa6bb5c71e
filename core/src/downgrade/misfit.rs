//! What would still be over a limit: nothing, after a fit. Checked by the laws, and before a send.

use serde::Serialize;

use super::context::drawn;
use super::words::{is_wordless, words_limit};
use super::{Context, Part, PartBody, cards, forms, media, place};
use crate::capabilities::{Count, Limit};
use crate::content::{Span, Text};

/// One thing that the platform would refuse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Misfit {
    /// The part's position.
    pub part: usize,
    /// The block it comes from.
    pub path: String,
    /// Which element, e.g. `text`, `buttons`, `buttons/0/label`.
    pub what: String,
    /// What was found and what is allowed.
    pub detail: String,
}

/// Everything in the parts that the platform would refuse.
pub fn misfits(parts: &[Part], context: &Context<'_>) -> Vec<Misfit> {
    let last = parts.len().saturating_sub(1);
    let mut found = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let mut check = Check { context, part, index, found: &mut found };
        check.body();
        check.buttons();
        check.replies(index == last);
    }
    found
}

struct Check<'a> {
    context: &'a Context<'a>,
    part: &'a Part,
    index: usize,
    found: &'a mut Vec<Misfit>,
}

impl Check<'_> {
    fn add(&mut self, what: impl Into<String>, detail: impl Into<String>) {
        self.found.push(Misfit {
            part: self.index,
            path: self.part.path.clone(),
            what: what.into(),
            detail: detail.into(),
        });
    }

    fn limit(&mut self, what: &str, words: &str, limit: Limit) {
        if !limit.fits(words) {
            self.add(what, format!("{} > {}", limit.unit.measure(words), limit.max));
        }
    }

    fn count(&mut self, what: &str, number: usize, count: Count) {
        if !count.fits(number) {
            self.add(what, format!("{number} > {}", count.max));
        }
    }

    fn body(&mut self) {
        let (part, context) = (self.part, self.context);
        match &part.body {
            PartBody::Text(text) => {
                if text.spans.is_empty() || is_wordless(part) || part.plain().trim().is_empty() {
                    self.add("text", "empty");
                }
                self.words(text);
            }
            PartBody::Media { kind, block, text } => {
                if media::misfit(*kind, block, context).is_some() {
                    self.add(media::what(*kind), "kind, type or size");
                }
                self.words(text);
            }
            PartBody::Cards(of) => {
                if let Some(why) = cards::unfit(of, context) {
                    self.add("cards", format!("{why:?}"));
                }
            }
            PartBody::Form(form) if !forms::fits(form, context) => self.add("form", "not drawn"),
            PartBody::Location(_) if !drawn(context.capabilities.location) => {
                self.add("location", "not drawn");
            }
            PartBody::Sticker(sticker) if !place::draws(sticker, context) => self.add("sticker", "not drawn"),
            PartBody::Override(_) if !drawn(context.capabilities.channel_override) => {
                self.add("override", "not taken");
            }
            _ => {}
        }
    }

    fn words(&mut self, text: &Text) {
        if text.spans.is_empty() {
            return;
        }
        match words_limit(self.part, self.context) {
            Some(limit) => self.limit("text", &self.part.plain(), limit),
            None => self.add("text", "none may stand here"),
        }
        for span in &text.spans {
            let dressed = match span {
                Span::Text(span) => {
                    (!span.marks.is_empty() && !self.context.keeps_marks())
                        || (span.link.is_some() && !self.context.keeps_links())
                }
                Span::Mention(_) => !drawn(self.context.capabilities.text.mention),
                Span::Variable(_) => true,
            };
            if dressed {
                self.add("text", "a mark, link, mention or variable that cannot be drawn");
            }
        }
    }

    fn buttons(&mut self) {
        let caps = self.context.capabilities.link_buttons;
        if !self.part.buttons.is_empty() && !self.context.keeps_link_buttons() {
            self.add("buttons", "not drawn");
        }
        self.count("buttons", self.part.buttons.len(), caps.max);
        for (index, button) in self.part.buttons.iter().enumerate() {
            self.limit(&format!("buttons/{index}/label"), &button.label, caps.label);
            self.limit(&format!("buttons/{index}/url"), &button.url, caps.url);
        }
    }

    fn replies(&mut self, last: bool) {
        let (part, caps) = (self.part, self.context.capabilities.replies);
        if part.replies.is_empty() && part.quick_replies.is_empty() {
            return;
        }
        if !self.context.keeps_replies() || (caps.last_only && !last) {
            self.add("replies", "not drawn");
        }
        let shared = if caps.shares_with_link_buttons { part.buttons.len() } else { 0 };
        self.count("replies", part.replies.len() + shared, caps.max);
        for (index, reply) in part.replies.iter().enumerate() {
            self.limit(&format!("replies/{index}/label"), &reply.label, caps.label);
        }
        match caps.overflow {
            Some(row) => {
                self.count("quick_replies", part.quick_replies.len(), row.max);
                for (index, reply) in part.quick_replies.iter().enumerate() {
                    self.limit(&format!("quick_replies/{index}/label"), &reply.label, row.label);
                }
            }
            None if part.quick_replies.is_empty() => {}
            None => self.add("quick_replies", "not drawn"),
        }
    }
}
