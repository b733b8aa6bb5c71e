//! The passes, one by one, over invented platforms.

mod laws;
mod platforms;
mod talk;
mod things;

use std::collections::BTreeMap;

use platforms::{kakaoish, lineish, own};

use super::*;
use crate::content::{Content, read_content};
use serde_json::json;

fn content(blocks: impl Into<serde_json::Value>) -> Content {
    read_content(&json!({ "blocks": blocks.into() })).expect("the test's content is valid")
}

fn plain(fitted: &Fitted) -> Vec<String> {
    fitted.parts.iter().map(Part::plain).collect()
}

fn rules(fitted: &Fitted) -> Vec<&str> {
    fitted.report.changes.iter().filter_map(|change| change.rule.as_deref()).collect()
}
