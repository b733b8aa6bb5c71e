//! An OpenAPI document: its operations, found by method and address.

use naru_core::adapter::Signed;
use serde_json::Value;

use super::schema::Check;

/// An OpenAPI 3.0 document.
pub struct Document {
    root: Value,
}

/// An operation, and what the address says for the parts of its path.
pub struct Operation<'a> {
    item: &'a Value,
    operation: &'a Value,
    path: Vec<(&'a str, String)>,
    query: Vec<(String, String)>,
}

impl Operation<'_> {
    /// What the body must be; `None` where there may be none.
    pub fn body(&self) -> Option<&Value> {
        self.operation.get("requestBody")
    }
}

impl Document {
    /// Reads a document of YAML.
    pub fn parse(text: &str) -> Result<Self, String> {
        let root: Value = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        if root["paths"].is_object() {
            Ok(Self { root })
        } else {
            Err("expected `paths`, found none: this is no OpenAPI document".to_owned())
        }
    }

    /// The operation that a call means, where the document has it.
    pub fn operation<'a>(&'a self, method: &str, url: &str) -> Option<Operation<'a>> {
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        let (templates, method) = (self.root["paths"].as_object()?, method.to_ascii_lowercase());
        templates.iter().find_map(|(template, item)| {
            let operation = item.get(&method)?;
            let servers =
                [operation, item, &self.root].into_iter().find_map(|level| level["servers"].as_array())?;
            let path = servers.iter().find_map(|server| address.strip_prefix(server["url"].as_str()?))?;
            Some(Operation { item, operation, path: match_path(template, path)?, query: pairs(query) })
        })
    }

    /// What is wrong with the parameters in path, query and headers.
    pub(super) fn parameter_faults(&self, operation: &Operation<'_>, call: &Signed) -> Vec<String> {
        let lists = [operation.item, operation.operation].map(|level| level["parameters"].as_array());
        let declared: Vec<&Value> =
            lists.into_iter().flatten().flatten().map(|one| self.resolve(one)).collect();
        let mut faults = Vec::new();
        for parameter in &declared {
            let name = parameter["name"].as_str().unwrap_or_default();
            let found = match parameter["in"].as_str() {
                Some("path") => {
                    operation.path.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone())
                }
                Some("query") => {
                    operation.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
                }
                Some("header") => header(call, name),
                _ => None,
            };
            match found {
                Some(value) => {
                    let value = typed(self.resolve(&parameter["schema"]), value);
                    let wrong = self.schema_faults(&parameter["schema"], &value);
                    faults.extend(wrong.into_iter().map(|fault| format!("parameter {name}{fault}")));
                }
                None if parameter["required"] == true => faults.push(format!("parameter {name} is missing")),
                None => {}
            }
        }
        let knows = |name: &str| {
            declared.iter().any(|one| one["name"].as_str().is_some_and(|n| n.eq_ignore_ascii_case(name)))
        };
        let strange = operation.query.iter().map(|(name, _)| name.as_str());
        let strange = strange.chain(
            call.headers.iter().map(|(name, _)| name.as_str()).filter(|name| name.starts_with("x-line")),
        );
        faults
            .extend(strange.filter(|name| !knows(name)).map(|name| format!("parameter {name} is not known")));
        faults
    }

    /// What is wrong with a value, by a schema of this document.
    pub(super) fn schema_faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut check = Check::new(self);
        check.value("", schema, value);
        check.faults
    }

    /// The value at a JSON pointer.
    pub(super) fn at(&self, pointer: &str) -> Option<&Value> {
        self.root.pointer(pointer)
    }

    /// What a `$ref` names; the value itself where it is none.
    pub(super) fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let mut value = value;
        while let Some(pointer) = value.get("$ref").and_then(Value::as_str) {
            value = self.root.pointer(pointer.trim_start_matches('#')).unwrap_or(&Value::Null);
        }
        value
    }
}

fn match_path<'a>(template: &'a str, path: &str) -> Option<Vec<(&'a str, String)>> {
    let (ours, theirs): (Vec<_>, Vec<_>) = (path.split('/').collect(), template.split('/').collect());
    if ours.len() != theirs.len() {
        return None;
    }
    let mut values = Vec::new();
    for (word, expected) in ours.into_iter().zip(theirs) {
        match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !word.is_empty() => values.push((name, word.to_owned())),
            None if word == expected => {}
            _ => return None,
        }
    }
    Some(values)
}

fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            pair.split_once('=')
                .map_or((pair.to_owned(), String::new()), |(k, v)| (k.to_owned(), v.to_owned()))
        })
        .collect()
}

fn header(call: &Signed, name: &str) -> Option<String> {
    call.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
}

/// Parameters are words on the wire; the schema says what they mean.
fn typed(schema: &Value, word: String) -> Value {
    match schema["type"].as_str() {
        Some("integer" | "number") => word.parse::<i64>().map_or(Value::String(word), Value::from),
        Some("boolean") => word.parse::<bool>().map_or(Value::String(word), Value::from),
        _ => Value::String(word),
    }
}
