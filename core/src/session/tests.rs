use super::*;
use crate::capabilities::OnReturn;
use crate::time::{DAY, HOUR, SECOND};

const KAKAO: SessionPolicy = SessionPolicy {
    kind: "kakao_session",
    business_may_start: false,
    idle_ms: Some(30 * DAY),
    human_agent_ms: None,
    source: "test",
    reports_end: true,
    can_end: true,
    end_closes_conversation: true,
    on_return: OnReturn::New,
    end_command: Some("!종료"),
    reply_handle_ms: None,
    retention_notice: true,
};

const LINE: SessionPolicy = SessionPolicy {
    kind: "line_none",
    business_may_start: true,
    idle_ms: None,
    reports_end: false,
    can_end: false,
    end_closes_conversation: false,
    on_return: OnReturn::Same,
    end_command: None,
    reply_handle_ms: Some(50 * SECOND),
    retention_notice: false,
    ..KAKAO
};

const INSTAGRAM: SessionPolicy = SessionPolicy {
    kind: "meta_24h",
    idle_ms: Some(24 * HOUR),
    human_agent_ms: Some(7 * DAY),
    reports_end: false,
    ..KAKAO
};

fn handle(token: &str) -> ReplyHandle {
    ReplyHandle { token: token.to_owned(), until: None, used_by: None }
}

#[test]
fn ses01_kakao_waits_for_the_customer_and_line_does_not() {
    assert_eq!(may_send(&KAKAO, None, AuthorKind::Manager, Millis(0)), Err(Refusal::NeverOpened));
    assert_eq!(may_send(&LINE, None, AuthorKind::Manager, Millis(0)), Ok(()));
}

#[test]
fn ses06_c25_thirty_days_count_from_the_customers_last_message() {
    let mut session = Session::begin(&KAKAO, None, Millis(0));
    session.heard(&KAKAO, Millis(10 * DAY));
    session.heard(&KAKAO, Millis(2 * DAY));
    let end = Millis(40 * DAY);
    assert_eq!(session.expires_at, Some(end));
    assert_eq!(may_send(&KAKAO, Some(&session), AuthorKind::Bot, end - 1), Ok(()));
    assert_eq!(
        may_send(&KAKAO, Some(&session), AuthorKind::Manager, end),
        Err(Refusal::Ended { at: end, cause: CloseCause::Idle })
    );
    assert_eq!(session.closing_soon_at(&KAKAO), Some(end - 30 * HOUR));
}

#[test]
fn ses07_after_the_end_the_business_is_silent() {
    let mut session = Session::begin(&KAKAO, Some("1".to_owned()), Millis(0));
    assert!(session.end(Millis(5), CloseCause::UserLeft));
    assert!(!session.end(Millis(6), CloseCause::Idle));
    assert_eq!(
        may_send(&KAKAO, Some(&session), AuthorKind::Manager, Millis(7)),
        Err(Refusal::Ended { at: Millis(5), cause: CloseCause::UserLeft })
    );
}

#[test]
fn a_person_may_answer_longer_where_the_platform_lets_people() {
    let mut session = Session::begin(&INSTAGRAM, None, Millis(0));
    session.heard(&INSTAGRAM, Millis(0));
    let later = Millis(2 * DAY);
    assert_eq!(may_send(&INSTAGRAM, Some(&session), AuthorKind::Manager, later), Ok(()));
    let refused = Refusal::WindowOver { at: Millis(DAY), human_agent_ms: Some(7 * DAY) };
    assert_eq!(may_send(&INSTAGRAM, Some(&session), AuthorKind::Bot, later), Err(refused.clone()));
    assert_eq!(may_send(&INSTAGRAM, Some(&session), AuthorKind::Manager, Millis(8 * DAY)), Err(refused));
}

#[test]
fn a_reply_handle_lives_from_its_arrival_and_is_taken_once() {
    let mut session = Session::begin(&LINE, None, Millis(0));
    for token in ["a", "b", "c", "d", "e", "f"] {
        session.keep_handle(&LINE, handle(token), Millis(1_000));
    }
    assert_eq!(session.handles.len(), 5);
    assert!(session.handles.iter().all(|kept| kept.token != "a"));
    session.keep_handle(&LINE, handle("g"), Millis(2_000));
    assert_eq!(session.free_handle(Millis(2_001)).map(|handle| handle.token.as_str()), Some("g"));
    assert_eq!(session.take_handle("delivery", Millis(2_001)), Some("g".to_owned()));
    assert_eq!(session.take_handle("delivery", Millis(2_002)), Some("g".to_owned()));
    assert_ne!(session.take_handle("another", Millis(2_002)), Some("g".to_owned()));
    assert_eq!(session.free_handle(Millis(2_000 + 50 * SECOND)), None);
}

#[test]
fn a_platform_without_handles_keeps_none() {
    let mut session = Session::begin(&KAKAO, None, Millis(0));
    session.keep_handle(&KAKAO, handle("a"), Millis(0));
    assert!(session.handles.is_empty());
}
