//! What LINE takes and what it refuses, by size, shape and spelling.

use serde_json::{Value, json};

use crate::sandbox::line::check;

/// The faults that LINE would name, by their places.
fn faults(messages: &Value) -> Vec<String> {
    let body = check::messages(messages, true).answer().unwrap_or_default();
    let details = body["details"].as_array().cloned().unwrap_or_default();
    details.iter().filter_map(|detail| detail["property"].as_str().map(str::to_owned)).collect()
}

fn action(label: &str) -> Value {
    json!({"type": "uri", "label": label, "uri": "https://example.com/"})
}

fn template(template: &Value) -> Value {
    json!([{"type": "template", "altText": "대신하는 글", "template": template}])
}

#[test]
fn sizes_of_messages_are_counted_in_lines_own_units() {
    let none: Vec<String> = Vec::new();
    let text = |text: String| json!([{"type": "text", "text": text}]);
    assert_eq!(faults(&text("👍".repeat(2_500))), none);
    assert_eq!(faults(&text("👍".repeat(2_501))), ["messages[0].text"]);
    assert_eq!(faults(&text(String::new())), ["messages[0].text"]);
    assert_eq!(faults(&json!([])), ["messages"]);
    let six = Value::Array((0..6).map(|_| json!({"type": "text", "text": "a"})).collect());
    assert_eq!(faults(&six), ["messages"]);
    let buttons = |words: usize, count: usize| {
        let actions: Vec<_> = (0..count).map(|_| action("보기")).collect();
        faults(&template(&json!({"type": "buttons", "text": "👨‍👩‍👧".repeat(words), "actions": actions})))
    };
    assert_eq!(buttons(160, 4), none, "graphemes, not units");
    assert_eq!(buttons(161, 4), ["messages[0].template.text"]);
    assert_eq!(buttons(1, 5), ["messages[0].template.actions"]);
    assert_eq!(buttons(1, 0), ["messages[0].template.actions"]);
    let long = template(&json!({"type": "buttons", "text": "a", "actions": [action(&"가".repeat(21))]}));
    assert_eq!(faults(&long), ["messages[0].template.actions[0].label"]);
}

#[test]
fn columns_must_be_alike_and_addresses_encoded() {
    let none: Vec<String> = Vec::new();
    let column = |count: usize| {
        let actions: Vec<_> = (0..count).map(|_| action("보기")).collect();
        json!({"text": "상품", "actions": actions})
    };
    let carousel = |columns: Vec<Value>| faults(&template(&json!({"type": "carousel", "columns": columns})));
    assert_eq!(carousel(vec![column(2), column(2)]), none);
    assert_eq!(carousel(vec![column(2), column(1)]), ["messages[0].template.columns"]);
    let image = |url: &str| {
        faults(
            &json!([{"type": "image", "originalContentUrl": url, "previewImageUrl": "https://x.example/p.jpg"}]),
        )
    };
    assert_eq!(image("https://x.example/%EA%B0%80.jpg"), none);
    assert_eq!(image("http://127.0.0.1:8080/m/a.jpg"), none, "the sandbox's own files");
    for bad in ["http://x.example/a.jpg", "https://x.example/가.jpg", "a.jpg"] {
        assert_eq!(image(bad), ["messages[0].originalContentUrl"], "{bad}");
    }
    let audio = json!([{"type": "audio", "originalContentUrl": "https://x.example/a.m4a"}]);
    assert_eq!(faults(&audio), ["messages[0].duration"]);
    assert_eq!(faults(&json!([{"type": "file"}])), ["messages[0].type"]);
}

#[test]
fn every_send_fixture_is_taken_as_it_is() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/line/send");
    let mut seen = 0;
    for case in std::fs::read_dir(root).expect("the fixtures").flatten() {
        let Ok(calls) = std::fs::read_to_string(case.path().join("calls.http")) else { continue };
        for call in calls.split("### ").skip(1) {
            let Some((_, body)) = call.split_once("\n\n") else { continue };
            let body: Value = serde_json::from_str(body).expect("a JSON body");
            let to_person = body["to"].as_str().is_none_or(|to| to.starts_with('U'));
            let found = check::messages(&body["messages"], to_person).answer();
            assert_eq!(found, None, "{}", case.path().display());
            seen += 1;
        }
    }
    assert!(seen > 50, "found only {seen} calls");
}
