//! Words, mentions, marks, links, buttons and menus.

use super::*;
use crate::settings::Language;

#[test]
fn d01_a_mention_becomes_its_name() {
    let said = content(json!([{"type":"text","spans":[
        {"text":"담당: "},{"mention":{"kind":"manager","name":"김매니저"}}]}]));
    let fitted = kakaoish().fit(&said);
    assert_eq!(plain(&fitted), ["담당: @김매니저"]);
    let change = &fitted.report.changes[0];
    assert_eq!(change.path, "/blocks/0/spans/1");
    assert_eq!((change.what.as_str(), change.action), ("mention", Action::Replaced));
    assert_eq!((change.rule.as_deref(), change.detail.as_str()), (Some("D01"), "@김매니저"));
    assert!(own().fit(&said).report.changes.is_empty());
}

#[test]
fn d02_emoji_stay_as_they_are() {
    let fitted = kakaoish().fit(&Content::text("👍🏽 👨‍👩‍👧"));
    assert_eq!(plain(&fitted), ["👍🏽 👨‍👩‍👧"]);
    assert!(fitted.report.changes.is_empty());
}

#[test]
fn d05_marks_are_stripped_and_words_stay() {
    let said =
        content(json!([{"type":"text","spans":[{"text":"중요","marks":["bold","italic"]},{"text":"!"}]}]));
    let fitted = lineish().native().fit(&said);
    assert_eq!(plain(&fitted), ["중요!"]);
    assert_eq!(rules(&fitted), ["D05"]);
    assert_eq!(fitted.report.changes[0].detail, "bold, italic");
}

#[test]
fn c29_our_own_chat_keeps_marks_without_a_switch() {
    let said = content(json!([{"type":"text","spans":[{"text":"중요","marks":["bold"]}]},
        {"type":"buttons","buttons":[{"label":"가기","url":"https://a.example/"}]}]));
    let fitted = own().fit(&said);
    assert!(fitted.report.changes.is_empty());
    assert_eq!(fitted.parts.len(), 1);
    assert_eq!(fitted.parts[0].buttons.len(), 1);
}

#[test]
fn typed_marks_are_never_taken_for_markup() {
    let typed = "c******@g *별* _밑_ ~물결~ `코드` # 제목 <b> > &amp;";
    assert_eq!(plain(&kakaoish().fit(&Content::text(typed))), [typed]);
}

#[test]
fn d03_link_button_becomes_text() {
    let said = content(json!([{"type":"text","spans":[{"text":"주문이 출발했어요."}]},
        {"type":"buttons","buttons":[{"label":"배송 조회","url":"https://a.example/t"},{"label":"문의","url":"https://a.example/q"}]}]));
    let fitted = kakaoish().fit(&said);
    assert_eq!(
        plain(&fitted),
        [
            "주문이 출발했어요.\n\n버튼을 눌러보세요[배송 조회]\nhttps://a.example/t\n\n버튼을 눌러보세요[문의]\nhttps://a.example/q"
        ]
    );
    assert_eq!(rules(&fitted), ["D03", "D03"]);
    assert_eq!(fitted.report.changes[1].path, "/blocks/1/buttons/1");
    assert_eq!(fitted.report.changes[1].detail, "버튼을 눌러보세요[문의]\nhttps://a.example/q");
    let mut english = kakaoish();
    english.language = Language::En;
    assert!(plain(&english.fit(&said))[0].ends_with("Tap to open[문의]\nhttps://a.example/q"));
}

#[test]
fn c15_sentence_and_address_are_never_split() {
    let words = "가".repeat(70);
    let said = content(json!([{"type":"text","spans":[{"text":words}]},
        {"type":"buttons","buttons":[{"label":"배송 조회","url":"https://a.example/track"}]}]));
    assert_eq!(
        plain(&kakaoish().fit(&said)),
        [words, "버튼을 눌러보세요[배송 조회]\nhttps://a.example/track".to_owned()]
    );
}

#[test]
fn c15_an_address_too_long_for_a_part_becomes_a_short_link() {
    let mut bench = kakaoish();
    bench.short_link = Some(|_| "https://n.example/l/7".to_owned());
    let long = format!("https://a.example/{}", "x".repeat(90));
    let said = content(json!([{"type":"buttons","buttons":[{"label":"보기","url":long}]}]));
    assert_eq!(plain(&bench.fit(&said)), ["버튼을 눌러보세요[보기]\nhttps://n.example/l/7"]);
}

