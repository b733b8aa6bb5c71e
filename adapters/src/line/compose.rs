//! How fitted parts join into LINE's bubbles: as everywhere, and besides what LINE wants of a medium or a place.

use naru_core::content::{LinkButton, Location, MediaBlock, MediaKind, Text};
use naru_core::downgrade::{Action, Context, MediaFacts, Part, PartBody, Report, bubbles};
use naru_core::texts;

use super::address;
use super::capabilities::{BUTTON_URL, PLACE, PREVIEW_BYTES};
use super::utf16::clip;

/// Composes a message's parts.
pub(super) fn compose(parts: Vec<Part>, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    let parts = parts.into_iter().flat_map(|part| complete(part, context, report)).collect();
    let mut bubbles = bubbles::standard(parts, context, report);
    for bubble in &mut bubbles {
        for button in &mut bubble.buttons {
            shorten(&bubble.path, button, context, report);
        }
    }
    bubbles
}

/// A part with everything that LINE demands of it.
fn complete(part: Part, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    match &part.body {
        PartBody::Media { kind, block, .. } => {
            let facts = context.facts(&block.media);
            match facts.and_then(|facts| missing(*kind, block, facts).map(|what| (facts, what))) {
                Some((facts, (what, rule))) => {
                    let words =
                        texts::media_link(context.language, &facts.name, facts.bytes, None, &facts.url);
                    report.change(&part.path, what, Action::Linked, rule, words.as_str());
                    vec![Part { body: PartBody::Text(Text::plain(words)), ..part }]
                }
                None => vec![part],
            }
        }
        PartBody::Location(place) => {
            let place = place.clone();
            location(part, &place, report)
        }
        _ => vec![part],
    }
}

/// Which kind of medium it is, and the rule, where LINE demands something beside it that we do not have: a preview of
/// at most 1 MB beside a picture, a still beside a video, a recording's length.
fn missing(kind: MediaKind, block: &MediaBlock, facts: &MediaFacts) -> Option<(&'static str, &'static str)> {
    match kind {
        MediaKind::Image if facts.preview_url.is_none() && facts.bytes > PREVIEW_BYTES => {
            Some(("image", "preview"))
        }
        MediaKind::Video if facts.preview_url.is_none() => Some(("video", "preview")),
        MediaKind::Audio if block.duration_ms.or(facts.duration_ms).is_none() => Some(("audio", "duration")),
        _ => None,
    }
}

/// A place takes a head and an address of at most 100 characters each; longer ones go ahead in words.
fn location(part: Part, place: &Location, report: &mut Report) -> Vec<Part> {
    let trimmed = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
    let whole = [trimmed(&place.title), trimmed(&place.address)];
    let short = [clip(&whole[0], PLACE), clip(&whole[1], PLACE)];
    if short == whole {
        return vec![part];
    }
    let words =
        whole.iter().map(String::as_str).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
    report.change(&part.path, "location", Action::Split, "location", words.as_str());
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let place = Location { title: some(short[0]), address: some(short[1]), ..place.clone() };
    let ahead = Part::of(part.path.as_str(), PartBody::Text(Text::plain(words)));
    vec![ahead, Part { body: PartBody::Location(place), ..part }]
}

/// An address that grows past the limit when it is percent-encoded becomes a short one.
fn shorten(path: &str, button: &mut LinkButton, context: &Context<'_>, report: &mut Report) {
    if let Some(short) = context.short_link.filter(|_| address::encode(&button.url).len() > BUTTON_URL) {
        button.url = short(&button.url);
        report.change(path, "link_button", Action::Linked, "link_buttons", button.url.as_str());
    }
}
