use serde_json::json;

use super::*;
use crate::content::Block;

fn problems(blocks: &Value) -> Vec<(String, String)> {
    read_content(&json!({ "blocks": blocks }))
        .expect_err("the document does not fit")
        .into_iter()
        .map(|problem| (problem.pointer, problem.detail))
        .collect()
}

fn pointers(blocks: &Value) -> Vec<String> {
    problems(blocks).into_iter().map(|(pointer, _)| pointer).collect()
}

#[test]
fn the_interfaces_document_reads_and_writes_back_as_itself() {
    let document = json!({"blocks":[
      {"type":"text","spans":[{"text":"안녕하세요 "},{"mention":{"kind":"manager","name":"김매니저"}},{"text":"중요","marks":["bold"]},{"text":"여기","link":"https://example.com"},{"variable":"contact.name","fallback":"고객"}]},
      {"type":"buttons","buttons":[{"label":"배송 조회","url":"https://example.com/track","color":"blue"}]},
      {"type":"replies","replies":[{"label":"예","value":"yes"},{"label":"아니오","value":"no"}]},
      {"type":"image","media":{"url":"https://example.com/a.png"},"alt":"사진"},
      {"type":"file","media":{"id":"0192f0c1-2345-7890-abcd-0123456789ab"},"name":"a.pdf"},
      {"type":"form","fields":[{"key":"phone","label":"연락처","kind":"phone","required":true,"save_to":"contact.phone"}]},
      {"type":"cards","layout":"carousel","cards":[{"title":"가","body":"나","image":{"url":"https://example.com/b.png"},"buttons":[{"label":"보기","url":"https://example.com"}]}]},
      {"type":"location","latitude":37.5,"longitude":127.0,"title":"서울"},
      {"type":"sticker","provider":"line","package_id":"1","sticker_id":"2","alt":"안녕"}
    ]});
    let content = read_content(&document).expect("the document fits");
    assert_eq!(serde_json::to_value(&content).expect("content is JSON"), document);
}

#[test]
fn short_forms_are_read() {
    assert_eq!(read_content(&json!({"text":"**a**"})), Ok(Content::text("**a**")));
    let content = read_content(&json!({"markdown":"**a**"})).expect("it fits");
    assert!(
        matches!(&content.blocks[0], Block::Text(text) if text.spans[0] != crate::content::Span::plain("**a**"))
    );
    assert!(read_content(&json!({"markdown":"{{contact.name}}"})).is_ok());
}

#[test]
fn a_document_of_no_form_is_refused() {
    for (document, pointer) in [
        (json!([]), ""),
        (json!({}), ""),
        (json!({"text":"a","markdown":"a"}), ""),
        (json!({"text":" "}), "/text"),
        (json!({"text":7}), "/text"),
        (json!({"blocks":[]}), "/blocks"),
        (json!({"blocks":{}}), "/blocks"),
        (json!({"text":"a\u{0}"}), "/text"),
        (json!({"text":"a","extra":1}), "/extra"),
    ] {
        let found = read_content(&document).expect_err("it does not fit");
        assert_eq!(found[0].pointer, pointer, "{document}");
    }
}

#[test]
fn every_problem_is_found_with_its_pointer() {
    let found = problems(&json!([
        {"type":"text","spans":[{"text":"a","marks":["fat"]},{"text":1}]},
        {"type":"buttons","buttons":[{"label":"","url":"https://a.example"},{"label":"b","url":"javascript:alert(1)"}]},
        {"type":"movie"},
        7
    ]));
    assert_eq!(
        found.iter().map(|(pointer, _)| pointer.as_str()).collect::<Vec<_>>(),
        [
            "/blocks/0/spans/0/marks/0",
            "/blocks/0/spans/1/text",
            "/blocks/1/buttons/0/label",
            "/blocks/1/buttons/1/url",
            "/blocks/2/type",
            "/blocks/3"
        ]
    );
    assert_eq!(found[2].1, "expected words, found an empty text");
    assert_eq!(found[3].1, "expected an http or https address, found \"javascript:alert(1)\"");
    assert!(found[4].1.starts_with("expected one of \"text\", \"buttons\""), "{}", found[4].1);
    assert_eq!(found[5].1, "expected an object, found 7");
}

