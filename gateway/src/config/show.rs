//! Writes the effective configuration as TOML, secrets masked.

use std::fmt::Write;

use toml::{Table, Value};

use super::types::mask;
use super::{Loaded, Origin};

/// The options whose text may hold a password.
const SECRET: [&str; 2] = ["database.url", "media.url"];

/// The configuration as a file that can be read again, with the origin of each value beside it if asked for.
pub fn show(loaded: &Loaded, origin: bool) -> String {
    let mut text = String::new();
    section(&mut text, loaded, "", &loaded.values, origin);
    text
}

fn section(text: &mut String, loaded: &Loaded, prefix: &str, table: &Table, origin: bool) {
    for (name, value) in table.iter().filter(|(_, value)| !value.is_table()) {
        let key = format!("{prefix}{name}");
        let value = shown(&key, value);
        write!(text, "{name} = {value}").expect("a string takes everything");
        if origin && *loaded.origins.of(&key) != Origin::Default {
            write!(text, "  # {}", loaded.origins.of(&key)).expect("a string takes everything");
        } else if origin {
            text.push_str("  # default");
        }
        text.push('\n');
    }
    for (name, value) in table {
        if let Value::Table(inner) = value {
            writeln!(text, "\n[{prefix}{name}]").expect("a string takes everything");
            section(text, loaded, &format!("{prefix}{name}."), inner, origin);
        }
    }
}

fn shown(key: &str, value: &Value) -> Value {
    match value {
        Value::String(secret) if SECRET.contains(&key) => Value::String(mask(secret)),
        value => value.clone(),
    }
}
