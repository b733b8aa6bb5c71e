use super::*;
use crate::content::Replies;
use crate::content::Text;
use crate::downgrade::choices::{payload, value_payload};
use crate::downgrade::{Menu, PartBody};

fn message(n: u128) -> MessageId {
    MessageId(uuid::Uuid::from_u128(n))
}

fn offered(labels: &[(&str, &str)]) -> Content {
    let replies = labels
        .iter()
        .map(|(label, value)| Reply { label: (*label).to_owned(), value: (*value).to_owned() })
        .collect();
    Content::block(Block::Replies(Replies { replies }))
}

fn part(id: MessageId, labels: &[&str]) -> Part {
    let options = labels
        .iter()
        .enumerate()
        .map(|(n, label)| ReplyButton {
            label: (*label).to_owned(),
            value: format!("v{n}"),
            payload: payload(Some(id), n),
        })
        .collect();
    let mut part = Part::of("/blocks/0", PartBody::Text(Text::plain("menu")));
    part.menu = Some(Menu { first: 1, options });
    part
}

#[test]
fn a_number_counts_until_something_else_is_sent() {
    let mut menus = Menus::default();
    menus.sent(message(1), "d1", &[part(message(1), &["예", "아니오"])], Millis(0));
    let choice = menus.typed("2번", Millis(1)).unwrap();
    assert_eq!((choice.value.as_str(), choice.message_id), ("v1", Some(message(1))));
    menus.sent(message(2), "d1", &[], Millis(2));
    assert!(menus.typed("2", Millis(3)).is_some(), "the same decision goes on");
    menus.sent(message(3), "d2", &[], Millis(4));
    assert_eq!(menus.typed("2", Millis(5)), None);
    assert!(menus.typed("아니오", Millis(5)).is_some());
}

#[test]
fn old_menus_are_forgotten() {
    let mut menus = Menus::default();
    for n in 0..20 {
        menus.sent(message(n), &n.to_string(), &[part(message(n), &["예"])], Millis(0));
    }
    assert_eq!(menus.open.len(), REMEMBERED);
    menus.sent(message(99), "d", &[], Millis(choices::LABELS_COUNT_FOR + 1));
    assert!(menus.open.is_empty());
}

#[test]
fn a_tap_is_resolved_by_its_payload_alone() {
    let content = offered(&[("예", "yes"), ("아니오", "no")]);
    let choice = pressed(&payload(Some(message(1)), 1), None, Some(&content));
    assert_eq!((choice.label.as_str(), choice.value.as_str()), ("아니오", "no"));
    let by_value = pressed(&value_payload(message(1), "yes"), None, Some(&content));
    assert_eq!((by_value.label.as_str(), by_value.message_id), ("예", Some(message(1))));
}

#[test]
fn a_foreign_payload_keeps_its_value() {
    let choice = pressed("act_exchange", Some("교환 신청"), None);
    assert_eq!(
        (choice.label.as_str(), choice.value.as_str(), choice.message_id),
        ("교환 신청", "act_exchange", None)
    );
    let invented = pressed(&value_payload(message(1), "root"), None, Some(&offered(&[("예", "yes")])));
    assert_eq!((invented.value.as_str(), invented.message_id), ("root", None));
}
