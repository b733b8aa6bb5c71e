use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::*;

/// A folder with a `naru.toml`.
fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("naru.toml"), text).unwrap();
    folder
}

fn sources(directory: &Path, environment: &[(&str, &str)]) -> Sources {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Sources { directory: directory.to_owned(), environment: environment.collect(), ..Sources::default() }
}

fn faults(text: &str, environment: &[(&str, &str)]) -> Vec<String> {
    let folder = folder(text);
    let prefix = format!("{}/", folder.path().display());
    let error = load(&sources(folder.path(), environment)).unwrap_err();
    error.0.into_iter().map(|fault| fault.replace(&prefix, "")).collect()
}

#[test]
fn without_anything_the_documented_defaults_hold() {
    let nowhere = tempfile::tempdir().unwrap();
    let loaded = load(&sources(nowhere.path(), &[("HOME", "/root")])).unwrap();
    let config = &loaded.config;
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.public_url(), "http://127.0.0.1:8080");
    assert_eq!(config.data_dir, PathBuf::from("./data"));
    assert_eq!(config.database_url(), "sqlite:./data/naru.db");
    assert_eq!(config.master_key_file(), PathBuf::from("./data/master.key"));
    assert_eq!(config.media_dir(), PathBuf::from("./data/media"));
    assert_eq!(config.env, Environment::Development);
    assert!(!config.egress.allow_private_network);
    assert_eq!(config.limits.webhook_bytes, 1024 * 1024);
    assert_eq!(config.limits.mail_bytes, 25 * 1024 * 1024);
    assert_eq!(*loaded.origins.of("listen"), Origin::Default);
}

#[test]
fn the_environment_overrules_the_file_and_a_flag_both() {
    let folder =
        folder("listen = \"127.0.0.1:1\"\n\n[limits]\nconnections = 7\n\n[log]\nformat = \"json\"\n");
    let secret = folder.path().join("url");
    fs::write(&secret, "postgres://naru:pa@ss@db/naru\n").unwrap();
    let mut sources = sources(
        folder.path(),
        &[
            ("NARU_LISTEN", "127.0.0.1:2"),
            ("NARU_LIMITS__CONNECTIONS", "8"),
            ("NARU_DATABASE__URL_FILE", secret.to_str().unwrap()),
            ("NARU_MASTER_KEY_FILE", "/run/keys/naru"),
            ("NARU_TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
            ("NARU_EGRESS__ALLOW_PRIVATE_NETWORK", "true"),
        ],
    );
    sources.flags = vec![Flag { name: "--listen", key: "listen", value: "127.0.0.1:3".to_owned() }];
    let loaded = load(&sources).unwrap();
    assert_eq!(loaded.config.listen.port(), 3);
    assert_eq!(loaded.config.limits.connections, 8);
    assert_eq!(loaded.config.log.format, LogFormat::Json);
    assert_eq!(loaded.config.database_url(), "postgres://naru:pa@ss@db/naru");
    assert_eq!(loaded.config.master_key_file(), PathBuf::from("/run/keys/naru"));
    assert_eq!(loaded.config.trusted_proxies.len(), 2);
    assert!(loaded.config.egress.allow_private_network);
    assert_eq!(*loaded.origins.of("listen"), Origin::Flag("--listen"));
    let shown = show(&loaded, true);
    let file = folder.path().join("naru.toml");
    for expected in [
        "listen = \"127.0.0.1:3\"  # --listen".to_owned(),
        "connections = 8  # NARU_LIMITS__CONNECTIONS".to_owned(),
        "url = \"postgres://naru:***@db/naru\"  # NARU_DATABASE__URL_FILE".to_owned(),
        format!("format = \"json\"  # {}:7", file.display()),
        "data_dir = \"./data\"  # default".to_owned(),
    ] {
        assert!(shown.lines().any(|line| line == expected), "{expected}\n{shown}");
    }
    assert!(!format!("{loaded:?}").contains("pa@ss") || !shown.contains("pa@ss"));
    assert!(!format!("{:?}", loaded.config).contains("pa@ss"));
}

#[test]
fn an_unknown_key_is_named_with_its_file_and_line() {
    assert_eq!(
        faults("listen = \"127.0.0.1:1\"\n\n[limits]\nconections = 7\n[colours]\nred = 1\n", &[]),
        [
            "naru.toml:4: there is no option `limits.conections`; did you mean `limits.connections`?",
            "naru.toml:5: there is no option `colours`",
        ]
    );
    assert_eq!(
        faults(
            "",
            &[("NARU_LISTENN", "127.0.0.1:1"), ("NARU_TEST_REQUIRE", "postgres"), ("NARU_LOG", "debug")]
        ),
        ["NARU_LISTENN: there is no option `listenn`; did you mean `listen`?"]
    );
}

#[test]
fn a_value_that_does_not_fit_is_named_with_its_place() {
    let both = faults("listen = 8080\nlimits = 3\n", &[("NARU_LIMITS__CONNECTIONS", "many")]);
    assert_eq!(
        both,
        [
            "naru.toml:1: `listen`: expected a text, found a whole number",
            "naru.toml:2: `limits`: expected a table, found a whole number",
            "NARU_LIMITS__CONNECTIONS: `limits.connections`: expected a whole number, found \"many\"",
        ]
    );
    for (text, expected) in [
        (
            "env = \"prod\"",
            "naru.toml:1: `env`: unknown variant `prod`, expected `development` or `production`",
        ),
        (
            "public_url = \"naru.example\"",
            "naru.toml:1: `public_url`: expected an http or https address without a query, found \"naru.example\"",
        ),
        (
            "time_zone = \"Seoul\"",
            "naru.toml:1: `time_zone`: expected the IANA name of a time zone such as \"Asia/Seoul\", found \"Seoul\"",
        ),
        (
            "trusted_proxies = [\"::1\", \"proxy\"]",
            "naru.toml:1: `trusted_proxies`: expected an address or a network such as \"10.0.0.0/8\", found \"proxy\"",
        ),
        ("\nlisten = \"here\"", "naru.toml:2: `listen`: invalid socket address syntax"),
    ] {
        assert_eq!(faults(text, &[]), [expected]);
    }
    assert!(faults("listen = \n", &[])[0].starts_with("naru.toml:1: "), "{:?}", faults("listen = \n", &[]));
}

#[test]
fn a_named_file_must_be_there() {
    let sources = Sources { file: Some(PathBuf::from("/nowhere/naru.toml")), ..Sources::default() };
    assert!(load(&sources).unwrap_err().0[0].starts_with("/nowhere/naru.toml cannot be read"));
}

#[test]
fn production_refuses_what_is_unsafe() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    create_data_dir(&data).unwrap();
    assert_eq!(fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).unwrap();
    let environment = |url: &str, key: &str, private: &str| {
        vec![
            ("NARU_ENV".to_owned(), "production".to_owned()),
            ("NARU_DATA_DIR".to_owned(), data.display().to_string()),
            ("NARU_PUBLIC_URL".to_owned(), url.to_owned()),
            ("NARU_MASTER_KEY_FILE".to_owned(), key.to_owned()),
            ("NARU_EGRESS__ALLOW_PRIVATE_NETWORK".to_owned(), private.to_owned()),
        ]
    };
    let load = |environment: Vec<(String, String)>| {
        load(&Sources { directory: folder.path().to_owned(), environment, ..Sources::default() })
    };
    let faults = load(environment("http://naru.example", "", "true")).unwrap_err().0;
    for (fault, expected) in faults.iter().zip([
        "`master_key_file`",
        "`public_url` is not https",
        "`egress.allow",
        "is open to everyone",
    ]) {
        assert!(fault.starts_with("env = \"production\" refuses: ") && fault.contains(expected), "{fault}");
    }
    assert_eq!(faults.len(), 4, "{faults:?}");
    assert!(load(environment("", "", "false")).unwrap_err().0[1].contains("`public_url` is not set"));
    fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
    assert!(load(environment("https://naru.example/", "/run/keys/naru", "false")).is_ok());
}

