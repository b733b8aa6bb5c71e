//! Reads the layers, lays them over each other, and names what is wrong with the place where it was written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use super::{Config, ConfigError, DEFAULTS, Loaded, Origin, Origins, unsafe_settings};

/// Variables that are no options: the log filter, and what the tests look for.
const NO_OPTIONS: [&str; 2] = ["NARU_LOG", "NARU_LINE_OPENAPI"];
/// The beginning of further variables of the tests.
const TESTS: &str = "NARU_TEST_";

/// Where configuration is looked for.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The file that must be there; `None`: `naru.toml` in `directory`, if it exists.
    pub file: Option<PathBuf>,
    /// The working directory.
    pub directory: PathBuf,
    /// The environment, all of it.
    pub environment: Vec<(String, String)>,
    /// What flags say.
    pub flags: Vec<Flag>,
}

/// A value given by a flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// The flag, e.g. `--listen`.
    pub name: &'static str,
    /// The key it sets, e.g. `listen`.
    pub key: &'static str,
    /// The value.
    pub value: String,
}

impl Sources {
    /// The sources of this process.
    pub fn of_process(file: Option<PathBuf>, flags: Vec<Flag>) -> Self {
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self { file, directory: PathBuf::from("."), environment, flags }
    }
}

/// Reads the configuration; every fault is found, not only the first.
pub fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
    let mut layers = Layers::new();
    layers.file(sources);
    layers.environment(&sources.environment);
    for flag in &sources.flags {
        layers.set_text(flag.key, &flag.value, Origin::Flag(flag.name));
    }
    let loaded = layers.finish()?;
    let faults = unsafe_settings(&loaded.config);
    if faults.is_empty() { Ok(loaded) } else { Err(ConfigError(faults)) }
}

/// The values so far.
struct Layers {
    values: BTreeMap<String, Value>,
    origins: BTreeMap<String, Origin>,
    faults: Vec<String>,
}

impl Layers {
    fn new() -> Self {
        let defaults: Table = toml::from_str(DEFAULTS).expect("the built-in defaults are TOML");
        let mut values = BTreeMap::new();
        flatten("", &defaults, &mut values);
        Self { values, origins: BTreeMap::new(), faults: Vec::new() }
    }

