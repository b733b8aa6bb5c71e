//! The check against OpenAPI documents rejects what is broken, and nothing else.

use naru_contract_tests::openapi::{self, Document};
use naru_core::adapter::{Body, Signed};
use serde_json::{Value, json};

const DOCUMENT: &str = r##"
openapi: 3.0.0
servers: [{url: "https://api.toy.example"}]
paths:
  /v1/letters/{id}:
    post:
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, pattern: "^[a-z]{3}$"}}
        - {name: copies, in: query, schema: {type: integer, minimum: 1, maximum: 9}}
        - {name: X-Line-Key, in: header, required: true, schema: {type: string, format: uuid}}
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: "#/components/schemas/Letter"}}
    get: {}
  /v1/stamps:
    post:
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema: {oneOf: [{$ref: "#/components/schemas/Coin"}, {$ref: "#/components/schemas/Card"}]}
components:
  schemas:
    Letter:
      type: object
      required: [pages]
      properties:
        pages: {type: array, minItems: 1, maxItems: 2, items: {$ref: "#/components/schemas/Page"}}
        urgent: {type: boolean}
        seal: {type: string, nullable: true}
        notes: {type: object, additionalProperties: {type: string}}
    Page:
      type: object
      required: [type]
      properties: {type: {type: string}}
      discriminator:
        propertyName: type
        mapping: {words: "#/components/schemas/Words", picture: "#/components/schemas/Picture"}
    Words:
      type: object
      required: [text]
      allOf:
        - $ref: "#/components/schemas/Page"
        - type: object
          properties:
            text: {type: string, minLength: 1, maxLength: 4}
            label: {type: string, maxLength: 2}
            ink: {type: string, enum: [black, blue]}
    Picture:
      type: object
      required: [url]
      allOf:
        - $ref: "#/components/schemas/Page"
        - {type: object, properties: {url: {type: string, format: uri}}}
    Coin: {type: object, required: [coin], properties: {coin: {type: string, enum: [gold]}}}
    Card: {type: object, required: [card], properties: {card: {type: string}}}
"##;

fn call(method: &str, path: &str, body: Body) -> Signed {
    let key = ("x-line-key".to_owned(), "019aa4f0-0000-7000-8000-000000000001".to_owned());
    Signed {
        method: method.to_owned(),
        url: format!("https://api.toy.example{path}"),
        headers: vec![("authorization".to_owned(), "Bearer t".to_owned()), key],
        body,
    }
}

fn letter(body: &Value) -> Signed {
    call("POST", "/v1/letters/abc", Body::Json(body.clone()))
}

fn faults(call: &Signed) -> Vec<String> {
    openapi::faults(&[Document::parse(DOCUMENT).expect("the document is valid")], call)
}

#[test]
fn a_call_that_fits_has_no_fault() {
    let page = json!({"type": "words", "text": "가나다라", "label": "👨‍👩‍👧가", "ink": "blue"});
    let picture = json!({"type": "picture", "url": "https://toy.example/p"});
    for body in [
        json!({"pages": [page]}),
        json!({"pages": [picture, page], "urgent": true, "seal": null, "notes": {"any": "thing"}}),
    ] {
        assert_eq!(faults(&letter(&body)), Vec::<String>::new());
    }
    let form = Body::Form(vec![("coin".to_owned(), "gold".to_owned())]);
    let stamps = Signed { headers: Vec::new(), ..call("POST", "/v1/stamps", form) };
    assert_eq!(faults(&stamps), Vec::<String>::new());
}

#[test]
fn every_broken_body_is_named_with_its_place() {
    let words = |change: Value| {
        let mut page = json!({"type": "words", "text": "a"});
        for (name, value) in change.as_object().expect("a change is an object") {
            page[name] = value.clone();
        }
        json!({"pages": [page]})
    };
    let picture = json!({"type": "picture", "url": "https://toy.example/p"});
    for (body, expected) in [
        (json!({}), ": expected \"pages\", found none"),
        (json!([]), ": expected object, found []"),
        (json!({"pages": []}), "/pages: expected a size of 1 to 2, found 0"),
        (json!({"pages": [picture, picture, picture]}), "/pages: expected a size of 1 to 2, found 3"),
        (json!({"pages": [{"text": "a"}]}), "/pages/0: expected \"type\", found none"),
        (
            json!({"pages": [{"type": "sound"}]}),
            "/pages/0: \"type\": expected one of picture, words, found \"sound\"",
        ),
        (json!({"pages": [{"type": "words"}]}), "/pages/0: expected \"text\", found none"),
        (
            json!({"pages": [{"type": "picture", "url": "nowhere"}]}),
            "/pages/0/url: expected uri, found \"nowhere\"",
        ),
        (words(json!({"text": "😀😀a"})), "/pages/0/text: expected a size of 1 to 4, found 5"),
        (words(json!({"text": ""})), "/pages/0/text: expected a size of 1 to 4, found 0"),
        (words(json!({"text": 7})), "/pages/0/text: expected string, found 7"),
        (words(json!({"label": "가나다"})), "/pages/0/label: expected a size of  to 2, found 3"),
        (words(json!({"ink": "red"})), "/pages/0/ink: expected one of [\"black\",\"blue\"], found \"red\""),
        (words(json!({"txet": "a"})), "/pages/0: \"txet\" is not known here"),
        (json!({"pages": [picture], "urgent": "yes"}), "/urgent: expected boolean, found \"yes\""),
        (json!({"pages": [picture], "urgent": null}), "/urgent: expected boolean, found null"),
        (json!({"pages": [picture], "notes": {"a": 1}}), "/notes/a: expected string, found 1"),
    ] {
        assert_eq!(faults(&letter(&body)), [expected], "{body}");
    }
}

