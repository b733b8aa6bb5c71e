use naru_core::capabilities::{Level, Receipt, Unit};
use naru_core::content::Layout;
use naru_core::time::DAY;

use crate::kakao::PLATFORM;

const MB: u64 = 1024 * 1024;

#[test]
fn c17_the_smaller_of_kakaos_and_the_dealers_limit_holds_and_says_whose_it_is() {
    let file = |flavour| PLATFORM.capabilities_of(Some(flavour)).file.max_bytes;
    assert_eq!(file("direct").max, 300 * MB);
    assert_eq!(file("bizgo").max, 300 * MB);
    for flavour in ["happytalk_v1", "happytalk_v3"] {
        assert_eq!(file(flavour).max, 20 * MB);
        assert!(file(flavour).source.contains("Happytalk"));
        assert_eq!(PLATFORM.capabilities_of(Some(flavour)).audio.max_bytes.max, 10 * MB);
        assert_eq!(PLATFORM.capabilities_of(Some(flavour)).image.max_bytes.max, 5 * MB);
    }
    assert!(file("direct").source.contains("Kakao"));
}

#[test]
fn c18_only_bizgo_can_tell_that_a_message_was_read() {
    for (flavour, receipt) in [
        ("direct", Receipt::Sent),
        ("happytalk_v1", Receipt::Sent),
        ("happytalk_v3", Receipt::Sent),
        ("bizgo", Receipt::Read),
    ] {
        assert_eq!(PLATFORM.capabilities_of(Some(flavour)).receipts, receipt, "{flavour}");
    }
}

#[test]
fn k08_to_k11_rich_cards_exist_where_the_bubble_api_does() {
    let layouts = [Layout::Wide, Layout::WideList, Layout::Carousel, Layout::ItemList];
    for (flavour, has) in
        [("direct", false), ("happytalk_v1", false), ("happytalk_v3", true), ("bizgo", true)]
    {
        let capabilities = PLATFORM.capabilities_of(Some(flavour));
        for layout in layouts {
            assert_eq!(capabilities.layout(layout).is_some(), has, "{flavour} {layout:?}");
        }
    }
}

#[test]
fn c25_a_session_lives_thirty_days_from_the_customers_last_message() {
    let session = PLATFORM.capabilities_of(None).session;
    assert_eq!(session.idle_ms, Some(30 * DAY));
    assert!(session.reports_end && session.can_end && session.end_closes_conversation);
}

#[test]
fn ses01_the_business_cannot_speak_first_and_k25_must_give_notice() {
    let session = PLATFORM.capabilities_of(None).session;
    assert!(!session.business_may_start && session.retention_notice);
}

#[test]
fn c19_link_buttons_are_native_five_at_most_and_share_their_cap_with_replies() {
    let capabilities = PLATFORM.capabilities_of(None);
    assert_eq!(capabilities.link_buttons.level, Level::Native);
    assert_eq!((capabilities.link_buttons.max.max, capabilities.replies.max.max), (5, 5));
    assert!(capabilities.replies.shares_with_link_buttons);
    assert_eq!(capabilities.link_buttons.label.max, 28);
    assert_eq!(capabilities.replies.overflow.map(|row| (row.max.max, row.label.max)), Some((10, 14)));
}

#[test]
fn d10_texts_are_counted_in_utf16() {
    let capabilities = PLATFORM.capabilities_of(None);
    assert_eq!((capabilities.text.limit.max, capabilities.text.limit.unit), (1_000, Unit::Utf16));
}

#[test]
fn an_unknown_flavour_is_the_first_one() {
    assert_eq!(PLATFORM.capabilities_of(None), PLATFORM.capabilities_of(Some("direct")));
}
