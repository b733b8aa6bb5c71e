//! `/journal`: webhooks as they arrived, and what became of them.

use axum::Json;
use axum::extract::{Path, State};
use naru_core::time::Millis;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{MaybeBody, Params};
use super::page::{Page, PageParams};
use super::problem::{Problem, Result};
use crate::app::App;
use crate::pipeline::replay::{self, ReplayReport, Selection};
use crate::store::rows::event::{self, JournalEventRow};
use crate::store::rows::journal::{self, ListedRow, Listing};

/// A webhook as it arrived.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct JournalDocument {
    id: String,
    channel_id: String,
    platform: String,
    #[schema(value_type = String)]
    received_at: Millis,
    method: String,
    /// What followed the channel's key in the path.
    suffix: String,
    query: String,
    /// `accepted` or `refused`.
    verdict: String,
    /// Why it was refused.
    reason: Option<String>,
    /// The status that was answered.
    status: i64,
    /// `pending`, `done`, `parked` or `skipped`.
    state: String,
    /// Why it is parked.
    error: Option<String>,
    /// The body's length in bytes.
    size: i64,
    peer: String,
    trace_id: String,
}

/// A webhook with its bytes and what was read from them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct JournalDetail {
    #[serde(flatten)]
    row: JournalDocument,
    /// Pairs of name and value; credentials are masked.
    #[schema(value_type = Vec<Vec<String>>)]
    headers: Value,
    /// The body, where it is UTF-8.
    body: Option<String>,
    /// The body in base64, where it is not.
    body_base64: Option<String>,
    /// What was read from it.
    events: Vec<JournalEvent>,
}

/// One event that was read from a webhook.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct JournalEvent {
    id: String,
    key: String,
    kind: String,
    /// How often it came again and was ignored.
    duplicates: i64,
    conversation_id: Option<String>,
    message_id: Option<String>,
    /// `done`, `pending`, `parked` or `skipped`.
    state: String,
    error: Option<String>,
    body: Value,
}

impl JournalDocument {
    fn of(row: &ListedRow) -> Self {
        Self {
            id: row.id.clone(),
            channel_id: row.channel_id.clone(),
            platform: row.platform.clone(),
            received_at: Millis(row.received_at),
            method: row.method.clone(),
            suffix: row.suffix.clone(),
            query: row.query.clone(),
            verdict: row.verdict.clone(),
            reason: row.reason.clone(),
            status: row.status,
            state: row.state.clone().unwrap_or_else(|| "done".to_owned()),
            error: row.error.clone(),
            size: row.body_size,
            peer: row.peer.clone(),
            trace_id: row.trace_id.clone(),
        }
    }
}

impl JournalEvent {
    fn of(row: JournalEventRow) -> Self {
        Self {
            id: row.id,
            key: row.event_key,
            kind: row.kind,
            duplicates: row.duplicates,
            conversation_id: row.conversation_id,
            message_id: row.message_id,
            state: row.state.unwrap_or_else(|| "done".to_owned()),
            error: row.error,
            body: serde_json::from_str(&row.body).unwrap_or(Value::String(row.body)),
        }
    }
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(replay_one))
        .routes(routes!(replay_many))
}

/// What is listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct ListParams {
    /// Of this channel.
    channel_id: String,
    /// `accepted` or `refused`.
    verdict: String,
    /// `pending`, `done`, `parked` or `skipped`.
    state: String,
    /// Arrived at or after this time, RFC 3339.
    since: Option<String>,
    /// With this trace id.
    trace_id: String,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageParams,
}

fn one_of(name: &str, value: &str, known: &[&str]) -> Result<()> {
    if value.is_empty() || known.contains(&value) {
        return Ok(());
    }
    Err(Problem::at(format!("/{name}"), format!("expected one of {}, found \"{value}\"", known.join(", "))))
}

pub(super) fn since(text: Option<&str>) -> Result<i64> {
    let Some(text) = text else { return Ok(0) };
    Millis::parse(text)
        .map(|time| time.0)
        .ok_or_else(|| Problem::at("/since", format!("expected an RFC 3339 time, found \"{text}\"")))
}

