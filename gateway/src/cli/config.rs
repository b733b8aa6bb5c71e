//! `naru config show` and `naru config schema`.

use std::path::PathBuf;

use super::Exit;
use super::dispatch::{complain, say};
use crate::config::{Sources, load, schema, show};

/// Prints the effective configuration.
pub(super) fn print(file: Option<PathBuf>, origin: bool) -> Exit {
    match load(&Sources::of_process(file, Vec::new())) {
        Ok(loaded) => say(&show(&loaded, origin)),
        Err(error) => {
            for fault in &error.0 {
                complain(fault);
            }
            Exit::Configuration
        }
    }
}

/// Prints the schema of the configuration.
pub(super) fn print_schema() -> Exit {
    say(&serde_json::to_string_pretty(&schema()).expect("a JSON value can be written"))
}
