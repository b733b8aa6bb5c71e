//! The played LINE refuses what LINE refuses, and Naru's own adapter gets along with it.

mod bench;
mod limits;

use axum::body::Body as HttpBody;
use bytes::Bytes;
use http::Request as HttpRequest;
use naru_core::adapter::{Failure, Job, Next, Outcome, Recipient, Scope, Verdict};
use naru_core::downgrade::ReplyButton;
use naru_core::event::What;
use naru_core::time::{DAY, MINUTE, SECOND};
use serde_json::json;
use tower::ServiceExt;

use super::*;
use crate::sandbox::Trouble;
use bench::{BASE, Bench, MINA, START, is_sent, open, request, send, text, token};

#[tokio::test]
async fn a_reply_is_free_once_and_for_a_minute() {
    let mut bench = Bench::new();
    bench.phone.set_quota(Some(0));
    let first = token(&bench.act(&text("안녕하세요")));
    assert!(is_sent(&bench.run(&send(1, "네, 안녕하세요", first.clone())).await));
    let again = bench.run(&send(2, "한 번 더", first)).await;
    assert!(matches!(again, Next::Failed(Failure::Throttled { .. })), "{again:?}");
    assert_eq!(bench.statuses(), [200, 400, 429], "the used token is refused, the push has no quota");
    let late = token(&bench.act(&text("아직 계세요?")));
    bench.phone.set_quota(None);
    bench.clock.advance(MINUTE + 1);
    assert!(is_sent(&bench.run(&send(3, "늦었지만 답합니다", late)).await));
    assert_eq!(bench.statuses()[3..], [400, 200], "an expired token falls back to a push");
}

#[tokio::test]
async fn a_lost_push_is_on_the_phone_once() {
    let mut bench = Bench::new();
    bench.phone.troubles().set(Trouble::LostAnswer, 1);
    assert!(is_sent(&bench.run(&send(1, "한 번만 보여요", None)).await));
    let calls = bench.calls();
    assert_eq!(bench.statuses(), [0, 409]);
    assert_eq!(calls[0].answer["sentMessages"], calls[1].answer["sentMessages"]);
    bench.clock.advance(DAY);
    assert!(is_sent(&bench.run(&send(1, "한 번만 보여요", None)).await));
    assert_eq!(bench.statuses()[2..], [200], "after a day the same key is a new message");
}

#[tokio::test]
async fn a_lost_reply_stays_unknown_when_its_token_was_used() {
    let mut bench = Bench::new();
    let handle = token(&bench.act(&text("답장 주세요")));
    bench.phone.troubles().set(Trouble::LostAnswer, 1);
    let next = bench.run(&send(1, "도착했을까요", handle)).await;
    assert!(matches!(next, Next::Failed(Failure::Unknown { .. })), "{next:?}");
    assert_eq!(bench.statuses(), [0, 400], "no push follows: it could double the message");
}

#[tokio::test]
async fn every_trouble_is_read_as_what_it_is() {
    let mut bench = Bench::new();
    let job = send(1, "될까요", None);
    bench.phone.troubles().set(Trouble::Throttled, 1);
    assert!(matches!(bench.run(&job).await, Next::Failed(Failure::Throttled { .. })));
    bench.phone.troubles().set(Trouble::ServerError, 1);
    assert!(matches!(bench.run(&job).await, Next::Failed(Failure::Retry { .. })));
    bench.phone.troubles().set(Trouble::AuthBroken, 1);
    assert!(matches!(bench.run(&job).await, Next::Failed(Failure::AuthBroken { .. })));
    assert!(matches!(bench.run(&Job::Check).await, Next::Failed(Failure::AuthBroken { .. })));
    bench.phone.troubles().set(Trouble::AuthBroken, 0);
    assert!(is_sent(&bench.run(&job).await));
    assert_eq!(bench.statuses(), [429, 500, 401, 200], "only the last one was taken");
}

#[tokio::test]
async fn quota_counts_pushes_that_somebody_sees() {
    let mut bench = Bench::new();
    bench.phone.set_quota(Some(1));
    bench.act(&Act::Block);
    assert!(
        is_sent(&bench.run(&send(1, "차단한 고객에게", None)).await),
        "LINE says 200 to a push nobody sees"
    );
    assert!(bench.calls().is_empty(), "and it is on nobody's phone");
    bench.act(&Act::Unblock);
    assert!(is_sent(&bench.run(&send(2, "보여요", None)).await));
    let third = bench.run(&send(3, "한도 초과", None)).await;
    assert!(matches!(third, Next::Failed(Failure::Throttled { scope: Scope::Quota, .. })), "{third:?}");
}