    fn file(&mut self, sources: &Sources) {
        let (path, required) = match &sources.file {
            Some(path) => (path.clone(), true),
            None => (sources.directory.join("naru.toml"), false),
        };
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !required => return,
            Err(error) => return self.faults.push(format!("{} cannot be read: {error}", path.display())),
        };
        let path = path.strip_prefix(".").map_or_else(|_| path.clone(), Path::to_owned);
        match (DeTable::parse(&text), toml::from_str::<Table>(&text)) {
            (Ok(spans), Ok(table)) => self.table(&path, &text, "", spans.get_ref(), &table),
            (Err(error), _) | (_, Err(error)) => {
                let line = error.span().map_or(1, |span| line_of(&text, span.start));
                self.faults.push(format!("{}:{line}: {}", path.display(), error.message()));
            }
        }
    }

    /// Takes a table of a file; `spans` is the same table with the places of its keys.
    fn table(&mut self, path: &Path, text: &str, prefix: &str, spans: &DeTable<'_>, table: &Table) {
        let mut entries: Vec<_> = spans.iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        for (name, inner) in entries {
            let key = join(prefix, name.get_ref());
            let value = &table[name.get_ref().as_ref()];
            let origin = Origin::File { path: path.to_owned(), line: line_of(text, name.span().start) };
            match (inner.get_ref(), value) {
                (DeValue::Table(spans), Value::Table(table)) if self.is_section(&key) => {
                    self.table(path, text, &key, spans, table);
                }
                _ => self.set(&key, value.clone(), origin),
            }
        }
    }

    fn is_section(&self, key: &str) -> bool {
        let prefix = format!("{key}.");
        self.values.keys().any(|known| known.starts_with(&prefix))
    }

    fn environment(&mut self, environment: &[(String, String)]) {
        let mut own: Vec<_> = environment
            .iter()
            .filter(|(name, _)| name.starts_with("NARU_"))
            .filter(|(name, _)| !NO_OPTIONS.contains(&name.as_str()) && !name.starts_with(TESTS))
            .collect();
        own.sort();
        for (name, value) in own {
            let key = name["NARU_".len()..].to_ascii_lowercase().replace("__", ".");
            let origin = Origin::Environment(name.clone());
            match key.strip_suffix("_file") {
                Some(direct) if !self.values.contains_key(&key) && self.values.contains_key(direct) => {
                    match fs::read_to_string(value) {
                        Ok(text) => self.set_text(direct, text.trim_end_matches(['\r', '\n']), origin),
                        Err(error) => self.faults.push(format!("{name}: {value} cannot be read: {error}")),
                    }
                }
                _ => self.set_text(&key, value, origin),
            }
        }
    }

    /// Sets a value from words: they are read as the type that the key's default has.
    fn set_text(&mut self, key: &str, text: &str, origin: Origin) {
        let read = match self.values.get(key) {
            Some(Value::Integer(_)) => text.replace('_', "").parse().ok().map(Value::Integer),
            Some(Value::Boolean(_)) => text.parse().ok().map(Value::Boolean),
            Some(Value::Array(_)) => Some(list(text)),
            _ => Some(Value::String(text.to_owned())),
        };
        match read {
            Some(value) => self.set(key, value, origin),
            None => self.fault(key, &origin, &format!("expected {}, found \"{text}\"", self.expected(key))),
        }
    }

    fn set(&mut self, key: &str, value: Value, origin: Origin) {
        match self.values.get(key) {
            None if self.is_section(key) => {
                self.fault(key, &origin, &format!("expected a table, found {}", kind(&value)));
            }
            None => {
                let near = nearest(key, self.values.keys());
                self.faults.push(format!("{origin}: there is no option `{key}`{near}"));
            }
            Some(default) if default.same_type(&value) => {
                self.values.insert(key.to_owned(), value);
                self.origins.insert(key.to_owned(), origin);
            }
            Some(_) => {
                self.fault(key, &origin, &format!("expected {}, found {}", self.expected(key), kind(&value)));
            }
        }
    }

    fn expected(&self, key: &str) -> &'static str {
        self.values.get(key).map_or("nothing", kind)
    }

    fn fault(&mut self, key: &str, origin: &Origin, what: &str) {
        self.faults.push(format!("{origin}: `{key}`: {what}"));
    }

    fn finish(self) -> Result<Loaded, ConfigError> {
        let origins = Origins(self.origins);
        let mut faults = self.faults;
        let values = nest(&self.values);
        match serde_path_to_error::deserialize(values.clone()) {
            Ok(config) if faults.is_empty() => return Ok(Loaded { config, origins, values }),
            Ok(Config { .. }) => {}
            Err(error) => {
                let key = error.path().to_string();
                let key = key.split('[').next().unwrap_or_default();
                faults.push(format!("{}: `{key}`: {}", origins.of(key), error.inner().message()));
            }
        }
        Err(ConfigError(faults))
    }
}

/// `[a, b]` as TOML, or `a, b`.
fn list(text: &str) -> Value {
    if let Ok(Value::Array(values)) = text.parse() {
        return Value::Array(values);
    }
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    Value::Array(words.map(|word| Value::String(word.to_owned())).collect())
}

fn flatten(prefix: &str, table: &Table, values: &mut BTreeMap<String, Value>) {
    for (name, value) in table {
        let key = join(prefix, name);
        match value {
            Value::Table(inner) => flatten(&key, inner, values),
            value => {
                values.insert(key, value.clone());
            }
        }
    }
}

fn nest(values: &BTreeMap<String, Value>) -> Table {
    let mut root = Table::new();
    for (key, value) in values {
        let mut table = &mut root;
        let mut words = key.split('.').peekable();
        while let Some(word) = words.next() {
            if words.peek().is_none() {
                table.insert(word.to_owned(), value.clone());
                break;
            }
            let inner = table.entry(word).or_insert_with(|| Value::Table(Table::new()));
            table = inner.as_table_mut().expect("no option is also a section");
        }
    }
    root
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number with a fraction",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a time",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}

/// The option whose name is most like the unknown one, where one is alike at all.
fn nearest<'a>(key: &str, known: impl Iterator<Item = &'a String>) -> String {
    let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    known
        .map(|known| (distance(key, known).min(distance(&last(key), &last(known))), known))
        .min()
        .filter(|(distance, _)| *distance <= 2)
        .map_or_else(String::new, |(_, known)| format!("; did you mean `{known}`?"))
}

/// How many letters must be added, taken or changed to come from one word to the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, expected) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *expected);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}
