//! Joins parts into what the platform draws as one bubble, by the adapter's `compose`, and leaves none without words.
//!
//! # For authors of a `compose`
//!
//! `compose` gets parts in reading order. A part of buttons without words (an empty [`PartBody::Text`]) still waits
//! for words to stand under. The building blocks below read only the capabilities, so most platforms need no code of
//! their own: `compose: bubbles::standard` is all of them in their order. A platform that joins less leaves one out:
//!
//! | building block | what it does | governed by |
//! |---|---|---|
//! | [`join_pictures`] | words and the picture beside them become one part | `image.caption`, `image.rich` |
//! | [`attach_buttons`] | link buttons go on the words (and picture) before them | `link_buttons.text`, `.text_with_image` |
//! | [`attach_replies`] | reply buttons go on the part before them, or on the last of all | `replies.*` |
//! | [`give_words`] | buttons that found no words get a line of their own | – |
//!
//! After `compose`, [`pass`] runs `attach_replies` and `give_words` once more, so that no part is ever empty. A
//! building block must be stable: what it has built, it leaves as it is.

use super::words::{has_buttons, is_only_words, is_wordless, text_mut, words_limit};
use super::{Action, Context, Part, PartBody, Report, media};
use crate::capabilities::Limit;
use crate::content::{MediaKind, Span, Text};
use crate::texts;

/// The pass: the adapter's `compose`, then what must hold for every platform.
pub fn pass(parts: Vec<Part>, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    let parts = (context.platform.compose)(parts, context, report);
    let parts = attach_replies(parts, context, report);
    give_words(parts, context, report)
}

/// All building blocks in their order.
pub fn standard(parts: Vec<Part>, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    let parts = join_pictures(parts, context);
    let parts = attach_buttons(parts, context);
    let parts = attach_replies(parts, context, report);
    give_words(parts, context, report)
}

/// Joins words with the picture that follows them, or a picture with the words that follow it, where the platform
/// draws both as one and the picture keeps the stricter rules for such a part. Too long words are joined only where
/// the joint part may be as long as words alone: length then splits them before the picture.
pub fn join_pictures(parts: Vec<Part>, context: &Context<'_>) -> Vec<Part> {
    let Some(limit) = context.capabilities.image.caption else { return parts };
    let mut out: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        let (words, picture) = match out.last() {
            Some(before) if is_only_words(before) => (before, &part),
            Some(before) => (&part, before),
            None => {
                out.push(part);
                continue;
            }
        };
        let joins = is_only_words(words) && is_bare_picture(picture, context) && holds(limit, words, context);
        match out.pop() {
            Some(before) if joins => out.push(joined(before, part)),
            before => out.extend(before.into_iter().chain([part])),
        }
    }
    out
}

/// Puts link buttons on the words before them, or on the picture with words before them. Where the words are too
/// long to carry buttons but fit a part of their own, the buttons stay apart.
pub fn attach_buttons(parts: Vec<Part>, context: &Context<'_>) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        if part.buttons.is_empty() || !is_wordless(&part) {
            out.push(part);
        } else if out.last().is_some_and(|before| carries_buttons(before, &part, context)) {
            if let Some(before) = out.last_mut() {
                put_on(before, part);
            }
        } else if let Some(picture) = picture_under_words(&out, context) {
            // Words, picture and buttons: one part of all three.
            out.pop();
            if let Some(words) = out.pop() {
                let mut all = joined(words, picture);
                put_on(&mut all, part);
                out.push(all);
            }
        } else {
            out.push(part);
        }
    }
    out
}

/// Puts reply buttons on the part before them. Where only the last message shows its buttons (`last_only`), they go
/// on the last part of all, whatever it shows. Where link buttons count towards the same cap, what is beyond it goes
/// to the platform's second row, or the menu keeps a part of its own.
pub fn attach_replies(parts: Vec<Part>, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    if context.capabilities.replies.last_only {
        return replies_last(parts, context, report);
    }
    let mut out: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        let waits = is_wordless(&part) && part.buttons.is_empty();
        let apart = match out.last_mut() {
            Some(before) if waits && may_carry_replies(before, context) => {
                share(before, part, context, report)
            }
            _ => Some(part),
        };
        out.extend(apart);
    }
    out
}

/// Gives buttons that found no words a line to stand under.
pub fn give_words(mut parts: Vec<Part>, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    for part in &mut parts {
        if is_wordless(part) {
            let words = texts::choose_below(context.language);
            let what = if part.buttons.is_empty() { "reply_buttons" } else { "link_button" };
            report.change(&part.path, what, Action::Adapted, "bubbles", words);
            part.body = PartBody::Text(Text::plain(words));
        }
    }
    parts
}

