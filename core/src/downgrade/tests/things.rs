//! Cards, forms, media, places, stickers, payloads and refusals.

use super::platforms::{Bench, bytes};
use super::*;
use crate::content::{Media, StoredMedia};
use crate::ids::MediaId;

const PICTURE: &str = "https://a.example/a.jpg";

fn facts(mime: &str, bytes: u64, width: u32, height: u32) -> MediaFacts {
    MediaFacts {
        id: MediaId(uuid::Uuid::from_u128(1)),
        url: "https://n.example/m/1/a.jpg".to_owned(),
        preview_url: None,
        name: "a.jpg".to_owned(),
        mime: mime.to_owned(),
        bytes,
        width: Some(width),
        height: Some(height),
        duration_ms: None,
    }
}

fn with_picture(mut bench: Bench, facts: MediaFacts) -> Bench {
    bench.media.insert(PICTURE.to_owned(), facts);
    bench
}

fn said_then_picture() -> Content {
    content(json!([{"type":"text","spans":[{"text":"보세요"}]},{"type":"image","media":{"url":PICTURE}}]))
}

#[test]
fn k07_words_and_a_small_picture_are_one_bubble() {
    let fitted = with_picture(kakaoish(), facts("image/jpeg", 400, 400, 400)).fit(&said_then_picture());
    assert_eq!(fitted.parts.len(), 1);
    assert_eq!((fitted.parts[0].kind(), fitted.parts[0].plain()), (PartKind::Rich, "보세요".to_owned()));
    assert!(fitted.report.changes.is_empty());
}

#[test]
fn k07_a_picture_against_the_rich_rules_stands_alone() {
    for facts in [
        facts("image/jpeg", 600, 400, 400),
        facts("image/png", 400, 400, 400),
        facts("image/jpeg", 400, 99, 99),
        facts("image/jpeg", 400, 401, 200),
        facts("image/jpeg", 400, 299, 400),
    ] {
        let fitted = with_picture(kakaoish(), facts.clone()).fit(&said_then_picture());
        assert_eq!(fitted.parts.len(), 2, "{facts:?}");
        assert!(fitted.report.changes.is_empty());
    }
}

#[test]
fn unknown_facts_never_block() {
    let said = content(json!([{"type":"image","media":{"id":MediaId(uuid::Uuid::from_u128(5))}}]));
    let fitted = kakaoish().fit(&said);
    assert_eq!((fitted.parts.len(), fitted.parts[0].kind()), (1, PartKind::Image));
}

#[test]
fn line_draws_words_picture_and_buttons_as_one() {
    let said =
        content(json!([{"type":"text","spans":[{"text":"보세요"}]},{"type":"image","media":{"url":PICTURE}},
        {"type":"buttons","buttons":[{"label":"가기","url":"https://a.example/"}]}]));
    let fitted = lineish().native().fit(&said);
    assert_eq!((fitted.parts.len(), fitted.parts[0].buttons.len()), (1, 1));
    let text = lineish().fit(&said);
    assert_eq!(text.parts.len(), 3);
}

#[test]
fn buttons_leave_words_alone_that_are_too_long_to_carry_them() {
    let words = "가".repeat(200);
    let said = content(json!([{"type":"text","spans":[{"text":words}]},
        {"type":"buttons","buttons":[{"label":"가기","url":"https://a.example/"}]}]));
    assert_eq!(plain(&lineish().native().fit(&said)), [words, "아래에서 골라 주세요.".to_owned()]);
}

#[test]
fn d11_a_medium_over_the_limit_becomes_a_link_with_name_and_size() {
    let bench = with_picture(kakaoish(), facts("image/jpeg", 5_000, 400, 400));
    let fitted = bench.fit(&said_then_picture());
    assert_eq!(plain(&fitted)[1], "a.jpg (5 KB)\nhttps://n.example/m/1/a.jpg");
    let change = &fitted.report.changes[0];
    assert_eq!(
        (change.rule.as_deref(), change.action, change.path.as_str()),
        (Some("D11"), Action::Linked, "/blocks/1")
    );
}

#[test]
fn a_medium_that_a_platform_cannot_draw_is_named_or_reported_as_lost() {
    let file =
        content(json!([{"type":"file","media":{"url":"https://a.example/x.pdf"},"name":"설명서.pdf"}]));
    assert_eq!(plain(&lineish().fit(&file)), ["설명서.pdf\nhttps://a.example/x.pdf"]);
    let sound = content(
        json!([{"type":"text","spans":[{"text":"듣기"}]},{"type":"audio","media":{"url":"https://a.example/x.mp3"}}]),
    );
    let fitted = kakaoish().fit(&sound);
    assert_eq!((fitted.parts.len(), fitted.report.lost[0].what.as_str()), (1, "audio"));
}

