//! Reads a content document and says, for everything that does not fit, where it stands and what was expected.

mod blocks;
mod cards;
mod place;
mod spans;

use place::Place;
use serde_json::{Map, Value};

use super::{Content, parse_markdown, plain_text};

/// A sentence about one place of a JSON document.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Pointed {
    /// JSON pointer, e.g. `/blocks/0/buttons/1/url`.
    pub pointer: String,
    /// What was expected there, and what was found.
    pub detail: String,
}

/// The most blocks of one message; what people write has a handful.
pub const MAX_BLOCKS: usize = 100;
/// The longest text of one message in characters: a hundred of Kakao's longest bubbles.
pub const MAX_TEXT: usize = 100_000;

/// Reads content: `{"blocks": [...]}`, or the short forms `{"text": "..."}` (taken literally) and
/// `{"markdown": "..."}` (the composer's). Fails with every problem found, in the document's order.
pub fn read_content(value: &Value) -> Result<Content, Vec<Pointed>> {
    let mut problems = Vec::new();
    let content = read(value, &mut Place::root(&mut problems));
    match content {
        Some(content) if problems.is_empty() => Ok(content),
        _ => Err(problems),
    }
}

const FORMS: [&str; 3] = ["blocks", "text", "markdown"];

fn read(value: &Value, at: &mut Place<'_>) -> Option<Content> {
    let object = at.object(value, &FORMS)?;
    let given: Vec<&str> = FORMS.into_iter().filter(|form| object.contains_key(*form)).collect();
    match given[..] {
        ["blocks"] => {
            let blocks = at.list(object, "blocks", 1, MAX_BLOCKS, blocks::read)?;
            Some(Content { blocks })
        }
        ["text"] => at.words(object, "text").map(Content::text),
        ["markdown"] => markdown(object, at),
        [] => at.problem("expected one of \"blocks\", \"text\" and \"markdown\", found none"),
        _ => at.problem(format!(
            "expected one of \"blocks\", \"text\" and \"markdown\", found {}",
            given.join(" and ")
        )),
    }
}

fn markdown(object: &Map<String, Value>, at: &mut Place<'_>) -> Option<Content> {
    let content = parse_markdown(&at.words(object, "markdown")?);
    let said = has_variable(&content) || !plain_text(&content).trim().is_empty();
    said.then_some(content)
        .or_else(|| at.key("markdown").problem("expected words, found marks around nothing"))
}

fn has_variable(content: &Content) -> bool {
    content.blocks.iter().any(|block| match block {
        super::Block::Text(text) => text.spans.iter().any(|s| matches!(s, super::Span::Variable(_))),
        _ => false,
    })
}

#[cfg(test)]
mod tests;
