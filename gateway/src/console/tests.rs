//! Every page with an invented context, in both languages; and the rules that every page keeps.

use askama::Template;
use naru_core::settings::Language;
use serde_json::{Map, Value, json};

use super::channels::{self, ChannelCard, ChannelPage, ChannelsPage};
use super::inbox::{Given, InboxPage, Person};
use super::login::{LinkPage, LoginPage, SetupPage};
use super::machine::{
    self, Choice, DeliveriesPage, DeliveryPage, DevelopersPage, JournalPage, JournalRowPage,
};
use super::message::MessagePage;
use super::shell::{Place, Shell, embedded};
use super::{assets, capabilities, fields, words};
use crate::sandbox::pages::{SandboxPage, ShopPage};

const EVIL: &str = "</script><img src=x onerror=alert(1)>";

fn drawn(page: &impl Template) -> String {
    page.render().expect("a page with a sample context can be drawn")
}

fn inbox(language: Language) -> InboxPage {
    let person = Person { id: "01900000-0000-7000-8000-000000000009".to_owned(), name: EVIL.to_owned() };
    let given = Given { operator: person.clone(), operators: vec![person], chosen: None, steps: true };
    InboxPage { shell: Shell::sample(language, Some(Place::Inbox)), given }
}

fn account_pages(language: Language) -> Vec<(&'static str, String)> {
    let shell = || Shell::sample(language, Some(Place::Channels));
    let platforms = naru_adapters::PLATFORMS;
    let cards = platforms.iter().map(|platform| channels::platform_card(language, platform)).collect();
    let list = ChannelsPage { shell: shell(), channels: vec![ChannelCard::sample()], platforms: cards };
    let mut pages = vec![("channels", drawn(&list))];
    for platform in platforms {
        pages.push((platform.name, drawn(&channels::new_page(shell(), platform))));
        let one = ChannelPage {
            shell: shell(),
            channel: ChannelCard { platform: platform.name.to_owned(), ..ChannelCard::sample() },
            snippet: channels::snippet("https://naru.example", "k3y"),
            credentials: fields::credentials(language, platform, None),
            settings: fields::settings(language, platform, &Map::new()),
            capabilities: capabilities::rows(&platform.capabilities),
            given: embedded(&json!({ "id": EVIL })),
        };
        pages.push((platform.name, drawn(&one)));
    }
    pages
}

fn door_pages(language: Language) -> Vec<(&'static str, String)> {
    let shell = || Shell::outside(language);
    let text = str::to_owned;
    let login = LoginPage { shell: shell(), error: Some("login.wrong"), email: text(EVIL), next: text("/") };
    let setup = SetupPage {
        shell: shell(),
        token: text("t"),
        error: Some(text(EVIL)),
        name: text(EVIL),
        email: text(EVIL),
        shortest: 10,
    };
    vec![
        ("login", drawn(&login)),
        ("link", drawn(&LinkPage { shell: shell(), token: text(EVIL) })),
        ("setup", drawn(&setup)),
        (
            "message",
            drawn(&MessagePage { shell: shell(), title: "message.missing", words: "message.missingwords" }),
        ),
        ("shop", drawn(&ShopPage { shell: shell(), key: text(EVIL) })),
    ]
}

fn machine_pages(language: Language) -> Vec<(&'static str, String)> {
    let shell = |place| Shell::sample(language, Some(place));
    let choices = vec![Choice { id: "c1".to_owned(), name: EVIL.to_owned() }];
    let given = machine::names(&choices);
    let journal =
        JournalPage { shell: shell(Place::Journal), channels: choices.clone(), given: given.clone() };
    let states = machine::states();
    let deliveries = DeliveriesPage { shell: shell(Place::Deliveries), channels: choices, states, given };
    let developers = DevelopersPage {
        shell: shell(Place::Developers),
        key: None,
        curl: Some(machine::curl("https://naru.example", "naru_…", "c1")),
        stream: "curl -N".to_owned(),
        given: embedded(&json!({})),
    };
    vec![
        ("journal", drawn(&journal)),
        ("journal_row", drawn(&JournalRowPage { shell: shell(Place::Journal), id: EVIL.to_owned() })),
        ("deliveries", drawn(&deliveries)),
        ("delivery", drawn(&DeliveryPage { shell: shell(Place::Deliveries), id: EVIL.to_owned() })),
        ("developers", drawn(&developers)),
        (
            "sandbox",
            drawn(&SandboxPage {
                shell: shell(Place::Sandbox),
                given: embedded(&json!({ "phones": [EVIL] })),
            }),
        ),
    ]
}