#[test]
fn a_caption_stands_with_its_picture_or_behind_it() {
    let said = content(json!([{"type":"image","media":{"url":PICTURE},"caption":"여름"}]));
    assert_eq!(plain(&kakaoish().fit(&said)), ["여름"]);
    assert_eq!(plain(&lineish().fit(&said)), ["", "여름"]);
}

#[test]
fn k10_cards_within_their_limits_stay() {
    let said = content(json!([{"type":"cards","layout":"carousel","cards":[
        {"title":"가","body":"1","buttons":[{"label":"보기","url":"https://a.example/"}]},{"title":"나","body":"2"}]}]));
    let fitted = kakaoish().fit(&said);
    assert_eq!(fitted.parts[0].kind(), PartKind::Cards);
    assert!(fitted.report.changes.is_empty());
}

#[test]
fn k10_too_many_cards_are_dealt_over_several_rows() {
    let cards: Vec<_> = (0..7).map(|n| json!({"title":n.to_string()})).collect();
    let fitted = kakaoish().fit(&content(json!([{"type":"cards","layout":"carousel","cards":cards}])));
    let sizes: Vec<_> = fitted
        .parts
        .iter()
        .map(|part| match &part.body {
            PartBody::Cards(cards) => cards.cards.len(),
            _ => 0,
        })
        .collect();
    assert_eq!(sizes, [3, 2, 2]);
    assert_eq!((rules(&fitted), fitted.report.changes[0].action), (vec!["K10"], Action::Split));
}

#[test]
fn k10_cards_over_a_limit_are_taken_apart_in_their_order() {
    let said = content(json!([{"type":"cards","layout":"carousel","cards":[
        {"title":"제목이 너무 길어요","body":"가","image":{"url":PICTURE},"buttons":[{"label":"보기","url":"https://a.example/"}]},
        {"title":"나","list":[{"title":"값","description":"1"}],"footnote":"끝"}]}]));
    let fitted = kakaoish().fit(&said);
    assert_eq!(
        plain(&fitted),
        ["제목이 너무 길어요\n가\n\n버튼을 눌러보세요[보기]\nhttps://a.example/", "나\n값: 1\n끝"]
    );
    assert!(matches!(fitted.parts[0].body, PartBody::Media { .. }));
    assert_eq!(rules(&fitted), ["K10", "D03"]);
    assert_eq!(fitted.report.changes[0].detail, "글과 그림으로 풀어 보냄 (카드 1: 제목 10 > 8)");
    assert_eq!(fitted.report.changes[1].path, "/blocks/0/cards/0/buttons/0");
}

#[test]
fn d07_a_form_becomes_its_questions_in_words() {
    let said = content(json!([{"type":"form","fields":[
        {"key":"a","label":"연락처","kind":"phone","required":true,"save_to":"contact.phone"},
        {"key":"b","label":"색","kind":"choice","options":["빨강","파랑"]}]}]));
    let fitted = kakaoish().fit(&said);
    assert_eq!(
        plain(&fitted),
        ["몇 가지 여쭤볼게요. 답장으로 알려 주세요.\n- 연락처\n- 색 (빨강 / 파랑) (선택)"]
    );
    assert_eq!(rules(&fitted), ["D07"]);
    assert_eq!(own().fit(&said).parts[0].kind(), PartKind::Form);
}

#[test]
fn a_place_becomes_a_name_and_a_map() {
    let said = content(json!([{"type":"location","latitude":35.1,"longitude":129.04,"title":"부산항"}]));
    let fitted = kakaoish().fit(&said);
    assert_eq!(plain(&fitted), ["[위치] 부산항\nhttps://map.kakao.com/link/map/35.1,129.04"]);
    assert_eq!(fitted.report.changes[0].action, Action::Linked);
    assert_eq!(lineish().fit(&said).parts[0].kind(), PartKind::Location);
}

#[test]
fn a_foreign_sticker_becomes_its_words() {
    let sticker = |alt: Option<&str>| {
        content(json!([{"type":"sticker","provider":"line","package_id":"1","sticker_id":"2","alt":alt}]))
    };
    assert_eq!(plain(&kakaoish().fit(&sticker(Some("안녕!")))), ["안녕!"]);
    assert_eq!(plain(&kakaoish().fit(&sticker(None))), ["[스티커]"]);
    assert_eq!(lineish().fit(&sticker(None)).parts[0].kind(), PartKind::Sticker);
    let foreign = json!([{"type":"sticker","provider":"kakao","package_id":"1","sticker_id":"2","alt":"응"}]);
    assert_eq!(plain(&lineish().fit(&content(foreign.clone()))), ["응"]);
    assert_eq!(plain(&kakaoish().fit(&content(foreign))), ["응"], "Kakao's consult chat sends no sticker");
}