/// Webhooks, newest first.
#[utoipa::path(get, path = "/journal", tag = "journal", params(ListParams, PageParams),
    responses((status = 200, body = Page<JournalDocument>)))]
async fn list(
    State(app): State<App>,
    Params(params): Params<ListParams>,
) -> Result<Json<Page<JournalDocument>>> {
    one_of("verdict", &params.verdict, &["accepted", "refused"])?;
    one_of("state", &params.state, &["pending", "done", "parked", "skipped"])?;
    let limit = params.page.limit()?;
    let listing = Listing {
        since: since(params.since.as_deref())?,
        before: params.page.after::<String>()?.unwrap_or_default(),
        limit: i64::try_from(limit).unwrap_or(200) + 1,
        channel_id: params.channel_id,
        verdict: params.verdict,
        state: params.state,
        trace_id: params.trace_id,
    };
    let rows = journal::list(&mut app.db.read().await?, &listing).await?;
    Ok(Json(Page::of(rows.iter().map(JournalDocument::of).collect(), limit, |item| item.id.clone())))
}

/// One webhook: its bytes, its headers, what was read from it.
#[utoipa::path(get, path = "/journal/{id}", tag = "journal", responses((status = 200, body = JournalDetail)))]
async fn get(State(app): State<App>, Path(id): Path<String>) -> Result<Json<JournalDetail>> {
    let mut tx = app.db.read().await?;
    let row = journal::get(&mut tx, &id).await?.ok_or_else(|| Problem::not_found("webhook", &id))?;
    let mut bytes = journal::body(&mut tx, &id).await?;
    let events = event::of_journal(&mut tx, &id).await?;
    drop(tx);
    if let Some(sha256) = &row.body_ref {
        bytes =
            app.media.read_bytes(sha256).await.map_err(|error| super::problem::internal(&error))?.to_vec();
    }
    let (body, body_base64) = match String::from_utf8(bytes) {
        Ok(text) => (Some(text), None),
        Err(error) => (None, Some(base64_of(error.as_bytes()))),
    };
    Ok(Json(JournalDetail {
        headers: serde_json::from_str(&row.headers).unwrap_or(Value::Null),
        row: JournalDocument::of(&row),
        body,
        body_base64,
        events: events.into_iter().map(JournalEvent::of).collect(),
    }))
}

fn base64_of(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// How a replay runs.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct ReplayOne {
    /// Only say what would change.
    dry_run: bool,
}

/// Which webhooks are read again.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct ReplayMany {
    /// Of this channel.
    channel_id: Option<String>,
    /// Arrived at or after this time, RFC 3339.
    since: Option<String>,
    /// These.
    ids: Vec<String>,
    /// Only say what would change.
    dry_run: bool,
}

/// Reads a webhook again: changed content replaces the old, new events are appended; nothing is sent, nothing triggers.
#[utoipa::path(post, path = "/journal/{id}/replay", tag = "journal", request_body = Option<ReplayOne>,
    responses((status = 200, body = ReplayReport)))]
async fn replay_one(
    State(app): State<App>,
    Path(id): Path<String>,
    MaybeBody(options): MaybeBody<ReplayOne>,
) -> Result<Json<ReplayReport>> {
    if journal::get(&mut app.db.read().await?, &id).await?.is_none() {
        return Err(Problem::not_found("webhook", &id));
    }
    let selection = Selection { ids: vec![id], ..Selection::default() };
    Ok(Json(replay::replay(&app, selection, options.dry_run).await?))
}

/// Reads many webhooks again.
#[utoipa::path(post, path = "/journal/replay", tag = "journal", request_body = ReplayMany,
    responses((status = 200, body = ReplayReport)))]
async fn replay_many(
    State(app): State<App>,
    MaybeBody(wanted): MaybeBody<ReplayMany>,
) -> Result<Json<ReplayReport>> {
    if wanted.ids.is_empty() && wanted.channel_id.is_none() && wanted.since.is_none() {
        return Err(Problem::at("", "expected ids, channel_id or since: what is to be read again?"));
    }
    let since = since(wanted.since.as_deref())?;
    let selection = Selection { ids: wanted.ids, channel_id: wanted.channel_id, since: Millis(since) };
    Ok(Json(replay::replay(&app, selection, wanted.dry_run).await?))
}
