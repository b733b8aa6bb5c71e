//! The commands that need no server, as a person or a script runs them.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// Runs `naru` in an empty folder with nothing of ours in its environment.
fn naru(arguments: &[&str], environment: &[(&str, &str)], input: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    naru_in(folder.path(), arguments, environment, input)
}

fn naru_in(folder: &Path, arguments: &[&str], environment: &[(&str, &str)], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_naru"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may have closed its end already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn example() -> Value {
    json!({"blocks": [
        {"type": "text", "spans": [
            {"text": "안녕하세요 "},
            {"mention": {"kind": "manager", "name": "김매니저"}},
            {"text": "가 "},
            {"text": "내일", "marks": ["bold"]},
            {"text": " 보내 드려요."}]},
        {"type": "buttons", "buttons": [{"label": "배송 조회", "url": "https://example.com/track"}]},
        {"type": "replies", "replies": [{"label": "네", "value": "yes"}, {"label": "아니요", "value": "no"}]},
    ]})
}

#[test]
fn without_an_argument_help_is_printed() {
    let output = naru(&[], &[], "");
    assert_eq!(code(&output), 0);
    for command in [
        "serve",
        "demo",
        "check",
        "apply",
        "platforms",
        "preview",
        "queue",
        "replay",
        "fixture",
        "config",
        "admin",
        "openapi",
    ] {
        assert!(
            stdout(&output).contains(&format!("\n  {command} ")),
            "{command} is not in\n{}",
            stdout(&output)
        );
    }
    assert_eq!(code(&naru(&["--help"], &[], "")), 0);
    assert_eq!(code(&naru(&["--version"], &[], "")), 0);
}

#[test]
fn wrong_usage_ends_with_two_and_a_sentence_on_stderr() {
    for (arguments, expected) in [
        (vec!["sevre"], "serve"),
        (vec!["preview", "-"], "--platform"),
        (vec!["platforms", "--format", "xml"], "xml"),
        (
            vec!["preview", "--platform", "telegraph", "-"],
            "there is no platform `telegraph`; there are kakao, line, webchat",
        ),
        (
            vec!["preview", "--platform", "kakao", "--flavour", "two-way", "-"],
            "kakao has no flavour `two-way`; it has direct",
        ),
        (vec!["preview", "--platform", "line", "--flavour", "direct", "-"], "line has no flavours"),
        (vec!["preview", "--platform", "line", "--set", "colour=red", "-"], "line has no setting `colour`"),
        (
            vec!["preview", "--platform", "line", "--set", "link_buttons", "-"],
            "expected KEY=VALUE, found `link_buttons`",
        ),
        (vec!["preview", "--platform", "line", "--set", "link_buttons=maybe", "-"], "maybe"),
    ] {
        let output = naru(&arguments, &[], "{}");
        assert_eq!(code(&output), 2, "{arguments:?}: {}", stderr(&output));
        assert!(
            stderr(&output).contains(expected),
            "{arguments:?}: expected {expected}, found {}",
            stderr(&output)
        );
        assert_eq!(stdout(&output), "");
    }
}

#[test]
fn the_table_in_the_readme_is_the_one_of_the_command() {
    let table = stdout(&naru(&["platforms", "--format", "markdown"], &[], ""));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- platforms -->\n", "<!-- /platforms -->");
    let (head, rest) = readme.split_once(begin).expect("README.md has the marker <!-- platforms -->");
    let (found, tail) = rest.split_once(end).expect("README.md has the marker <!-- /platforms -->");
    if std::env::var("BLESS").is_ok_and(|value| !value.is_empty() && value != "0") {
        fs::write(&path, format!("{head}{begin}{table}{end}{tail}")).unwrap();
    } else {
        assert_eq!(found, table, "README.md has drifted: BLESS=1 cargo test -p naru-gateway --test cli");
    }
}

#[test]
fn platforms_are_listed_for_people_and_for_programs() {
    let table = stdout(&naru(&["platforms"], &[], ""));
    assert!(table.lines().next().unwrap().contains("kakao"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() < 160), "{table}");
    let list: Value =
        serde_json::from_str(&stdout(&naru(&["platforms", "--format", "json"], &[], ""))).unwrap();
    let names: Vec<_> = list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["kakao", "line", "webchat"]);
    assert_eq!(list[0]["capabilities"]["text"]["limit"]["max"], 1000);
    assert_eq!(list[0]["capabilities"]["text"]["limit"]["unit"], "utf16");
    assert_eq!(list[0]["flavours"].as_array().unwrap().len(), 4);
    assert!(
        list[1]["account"]["credentials"]
            .as_array()
            .unwrap()
            .iter()
            .any(|field| field["name"] == "channel_secret")
    );
}