#[test]
fn unknown_keys_are_refused_where_they_stand() {
    assert_eq!(
        pointers(&json!([{"type":"text","spans":[{"text":"a","bold":true}]}])),
        ["/blocks/0/spans/0/bold"]
    );
    assert_eq!(pointers(&json!([{"type":"text","spans":[{"text":"a"}],"a/b":1}])), ["/blocks/0/a~1b"]);
    assert_eq!(pointers(&json!([{"type":"unsupported","kind":"x","raw":{}}])), ["/blocks/0/type"]);
    assert_eq!(
        pointers(&json!([{"type":"image","media":{"reference":"1"}}])),
        ["/blocks/0/media/reference", "/blocks/0/media"]
    );
}

#[test]
fn l02_more_than_ten_replies_are_refused() {
    let replies: Vec<_> = (0..11).map(|n| json!({"label":format!("{n}"),"value":"v"})).collect();
    assert_eq!(
        problems(&json!([{"type":"replies","replies":replies}])),
        [("/blocks/0/replies".to_owned(), "expected 1 to 10 entries, found 11".to_owned())]
    );
}

#[test]
fn l01_more_than_four_questions_are_refused() {
    let field = |n: u8| json!({"key":n.to_string(),"label":"l","kind":"text"});
    let fields: Vec<_> = (0..5).map(field).collect();
    assert_eq!(pointers(&json!([{"type":"form","fields":fields}])), ["/blocks/0/fields"]);
    assert_eq!(pointers(&json!([{"type":"form","fields":[field(1), field(1)]}])), ["/blocks/0/fields/1/key"]);
    let choice = json!({"key":"a","label":"l","kind":"choice","save_to":"order.x"});
    assert_eq!(
        pointers(&json!([{"type":"form","fields":[choice]}])),
        ["/blocks/0/fields/0/save_to", "/blocks/0/fields/0/options"]
    );
}

#[test]
fn values_out_of_range_are_refused() {
    let place = json!([{"type":"location","latitude":90.5,"longitude":-181}]);
    assert_eq!(pointers(&place), ["/blocks/0/latitude", "/blocks/0/longitude"]);
    let many: Vec<_> = (0..=MAX_BLOCKS).map(|_| json!({"type":"text","spans":[{"text":"a"}]})).collect();
    assert_eq!(pointers(&json!(many)), ["/blocks"]);
    assert_eq!(pointers(&json!([{"type":"text","spans":[{"text":" "},{"text":"\n"}]}])), ["/blocks/0/spans"]);
    assert_eq!(pointers(&json!([{"type":"cards","layout":"wide","cards":[{}]}])), ["/blocks/0/cards/0"]);
}

#[test]
fn only_web_addresses_are_taken() {
    for (url, good) in [
        ("https://a.example", true),
        ("HTTP://a.example:80/x?y#z", true),
        ("https://", false),
        ("https:///x", false),
        ("https://user@", false),
        ("ftp://a.example", false),
        ("//a.example", false),
        ("https://a example", false),
        ("https://a.example/\u{7}", false),
    ] {
        let content = json!({"blocks":[{"type":"buttons","buttons":[{"label":"a","url":url}]}]});
        assert_eq!(read_content(&content).is_ok(), good, "{url}");
    }
}

#[test]
fn a_text_block_may_bring_the_composers_markdown_beside_other_blocks() {
    let content = read_content(&json!({"blocks": [
        {"type": "text", "markdown": "**굵게** 그냥"},
        {"type": "replies", "replies": [{"label": "예", "value": "yes"}]}
    ]}))
    .expect("it fits");
    let Block::Text(text) = &content.blocks[0] else { panic!("expected a text") };
    assert_eq!(text.spans.len(), 2);
    assert_eq!(content.blocks.len(), 2);
    assert_eq!(pointers(&json!([{"type": "text", "markdown": " "}])), ["/blocks/0/markdown"]);
    assert_eq!(pointers(&json!([{"type": "text", "markdown": "a", "spans": []}])), ["/blocks/0/spans"]);
}
