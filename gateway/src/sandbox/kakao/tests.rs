//! The adapter and the played Kakao speak with each other, each by what it knows of the real one.

mod crossing;
mod stage;

use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request as HttpRequest};
use naru_adapters::kakao::PLATFORM;
use naru_core::adapter::{
    Account as Opened, Adapter, Answer, Answers, Body as CallBody, Failure, FormField, Job, Next, Outcome,
    Outgoing, Recipient, Request, Secret, Signed, Source, Verdict,
};
use naru_core::content::{LinkButton, Media, MediaBlock, MediaKind, StoredMedia, Text};
use naru_core::downgrade::{MediaFacts, Part, PartBody, ReplyButton};
use naru_core::event::{Event, What};
use naru_core::ids::{DeliveryId, MediaId, MessageId, time_ordered};
use naru_core::message::AuthorKind;
use naru_core::session::CloseCause;
use naru_core::time::DAY;
use tower::ServiceExt;

use self::stage::*;
use super::files::tests::png;
use super::*;
use crate::sandbox::{Entry, Trouble};

#[tokio::test]
async fn every_flavour_writes_words_pictures_and_buttons() {
    for flavour in FLAVOURS {
        let mut stage = stage(flavour);
        stage.text("안녕하세요");
        let link =
            LinkButton { label: "보기".to_owned(), url: "https://shop.example/a".to_owned(), color: None };
        let menu =
            Part {
                replies: vec![reply("예", "n_1_0")], buttons: vec![link], ..picture("이 상품이에요.")
            };
        assert_eq!(stage.send(vec![words("하나"), picture(""), menu]).await, sent(), "{flavour}");
        let calls = stage.kakao.tape().calls_of(USER);
        assert_eq!(calls.len(), 3, "{flavour}: {calls:?}");
        assert!(calls.iter().all(|call| call.status == 200), "{flavour}");
    }
}

#[tokio::test]
async fn a_tapped_button_comes_back_with_its_payload_as_it_stood_on_the_wire() {
    for flavour in FLAVOURS {
        let mut stage = stage(flavour);
        stage.text("환불");
        let menu = Part {
            replies: vec![reply("예", "n_1_0")],
            quick_replies: vec![reply("처음", "n_1_1")],
            ..words("정말요?")
        };
        assert_eq!(stage.send(vec![menu]).await, sent(), "{flavour}");
        let call = stage.kakao.tape().calls_of(USER).pop().expect("a call");
        let mut buttons = Vec::new();
        collect_buttons(&call.body, &mut buttons);
        let payloads: Vec<_> = buttons
            .iter()
            .flat_map(|button| stage.act(&Act::Tap { button: button.clone() }))
            .filter_map(|event| match event.what {
                What::Message(message) => message.payload,
                _ => None,
            })
            .collect();
        assert_eq!(payloads, ["n_1_0", "n_1_1"], "{flavour}");
    }
}

