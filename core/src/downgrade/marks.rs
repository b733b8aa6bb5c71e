//! Takes off what the platform cannot set: marks (inventory D05, C29), and the address under words.
//!
//! Text is spans, never markup, so nothing that a person typed can be taken for a mark here.

use super::words::text_mut;
use super::{Action, Context, Part, Report, links};
use crate::content::{Mark, Span, Text};

/// Strips marks and writes addresses out.
pub(super) fn pass(mut parts: Vec<Part>, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    for part in &mut parts {
        let path = part.path.clone();
        let Some(text) = text_mut(part) else { continue };
        if !context.keeps_marks() {
            strip(text, &path, report);
        }
        if !context.keeps_links() {
            links::write_out(text, &path, context, report);
        }
    }
    parts
}

fn strip(text: &mut Text, path: &str, report: &mut Report) {
    for (index, span) in text.spans.iter_mut().enumerate() {
        if let Span::Text(span) = span
            && !span.marks.is_empty()
        {
            let marks = std::mem::take(&mut span.marks).into_iter().map(name).collect::<Vec<_>>().join(", ");
            report.change(&format!("{path}/spans/{index}"), "mark", Action::Stripped, "D05", marks);
        }
    }
}

fn name(mark: Mark) -> &'static str {
    match mark {
        Mark::Bold => "bold",
        Mark::Italic => "italic",
        Mark::Code => "code",
        Mark::Strike => "strike",
    }
}