#[test]
fn d01_d03_d05_a_preview_says_what_is_changed_as_json() {
    let output =
        naru(&["preview", "--platform", "kakao", "--format", "json", "-"], &[], &example().to_string());
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let rendition: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(rendition["target"], json!({"platform": "kakao"}));
    assert_eq!(rendition["verdict"], "changed");
    assert_eq!(rendition["reason"], Value::Null);
    assert_eq!(rendition["lost"], json!([]));
    assert_eq!(rendition["cost"], json!({"class": "none", "segments": null, "encoding": null}));
    assert_eq!(rendition["session"], json!({"required": true}));
    let part = &rendition["parts"][0];
    let text =
        "안녕하세요 @김매니저가 내일 보내 드려요.\n\n버튼을 눌러보세요[배송 조회]\nhttps://example.com/track";
    assert_eq!(part["text"], text);
    assert_eq!(part["size"], json!({"value": text.encode_utf16().count(), "max": 1000, "unit": "utf16"}));
    assert_eq!(part["replies"], json!([{"label": "네", "value": "yes"}, {"label": "아니요", "value": "no"}]));
    let rules: Vec<_> =
        rendition["changes"].as_array().unwrap().iter().map(|change| change["rule"].clone()).collect();
    for rule in ["D01", "D03", "D05"] {
        assert!(rules.contains(&json!(rule)), "{rule}: {rules:?}");
    }
    for change in rendition["changes"].as_array().unwrap() {
        assert!(example().pointer(change["path"].as_str().unwrap()).is_some(), "{change}");
    }
}

#[test]
fn c19_a_setting_changes_the_rendition() {
    let arguments =
        ["preview", "--platform", "kakao", "--set", "link_buttons=native", "--format", "json", "-"];
    let rendition: Value =
        serde_json::from_str(&stdout(&naru(&arguments, &[], &example().to_string()))).unwrap();
    assert_eq!(rendition["target"]["settings"], json!({"link_buttons": "native"}));
    assert_eq!(
        rendition["parts"][0]["buttons"],
        json!([{"label": "배송 조회", "url": "https://example.com/track"}])
    );
    assert_eq!(rendition["parts"][0]["kind"], "rich");
}

#[test]
fn what_is_native_is_shown_as_it_is() {
    let arguments = ["preview", "--platform", "webchat", "--format", "json", "-"];
    let rendition: Value =
        serde_json::from_str(&stdout(&naru(&arguments, &[], &example().to_string()))).unwrap();
    assert_eq!(rendition["verdict"], "as_is");
    assert_eq!(rendition["changes"], json!([]));
    assert_eq!(rendition["session"], json!({"required": false}));
}

#[test]
fn a_preview_in_words_explains_every_change_in_both_languages() {
    let korean = stdout(&naru(&["preview", "--platform", "line", "-"], &[], &example().to_string()));
    for expected in [
        "라인",
        "곳을 바꿔 보냅니다",
        "│ 안녕하세요 @김매니저가 내일 보내 드려요.",
        "( 네 ) ( 아니요 )",
        "멘션을 글로 바꿈 (D01): @김매니저",
        "링크 버튼을 글로 바꿈 (D03)",
        "(D05)",
        "유료 푸시",
    ] {
        assert!(korean.contains(expected), "{expected} is not in\n{korean}");
    }
    let arguments = ["preview", "--platform", "line", "--set", "language=en", "-"];
    let english = stdout(&naru(&arguments, &[], &example().to_string()));
    for expected in [
        "LINE",
        "sent with",
        "the mention became words (D01): @김매니저",
        "Tap to open[배송 조회]",
        "a paid push",
    ] {
        assert!(english.contains(expected), "{expected} is not in\n{english}");
    }
}

#[test]
fn short_forms_and_files_are_read_too() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("hello.json"), r#"{"markdown": "**안녕**하세요"}"#).unwrap();
    let arguments = ["preview", "--platform", "line", "--format", "json", "hello.json"];
    let rendition: Value =
        serde_json::from_str(&stdout(&naru_in(folder.path(), &arguments, &[], ""))).unwrap();
    assert_eq!(rendition["parts"][0]["text"], "안녕하세요");
    let missing = naru(&["preview", "--platform", "line", "nothing.json"], &[], "");
    assert_eq!(code(&missing), 1);
    assert!(stderr(&missing).contains("nothing.json cannot be read"), "{}", stderr(&missing));
}

