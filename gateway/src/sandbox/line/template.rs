//! Holds templates, Flex messages, quick replies and their actions against LINE's limits.

use std::collections::BTreeSet;

use naru_core::capabilities::Unit;
use serde_json::Value;

use super::check::Faults;

/// Where an action stands: what it may be, and how long its label.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Template,
    ImageColumn,
    QuickReply,
    Flex,
}

/// A template message's template.
pub(super) fn template(faults: &mut Faults, template: &Value, at: &str) {
    match template["type"].as_str().unwrap_or_default() {
        "buttons" => {
            words(faults, template, at, 160);
            let list = faults.list(template, "actions", at, 1..=4);
            actions(faults, list, at, Place::Template);
        }
        "confirm" => {
            faults.text(template, "text", at, 240, Unit::Graphemes);
            let list = faults.list(template, "actions", at, 2..=2);
            actions(faults, list, at, Place::Template);
        }
        "carousel" => carousel(faults, template, at),
        "image_carousel" => {
            for (index, column) in faults.list(template, "columns", at, 1..=10).iter().enumerate() {
                let at = format!("{at}.columns[{index}]");
                faults.address(column, "imageUrl", &at);
                action(faults, &column["action"], &format!("{at}.action"), Place::ImageColumn);
            }
        }
        other => faults.add(format!("{at}.type"), format!("Unknown template type: {other}")),
    }
}

/// Text, head and picture of a template or a column.
fn words(faults: &mut Faults, object: &Value, at: &str, alone: usize) {
    let beside = !object["title"].is_null() || !object["thumbnailImageUrl"].is_null();
    faults.text(object, "text", at, if beside { 60 } else { alone }, Unit::Graphemes);
    faults.maybe_text(object, "title", at, 40, Unit::Graphemes);
    if !object["thumbnailImageUrl"].is_null() {
        faults.address(object, "thumbnailImageUrl", at);
    }
}

fn carousel(faults: &mut Faults, template: &Value, at: &str) {
    let mut looks = BTreeSet::new();
    for (index, column) in faults.list(template, "columns", at, 1..=10).iter().enumerate() {
        let at = format!("{at}.columns[{index}]");
        words(faults, column, &at, 120);
        let list = faults.list(column, "actions", &at, 1..=3);
        actions(faults, list, &at, Place::Template);
        looks.insert((list.len(), column["title"].is_null(), column["thumbnailImageUrl"].is_null()));
    }
    if looks.len() > 1 {
        faults.add(
            format!("{at}.columns"),
            "Columns must have the same number of actions, all a title or none, all an image or none",
        );
    }
}

/// A Flex message's contents.
pub(super) fn flex(faults: &mut Faults, contents: &Value, at: &str) {
    let most = match contents["type"].as_str().unwrap_or_default() {
        "bubble" => {
            bubble(faults, contents, at);
            30_000
        }
        "carousel" => {
            for (index, one) in faults.list(contents, "contents", at, 1..=12).iter().enumerate() {
                bubble(faults, one, &format!("{at}.contents[{index}]"));
            }
            50_000
        }
        other => return faults.add(format!("{at}.type"), format!("Unknown container type: {other}")),
    };
    if contents.to_string().len() > most {
        faults.add(at, format!("Size must be at most {most} bytes"));
    }
}

fn bubble(faults: &mut Faults, bubble: &Value, at: &str) {
    if bubble["type"] != "bubble" {
        faults.add(format!("{at}.type"), "Must be bubble");
    }
    for block in ["header", "hero", "body", "footer"] {
        if !bubble[block].is_null() {
            component(faults, &bubble[block], &format!("{at}.{block}"));
        }
    }
}

fn component(faults: &mut Faults, of: &Value, at: &str) {
    match of["type"].as_str().unwrap_or_default() {
        "box" => {
            for (index, inner) in of["contents"].as_array().into_iter().flatten().enumerate() {
                component(faults, inner, &format!("{at}.contents[{index}]"));
            }
        }
        "text" if of["contents"].is_null() => faults.text(of, "text", at, 5_000, Unit::Utf16),
        "image" => faults.address(of, "url", at),
        "button" => action(faults, &of["action"], &format!("{at}.action"), Place::Flex),
        "text" | "icon" | "separator" | "filler" | "span" | "video" => {}
        other => faults.add(format!("{at}.type"), format!("Unknown component type: {other}")),
    }
}

/// A message's quick replies.
pub(super) fn quick_reply(faults: &mut Faults, quick: &Value, at: &str) {
    for (index, item) in faults.list(quick, "items", at, 1..=13).iter().enumerate() {
        let at = format!("{at}.items[{index}]");
        if item["type"] != "action" {
            faults.add(format!("{at}.type"), "Must be action");
        }
        action(faults, &item["action"], &format!("{at}.action"), Place::QuickReply);
    }
}

fn actions(faults: &mut Faults, list: &[Value], at: &str, place: Place) {
    for (index, one) in list.iter().enumerate() {
        action(faults, one, &format!("{at}.actions[{index}]"), place);
    }
}

fn action(faults: &mut Faults, action: &Value, at: &str, place: Place) {
    match place {
        Place::ImageColumn => faults.maybe_text(action, "label", at, 12, Unit::Graphemes),
        Place::Flex => faults.text(action, "label", at, 40, Unit::Graphemes),
        Place::Template | Place::QuickReply => faults.text(action, "label", at, 20, Unit::Graphemes),
    }
    match action["type"].as_str().unwrap_or_default() {
        "postback" => {
            faults.text(action, "data", at, 300, Unit::Utf16);
            faults.maybe_text(action, "displayText", at, 300, Unit::Graphemes);
            if !action["text"].is_null() && !action["displayText"].is_null() {
                faults.add(at, "text and displayText exclude each other");
            }
        }
        "message" => faults.text(action, "text", at, 300, Unit::Graphemes),
        "uri" => uri(faults, action, at),
        "datetimepicker" => {
            faults.text(action, "data", at, 300, Unit::Utf16);
            if !matches!(action["mode"].as_str(), Some("date" | "time" | "datetime")) {
                faults.add(format!("{at}.mode"), "Must be date, time or datetime");
            }
        }
        "clipboard" => faults.text(action, "clipboardText", at, 1_000, Unit::Utf16),
        "camera" | "cameraRoll" | "location" if place == Place::QuickReply => {}
        other => faults.add(format!("{at}.type"), format!("This action cannot stand here: {other}")),
    }
}

fn uri(faults: &mut Faults, action: &Value, at: &str) {
    faults.text(action, "uri", at, 1_000, Unit::Utf16);
    let uri = action["uri"].as_str().unwrap_or_default();
    let scheme = uri.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    if !matches!(scheme.as_deref(), Some("http" | "https" | "line" | "tel")) {
        faults.add(format!("{at}.uri"), "Invalid action URI");
    } else if !uri.bytes().all(|byte| byte.is_ascii_graphic()) {
        faults.add(format!("{at}.uri"), "Must be percent-encoded");
    }
}