/// Whether a picture that carries nothing yet may share its part with words.
fn is_bare_picture(part: &Part, context: &Context<'_>) -> bool {
    match &part.body {
        PartBody::Media { kind: MediaKind::Image, block, text } => {
            text.spans.is_empty() && !has_buttons(part) && media::is_rich(block, context)
        }
        _ => false,
    }
}

/// Whether words may stand in a part with that limit: they fit, or they will be split and the last piece fits.
fn holds(limit: Limit, words: &Part, context: &Context<'_>) -> bool {
    let plain = context.capabilities.text.limit;
    limit.fits(&words.plain())
        || (limit.unit == plain.unit && limit.max >= plain.max && !plain.fits(&words.plain()))
}

fn carries_buttons(before: &Part, buttons: &Part, context: &Context<'_>) -> bool {
    if has_buttons(before) || before.text().is_none() {
        return false;
    }
    let with = Part { buttons: buttons.buttons.clone(), ..before.clone() };
    words_limit(&with, context).is_some_and(|limit| holds(limit, before, context))
}

/// The picture at the end that has words before it, where the platform draws words, picture and buttons as one.
fn picture_under_words(out: &[Part], context: &Context<'_>) -> Option<Part> {
    let [.., words, picture] = out else { return None };
    let limit = context.capabilities.link_buttons.text_with_image?;
    (is_only_words(words) && is_bare_picture(picture, context) && limit.fits(&words.plain()))
        .then(|| picture.clone())
}

/// A picture and words as one part, whichever came first.
fn joined(first: Part, second: Part) -> Part {
    let path = first.path.clone();
    let (words, mut picture) =
        if matches!(first.body, PartBody::Text(_)) { (first, second) } else { (second, first) };
    if let (Some(own), PartBody::Text(text)) = (text_mut(&mut picture), words.body) {
        *own = text;
    }
    Part { path, menu: picture.menu.or(words.menu), ..picture }
}

fn put_on(part: &mut Part, mut buttons: Part) {
    part.buttons.append(&mut buttons.buttons);
    part.replies.append(&mut buttons.replies);
    part.quick_replies.append(&mut buttons.quick_replies);
}

fn may_carry_replies(part: &Part, context: &Context<'_>) -> bool {
    part.replies.is_empty()
        && part.quick_replies.is_empty()
        && (part.text().is_some() || !part.buttons.is_empty())
        && words_limit(part, context).is_some()
}

/// Puts a menu on a part; gives it back where cap, second row and labels leave no room.
fn share(before: &mut Part, mut menu: Part, context: &Context<'_>, report: &mut Report) -> Option<Part> {
    let caps = &context.capabilities.replies;
    let taken = if caps.shares_with_link_buttons { before.buttons.len() } else { 0 };
    let room = usize::try_from(caps.max.max).unwrap_or(usize::MAX).saturating_sub(taken);
    if menu.replies.len() > room {
        let beyond = &menu.replies[room..];
        let fits = caps.overflow.is_some_and(|row| {
            row.max.fits(beyond.len() + menu.quick_replies.len())
                && beyond.iter().all(|reply| row.label.fits(&reply.label))
        });
        if !fits {
            return Some(menu);
        }
        let labels = beyond.iter().map(|reply| reply.label.as_str()).collect::<Vec<_>>().join(", ");
        report.change(&menu.path, "reply_buttons", Action::Adapted, "C01", labels);
        let mut beyond = menu.replies.split_off(room);
        beyond.append(&mut menu.quick_replies);
        menu.quick_replies = beyond;
    }
    put_on(before, menu);
    None
}

fn replies_last(mut parts: Vec<Part>, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    let end = parts.len().saturating_sub(1);
    let Some(at) = parts.iter().rposition(|part| !part.replies.is_empty()) else { return parts };
    let alone = is_wordless(&parts[at]) && parts[at].buttons.is_empty();
    if at == end && !(alone && parts.len() > 1) {
        return parts;
    }
    let menu = Part {
        replies: std::mem::take(&mut parts[at].replies),
        ..Part::of(parts[at].path.as_str(), PartBody::Text(Text::default()))
    };
    if alone {
        parts.remove(at);
    }
    if at < end {
        report.change(
            &menu.path,
            "reply_buttons",
            Action::Adapted,
            "C01",
            texts::moved_to_end(context.language),
        );
    }
    match parts.last_mut() {
        Some(last) => put_on(last, menu),
        None => parts.push(menu),
    }
    parts
}

/// Words of a part's own, for an adapter that must write a line where the platform demands one.
pub fn line(words: impl Into<String>) -> Text {
    Text { spans: vec![Span::plain(words)] }
}
