//! What LINE's refusals mean: which are passing, which concern the channel, and which the author must hear of.

use naru_core::adapter::{Answer, Failure, Scope, Words};
use naru_core::settings::Language;
use naru_core::time::SECOND;

use super::wire;

/// Classifies an answer that is no success.
pub(super) fn of(answer: &Answer, language: Language) -> Failure {
    let reason = reason(answer, language);
    match answer.status {
        401 => Failure::AuthBroken { reason },
        429 => Failure::Throttled { scope: scope(&reason), after_ms: retry_after(answer), reason },
        408 | 500..=599 => Failure::Retry { after_ms: retry_after(answer), reason },
        status => Failure::Rejected { code: status.to_string(), reason },
    }
}

/// LINE's own sentence with its details: `message: property: detail`.
pub(super) fn reason(answer: &Answer, language: Language) -> String {
    let Ok(error) = serde_json::from_slice::<wire::Error>(&answer.body) else {
        return match language {
            Language::Ko => format!("LINE이 이유 없이 {}로 답했습니다", answer.status),
            Language::En => format!("LINE answered {} without a reason", answer.status),
        };
    };
    let details = error.details.iter().filter_map(|detail| match (&detail.property, &detail.message) {
        (Some(property), Some(message)) => Some(format!("{property}: {message}")),
        (Some(word), None) | (None, Some(word)) => Some(word.clone()),
        (None, None) => None,
    });
    std::iter::once(error.message).chain(details).collect::<Vec<_>>().join("; ")
}

/// The two kinds of 429 differ by their sentence alone.
fn scope(reason: &str) -> Scope {
    let reason = reason.to_ascii_lowercase();
    if reason.contains("monthly") || reason.contains("quota") { Scope::Quota } else { Scope::Channel }
}

/// LINE documents no `Retry-After`; one that a proxy in between sends is honoured.
fn retry_after(answer: &Answer) -> Option<i64> {
    let seconds = answer.header("retry-after")?.trim().parse::<i64>().ok()?;
    Some(seconds.clamp(0, 86_400) * SECOND)
}

/// A rejection that we find ourselves, before anything leaves.
pub(super) fn rejected(code: &str, words: Words, language: Language) -> Failure {
    Failure::Rejected { code: code.to_owned(), reason: pick(words, language).to_owned() }
}

/// The words of the language.
pub(super) fn pick(words: Words, language: Language) -> &'static str {
    match language {
        Language::Ko => words.ko,
        Language::En => words.en,
    }
}
