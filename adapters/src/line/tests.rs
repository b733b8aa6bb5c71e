//! What fixtures cannot show: every flipped byte, every order of answers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderValue, Method};
use naru_core::adapter::{
    Account, Adapter, Answer, Answers, Call, Failure, Job, Next, Outcome, Outgoing, Recipient, Repeat,
    Request, Scope, Secret, Source, Target, Verdict,
};
use naru_core::content::Text;
use naru_core::downgrade::{Part, PartBody};
use naru_core::ids::{DeliveryId, MessageId};
use naru_core::message::AuthorKind;
use naru_core::time::Millis;
use serde_json::json;
use sha2::Sha256;

use super::PLATFORM;

const SECRET: &str = "8c570fa6dd201bb328f1c1eac23a96d8";
const BODY: &str = r#"{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}"#;
const PUBLISHED: &str = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=";
const NOW: Millis = Millis(1_795_237_200_000);

fn account(pairs: &[(&str, &str)]) -> Account {
    let credentials = pairs.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value))).collect();
    Account { credentials, ..Account::default() }
}

fn adapter() -> Box<dyn Adapter> {
    open(&account(&[("channel_secret", SECRET), ("channel_access_token", "token-1")]))
}

fn open(account: &Account) -> Box<dyn Adapter> {
    match (PLATFORM.open)(account) {
        Ok(adapter) => adapter,
        Err(error) => panic!("the account is sound, but: {error}"),
    }
}

fn request(body: &[u8], signature: Option<&str>) -> Request {
    let mut headers = HeaderMap::new();
    if let Some(signature) = signature {
        headers.insert("x-line-signature", HeaderValue::from_str(signature).expect("a header"));
    }
    Request {
        method: Method::POST,
        suffix: String::new(),
        query: String::new(),
        headers,
        body: Bytes::copy_from_slice(body),
        source: Source::Hook,
        peer: None,
        url: "https://naru.example/hooks/line/k3y".to_owned(),
        visitor: None,
        fetched: None,
    }
}

fn status(verdict: &Verdict) -> u16 {
    match verdict {
        Verdict::Accept => 200,
        Verdict::Refuse(refused) => refused.status.as_u16(),
        Verdict::Need(_) => 0,
    }
}

fn sign(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any key");
    mac.update(body);
    STANDARD.encode(mac.finalize().into_bytes())
}

#[test]
fn lines_published_signature_is_accepted_and_no_flipped_bit_is() {
    let adapter = adapter();
    assert_eq!(sign(BODY.as_bytes()), PUBLISHED);
    assert_eq!(status(&adapter.verify(&request(BODY.as_bytes(), Some(PUBLISHED)), NOW)), 200);
    for at in 0..BODY.len() {
        for bit in 0..8 {
            let mut body = BODY.as_bytes().to_vec();
            body[at] ^= 1 << bit;
            assert_eq!(status(&adapter.verify(&request(&body, Some(PUBLISHED)), NOW)), 401, "byte {at}");
        }
    }
    let signature = STANDARD.decode(PUBLISHED).expect("base64");
    for at in 0..signature.len() {
        let mut flipped = signature.clone();
        flipped[at] ^= 1;
        let flipped = STANDARD.encode(flipped);
        assert_eq!(status(&adapter.verify(&request(BODY.as_bytes(), Some(&flipped)), NOW)), 401, "byte {at}");
    }
    for short in [0, 1, 31] {
        let cut = STANDARD.encode(&signature[..short]);
        assert_eq!(status(&adapter.verify(&request(BODY.as_bytes(), Some(&cut)), NOW)), 401, "{short} bytes");
    }
}

