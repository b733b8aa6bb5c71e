//! Checks a call against a platform's own OpenAPI document: is there such an operation, and does the body fit it?
//!
//! Stricter than OpenAPI asks for: a property that no schema names is a fault, because in a call of ours it is a
//! misspelling.

mod document;
mod schema;

pub use document::Document;

use std::path::PathBuf;

use naru_core::adapter::{Body, Signed};
use serde_json::{Map, Value};

/// The variable that names the folder of LINE's OpenAPI files.
pub const LINE_FOLDER: &str = "NARU_LINE_OPENAPI";

/// The folder of LINE's OpenAPI files, where the environment names one. A relative one counts from the workspace.
pub fn line_folder() -> Option<PathBuf> {
    let folder = std::env::var_os(LINE_FOLDER).filter(|folder| !folder.is_empty())?;
    Some(PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join(folder))
}

/// Reads LINE's documents from a folder.
pub fn line(folder: &std::path::Path) -> Result<Vec<Document>, String> {
    ["messaging-api.yml", "channel-access-token.yml"]
        .iter()
        .map(|name| {
            let path = folder.join(name);
            let text = std::fs::read_to_string(&path)
                .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
            Document::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
        })
        .collect()
}

/// What is wrong with a call, by the documents; empty where it fits one of them.
pub fn faults(documents: &[Document], call: &Signed) -> Vec<String> {
    let found =
        documents.iter().find_map(|document| Some((document, document.operation(&call.method, &call.url)?)));
    let Some((document, operation)) = found else {
        return vec![format!("there is no operation {} {}", call.method, call.url)];
    };
    let mut faults = document.parameter_faults(&operation, call);
    faults.extend(body_faults(document, operation.body(), &call.body));
    faults
}

fn body_faults(document: &Document, expected: Option<&Value>, body: &Body) -> Vec<String> {
    let (kind, value) = match body {
        Body::Empty => ("", Value::Null),
        Body::Json(value) => ("application/json", value.clone()),
        Body::Form(pairs) => ("application/x-www-form-urlencoded", form(pairs)),
        Body::Multipart(_) => ("multipart/form-data", Value::Null),
    };
    match (expected, kind) {
        (None, "") => Vec::new(),
        (None, kind) => vec![format!("expected no body, found {kind}")],
        (Some(body), "") if body["required"] == true => vec!["expected a body, found none".to_owned()],
        (Some(_), "") => Vec::new(),
        (Some(body), kind) => match body["content"].get(kind) {
            None => vec![format!("expected one of {}, found {kind}", keys(&body["content"]))],
            Some(media) => document.schema_faults(&media["schema"], &value),
        },
    }
}

fn form(pairs: &[(String, String)]) -> Value {
    Value::Object(pairs.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect())
}

fn keys(value: &Value) -> String {
    let map = value.as_object().cloned().unwrap_or_else(Map::new);
    map.keys().cloned().collect::<Vec<_>>().join(", ")
}
