//! Every word of the console in Korean and English: one table, read by the templates and handed to the scripts.

mod frame;
mod inbox;
mod machine;
mod places;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use naru_core::adapter::Words;
use naru_core::settings::Language;

/// A key with its words. Keys are `<part>.<name>`; `{name}` in the words is filled in by the scripts.
pub(super) type Entry = (&'static str, Words);

const fn w(key: &'static str, ko: &'static str, en: &'static str) -> Entry {
    (key, Words { ko, en })
}

static TABLE: LazyLock<BTreeMap<&'static str, Words>> = LazyLock::new(|| {
    [frame::WORDS, inbox::WORDS, places::WORDS, machine::WORDS].concat().into_iter().collect()
});

/// The words under a key; `None` for a key that is not in the table.
pub fn find(language: Language, key: &str) -> Option<&'static str> {
    TABLE.get(key).map(|words| pick(language, words))
}

/// One language of both.
pub fn pick(language: Language, words: &Words) -> &'static str {
    match language {
        Language::Ko => words.ko,
        Language::En => words.en,
    }
}

/// The whole table of one language, for the scripts.
pub fn all(language: Language) -> BTreeMap<&'static str, &'static str> {
    TABLE.iter().map(|(key, words)| (*key, pick(language, words))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_words_in_both_languages_and_is_there_once() {
        let parts = [frame::WORDS, inbox::WORDS, places::WORDS, machine::WORDS];
        assert_eq!(parts.iter().map(|part| part.len()).sum::<usize>(), TABLE.len());
        for (key, words) in TABLE.iter() {
            assert!(!words.ko.trim().is_empty() && !words.en.trim().is_empty(), "{key} lacks words");
            let holes = |text: &str| {
                let mut found: Vec<_> = text
                    .split('{')
                    .skip(1)
                    .filter_map(|rest| rest.split_once('}'))
                    .map(|(n, _)| n.to_owned())
                    .collect();
                found.sort();
                found
            };
            // A Korean particle has no counterpart.
            let plain = |text: &str| holes(text).into_iter().filter(|hole| hole != "ro").collect::<Vec<_>>();
            assert_eq!(plain(words.ko), plain(words.en), "{key} has other holes in one language");
        }
    }
}