#[tokio::test]
async fn a_used_up_quota_stops_pushes_and_no_free_reply() {
    let mut bench = Bench::new();
    bench.phone.troubles().set(Trouble::QuotaUsedUp, 1);
    let handle = token(&bench.act(&text("무료로 답해 주세요")));
    assert!(is_sent(&bench.run(&send(1, "네", handle)).await));
    let push = bench.run(&send(2, "유료", None)).await;
    assert!(matches!(push, Next::Failed(Failure::Throttled { scope: Scope::Quota, .. })), "{push:?}");
    bench.phone.troubles().set(Trouble::QuotaUsedUp, 0);
    assert!(is_sent(&bench.run(&send(2, "유료", None)).await));
}

#[tokio::test]
async fn a_tapped_quick_reply_comes_back_with_its_payload() {
    let mut bench = Bench::new();
    let mut job = send(1, "어느 쪽이세요?", None);
    let Job::Send(outgoing) = &mut job else { panic!("a send") };
    outgoing.parts[0].replies =
        vec![ReplyButton { label: "예".to_owned(), value: "yes".to_owned(), payload: "n_1_0".to_owned() }];
    assert!(is_sent(&bench.run(&job).await));
    let button = bench.calls()[0].body["messages"][0]["quickReply"]["items"][0].clone();
    let events = bench.act(&Act::Tap { button });
    assert!(matches!(&events[0].what, What::Postback(postback) if postback.payload == "n_1_0"), "{events:?}");
    assert!(events[0].reply_handle.is_some());
}

#[tokio::test]
async fn what_a_customer_sends_can_be_fetched_until_it_is_taken_back() {
    let mut bench = Bench::new();
    let video = Act::File { name: "a.mp4".to_owned(), mime: "video/mp4".to_owned(), data: "AAAA".to_owned() };
    let events = bench.act(&video);
    let What::Message(message) = &events[0].what else { panic!("a message: {events:?}") };
    let id = message.external_id.clone().expect("an id");
    let fetch = Job::Media { reference: id.clone() };
    let next = bench.run(&fetch).await;
    // This bench stores no media, so a fetched one is taken for one that is still being prepared.
    assert!(matches!(next, Next::Failed(Failure::Retry { .. })), "{next:?}");
    let made: Vec<_> =
        bench.phone.tape().calls_of("").iter().map(|call| (call.path.clone(), call.status)).collect();
    let path = format!("/v2/bot/message/{id}/content");
    let expected = [(path.clone(), 202), (format!("{path}/transcoding"), 200), (path, 200)];
    assert_eq!(made, expected);
    let events = bench.act(&Act::Unsend);
    assert!(matches!(&events[0].what, What::Unsent { external_id } if *external_id == id), "{events:?}");
    let next = bench.run(&fetch).await;
    assert!(matches!(&next, Next::Failed(Failure::Rejected { code, .. }) if code == "410"), "{next:?}");
}

#[tokio::test]
async fn a_message_is_marked_read_and_typing_is_shown() {
    let mut bench = Bench::new();
    let events = bench.act(&text("읽으셨나요"));
    let What::Message(message) = &events[0].what else { panic!("a message: {events:?}") };
    let to = Recipient { external_id: MINA.to_owned(), lane: MINA.to_owned(), session: None };
    let read = |token| Job::MarkRead { to: to.clone(), token, external_id: None };
    assert_eq!(bench.run(&read(message.read_token.clone())).await, Next::Done(Outcome::Acknowledged));
    assert!(matches!(bench.run(&read(Some("x".to_owned()))).await, Next::Failed(Failure::Rejected { .. })));
    let typing = Job::Typing { to: to.clone(), active: true };
    assert_eq!(bench.run(&typing).await, Next::Done(Outcome::Acknowledged));
    assert_eq!(bench.statuses(), [200, 202]);
    let Next::Done(Outcome::Profile(profile)) = bench.run(&Job::Profile { of: to }).await else {
        panic!("a profile")
    };
    assert_eq!(profile.name.as_deref(), Some("김민아"));
}