#[test]
fn without_a_signature_only_an_empty_verify_request_passes() {
    let adapter = adapter();
    let verdict = |body: &str| status(&adapter.verify(&request(body.as_bytes(), None), NOW));
    assert_eq!(verdict(BODY), 200);
    assert_eq!(verdict(r#"{"destination":"U1","events":[{}]}"#), 401);
    assert_eq!(verdict(r#"{"destination":"U1"}"#), 401);
    assert_eq!(verdict("[]"), 401);
    assert_eq!(verdict(""), 401);
}

#[test]
fn an_account_names_the_field_that_is_missing_or_wrong() {
    let field = |account: &Account| (PLATFORM.open)(account).err().map(|error| error.field);
    assert_eq!(field(&account(&[])), Some("channel_secret"));
    assert_eq!(field(&account(&[("channel_secret", "s")])), Some("channel_access_token"));
    assert_eq!(field(&account(&[("channel_secret", "s"), ("channel_id", "1")])), None);
    let keyed = [("channel_secret", "s"), ("channel_id", "1"), ("private_key", "{}")];
    assert_eq!(field(&account(&keyed)), Some("key_id"));
    let keyed = [keyed[0], keyed[1], keyed[2], ("key_id", "k")];
    assert_eq!(field(&account(&keyed)), Some("private_key"));
    for (name, base) in [("api_base", "ftp://x"), ("content_base", "https://x/?q=1"), ("api_base", "no")] {
        let mut account = account(&[("channel_secret", "s"), ("channel_access_token", "t")]);
        account.settings.insert(name.to_owned(), json!(base));
        assert_eq!(field(&account), Some(name), "{base}");
    }
}

#[test]
fn a_token_is_fetched_anew_three_minutes_before_its_end() {
    let mut account = account(&[("channel_secret", "s"), ("channel_id", "1")]);
    assert!(open(&account).needs_token(NOW));
    account.credentials.insert("stateless_token".to_owned(), Secret::new("t"));
    let until = (NOW.0 + 899_000).to_string();
    account.credentials.insert("stateless_token_until".to_owned(), Secret::new(until));
    let adapter = open(&account);
    assert!(!adapter.needs_token(NOW));
    assert!(!adapter.needs_token(NOW + 719_000));
    assert!(adapter.needs_token(NOW + 719_001));
    assert!(!super::tests::adapter().needs_token(NOW), "a long-lived token has no end");
}

#[test]
fn the_token_goes_to_lines_hosts_only() {
    let adapter = adapter();
    let Next::Call(mut call) = adapter.next(&Job::Check, &Answers::default(), NOW) else {
        panic!("a check begins with a call");
    };
    let has_token =
        |call: &Call| adapter.sign(call, NOW).headers.iter().any(|(name, _)| name == "authorization");
    assert!(has_token(&call));
    for elsewhere in
        ["https://api.line.me.evil.example/v2/bot/info", "https://evil.example/", "https://api.line.me"]
    {
        let Target::Http(target) = &mut call.target else { panic!("a check is an HTTP call") };
        elsewhere.clone_into(&mut target.url);
        assert!(!has_token(&call), "{elsewhere}");
    }
}

fn job(reply_handle: Option<&str>, texts: usize) -> Job {
    let part = |number: usize| Part::of("/blocks/0", PartBody::Text(Text::plain(format!("글 {number}"))));
    Job::Send(Box::new(Outgoing {
        delivery: DeliveryId(uuid::Uuid::from_u128(7)),
        message: MessageId(uuid::Uuid::from_u128(8)),
        to: Recipient { external_id: "U1".to_owned(), lane: "U1".to_owned(), session: None },
        author: AuthorKind::Bot,
        parts: (0..texts).map(part).collect(),
        media: std::collections::BTreeMap::new(),
        reply_handle: reply_handle.map(str::to_owned),
        quote: None,
    }))
}

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Answer { status, headers, body: Bytes::copy_from_slice(body.as_bytes()), stored: None, at: NOW }
}

fn answers(given: &[(&str, Answer)]) -> Answers {
    let answered = given.iter().map(|(step, answer)| ((*step).to_owned(), answer.clone())).collect();
    Answers { answered, ..Answers::default() }
}

#[test]
fn a_conflict_is_success_only_with_the_accepted_request() {
    let adapter = adapter();
    let body = r#"{"message":"The retry key is already accepted","sentMessages":[{"id":"461230966842064897","quoteToken":"q"}]}"#;
    let accepted = answers(&[("push/0", answer(409, &[("x-line-accepted-request-id", "r-1")], body))]);
    assert!(matches!(adapter.next(&job(None, 1), &accepted, NOW), Next::Done(Outcome::Sent { .. })));
    let receipts = adapter.receipts(&job(None, 1), &accepted);
    assert_eq!(receipts[0].external_id.as_deref(), Some("461230966842064897"));
    assert_eq!(receipts[0].extra, json!({"quote_token": "q"}));
    let bare = answers(&[("push/0", answer(409, &[], body))]);
    assert!(matches!(adapter.next(&job(None, 1), &bare, NOW), Next::Failed(Failure::Unknown { .. })));
    assert!(adapter.receipts(&job(None, 1), &bare).is_empty());
}

#[test]
fn an_id_written_as_a_number_is_kept_digit_by_digit() {
    let body = r#"{"sentMessages":[{"id":461230966842064897}]}"#;
    let sent = answers(&[("push/0", answer(200, &[], body))]);
    let receipts = adapter().receipts(&job(None, 1), &sent);
    assert_eq!(receipts[0].external_id.as_deref(), Some("461230966842064897"));
}

#[test]
fn eleven_texts_are_three_calls_and_the_first_takes_the_token() {
    let adapter = adapter();
    let job = job(Some("r-1"), 11);
    let mut answers = Answers::default();
    let mut steps = Vec::new();
    while let Next::Call(call) = adapter.next(&job, &answers, NOW) {
        assert_eq!(call.repeat, Repeat::Keyed);
        answers.answered.insert(call.step.clone(), answer(200, &[], "{}"));
        steps.push((call.step, call.parts));
    }
    let expected = [("reply/0", 0..5), ("push/1", 5..10), ("push/2", 10..11)];
    assert_eq!(steps, expected.map(|(step, parts)| (step.to_owned(), parts)));
    assert_eq!(adapter.receipts(&job, &answers).len(), 11);
}

#[test]
fn an_empty_text_never_leaves() {
    for text in ["", " \n\t"] {
        let Job::Send(mut outgoing) = job(None, 1) else { panic!("a send") };
        outgoing.parts[0].body = PartBody::Text(Text::plain(text));
        let next = adapter().next(&Job::Send(outgoing), &Answers::default(), NOW);
        assert!(matches!(&next, Next::Failed(Failure::Rejected { code, .. }) if code == "empty"), "{next:?}");
    }
    let next = adapter().next(&job(None, 0), &Answers::default(), NOW);
    assert!(matches!(&next, Next::Failed(Failure::Rejected { code, .. }) if code == "empty"), "{next:?}");
}

#[test]
fn every_status_has_its_class() {
    let adapter = adapter();
    let class = |status: u16, message: &str| {
        let body = json!({ "message": message }).to_string();
        adapter.next(&job(None, 1), &answers(&[("push/0", answer(status, &[], &body))]), NOW)
    };
    for status in [400, 403, 404, 410, 413, 415] {
        let next = class(status, "no");
        let code = status.to_string();
        assert!(
            matches!(&next, Next::Failed(Failure::Rejected { code: found, .. }) if *found == code),
            "{next:?}"
        );
    }
    for status in [500, 502, 503, 504] {
        assert!(matches!(class(status, "later"), Next::Failed(Failure::Retry { .. })), "{status}");
    }
    assert!(matches!(class(401, "invalid token"), Next::Failed(Failure::AuthBroken { .. })));
    let scope = |message: &str| match class(429, message) {
        Next::Failed(Failure::Throttled { scope, .. }) => scope,
        other => panic!("expected throttled, found {other:?}"),
    };
    assert_eq!(scope("The API rate limit has been exceeded. Try again later."), Scope::Channel);
    assert_eq!(scope("You have reached your monthly limit."), Scope::Quota);
}
