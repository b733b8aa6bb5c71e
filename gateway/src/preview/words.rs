//! A rendition in words, for people.

use naru_core::downgrade::{Action, Change};
use naru_core::settings::Language;

use super::Verdict;

/// The verdict in words.
pub fn verdict_in_words(language: Language, verdict: Verdict, changes: usize) -> String {
    match (language, verdict) {
        (Language::Ko, Verdict::AsIs) => "그대로 보냅니다".to_owned(),
        (Language::En, Verdict::AsIs) => "sent as it is".to_owned(),
        (Language::Ko, Verdict::Changed) => format!("{changes}곳을 바꿔 보냅니다"),
        (Language::En, Verdict::Changed) if changes == 1 => "sent with 1 change".to_owned(),
        (Language::En, Verdict::Changed) => format!("sent with {changes} changes"),
        (Language::Ko, Verdict::Rejected) => "보낼 수 없습니다".to_owned(),
        (Language::En, Verdict::Rejected) => "cannot be sent".to_owned(),
    }
}

/// A change in words: which element, what was done to it, and by which rule. What stands there now is its `detail`.
pub fn change_in_words(language: Language, change: &Change) -> String {
    let what = element(language, &change.what);
    let done = action(language, change.action);
    let rule = change.rule.as_ref().map_or_else(String::new, |rule| format!(" ({rule})"));
    format!("{what} {done}{rule}")
}

fn element(language: Language, what: &str) -> &str {
    const WORDS: [(&str, &str, &str); 15] = [
        ("mention", "멘션을", "the mention"),
        ("mark", "글꼴을", "the marks"),
        ("link", "링크를", "the link"),
        ("link_button", "링크 버튼을", "the link button"),
        ("link_buttons", "링크 버튼을", "the link buttons"),
        ("reply_buttons", "답장 버튼을", "the reply buttons"),
        ("text", "글을", "the text"),
        ("image", "이미지를", "the image"),
        ("file", "파일을", "the file"),
        ("video", "동영상을", "the video"),
        ("audio", "음성을", "the recording"),
        ("form", "폼을", "the form"),
        ("cards", "카드를", "the cards"),
        ("location", "위치를", "the place"),
        ("sticker", "스티커를", "the sticker"),
    ];
    match (WORDS.iter().find(|(name, ..)| *name == what), language) {
        (Some((_, ko, _)), Language::Ko) => ko,
        (Some((_, _, en)), Language::En) => en,
        (None, _) => what,
    }
}

fn action(language: Language, action: Action) -> &'static str {
    match (language, action) {
        (Language::Ko, Action::Replaced) => "글로 바꿈",
        (Language::Ko, Action::Stripped) => "벗기고 낱말만 남김",
        (Language::Ko, Action::Split) => "나눔",
        (Language::Ko, Action::Adapted) => "이 메신저의 다른 모양으로 바꿈",
        (Language::Ko, Action::Linked) => "주소로 바꿈",
        (Language::Ko, Action::Dropped) => "뺌",
        (Language::En, Action::Replaced) => "became words",
        (Language::En, Action::Stripped) => "went, the words stayed",
        (Language::En, Action::Split) => "was split",
        (Language::En, Action::Adapted) => "took another form of the platform's own",
        (Language::En, Action::Linked) => "became an address",
        (Language::En, Action::Dropped) => "was left out",
    }
}
