//! The laws of the downgrade, as functions: core runs them over invented platforms, the contract tests over every
//! platform and flavour of the registry.
//!
//! 1. Every part is within every limit, in its own unit: after a fit there is no misfit.
//! 2. No grapheme is cut.
//! 3. Nothing visible is lost: the words of the parts, without what the report names, are the words of the content,
//!    in their order; every label, name and picture is there or in the report.
//! 4. What is fitted stays as it is, and nothing more is reported.
//! 5. Words are byte-identical, whatever marks they seem to hold.

#[cfg(any(test, feature = "test-laws"))]
pub mod any;

use unicode_segmentation::UnicodeSegmentation;

use super::{Action, Change, Context, Fitted, Part, PartBody, Report, fit, misfits, refit};
use crate::content::{Block, Content, Media, Span};

/// Checks all laws for one content. Fails with the law's name and what was found. A content that the platform
/// rejects keeps them all.
pub fn all(message: &Content, context: &Context<'_>) -> Result<(), String> {
    let Ok(fitted) = fit(message, context) else { return Ok(()) };
    within_limits(&fitted, context)?;
    no_grapheme_cut(&fitted)?;
    stable(&fitted, context)?;
    labels_stay(message, &fitted)?;
    media_stay(message, &fitted)?;
    if message.blocks.iter().all(|block| !matches!(block, Block::Cards(_))) {
        words_stay(message, &fitted, context)?;
    }
    Ok(())
}

/// Law 1.
pub fn within_limits(fitted: &Fitted, context: &Context<'_>) -> Result<(), String> {
    // Measured here once more: `misfits` shares its idea of a part's limit with the passes.
    let caps = context.capabilities;
    for part in fitted.parts.iter().filter(|part| matches!(part.body, PartBody::Text(_))) {
        let limit = if part.buttons.is_empty() { caps.text.limit } else { caps.link_buttons.text };
        let size = limit.unit.measure(&part.plain());
        if size == 0 || size > limit.max {
            return Err(format!("within limits: {size} of {} in {part:?}", limit.max));
        }
    }
    match misfits(&fitted.parts, context).first() {
        Some(misfit) => Err(format!("within limits: {misfit:?} in {:?}", fitted.parts[misfit.part])),
        None => Ok(()),
    }
}

/// Law 2: pieces of one text, joined, have as many graphemes as apart.
pub fn no_grapheme_cut(fitted: &Fitted) -> Result<(), String> {
    let reported = |path: &str, what: &str| {
        fitted
            .report
            .changes
            .iter()
            .any(|change| change.path == path && change.what == what && change.action == Action::Split)
    };
    for pieces in fitted.parts.chunk_by(|one, next| one.path == next.path) {
        let path = pieces[0].path.as_str();
        if !reported(path, "text") || reported(path, "grapheme") {
            continue;
        }
        let apart: usize = pieces.iter().map(|part| part.plain().graphemes(true).count()).sum();
        let joined = pieces.iter().map(Part::plain).collect::<String>().graphemes(true).count();
        if apart != joined {
            return Err(format!("no grapheme cut: {apart} apart, {joined} joined at {path}"));
        }
    }
    Ok(())
}

/// Law 4.
pub fn stable(fitted: &Fitted, context: &Context<'_>) -> Result<(), String> {
    let again = refit(fitted.parts.clone(), context);
    if again.parts != fitted.parts {
        return Err(format!("stable: first {:#?}\nthen {:#?}", fitted.parts, again.parts));
    }
    if again.report != Report::default() {
        return Err(format!("stable: a second fit reports {:?}", again.report));
    }
    Ok(())
}

/// Law 3, for words: without what the report names, the parts say what the content says.
pub fn words_stay(message: &Content, fitted: &Fitted, context: &Context<'_>) -> Result<(), String> {
    let mut said: String = fitted.parts.iter().map(|part| seen(&part.plain())).collect();
    for change in &fitted.report.changes {
        let found = markers(change).into_iter().find_map(|marker| Some((said.find(&marker)?, marker.len())));
        if let Some((at, length)) = found {
            said.replace_range(at..at + length, "");
        }
    }
    let source: String = message.blocks.iter().map(|block| seen(&words(block, context))).collect();
    if said == source { Ok(()) } else { Err(format!("words stay: expected {source:?}, found {said:?}")) }
}

/// What a change has put among the words: its detail, or its detail without a last line of reasons.
fn markers(change: &Change) -> Vec<String> {
    let detail = change.detail.as_str();
    let made = match (change.what.as_str(), change.action) {
        ("link", Action::Linked) => vec![detail.lines().last().unwrap_or_default()],
        // A place that became words and a map.
        ("location", Action::Split) => vec![detail],
        // What a mention or a card says is the author's; a short address on a native button is not among the words.
        ("mention" | "mark" | "text" | "grapheme" | "variable" | "cards", _)
        | ("link_button", Action::Linked)
        | (_, Action::Dropped | Action::Split | Action::Stripped) => return Vec::new(),
        // Buttons in another row or place are no words, but the line above buttons is.
        (_, Action::Adapted) if change.rule.as_deref() != Some("bubbles") => return Vec::new(),
        _ => [Some(detail), detail.rsplit_once('\n').map(|(words, _)| words)].into_iter().flatten().collect(),
    };
    made.into_iter().map(seen).filter(|made| !made.is_empty()).collect()
}

