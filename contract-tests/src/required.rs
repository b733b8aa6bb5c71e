//! The cases that every platform, in each of its flavours, must show before it counts as done.
//!
//! A case shows a requirement by its name *and* by its files: `rate-limited` whose outcome is no throttling shows nothing.

use std::fs;

use serde_json::Value;

use crate::fixture::{Case, Group, Shape};

/// Something that a platform must show.
pub struct Requirement {
    /// In which group.
    pub group: Group,
    /// What the missing one is called.
    pub name: &'static str,
    /// A case's name must hold all words of one of these.
    words: &'static [&'static [&'static str]],
    /// What its files must show.
    shown: Shown,
}

/// What the files of a case must show.
enum Shown {
    /// The file is there.
    File(&'static str),
    /// `events.json` has an event in which some string under some key has this value.
    Event(&'static str, &'static str),
    /// `outcome.json` has this failure.
    Failure(&'static str),
    /// `outcome.json` has this failure, or the content was rejected before any call.
    FailureOrRejection(&'static str),
    /// `answer.http` has a step that ends in this word.
    Answer(&'static str),
    /// `case.json` names the first delivery.
    Redelivers,
}

/// Every requirement.
pub const REQUIRED: &[Requirement] = &[
    receive("text", &[&["text"]], Shown::Event("type", "text")),
    receive("image", &[&["image"], &["photo"]], Shown::Event("type", "image")),
    receive("video", &[&["video"]], Shown::Event("type", "video")),
    receive("audio", &[&["audio"]], Shown::Event("type", "audio")),
    receive("file", &[&["file"]], Shown::Event("type", "file")),
    receive(
        "bad-signature",
        &[&["bad", "signature"], &["bad", "key"], &["bad", "token"]],
        Shown::File("refused.json"),
    ),
    receive("malformed-body", &[&["malformed"]], Shown::File("malformed.json")),
    receive(
        "unknown-event-type",
        &[&["unknown", "event"], &["unknown", "type"]],
        Shown::Event("kind", "unsupported"),
    ),
    receive("redelivered", &[&["redelivered"]], Shown::Redelivers),
    send("text", &[&["text"]], Shown::File("calls.http")),
    send("image", &[&["image"]], Shown::File("fitted.json")),
    send("video", &[&["video"]], Shown::File("fitted.json")),
    send("audio", &[&["audio"]], Shown::File("fitted.json")),
    send("file", &[&["file"]], Shown::File("fitted.json")),
    send("text-over-limit", &[&["text", "over", "limit"]], Shown::File("fitted.json")),
    send(
        "buttons-over-limit",
        &[&["buttons", "over", "limit"], &["replies", "over", "limit"]],
        Shown::File("fitted.json"),
    ),
    send("mention-and-marks", &[&["mention", "marks"]], Shown::File("calls.http")),
    send("rate-limited", &[&["rate", "limited"]], Shown::Failure("throttled")),
    send("rejected", &[&["rejected"]], Shown::FailureOrRejection("rejected")),
    send("auth-broken", &[&["auth", "broken"]], Shown::Failure("auth_broken")),
    send("ambiguous-timeout", &[&["ambiguous", "timeout"]], Shown::Answer("lost")),
    send("crash-after-call", &[&["crash"]], Shown::Answer("crash")),
];

const fn receive(name: &'static str, words: &'static [&'static [&'static str]], shown: Shown) -> Requirement {
    Requirement { group: Group::Receive, name, words, shown }
}

const fn send(name: &'static str, words: &'static [&'static [&'static str]], shown: Shown) -> Requirement {
    Requirement { group: Group::Send, name, words, shown }
}

/// The requirements that one spelling of a platform does not show yet, in words.
pub fn missing(shape: &Shape, flavour: Option<&str>, cases: &[Case]) -> Vec<String> {
    let own: Vec<_> = cases
        .iter()
        .filter(|case| case.platform == shape.platform && case.flavour.as_deref() == flavour)
        .collect();
    REQUIRED.iter().filter_map(|requirement| requirement.fault(&own)).collect()
}

impl Requirement {
    fn fault(&self, cases: &[&Case]) -> Option<String> {
        let named: Vec<_> =
            cases.iter().filter(|case| case.group == self.group && self.is_named_by(&case.name)).collect();
        if named.iter().any(|case| self.shown.by(case)) {
            return None;
        }
        let words: Vec<_> = self.words.iter().map(|words| words.join("-")).collect();
        let place = format!("{}/{}", self.group.folder(), self.name);
        Some(match named.first() {
            None => format!("{place}: no case is named like it ({})", words.join(", or ")),
            Some(case) => format!("{place}: {case} is named like it, but {}", self.shown.expected()),
        })
    }

    fn is_named_by(&self, name: &str) -> bool {
        let words: Vec<_> = name.split('-').collect();
        self.words.iter().any(|all| all.iter().all(|word| words.contains(word)))
    }
}

impl Shown {
    fn by(&self, case: &Case) -> bool {
        let text = |name: &str| fs::read_to_string(case.file(name)).unwrap_or_default();
        let json = |name: &str| serde_json::from_str::<Value>(&text(name)).unwrap_or_default();
        match self {
            Self::File(name) => case.file(name).is_file(),
            Self::Event(key, value) => holds(&json("events.json"), key, value),
            Self::Failure(failure) => json("outcome.json")["failure"] == *failure,
            Self::FailureOrRejection(failure) => {
                json("outcome.json")["failure"] == *failure || json("fitted.json")["rejection"].is_object()
            }
            Self::Answer(word) => {
                text("answer.http").lines().any(|line| line.starts_with("### ") && line.ends_with(word))
            }
            Self::Redelivers => json("case.json")["redelivers"].is_string(),
        }
    }

    fn expected(&self) -> String {
        match self {
            Self::File(name) => format!("it has no {name}"),
            Self::Event(key, value) => format!("its events.json has no \"{key}\": \"{value}\""),
            Self::Failure(failure) => format!("its outcome.json has no failure \"{failure}\""),
            Self::FailureOrRejection(failure) => {
                format!("it has neither the failure \"{failure}\" nor a rejection")
            }
            Self::Answer(word) => format!("its answer.http has no step that ends in `{word}`"),
            Self::Redelivers => "its case.json has no \"redelivers\"".to_owned(),
        }
    }
}

fn holds(document: &Value, key: &str, value: &str) -> bool {
    match document {
        Value::Object(map) => {
            map.iter().any(|(name, inner)| (name == key && inner == value) || holds(inner, key, value))
        }
        Value::Array(values) => values.iter().any(|inner| holds(inner, key, value)),
        _ => false,
    }
}
