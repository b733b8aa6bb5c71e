//! The runner finds what does not belong, names what is missing, and holds adapters to the laws of the contract.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::fs;
use std::path::Path;

use naru_adapters::webchat;
use naru_contract_tests::fixture::{self, Group, Mode, Shape, Tree};
use naru_contract_tests::required;
use naru_core::adapter::{
    Account, AccountError, AccountSpec, Adapter, AdapterIdentity, Answers, Body, Call, HttpTarget, Job,
    Malformed, Next, Outcome, Platform, Receipt, Repeat, Request, Signed, Sink, Target, Verdict, Words,
};
use naru_core::event::{Event, What};
use naru_core::time::Millis;
use serde_json::json;

fn shapes() -> Vec<Shape> {
    vec![
        Shape { platform: "toy".to_owned(), flavours: Vec::new() },
        Shape { platform: "dealer".to_owned(), flavours: vec!["one-way".to_owned()] },
    ]
}

fn write(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

#[test]
fn cases_are_found_and_named_by_their_folders() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "README.md", "");
    write(root, "toy/account.json", "{}");
    write(root, "toy/case.json", "{}");
    write(root, "toy/receive/text-of-a-friend/request.http", "");
    write(root, "dealer/one-way/jobs/check/job.json", "{}");
    let tree = Tree::find(root, &shapes());
    let names: Vec<_> = tree.cases.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["dealer/one-way/jobs/check", "toy/receive/text-of-a-friend"]);
    assert_eq!(tree.strays, Vec::<String>::new());
    assert_eq!(tree.cases[0].flavour_setting().as_deref(), Some("one_way"));
    assert_eq!(tree.cases[1].group, Group::Receive);
}

#[test]
fn what_does_not_belong_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "telegraph/send/text/content.json", "{}");
    write(root, "dealer/two-way/send/text/content.json", "{}");
    write(root, "toy/recieve/text/request.http", "");
    write(root, "toy/receive/001/request.http", "");
    write(root, "toy/receive/Text/request.http", "");
    write(root, "toy/receive/text/request.http", "");
    write(root, "toy/receive/text/evnets.json", "[]");
    write(root, "toy/receive/empty/events.json", "[]");
    write(root, "toy/send/notes.txt", "");
    let tree = Tree::find(root, &shapes());
    for expected in [
        "telegraph is no platform of the registry",
        "dealer/two-way is no flavour of dealer",
        "toy/recieve is none of receive, send, jobs",
        "toy/receive/001 is no name of a case",
        "toy/receive/Text is no name of a case",
        "toy/receive/text/evnets.json is none of request.http",
        "toy/receive/empty has no request.http",
        "toy/send/notes.txt is no case",
    ] {
        assert!(
            tree.strays.iter().any(|stray| stray.starts_with(expected)),
            "{expected}: {:#?}",
            tree.strays
        );
    }
    assert_eq!(tree.strays.len(), 8, "{:#?}", tree.strays);
}

#[test]
fn a_missing_folder_is_no_success() {
    let folder = tempfile::tempdir().unwrap();
    let tree = Tree::find(&folder.path().join("nowhere"), &shapes());
    assert!(tree.cases.is_empty());
    assert_eq!(tree.strays.len(), 1);
}

#[test]
fn a_required_case_counts_by_name_and_by_what_it_shows() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let shape = &shapes()[0];
    let missing = |root: &Path| required::missing(shape, None, &Tree::find(root, &shapes()).cases);
    write(root, "toy/send/rate-limited-push-waits/content.json", "{}");
    assert_eq!(missing(root).len(), required::REQUIRED.len());
    write(root, "toy/send/rate-limited-push-waits/outcome.json", r#"{"failure": "rejected"}"#);
    let named = missing(root);
    assert!(
        named.iter().any(|line| line
            == "send/rate-limited: toy/send/rate-limited-push-waits is named like it, but its outcome.json has no failure \"throttled\""),
        "{named:#?}"
    );
    write(root, "toy/send/rate-limited-push-waits/outcome.json", r#"{"failure": "throttled"}"#);
    assert_eq!(missing(root).len(), required::REQUIRED.len() - 1);
}

/// How the toy misbehaves, read from `settings.habit`.
struct Toy {
    habit: String,
    secret: String,
}

fn platform() -> &'static Platform {
    let spec = AccountSpec { credentials: &[], settings: &[] };
    Box::leak(Box::new(Platform {
        name: "toy",
        title: Words { ko: "장난감", en: "Toy" },
        capabilities: webchat::PLATFORM.capabilities.clone(),
        flavours: &[],
        account: spec,
        hooks: webchat::PLATFORM.hooks,
        media_hosts: &[],
        open,
        compose: |parts, _, _| parts,
    }))
}

fn open(account: &Account) -> Result<Box<dyn Adapter>, AccountError> {
    let habit = account.setting("habit").unwrap_or_default().to_owned();
    Ok(Box::new(Toy { habit, secret: account.credential("token")?.expose().to_owned() }))
}

impl Adapter for Toy {
    fn verify(&self, _: &Request, _: Millis) -> Verdict {
        Verdict::Accept
    }

    fn receive(&self, request: &Request) -> Result<Vec<Event>, Malformed> {
        let name = String::from_utf8_lossy(&request.body).trim().to_owned();
        let event = |key: &str| Event {
            key: key.to_owned(),
            lane: "lane".to_owned(),
            at: None,
            sender: None,
            session: None,
            reply_handle: None,
            what: What::Unsupported { name: name.clone(), raw: json!(null) },
        };
        match self.habit.as_str() {
            "twins" => Ok(vec![event("1:same"), event("1:same")]),
            "unversioned" => Ok(vec![event("same")]),
            _ => Ok(vec![event(&format!("1:{name}"))]),
        }
    }

