use bytes::Bytes;
use http::{HeaderMap, Method};
use naru_core::adapter::Source;
use naru_core::content::Block;

use super::*;

fn request(suffix: &str, body: &str) -> Request {
    Request {
        method: Method::POST,
        suffix: suffix.to_owned(),
        query: String::new(),
        headers: HeaderMap::new(),
        body: Bytes::copy_from_slice(body.as_bytes()),
        source: Source::Hook,
        peer: None,
        url: String::new(),
        visitor: None,
        fetched: None,
    }
}

fn one(suffix: &str, body: &str) -> Event {
    let mut events = read(&request(suffix, body), Flavour::Direct).expect("the body is read");
    assert_eq!(events.len(), 1, "{body}");
    events.remove(0)
}

fn message(event: Event) -> Inbound {
    match event.what {
        What::Message(message) => message,
        other => panic!("expected a message, found {other:?}"),
    }
}

#[test]
fn k23_reference_and_first_message_belong_to_one_session_whichever_comes_first() {
    let reference = one(
        "reference",
        r#"{"user_key":"u","session_id":"7","time":1794981598000,"reference":{"extra":"page_order"}}"#,
    );
    let message = one(
        "message",
        r#"{"user_key":"u","session_id":"7","time":1794981600123,"serial_number":1,"type":"text","contents":["a"]}"#,
    );
    assert_eq!(reference.session, message.session);
    assert_eq!(reference.lane, message.lane);
    assert_ne!(reference.key, message.key);
}

#[test]
fn k22_user_keys_keep_their_case_and_say_nothing_else() {
    let event = one("message", r#"{"user_key":"Qm7x-_T2","serial_number":1,"type":"text","contents":["a"]}"#);
    assert_eq!(event.lane, "Qm7x-_T2");
    assert_eq!(event.sender, Some(Sender::of("Qm7x-_T2")));
}

#[test]
fn serial_numbers_beyond_a_float_stay_exact_as_number_or_text() {
    for serial in ["3141592653589793239", "18446744073709551615"] {
        for spelled in [serial.to_owned(), format!("\"{serial}\"")] {
            let body = format!(
                r#"{{"user_key":"u","time":1,"serial_number":{spelled},"type":"text","contents":["a"]}}"#
            );
            let event = one("message", &body);
            assert!(event.key.contains(serial), "{}", event.key);
            assert_eq!(message(event).external_id.as_deref(), Some(serial));
        }
    }
}

#[test]
fn a_message_without_a_usable_serial_is_known_by_its_bytes() {
    let body = r#"{"user_key":"u","time":5,"serial_number":1e40,"type":"text","contents":["a"]}"#;
    let (first, again) = (one("message", body), one("message", body));
    let other = one("message", &body.replace("\"a\"", "\"b\""));
    assert_eq!(first.key, again.key);
    assert_ne!(first.key, other.key);
    assert_eq!(message(first).external_id, None);
}

#[test]
fn a_time_beyond_the_calendar_brings_nothing_down() {
    for time in ["9223372036854775807", "-9223372036854775808", "1e300", "\"soon\"", "null"] {
        let body =
            format!(r#"{{"user_key":"u","time":{time},"serial_number":9,"type":"text","contents":["a"]}}"#);
        let event = one("message", &body);
        serde_json::to_string(&event).expect("the event is written");
    }
}

#[test]
fn only_addresses_on_the_web_become_media() {
    for url in ["file:///etc/passwd", "javascript:alert(1)", "not an address", ""] {
        let body =
            format!(r#"{{"user_key":"u","serial_number":1,"type":"photo","contents":[{{"url":"{url}"}}]}}"#);
        let content = message(one("message", &body)).content;
        assert!(matches!(content.blocks.as_slice(), [Block::Unsupported(_)]), "{url}");
        let body = format!(
            r#"{{"user_key":"u","serial_number":1,"type":"text","contents":["a"],"attachment":{{"url":"{url}"}}}}"#
        );
        assert_eq!(message(one("message", &body)).full_text_url, None, "{url}");
    }
}

#[test]
fn a_long_text_without_a_beginning_still_names_its_file() {
    let body = r#"{"user_key":"u","serial_number":1,"type":"text","attachment":{"url":"http://dn-m.talk.kakao.com/t.txt"}}"#;
    let message = message(one("message", body));
    assert_eq!(message.full_text_url.as_deref(), Some("http://dn-m.talk.kakao.com/t.txt"));
    assert!(matches!(message.content.blocks.as_slice(), [Block::Text(_)]));
}

#[test]
fn ses06_a_session_ends_once_however_we_learn_of_it() {
    let typed = r#"{"user_key":"u","session_id":"7","time":1,"serial_number":1,"type":"text","contents":[" !종료 "]}"#;
    let events = read(&request("message", typed), Flavour::Direct).expect("the body is read");
    let expired = one("expired_session", r#"{"user_key":"u","session_id":"7","time":900}"#);
    let again = one("expired_session", r#"{"user_key":"u","session_id":"7","time":901}"#);
    let next = one("expired_session", r#"{"user_key":"u","session_id":"8","time":902}"#);
    assert_eq!(events[1].what, What::SessionClosed { cause: CloseCause::UserLeft });
    assert_eq!(events[1].key, expired.key);
    assert_eq!(expired.key, again.key);
    assert_ne!(expired.key, next.key);
    let words = typed.replace(" !종료 ", "주문 !종료 하면 되나요");
    assert_eq!(read(&request("message", &words), Flavour::Direct).map(|events| events.len()), Ok(1));
}

#[test]
fn raw_json_kept_for_people_does_not_hold_the_sender_key() {
    let event =
        one("message", r#"{"user_key":"u","sender_key":"0a1b2c","serial_number":1,"type":"contact"}"#);
    assert!(!serde_json::to_string(&event).expect("the event is written").contains("0a1b2c"));
}