fn every_page(language: Language) -> Vec<(&'static str, String)> {
    let mut pages = vec![("inbox", drawn(&inbox(language)))];
    pages.extend(account_pages(language));
    pages.extend(door_pages(language));
    pages.extend(machine_pages(language));
    pages
}

#[test]
fn every_page_is_drawn_in_both_languages_without_a_missing_word() {
    for language in [Language::Ko, Language::En] {
        for (name, html) in every_page(language) {
            assert!(!html.contains('⟦'), "{name} lacks words in {language:?}");
            assert!(html.contains("<title>") && html.contains("lang=\""), "{name} is no whole page");
        }
    }
}

#[test]
fn no_page_lets_what_was_entered_become_markup_or_script() {
    for (name, html) in every_page(Language::Ko) {
        assert!(!html.contains("<img src=x"), "{name} shows entered words as markup");
        for inline in [" onclick=", " onload=", " onerror=alert(1)>", " style=", "javascript:"] {
            assert!(!html.contains(inline), "{name} holds {inline}");
        }
        for script in html.split("<script").skip(1) {
            let head = script.split('>').next().unwrap_or_default();
            let ours = head.contains("src=\"/") || head.contains("application/json");
            assert!(ours, "{name} holds an inline script: {head}");
        }
    }
}

/// The keys that a text asks for by `t('…')`, `shell.t("…")`; computed ones end in a dot and are checked by prefix.
fn keys_of(text: &str, open: &str, close: char) -> Vec<String> {
    let found =
        text.split(open).skip(1).filter_map(|rest| rest.split_once(close)).map(|(key, _)| key.to_owned());
    found.collect()
}

/// `<part>.<name>`: what `closest('.field')` and `t('loading')` ask for is none.
fn is_key(text: &str) -> bool {
    let named = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    text.split_once('.').is_some_and(|(part, name)| named(part) && name.split('.').all(named))
}

#[test]
fn every_word_that_a_script_or_a_template_asks_for_is_in_the_table() {
    let table = words::all(Language::Ko);
    let mut asked = 0;
    for (name, bytes) in assets::all().iter().filter(|(name, _)| name.ends_with(".js")) {
        let text = std::str::from_utf8(bytes).expect("scripts are UTF-8");
        let computed = keys_of(text, "t(`", '`').into_iter().chain(keys_of(text, "known(`", '`'));
        for key in keys_of(text, "t('", '\'').into_iter().filter(|key| is_key(key)) {
            asked += 1;
            assert!(table.contains_key(key.as_str()), "{name} asks for {key}");
        }
        // `post(`/channels/${id}`)` looks the same and asks for no words: a key's head is `<part>.` or longer.
        let heads = computed.filter_map(|key| key.split_once("${").map(|(head, _)| head.to_owned()));
        for head in
            heads.filter(|head| head.split_once('.').is_some_and(|(part, _)| is_key(&format!("{part}.x"))))
        {
            asked += 1;
            assert!(table.keys().any(|known| known.starts_with(&head)), "{name} asks for {head}…");
        }
    }
    assert!(asked > 100, "only {asked} keys were found: the search is broken");
}

#[test]
fn data_for_a_script_cannot_end_its_element() {
    let data = embedded(&json!({ "name": EVIL, "amp": "&" }));
    assert!(!data.contains('<') && !data.contains('>') && !data.contains('&'));
    let read: Value = serde_json::from_str(&data).expect("it is still JSON");
    assert_eq!(read["name"], EVIL);
}

#[test]
fn no_script_builds_markup_out_of_text() {
    for (name, bytes) in assets::all().iter().filter(|(name, _)| name.ends_with(".js")) {
        let text = std::str::from_utf8(bytes).expect("scripts are UTF-8");
        for sink in
            ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"]
        {
            assert!(!text.contains(sink), "{name} uses {sink}");
        }
    }
}
