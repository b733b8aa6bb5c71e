//! The laws of the downgrade, over every platform and flavour of the registry, with either switch, in both languages.

use std::collections::BTreeMap;

use naru_adapters::PLATFORMS;
use naru_core::adapter::Platform;
use naru_core::capabilities::Capabilities;
use naru_core::content::Content;
use naru_core::downgrade::laws::{self, any};
use naru_core::downgrade::{Context, MediaFacts};
use naru_core::settings::{Formatting, Language, LinkButtons};
use proptest::prelude::*;

/// A platform in one of its spellings, with its switches set one way.
struct Target {
    platform: &'static Platform,
    flavour: Option<&'static str>,
    capabilities: Capabilities,
    link_buttons: LinkButtons,
    formatting: Formatting,
    language: Language,
}

fn targets() -> Vec<Target> {
    let mut targets = Vec::new();
    for platform in PLATFORMS.iter().copied() {
        let flavours: Vec<_> = platform.flavours.iter().map(|flavour| Some(flavour.name)).collect();
        for flavour in if flavours.is_empty() { vec![None] } else { flavours } {
            for (link_buttons, formatting, language) in [
                (LinkButtons::Text, Formatting::Strip, Language::Ko),
                (LinkButtons::Native, Formatting::Native, Language::En),
            ] {
                let capabilities = platform.capabilities_of(flavour);
                targets.push(Target { platform, flavour, capabilities, link_buttons, formatting, language });
            }
        }
    }
    targets
}

fn each<F>(targets: &[Target], facts: &BTreeMap<String, MediaFacts>, law: F) -> Result<(), TestCaseError>
where
    F: Fn(&Context<'_>) -> Result<(), String>,
{
    let shorten = |url: &str| format!("https://naru.example/l/{}", url.len());
    let variables = BTreeMap::from([("contact.name".to_owned(), "이하늘".to_owned())]);
    for target in targets {
        let context = Context {
            platform: target.platform,
            capabilities: &target.capabilities,
            link_buttons: target.link_buttons,
            formatting: target.formatting,
            language: target.language,
            message: None,
            media: facts,
            variables: &variables,
            short_link: Some(&shorten),
            numbered_before: 0,
        };
        law(&context).map_err(|broken| {
            let flavour = target.flavour.unwrap_or("only one");
            TestCaseError::fail(format!(
                "{} ({flavour}, {:?}): {broken}",
                target.platform.name, target.link_buttons
            ))
        })?;
    }
    Ok(())
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn every_content_keeps_the_laws_on_every_platform(content in any::content()) {
        each(&targets(), &any::facts(), |context| laws::all(&content, context))?;
    }

    #[test]
    fn d10_long_words_arrive_whole_on_every_platform(words in any::long_words()) {
        each(&targets(), &any::facts(), |context| laws::words_are_literal(&words, context))?;
    }
}

#[test]
fn typed_marks_are_byte_identical_on_every_platform() {
    let typed = "c******@g.com *별* _밑_ ~물결~ `코드` # 제목 <b>&amp;</b> > 인용 {{x}} [a](b)";
    each(&targets(), &any::facts(), |context| {
        laws::words_are_literal(typed, context)?;
        laws::all(&Content::text(typed), context)
    })
    .expect("user text keeps its marks' characters");
}
