use bytes::Bytes;
use serde_json::json;

use super::*;
use crate::sandbox::kakao::files::Stored;

const BASE: &str = "http://127.0.0.1:1/kakao";

fn files() -> (Files, [String; 4]) {
    let mut files = Files::default();
    let urls = [Purpose::Image, Purpose::RichImage, Purpose::File, Purpose::Audio].map(|purpose| {
        let file = Stored {
            name: "a b.bin".to_owned(),
            mime: "x/y".to_owned(),
            bytes: Bytes::from_static(b"x"),
            purpose,
        };
        format!("{BASE}{}", files.keep(file))
    });
    (files, urls)
}

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        other => panic!("expected an object, found {other}"),
    }
}

#[test]
fn d10_a_thousand_characters_pass_and_one_more_does_not() {
    let (files, _) = files();
    let uploads = Uploads { files: &files, base: BASE };
    let write = |text: String| classic(&fields(json!({"message_type": "TX", "message": text})), uploads);
    assert_eq!(write("가".repeat(1_000)), Ok(()));
    assert_eq!(write("가".repeat(1_001)), Err(Refusal::TooLong));
    assert_eq!(write("👍".repeat(501)), Err(Refusal::TooLong));
    assert_eq!(write(String::new()), Err(Refusal::Message));
}

#[test]
fn only_files_on_kakaos_own_servers_are_taken_and_only_for_their_use() {
    let (files, [plain, rich, file, audio]) = files();
    let uploads = Uploads { files: &files, base: BASE };
    let write = |body: Value| classic(&fields(body), uploads);
    assert_eq!(write(json!({"message_type": "IM", "image_url": plain})), Ok(()));
    for other in
        [rich.as_str(), file.as_str(), "https://shop.example/a.jpg", "http://127.0.0.1:1/kakao/dn/99/x"]
    {
        assert_eq!(write(json!({"message_type": "IM", "image_url": other})), Err(Refusal::Image), "{other}");
    }
    assert_eq!(write(json!({"message_type": "LI", "message": "a", "image_url": rich})), Ok(()));
    assert_eq!(write(json!({"message_type": "LI", "message": "a", "image_url": plain})), Err(Refusal::Image));
    let named = |kind, url| json!({"message_type": kind, "file_url": url, "file_name": "a", "file_size": 1});
    assert_eq!(write(named("FI", &file)), Ok(()));
    assert_eq!(write(named("AU", &audio)), Ok(()));
    assert_eq!(write(named("FI", &audio)), Err(Refusal::Message));
    assert_eq!(write(json!({"message_type": "FI", "file_url": file})), Err(Refusal::Message));
}

#[test]
fn k06_five_buttons_with_captions_and_metadata_within_their_limits() {
    let (files, _) = files();
    let uploads = Uploads { files: &files, base: BASE };
    let write = |links: Value| {
        classic(&fields(json!({"message_type": "LI", "message": "a", "links": links})), uploads)
    };
    let reply = |name: &str, extra: &str| json!({"name": name, "type": "BK", "extra": extra});
    assert_eq!(write(json!([reply("예", "yes_1")])), Ok(()));
    assert_eq!(write(json!(vec![reply("예", "y"); 5])), Ok(()));
    assert_eq!(write(json!(vec![reply("예", "y"); 6])), Err(Refusal::Message));
    assert_eq!(write(json!([])), Err(Refusal::Message));
    assert_eq!(write(json!([reply(&"가".repeat(29), "y")])), Err(Refusal::Message));
    assert_eq!(write(json!([reply("예", "no spaces")])), Err(Refusal::Message));
    assert_eq!(write(json!([reply("예", &"y".repeat(51))])), Err(Refusal::Message));
    assert_eq!(write(json!([{"name": "보기", "type": "WL"}])), Err(Refusal::Message));
    assert_eq!(
        write(json!([{"name": "보기", "type": "WL", "url_mobile": "shop://x"}])),
        Err(Refusal::Message)
    );
}

#[test]
fn k08_to_k11_rich_bubbles_keep_their_limits() {
    let (files, [_, rich, ..]) = files();
    let uploads = Uploads { files: &files, base: BASE };
    let write = |body: Value| bubbles::rich(&fields(body), uploads);
    let image = json!({"image": {"img_url": rich}});
    let wide = |text: &str| json!({"chat_bubble_type": "WIDE_IMAGE", "message": text, "attachment": image});
    assert_eq!(write(wide(&"가".repeat(76))), Ok(()));
    assert_eq!(write(wide(&"가".repeat(77))), Err(Refusal::TooLong));
    let cards = |count: usize| {
        let card = json!({"header": "a", "message": "b", "attachment": image});
        json!({"chat_bubble_type": "CAROUSEL_FEED", "carousel": {"list": vec![card; count]}})
    };
    assert_eq!([1, 2, 6, 7].map(|count| write(cards(count)).is_ok()), [false, true, true, false]);
    let items = |count: usize| {
        let item = json!({"title": "가".repeat(25), "img_url": rich});
        json!({"chat_bubble_type": "WIDE_ITEM_LIST", "header": "h", "attachment": {"item": {"list": vec![item; count]}}})
    };
    assert_eq!([2, 3, 4, 5].map(|count| write(items(count)).is_ok()), [false, true, true, false]);
    let lines = |title: &str| {
        let line = json!({"title": title, "description": "b"});
        json!({"chat_bubble_type": "ITEM_LIST", "header": "h", "attachment": {"item": {"list": [line, line]}}})
    };
    assert_eq!(write(lines("여섯글자제목")), Ok(()));
    assert_eq!(write(lines("일곱글자제목임")), Err(Refusal::TooLong));
}