#[tokio::test]
async fn a_check_finds_the_bot_and_a_short_lived_token_works() {
    let mut bench = Bench::new();
    let Next::Done(Outcome::Checked(identity)) = bench.run(&Job::Check).await else { panic!("checked") };
    assert_eq!(identity.id, BOT);
    let mut credentials = bench.phone.account(BASE).credentials;
    credentials.remove("channel_access_token");
    credentials.insert("channel_id".to_owned(), json!(CHANNEL_ID));
    bench.adapter = open(&credentials);
    assert!(bench.adapter.needs_token(START));
    let Next::Done(Outcome::Token(grant)) = bench.run(&Job::Token).await else { panic!("a token") };
    for (name, value) in grant.credentials {
        credentials.insert(name, json!(value.expose()));
    }
    bench.adapter = open(&credentials);
    assert!(is_sent(&bench.run(&send(1, "짧은 토큰으로", None)).await));
    bench.clock.advance(900 * SECOND);
    let next = bench.run(&send(2, "끝난 토큰으로", None)).await;
    assert!(matches!(next, Next::Failed(Failure::AuthBroken { .. })), "{next:?}");
    let tape = bench.phone.tape().calls_of("");
    let leaked = tape.iter().any(|call| call.body.to_string().contains(CHANNEL_SECRET));
    assert!(!leaked, "the tape is shown on pages");
}

#[test]
fn a_redelivered_hook_is_the_same_event_and_a_forged_one_is_none() {
    let bench = Bench::new();
    let hooks = bench.phone.act(MINA, &text("한 번"), START).expect("possible");
    let first = bench.read(&hooks[0]);
    let again = bench.phone.redeliver(&hooks[0]);
    assert_ne!(again.body, hooks[0].body, "isRedelivery differs");
    assert_eq!(bench.read(&again), first);
    let forged = bench.phone.forge(hooks[0].clone());
    assert_eq!(forged.body, hooks[0].body);
    let verdict = bench.adapter.verify(&request(&forged), START);
    assert!(matches!(verdict, Verdict::Refuse(refused) if refused.status == 401));
}

#[tokio::test]
async fn a_redelivery_renews_an_unused_token_for_twenty_minutes() {
    let mut bench = Bench::new();
    let hooks = bench.phone.act(MINA, &text("다시 배달"), START).expect("possible");
    let handle = token(&bench.read(&hooks[0]));
    bench.clock.advance(19 * MINUTE);
    let second = bench.phone.redeliver(&hooks[0]);
    assert!(is_sent(&bench.run(&send(1, "무료 답장", handle.clone())).await));
    assert_eq!(bench.statuses(), [200], "the token of {second:?} is good again");
    let hooks = bench.phone.act(MINA, &text("너무 늦게"), bench.clock.now()).expect("possible");
    let handle = token(&bench.read(&hooks[0]));
    bench.clock.advance(20 * MINUTE + 1);
    bench.phone.redeliver(&hooks[0]);
    assert!(is_sent(&bench.run(&send(2, "유료 발송", handle)).await));
    assert_eq!(bench.statuses()[1..], [400, 200]);
}

#[test]
fn what_cannot_happen_on_line_is_said() {
    let bench = Bench::new();
    let act = |act: &Act| bench.phone.act(MINA, act, START);
    assert!(act(&Act::Leave).is_err());
    assert!(act(&Act::Unsend).is_err(), "nothing was sent yet");
    assert!(act(&text(" ")).is_err());
    assert!(
        act(&Act::Tap { button: json!({"type": "uri", "uri": "https://example.com/"}) })
            .is_ok_and(|h| h.is_empty())
    );
    assert!(act(&Act::Tap { button: json!({"type": "dance"}) }).is_err());
    assert!(bench.phone.act("U0", &text("누구"), START).is_err());
    assert!(act(&Act::Block).is_ok());
    assert!(act(&text("안 들려요")).is_err());
}

#[tokio::test]
async fn what_is_no_call_of_lines_is_refused() {
    let bench = Bench::new();
    let status = async |request: HttpRequest<HttpBody>| {
        bench.api().oneshot(request).await.map(|response| response.status().as_u16())
    };
    let post = |path: &str, kind: &str, body: &'static str| {
        HttpRequest::post(format!("{BASE}{path}"))
            .header("content-type", kind)
            .header("authorization", format!("Bearer {ACCESS_TOKEN}"))
            .body(HttpBody::from(Bytes::from_static(body.as_bytes())))
            .expect("a sound request")
    };
    let push = "/v2/bot/message/push";
    assert_eq!(status(post(push, "application/json", "{")).await, Ok(400));
    assert_eq!(status(post(push, "text/plain", "{}")).await, Ok(415));
    assert_eq!(status(post("/v2/bot/nothing", "application/json", "{}")).await, Ok(404));
    let body = r#"{"to":"U0","messages":[{"type":"text","text":"a"}]}"#;
    assert_eq!(status(post(push, "application/json", body)).await, Ok(400), "an unknown recipient");
    let mut stranger = post(push, "application/json", body);
    stranger.headers_mut().remove("authorization");
    assert_eq!(status(stranger).await, Ok(401));
}
