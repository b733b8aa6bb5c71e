//! A place in a JSON document, and the problems found there.

use serde_json::{Map, Value};

use super::{MAX_TEXT, Pointed};

/// A place in a document that is being read. What does not fit is noted, and reading goes on.
pub(super) struct Place<'a> {
    pointer: String,
    problems: &'a mut Vec<Pointed>,
}

impl<'a> Place<'a> {
    pub(super) fn root(problems: &'a mut Vec<Pointed>) -> Self {
        Self { pointer: String::new(), problems }
    }

    /// The place below, by key or position.
    pub(super) fn key(&mut self, key: impl std::fmt::Display) -> Place<'_> {
        let key = key.to_string().replace('~', "~0").replace('/', "~1");
        Place { pointer: format!("{}/{key}", self.pointer), problems: self.problems }
    }

    /// Notes a problem; always `None`.
    pub(super) fn problem<T>(&mut self, detail: impl Into<String>) -> Option<T> {
        self.problems.push(Pointed { pointer: self.pointer.clone(), detail: detail.into() });
        None
    }

    fn expected<T>(&mut self, what: &str, found: &Value) -> Option<T> {
        self.problem(format!("expected {what}, found {}", named(found)))
    }

    /// An object with none but the known keys.
    pub(super) fn object<'v>(&mut self, value: &'v Value, known: &[&str]) -> Option<&'v Map<String, Value>> {
        let Some(object) = value.as_object() else { return self.expected("an object", value) };
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            let keys = known.iter().map(|key| format!("\"{key}\"")).collect::<Vec<_>>().join(", ");
            self.key(key).problem::<()>(format!("expected one of the keys {keys}, found \"{key}\""));
        }
        Some(object)
    }

    /// A value that must be there.
    pub(super) fn required<'v>(&mut self, object: &'v Map<String, Value>, key: &str) -> Option<&'v Value> {
        match object.get(key) {
            Some(value) => Some(value),
            None => self.key(key).problem("is required"),
        }
    }

    /// A list of `min` to `max` things. `None` where it is no list; things that do not fit are left out and noted.
    pub(super) fn list<T>(
        &mut self,
        object: &Map<String, Value>,
        key: &str,
        min: usize,
        max: usize,
        read: impl Fn(&Value, &mut Place<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let value = self.required(object, key)?;
        let mut at = self.key(key);
        let Some(items) = value.as_array() else { return at.expected("a list", value) };
        if items.len() < min || items.len() > max {
            return at.problem(format!("expected {min} to {max} entries, found {}", items.len()));
        }
        Some(items.iter().enumerate().filter_map(|(n, item)| read(item, &mut at.key(n))).collect())
    }

    /// A list that may be left out.
    pub(super) fn list_or_none<T>(
        &mut self,
        object: &Map<String, Value>,
        key: &str,
        max: usize,
        read: impl Fn(&Value, &mut Place<'_>) -> Option<T>,
    ) -> Vec<T> {
        if object.contains_key(key) {
            self.list(object, key, 0, max, read).unwrap_or_default()
        } else {
            Vec::new()
        }
    }

    /// This value as a text, possibly empty.
    pub(super) fn text(&mut self, value: &Value) -> Option<String> {
        let Some(text) = value.as_str() else { return self.expected("a text", value) };
        if text.contains('\0') {
            return self.problem("expected a text without U+0000, found one");
        }
        let length = text.chars().count();
        if length > MAX_TEXT {
            return self.problem(format!("expected at most {MAX_TEXT} characters, found {length}"));
        }
        Some(text.to_owned())
    }

    /// This value as a text in which something is to be seen.
    pub(super) fn seen(&mut self, value: &Value) -> Option<String> {
        let text = self.text(value)?;
        if text.trim().is_empty() { self.problem("expected words, found an empty text") } else { Some(text) }
    }

    /// A required text in which something is to be seen.
    pub(super) fn words(&mut self, object: &Map<String, Value>, key: &str) -> Option<String> {
        let value = self.required(object, key)?;
        self.key(key).seen(value)
    }

    /// A text that may be left out or `null`, but says something where it stands.
    pub(super) fn words_or_none(&mut self, object: &Map<String, Value>, key: &str) -> Option<String> {
        let value = object.get(key).filter(|value| !value.is_null())?;
        self.key(key).seen(value)
    }

    /// A required `http` or `https` address.
    pub(super) fn address(&mut self, object: &Map<String, Value>, key: &str) -> Option<String> {
        let value = self.required(object, key)?;
        self.key(key).url(value)
    }

    /// This value as an `http` or `https` address.
    pub(super) fn url(&mut self, value: &Value) -> Option<String> {
        let text = self.seen(value)?;
        if is_address(&text) {
            Some(text)
        } else {
            self.problem(format!("expected an http or https address, found {}", named(value)))
        }
    }

    /// A required word of a closed set.
    pub(super) fn one_of<T: Copy>(
        &mut self,
        object: &Map<String, Value>,
        key: &str,
        words: &[(&str, T)],
    ) -> Option<T> {
        let value = self.required(object, key)?;
        self.key(key).word(value, words)
    }

    /// This value as a word of a closed set.
    pub(super) fn word<T: Copy>(&mut self, value: &Value, words: &[(&str, T)]) -> Option<T> {
        if let Some((_, found)) = words.iter().find(|(word, _)| value.as_str() == Some(word)) {
            return Some(*found);
        }
        let known = words.iter().map(|(word, _)| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
        self.expected(&format!("one of {known}"), value)
    }

    /// `true` or `false`; `false` where it is left out.
    pub(super) fn flag(&mut self, object: &Map<String, Value>, key: &str) -> bool {
        match object.get(key) {
            None => false,
            Some(Value::Bool(flag)) => *flag,
            Some(other) => {
                self.key(key).expected::<()>("true or false", other);
                false
            }
        }
    }

    /// A required number from `-bound` to `bound`.
    pub(super) fn degrees(&mut self, object: &Map<String, Value>, key: &str, bound: f64) -> Option<f64> {
        let value = self.required(object, key)?;
        let number = value.as_f64().filter(|number| (-bound..=bound).contains(number));
        number.or_else(|| self.key(key).expected(&format!("a number from -{bound} to {bound}"), value))
    }

    /// A whole number that may be left out.
    pub(super) fn count_or_none(&mut self, object: &Map<String, Value>, key: &str) -> Option<u64> {
        let value = object.get(key).filter(|value| !value.is_null())?;
        value.as_u64().or_else(|| self.key(key).expected("a whole number from 0 on", value))
    }
}

/// Whether a text is an `http` or `https` address with a host and without spaces.
fn is_address(text: &str) -> bool {
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    let scheme = ["https://", "http://"].into_iter().find(|scheme| lower.starts_with(scheme));
    let Some(rest) = scheme.and_then(|scheme| text.get(scheme.len()..)) else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    !host.is_empty()
        && !host.starts_with(':')
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"\\".contains(c))
}

/// A found value in a sentence.
fn named(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.chars().count() <= 60 => format!("\"{text}\""),
        Value::String(text) => format!("\"{}…\"", text.chars().take(60).collect::<String>()),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(_) => "an object".to_owned(),
    }
}