    fn next(&self, _: &Job, answers: &Answers, _: Millis) -> Next {
        if answers.get("mark").is_some() {
            return Next::Done(Outcome::Acknowledged);
        }
        let lost = answers.lost("mark");
        let note = match self.habit.as_str() {
            "forgets" => format!("try {lost}"),
            "tells" => format!("token={}", self.secret),
            _ => "mark".to_owned(),
        };
        let repeat = if self.habit == "insists" { Repeat::Never } else { Repeat::Keyed };
        Next::Call(Box::new(Call {
            step: "mark".to_owned(),
            repeat,
            target: Target::Http(HttpTarget {
                method: "POST".to_owned(),
                url: "https://toy.example/mark".to_owned(),
                headers: Vec::new(),
            }),
            body: Body::Json(json!({ "note": note })),
            parts: 0..0,
            sink: Sink::Answer,
        }))
    }

    fn receipts(&self, _: &Job, _: &Answers) -> Vec<Receipt> {
        Vec::new()
    }

    fn sign(&self, call: &Call, _: Millis) -> Signed {
        Signed::plain(call).header("authorization", format!("Bearer {}", self.secret))
    }

    fn identity(&self, _: &Answers) -> Option<AdapterIdentity> {
        None
    }
}

/// Runs a `jobs` case of the toy with a habit and an answer file; twice, so that what was blessed also compares.
fn mark(habit: &str, answers: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let account = json!({"credentials": {"token": "toy-secret-0123"}, "settings": {"habit": habit}});
    write(root, "toy/account.json", &account.to_string());
    write(root, "toy/jobs/mark/job.json", r#"{"job": "check"}"#);
    write(root, "toy/jobs/mark/answer.http", answers);
    let case = Tree::find(root, &shapes()).cases.remove(0);
    fixture::run(&case, platform(), Mode::Bless)?;
    fixture::run(&case, platform(), Mode::Compare)?;
    let calls = fs::read_to_string(case.file("calls.http")).unwrap();
    fs::write(case.file("outcome.json"), "{}").unwrap();
    let difference = fixture::run(&case, platform(), Mode::Compare).unwrap_err();
    assert!(difference.contains("/outcome: expected nothing, found \"acknowledged\""), "{difference}");
    Ok(calls)
}

const DONE: &str = "### mark\n200\n\n{}\n";

#[test]
fn a_good_job_is_written_down_and_compared() {
    let call = "### mark keyed\nPOST https://toy.example/mark\nauthorization: Bearer toy-secret-0123\ncontent-type: application/json\n\n{\n  \"note\": \"mark\"\n}\n";
    assert_eq!(mark("", DONE).unwrap(), call);
    assert_eq!(mark("", &format!("### mark crash\n{DONE}")).unwrap(), format!("{call}\n{call}"));
}

#[test]
fn a_misbehaving_adapter_is_caught() {
    let crash = &format!("### mark crash\n{DONE}");
    let lost = &format!("### mark lost\n{DONE}");
    for (habit, answers, expected) in [
        ("forgets", crash.as_str(), "after a crash the same call must come again"),
        ("tells", DONE, "the stored call `mark` holds the credential token"),
        ("insists", lost, "`mark` may never be repeated, and is made again"),
        ("", "", "answer.http has no answer (left) for this call"),
        ("", &format!("{DONE}### other\n200\n"), "answer.http answers calls that were never made: other"),
        ("", "### mark gone\n", "expected `### mark`, `### mark lost` or `### mark crash`"),
        ("", "### mark\nhello\n", "expected a status line"),
    ] {
        let fault = mark(habit, answers).unwrap_err();
        assert!(fault.contains(expected), "{habit}: expected {expected}, found {fault}");
    }
}

fn receive(habit: &str, body: &str, given: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let account = json!({"credentials": {"token": "toy-secret-0123"}, "settings": {"habit": habit}});
    write(root, "toy/account.json", &account.to_string());
    write(root, "toy/receive/first/request.http", "POST /hooks/toy/k3y HTTP/1.1\n\none");
    write(root, "toy/receive/second/request.http", &format!("POST /hooks/toy/k3y HTTP/1.1\n\n{body}"));
    write(root, "toy/receive/second/case.json", given);
    let case = Tree::find(root, &shapes()).cases.remove(1);
    fixture::run(&case, platform(), Mode::Bless)
}

#[test]
fn events_are_held_to_their_laws() {
    let again = r#"{"redelivers": "first"}"#;
    assert_eq!(receive("", "two", "{}"), Ok(()));
    assert_eq!(receive("", "one", again), Ok(()));
    for (habit, body, given, expected) in [
        ("", "two", again, "toy/receive/first has the keys"),
        ("twins", "two", "{}", "two events of one request have the key"),
        ("unversioned", "two", "{}", "a key begins with its version"),
        ("", "a\0b", "{}", "U+0000 must become U+FFFD"),
        ("", "two", r#"{"mood": "good"}"#, "unknown field `mood`"),
    ] {
        let fault = receive(habit, body, given).unwrap_err();
        assert!(fault.contains(expected), "expected {expected}, found {fault}");
    }
}

#[test]
fn a_request_line_must_name_the_platforms_hook() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "toy/account.json", r#"{"credentials": {"token": "t"}}"#);
    write(root, "toy/receive/elsewhere/request.http", "POST /hooks/line/k3y HTTP/1.1\n\n{}");
    let case = Tree::find(root, &shapes()).cases.remove(0);
    let fault = fixture::run(&case, platform(), Mode::Bless).unwrap_err();
    assert!(fault.contains("expected `POST /hooks/toy/k3y[/suffix] HTTP/1.1`"), "{fault}");
}
