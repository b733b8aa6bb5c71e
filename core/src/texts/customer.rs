//! What customers read.

use super::pick;
use crate::content::{Location, MediaKind};
use crate::settings::Language;

/// A link button as a sentence with its address (inventory D03, C15).
pub fn link_button(language: Language, label: &str, url: &str) -> String {
    match language {
        Language::Ko => format!("버튼을 눌러보세요[{label}]\n{url}"),
        Language::En => format!("Tap to open[{label}]\n{url}"),
    }
}

/// A link button in an SMS, where the sentence would read as smishing and eat a 90-byte message.
pub fn link_button_sms(label: &str, url: &str) -> String {
    format!("[{label}] {url}")
}

/// What asks for a number.
pub fn replies_head(language: Language) -> &'static str {
    pick(language, "번호를 골라 답장해 주세요.", "Reply with a number:")
}

/// Reply buttons as a numbered list; the first option carries the number `first`.
pub fn replies_menu<'a>(
    language: Language,
    first: usize,
    labels: impl IntoIterator<Item = &'a str>,
) -> String {
    let head = replies_head(language).to_owned();
    let lines = labels.into_iter().zip(first..).map(|(label, number)| format!("\n{number}. {label}"));
    lines.fold(head, |menu, line| menu + &line)
}

/// What answers a reply that names no option, once; then a person takes over.
pub fn not_understood(language: Language, first: usize, last: usize) -> String {
    match language {
        Language::Ko => format!("{first}~{last} 중에서 번호나 이름으로 답장해 주세요."),
        Language::En => format!("Please reply with {first}–{last} or the name."),
    }
}

/// The words above buttons that have none of their own.
pub fn choose_below(language: Language) -> &'static str {
    pick(language, "아래에서 골라 주세요.", "Please choose below.")
}

/// What stands for a sticker without words.
pub fn sticker_word(language: Language) -> &'static str {
    pick(language, "[스티커]", "[sticker]")
}

/// What stands for a medium without a name.
pub fn media_word(language: Language, kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => pick(language, "[이미지]", "[image]"),
        MediaKind::File => pick(language, "[파일]", "[file]"),
        MediaKind::Video => pick(language, "[동영상]", "[video]"),
        MediaKind::Audio => pick(language, "[음성]", "[audio]"),
    }
}

/// A medium as its name, its size and its address; `until` is the last day on which the address works.
pub fn media_link(language: Language, name: &str, bytes: u64, until: Option<&str>, url: &str) -> String {
    let size = file_size(bytes);
    match (language, until) {
        (Language::Ko, Some(day)) => format!("{name} ({size}), {day}까지 볼 수 있어요.\n{url}"),
        (Language::En, Some(day)) => format!("{name} ({size}), available until {day}.\n{url}"),
        (_, None) => format!("{name} ({size})\n{url}"),
    }
}

/// A length in bytes as people read it: whole KB or MB of 1024, from 1 GB on with one decimal.
pub fn file_size(bytes: u64) -> String {
    const KB: u64 = 1024;
    const MB: u64 = 1024 * KB;
    const GB: u64 = 1024 * MB;
    match bytes {
        0..KB => format!("{bytes} B"),
        KB..MB => format!("{} KB", bytes.div_ceil(KB)),
        MB..GB => format!("{} MB", bytes.div_ceil(MB)),
        _ => format!("{}.{} GB", bytes / GB, bytes % GB * 10 / GB),
    }
}

/// A place in words, without its map: `[위치] 부산항`, then the postal address.
pub fn place_lines(language: Language, place: &Location) -> String {
    let word = pick(language, "[위치]", "[place]");
    let mut lines = place.title.as_ref().map_or_else(|| word.to_owned(), |title| format!("{word} {title}"));
    if let Some(address) = place.address.as_ref().filter(|address| place.title.as_ref() != Some(address)) {
        lines.push('\n');
        lines.push_str(address);
    }
    lines
}

/// A map of a place that opens on any phone: Kakao's for Korean readers, Google's for others.
pub fn map_link(language: Language, place: &Location) -> String {
    let (latitude, longitude) = (place.latitude, place.longitude);
    match language {
        Language::Ko => format!("https://map.kakao.com/link/map/{latitude},{longitude}"),
        Language::En => format!("https://www.google.com/maps/search/?api=1&query={latitude}%2C{longitude}"),
    }
}

/// Kakao's retention notice (inventory K25); the policy's line stands only where its address is known.
pub fn retention_notice(language: Language, channel: &str, days: u32, policy: Option<&str>) -> String {
    let notice = match language {
        Language::Ko => {
            format!("안녕하세요, {channel}입니다. 상담 내용은 답변과 이력 확인을 위해 {days}일간 보관됩니다.")
        }
        Language::En => format!(
            "Hello, this is {channel}. This chat is kept for {days} days to answer you and look up past requests."
        ),
    };
    match policy {
        Some(url) => format!("{notice}\n{}\n{url}", pick(language, "개인정보 처리방침", "Privacy policy")),
        None => notice,
    }
}
