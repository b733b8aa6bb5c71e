//! What fixtures cannot show: many values for one rule.

use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use naru_core::adapter::{Account, Adapter, Request, Secret, Source, Verdict};
use naru_core::time::Millis;
use serde_json::json;
use sha2::Sha256;

use super::{MEMBER_SECRET, PLATFORM, is_member, origin_allowed};

/// RFC 4231, test case 2: key "Jefe", data "what do ya want for nothing?".
const KNOWN: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

/// What a shop's own server gives to its pages.
fn member_hash(secret: &Secret, member_id: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).unwrap();
    mac.update(member_id.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

fn open(settings: serde_json::Value) -> Result<Box<dyn Adapter>, String> {
    let serde_json::Value::Object(settings) = settings else { return Err("not an object".to_owned()) };
    let account = Account {
        credentials: [(MEMBER_SECRET.to_owned(), Secret::new("Jefe"))].into(),
        previous: [(MEMBER_SECRET.to_owned(), vec![Secret::new("replaced today")])].into(),
        settings,
        ..Account::default()
    };
    (PLATFORM.open)(&account).map_err(|error| error.to_string())
}

fn request(suffix: &str, body: &str, headers: &[(&'static str, &str)]) -> Request {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, HeaderValue::from_str(value).unwrap());
    }
    Request {
        method: Method::POST,
        suffix: suffix.to_owned(),
        query: String::new(),
        headers: map,
        body: bytes::Bytes::from(body.to_owned()),
        source: Source::Hook,
        peer: None,
        url: format!("https://naru.example/hooks/webchat/k3y/{suffix}"),
        visitor: Some("v-1".to_owned()),
        fetched: None,
    }
}

#[test]
fn the_member_hash_is_hmac_sha256_in_lower_case_hex() {
    let secret = Secret::new("Jefe");
    let data = "what do ya want for nothing?";
    assert_eq!(member_hash(&secret, data), KNOWN);
    assert!(is_member(&secret, data, KNOWN));
}

#[test]
fn no_other_hash_makes_a_member() {
    let secret = Secret::new("Jefe");
    let data = "what do ya want for nothing?";
    let longer = format!("{KNOWN}00");
    for wrong in ["", "5", &KNOWN[..62], &longer, &KNOWN.to_uppercase(), &KNOWN.replace('5', "6"), "é", "zz"]
    {
        assert!(!is_member(&secret, data, wrong), "{wrong}");
    }
    assert!(!is_member(&secret, "another", KNOWN));
    assert!(
        !is_member(&Secret::new(""), data, &member_hash(&Secret::new(""), data)),
        "an empty secret proves nothing"
    );
    assert!(!is_member(&secret, "", &member_hash(&secret, "")), "an empty id is nobody");
}

#[test]
fn a_secret_that_was_replaced_today_still_proves_members() {
    let adapter = open(json!({})).unwrap();
    let hash = member_hash(&Secret::new("replaced today"), "u-1");
    let body = json!({ "client_id": "c", "member_id": "u-1", "member_hash": hash }).to_string();
    assert_eq!(adapter.receive(&request("identify", &body, &[])).unwrap().len(), 1);
}

#[test]
fn an_origin_is_compared_as_browsers_write_it() {
    let allowed = ["https://Shop.example/".to_owned(), "http://localhost:3000".to_owned()];
    for welcome in ["https://shop.example", "https://shop.example:443", "http://localhost:3000"] {
        assert!(origin_allowed(&allowed, welcome), "{welcome}");
    }
    for other in [
        "http://shop.example",
        "https://shop.example:444",
        "https://shop.example.evil.example",
        "http://localhost",
        "null",
        "",
    ] {
        assert!(!origin_allowed(&allowed, other), "{other}");
    }
    assert!(!origin_allowed(&[], "https://shop.example"), "an empty list welcomes nobody");
    assert!(origin_allowed(&["*".to_owned()], "https://anything.example"));
}

#[test]
fn our_own_page_is_always_welcome_and_a_stranger_never() {
    let adapter = open(json!({ "allowed_origins": [] })).unwrap();
    let verdict = |origin: &str, host: &str| {
        adapter.verify(&request("message", "{}", &[("origin", origin), ("host", host)]), Millis(0))
    };
    assert_eq!(verdict("http://127.0.0.1:8080", "127.0.0.1:8080"), Verdict::Accept);
    assert_eq!(verdict("https://naru.example", "10.0.0.1"), Verdict::Accept, "the published address");
    let Verdict::Refuse(refused) = verdict("https://evil.example", "naru.example") else {
        panic!("a stranger's page was let in")
    };
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[test]
fn settings_that_mean_nothing_are_named() {
    for (settings, field) in [
        (json!({ "allowed_origins": "https://shop.example" }), "allowed_origins"),
        (json!({ "allowed_origins": ["https://shop.example/path"] }), "allowed_origins"),
        (json!({ "allowed_origins": ["shop.example"] }), "allowed_origins"),
        (json!({ "allowed_origins": ["file:///etc/passwd"] }), "allowed_origins"),
        (json!({ "color": "blue" }), "color"),
        (json!({ "color": "#12345g" }), "color"),
    ] {
        let error = open(settings.clone()).err().unwrap_or_else(|| panic!("{settings} was taken"));
        assert!(error.starts_with(field), "{error}");
    }
}

#[test]
fn nothing_from_outside_panics() {
    let adapter = open(json!({})).unwrap();
    let bodies = [
        "",
        "null",
        "[]",
        "{}",
        "\"\u{0}\"",
        "{\"client_id\":1}",
        "{\"\\u0000\":{\"\\u0000\":[\"\\u0000\"]}}",
        "{\"page\":{}}",
    ];
    for suffix in PLATFORM.hooks.suffixes.iter().chain(&["", "wave"]) {
        for body in bodies {
            // Whether it is an event or malformed is the fixtures' business.
            let _ = adapter.receive(&request(suffix, body, &[]));
        }
    }
}
