use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, Method};
use naru_core::adapter::{Body, HttpTarget, Repeat, Secret, Sink, Source, Target};
use serde_json::Map;

use super::*;

const SENDER: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";

fn account(flavour: &str, credentials: &[(&str, &str)], settings: &Value) -> Account {
    let mut all = Map::from_iter([("flavour".to_owned(), json!(flavour))]);
    all.extend(settings.as_object().cloned().unwrap_or_default());
    let credentials = credentials.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value)));
    Account { credentials: credentials.collect(), settings: all, ..Account::default() }
}

fn refused(account: &Account) -> AccountError {
    open(account).err().expect("the account must be refused")
}

fn opened(flavour: &str, settings: &Value) -> Box<dyn Adapter> {
    let all = [
        ("sender_key", SENDER),
        ("hub_key", "hub/1"),
        ("client_id", "id"),
        ("client_secret", "secret"),
        ("api_key", "key"),
    ];
    open(&account(flavour, &all, settings)).expect("the account opens")
}

fn call(url: &str) -> Call {
    Call {
        step: "write/0".to_owned(),
        repeat: Repeat::Keyed,
        target: Target::Http(HttpTarget {
            method: "POST".to_owned(),
            url: url.to_owned(),
            headers: Vec::new(),
        }),
        body: Body::Json(json!({"message": "hi"})),
        parts: 0..1,
        sink: Sink::Answer,
    }
}

fn post(body: &Value) -> Request {
    Request {
        method: Method::POST,
        suffix: "message".to_owned(),
        query: String::new(),
        headers: HeaderMap::new(),
        body: Bytes::from(body.to_string()),
        source: Source::Hook,
        peer: None,
        url: String::new(),
        visitor: None,
        fetched: None,
    }
}

#[test]
fn each_flavour_names_the_credential_it_lacks() {
    for (flavour, field) in [
        ("direct", "hub_key"),
        ("happytalk_v1", "client_id"),
        ("happytalk_v3", "client_id"),
        ("bizgo", "api_key"),
    ] {
        let error = refused(&account(flavour, &[("sender_key", SENDER)], &json!({})));
        assert_eq!(error.field, field, "{flavour}");
    }
    assert_eq!(refused(&account("bizgo", &[("api_key", "key")], &json!({}))).field, "sender_key");
}

#[test]
fn a_setting_that_cannot_be_meant_is_named_with_what_was_found() {
    let credentials = [("sender_key", SENDER), ("hub_key", "hub")];
    let with = |settings: Value| refused(&account("direct", &credentials, &settings)).to_string();
    assert!(with(json!({"flavour": "nexus"})).contains("found \"nexus\""));
    assert!(with(json!({"api_base": "ftp://x"})).contains("found \"ftp://x\""));
    assert!(with(json!({"api_base": "https://x/v1?a=b"})).starts_with("api_base"));
    assert!(with(json!({"inbound_cidrs": ["203.0.113.0/40"]})).contains("203.0.113.0/40"));
    assert!(with(json!({"inbound_cidrs": [7]})).starts_with("inbound_cidrs"));
}

#[test]
fn direct_appends_the_hub_key_to_the_base_and_to_nothing_else() {
    let adapter = opened("direct", &json!({"api_base": "https://relay.example/kakao/v1/"}));
    let signed = adapter.sign(&call("https://relay.example/kakao/v1/chat/write"), Millis(0));
    assert_eq!(signed.url, "https://relay.example/kakao/v1/hub%2F1/chat/write");
    assert_eq!(signed.body, Body::Json(json!({"message": "hi", "sender_key": SENDER})));
    for elsewhere in ["https://relay.example/kakao/v1evil/chat", "https://evil.example/v1/chat/write"] {
        let signed = adapter.sign(&call(elsewhere), Millis(0));
        assert_eq!(signed.url, elsewhere);
        assert_eq!(signed.body, Body::Json(json!({"message": "hi"})), "credentials went to {elsewhere}");
        assert!(signed.headers.is_empty());
    }
}

#[test]
fn bizgo_names_the_sender_inside_the_centres_object() {
    let adapter = opened("bizgo", &json!({}));
    let mut block = call("https://mars.ibapi.kr/api/comm/v1/center/cstalk/profile/user/block");
    block.body = Body::Json(json!({"cstalk": {"userKey": "u"}}));
    let signed = adapter.sign(&block, Millis(0));
    assert_eq!(signed.body, Body::Json(json!({"cstalk": {"userKey": "u", "senderKey": SENDER}})));
    assert_eq!(signed.headers, [("Authorization".to_owned(), "key".to_owned())]);
}

#[test]
fn a_sender_key_that_was_replaced_lately_still_verifies() {
    let old = "f".repeat(40);
    let credentials = [("sender_key", SENDER), ("hub_key", "hub")];
    let mut account = account("direct", &credentials, &json!({}));
    account.previous =
        BTreeMap::from([("sender_key".to_owned(), vec![Secret::new(old.clone()), Secret::new("")])]);
    let adapter = open(&account).expect("the account opens");
    let verdict = |key: &str| adapter.verify(&post(&json!({"user_key": "u", "sender_key": key})), Millis(0));
    assert_eq!(verdict(SENDER), Verdict::Accept);
    assert_eq!(verdict(&old), Verdict::Accept);
    assert!(matches!(verdict(""), Verdict::Refuse(_)));
    assert!(matches!(verdict("0a1b"), Verdict::Refuse(_)));
}

#[test]
fn an_entered_list_of_ranges_may_be_lines_of_text() {
    let adapter = opened("direct", &json!({"inbound_cidrs": "203.0.113.0/24\n 2001:db8::/32 \n"}));
    let body = json!({"user_key": "u", "sender_key": SENDER});
    let from = |peer: Option<&str>| {
        let peer = peer.map(|peer| peer.parse().expect("an address"));
        adapter.verify(&Request { peer, ..post(&body) }, Millis(0))
    };
    assert_eq!(from(Some("203.0.113.4")), Verdict::Accept);
    assert_eq!(from(Some("2001:db8::7")), Verdict::Accept);
    assert!(matches!(from(Some("198.51.100.1")), Verdict::Refuse(_)));
    assert!(matches!(from(None), Verdict::Refuse(_)));
}
