//! Turns link buttons into sentences with their addresses: all of them under `link_buttons = "text"` (inventory D03,
//! C15), under `"native"` (C19) those that the platform has no room for.

use super::links::short_enough;
use super::words::{has_buttons, put_under, span_words, text_mut};
use super::{Action, Context, Part, PartBody, Report};
use crate::content::{LinkButton, Span, Text, TextSpan};
use crate::texts;

/// Writes out the link buttons that do not stay buttons.
pub(super) fn pass(parts: Vec<Part>, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    let mut out = Vec::with_capacity(parts.len());
    for mut part in parts {
        let written = take_unfit(&mut part, context, report);
        let empty = text_mut(&mut part).is_some_and(|text| text.spans.is_empty())
            && matches!(part.body, PartBody::Text(_))
            && !has_buttons(&part);
        let path = part.path.clone();
        if !empty {
            out.push(part);
        }
        write(&mut out, &path, written, context, report);
    }
    out
}

/// A button that becomes words.
struct Written {
    index: usize,
    button: LinkButton,
    rule: &'static str,
}

fn take_unfit(part: &mut Part, context: &Context<'_>, report: &mut Report) -> Vec<Written> {
    let caps = &context.capabilities.link_buttons;
    let native = context.keeps_link_buttons();
    let mut written = Vec::new();
    let mut kept = Vec::new();
    for (index, mut button) in std::mem::take(&mut part.buttons).into_iter().enumerate() {
        let room = native && caps.max.fits(kept.len() + 1) && caps.label.fits(&button.label);
        if room && !caps.url.fits(&button.url) {
            shorten(&mut button, &format!("{}/buttons/{index}", part.path), context, report);
        }
        if room && caps.url.fits(&button.url) {
            kept.push(button);
        } else {
            let rule = if native { over_cap(context) } else { "D03" };
            written.push(Written { index, button, rule });
        }
    }
    part.buttons = kept;
    written
}

fn shorten(button: &mut LinkButton, path: &str, context: &Context<'_>, report: &mut Report) {
    if let Some(short) = context.short_link.map(|shorten| shorten(&button.url)) {
        report.change(path, "link_button", Action::Linked, over_cap(context), short.as_str());
        button.url = short;
    }
}

/// What to call the cap that a native button met: the inventory knows Kakao's.
fn over_cap(context: &Context<'_>) -> &'static str {
    if context.platform.name == "kakao" { "K06" } else { "link_buttons" }
}

/// Puts the sentences under the words before them, a blank line between: one part where it holds them all.
fn write(out: &mut Vec<Part>, path: &str, written: Vec<Written>, context: &Context<'_>, report: &mut Report) {
    for Written { index, button, rule } in written {
        let (span, rule) = sentence(&button, rule, context);
        let detail = span_words(&span);
        report.change(&format!("{path}/buttons/{index}"), "link_button", Action::Replaced, rule, detail);
        let words = Text { spans: vec![span] };
        put_under(out, Part::of(path, PartBody::Text(words)), context);
    }
}

fn sentence(button: &LinkButton, rule: &'static str, context: &Context<'_>) -> (Span, &'static str) {
    if context.keeps_links() && !context.keeps_link_buttons() {
        let link = TextSpan { text: button.label.clone(), marks: Vec::new(), link: Some(button.url.clone()) };
        return (Span::Text(link), "D04");
    }
    let words = |url: &str| {
        if context.counts_segments() {
            texts::link_button_sms(&button.label, url)
        } else {
            texts::link_button(context.language, &button.label, url)
        }
    };
    let whole = words(&button.url);
    let fits = context.capabilities.text.limit.fits(&whole);
    let written = match context.short_link {
        Some(shorten) if !fits => words(&shorten(&button.url)),
        _ => words(&short_enough(&button.url, context)),
    };
    (Span::plain(written), rule)
}
