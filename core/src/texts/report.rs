//! What authors read about a change, a loss or a refusal.

use super::pick;
use crate::settings::Language;

/// A text that became several parts.
pub fn split_into(language: Language, parts: usize, limit: &str) -> String {
    match language {
        Language::Ko => format!("{parts}개로 나눔 (각 {limit} 이하)"),
        Language::En => format!("split into {parts} parts of at most {limit}"),
    }
}

/// A single character that is larger than a whole part.
pub fn cluster_cut(language: Language, limit: &str) -> String {
    match language {
        Language::Ko => format!("한 글자가 {limit}보다 커서 글자 중간에서 나눔"),
        Language::En => format!("one character is larger than {limit} and was cut"),
    }
}

/// A variable that has neither value nor fallback.
pub fn variable_unknown(language: Language, path: &str) -> String {
    match language {
        Language::Ko => format!("{path} 값이 없어 빈칸으로 나감"),
        Language::En => format!("{path} has no value and no fallback: nothing stands there"),
    }
}

/// Buttons that must stand under the last part.
pub fn moved_to_end(language: Language) -> &'static str {
    pick(language, "마지막 말풍선 아래로 옮김", "moved below the last part")
}

/// An element that the platform refuses.
pub fn not_drawn(language: Language, platform: &str, what: &str) -> String {
    match language {
        Language::Ko => format!("{platform}에서는 {what} 요소를 보낼 수 없어요. 다른 내용으로 바꿔 주세요."),
        Language::En => format!("{platform} cannot carry {what}: please say it another way"),
    }
}

/// A message without anything in it.
pub fn nothing_to_send(language: Language) -> &'static str {
    pick(language, "보낼 내용이 없어요.", "there is nothing to send")
}

/// A block that came from a platform and that nobody can send.
pub fn unknown_block(language: Language, kind: &str) -> String {
    match language {
        Language::Ko => format!("다른 플랫폼에서 온 알 수 없는 요소({kind})는 보낼 수 없어요."),
        Language::En => format!("\"{kind}\" came from a platform in a form that cannot be sent on"),
    }
}

/// A raw payload for a platform that takes none.
pub fn raw_payload_refused(language: Language, platform: &str) -> String {
    match language {
        Language::Ko => format!("{platform}은(는) 원본 페이로드를 받지 않아요."),
        Language::En => format!("{platform} takes no payload of its own making"),
    }
}

/// A medium whose bytes are not in our store and never will be.
pub fn media_failed(language: Language, name: Option<&str>) -> String {
    let name = name.unwrap_or_default();
    match language {
        Language::Ko => format!("파일을 가져오지 못해 보낼 수 없어요. {name}").trim_end().to_owned(),
        Language::En => {
            format!("the file could not be fetched and cannot be sent {name}").trim_end().to_owned()
        }
    }
}

/// What becomes of the answers to a form that was written as words.
pub fn form_answers_stay_loose(language: Language) -> &'static str {
    pick(
        language,
        "답은 보통 메시지로 오고, 고객 정보에 저절로 저장되지 않아요.",
        "Answers come as ordinary messages and are not kept in the contact by themselves.",
    )
}