#[test]
fn c15_an_inline_link_stands_alone_after_its_sentence() {
    let said = content(json!([{"type":"text","spans":[{"text":"자세한 것은 "},
        {"text":"여기","link":"https://a.example/"},{"text":"를 보세요. 고맙습니다."}]}]));
    let fitted = kakaoish().fit(&said);
    assert_eq!(plain(&fitted), ["자세한 것은 여기를 보세요. \nhttps://a.example/\n고맙습니다."]);
    assert_eq!(rules(&fitted), ["C15"]);
    let bare =
        content(json!([{"type":"text","spans":[{"text":"https://a.example/","link":"https://a.example/"}]}]));
    assert!(kakaoish().fit(&bare).report.changes.is_empty());
}

#[test]
fn c19_native_link_buttons_stand_under_the_words_and_overflow_as_text() {
    let buttons: Vec<_> =
        (0..7).map(|n| json!({"label":format!("단추 {n}"),"url":"https://a.example/"})).collect();
    let said = content(
        json!([{"type":"text","spans":[{"text":"골라 주세요"}]},{"type":"buttons","buttons":buttons}]),
    );
    let fitted = kakaoish().native().fit(&said);
    assert_eq!(fitted.parts[0].buttons.len(), 5);
    assert_eq!(fitted.parts[0].plain(), "골라 주세요");
    assert_eq!(
        fitted.parts[1].plain(),
        "버튼을 눌러보세요[단추 5]\nhttps://a.example/\n\n버튼을 눌러보세요[단추 6]\nhttps://a.example/"
    );
    assert_eq!(rules(&fitted), ["K06", "K06"]);
}

#[test]
fn c19_a_label_that_is_too_long_becomes_a_sentence_and_loses_nothing() {
    let label = "긴".repeat(29);
    let said = content(
        json!([{"type":"buttons","buttons":[{"label":label,"url":"https://a.example/"},{"label":"짧음","url":"https://b.example/"}]}]),
    );
    let fitted = kakaoish().native().fit(&said);
    assert_eq!(fitted.parts[0].plain(), "아래에서 골라 주세요.");
    assert_eq!(fitted.parts[0].buttons[0].label, "짧음");
    assert!(fitted.parts[1].plain().contains(&label));
}

#[test]
fn c01_replies_are_native_where_they_fit() {
    let said = menu(&["예", "아니오"]);
    let fitted = kakaoish().fit(&said);
    assert_eq!(fitted.parts.len(), 1);
    assert_eq!(fitted.parts[0].kind(), PartKind::Rich);
    assert_eq!(fitted.parts[0].replies[1].value, "v1");
    assert_eq!(fitted.parts[0].replies[1].payload, "n_00000000000000000000000000000007_1");
    assert!(fitted.report.changes.is_empty());
}

