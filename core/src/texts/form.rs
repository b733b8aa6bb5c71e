//! What a customer reads of a form where the platform has none.

use super::pick;
use crate::content::{FieldKind, Form};
use crate::settings::Language;

/// All questions in one text: one line each, what may be left out and what may be chosen behind it.
pub fn form_as_words(language: Language, form: &Form) -> String {
    let head = match (form.fields.len(), language) {
        (1, Language::Ko) => "답장으로 알려 주세요.",
        (1, Language::En) => "Please answer by reply:",
        (_, Language::Ko) => "몇 가지 여쭤볼게요. 답장으로 알려 주세요.",
        (_, Language::En) => "A few questions. Please answer by reply:",
    };
    let lines = form.fields.iter().map(|field| {
        let mut line = format!("\n- {}", field.label);
        let options = match field.kind {
            FieldKind::Choice => field.options.join(" / "),
            FieldKind::Boolean => pick(language, "예 / 아니오", "yes / no").to_owned(),
            _ => String::new(),
        };
        if !options.is_empty() {
            line.push_str(&format!(" ({options})"));
        }
        if !field.required {
            line.push_str(pick(language, " (선택)", " (optional)"));
        }
        line
    });
    lines.fold(head.to_owned(), |words, line| words + &line)
}