/// The words of a block that must be found again as they are.
fn words(block: &Block, context: &Context<'_>) -> String {
    match block {
        Block::Text(text) => text.spans.iter().map(|span| filled(span, context)).collect(),
        Block::Image(medium) | Block::File(medium) | Block::Video(medium) | Block::Audio(medium) => {
            medium.caption.clone().unwrap_or_default()
        }
        _ => String::new(),
    }
}

fn filled(span: &Span, context: &Context<'_>) -> String {
    match span {
        Span::Text(span) => span.text.clone(),
        Span::Mention(span) => format!("@{}", span.mention.name),
        Span::Variable(span) => {
            let value = context.variables.get(&span.variable).filter(|value| !value.is_empty());
            value.unwrap_or(&span.fallback).clone()
        }
    }
}

/// Words without what is not seen.
fn seen(words: &str) -> String {
    words.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Law 3, for labels: each is on a button, in a card, a form or a place, or among the words.
pub fn labels_stay(content: &Content, fitted: &Fitted) -> Result<(), String> {
    let shown: String = fitted.parts.iter().map(|part| seen(&everything(part))).collect();
    let lost = |label: &str| fitted.report.lost.iter().any(|loss| loss.detail.contains(label));
    for label in labels(content) {
        if !shown.contains(&seen(&label)) && !lost(&label) {
            return Err(format!("labels stay: {label:?} is neither shown nor reported as lost"));
        }
    }
    Ok(())
}

fn labels(content: &Content) -> Vec<String> {
    let mut labels = Vec::new();
    for block in &content.blocks {
        match block {
            Block::Buttons(row) => labels.extend(row.buttons.iter().map(|button| button.label.clone())),
            Block::Replies(menu) => labels.extend(menu.replies.iter().map(|reply| reply.label.clone())),
            Block::Form(form) => labels.extend(form.fields.iter().map(|field| field.label.clone())),
            Block::Location(place) => labels.extend(place.title.clone()),
            Block::Cards(cards) => {
                for card in &cards.cards {
                    labels.extend(card.title.iter().chain(&card.body).chain(&card.footnote).cloned());
                    labels.extend(card.buttons.iter().map(|button| button.label.clone()));
                    let items = card.list.iter().chain(&card.highlight);
                    labels.extend(items.flat_map(|item| {
                        [Some(item.title.clone()), item.description.clone()].into_iter().flatten()
                    }));
                    labels.extend(card.summary.iter().flat_map(|s| [s.title.clone(), s.description.clone()]));
                }
            }
            _ => {}
        }
    }
    labels
}

/// Everything that is read on a part.
fn everything(part: &Part) -> String {
    let mut shown = part.plain();
    for label in part.buttons.iter().map(|button| &button.label) {
        shown.push_str(label);
    }
    for reply in part.replies.iter().chain(&part.quick_replies) {
        shown.push_str(&reply.label);
    }
    let inside = match &part.body {
        PartBody::Cards(cards) => Some(Block::Cards(cards.clone())),
        PartBody::Form(form) => Some(Block::Form(form.clone())),
        PartBody::Location(place) => Some(Block::Location(place.clone())),
        _ => None,
    };
    if let Some(block) = inside {
        shown.push_str(&labels(&Content::block(block)).concat());
    }
    shown
}

/// Law 3, for pictures and the like: those that are drawn keep their order, the others are in the report.
pub fn media_stay(content: &Content, fitted: &Fitted) -> Result<(), String> {
    let mut drawn = fitted.parts.iter().filter_map(|part| match &part.body {
        PartBody::Media { block, .. } => Some(&block.media),
        _ => None,
    });
    for (index, block) in content.blocks.iter().enumerate() {
        let Some(media) = medium(block) else { continue };
        let path = format!("/blocks/{index}");
        let reported =
            fitted.report.changes.iter().any(|change| {
                change.path == path && !matches!(change.action, Action::Split | Action::Stripped)
            });
        if !reported && !drawn.any(|other| other == media) {
            return Err(format!("media stay: {path} is neither drawn in its order nor reported"));
        }
    }
    Ok(())
}

fn medium(block: &Block) -> Option<&Media> {
    match block {
        Block::Image(medium) | Block::File(medium) | Block::Video(medium) | Block::Audio(medium) => {
            Some(&medium.media)
        }
        _ => None,
    }
}

/// Law 5: a text of nothing but words arrives byte for byte, in as many parts as it takes.
pub fn words_are_literal(text: &str, context: &Context<'_>) -> Result<(), String> {
    let Ok(fitted) = fit(&Content::text(text), context) else { return Ok(()) };
    let said: String = fitted.parts.iter().map(Part::plain).collect();
    // A bubble of nothing but spaces is refused by platforms, so such a piece at the end is left out.
    let same = said == text || said.trim_end() == text.trim_end();
    if same { Ok(()) } else { Err(format!("literal: expected {text:?}, found {said:?}")) }
}
