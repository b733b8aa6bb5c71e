//! Rules of the inventory that hold across the crates: a webhook as it came, the desk that decides, the parts that
//! would leave.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, Method};
use naru_adapters::{kakao, line, webchat};
use naru_core::adapter::{
    Account, Adapter, Answers, Job, Next, Platform, Recipient, Request, Secret, Source, Target,
};
use naru_core::capabilities::{Capabilities, Level, Limit, Receipt, Unit};
use naru_core::content::{Content, Span, read_content};
use naru_core::desk::{self, Command, Decision, Draft, Effect, Route, Rules, State, Stimulus, View};
use naru_core::downgrade::{Action, Context, Fitted, MediaFacts, PartBody, fit};
use naru_core::event::{Event, What};
use naru_core::ids::MediaId;
use naru_core::message::AuthorKind;
use naru_core::session::Refusal;
use naru_core::settings::{CommonSettings, Formatting, Language, LinkButtons};
use naru_core::time::{DAY, Millis};
use serde_json::{Value, json};

const SENDER_KEY: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";

/// Fits content for a platform whose capabilities may be changed first.
fn fitted(
    platform: &Platform,
    change: impl Fn(&mut Capabilities),
    content: &Value,
    media: &BTreeMap<String, MediaFacts>,
) -> Result<Fitted, naru_core::downgrade::Rejection> {
    let mut capabilities = platform.capabilities_of(None);
    change(&mut capabilities);
    let target = Context {
        platform,
        capabilities: &capabilities,
        link_buttons: LinkButtons::Text,
        formatting: Formatting::Strip,
        language: Language::Ko,
        message: None,
        media,
        variables: &BTreeMap::new(),
        short_link: None,
        numbered_before: 0,
    };
    fit(&read_content(content).expect("the content is valid"), &target)
}

fn drawn(platform: &Platform, content: &Value) -> Fitted {
    fitted(platform, |_| {}, content, &BTreeMap::new()).expect("the content can be sent")
}

fn words(fitted: &Fitted) -> String {
    fitted.parts.iter().map(naru_core::downgrade::Part::plain).collect::<Vec<_>>().join("\n\n")
}

fn link_button() -> Value {
    json!({"blocks": [
        {"type": "text", "spans": [{"text": "준비됐어요."}]},
        {"type": "buttons", "buttons": [{"label": "배송 조회", "url": "https://shop.example/t"}]},
    ]})
}

#[test]
fn d04_where_words_can_lead_somewhere_a_link_button_becomes_a_hyperlink() {
    let mail = |capabilities: &mut Capabilities| {
        capabilities.text.link = Level::Native;
        capabilities.link_buttons.level = Level::Text;
    };
    let fitted = fitted(&line::PLATFORM, mail, &link_button(), &BTreeMap::new()).expect("it can be sent");
    let linked = fitted.parts.iter().filter_map(|part| part.text()).flat_map(|text| &text.spans).any(|span| {
        matches!(span, Span::Text(span) if span.text == "배송 조회" && span.link.as_deref() == Some("https://shop.example/t"))
    });
    assert!(linked, "{fitted:#?}");
    assert!(fitted.report.changes.iter().any(|change| change.rule.as_deref() == Some("D04")));
}

#[test]
fn d06_a_platform_without_words_takes_no_message() {
    let call = |capabilities: &mut Capabilities| {
        capabilities.text.limit = Limit::new(0, Unit::Chars, "a call carries no text");
    };
    let rejection =
        fitted(&line::PLATFORM, call, &json!({"text": "안녕하세요"}), &BTreeMap::new()).unwrap_err();
    assert_eq!(rejection.rule, "D06");
}

#[test]
fn d07_a_form_is_asked_in_words_on_external_messengers_and_native_on_our_own() {
    let form = json!({"blocks": [{"type": "form", "fields": [
        {"key": "phone", "label": "연락처", "kind": "phone", "required": true}]}]});
    for platform in [&kakao::PLATFORM, &line::PLATFORM] {
        let fitted = drawn(platform, &form);
        assert!(words(&fitted).contains("연락처"), "{fitted:#?}");
        assert!(fitted.report.changes.iter().any(|change| change.rule.as_deref() == Some("D07")));
    }
    let own = drawn(&webchat::PLATFORM, &form);
    assert!(matches!(own.parts[0].body, PartBody::Form(_)) && own.report.changes.is_empty(), "{own:#?}");
}