#[test]
fn c01_six_to_ten_replies_use_the_second_row() {
    let labels: Vec<String> = (0..8).map(|n| format!("답 {n}")).collect();
    let fitted = kakaoish().fit(&menu(&labels.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_eq!((fitted.parts[0].replies.len(), fitted.parts[0].quick_replies.len()), (5, 3));
    assert_eq!(fitted.parts[0].quick_replies[0].label, "답 5");
}

#[test]
fn c01_a_menu_without_room_is_numbered_by_label_and_never_by_value() {
    let fitted = platforms::bytes().fit(&menu(&["예", "no"]));
    let all = plain(&fitted).concat();
    assert!(all.contains("1. 예\n2. no"), "{all}");
    assert!(!all.contains("v1"));
    let menu = fitted.parts.last().and_then(|part| part.menu.clone()).expect("the last piece holds the menu");
    assert_eq!((menu.first, menu.options.len()), (1, 2));
}

#[test]
fn c01_menus_of_one_decision_number_on() {
    let mut bench = platforms::segments();
    bench.numbered_before = 2;
    let said = content(json!([{"type":"replies","replies":[{"label":"가","value":"a"}]},
        {"type":"replies","replies":[{"label":"나","value":"b"}]}]));
    let fitted = bench.fit(&said);
    let firsts: Vec<_> = fitted.parts.iter().filter_map(|part| part.menu.as_ref()).map(|m| m.first).collect();
    assert_eq!(firsts, [3, 4]);
    assert_eq!(plain(&fitted)[1], "번호를 골라 답장해 주세요.\n4. 나");
}

#[test]
fn c01_link_buttons_count_towards_a_shared_cap() {
    let said = content(json!([{"type":"text","spans":[{"text":"골라 주세요"}]},
        {"type":"buttons","buttons":[{"label":"a","url":"https://a.example/"},{"label":"b","url":"https://a.example/"},{"label":"c","url":"https://a.example/"}]},
        {"type":"replies","replies":[{"label":"1","value":"1"},{"label":"2","value":"2"},{"label":"3","value":"3"}]}]));
    let part = &kakaoish().native().fit(&said).parts[0];
    assert_eq!((part.buttons.len(), part.replies.len(), part.quick_replies.len()), (3, 2, 1));
}

#[test]
fn replies_that_only_the_last_message_shows_move_below_it() {
    let said = content(json!([{"type":"text","spans":[{"text":"골라 주세요"}]},
        {"type":"replies","replies":[{"label":"예","value":"y"}]},
        {"type":"image","media":{"url":"https://a.example/a.png"}}]));
    let fitted = lineish().fit(&said);
    assert_eq!(fitted.parts.iter().map(|part| part.replies.len()).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(rules(&fitted), ["C01"]);
}

#[test]
fn an_earlier_menu_is_numbered_where_only_the_last_shows_its_buttons() {
    let said = content(json!([{"type":"replies","replies":[{"label":"가","value":"a"}]},
        {"type":"replies","replies":[{"label":"나","value":"b"}]}]));
    let fitted = lineish().fit(&said);
    assert_eq!(fitted.parts[0].plain(), "번호를 골라 답장해 주세요.\n1. 가");
    assert_eq!(fitted.parts[0].replies[0].label, "나");
}

#[test]
fn an_sms_says_label_and_address_on_one_line() {
    let said =
        content(json!([{"type":"buttons","buttons":[{"label":"배송 조회","url":"https://a.example/t"}]}]));
    assert_eq!(plain(&platforms::segments().fit(&said)), ["[배송 조회] https://a.example/t"]);
}

#[test]
fn an_sms_keeps_label_and_address_in_one_part() {
    let said = content(json!([{"type":"text","spans":[{"text":"가".repeat(100)}]},
        {"type":"text","spans":[{"text":format!("{} [배송 조회] https://a.example/t", "나".repeat(10))}]},
        {"type":"buttons","buttons":[{"label":"배송 조회","url":"https://a.example/track/1234567890"},
            {"label":"반품과 교환을 신청하기","url":"https://a.example/returns/1234567890"}]}]));
    let parts = plain(&platforms::segments().fit(&said));
    for line in [
        "[배송 조회] https://a.example/track/1234567890",
        "[반품과 교환을 신청하기] https://a.example/returns/1234567890",
    ] {
        assert!(parts.iter().any(|part| part.lines().any(|found| found == line)), "{parts:?}");
    }
}

#[test]
fn a_hundred_thousand_characters_are_split_in_a_moment() {
    let words = "다람쥐 헌 쳇바퀴에 타고파. ".repeat(6_000);
    let fitted =
        kakaoish().with(|context| fit(&Content::text(words.clone()), context)).expect("it can be sent");
    assert_eq!(plain(&fitted).concat(), words);
}

#[test]
fn a_variable_takes_its_value_literally() {
    let said = content(
        json!([{"type":"text","spans":[{"variable":"contact.name","fallback":"고객"},{"text":"님"}]}]),
    );
    let mut bench = kakaoish();
    assert_eq!(plain(&bench.fit(&said)), ["고객님"]);
    bench.variables.insert("contact.name".to_owned(), "*하늘*{{x}}".to_owned());
    assert_eq!(plain(&bench.fit(&said)), ["*하늘*{{x}}님"]);
    let unknown = content(json!([{"type":"text","spans":[{"variable":"order.id"},{"text":"번"}]}]));
    assert_eq!(bench.fit(&unknown).report.lost[0].what, "variable");
}

fn menu(labels: &[&str]) -> Content {
    let replies: Vec<_> = labels
        .iter()
        .enumerate()
        .map(|(n, label)| json!({"label": label, "value": format!("v{n}")}))
        .collect();
    content(json!([{"type":"text","spans":[{"text":"?"}]},{"type":"replies","replies":replies}]))
}
