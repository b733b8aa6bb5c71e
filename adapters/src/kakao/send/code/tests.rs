use bytes::Bytes;
use naru_core::time::Millis;

use super::*;

fn answer(status: u16, body: &str) -> Answer {
    Answer {
        status,
        headers: Vec::new(),
        body: Bytes::copy_from_slice(body.as_bytes()),
        stored: None,
        at: Millis(0),
    }
}

fn class(flavour: Flavour, purpose: Purpose, status: u16, body: &str) -> &'static str {
    match read(flavour, purpose, &answer(status, body), Language::En) {
        Reading::Done => "done",
        Reading::MediaRefused(_) => "media",
        Reading::Failed(Failure::Retry { .. }) => "retry",
        Reading::Failed(Failure::Throttled { .. }) => "throttled",
        Reading::Failed(Failure::Rejected { .. }) => "rejected",
        Reading::Failed(Failure::AuthBroken { .. }) => "auth",
        Reading::Failed(Failure::SessionClosed { .. }) => "session",
        Reading::Failed(Failure::Unknown { .. }) => "unknown",
    }
}

#[test]
fn every_code_of_the_platform_has_its_consequence_as_number_and_as_text() {
    let expected = [
        ("0", "done"),
        ("-400", "rejected"),
        ("-500", "auth"),
        ("-501", "auth"),
        ("-502", "session"),
        ("-503", "rejected"),
        ("-504", "done"),
        ("-505", "media"),
        ("-506", "rejected"),
        ("-507", "auth"),
        ("-508", "rejected"),
        ("-509", "rejected"),
        ("-510", "rejected"),
        ("-511", "rejected"),
        ("-512", "auth"),
        ("-600", "retry"),
        ("-601", "retry"),
        ("-999", "rejected"),
    ];
    for (code, class_of) in expected {
        for body in [format!("{{\"code\":{code}}}"), format!("{{\"code\":\"{code}\",\"message\":\"x\"}}")] {
            for flavour in [Flavour::Direct, Flavour::HappytalkV1, Flavour::HappytalkV3] {
                assert_eq!(class(flavour, Purpose::Write, 200, &body), class_of, "{body}");
            }
        }
    }
    assert_eq!(
        class(Flavour::Direct, Purpose::Upload, 200, r#"{"code":"0000","image":"http://k/i"}"#),
        "done"
    );
    assert_eq!(class(Flavour::Direct, Purpose::Control, 200, r#"{"code":"200"}"#), "done");
}

#[test]
fn the_status_speaks_before_the_code() {
    let native = |status, body| class(Flavour::HappytalkV1, Purpose::Write, status, body);
    assert_eq!(native(429, r#"{"code":0}"#), "throttled");
    assert_eq!(native(500, r#"{"code":0}"#), "retry");
    assert_eq!(native(502, "<html>Bad Gateway</html>"), "retry");
    assert_eq!(native(401, "no"), "auth");
    assert_eq!(native(403, "no"), "auth");
    assert_eq!(native(404, "no"), "auth");
    assert_eq!(native(302, ""), "auth");
    assert_eq!(native(400, "what?"), "rejected");
    assert_eq!(native(200, ""), "retry");
    assert_eq!(native(200, "[]"), "retry");
    // A refusal that Kakao spells out stays what it is, whatever status a dealer wraps it in.
    assert_eq!(native(400, r#"{"code":"-502"}"#), "session");
    assert_eq!(class(Flavour::HappytalkV1, Purpose::Upload, 413, "too large"), "media");
}

#[test]
fn bizgo_is_read_in_two_layers_and_a_sent_bubble_is_never_retried_on_a_doubt() {
    let read_as = |status, body: &str| {
        let reading = read(Flavour::Bizgo, Purpose::Write, &answer(status, body), Language::En);
        match once_only(reading) {
            Reading::Done => "done",
            Reading::MediaRefused(_) => "media",
            Reading::Failed(Failure::Retry { .. }) => "retry",
            Reading::Failed(Failure::Throttled { .. }) => "throttled",
            Reading::Failed(Failure::Rejected { .. }) => "rejected",
            Reading::Failed(Failure::AuthBroken { .. }) => "auth",
            Reading::Failed(Failure::SessionClosed { .. }) => "session",
            Reading::Failed(Failure::Unknown { .. }) => "unknown",
        }
    };
    let service = |code: &str| format!(r#"{{"common":{{"authCode":"A000"}},"data":{{"code":"{code}"}}}}"#);
    assert_eq!(read_as(200, &service("A000")), "done");
    assert_eq!(read_as(429, &service("A020")), "throttled");
    assert_eq!(read_as(200, &service("A020")), "throttled");
    assert_eq!(read_as(200, &service("A507")), "rejected");
    assert_eq!(read_as(200, &service("A213")), "media");
    assert_eq!(read_as(200, &service("-502")), "session");
    for doubt in ["A910", "A920", "A999"] {
        assert_eq!(read_as(200, &service(doubt)), "unknown");
    }
    assert_eq!(read_as(500, "oops"), "unknown");
    assert_eq!(read_as(500, &service("A000")), "unknown");
    assert_eq!(read_as(200, "oops"), "unknown");
    assert_eq!(read_as(401, r#"{"common":{"authCode":"A401"}}"#), "auth");
    assert_eq!(read_as(403, r#"{"common":{"authCode":"A403"}}"#), "auth");
    // The service's A401 is an invalid field, not a wrong key.
    assert_eq!(read_as(200, &service("A401")), "rejected");
}

#[test]
fn every_reason_is_written_in_both_languages() {
    for known in CODES {
        let body = format!("{{\"code\":{}}}", known.number);
        let said =
            |language| format!("{:?}", read(Flavour::Direct, Purpose::Write, &answer(200, &body), language));
        if known.effect != Effect::Duplicate {
            assert_ne!(said(Language::Ko), said(Language::En), "{}", known.number);
        }
    }
}
