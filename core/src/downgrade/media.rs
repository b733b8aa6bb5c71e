//! Turns media that the platform cannot take, by kind, type or size, into an address with name and size (inventory
//! D11, C17), and sets captions where they can stand.

use super::context::drawn;
use super::links::short_enough;
use super::{Action, Context, MediaFacts, Part, PartBody, Report};
use crate::capabilities::{Level, MediaCaps, RichImage};
use crate::content::{Media, MediaBlock, MediaKind, Text};
use crate::texts;

/// Keeps what fits; unknown facts never block.
pub(super) fn pass(parts: Vec<Part>, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    let mut out = Vec::with_capacity(parts.len());
    for part in parts {
        let PartBody::Media { kind, block, text } = part.body else {
            out.push(part);
            continue;
        };
        let rest = Part { body: PartBody::Text(Text::default()), ..part };
        match misfit(kind, &block, context) {
            None => keep(&mut out, rest, kind, block, text, context),
            Some(rule) => replace(&mut out, &rest.path, Medium { kind, block, rule }, context, report),
        }
    }
    out
}

/// Why a medium cannot go as it is: the rule's name. `None` where it can, or where too little is known.
pub(super) fn misfit(kind: MediaKind, block: &MediaBlock, context: &Context<'_>) -> Option<&'static str> {
    let caps = context.capabilities.media(kind);
    if !drawn(caps.level) {
        return Some("D11");
    }
    let facts = context.facts(&block.media)?;
    (!takes(caps, facts)).then_some("D11")
}

fn takes(caps: &MediaCaps, facts: &MediaFacts) -> bool {
    (caps.mimes.is_empty() || caps.mimes.contains(&facts.mime.as_str())) && facts.bytes <= caps.max_bytes.max
}

/// Whether a picture may share its part with words or buttons. A picture of which nothing is known may.
pub(super) fn is_rich(block: &MediaBlock, context: &Context<'_>) -> bool {
    let Some(rules) = context.capabilities.image.rich else { return true };
    context.facts(&block.media).is_none_or(|facts| keeps_rules(facts, &rules))
}

fn keeps_rules(facts: &MediaFacts, rules: &RichImage) -> bool {
    let (Some(width), Some(height)) = (facts.width, facts.height) else { return false };
    let (w, h) = (u64::from(width), u64::from(height));
    let at_most = |(a, b): (u32, u32)| w * u64::from(b) <= h * u64::from(a);
    let at_least = |(a, b): (u32, u32)| w * u64::from(b) >= h * u64::from(a);
    rules.mimes.contains(&facts.mime.as_str())
        && facts.bytes <= rules.max_bytes.max
        && width >= rules.min_width
        && at_most(rules.widest)
        && at_least(rules.tallest)
}

/// A caption stands in the medium's part where the platform draws both as one, otherwise in a part behind it.
fn keep(
    out: &mut Vec<Part>,
    rest: Part,
    kind: MediaKind,
    mut block: MediaBlock,
    text: Text,
    context: &Context<'_>,
) {
    let caption = block.caption.take().filter(|caption| !caption.trim().is_empty());
    let rich = kind != MediaKind::Image || is_rich(&block, context);
    let path = rest.path.clone();
    let Some(caption) = caption else {
        out.push(Part { body: PartBody::Media { kind, block, text }, ..rest });
        return;
    };
    let fits = context.capabilities.media(kind).caption.is_some_and(|limit| limit.fits(&caption));
    if text.spans.is_empty() && fits && rich {
        out.push(Part { body: PartBody::Media { kind, block, text: Text::plain(caption) }, ..rest });
    } else {
        out.push(Part { body: PartBody::Media { kind, block, text }, ..rest });
        out.push(Part::of(path, PartBody::Text(Text::plain(caption))));
    }
}

struct Medium {
    kind: MediaKind,
    block: MediaBlock,
    rule: &'static str,
}

fn replace(out: &mut Vec<Part>, path: &str, medium: Medium, context: &Context<'_>, report: &mut Report) {
    let Medium { kind, block, rule } = medium;
    let level = context.capabilities.media(kind).level;
    let what = what(kind);
    if level == Level::Dropped {
        report.lose(path, what, rule, name(kind, &block, None, context));
    } else {
        let (words, action) = words(kind, &block, level, context);
        report.change(path, what, action, rule, format!("{words}{}", bite(kind, &block, context)));
        out.push(Part::of(path, PartBody::Text(Text::plain(words))));
    }
    if let Some(caption) = block.caption.filter(|caption| !caption.trim().is_empty()) {
        out.push(Part::of(path, PartBody::Text(Text::plain(caption))));
    }
}

/// Which limit a too large medium met, for the author: its size, the limit, and whose limit it is (inventory C17).
fn bite(kind: MediaKind, block: &MediaBlock, context: &Context<'_>) -> String {
    let caps = context.capabilities.media(kind);
    let limit = caps.max_bytes;
    if !drawn(caps.level) {
        return String::new();
    }
    match context.facts(&block.media).map(|facts| facts.bytes).filter(|bytes| *bytes > limit.max) {
        Some(bytes) => {
            let (size, max) = (texts::file_size(bytes), texts::file_size(limit.max));
            format!("\n{size} > {max} ({})", limit.source)
        }
        None => String::new(),
    }
}

/// Name, size and address, as far as they are known; never an internal name.
fn words(kind: MediaKind, block: &MediaBlock, level: Level, context: &Context<'_>) -> (String, Action) {
    let facts = context.facts(&block.media);
    let name = name(kind, block, facts, context);
    if level == Level::Text {
        return (name, Action::Replaced);
    }
    match (facts, &block.media) {
        (Some(facts), _) => {
            let url = short_enough(&facts.url, context);
            (texts::media_link(context.language, &name, facts.bytes, None, &url), Action::Linked)
        }
        (None, Media::Remote(remote)) => {
            (format!("{name}\n{}", short_enough(&remote.url, context)), Action::Linked)
        }
        (None, _) => (name, Action::Replaced),
    }
}

fn name(kind: MediaKind, block: &MediaBlock, facts: Option<&MediaFacts>, context: &Context<'_>) -> String {
    let given = [block.name.as_deref(), block.alt.as_deref(), facts.map(|facts| facts.name.as_str())];
    given
        .into_iter()
        .flatten()
        .find(|name| !name.trim().is_empty())
        .unwrap_or_else(|| texts::media_word(context.language, kind))
        .to_owned()
}

/// What a report calls a medium.
pub(super) fn what(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "image",
        MediaKind::File => "file",
        MediaKind::Video => "video",
        MediaKind::Audio => "audio",
    }
}
