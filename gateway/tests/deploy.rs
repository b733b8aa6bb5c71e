//! What `deploy/` names must exist: every number of the alerts and the dashboard, every option of the units.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn words(text: &str, start: &str) -> BTreeSet<String> {
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(|c: char| !letters(c)).filter(|word| word.starts_with(start)).map(str::to_owned).collect()
}

#[test]
fn alerts_and_dashboard_speak_of_numbers_that_exist() {
    let known = words(&read("gateway/src/telemetry.rs"), "naru_");
    for file in ["deploy/alerts.yaml", "deploy/grafana/naru.json"] {
        let named = words(&read(file), "naru_");
        assert!(!named.is_empty(), "{file} names no number at all");
        for name in named {
            let base = name.trim_end_matches("_bucket");
            assert!(known.contains(base), "{file}: there is no number {name}; there are {known:?}");
        }
    }
}

#[test]
fn units_and_containers_set_options_that_exist() {
    for file in [
        "deploy/Dockerfile",
        "deploy/compose.sqlite.yaml",
        "deploy/compose.postgres.yaml",
        "deploy/naru.service",
    ] {
        for name in words(&read(file), "NARU_") {
            let environment = vec![(name.clone(), "x".to_owned())];
            let directory = PathBuf::from("/nowhere");
            let sources = naru_gateway::config::Sources { directory, environment, ..Default::default() };
            let faults = naru_gateway::config::load(&sources).err().map(|error| error.0).unwrap_or_default();
            assert!(!faults.iter().any(|fault| fault.contains("there is no option")), "{file}: {faults:?}");
        }
    }
}

#[test]
fn the_example_of_channels_uses_fields_that_exist() {
    let document: toml::Table = toml::from_str(&read("config/channels.example.toml")).expect("it is TOML");
    let channels = document["channel"].as_array().expect("it has channels");
    for channel in channels {
        let name = channel["platform"].as_str().expect("a channel has a platform");
        let platform = naru_adapters::platform(name).unwrap_or_else(|| panic!("there is no platform {name}"));
        let credentials = channel["credentials"].as_table().expect("a channel has credentials");
        for key in credentials.keys() {
            let field = key.trim_end_matches("_file");
            assert!(
                platform.account.credentials.iter().any(|known| known.name == field),
                "{name} has no {field}"
            );
        }
    }
}
