//! `naru preview`: what becomes of a content document on a platform.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use naru_core::adapter::Platform;
use naru_core::content::{Content, Pointed, read_content};
use naru_core::settings::{CommonSettings, Language};
use serde_json::{Map, Value};

use super::Exit;
use super::args::{PreviewArgs, TextOrJson};
use super::dispatch::{complain, say};
use super::preview_text;
use crate::preview::{Reason, Rendition, ReplyHandle, Request, Target, Verdict, render};

/// The settings that shape a rendition beside the platform's own.
const COMMON: [&str; 9] = [
    "link_buttons",
    "formatting",
    "language",
    "session_end_delay",
    "retention_notice",
    "retention_days",
    "privacy_url",
    "on_return",
    "close_on_session_end",
];

/// Why there is nothing to show.
enum Refusal {
    /// It was asked in a way that cannot be understood.
    Usage(String),
    /// The file cannot be read.
    File(String),
}

/// Prints the rendition; a rejected one, and a document that is not valid, end with 1.
pub(super) fn run(platforms: &[&'static Platform], args: &PreviewArgs) -> Exit {
    match rendered(platforms, args) {
        Ok((rendition, platform, language)) => {
            let printed = say(&match args.format {
                TextOrJson::Json => {
                    serde_json::to_string_pretty(&rendition).expect("a rendition can be written as JSON")
                }
                TextOrJson::Text => preview_text::write(&rendition, platform, language),
            });
            if rendition.verdict == Verdict::Rejected { Exit::Failed } else { printed }
        }
        Err(Refusal::Usage(sentence)) => {
            complain(&sentence);
            Exit::Usage
        }
        Err(Refusal::File(sentence)) => {
            complain(&sentence);
            Exit::Failed
        }
    }
}

fn rendered(
    platforms: &[&'static Platform],
    args: &PreviewArgs,
) -> Result<(Rendition, &'static Platform, Language), Refusal> {
    let platform = find(platforms, &args.platform)?;
    let settings = settings(platform, args)?;
    let common =
        CommonSettings::read(&settings).map_err(|error| Refusal::Usage(format!("--set: {error}")))?;
    let text = read(&args.file).map_err(Refusal::File)?;
    let rendition = match content(&text) {
        Ok(content) => {
            let request = Request {
                platform,
                settings: &settings,
                media: &BTreeMap::new(),
                variables: &BTreeMap::new(),
                handle: ReplyHandle::None,
                short_link: None,
            };
            render(&content, &request).map_err(|error| Refusal::Usage(format!("--set: {error}")))?
        }
        Err(faults) => invalid(platform, settings, &common, faults),
    };
    Ok((rendition, platform, common.language))
}

fn find(platforms: &[&'static Platform], name: &str) -> Result<&'static Platform, Refusal> {
    platforms.iter().copied().find(|platform| platform.name == name).ok_or_else(|| {
        let known: Vec<_> = platforms.iter().map(|platform| platform.name).collect();
        Refusal::Usage(format!("there is no platform `{name}`; there are {}", known.join(", ")))
    })
}

fn settings(platform: &Platform, args: &PreviewArgs) -> Result<Map<String, Value>, Refusal> {
    let mut settings = Map::new();
    for pair in &args.set {
        let (key, value) = pair
            .split_once('=')
            .ok_or_else(|| Refusal::Usage(format!("--set: expected KEY=VALUE, found `{pair}`")))?;
        let own = platform.account.settings.iter().map(|field| field.name);
        let known: Vec<_> = COMMON.into_iter().chain(own).collect();
        if !known.contains(&key) {
            return Err(Refusal::Usage(format!(
                "--set: {} has no setting `{key}`; it has {}",
                platform.name,
                known.join(", ")
            )));
        }
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
        settings.insert(key.to_owned(), value);
    }
    if let Some(flavour) = &args.flavour {
        settings.insert("flavour".to_owned(), Value::String(flavour.clone()));
    }
    if let Some(flavour) = settings.get("flavour").and_then(Value::as_str) {
        has_flavour(platform, flavour)?;
    }
    Ok(settings)
}

fn has_flavour(platform: &Platform, flavour: &str) -> Result<(), Refusal> {
    let known: Vec<_> = platform.flavours.iter().map(|known| known.name).collect();
    match (known.contains(&flavour), known.is_empty()) {
        (true, _) => Ok(()),
        (false, true) => Err(Refusal::Usage(format!("{} has no flavours", platform.name))),
        (false, false) => Err(Refusal::Usage(format!(
            "{} has no flavour `{flavour}`; it has {}",
            platform.name,
            known.join(", ")
        ))),
    }
}

fn read(file: &Path) -> Result<String, String> {
    if file == Path::new("-") {
        let mut text = String::new();
        return match std::io::stdin().read_to_string(&mut text) {
            Ok(_) => Ok(text),
            Err(error) => Err(format!("standard input cannot be read: {error}")),
        };
    }
    fs::read_to_string(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))
}

fn content(text: &str) -> Result<Content, Vec<Pointed>> {
    let document: Value = serde_json::from_str(text).map_err(|error| {
        vec![Pointed { pointer: String::new(), detail: format!("expected JSON, found {error}") }]
    })?;
    read_content(&document)
}

fn invalid(
    platform: &Platform,
    settings: Map<String, Value>,
    common: &CommonSettings,
    faults: Vec<Pointed>,
) -> Rendition {
    let detail = match common.language {
        Language::Ko => "이 문서는 올바른 내용 문서가 아니에요.",
        Language::En => "The document is not valid content.",
    };
    let reason = Reason { path: String::new(), rule: "content".to_owned(), detail: detail.to_owned() };
    let target = Target { platform: platform.name.to_owned(), channel_id: None, settings };
    let capabilities = platform.capabilities_of(common.flavour.as_deref());
    Rendition::refused(target, reason, faults, &capabilities)
}
