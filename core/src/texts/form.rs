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
        let options = match field.kind {
            FieldKind::Choice => field.options.join(" / "),
            FieldKind::Boolean => pick(language, "예 / 아니오", "yes / no").to_owned(),
            _ => String::new(),
        };
        let options = if options.is_empty() { options } else { format!(" ({options})") };
        let optional = if field.required { "" } else { pick(language, " (선택)", " (optional)") };
        format!("\n- {}{options}{optional}", field.label)
    });
    lines.fold(head.to_owned(), |words, line| words + &line)
}
