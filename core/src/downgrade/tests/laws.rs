//! The laws over the invented platforms.

use proptest::prelude::*;

use super::platforms::{ALL, Bench};
use crate::downgrade::laws::{self, any};
use crate::settings::Language;

fn benches() -> Vec<Bench> {
    ALL.into_iter()
        .flat_map(|platform| {
            let mut plain = Bench::of(platform);
            plain.media = any::facts();
            let mut native = Bench::of(platform).native();
            native.media = any::facts();
            native.language = Language::En;
            native.short_link = Some(|url| format!("https://n.ex/l/{}", url.len()));
            [plain, native]
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_content_keeps_the_laws(content in any::content()) {
        for bench in benches() {
            bench.with(|context| laws::all(&content, context)).map_err(TestCaseError::fail)?;
        }
    }

    #[test]
    fn long_words_are_literal(words in any::long_words()) {
        for bench in benches() {
            bench.with(|context| laws::words_are_literal(&words, context)).map_err(TestCaseError::fail)?;
        }
    }
}