#[test]
fn every_option_is_documented_by_one_sentence() {
    let lines: Vec<_> = DEFAULTS.lines().collect();
    let options = lines.iter().enumerate().filter(|(_, line)| line.contains(" = ") && !line.starts_with('#'));
    for (index, option) in options {
        let sentence = lines[index - 1];
        assert!(sentence.starts_with("# ") && sentence.ends_with('.'), "{option}: {sentence}");
    }
}

#[test]
fn the_schema_on_disk_is_the_one_of_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/naru.schema.json");
    let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var("BLESS").is_ok_and(|value| !value.is_empty() && value != "0") {
        fs::write(&path, &text).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "config/naru.schema.json has drifted: BLESS=1 cargo test -p naru-gateway config");
}

#[test]
fn the_schema_knows_every_option() {
    let schema = schema();
    let defaults: toml::Table = toml::from_str(DEFAULTS).unwrap();
    let section = |name: &str| {
        let reference = schema["properties"][name]["$ref"].as_str().unwrap().to_owned();
        schema.pointer(reference.trim_start_matches('#')).unwrap()["properties"].clone()
    };
    for (name, value) in &defaults {
        match value {
            toml::Value::Table(table) => {
                for key in table.keys() {
                    assert!(section(name)[key].is_object(), "{name}.{key}");
                }
            }
            _ => assert!(schema["properties"][name].is_object(), "{name}"),
        }
    }
}

#[test]
fn passwords_are_masked_wherever_they_stand() {
    for (url, expected) in [
        ("postgres://naru:secret@db:5432/naru", "postgres://naru:***@db:5432/naru"),
        ("postgres://db/naru?password=secret&sslmode=require", "postgres://db/naru?password=***&sslmode=***"),
        ("postgres://naru@db/naru", "postgres://naru@db/naru"),
        ("sqlite:./data/naru.db", "sqlite:./data/naru.db"),
    ] {
        assert_eq!(types::mask(url), expected);
    }
}
