//! Everything that the platforms' documentation has a heading or a row for: events, message types, calls.
//!
//! Each entry needs a fixture that is named like it and whose wire text shows it, so that nothing on the list is
//! covered by name alone.

mod kakao;
mod line;
mod webchat;

use std::fs;

use crate::fixture::{Case, Group, Shape};

/// Something that a platform sends or takes.
pub struct Word {
    /// In which group its fixture lies.
    pub group: Group,
    /// The words that the fixture's name holds, joined by `-`.
    pub name: &'static str,
    /// What its wire text shows: a fragment of `request.http`, `body.bin` or `calls.http`, blanks aside.
    pub shows: &'static str,
    /// The flavours that know it; empty: all.
    pub flavours: &'static [&'static str],
}

const fn word(group: Group, name: &'static str, shows: &'static str) -> Word {
    Word { group, name, shows, flavours: &[] }
}

const fn flavoured(
    group: Group,
    name: &'static str,
    shows: &'static str,
    flavours: &'static [&'static str],
) -> Word {
    Word { group, name, shows, flavours }
}

/// The vocabulary of each platform, by its name.
pub const VOCABULARY: &[(&str, &[Word])] =
    &[("kakao", kakao::WORDS), ("line", line::WORDS), ("webchat", webchat::WORDS)];

/// The words of one spelling of a platform that no fixture shows, in words.
pub fn missing(words: &[Word], shape: &Shape, flavour: Option<&str>, cases: &[Case]) -> Vec<String> {
    let own: Vec<_> = cases
        .iter()
        .filter(|case| case.platform == shape.platform && case.flavour.as_deref() == flavour)
        .collect();
    words.iter().filter(|word| word.is_known_to(flavour)).filter_map(|word| word.fault(&own)).collect()
}

impl Word {
    fn is_known_to(&self, flavour: Option<&str>) -> bool {
        self.flavours.is_empty() || flavour.is_some_and(|flavour| self.flavours.contains(&flavour))
    }

    fn fault(&self, cases: &[&Case]) -> Option<String> {
        let named: Vec<_> =
            cases.iter().filter(|case| case.group == self.group && self.is_named_by(&case.name)).collect();
        let place = format!("{}/{}", self.group.folder(), self.name);
        if named.is_empty() {
            return Some(format!("{place}: no case is named like it"));
        }
        if named.iter().any(|case| self.is_shown_by(case)) {
            return None;
        }
        let tried: Vec<_> = named.iter().map(|case| case.name.as_str()).collect();
        Some(format!("{place}: `{}` is not on the wire of {}", self.shows, tried.join(", ")))
    }

    fn is_named_by(&self, name: &str) -> bool {
        let words: Vec<_> = name.split('-').collect();
        self.name.split('-').all(|word| words.contains(&word))
    }

    fn is_shown_by(&self, case: &Case) -> bool {
        let dense = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let shows = dense(self.shows);
        ["request.http", "body.bin", "calls.http"].iter().any(|name| {
            let bytes = fs::read(case.file(name)).unwrap_or_default();
            dense(&String::from_utf8_lossy(&bytes)).contains(&shows)
        })
    }
}
