use std::collections::BTreeMap;

use bytes::Bytes;
use naru_core::adapter::{Account, Adapter, Body, Job, Recipient, Secret};
use naru_core::content::{MediaBlock, MediaKind, RemoteMedia, Text};
use naru_core::downgrade::{PartBody, ReplyButton};
use naru_core::ids::{DeliveryId, MessageId, time_ordered};
use naru_core::message::AuthorKind;
use naru_core::time::Millis;

use super::*;

fn adapter(flavour: &str) -> Box<dyn Adapter> {
    let credentials = ["sender_key", "hub_key", "client_id", "client_secret", "api_key"];
    let account = Account {
        credentials: credentials.map(|name| (name.to_owned(), Secret::new("s3cret-value"))).into(),
        settings: serde_json::Map::from_iter([("flavour".to_owned(), json!(flavour))]),
        ..Account::default()
    };
    (crate::kakao::PLATFORM.open)(&account).expect("the account opens")
}

fn send(parts: Vec<Part>) -> Job {
    Job::Send(Box::new(Outgoing {
        delivery: DeliveryId(time_ordered(Millis(1_794_981_600_123), [1; 10])),
        message: MessageId(time_ordered(Millis(1_794_981_600_123), [2; 10])),
        to: Recipient { external_id: "u".to_owned(), lane: "u".to_owned(), session: None },
        author: AuthorKind::Manager,
        parts,
        media: BTreeMap::new(),
        reply_handle: None,
        quote: None,
    }))
}

fn words(text: &str) -> Part {
    Part::of("/blocks/0", PartBody::Text(Text::plain(text)))
}

fn called(next: Next) -> Call {
    match next {
        Next::Call(call) => *call,
        other => panic!("expected a call, found {other:?}"),
    }
}

fn json_of(call: &Call) -> &Value {
    match &call.body {
        Body::Json(body) => body,
        other => panic!("expected JSON, found {other:?}"),
    }
}

fn good(step: &str) -> (String, Answer) {
    let body = Bytes::from_static(br#"{"code":0}"#);
    (step.to_owned(), Answer { status: 200, headers: Vec::new(), body, stored: None, at: Millis(0) })
}

#[test]
fn a_picture_that_is_nowhere_in_our_store_is_sent_as_its_address() {
    let media = Media::Remote(RemoteMedia { url: "https://shop.example/a.jpg".to_owned() });
    let block = MediaBlock { alt: Some("새 상품".to_owned()), ..MediaBlock::of(media) };
    let body = PartBody::Media { kind: MediaKind::Image, block, text: Text::default() };
    let job = send(vec![Part::of("/blocks/0", body)]);
    for flavour in ["direct", "happytalk_v1", "happytalk_v3", "bizgo"] {
        let call = called(adapter(flavour).next(&job, &Answers::default(), Millis(0)));
        assert_eq!(json_of(&call)["message"], "새 상품\nhttps://shop.example/a.jpg", "{flavour}");
    }
}

#[test]
fn a_message_goes_on_at_its_first_unwritten_part() {
    let adapter = adapter("direct");
    let job = send(vec![words("하나"), words("둘")]);
    let mut answers = Answers::default();
    assert!(adapter.receipts(&job, &answers).is_empty());
    answers.answered.extend([good("write/0")]);
    let call = called(adapter.next(&job, &answers, Millis(0)));
    assert_eq!((call.step.as_str(), call.parts.clone()), ("write/1", 1..2));
    assert_eq!(json_of(&call)["message"], "둘");
    assert_eq!(adapter.receipts(&job, &answers).len(), 1);
    answers.answered.extend([good("write/1")]);
    assert_eq!(adapter.next(&job, &answers, Millis(0)), Next::Done(Outcome::Sent { changes: Vec::new() }));
    assert_eq!(adapter.receipts(&job, &answers).len(), 2);
}

#[test]
fn c01_a_reply_button_carries_its_payload_and_never_its_value() {
    let reply =
        ReplyButton { label: "예".to_owned(), value: "internal".to_owned(), payload: "n_1_0".to_owned() };
    let job = send(vec![Part { replies: vec![reply], ..words("환불할까요?") }]);
    for flavour in ["direct", "happytalk_v1", "happytalk_v3", "bizgo"] {
        let call = called(adapter(flavour).next(&job, &Answers::default(), Millis(0)));
        let body = json_of(&call).to_string();
        assert!(body.contains("n_1_0") && !body.contains("internal"), "{flavour}: {body}");
    }
}

#[test]
fn stored_calls_hold_no_secret() {
    let job = send(vec![words("하나")]);
    for flavour in ["direct", "happytalk_v1", "happytalk_v3", "bizgo"] {
        let adapter = adapter(flavour);
        let call = called(adapter.next(&job, &Answers::default(), Millis(0)));
        let stored = serde_json::to_string(&call).expect("a call is stored");
        assert!(!stored.contains("s3cret-value"), "{flavour}");
        let signed = adapter.sign(&call, Millis(0));
        assert!(
            format!("{}{:?}{:?}", signed.url, signed.headers, signed.body).contains("s3cret-value"),
            "{flavour}"
        );
    }
}
