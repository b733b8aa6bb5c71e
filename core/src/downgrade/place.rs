//! Writes places as a name with a map to tap, and foreign stickers as their words.

use super::context::drawn;
use super::{Action, Context, Part, PartBody, Report};
use crate::capabilities::Level;
use crate::content::{Location, Sticker, Text};
use crate::texts;

/// Replaces what the platform has no drawing of.
pub(super) fn pass(parts: Vec<Part>, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    parts.into_iter().filter_map(|part| fit(part, context, report)).collect()
}

fn fit(part: Part, context: &Context<'_>, report: &mut Report) -> Option<Part> {
    let (what, level, words, action) = match &part.body {
        PartBody::Location(place) if !drawn(context.capabilities.location) => {
            ("location", context.capabilities.location, location(place, context), Action::Linked)
        }
        PartBody::Sticker(of) if !draws(of, context) => {
            ("sticker", context.capabilities.sticker, sticker(of, context), Action::Replaced)
        }
        _ => return Some(part),
    };
    if level == Level::Dropped {
        report.lose(&part.path, what, what, words);
        return None;
    }
    report.change(&part.path, what, action, what, words.as_str());
    Some(Part { body: PartBody::Text(Text::plain(words)), ..part })
}

/// Whether the platform draws a sticker: any, or its own.
pub(super) fn draws(sticker: &Sticker, context: &Context<'_>) -> bool {
    match context.capabilities.sticker {
        Level::Native => true,
        Level::Adapted => sticker.provider == context.platform.name,
        _ => false,
    }
}

fn location(place: &Location, context: &Context<'_>) -> String {
    let words = texts::place_lines(context.language, place);
    if context.capabilities.location == Level::Text && context.counts_segments() {
        return words;
    }
    format!("{words}\n{}", texts::map_link(context.language, place))
}

fn sticker(sticker: &Sticker, context: &Context<'_>) -> String {
    let alt = sticker.alt.clone().filter(|alt| !alt.trim().is_empty());
    alt.unwrap_or_else(|| texts::sticker_word(context.language).to_owned())
}
