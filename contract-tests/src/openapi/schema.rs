//! Checks a value against a schema: `$ref`, `allOf`, `oneOf` with discriminator, and the keywords of one value.

use std::collections::BTreeSet;

use naru_core::capabilities::Unit;
use serde_json::{Map, Value};

use super::Document;

/// Properties whose length LINE counts in what a reader sees as one character; all others count UTF-16 units.
const GRAPHEMES: [&str; 4] = ["label", "displayText", "fillInText", "title"];

/// A check on its way.
pub(super) struct Check<'a> {
    document: &'a Document,
    /// What was found, each with its JSON pointer.
    pub(super) faults: Vec<String>,
}

impl<'a> Check<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self { document, faults: Vec::new() }
    }

    fn fault(&mut self, at: &str, what: impl AsRef<str>) {
        self.faults.push(format!("{at}: {}", what.as_ref()));
    }

    /// Checks a value as a whole: its discriminator chooses the schema, and no property is unknown.
    pub(super) fn value(&mut self, at: &str, schema: &Value, value: &Value) {
        let schema = self.document.resolve(schema);
        match self.chosen(at, schema, value) {
            Some(chosen) => {
                self.part(at, chosen, value);
                self.unknown(at, chosen, value);
            }
            None if schema.get("discriminator").is_some() => {}
            None => {
                self.part(at, schema, value);
                self.unknown(at, schema, value);
            }
        }
    }

    /// The schema that a discriminator chooses; a value it does not know is a fault.
    fn chosen(&mut self, at: &str, schema: &Value, value: &Value) -> Option<&'a Value> {
        let discriminator = schema.get("discriminator")?;
        let property = discriminator["propertyName"].as_str()?;
        let mapping = discriminator["mapping"].as_object()?;
        let Some(name) = value.get(property).and_then(Value::as_str) else {
            self.fault(at, format!("expected \"{property}\", found none"));
            return None;
        };
        let Some(target) = mapping.get(name) else {
            let known = mapping.keys().cloned().collect::<Vec<_>>().join(", ");
            self.fault(at, format!("\"{property}\": expected one of {known}, found \"{name}\""));
            return None;
        };
        let pointer = target.as_str()?.trim_start_matches('#');
        let chosen = self.document.at(pointer);
        if chosen.is_none() {
            self.fault(at, format!("the document has no {target}"));
        }
        chosen
    }

    /// Checks a value against one schema, without choosing another and without looking for unknown properties.
    fn part(&mut self, at: &str, schema: &Value, value: &Value) {
        let schema = self.document.resolve(schema);
        for inner in list(schema, "allOf") {
            self.part(at, inner, value);
        }
        self.one_of(at, schema, value);
        if value.is_null() && schema["nullable"] == true {
            return;
        }
        self.kind(at, schema, value);
        match value {
            Value::String(text) => self.text(at, schema, text),
            Value::Number(_) => self.number(at, schema, value),
            Value::Array(values) => self.array(at, schema, values),
            Value::Object(map) => self.object(at, schema, map),
            _ => {}
        }
        if let Some(allowed) = schema["enum"].as_array().filter(|allowed| !allowed.contains(value)) {
            self.fault(at, format!("expected one of {}, found {value}", Value::from(allowed.clone())));
        }
    }

    fn one_of(&mut self, at: &str, schema: &Value, value: &Value) {
        let choices: Vec<_> = list(schema, "oneOf").collect();
        if choices.is_empty() {
            return;
        }
        let tried: Vec<Vec<String>> = choices
            .iter()
            .map(|choice| {
                let mut check = Self::new(self.document);
                check.value(at, choice, value);
                check.faults
            })
            .collect();
        match tried.iter().filter(|faults| faults.is_empty()).count() {
            1 => {}
            0 => {
                let nearest = tried.into_iter().min_by_key(Vec::len).unwrap_or_default();
                self.fault(
                    at,
                    format!(
                        "fits none of {} choices; the nearest says {}",
                        choices.len(),
                        nearest.join("; ")
                    ),
                );
            }
            many => self.fault(at, format!("fits {many} of {} choices, expected one", choices.len())),
        }
    }

    fn kind(&mut self, at: &str, schema: &Value, value: &Value) {
        let fits = match schema["type"].as_str() {
            Some("string") => value.is_string(),
            Some("integer") => value.is_i64() || value.is_u64(),
            Some("number") => value.is_number(),
            Some("boolean") => value.is_boolean(),
            Some("array") => value.is_array(),
            Some("object") => value.is_object(),
            _ => true,
        };
        if !fits {
            self.fault(
                at,
                format!("expected {}, found {value}", schema["type"].as_str().unwrap_or_default()),
            );
        }
    }

    fn text(&mut self, at: &str, schema: &Value, text: &str) {
        let name = at.rsplit('/').next().unwrap_or_default();
        let unit = if GRAPHEMES.contains(&name) { Unit::Graphemes } else { Unit::Utf16 };
        let size = unit.measure(text) as u64;
        self.bounds(at, schema, "minLength", "maxLength", size);
        if let Some(pattern) = schema["pattern"].as_str() {
            match regex_lite::Regex::new(pattern) {
                Ok(regex) if regex.is_match(text) => {}
                Ok(_) => self.fault(at, format!("expected {pattern}, found \"{text}\"")),
                Err(error) => {
                    self.fault(at, format!("the document's pattern {pattern} cannot be read: {error}"));
                }
            }
        }
        let fits = match schema["format"].as_str() {
            Some("uuid") => is_uuid(text),
            Some("uri") => {
                text.split_once(':').is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty())
            }
            _ => true,
        };
        if !fits {
            self.fault(
                at,
                format!("expected {}, found \"{text}\"", schema["format"].as_str().unwrap_or_default()),
            );
        }
    }

    fn number(&mut self, at: &str, schema: &Value, value: &Value) {
        let number = value.as_f64().unwrap_or_default();
        let bound = |name: &str| schema[name].as_f64();
        if bound("minimum").is_some_and(|least| number < least)
            || bound("maximum").is_some_and(|most| number > most)
        {
            self.fault(at, format!("expected {} to {}, found {value}", schema["minimum"], schema["maximum"]));
        }
    }

    fn array(&mut self, at: &str, schema: &Value, values: &[Value]) {
        self.bounds(at, schema, "minItems", "maxItems", values.len() as u64);
        if let Some(items) = schema.get("items") {
            for (index, value) in values.iter().enumerate() {
                self.value(&format!("{at}/{index}"), items, value);
            }
        }
    }

    fn object(&mut self, at: &str, schema: &Value, map: &Map<String, Value>) {
        for name in list(schema, "required").filter_map(Value::as_str) {
            if !map.contains_key(name) {
                self.fault(at, format!("expected \"{name}\", found none"));
            }
        }
        for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(value) = map.get(name) {
                self.value(&format!("{at}/{name}"), inner, value);
            }
        }
        if let Some(inner) = schema.get("additionalProperties").filter(|inner| inner.is_object()) {
            for (name, value) in
                map.iter().filter(|(name, _)| schema["properties"].get(name.as_str()).is_none())
            {
                self.value(&format!("{at}/{name}"), inner, value);
            }
        }
    }

    fn bounds(&mut self, at: &str, schema: &Value, least: &str, most: &str, size: u64) {
        let (least, most) = (schema[least].as_u64(), schema[most].as_u64());
        if least.is_some_and(|least| size < least) || most.is_some_and(|most| size > most) {
            let word = |bound: Option<u64>| bound.map_or_else(String::new, |bound| bound.to_string());
            self.fault(at, format!("expected a size of {} to {}, found {size}", word(least), word(most)));
        }
    }

    fn unknown(&mut self, at: &str, schema: &Value, value: &Value) {
        let mut known = BTreeSet::new();
        if let (Some(map), true) = (value.as_object(), self.names(schema, &mut known)) {
            for name in map.keys().filter(|name| !known.contains(name.as_str())) {
                self.fault(at, format!("\"{name}\" is not known here"));
            }
        }
    }

    /// Collects the properties that a schema names; `false` where it takes any.
    fn names(&self, schema: &Value, known: &mut BTreeSet<String>) -> bool {
        let schema = self.document.resolve(schema);
        let open = schema.get("additionalProperties").is_some_and(|inner| *inner != Value::Bool(false));
        known.extend(schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()));
        let mut closed = true;
        for inner in list(schema, "allOf") {
            // Every part must be asked, also behind an open one.
            closed = self.names(inner, known) && closed;
        }
        closed && !open && schema.get("oneOf").is_none() && !known.is_empty()
    }
}

fn list<'v>(schema: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    schema[name].as_array().into_iter().flatten()
}

fn is_uuid(text: &str) -> bool {
    let lengths: Vec<_> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}
