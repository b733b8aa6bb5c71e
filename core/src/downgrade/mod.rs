//! Fits rich content to what a platform can draw, and says exactly what was changed.
//!
//! `rich content --fit--> parts + report + choices --adapter.next--> calls`
//!
//! Each block starts as one [`Part`]; the [`PASSES`] turn what the platform cannot draw into what it can. Where a
//! part of buttons has no words yet, its body is an empty text: the adapter's `compose` joins it to the words before
//! it with the building blocks of [`bubbles`].

pub mod bubbles;
mod buttons;
mod cards;
pub mod choices;
mod context;
mod forms;
#[doc(hidden)]
pub mod laws;
mod length;
mod links;
mod marks;
mod media;
mod mentions;
mod misfit;
mod part;
mod place;
pub mod rendition;
mod replies;
mod report;
mod split;
mod start;
mod variables;
mod words;

pub use context::{Context, MediaFacts};
pub use misfit::{Misfit, misfits};
pub use part::{Body as PartBody, Menu, Part, PartKind, ReplyButton};
pub use report::{Action, Change, Loss, Report};
pub use words::words_limit;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::capabilities::Level;
use crate::content::Content;
use crate::texts;

/// One pass over a message's parts: fixes one misfit and reports what it changed.
pub type Pass = fn(Vec<Part>, &Context<'_>, &mut Report) -> Vec<Part>;

/// The passes in their order: structure first, size last, because fallbacks grow text.
pub const PASSES: &[(&str, Pass)] = &[
    ("variables", variables::pass),
    ("cards", cards::pass),
    ("forms", forms::pass),
    ("replies", replies::pass),
    ("buttons", buttons::pass),
    ("media", media::pass),
    ("mentions", mentions::pass),
    ("marks", marks::pass),
    ("place", place::pass),
    ("bubbles", bubbles::pass),
    ("length", length::pass),
];

/// A message as a platform will draw it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fitted {
    /// What is drawn, one to one.
    pub parts: Vec<Part>,
    /// What was changed on the way.
    pub report: Report,
}

/// Why a message cannot be sent to a platform at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// The element, as a JSON pointer into the content.
    pub path: String,
    /// The inventory's id of the rule, or the name of the capability.
    pub rule: String,
    /// What the author can do about it.
    pub detail: String,
}

/// Fits a message's content to a platform. Pure; the same arguments give the same parts. What the platform refuses is found
/// before any pass runs and goes back to the author.
pub fn fit(message: &Content, context: &Context<'_>) -> Result<Fitted, Rejection> {
    start::check(message, context)?;
    let mut report = Report::default();
    let parts = run(start::parts(message, context), context, &mut report);
    if parts.is_empty() {
        return Err(Rejection {
            path: "/blocks".to_owned(),
            rule: "text".to_owned(),
            detail: texts::nothing_to_send(context.language).to_owned(),
        });
    }
    Ok(Fitted { parts, report })
}

/// Fits a message whose author also wrote the platform's own payload: that is drawn alone, and `twin`, the same in
/// ordinary content, stays in the history.
pub fn fit_override(payload: Value, twin: &Content, context: &Context<'_>) -> Result<Fitted, Rejection> {
    match context.capabilities.channel_override {
        Level::Native | Level::Adapted if !twin.blocks.is_empty() => Ok(Fitted {
            parts: vec![Part::of("/channel_override", PartBody::Override(payload))],
            report: Report::default(),
        }),
        Level::Native | Level::Adapted => fit(twin, context),
        _ => Err(Rejection {
            path: "/channel_override".to_owned(),
            rule: "channel_override".to_owned(),
            detail: texts::raw_payload_refused(context.language, context.platform_title()),
        }),
    }
}

/// Fits parts that were fitted before. Fitted parts stay as they are and nothing is reported: that is a law.
pub fn refit(parts: Vec<Part>, context: &Context<'_>) -> Fitted {
    let mut report = Report::default();
    let parts = run(parts, context, &mut report);
    Fitted { parts, report }
}

/// How often bubbles and length may take turns. A piece that length cuts off may fit under a picture, which is for
/// bubbles to see; in practice the second turn finds nothing.
const TURNS: usize = 4;

fn run(mut parts: Vec<Part>, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    for (_, pass) in PASSES {
        parts = pass(parts, context, report);
    }
    for _ in 0..TURNS {
        let before = parts.clone();
        parts = length::pass(bubbles::pass(parts, context, report), context, report);
        if parts == before {
            break;
        }
    }
    parts
}

#[cfg(test)]
mod tests;