#[test]
fn d08_reply_buttons_can_be_answered_on_every_platform() {
    let menu = json!({"blocks": [
        {"type": "text", "spans": [{"text": "무엇을 도와드릴까요?"}]},
        {"type": "replies", "replies": [{"label": "배송", "value": "ship"}, {"label": "환불", "value": "refund"}]},
    ]});
    for platform in naru_adapters::PLATFORMS {
        let native = drawn(platform, &menu);
        assert_eq!(native.parts.last().expect("something is drawn").replies.len(), 2, "{}", platform.name);
        let without = |capabilities: &mut Capabilities| capabilities.replies.level = Level::Text;
        let numbered = fitted(platform, without, &menu, &BTreeMap::new()).expect("it can be sent");
        assert!(words(&numbered).contains("1. 배송\n2. 환불"), "{numbered:#?}");
        let menu =
            numbered.parts.iter().find_map(|part| part.menu.as_ref()).expect("the numbers can be answered");
        assert_eq!(
            menu.options.iter().map(|option| option.value.as_str()).collect::<Vec<_>>(),
            ["ship", "refund"]
        );
    }
}

#[test]
fn d09_c16_what_the_seeds_call_invisible_is_shown_in_the_concrete_form() {
    let content = json!({"blocks": [
        {"type": "text", "spans": [{"mention": {"kind": "manager", "name": "김매니저"}}, {"text": "가 안내해요."}]},
        {"type": "buttons", "buttons": [{"label": "배송 조회", "url": "https://shop.example/t"}]},
    ]});
    for platform in [&kakao::PLATFORM, &line::PLATFORM] {
        let fitted = drawn(platform, &content);
        let words = words(&fitted);
        assert!(words.contains("@김매니저가 안내해요."), "{words}");
        assert!(words.contains("버튼을 눌러보세요[배송 조회]\nhttps://shop.example/t"), "{words}");
        assert!(fitted.report.lost.is_empty());
    }
}

#[test]
fn d11_a_picture_over_the_platforms_limit_becomes_an_address() {
    let id: MediaId = "019aa4f0-1000-7000-8000-000000000001".parse().expect("the id is a UUID");
    let facts = |bytes: u64| MediaFacts {
        id,
        url: "https://naru.example/m/t0k3n/scan.png".to_owned(),
        preview_url: Some("https://naru.example/m/t0k3n/preview.jpg".to_owned()),
        name: "scan.png".to_owned(),
        mime: "image/png".to_owned(),
        bytes,
        width: Some(1200),
        height: Some(900),
        duration_ms: None,
    };
    let content = json!({"blocks": [{"type": "image", "media": {"id": id}}]});
    let fit = |bytes| {
        let media = BTreeMap::from([(id.to_string(), facts(bytes))]);
        fitted(&kakao::PLATFORM, |_| {}, &content, &media).expect("it can be sent")
    };
    assert!(matches!(fit(5_000_000).parts[0].body, PartBody::Media { .. }));
    let linked = fit(6_000_000);
    assert!(words(&linked).ends_with("https://naru.example/m/t0k3n/scan.png"), "{linked:#?}");
    assert_eq!(linked.report.changes[0].action, Action::Linked);
}

#[test]
fn d13_a_messenger_that_tells_no_reads_proves_no_more_than_sent() {
    assert_eq!(line::PLATFORM.capabilities.receipts, Receipt::Sent);
    assert_eq!(kakao::PLATFORM.capabilities_of(Some("direct")).receipts, Receipt::Sent);
    assert_eq!(kakao::PLATFORM.capabilities_of(Some("bizgo")).receipts, Receipt::Read);
    assert_eq!(webchat::PLATFORM.capabilities.receipts, Receipt::Read);
}

fn kakao_direct() -> Box<dyn Adapter> {
    let secret = |value: &str| Secret::new(value);
    let credentials = BTreeMap::from([
        ("sender_key".to_owned(), secret(SENDER_KEY)),
        ("hub_key".to_owned(), secret("hub-5d2f0c9a71be")),
    ]);
    (kakao::PLATFORM.open)(&Account { credentials, ..Account::default() }).expect("the account is complete")
}

/// What one webhook of Kakao's says.
fn hear(suffix: &str, session: &str, at: i64, rest: &Value) -> Event {
    let mut body =
        json!({"user_key": "Qm7xT2aVbN1c", "sender_key": SENDER_KEY, "session_id": session, "time": at});
    for (name, value) in rest.as_object().expect("the rest is an object") {
        body[name] = value.clone();
    }
    let request = Request {
        method: Method::POST,
        suffix: suffix.to_owned(),
        query: String::new(),
        headers: HeaderMap::new(),
        body: Bytes::from(body.to_string()),
        source: Source::Hook,
        peer: None,
        url: format!("https://naru.example/hooks/kakao/k3y/{suffix}"),
        visitor: None,
        fetched: None,
    };
    kakao_direct().receive(&request).expect("the body can be read").remove(0)
}