fn collect_buttons(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(fields) if fields.get("type").is_some_and(|kind| kind == "BK") => {
            found.push(value.clone());
        }
        Value::Object(fields) => fields.values().for_each(|value| collect_buttons(value, found)),
        Value::Array(items) => items.iter().for_each(|value| collect_buttons(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn a_lost_answer_is_repeated_once_and_found_as_a_duplicate() {
    for flavour in ["direct", "happytalk_v1", "happytalk_v3"] {
        let mut stage = stage(flavour);
        stage.text("안녕");
        stage.kakao.troubles().set(Trouble::LostAnswer, 1);
        assert_eq!(stage.send(vec![words("하나")]).await, sent(), "{flavour}");
        let calls = stage.kakao.tape().calls_of(USER);
        assert_eq!(calls.iter().map(|call| call.status).collect::<Vec<_>>(), [0, 200]);
        assert_eq!(calls[0].body["serial_number"], calls[1].body["serial_number"]);
        assert!(calls[1].answer.to_string().contains("-504"), "{flavour}");
    }
    let mut stage = stage("bizgo");
    stage.text("안녕");
    stage.kakao.troubles().set(Trouble::LostAnswer, 1);
    assert!(matches!(stage.send(vec![words("하나")]).await, Next::Failed(Failure::Unknown { .. })));
    assert_eq!(stage.kakao.tape().calls_of(USER).len(), 1);
}

#[tokio::test]
async fn ses07_after_the_end_nothing_arrives_until_the_customer_speaks() {
    for flavour in ["direct", "happytalk_v1", "happytalk_v3"] {
        let mut stage = stage(flavour);
        assert!(matches!(stage.send(vec![words("a")]).await, Next::Failed(Failure::SessionClosed { .. })));
        stage.text("안녕");
        assert_eq!(stage.send(vec![words("b")]).await, sent());
        let left = stage.act(&Act::Leave);
        assert!(matches!(left[0].what, What::SessionClosed { cause: CloseCause::Unknown }));
        assert!(matches!(stage.send(vec![words("c")]).await, Next::Failed(Failure::SessionClosed { .. })));
        stage.text("또 왔어요");
        assert_eq!(stage.send(vec![words("d")]).await, sent());
    }
}

#[tokio::test]
async fn bizgo_tells_its_results_later() {
    let mut stage = stage("bizgo");
    stage.text("안녕");
    assert_eq!(stage.send(vec![words("a")]).await, sent());
    let reports = stage.events(&stage.kakao.pending());
    let What::Delivery(report) = &reports[0].what else { panic!("expected a result, found {reports:?}") };
    assert_eq!(report.reference.as_deref(), Some(format!("{}/0", time_ordered(NOW, [1; 10])).as_str()));
    let seen = stage.text("네");
    assert!(matches!(seen[0].what, What::Read { .. }));
    stage.act(&Act::Leave);
    assert_eq!(stage.send(vec![words("b")]).await, sent());
    let reports = stage.events(&stage.kakao.pending());
    let What::Delivery(report) = &reports[0].what else { panic!("expected a result, found {reports:?}") };
    assert_eq!(report.code.as_deref(), Some("-502"));
}

#[tokio::test]
async fn our_own_end_comes_back_as_the_end_of_the_session() {
    for flavour in FLAVOURS {
        let stage = stage(flavour);
        let began = stage.text("안녕");
        let to = Recipient { external_id: USER.to_owned(), lane: USER.to_owned(), session: None };
        let end = stage.drive(&Job::EndSession { to: to.clone() }).await;
        assert_eq!(end, Next::Done(Outcome::Acknowledged), "{flavour}");
        let ended = stage.events(&stage.kakao.pending());
        assert!(ended.iter().all(|event| event.session == began[0].session), "{flavour}");
        assert!(ended.iter().any(|event| matches!(event.what, What::SessionClosed { .. })), "{flavour}");
        let keys: std::collections::BTreeSet<_> = ended.iter().map(|event| &event.key).collect();
        assert_eq!(keys.len(), 1, "{flavour}: one end, however often it is told");
        assert_eq!(
            stage.drive(&Job::EndSession { to }).await,
            Next::Done(Outcome::Acknowledged),
            "{flavour}"
        );
    }
}

#[tokio::test]
async fn a_blocked_customer_gets_nothing_and_loses_the_session() {
    let mut stage = stage("direct");
    stage.text("안녕");
    let to = Recipient { external_id: USER.to_owned(), lane: USER.to_owned(), session: None };
    let block = |blocked| Job::Block { to: to.clone(), blocked };
    assert_eq!(stage.drive(&block(true)).await, Next::Done(Outcome::Acknowledged));
    assert_eq!(stage.events(&stage.kakao.pending()).len(), 1);
    assert!(
        matches!(stage.send(vec![words("a")]).await, Next::Failed(Failure::Rejected { code, .. }) if code == "-511")
    );
    assert!(stage.kakao.act(USER, &Act::Text { text: "왜요".to_owned() }, NOW).is_err());
    assert_eq!(stage.drive(&block(false)).await, Next::Done(Outcome::Acknowledged));
    stage.text("고마워요");
    assert_eq!(stage.send(vec![words("b")]).await, sent());
}

#[tokio::test]
async fn a_picture_that_kakao_refuses_is_sent_as_its_address() {
    let mut stage = stage("direct");
    stage.text("안녕");
    stage.picture = png(300, 300, 2_000);
    let Next::Done(Outcome::Sent { changes }) = stage.send(vec![picture("작은 사진")]).await else {
        panic!("the message is sent all the same")
    };
    assert_eq!(changes.len(), 1);
    let bodies: Vec<_> = stage.kakao.tape().calls_of(USER).into_iter().map(|call| call.body).collect();
    assert!(
        bodies[0]["message"].as_str().is_some_and(|text| text.contains("https://naru.example/m/t/box.png"))
    );
    assert_eq!(bodies[1]["message"], "작은 사진");
}

#[tokio::test]
async fn troubles_are_met_in_each_flavours_own_words() {
    for flavour in FLAVOURS {
        let mut stage = stage(flavour);
        stage.text("안녕");
        stage.kakao.troubles().set(Trouble::Throttled, 1);
        assert!(
            matches!(stage.send(vec![words("a")]).await, Next::Failed(Failure::Throttled { .. })),
            "{flavour}"
        );
        stage.kakao.troubles().set(Trouble::ServerError, 1);
        let fault = stage.send(vec![words("b")]).await;
        match flavour {
            "bizgo" => assert!(matches!(fault, Next::Failed(Failure::Unknown { .. })), "{fault:?}"),
            _ => assert!(matches!(fault, Next::Failed(Failure::Retry { .. })), "{fault:?}"),
        }
        stage.kakao.troubles().set(Trouble::AuthBroken, 1);
        assert!(
            matches!(stage.send(vec![words("c")]).await, Next::Failed(Failure::AuthBroken { .. })),
            "{flavour}"
        );
        assert!(
            matches!(stage.drive(&Job::Check).await, Next::Failed(Failure::AuthBroken { .. })),
            "{flavour}"
        );
        stage.kakao.troubles().set(Trouble::AuthBroken, 0);
        assert!(matches!(stage.drive(&Job::Check).await, Next::Done(Outcome::Checked(_))), "{flavour}");
        assert_eq!(stage.send(vec![words("d")]).await, sent(), "{flavour}");
        assert_eq!(stage.kakao.tape().calls_of(USER).len(), 1, "{flavour}: nothing was taken before");
    }
}

#[tokio::test]
async fn each_flavour_admits_only_its_own_credentials() {
    for flavour in FLAVOURS {
        let stage = stage(flavour);
        let account = stage.kakao.account(BASE);
        for name in account.credentials.keys() {
            let wrong = |(key, value): (&String, &Value)| {
                let value = if key == name { "wrong" } else { value.as_str().unwrap_or_default() };
                (key.clone(), Secret::new(value))
            };
            let credentials = account.credentials.iter().map(wrong).collect();
            let account = Opened { credentials, settings: account.settings.clone(), ..Opened::default() };
            let adapter = (PLATFORM.open)(&account).expect("the account opens");
            let broken = Stage {
                kakao: Arc::clone(&stage.kakao),
                adapter,
                clock: stage.clock.clone(),
                deliveries: 0,
                picture: Vec::new(),
            };
            let checked = broken.drive(&Job::Check).await;
            // Bizgo's session call does not look at the sender key.
            if flavour == "bizgo" && name == "sender_key" {
                assert!(matches!(checked, Next::Done(_)), "{checked:?}");
            } else {
                assert!(
                    matches!(checked, Next::Failed(Failure::AuthBroken { .. })),
                    "{flavour} {name}: {checked:?}"
                );
            }
        }
    }
}

#[test]
fn a_first_message_is_followed_by_its_reference_and_a_later_one_is_not() {
    for flavour in FLAVOURS {
        let stage = stage(flavour);
        let first = stage.text("안녕");
        assert!(matches!(first[0].what, What::Message(_)), "{flavour}");
        assert!(matches!(first[1].what, What::Entered(_)), "{flavour}");
        assert_eq!(first[0].session, first[1].session);
        assert_eq!(stage.text("거기 계세요?").len(), 1, "{flavour}");
    }
}

#[test]
fn k23_a_consult_button_tells_where_the_customer_came_from() {
    let stage = stage("happytalk_v1");
    let events = stage.act(&Act::Enter { reference: Some("page_order".to_owned()) });
    let What::Entered(origin) = &events[0].what else { panic!("expected an entry, found {events:?}") };
    assert_eq!(origin.reference.as_deref(), Some("page_order"));
    assert_eq!(stage.text("안녕").len(), 1);
}

#[tokio::test]
async fn a_long_text_lies_in_a_file_that_can_be_fetched() {
    let stage = stage("direct");
    let long = "긴 글입니다. ".repeat(200);
    let events = stage.text(&long);
    let What::Message(message) = &events[0].what else { panic!("expected a message, found {events:?}") };
    let url = message.full_text_url.as_deref().expect("the whole text lies in a file");
    let path = url.strip_prefix(BASE).expect("on the played Kakao");
    let get = HttpRequest::get(path).body(Body::empty()).expect("a request");
    let response = Arc::clone(&stage.kakao).api().oneshot(get).await.expect("the routes answer");
    assert_eq!(to_bytes(response.into_body(), 1 << 20).await.expect("a body"), long.as_bytes());
}

#[test]
fn a_photo_an_emoticon_and_the_end_command_are_read() {
    for flavour in FLAVOURS {
        let stage = stage(flavour);
        let photo =
            Act::File { name: "a.png".to_owned(), mime: "image/png".to_owned(), data: "aGk=".to_owned() };
        let blocks = |events: &[Event]| match &events[0].what {
            What::Message(message) => serde_json::to_string(&message.content).unwrap_or_default(),
            other => panic!("expected a message, found {other:?}"),
        };
        assert!(blocks(&stage.act(&photo)).contains("\"type\":\"image\""), "{flavour}");
        let emoticon = Act::Sticker { package_id: "1".to_owned(), sticker_id: "2".to_owned() };
        assert!(blocks(&stage.act(&emoticon)).contains("\"type\":\"unsupported\""), "{flavour}");
        let ended = stage.text("!종료");
        assert!(
            ended
                .iter()
                .any(|event| matches!(event.what, What::SessionClosed { cause: CloseCause::UserLeft }))
        );
        assert_eq!(stage.kakao.screen(USER).session_open, Some(false));
        let broken = Act::File { name: "a".to_owned(), mime: "x/y".to_owned(), data: "***".to_owned() };
        assert!(stage.kakao.act(USER, &broken, NOW).is_err());
    }
}

#[test]
fn a_forged_webhook_names_another_sender() {
    for flavour in FLAVOURS {
        let stage = stage(flavour);
        let hooks =
            stage.kakao.act(USER, &Act::Text { text: "안녕".to_owned() }, NOW).expect("the act is possible");
        for hook in hooks {
            let forged = stage.kakao.forge(hook);
            assert!(matches!(stage.adapter.verify(&request(&forged), NOW), Verdict::Refuse(_)), "{flavour}");
        }
    }
}

#[test]
fn c25_thirty_silent_days_end_the_session() {
    let stage = stage("direct");
    stage.text("안녕");
    stage.clock.advance(30 * DAY - 1);
    assert!(stage.kakao.pending().is_empty());
    stage.clock.advance(1);
    let ended = stage.events(&stage.kakao.pending());
    assert!(matches!(ended[0].what, What::SessionClosed { cause: CloseCause::Unknown }));
    assert!(
        stage
            .kakao
            .tape()
            .of(USER)
            .iter()
            .any(|entry| matches!(entry, Entry::Line { what: "session_closed", .. }))
    );
}

#[test]
fn a_customer_who_blocks_the_channel_must_unblock_it_to_speak() {
    let stage = stage("direct");
    stage.text("안녕");
    assert_eq!(stage.act(&Act::Block).len(), 1);
    assert!(stage.kakao.screen(USER).blocked);
    assert!(stage.kakao.act(USER, &Act::Text { text: "a".to_owned() }, NOW).is_err());
    assert!(stage.act(&Act::Unblock).is_empty());
    assert_eq!(stage.text("다시 안녕").len(), 2);
}