#[test]
fn every_broken_address_header_and_kind_of_body_is_named() {
    let good = Body::Json(json!({"pages": [{"type": "words", "text": "a"}]}));
    let wrong_key = Signed {
        headers: vec![("x-line-key".to_owned(), "7".to_owned())],
        ..call("POST", "/v1/letters/abc", good.clone())
    };
    let no_key = Signed { headers: Vec::new(), ..call("POST", "/v1/letters/abc", good.clone()) };
    let elsewhere =
        Signed { url: "https://toy.example/v1/letters/abc".to_owned(), ..call("POST", "", good.clone()) };
    let two_coins =
        Body::Form(vec![("coin".to_owned(), "gold".to_owned()), ("card".to_owned(), "1".to_owned())]);
    let no_coin = Body::Form(vec![("coin".to_owned(), "tin".to_owned())]);
    let stamps = |body| Signed { headers: Vec::new(), ..call("POST", "/v1/stamps", body) };
    for (call, expected) in [
        (
            call("POST", "/v1/letters", good.clone()),
            "there is no operation POST https://api.toy.example/v1/letters",
        ),
        (
            call("PUT", "/v1/letters/abc", good.clone()),
            "there is no operation PUT https://api.toy.example/v1/letters/abc",
        ),
        (elsewhere, "there is no operation POST https://toy.example/v1/letters/abc"),
        (call("POST", "/v1/letters/ABC", good.clone()), "parameter id: expected ^[a-z]{3}$, found \"ABC\""),
        (
            call("POST", "/v1/letters/abc?copies=10", good.clone()),
            "parameter copies: expected 1 to 9, found 10",
        ),
        (call("POST", "/v1/letters/abc?copys=1", good.clone()), "parameter copys is not known"),
        (wrong_key, "parameter X-Line-Key: expected uuid, found \"7\""),
        (no_key, "parameter X-Line-Key is missing"),
        (call("POST", "/v1/letters/abc", Body::Empty), "expected a body, found none"),
        (
            call("POST", "/v1/letters/abc", Body::Form(Vec::new())),
            "expected one of application/json, found application/x-www-form-urlencoded",
        ),
        (
            Signed { headers: Vec::new(), ..call("GET", "/v1/letters/abc", good) },
            "expected no body, found application/json",
        ),
        (stamps(two_coins), ": fits none of 2 choices; the nearest says : \"card\" is not known here"),
        (
            stamps(no_coin),
            ": fits none of 2 choices; the nearest says : expected one of [\"gold\"], found \"tin\"",
        ),
    ] {
        let found = faults(&call);
        assert!(
            found.iter().any(|fault| fault.starts_with(expected.split(" says ").next().unwrap_or(expected))),
            "expected {expected}, found {found:?}"
        );
        assert_eq!(found.len(), 1, "{found:?}");
    }
}

#[test]
fn a_file_that_is_no_document_is_refused() {
    assert!(Document::parse("openapi: [").is_err());
    assert!(Document::parse("title: a letter").is_err());
}

/// LINE's own documents, where the environment names them: broken pushes are refused, so that a pass means something.
#[test]
fn lines_own_documents_refuse_broken_pushes() {
    let Some(folder) = openapi::line_folder() else { return };
    let documents = openapi::line(&folder).expect("LINE's documents can be read");
    let push = |body: Value| Signed {
        method: "POST".to_owned(),
        url: "https://api.line.me/v2/bot/message/push".to_owned(),
        headers: vec![("x-line-retry-key".to_owned(), "019aa4f0-0000-7000-8000-000000000001".to_owned())],
        body: Body::Json(body),
    };
    let text = json!({"type": "text", "text": "안녕하세요"});
    assert_eq!(
        openapi::faults(&documents, &push(json!({"to": "U1", "messages": [text]}))),
        Vec::<String>::new()
    );
    for (body, expected) in [
        (json!({"messages": [text]}), ": expected \"to\", found none"),
        (json!({"to": "U1", "messages": []}), "/messages: expected a size of 1 to 5, found 0"),
        (
            json!({"to": "U1", "messages": vec![text.clone(); 6]}),
            "/messages: expected a size of 1 to 5, found 6",
        ),
        (json!({"to": "U1", "messages": [{"type": "text"}]}), "/messages/0: expected \"text\", found none"),
        (
            json!({"to": "U1", "messages": [{"type": "text", "txt": "a", "text": "a"}]}),
            "/messages/0: \"txt\" is not known here",
        ),
        (
            json!({"to": "U1", "messages": [{"type": "location", "title": "a", "address": "b", "latitude": "37", "longitude": 1.5}]}),
            "/messages/0/latitude: expected number, found \"37\"",
        ),
        (
            json!({"to": "U1", "messages": [{"type": "template", "altText": "a", "template": {"type": "button"}}]}),
            "/messages/0/template: \"type\": expected one of buttons, carousel, confirm, image_carousel, found \"button\"",
        ),
    ] {
        assert_eq!(openapi::faults(&documents, &push(body.clone())), [expected], "{body}");
    }
    let reply = Signed {
        url: "https://api.line.me/v2/bot/message/reply".to_owned(),
        ..push(json!({"replyToken": "r", "messages": [text]}))
    };
    assert_eq!(openapi::faults(&documents, &reply), ["parameter x-line-retry-key is not known"]);
}
