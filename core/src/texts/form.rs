//! What a customer reads of a form where the platform has none: all questions at once, one by one, or by a link.

use super::pick;
use crate::content::{Field, FieldKind, Form};
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

/// One question of a form that is asked one by one; `number` of `count`, the first with a greeting.
pub fn form_question(language: Language, field: &Field, number: usize, count: usize) -> String {
    let greeting =
        if number == 1 { pick(language, "몇 가지 여쭤볼게요. ", "A few questions. ") } else { "" };
    let asked = match (language, field.kind) {
        (Language::Ko, _) => format!("{}{} 적어 주세요.", field.label, object_particle(&field.label)),
        (Language::En, _) => format!("What is your {}?", field.label),
    };
    let mut words = format!("{greeting}({number}/{count})\n{asked}");
    if field.kind == FieldKind::Phone {
        words.push_str(pick(language, "\n예: 010-1234-5678", "\ne.g. +82 10-1234-5678"));
    }
    if !field.required {
        words.push('\n');
        words.push_str(form_optional(language, field.kind));
    }
    words
}

/// `을` behind a final consonant, `를` behind a vowel; both where the last letter is no Hangul syllable.
fn object_particle(word: &str) -> &'static str {
    match word.trim_end().chars().last().map(u32::from) {
        Some(c @ 0xac00..=0xd7a3) if (c - 0xac00) % 28 == 0 => "를",
        Some(0xac00..=0xd7a3) => "을",
        _ => "을(를)",
    }
}

/// How a question is skipped; a numeric one by a word, because 0 may be its answer.
pub fn form_optional(language: Language, kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Number | FieldKind::Phone => {
            pick(language, "넘어가려면 건너뛰기를 보내 주세요.", "Send skip to skip.")
        }
        _ => pick(language, "넘어가려면 0을 보내 주세요.", "Send 0 to skip."),
    }
}

/// What answers a reply that is no answer of that kind.
pub fn form_wrong(language: Language, kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Phone => pick(
            language,
            "전화번호를 읽지 못했어요. 숫자로 다시 적어 주세요.",
            "That is not a phone number we can read. Please type the digits again.",
        ),
        FieldKind::Email => pick(
            language,
            "이메일 주소를 읽지 못했어요. 다시 적어 주세요.",
            "That is not an e-mail address we can read. Please type it again.",
        ),
        FieldKind::Number => pick(
            language,
            "숫자를 읽지 못했어요. 숫자로 다시 적어 주세요.",
            "That is not a number we can read. Please type the digits again.",
        ),
        FieldKind::Date => pick(
            language,
            "날짜를 읽지 못했어요. 2026-11-21처럼 다시 적어 주세요.",
            "That is not a date we can read. Please type it like 2026-11-21.",
        ),
        FieldKind::Text | FieldKind::Boolean | FieldKind::Choice => pick(
            language,
            "답을 읽지 못했어요. 다시 적어 주세요.",
            "We cannot read that. Please type it again.",
        ),
    }
}

/// What asks whether answers may be kept.
pub fn form_consent(language: Language, days: u32) -> String {
    match language {
        Language::Ko => format!(
            "적어 주신 연락처는 답변에만 쓰고 {days}일 뒤 지웁니다. 동의하시나요?\n1. 동의\n2. 동의하지 않음"
        ),
        Language::En => format!(
            "We use your number only to answer you and delete it after {days} days. Agree?\n1. Yes\n2. No"
        ),
    }
}

/// What ends a form.
pub fn form_done(language: Language) -> &'static str {
    pick(language, "고맙습니다. 잘 받았어요.", "Thank you, got it.")
}

/// A form behind an address.
pub fn form_by_link(language: Language, url: &str) -> String {
    match language {
        Language::Ko => format!("아래 주소에서 작성해 주세요. 7일 동안 열려 있어요.\n{url}"),
        Language::En => format!("Please fill this in. Open for 7 days.\n{url}"),
    }
}
