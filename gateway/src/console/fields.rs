//! A channel's form, drawn from what its platform says must be entered.

use naru_core::adapter::{FieldSpec, FieldType, Flavour, Platform, Requirement, Words};
use naru_core::settings::Language;
use serde_json::{Map, Value};

use super::words::{find, pick};
use crate::channels::Channel;

/// One field as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// Its key.
    pub name: String,
    /// Its words.
    pub label: String,
    /// Where the admin finds it.
    pub help: String,
    /// What is entered: `text`, `long_text`, `url`, `number`, `boolean`, `choice`, `list`.
    pub kind: &'static str,
    /// Whether it must be entered.
    pub required: bool,
    /// What stands in it.
    pub value: String,
    /// What stands in it while it is empty.
    pub hint: String,
    /// The values to choose from, with their words.
    pub options: Vec<(String, String)>,
    /// Show it only while this setting has one of these values (separated by spaces).
    pub when: Option<(String, String)>,
}

impl Field {
    /// Whether it is a yes or no.
    pub(super) fn is_check(&self) -> bool {
        self.kind == "boolean"
    }
}

/// The credentials of a platform; `channel` where they were entered before.
pub(super) fn credentials(language: Language, platform: &Platform, channel: Option<&Channel>) -> Vec<Field> {
    let field = |spec: &FieldSpec| {
        let set = channel.and_then(|channel| channel.hints.get(spec.name));
        let keep = find(language, "channel.keep").unwrap_or_default();
        let mut field = of_spec(language, platform, spec, None);
        field.hint = set.map_or_else(String::new, |set| format!("{} · {keep}", set.hint));
        field.value = String::new();
        field.required = field.required && set.is_none();
        field
    };
    platform.account.credentials.iter().map(field).collect()
}

/// The settings of a platform, its own first, then those of every channel.
pub(super) fn settings(language: Language, platform: &Platform, entered: &Map<String, Value>) -> Vec<Field> {
    let own = platform
        .account
        .settings
        .iter()
        .map(|spec| of_spec(language, platform, spec, entered.get(spec.name)));
    own.chain(common(language, platform, entered)).collect()
}

fn of_spec(language: Language, platform: &Platform, spec: &FieldSpec, entered: Option<&Value>) -> Field {
    let words = |words: &Words| pick(language, words).to_owned();
    let (kind, options) = match spec.kind {
        FieldType::Text => ("text", Vec::new()),
        FieldType::LongText => ("long_text", Vec::new()),
        FieldType::Url => ("url", Vec::new()),
        FieldType::Number => ("number", Vec::new()),
        FieldType::Boolean => ("boolean", Vec::new()),
        FieldType::List => ("list", Vec::new()),
        FieldType::Choice(values) => ("choice", choices(language, platform.flavours, values)),
    };
    let when = match spec.required {
        Requirement::When { setting, values } => Some((setting.to_owned(), values.join(" "))),
        Requirement::Always | Requirement::Optional | Requirement::Unless { .. } => None,
    };
    Field {
        name: spec.name.to_owned(),
        label: words(&spec.label),
        help: words(&spec.help),
        kind,
        required: matches!(spec.required, Requirement::Always | Requirement::When { .. }),
        value: entered.map(written).or_else(|| choice_default(spec)).unwrap_or_default(),
        hint: spec.default.unwrap_or_default().to_owned(),
        options,
        when,
    }
}

/// A choice has no empty state, so that its default is chosen; other defaults are shown as hints only.
fn choice_default(spec: &FieldSpec) -> Option<String> {
    matches!(spec.kind, FieldType::Choice(_)).then(|| spec.default.unwrap_or_default().to_owned())
}

fn choices(language: Language, flavours: &[Flavour], values: &[&str]) -> Vec<(String, String)> {
    let title = |value: &str| {
        let flavour = flavours.iter().find(|flavour| flavour.name == value);
        flavour.map_or_else(|| value.to_owned(), |flavour| pick(language, &flavour.title).to_owned())
    };
    values.iter().map(|value| ((*value).to_owned(), title(value))).collect()
}

fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A setting that every channel has: its name, its kind, its choices, its default.
type Common = (&'static str, &'static str, &'static [&'static str], &'static str);

const COMMON: [Common; 4] = [
    ("link_buttons", "choice", &["text", "native"], "text"),
    ("formatting", "choice", &["strip", "native"], "strip"),
    ("language", "choice", &["ko", "en"], "ko"),
    ("session_end_delay", "number", &[], "600"),
];

const RETENTION: [Common; 3] = [
    ("retention_notice", "boolean", &[], "true"),
    ("retention_days", "number", &[], "365"),
    ("privacy_url", "url", &[], ""),
];

fn common(language: Language, platform: &Platform, entered: &Map<String, Value>) -> Vec<Field> {
    let retention: &[Common] = if platform.capabilities.session.retention_notice { &RETENTION } else { &[] };
    let words = |key: String| find(language, &key).unwrap_or_default().to_owned();
    let field = |(name, kind, options, default): &Common| Field {
        name: (*name).to_owned(),
        label: words(format!("settings.{name}")),
        help: words(format!("settings.{name}help")),
        kind,
        required: false,
        value: entered.get(*name).map_or_else(|| (*default).to_owned(), written),
        hint: (*default).to_owned(),
        options: options
            .iter()
            .map(|value| ((*value).to_owned(), words(format!("option.{value}"))))
            .collect(),
        when: None,
    };
    COMMON.iter().chain(retention).map(field).collect()
}
