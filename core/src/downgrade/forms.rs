//! Writes the questions of a form as words where the platform has no forms (inventory D07, C30).

use super::context::drawn;
use super::words::put_under;
use super::{Action, Context, Part, PartBody, Report};
use crate::capabilities::Level;
use crate::content::{Form, Text};
use crate::texts;

/// Keeps a form that the platform draws; all questions of another stand in one text, and the answer comes as an
/// ordinary message. Asking one by one, with answers that are read and kept, needs a run that waits for the customer.
pub(super) fn pass(parts: Vec<Part>, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    let mut out = Vec::with_capacity(parts.len());
    for part in parts {
        match &part.body {
            PartBody::Form(form) if !fits(form, context) => {
                if context.capabilities.form.level == Level::Dropped {
                    report.lose(&part.path, "form", "D07", labels(form));
                    continue;
                }
                let words = texts::form_as_words(context.language, form);
                let loose = texts::form_answers_stay_loose(context.language);
                report.change(&part.path, "form", Action::Replaced, "D07", format!("{words}\n{loose}"));
                let words = Part::of(part.path.as_str(), PartBody::Text(Text::plain(words)));
                put_under(&mut out, words, context);
            }
            _ => out.push(part),
        }
    }
    out
}

/// Whether the platform draws a form of that many questions.
pub(super) fn fits(form: &Form, context: &Context<'_>) -> bool {
    drawn(context.capabilities.form.level) && context.capabilities.form.fields.fits(form.fields.len())
}

fn labels(form: &Form) -> String {
    form.fields.iter().map(|field| field.label.as_str()).collect::<Vec<_>>().join(", ")
}
