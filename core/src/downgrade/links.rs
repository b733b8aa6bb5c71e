//! Writes the addresses of linked words out: each alone on a line after its sentence, so that a tap finds it.

use unicode_segmentation::UnicodeSegmentation;

use super::split::slice;
use super::words::{plain, span_words};
use super::{Action, Context, Report};
use crate::content::{Span, Text};

/// An address that goes into a text at a place.
struct Insertion {
    at: usize,
    address: String,
}

/// Takes the links off the spans and puts their addresses after the sentences that hold them (inventory C15).
pub(super) fn write_out(text: &mut Text, path: &str, context: &Context<'_>, report: &mut Report) {
    let words = plain(text);
    let mut insertions: Vec<Insertion> = Vec::new();
    let mut end = 0;
    for (index, span) in text.spans.iter_mut().enumerate() {
        end += span_words(span).len();
        let Span::Text(span) = span else { continue };
        let Some(link) = span.link.take().filter(|link| link.trim() != span.text.trim()) else { continue };
        let address = short_enough(&link, context);
        report.change(
            &format!("{path}/spans/{index}"),
            "link",
            Action::Linked,
            "C15",
            format!("{}\n{address}", span.text),
        );
        let at = sentence_end(&words, end);
        if !insertions.iter().any(|other| other.at == at && other.address == address) {
            insertions.push(Insertion { at, address });
        }
    }
    if !insertions.is_empty() {
        insert(text, &words, insertions);
    }
}

/// The address itself, or a short one that stands for it where it would fill a part.
pub(super) fn short_enough(url: &str, context: &Context<'_>) -> String {
    match context.short_link {
        Some(shorten) if !context.capabilities.text.limit.fits(url) => shorten(url),
        _ => url.to_owned(),
    }
}

/// Where the sentence that ends at or holds `at` is over, its spaces included, its line breaks not.
fn sentence_end(words: &str, at: usize) -> usize {
    let mut start = 0;
    for sentence in words.split_sentence_bounds() {
        let end = start + sentence.len();
        if at <= end && start < end {
            let kept = sentence.trim_end_matches(['\n', '\r']).len();
            return (start + kept).max(at.min(end));
        }
        start = end;
    }
    words.len()
}

fn insert(text: &mut Text, words: &str, insertions: Vec<Insertion>) {
    let mut spans = Vec::with_capacity(text.spans.len() + 2 * insertions.len());
    let mut start = 0;
    let mut waiting = insertions.into_iter().peekable();
    while let Some(next) = waiting.next() {
        spans.extend(slice(text, start..next.at).spans);
        spans.push(Span::plain(line(words, &next, waiting.peek())));
        start = next.at;
    }
    spans.extend(slice(text, start..words.len()).spans);
    text.spans = spans;
}

/// The address with the line breaks that set it alone.
fn line(words: &str, this: &Insertion, next: Option<&Insertion>) -> String {
    let before = if words[..this.at].ends_with('\n') { "" } else { "\n" };
    let last_here = next.is_none_or(|next| next.at > this.at);
    let followed =
        words.get(this.at..).is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['\n', '\r']));
    let after = if last_here && followed { "\n" } else { "" };
    format!("{before}{}{after}", this.address)
}