fn says(session: &str, at: i64, words: &str) -> Event {
    hear("message", session, at, &json!({"serial_number": at, "type": "text", "contents": [words]}))
}

fn enters(session: &str, at: i64) -> Event {
    hear("reference", session, at, &json!({"reference": {"extra": "page_order"}}))
}

fn leaves(session: &str, at: i64) -> Event {
    hear("expired_session", session, at, &json!({}))
}

/// Kakao's rules, and a channel that keeps their defaults.
struct Desk(CommonSettings);

impl Desk {
    fn new() -> Self {
        Self(CommonSettings::default())
    }

    fn rules(&self) -> Rules<'_> {
        Rules { policy: &kakao::PLATFORM.capabilities.session, settings: &self.0 }
    }

    fn apply(&self, view: View, event: &Event) -> Decision {
        let now = event.at.expect("Kakao tells the time");
        desk::apply(view, Stimulus::Event { event, arrived: now, offered: None }, &self.rules(), now)
    }

    fn writes(&self, view: View, now: i64) -> Decision {
        let draft = Draft::out(AuthorKind::Manager, Content::text("안녕하세요"));
        desk::apply(view, Stimulus::Command(Command::Write(Box::new(draft))), &self.rules(), Millis(now))
    }
}

const NOON: i64 = 1_794_981_600_000;

#[test]
fn ses02_a_session_starts_by_the_button_or_by_simply_writing() {
    let desk = Desk::new();
    let by_button = desk.apply(View::default(), &enters("1", NOON)).view;
    let by_button = desk.apply(by_button, &says("1", NOON + 1, "문의합니다")).view;
    let by_words = desk.apply(View::default(), &says("1", NOON, "문의합니다")).view;
    for view in [by_button, by_words] {
        assert!(view.session.as_ref().is_some_and(|session| session.is_open(Millis(NOON + 2))), "{view:#?}");
        assert_eq!(desk.writes(view, NOON + 2).refusal, None);
    }
}

#[test]
fn ses04_coming_in_says_nothing_and_speaking_is_a_message() {
    assert!(
        matches!(enters("1", NOON).what, What::Entered(origin) if origin.reference.as_deref() == Some("page_order"))
    );
    let desk = Desk::new();
    let entered = desk.apply(View::default(), &enters("1", NOON));
    assert!(
        !entered.effects.iter().any(|effect| matches!(effect, Effect::Append(_))),
        "{:#?}",
        entered.effects
    );
    assert_eq!(entered.view.unread, 0);
    let spoken = desk.apply(entered.view, &says("1", NOON + 1, "문의합니다"));
    assert_eq!(spoken.view.unread, 1);
}

#[test]
fn ses08_the_same_customer_is_recognised_in_the_next_session() {
    let (first, second) = (says("1", NOON, "안녕하세요"), says("2", NOON + DAY, "또 왔어요"));
    assert_eq!(first.sender, second.sender);
    assert_eq!(first.lane, second.lane);
    assert_ne!(first.session, second.session);
    assert_ne!(first.key, second.key);
}

#[test]
fn ses09_a_chat_whose_session_is_closed_is_not_answered_and_the_next_one_is_new() {
    let desk = Desk::new();
    let open = desk.apply(View::default(), &says("1", NOON, "문의합니다")).view;
    let closed = desk.apply(open, &leaves("1", NOON + 10)).view;
    assert_eq!(closed.state, State::Closed);
    let refused = desk.writes(closed.clone(), NOON + 20);
    assert!(
        matches!(refused.refusal, Some(Refusal::Ended { at, .. }) if at == Millis(NOON + 10)),
        "{refused:#?}"
    );
    assert!(refused.effects.is_empty() && refused.view == closed);
    let again = says("2", NOON + DAY, "또 왔어요");
    assert!(matches!(desk::route(&closed, &desk.rules(), &again, Millis(NOON + DAY)), Route::New { .. }));
}

#[test]
fn k28_blocks_are_made_through_the_api() {
    for (blocked, path) in [(true, "/profile/user/block"), (false, "/profile/user/unblock")] {
        let to = Recipient {
            external_id: "Qm7xT2aVbN1c".to_owned(),
            lane: "Qm7xT2aVbN1c".to_owned(),
            session: None,
        };
        let next = kakao_direct().next(&Job::Block { to, blocked }, &Answers::default(), Millis(NOON));
        let Next::Call(call) = next else { panic!("expected a call, found {next:?}") };
        let Target::Http(target) = &call.target else { panic!("expected a call to Kakao") };
        assert!(target.method == "POST" && target.url.ends_with(path), "{}", target.url);
    }
}
