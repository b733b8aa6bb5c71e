use super::*;
use crate::content::{Field, FieldKind, Location};
use crate::time::Millis;

const KO: Language = Language::Ko;
const EN: Language = Language::En;

/// 2026-11-21 14:03 in Seoul.
fn afternoon() -> Millis {
    Millis::parse("2026-11-21T05:03:00Z").expect("the test's time is one")
}

#[test]
fn days_and_hours_are_those_of_the_time_zone() {
    assert_eq!(day_and_time(KO, afternoon(), &seoul()), "11월 21일 14:03");
    assert_eq!(day_and_time(EN, afternoon(), &seoul()), "21 Nov 14:03");
    assert_eq!(day(KO, Millis::parse("2026-12-20T15:00:00Z").expect("a time"), &seoul()), "12월 21일");
    assert_eq!(day(EN, Millis(i64::MAX), &jiff::tz::TimeZone::UTC), "1 Jan");
}

#[test]
fn ses_a_refusal_says_when_the_kakao_session_ended() {
    assert_eq!(
        kakao_session_ended(KO, afternoon(), &seoul()),
        "보내지 않았어요. 카카오 상담이 11월 21일 14:03에 끝났습니다(이유는 카카오가 알려 주지 않아요). 고객이 다시 말을 걸면 답할 수 있어요."
    );
    assert!(
        kakao_session_ended(EN, afternoon(), &seoul())
            .starts_with("Not sent. The Kakao session ended 21 Nov 14:03 (")
    );
    assert!(session_closed(EN, "LINE", None, &seoul()).contains("must write first"));
}

#[test]
fn k25_the_retention_notice_ends_with_the_policys_address() {
    assert_eq!(
        retention_notice(KO, "우리가게", 365, Some("https://a.example/privacy")),
        "안녕하세요, 우리가게입니다. 상담 내용은 답변과 이력 확인을 위해 365일간 보관됩니다.\n개인정보 처리방침\nhttps://a.example/privacy"
    );
    assert!(retention_notice(EN, "Shop", 30, None).ends_with("look up past requests."));
}

#[test]
fn c17_a_large_file_is_named_with_its_size() {
    assert_eq!(
        media_link(KO, "설치 안내.mp4", 48 * 1024 * 1024, Some("12월 21일"), "https://a.example/m"),
        "설치 안내.mp4 (48 MB), 12월 21일까지 볼 수 있어요.\nhttps://a.example/m"
    );
    let sizes = [0, 1_023, 1_024, 1_025, 1 << 20, 5 << 29, u64::MAX].map(file_size);
    assert_eq!(sizes, ["0 B", "1023 B", "1 KB", "2 KB", "1 MB", "2.5 GB", "17179869183.9 GB"]);
}

#[test]
fn d07_questions_are_asked_in_either_language() {
    let field = |label: &str, kind, required| Field {
        key: "k".to_owned(),
        label: label.to_owned(),
        kind,
        required,
        save_to: None,
        options: Vec::new(),
    };
    assert_eq!(
        form_question(KO, &field("연락처", FieldKind::Phone, true), 1, 3),
        "몇 가지 여쭤볼게요. (1/3)\n연락처를 적어 주세요.\n예: 010-1234-5678"
    );
    assert_eq!(
        form_question(KO, &field("성함", FieldKind::Text, false), 2, 3),
        "(2/3)\n성함을 적어 주세요.\n넘어가려면 0을 보내 주세요."
    );
    assert_eq!(
        form_question(EN, &field("phone number", FieldKind::Phone, true), 1, 3),
        "A few questions. (1/3)\nWhat is your phone number?\ne.g. +82 10-1234-5678"
    );
}

#[test]
fn a_place_and_a_menu_in_words() {
    let place = Location {
        latitude: 35.1,
        longitude: 129.04,
        title: Some("부산항".to_owned()),
        address: Some("부산 동구".to_owned()),
    };
    assert_eq!(place_lines(KO, &place), "[위치] 부산항\n부산 동구");
    assert_eq!(map_link(KO, &place), "https://map.kakao.com/link/map/35.1,129.04");
    assert_eq!(replies_menu(EN, 3, ["a", "b"]), "Reply with a number:\n3. a\n4. b");
    assert_eq!(not_understood(KO, 1, 3), "1~3 중에서 번호나 이름으로 답장해 주세요.");
}
