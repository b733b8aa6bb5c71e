//! `/conversations/{id}/messages` and `/messages`: what was said, and saying something.

use axum::Json;
use axum::extract::{Path, State};
use http::{HeaderMap, StatusCode};
use naru_core::content::Content;
use naru_core::desk::Draft;
use naru_core::message::AuthorKind;
use naru_core::time::Millis;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Body, Params, Who, fit};
use super::page::{Page, PageParams};
use super::preview::content_at;
use super::problem::{Problem, Result};
use super::refusal;
use crate::app::App;
use crate::auth::{Actor, hex};
use crate::documents::{self, HistoryDoc, MessageDoc};
use crate::media;
use crate::outbox::{self, Acceptance, Idempotency, LostPolicy, SendOptions};
use crate::store::rows::{conversation, message};

/// The header by which a request happens once.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The longest such key, in characters.
const LONGEST_KEY: usize = 255;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, send))
        .routes(routes!(get))
        .routes(routes!(history))
        .routes(routes!(retry))
        .routes(routes!(cancel))
}

/// What is listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct ListParams {
    /// `asc` (default: oldest first) or `desc`.
    order: Option<String>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageParams,
}

/// A conversation's messages by `seq`.
#[utoipa::path(get, path = "/conversations/{id}/messages", tag = "messages", params(ListParams, PageParams),
    responses((status = 200, body = Page<MessageDoc>)))]
async fn list(
    State(app): State<App>,
    Path(id): Path<String>,
    Params(params): Params<ListParams>,
) -> Result<Json<Page<MessageDoc>>> {
    let newest_first = match params.order.as_deref() {
        None | Some("asc") => false,
        Some("desc") => true,
        Some(other) => return Err(Problem::at("/order", format!("expected asc or desc, found \"{other}\""))),
    };
    let limit = params.page.limit()?;
    let mut tx = app.db.read().await?;
    if conversation::get(&mut tx, &id).await?.is_none() {
        return Err(Problem::not_found("conversation", &id));
    }
    let asked = i64::try_from(limit).unwrap_or(200) + 1;
    let rows = message::of_conversation(&mut tx, &id, params.page.after()?, newest_first, asked).await?;
    let page = Page::of(rows, limit, |row| row.seq);
    let items = documents::messages(&mut tx, &page.items).await?;
    Ok(Json(Page { items, next_cursor: page.next_cursor }))
}

async fn document(app: &App, id: &str) -> Result<MessageDoc> {
    let mut tx = app.db.read().await?;
    let row = message::get(&mut tx, id).await?.ok_or_else(|| Problem::not_found("message", id))?;
    let mut documents = documents::messages(&mut tx, &[row]).await?;
    documents.pop().ok_or_else(|| Problem::not_found("message", id))
}

/// One message.
#[utoipa::path(get, path = "/messages/{id}", tag = "messages", responses((status = 200, body = MessageDoc)))]
async fn get(State(app): State<App>, Path(id): Path<String>) -> Result<Json<MessageDoc>> {
    document(&app, &id).await.map(Json)
}

/// What an edited message said before, oldest first.
#[utoipa::path(get, path = "/messages/{id}/history", tag = "messages",
    responses((status = 200, body = Page<HistoryDoc>)))]
async fn history(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Page<HistoryDoc>>> {
    let mut tx = app.db.read().await?;
    if message::get(&mut tx, &id).await?.is_none() {
        return Err(Problem::not_found("message", &id));
    }
    let rows = message::history(&mut tx, &id).await?;
    Ok(Json(Page::whole(documents::history(&rows)?)))
}

/// A message for the customer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMessage {
    /// The content, or one of its short forms.
    #[schema(value_type = Object)]
    content: Value,
    #[serde(default)]
    author: NewAuthor,
    /// When it is given up, RFC 3339; a day later for people, an hour later for programs, unless given.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    deadline: Option<Millis>,
    #[serde(default)]
    on_loss: OnLoss,
    /// The platform's own payload, drawn instead of the content, which stays as its text.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    channel_override: Option<Value>,
}

/// Who writes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAuthor {
    #[serde(default)]
    kind: NewAuthorKind,
}

impl Default for NewAuthor {
    fn default() -> Self {
        Self { kind: NewAuthorKind::Manager }
    }
}

/// Who may write to customers.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum NewAuthorKind {
    #[default]
    Manager,
    Bot,
    Ai,
    Marketing,
}

