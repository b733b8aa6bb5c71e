//! Turns reply buttons that the platform cannot draw into a numbered list that can be answered (inventory D08, C01).

use super::words::{put_under, text_mut};
use super::{Action, Context, Menu, Part, PartBody, ReplyButton, Report};
use crate::capabilities::ReplyCaps;
use crate::content::{Span, Text};
use crate::texts;

/// Keeps a menu native where all of it fits, moves what is beyond the cap to the platform's second row, and numbers
/// the whole menu otherwise: a menu is never half buttons and half words.
pub(super) fn pass(parts: Vec<Part>, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    let caps = &context.capabilities.replies;
    let last_menu = parts.iter().rposition(|part| !part.replies.is_empty());
    let mut numbered = context.numbered_before
        + parts.iter().filter_map(|part| part.menu.as_ref()).map(|menu| menu.options.len()).sum::<usize>();
    let mut out = Vec::with_capacity(parts.len());
    for (index, mut part) in parts.into_iter().enumerate() {
        // Where only the last message shows its buttons, an earlier menu could not be answered.
        let seen = !caps.last_only || Some(index) == last_menu;
        if part.replies.is_empty() {
            out.push(part);
        } else if context.keeps_replies() && seen && fits(&part, caps) {
            use_second_row(&mut part, caps, report);
            out.push(part);
        } else {
            let options = take(&mut part);
            let first = numbered + 1;
            numbered += options.len();
            number(&mut out, part, Menu { first, options }, context, report);
        }
    }
    out
}

fn take(part: &mut Part) -> Vec<ReplyButton> {
    let mut options = std::mem::take(&mut part.replies);
    options.append(&mut part.quick_replies);
    options
}

/// Whether all of a part's reply buttons fit, the second row included.
fn fits(part: &Part, caps: &ReplyCaps) -> bool {
    let first = usize::try_from(caps.max.max).unwrap_or(usize::MAX);
    let row = part.replies.len().min(first);
    let beyond = part.replies.len() - row + part.quick_replies.len();
    part.replies[..row].iter().all(|reply| caps.label.fits(&reply.label))
        && match caps.overflow {
            Some(overflow) => {
                overflow.max.fits(beyond)
                    && part.replies[row..]
                        .iter()
                        .chain(&part.quick_replies)
                        .all(|r| overflow.label.fits(&r.label))
            }
            None => beyond == 0,
        }
}

fn use_second_row(part: &mut Part, caps: &ReplyCaps, report: &mut Report) {
    let first = usize::try_from(caps.max.max).unwrap_or(usize::MAX);
    if part.replies.len() <= first {
        return;
    }
    let mut beyond = part.replies.split_off(first);
    let labels = beyond.iter().map(|reply| reply.label.as_str()).collect::<Vec<_>>().join(", ");
    beyond.append(&mut part.quick_replies);
    part.quick_replies = beyond;
    report.change(&part.path, "reply_buttons", Action::Adapted, "C01", labels);
}

/// Writes a menu under the part's own words, or under those before it.
fn number(out: &mut Vec<Part>, mut part: Part, menu: Menu, context: &Context<'_>, report: &mut Report) {
    let labels = menu.options.iter().map(|option| option.label.as_str());
    let words = texts::replies_menu(context.language, menu.first, labels);
    report.change(&part.path, "reply_buttons", Action::Replaced, "C01", words.as_str());
    let words = Text { spans: vec![Span::plain(words)] };
    let list = Part { menu: Some(menu), ..Part::of(part.path.as_str(), PartBody::Text(words)) };
    let stands_alone = text_mut(&mut part).is_none_or(|text| !text.spans.is_empty());
    if stands_alone || !part.buttons.is_empty() {
        out.push(part);
    }
    put_under(out, list, context);
}
