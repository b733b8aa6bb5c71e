use serde_json::json;

use super::*;

fn scrub(body: &Value) -> Value {
    let scrubbed = Scrub::new([7; 16]).webhook(&[], "", body.to_string().as_bytes());
    serde_json::from_slice(&scrubbed.body).unwrap()
}

#[test]
fn nothing_personal_is_left() {
    let body = json!({"destination": "Uaaaabbbbccccddddeeeeffff00001111", "events": [{
        "type": "message", "mode": "active", "timestamp": 1_760_000_000_123_i64,
        "source": {"type": "user", "userId": "Ucccccccccccccccccccccccccccccccc"},
        "replyToken": "0f3779fba3b349968c5d07db31eab56f",
        "message": {"id": "580000000000000001", "type": "text", "text": "김하늘 010-1234-5678 ok😀", "latitude": 35.17},
        "content": {"url": "https://cdn.customer.example/private/photo.jpg?sig=abc"},
        "serial_number": 3_141_592_653_589_793_238_u64}]});
    let found = scrub(&body);
    let text = found.to_string();
    for personal in [
        "김하늘",
        "1234-5678",
        "Ucccc",
        "0f3779fb",
        "58000000000",
        "private",
        "sig=",
        "35.17",
        "3141592653589793238",
        "aaaabbbb",
    ] {
        assert!(!text.contains(personal), "{personal} is left in {text}");
    }
    let event = &found["events"][0];
    assert_eq!(event["type"], "message");
    assert_eq!(event["source"]["type"], "user");
    assert_eq!(event["timestamp"], 1_760_000_000_123_i64);
    let words = event["message"]["text"].as_str().unwrap();
    assert_eq!(words.encode_utf16().count(), "김하늘 010-1234-5678 ok😀".encode_utf16().count());
    assert!(words.ends_with('😀'));
    assert!(event["content"]["url"].as_str().unwrap().starts_with("https://media.example/"));
    assert!(event["content"]["url"].as_str().unwrap().ends_with(".jpg"));
    assert!(event["serial_number"].is_u64());
    let user = event["source"]["userId"].as_str().unwrap();
    assert!(user.starts_with('U') && user[1..].chars().all(|c| c.is_ascii_hexdigit()), "{user}");
    assert!(event["message"]["id"].as_str().unwrap().chars().all(|c| c.is_ascii_digit()));
    assert_eq!(event["replyToken"].as_str().unwrap().len(), 32);
}

#[test]
fn equal_values_stay_equal_and_others_differ() {
    let found = scrub(&json!({"a": "Qm7xT2aVbN1c", "b": "Qm7xT2aVbN1c", "c": "Qm7xT2aVbN1d"}));
    assert_eq!(found["a"], found["b"]);
    assert_ne!(found["a"], found["c"]);
    let other = Scrub::new([8; 16]).webhook(&[], "", br#"{"a":"Qm7xT2aVbN1c"}"#);
    assert_ne!(serde_json::from_slice::<Value>(&other.body).unwrap()["a"], found["a"]);
}

#[test]
fn only_harmless_headers_stay_and_the_signature_is_made_anew() {
    let headers = [
        ("Content-Type", "application/json"),
        ("X-Line-Signature", "abc="),
        ("Cookie", "session=1"),
        ("Authorization", "Bearer x"),
        ("X-Forwarded-For", "203.0.113.9"),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let scrubbed = Scrub::new([7; 16]).webhook(&headers, "from=Jane&x", b"Jane Doe, 010-9999-8888");
    let kept: Vec<_> = scrubbed.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    assert_eq!(kept, ["content-type: application/json", "x-line-signature: {{sign}}"]);
    let body = String::from_utf8(scrubbed.body).unwrap();
    assert!(
        !body.contains("Jane") && !body.contains("9999") && body.len() == "Jane Doe, 010-9999-8888".len(),
        "{body}"
    );
    assert!(scrubbed.query.starts_with("from=") && !scrubbed.query.contains("Jane"));
}
