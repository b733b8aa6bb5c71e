//! Writes mentions as `@name` where the platform has none (inventory D01, C22): nobody is alerted outside.

use super::context::drawn;
use super::words::{span_words, text_mut};
use super::{Action, Context, Part, Report};
use crate::content::Span;

/// Replaces every mention.
pub(super) fn pass(mut parts: Vec<Part>, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    if drawn(context.capabilities.text.mention) {
        return parts;
    }
    for part in &mut parts {
        let path = part.path.clone();
        let Some(text) = text_mut(part) else { continue };
        for (index, span) in text.spans.iter_mut().enumerate() {
            if matches!(span, Span::Mention(_)) {
                let name = span_words(span);
                report.change(
                    &format!("{path}/spans/{index}"),
                    "mention",
                    Action::Replaced,
                    "D01",
                    name.as_str(),
                );
                *span = Span::plain(name);
            }
        }
    }
    parts
}