impl From<NewAuthorKind> for AuthorKind {
    fn from(kind: NewAuthorKind) -> Self {
        match kind {
            NewAuthorKind::Manager => Self::Manager,
            NewAuthorKind::Bot => Self::Bot,
            NewAuthorKind::Ai => Self::Ai,
            NewAuthorKind::Marketing => Self::Marketing,
        }
    }
}

/// What is to be done when something would be lost.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum OnLoss {
    #[default]
    Send,
    Refuse,
}

/// Sends a message. With an `Idempotency-Key` the same request happens once, also at the same moment.
#[utoipa::path(post, path = "/conversations/{id}/messages", tag = "messages", request_body = NewMessage,
    params(("Idempotency-Key" = Option<String>, Header, description = "makes the request happen once")),
    responses((status = 202, body = MessageDoc)))]
async fn send(
    State(app): State<App>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(body): Body<Value>,
) -> Result<(StatusCode, Json<MessageDoc>)> {
    let idempotency = idempotency(&headers, &actor, &id, &body)?;
    if let Some(known) = &idempotency
        && let Some(message_id) =
            outbox::known(&app, known).await.map_err(|error| refusal::problem(&app, &headers, error))?
    {
        return Ok((StatusCode::ACCEPTED, Json(document(&app, &message_id).await?)));
    }
    let new: NewMessage = fit(body)?;
    let mut content = content_at("content", &new.content)?;
    media::resolve(&app, &mut content).await.map_err(Problem::invalid)?;
    let options = SendOptions {
        deadline: new.deadline,
        channel_override: new.channel_override,
        on_loss: match new.on_loss {
            OnLoss::Send => LostPolicy::Send,
            OnLoss::Refuse => LostPolicy::Refuse,
        },
        trace_id: trace(&app),
        ..SendOptions::default()
    };
    let acceptance = Acceptance {
        media: media::facts(&app, &content).await?,
        draft: draft(&actor, new.author.kind.into(), content),
        conversation_id: id,
        options,
        idempotency,
    };
    let accepted = outbox::accept(&app, acceptance).await;
    let message_id = accepted.map_err(|error| refusal::problem(&app, &headers, error))?;
    Ok((StatusCode::ACCEPTED, Json(document(&app, &message_id).await?)))
}

fn trace(app: &App) -> String {
    app.ids.next::<naru_core::ids::TraceId>(app.clock.now()).to_string()
}

fn draft(actor: &Actor, author: AuthorKind, content: Content) -> Draft {
    let mut draft = Draft::out(author, content);
    if let (Actor::Operator { id, name, .. }, AuthorKind::Manager) = (actor, author) {
        draft.author_id = Some(id.to_string());
        draft.author_name = Some(name.clone());
    }
    draft
}

fn idempotency(
    headers: &HeaderMap,
    actor: &Actor,
    conversation_id: &str,
    body: &Value,
) -> Result<Option<Idempotency>> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = value.to_str().ok().map(str::trim).unwrap_or_default();
    if key.is_empty() || key.chars().count() > LONGEST_KEY {
        return Err(Problem::at("", format!("expected 1 to {LONGEST_KEY} characters in {IDEMPOTENCY_KEY}")));
    }
    // The parsed body: white space and the order of keys do not make another request.
    let request_hash = hex(&Sha256::digest(format!("{conversation_id}\n{body}")));
    Ok(Some(Idempotency { owner: actor.id(), key: key.to_owned(), request_hash }))
}

/// Sends a message again that failed, expired, or whose outcome nobody knows.
#[utoipa::path(post, path = "/messages/{id}/retry", tag = "messages", responses((status = 200, body = MessageDoc)))]
async fn retry(State(app): State<App>, Path(id): Path<String>) -> Result<Json<MessageDoc>> {
    document(&app, &id).await?;
    outbox::retry_message(&app, &id).await?;
    document(&app, &id).await.map(Json)
}

/// Takes a message back that has not left.
#[utoipa::path(post, path = "/messages/{id}/cancel", tag = "messages", responses((status = 200, body = MessageDoc)))]
async fn cancel(State(app): State<App>, Path(id): Path<String>) -> Result<Json<MessageDoc>> {
    document(&app, &id).await?;
    outbox::cancel_message(&app, &id).await?;
    document(&app, &id).await.map(Json)
}
