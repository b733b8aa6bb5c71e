//! A part's words: how long they may be, and how words made by a pass join those before them.

use super::{Context, Part, PartBody};
use crate::capabilities::Limit;
use crate::content::{Span, Text};

/// The longest words that a part may carry, given what else is on it; `None` where it may carry none.
pub fn words_limit(part: &Part, context: &Context<'_>) -> Option<Limit> {
    let caps = context.capabilities;
    match &part.body {
        PartBody::Text(_) if part.buttons.is_empty() => Some(caps.text.limit),
        PartBody::Text(_) => Some(caps.link_buttons.text),
        PartBody::Media { .. } if !part.buttons.is_empty() => caps.link_buttons.text_with_image,
        PartBody::Media { kind, .. } => caps.media(*kind).caption,
        _ => None,
    }
}

/// The words of a text as they are read where spans are unknown.
pub(super) fn plain(text: &Text) -> String {
    text.spans.iter().map(span_words).collect()
}

/// The words of one span.
pub(super) fn span_words(span: &Span) -> String {
    match span {
        Span::Text(span) => span.text.clone(),
        Span::Mention(span) => format!("@{}", span.mention.name),
        Span::Variable(span) => span.fallback.clone(),
    }
}

/// A part's text, also an empty one.
pub(super) fn text_mut(part: &mut Part) -> Option<&mut Text> {
    match &mut part.body {
        PartBody::Text(text) | PartBody::Media { text, .. } => Some(text),
        _ => None,
    }
}

/// Whether a part carries buttons of any kind.
pub(super) fn has_buttons(part: &Part) -> bool {
    !(part.buttons.is_empty() && part.replies.is_empty() && part.quick_replies.is_empty())
}

/// Whether a part is buttons that wait for words to stand under.
pub(super) fn is_wordless(part: &Part) -> bool {
    matches!(&part.body, PartBody::Text(text) if text.spans.is_empty()) && has_buttons(part)
}

/// Whether a part is words alone.
pub(super) fn is_only_words(part: &Part) -> bool {
    matches!(&part.body, PartBody::Text(text) if !text.spans.is_empty()) && !has_buttons(part)
}

/// Puts words that a pass has made under the words before them, a blank line between, where one part holds both;
/// otherwise behind them as a part of their own. A part never holds two menus.
pub(super) fn put_under(out: &mut Vec<Part>, words: Part, context: &Context<'_>) {
    let joins = out.last().is_some_and(|before| {
        is_only_words(before)
            && !(before.menu.is_some() && words.menu.is_some())
            && context.capabilities.text.limit.fits(&format!(
                "{}\n\n{}",
                before.plain().trim_end(),
                words.plain()
            ))
    });
    match (out.last_mut(), words.body) {
        (Some(before), PartBody::Text(text)) if joins => {
            append(before, text);
            before.menu = before.menu.take().or(words.menu);
        }
        (_, body) => out.push(Part { body, ..words }),
    }
}

fn append(part: &mut Part, words: Text) {
    if let Some(text) = text_mut(part) {
        let ends_blank = text.spans.last().is_some_and(|span| span_words(span).ends_with("\n\n"));
        if !ends_blank {
            text.spans.push(Span::plain("\n\n"));
        }
        text.spans.extend(words.spans);
    }
}