#[test]
fn d10_long_words_are_split_at_sentences() {
    let sentence = "오늘 주문하신 상품이 출발했습니다. ";
    let fitted = kakaoish().fit(&Content::text(sentence.repeat(8)));
    assert_eq!(plain(&fitted).concat(), sentence.repeat(8));
    assert!(plain(&fitted).iter().all(|piece| piece.starts_with("오늘") && piece.ends_with(". ")));
    assert_eq!(rules(&fitted), ["D10"]);
    assert_eq!(fitted.report.changes[0].detail, "2개로 나눔 (각 100 utf16 이하)");
}

#[test]
fn d10_buttons_stay_with_the_last_piece() {
    let said = content(json!([{"type":"text","spans":[{"text":"가".repeat(150)}]},
        {"type":"replies","replies":[{"label":"예","value":"y"}]}]));
    let fitted = kakaoish().fit(&said);
    assert_eq!(fitted.parts.iter().map(|part| part.replies.len()).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn a_character_larger_than_a_part_is_cut_at_last_and_reported() {
    let giant = format!("e{}", "\u{301}".repeat(40));
    let fitted = bytes().fit(&Content::text(giant.clone()));
    assert_eq!(plain(&fitted).concat(), giant);
    assert!(fitted.report.changes.iter().any(|change| change.what == "grapheme"));
}

#[test]
fn what_nobody_can_send_goes_back_to_its_author() {
    let unknown = Content::block(crate::content::Block::Unsupported(crate::content::Unsupported {
        kind: "poll".to_owned(),
        raw: json!({}),
    }));
    let rejection = kakaoish().reject(&unknown);
    assert_eq!((rejection.path.as_str(), rejection.rule.as_str()), ("/blocks/0", "unsupported"));
    let failed = StoredMedia {
        id: MediaId(uuid::Uuid::from_u128(2)),
        state: Some(crate::content::MediaState::Failed),
        reason: None,
        mime: None,
        size: None,
    };
    let image = crate::content::MediaBlock::of(Media::Stored(failed));
    assert_eq!(kakaoish().reject(&Content::block(crate::content::Block::Image(image))).rule, "media");
    assert_eq!(kakaoish().reject(&Content::default()).rule, "text");
    let blank = content(json!([{"type":"text","spans":[{"variable":"contact.name"}]}]));
    assert_eq!(kakaoish().reject(&blank).rule, "text");
}

#[test]
fn a_raw_payload_is_drawn_alone_where_the_platform_takes_one() {
    let payload = json!({"type":"flex"});
    let twin = Content::text("영수증");
    let fitted =
        lineish().with(|context| fit_override(payload.clone(), &twin, context)).expect("it is taken");
    assert_eq!(fitted.parts[0].body, PartBody::Override(payload.clone()));
    let refused =
        kakaoish().with(|context| fit_override(payload.clone(), &twin, context)).expect_err("it is not");
    assert_eq!((refused.path.as_str(), refused.rule.as_str()), ("/channel_override", "channel_override"));
    let alone = lineish().with(|context| fit_override(payload.clone(), &Content::default(), context));
    assert!(alone.is_err(), "a payload without its twin would leave the history empty");
}

#[test]
fn a_rendition_is_the_interfaces() {
    use super::rendition::{ReplyHandle, rendition};
    let said =
        content(json!([{"type":"text","spans":[{"text":"hi"},{"mention":{"kind":"team","name":"배송"}}]}]));
    let shown = |bench: &Bench, said: &Content, handle| {
        bench
            .with(|context| serde_json::to_value(rendition(&fit(said, context), context, handle)))
            .expect("a rendition is JSON")
    };
    let shown_there = shown(&kakaoish(), &said, ReplyHandle::Fresh);
    assert_eq!(
        shown_there,
        json!({"verdict":"changed","parts":[{"kind":"text","path":"/blocks/0","text":"hi@배송",
            "size":{"value":5,"max":100,"unit":"utf16"},"buttons":[],"replies":[]}],"reason":null,
            "changes":[{"path":"/blocks/0/spans/1","what":"mention","action":"replaced","rule":"D01","detail":"@배송"}],
            "lost":[],"cost":{"class":"free_reply","segments":null,"encoding":null},"session":{"required":true}})
    );
    let sms = shown(&platforms::segments(), &Content::text("a".repeat(161)), ReplyHandle::None);
    assert_eq!(sms["cost"], json!({"class":"segments","segments":2,"encoding":"gsm7"}));
    assert_eq!(
        (&sms["verdict"], &sms["parts"][0]["size"]["unit"]),
        (&json!("as_is"), &json!("sms_segments"))
    );
    let none = shown(&kakaoish(), &Content::default(), ReplyHandle::None);
    assert_eq!((&none["verdict"], &none["reason"]["rule"]), (&json!("rejected"), &json!("text")));
}
