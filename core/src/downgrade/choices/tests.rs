use super::*;
use crate::content::Text;
use crate::downgrade::{Menu, PartBody};

const NOW: Millis = Millis(1_795_223_410_111);

fn message(n: u128) -> MessageId {
    MessageId(uuid::Uuid::from_u128(n))
}

fn options(labels: &[&str]) -> Vec<ReplyButton> {
    let button = |(n, label): (usize, &&str)| ReplyButton {
        label: (*label).to_owned(),
        value: format!("v{n}"),
        payload: payload(Some(message(1)), n),
    };
    labels.iter().enumerate().map(button).collect()
}

fn offer(n: u128, first: usize, labels: &[&str], standing: Standing) -> Offer {
    Offer { message: message(n), first: Some(first), options: options(labels), standing, sent_at: NOW }
}

fn chosen(words: &str, offers: &[Offer]) -> Option<String> {
    typed(words, offers, Awaited::Nothing, NOW).map(|(_, option)| option.value.clone())
}

#[test]
fn a_payload_reads_back_as_itself() {
    assert_eq!(parse_payload(&payload(Some(message(9)), 3)), Some((message(9), 3)));
    assert!(payload(Some(message(u128::MAX)), 999).len() <= 40);
    for foreign in ["", "n_", "n_x_1", "act_ship", "n_preview_1"] {
        assert_eq!(parse_payload(foreign), None, "{foreign}");
    }
}

#[test]
fn a_payload_of_a_value_reads_back_as_itself() {
    assert_eq!(parse_value_payload(&value_payload(message(9), "a_b")), Some((message(9), "a_b")));
    assert_eq!(parse_value_payload(&payload(Some(message(9)), 3)), None);
}

#[test]
fn c01_a_typed_number_chooses() {
    let menu = [offer(1, 1, &["배송", "환불", "기타"], Standing::Last)];
    for words in ["2", "２", "2번", " 2 번 ", "2.", "2)", "환불", "2. 환불"] {
        assert_eq!(chosen(words, &menu).as_deref(), Some("v1"), "{words}");
    }
    for words in ["0", "4", "-2", "2개", "둘", "환불해 주세요", "", "22222222222222222222"] {
        assert_eq!(chosen(words, &menu), None, "{words}");
    }
}

#[test]
fn a_number_counts_only_for_the_last_message() {
    let menu = [offer(1, 1, &["배송", "환불"], Standing::Earlier)];
    assert_eq!(chosen("2", &menu), None);
    assert_eq!(chosen("환불", &menu).as_deref(), Some("v1"));
}

#[test]
fn a_number_that_two_menus_show_chooses_nothing() {
    let twice = [offer(1, 1, &["배송"], Standing::Last), offer(2, 1, &["환불"], Standing::Last)];
    assert_eq!(chosen("1", &twice), None);
    let onward = [offer(1, 1, &["배송"], Standing::Last), offer(1, 2, &["환불"], Standing::Last)];
    assert_eq!(typed("2", &onward, Awaited::Nothing, NOW).map(|(_, o)| o.label.as_str()), Some("환불"));
}

#[test]
fn while_a_form_awaits_an_answer_nothing_is_chosen() {
    let menu = [offer(1, 1, &["배송"], Standing::Last)];
    assert_eq!(typed("1", &menu, Awaited::FormAnswer, NOW), None);
    assert_eq!(typed("배송", &menu, Awaited::FormAnswer, NOW), None);
}

#[test]
fn a_label_counts_for_seven_days_and_means_the_newest_menu() {
    let mut old = offer(1, 1, &["Returns", "x"], Standing::Earlier);
    old.sent_at = NOW - LABELS_COUNT_FOR;
    assert_eq!(chosen("returns", std::slice::from_ref(&old)).as_deref(), Some("v0"));
    old.sent_at = NOW - LABELS_COUNT_FOR - 1;
    assert_eq!(chosen("returns", std::slice::from_ref(&old)), None);
    old.sent_at = NOW - 1;
    let menus = [old, offer(2, 1, &["y", "Returns"], Standing::Last)];
    assert_eq!(typed("RETURNS", &menus, Awaited::Nothing, NOW).map(|(message, _)| message), Some(message(2)));
}

#[test]
fn a_label_of_two_values_chooses_nothing() {
    assert_eq!(chosen("예", &[offer(1, 1, &["예", "예"], Standing::Last)]), None);
}

#[test]
fn a_label_that_is_a_number_wins_over_the_position() {
    assert_eq!(chosen("2", &[offer(1, 1, &["2", "3"], Standing::Last)]).as_deref(), Some("v0"));
}

#[test]
fn sent_parts_hold_offers() {
    let mut numbered = Part::of("/blocks/0", PartBody::Text(Text::plain("1. a")));
    numbered.menu = Some(Menu { first: 1, options: options(&["a"]) });
    let mut native = Part::of("/blocks/1", PartBody::Text(Text::plain("?")));
    native.replies = options(&["b"]);
    native.quick_replies = options(&["c"]);
    let found = offers(message(1), &[numbered, native], Standing::Last, NOW);
    assert_eq!(
        found.iter().map(|offer| (offer.first, offer.options.len())).collect::<Vec<_>>(),
        [(Some(1), 1), (None, 2)]
    );
    assert_eq!(chosen("c", &found).as_deref(), Some("v0"));
}
