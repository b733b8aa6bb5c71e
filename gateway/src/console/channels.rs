//! Channels: the list, the form, and one channel with its way to the first webhook.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri};
use naru_core::adapter::Platform;
use naru_core::settings::Language;
use serde_json::{Map, json};

use super::Console;
use super::capabilities::{self, Row};
use super::fields::{self, Field};
use super::message::message;
use super::shell::{Place, Shell, embedded, page};
use super::words::pick;
use crate::app::App;
use crate::auth::Resource;
use crate::channels::{Channel, Health};

/// `/channels`.
#[derive(Template)]
#[template(path = "channels.html")]
pub(super) struct ChannelsPage {
    /// The frame.
    pub shell: Shell,
    /// The connected ones.
    pub channels: Vec<ChannelCard>,
    /// What can be connected.
    pub platforms: Vec<PlatformCard>,
}

/// A connected channel.
#[derive(Clone, Debug)]
pub(super) struct ChannelCard {
    /// Its id.
    pub id: String,
    /// Its platform.
    pub platform: String,
    /// The platform's name for people.
    pub title: String,
    /// Its name.
    pub name: String,
    /// How it is.
    pub health: Health,
    /// Why it is not well.
    pub reason: Option<String>,
    /// Whether an admin has paused it.
    pub paused: bool,
    /// Where its platform must post.
    pub hook_url: String,
}

impl ChannelCard {
    fn of(app: &App, language: Language, channel: &Channel) -> Self {
        Self {
            id: channel.id.to_string(),
            platform: channel.platform.name.to_owned(),
            title: pick(language, &channel.platform.title).to_owned(),
            name: channel.row.name.clone(),
            health: channel.health(),
            reason: channel.adapter.as_ref().err().cloned().or_else(|| channel.row.health_reason.clone()),
            paused: channel.is_paused(),
            hook_url: format!("{}/hooks/{}/{}", app.public_url, channel.platform.name, channel.row.hook_key),
        }
    }

    /// The key of the health's words.
    pub(super) fn health_words(&self) -> &'static str {
        match self.health {
            Health::Ok => "health.ok",
            Health::Degraded => "health.degraded",
            Health::AuthBroken => "health.auth_broken",
            Health::Quota => "health.quota",
            Health::Paused => "health.paused",
        }
    }

    /// The dot's colour.
    pub(super) fn tone(&self) -> &'static str {
        match self.health {
            Health::Ok => "good",
            Health::Degraded | Health::Quota => "warn",
            Health::AuthBroken => "bad",
            Health::Paused => "",
        }
    }
}

/// A platform that can be connected.
#[derive(Clone, Debug)]
pub(super) struct PlatformCard {
    /// Its name in the registry.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The key of what it needs.
    pub needs: &'static str,
}

/// `/channels/new/{platform}`.
#[derive(Template)]
#[template(path = "channel_new.html")]
pub(super) struct ChannelNewPage {
    /// The frame.
    pub shell: Shell,
    /// The platform.
    pub platform: &'static str,
    /// The platform's name for people.
    pub title: &'static str,
    /// What to do at the platform first.
    pub steps: Vec<Step>,
    /// What is kept secret.
    pub credentials: Vec<Field>,
    /// What is not.
    pub settings: Vec<Field>,
    /// What the script is given.
    pub given: String,
}

/// One step at the platform's own console.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// The key of its head.
    pub title: &'static str,
    /// The key of its words.
    pub words: &'static str,
    /// Its picture's file.
    pub picture: &'static str,
    /// The key of the picture's words.
    pub alt: &'static str,
}

const fn step(title: &'static str, words: &'static str, picture: &'static str, alt: &'static str) -> Step {
    Step { title, words, picture, alt }
}

const LINE_STEPS: [Step; 4] = [
    step("line.step1", "line.step1words", "step-line-1.svg", "line.step1alt"),
    step("line.step2", "line.step2words", "step-line-2.svg", "line.step2alt"),
    step("line.step3", "line.step3words", "step-line-3.svg", "line.step3alt"),
    step("line.step4", "line.step4words", "step-line-4.svg", "line.step4alt"),
];

