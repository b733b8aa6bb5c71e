//! Which tests and fixtures name which rule of the inventory, found in the source itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::fixture::Case;
use crate::inventory::{RULES, Rule};

/// The folders whose tests count.
const SOURCES: [&str; 4] = ["core", "adapters", "gateway", "contract-tests"];

/// The names of tests and fixtures, by the id that they carry.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Coverage(BTreeMap<String, BTreeSet<String>>);

impl Coverage {
    /// Looks through the sources below `root`, and through the cases.
    pub fn find(root: &Path, cases: &[Case]) -> Self {
        let mut coverage = Self::default();
        for file in SOURCES.iter().flat_map(|folder| rust_files(&root.join(folder))) {
            let place = file.strip_prefix(root).unwrap_or(&file).display().to_string();
            for test in tests_in(&fs::read_to_string(&file).unwrap_or_default()) {
                coverage.add(&test, '_', &format!("{place}: {test}"));
            }
        }
        for case in cases {
            let flavour = if case.flavour.is_some() { "/*" } else { "" };
            let name = format!("{}{flavour}/{}/{}", case.platform, case.group.folder(), case.name);
            coverage.add(&case.name, '-', &name);
        }
        coverage
    }

    fn add(&mut self, name: &str, separator: char, shown: &str) {
        for id in ids(name, separator) {
            self.0.entry(id).or_default().insert(shown.to_owned());
        }
    }

    /// The tests that name a rule.
    pub fn of(&self, id: &str) -> Vec<&str> {
        self.0.get(id).into_iter().flatten().map(String::as_str).collect()
    }

    /// What is missing, or no longer waits, in words.
    pub fn faults(&self) -> Vec<String> {
        RULES.iter().filter_map(|rule| self.fault(rule)).collect()
    }

    fn fault(&self, rule: &Rule) -> Option<String> {
        match (rule.waits, self.of(rule.id).is_empty()) {
            (None, true) => Some(format!("{}: no test names it ({})", rule.id, rule.says)),
            (Some(_), false) => Some(format!(
                "{}: it has a test and no longer waits: change contract-tests/src/inventory.rs",
                rule.id
            )),
            _ => None,
        }
    }

    /// The table of `docs/coverage.md`.
    pub fn table(&self) -> String {
        let mut text = "# Coverage\n\nWhich tests name which rule of the inventory. Generated: `BLESS=1 cargo test -p naru-contract-tests --test coverage`\nwrites it anew. A name in the form `kakao/*/send/...` is a fixture, once per flavour; the others are files and their\ntests.\n\n| id | rule | seeds | tests |\n|---|---|---|---|\n".to_owned();
        for rule in RULES {
            let tests = match rule.waits {
                Some(why) => format!("none: {why}"),
                None => {
                    self.of(rule.id).iter().map(|test| format!("`{test}`")).collect::<Vec<_>>().join("<br>")
                }
            };
            writeln!(text, "| {} | {} | {} | {tests} |", rule.id, rule.says, rule.seeds)
                .expect("a string takes everything");
        }
        text
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files = Vec::new();
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The names of the functions that stand under an attribute of a test.
fn tests_in(source: &str) -> Vec<String> {
    let mut tests = Vec::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim) {
        let declares = line.trim_start_matches("pub ").trim_start_matches("async ").strip_prefix("fn ");
        if let Some(rest) = declares {
            if is_test {
                tests.extend(rest.split(['(', '<']).next().map(str::to_owned));
            }
            is_test = false;
        } else if line.starts_with("#[test]") || (line.starts_with("#[") && line.contains("::test")) {
            is_test = true;
        } else if !(line.is_empty() || line.starts_with("#[") || line.starts_with("//")) {
            is_test = false;
        }
    }
    tests
}

/// The ids that a name carries: `d03_c15_...`, or a range `k08_to_k11_...`.
fn ids(name: &str, separator: char) -> BTreeSet<String> {
    let words: Vec<_> = name.split(separator).collect();
    let mut ids: BTreeSet<_> =
        words.iter().filter_map(|word| id(word)).map(|(group, number)| spell(&group, number)).collect();
    for window in words.windows(3) {
        if let (Some((group, from)), "to", Some((other, until))) = (id(window[0]), window[1], id(window[2]))
            && group == other
        {
            ids.extend((from..=until).map(|number| spell(&group, number)));
        }
    }
    ids
}

fn id(word: &str) -> Option<(String, u32)> {
    let digits = word.find(|c: char| c.is_ascii_digit())?;
    let (group, number) = word.split_at(digits);
    let known = matches!(group, "d" | "k" | "c" | "ses") && number.len() == 2;
    known.then(|| Some((group.to_ascii_uppercase(), number.parse().ok()?)))?
}

fn spell(group: &str, number: u32) -> String {
    format!("{group}{number:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_carries_its_ids() {
        let found = |name: &str| ids(name, '_').into_iter().collect::<Vec<_>>();
        assert_eq!(found("d03_link_button_becomes_text"), ["D03"]);
        assert_eq!(found("ses06_c25_thirty_days"), ["C25", "SES06"]);
        assert_eq!(found("k08_to_k11_rich_cards"), ["K08", "K09", "K10", "K11"]);
        assert_eq!(found("keeps_d3_and_kk01_and_k001"), Vec::<String>::new());
        assert_eq!(ids("k10-carousel-feed", '-').into_iter().collect::<Vec<_>>(), ["K10"]);
    }

    #[test]
    fn only_tests_count() {
        let source = "#[test]\nfn d01_yes() {}\nfn d02_no() {}\n#[tokio::test]\n#[ignore = \"slow\"]\nasync fn d03_yes() {}\n\
                      #[derive(Debug)]\nstruct X;\nfn d04_no() {}\n    #[test]\n    fn d05_yes(x in any::<u8>()) {}\n";
        assert_eq!(tests_in(source), ["d01_yes", "d03_yes", "d05_yes"]);
    }
}
