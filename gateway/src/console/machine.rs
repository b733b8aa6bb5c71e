//! Webhooks, deliveries, and the page for programs. Their rows come from the API.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri};
use naru_core::message::DeliveryState;
use serde_json::json;

use super::Console;
use super::guard;
use super::shell::{Place, Shell, embedded, page};
use crate::auth::Resource;
use crate::store::rows::conversation::{self, ListQuery};

/// A channel as a filter shows it.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// `/journal`.
#[derive(Template)]
#[template(path = "journal.html")]
pub(super) struct JournalPage {
    /// The frame.
    pub shell: Shell,
    /// The channels to filter by.
    pub channels: Vec<Choice>,
    /// What the script is given.
    pub given: String,
}

/// `/journal/{id}`.
#[derive(Template)]
#[template(path = "journal_row.html")]
pub(super) struct JournalRowPage {
    /// The frame.
    pub shell: Shell,
    /// The webhook.
    pub id: String,
}

/// `/deliveries`.
#[derive(Template)]
#[template(path = "deliveries.html")]
pub(super) struct DeliveriesPage {
    /// The frame.
    pub shell: Shell,
    /// The channels to filter by.
    pub channels: Vec<Choice>,
    /// The states with the keys of their words.
    pub states: Vec<(&'static str, String)>,
    /// What the script is given.
    pub given: String,
}

/// `/deliveries/{id}`.
#[derive(Template)]
#[template(path = "delivery.html")]
pub(super) struct DeliveryPage {
    /// The frame.
    pub shell: Shell,
    /// The delivery.
    pub id: String,
}

/// `/developers`.
#[derive(Template)]
#[template(path = "developers.html")]
pub(super) struct DevelopersPage {
    /// The frame.
    pub shell: Shell,
    /// The demo's key.
    pub key: Option<String>,
    /// A command that sends; `None` while there is no conversation.
    pub curl: Option<String>,
    /// A command that listens.
    pub stream: String,
    /// What the script is given.
    pub given: String,
}

fn channels(console: &Console) -> Vec<Choice> {
    let choice = |channel: &std::sync::Arc<crate::channels::Channel>| Choice {
        id: channel.id.to_string(),
        name: channel.row.name.clone(),
    };
    console.app.channels.all().iter().map(choice).collect()
}

pub(super) fn names(channels: &[Choice]) -> String {
    let list: Vec<_> =
        channels.iter().map(|channel| json!({ "id": channel.id, "name": channel.name })).collect();
    embedded(&json!({ "channels": list }))
}

pub(super) fn states() -> Vec<(&'static str, String)> {
    DeliveryState::ALL.into_iter().map(|state| (state.name(), format!("delivery.{}", state.name()))).collect()
}

pub(super) async fn journal(State(console): State<Console>, uri: Uri, headers: HeaderMap) -> Response {
    let shell = match console.shell(&headers, &uri, Place::Journal, Resource::Journal).await {
        Ok(shell) => shell,
        Err(answer) => return *answer,
    };
    let channels = channels(&console);
    let given = names(&channels);
    page(StatusCode::OK, &JournalPage { shell, channels, given }, uri.query())
}

pub(super) async fn journal_row(
    State(console): State<Console>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    match console.shell(&headers, &uri, Place::Journal, Resource::Journal).await {
        Ok(shell) => page(StatusCode::OK, &JournalRowPage { shell, id }, uri.query()),
        Err(answer) => *answer,
    }
}

pub(super) async fn deliveries(State(console): State<Console>, uri: Uri, headers: HeaderMap) -> Response {
    let shell = match console.shell(&headers, &uri, Place::Deliveries, Resource::Deliveries).await {
        Ok(shell) => shell,
        Err(answer) => return *answer,
    };
    let channels = channels(&console);
    let given = names(&channels);
    page(StatusCode::OK, &DeliveriesPage { shell, channels, states: states(), given }, uri.query())
}

pub(super) async fn delivery(
    State(console): State<Console>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    match console.shell(&headers, &uri, Place::Deliveries, Resource::Deliveries).await {
        Ok(shell) => page(StatusCode::OK, &DeliveryPage { shell, id }, uri.query()),
        Err(answer) => *answer,
    }
}

pub(super) async fn developers(State(console): State<Console>, uri: Uri, headers: HeaderMap) -> Response {
    let shell = match console.shell(&headers, &uri, Place::Developers, Resource::Events).await {
        Ok(shell) => shell,
        Err(answer) => return *answer,
    };
    let newest = match newest_kakao(&console).await {
        Ok(newest) => newest,
        Err(error) => return guard::broken(&shell, &error),
    };
    let key = console.demo.as_ref().map(|demo| demo.api_key.clone());
    let shown = key.clone().unwrap_or_else(|| "naru_…".to_owned());
    let base = &console.app.public_url;
    let developers = DevelopersPage {
        curl: newest.map(|id| curl(base, &shown, &id)),
        stream: format!("curl -N -H 'Authorization: Bearer {shown}' {base}/api/v1/events/stream"),
        key,
        given: embedded(&json!({})),
        shell,
    };
    page(StatusCode::OK, &developers, uri.query())
}

/// The newest conversation that can be answered, one of Kakao's before others.
async fn newest_kakao(console: &Console) -> crate::store::Result<Option<String>> {
    let kakao = console.app.channels.all().into_iter().find(|channel| channel.platform.name == "kakao");
    let query = ListQuery {
        channel_id: kakao.map(|channel| channel.id.to_string()),
        limit: 20,
        ..ListQuery::default()
    };
    let rows = conversation::list(&mut console.app.db.read().await?, &query).await?;
    Ok(rows.into_iter().find(|row| row.state != "closed").map(|row| row.id))
}

pub(super) fn curl(base: &str, key: &str, conversation: &str) -> String {
    format!(
        "curl -X POST {base}/api/v1/conversations/{conversation}/messages \\\n  -H 'Authorization: Bearer {key}' \\\n  -H 'Content-Type: application/json' \\\n  -H 'Idempotency-Key: hello-1' \\\n  -d '{{\"content\": {{\"text\": \"API에서 보낸 인사\"}}}}'"
    )
}