/// `/channels/{id}`.
#[derive(Template)]
#[template(path = "channel.html")]
pub(super) struct ChannelPage {
    /// The frame.
    pub shell: Shell,
    /// The channel.
    pub channel: ChannelCard,
    /// The line for a web page (web chat only).
    pub snippet: String,
    /// What is kept secret.
    pub credentials: Vec<Field>,
    /// What is not.
    pub settings: Vec<Field>,
    /// What its platform can do.
    pub capabilities: Vec<Row>,
    /// What the script is given.
    pub given: String,
}

pub(super) async fn list(State(console): State<Console>, uri: Uri, headers: HeaderMap) -> Response {
    let shell = match console.shell(&headers, &uri, Place::Channels, Resource::Channels).await {
        Ok(shell) => shell,
        Err(answer) => return *answer,
    };
    let app = &console.app;
    let channels =
        app.channels.all().iter().map(|channel| ChannelCard::of(app, shell.language, channel)).collect();
    let platforms = app.platforms.iter().map(|platform| platform_card(shell.language, platform)).collect();
    page(StatusCode::OK, &ChannelsPage { shell, channels, platforms }, uri.query())
}

pub(super) fn platform_card(language: Language, platform: &Platform) -> PlatformCard {
    let needs = match platform.name {
        "line" => "channels.needs.line",
        "kakao" => "channels.needs.kakao",
        "webchat" => "channels.needs.webchat",
        _ => "channels.needs.other",
    };
    PlatformCard { name: platform.name, title: pick(language, &platform.title), needs }
}

pub(super) async fn new(
    State(console): State<Console>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let shell = match console.shell(&headers, &uri, Place::Channels, Resource::Channels).await {
        Ok(shell) => shell,
        Err(answer) => return *answer,
    };
    match console.app.platforms.iter().find(|platform| platform.name == name) {
        Some(platform) => page(StatusCode::OK, &new_page(shell, platform), uri.query()),
        None => message(&shell, StatusCode::NOT_FOUND, "message.missing", "message.missingwords"),
    }
}

pub(super) fn new_page(shell: Shell, platform: &'static Platform) -> ChannelNewPage {
    let language = shell.language;
    ChannelNewPage {
        platform: platform.name,
        title: pick(language, &platform.title),
        steps: if platform.name == "line" { LINE_STEPS.to_vec() } else { Vec::new() },
        credentials: fields::credentials(language, platform, None),
        settings: fields::settings(language, platform, &Map::new()),
        given: embedded(&json!({ "platform": platform.name })),
        shell,
    }
}

pub(super) async fn one(
    State(console): State<Console>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let shell = match console.shell(&headers, &uri, Place::Channels, Resource::Channels).await {
        Ok(shell) => shell,
        Err(answer) => return *answer,
    };
    let Some(channel) = console.app.channels.find(&id) else {
        return message(&shell, StatusCode::NOT_FOUND, "message.missing", "message.missingwords");
    };
    let language = shell.language;
    let chosen = ChannelPage {
        channel: ChannelCard::of(&console.app, language, &channel),
        snippet: snippet(&console.app.public_url, &channel.row.hook_key),
        credentials: fields::credentials(language, channel.platform, Some(&channel)),
        settings: fields::settings(language, channel.platform, &channel.settings),
        capabilities: capabilities::rows(&channel.capabilities),
        given: embedded(&json!({ "id": id, "platform": channel.platform.name })),
        shell,
    };
    page(StatusCode::OK, &chosen, uri.query())
}

pub(super) fn snippet(public_url: &str, key: &str) -> String {
    format!(
        "<script>window.Naru=window.Naru||function(){{(Naru.q=Naru.q||[]).push(arguments)}};Naru('boot',{{channel:'{key}'}})</script><script src=\"{public_url}/widget.js\" async></script>"
    )
}

#[cfg(test)]
impl ChannelCard {
    /// An invented channel.
    pub(super) fn sample() -> Self {
        Self {
            id: "01900000-0000-7000-8000-000000000001".to_owned(),
            platform: "line".to_owned(),
            title: "LINE".to_owned(),
            name: "<우리 & 가게>".to_owned(),
            health: Health::AuthBroken,
            reason: Some("401: \"invalid token\"".to_owned()),
            paused: false,
            hook_url: "https://naru.example/hooks/line/k3y".to_owned(),
        }
    }
}