#[test]
fn a_document_that_is_not_valid_ends_with_one_and_says_where() {
    for document in [
        "{",
        "{}",
        r#"{"blocks": [{"type": "text", "spans": [{"txt": "a"}]}]}"#,
        r#"{"blocks": [{"type": "hologram"}]}"#,
    ] {
        let output = naru(&["preview", "--platform", "line", "--format", "json", "-"], &[], document);
        assert_eq!(code(&output), 1, "{document}");
        let rendition: Value = serde_json::from_str(&stdout(&output)).unwrap();
        assert_eq!(rendition["verdict"], "rejected", "{document}");
        assert_eq!(rendition["reason"]["rule"], "content");
        let fault = &rendition["errors"][0];
        assert!(
            fault["pointer"].is_string() && fault["detail"].as_str().is_some_and(|detail| !detail.is_empty()),
            "{fault}"
        );
        let words = naru(&["preview", "--platform", "line", "-"], &[], document);
        assert_eq!(code(&words), 1);
        assert!(stdout(&words).contains("보낼 수 없습니다"), "{}", stdout(&words));
    }
}

#[test]
fn the_effective_configuration_says_where_it_came_from_and_hides_passwords() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("naru.toml"), "[limits]\nconnections = 9\n").unwrap();
    let environment = [("NARU_DATABASE__URL", "postgres://naru:hunter2@db/naru")];
    let output = naru_in(folder.path(), &["config", "show", "--origin"], &environment, "");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.contains("connections = 9  # naru.toml:2"), "{text}");
    assert!(text.contains("url = \"postgres://naru:***@db/naru\"  # NARU_DATABASE__URL"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
    let plain = stdout(&naru_in(folder.path(), &["config", "show"], &[], ""));
    fs::write(folder.path().join("again.toml"), &plain).unwrap();
    let again = naru_in(folder.path(), &["config", "show", "--config", "again.toml"], &[], "");
    assert_eq!(stdout(&again), plain, "what is shown can be read again");
}

#[test]
fn a_wrong_configuration_ends_with_seventy_eight() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("naru.toml"), "\nlistn = \"127.0.0.1:1\"\n").unwrap();
    let output = naru_in(folder.path(), &["config", "show"], &[], "");
    assert_eq!(code(&output), 78);
    assert_eq!(stderr(&output), "naru: naru.toml:2: there is no option `listn`; did you mean `listen`?\n");
    assert_eq!(code(&naru(&["config", "show"], &[("NARU_ENV", "production")], "")), 78);
    assert_eq!(code(&naru(&["config", "show", "--config", "nowhere.toml"], &[], "")), 78);
}

#[test]
fn the_schema_is_json_schema() {
    let schema: Value = serde_json::from_str(&stdout(&naru(&["config", "schema"], &[], ""))).unwrap();
    assert_eq!(schema["additionalProperties"], false);
    assert!(schema["properties"]["listen"]["description"].is_string());
}

#[test]
fn channels_are_applied_from_a_file_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("channels.toml");
    let write = |buttons: &str| {
        let text = format!(
            "[[channel]]\nplatform = \"line\"\nname = \"가게\"\n[channel.credentials]\nchannel_secret_file = \"secret\"\n\
             channel_access_token = \"token-0123456789\"\n[channel.settings]\nlink_buttons = \"{buttons}\"\n"
        );
        fs::write(&file, text).unwrap();
    };
    fs::write(folder.path().join("secret"), "3c1f0b7e9d2a4856b1c0ffee5eed1234\n").unwrap();
    write("native");
    let apply = |more: &[&str]| {
        let arguments: Vec<_> = ["apply", "channels.toml"].iter().chain(more).copied().collect();
        let output = naru_in(folder.path(), &arguments, &[], "");
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        stdout(&output)
    };
    assert_eq!(apply(&["--dry-run"]), "would create 가게 on line\n");
    assert_eq!(apply(&[]), "created 가게 on line\n");
    assert_eq!(apply(&[]), "nothing to do for 가게 on line\n");
    write("text");
    assert_eq!(apply(&["--dry-run"]), "would change 가게 on line: link_buttons\n");
    fs::write(folder.path().join("secret"), "another-secret-of-the-same-channel\n").unwrap();
    assert_eq!(apply(&[]), "changed 가게 on line: link_buttons, channel_secret\n");
    assert_eq!(apply(&[]), "nothing to do for 가게 on line\n");
    write("perhaps");
    let refused = naru_in(folder.path(), &["apply", "channels.toml"], &[], "");
    assert_eq!(code(&refused), 1);
    assert!(
        stderr(&refused).contains("가게: ") && stderr(&refused).contains("perhaps"),
        "{}",
        stderr(&refused)
    );
}
