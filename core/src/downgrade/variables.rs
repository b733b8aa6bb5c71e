//! Puts the values of variables in their places: a known value, otherwise the author's fallback.

use super::words::{plain, text_mut};
use super::{Context, Part, PartBody, Report};
use crate::content::{Span, Text, VariableSpan};
use crate::texts;

/// Fills every variable. A value is taken literally; an unknown one without fallback is reported as lost.
pub(super) fn pass(mut parts: Vec<Part>, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    parts.retain_mut(|part| {
        let path = part.path.clone();
        let Some(text) = text_mut(part).filter(|text| has_variable(text)) else { return true };
        for (index, span) in text.spans.iter_mut().enumerate() {
            if let Span::Variable(variable) = span {
                let value = value(variable, context);
                if value.is_empty() {
                    let detail = texts::variable_unknown(context.language, &variable.variable);
                    report.lose(&format!("{path}/spans/{index}"), "variable", "variables", detail);
                }
                *span = Span::plain(value);
            }
        }
        // A text of nothing but an unknown variable says nothing.
        let blank = plain(text).trim().is_empty();
        !(blank && matches!(part.body, PartBody::Text(_)))
    });
    parts
}

fn has_variable(text: &Text) -> bool {
    text.spans.iter().any(|span| matches!(span, Span::Variable(_)))
}

fn value(variable: &VariableSpan, context: &Context<'_>) -> String {
    context
        .variables
        .get(&variable.variable)
        .filter(|value| !value.is_empty())
        .unwrap_or(&variable.fallback)
        .clone()
}
