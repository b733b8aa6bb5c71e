//! `/conversations`: the inbox.

use axum::Json;
use axum::extract::{Path, State};
use naru_core::desk::{ClosedBy, State as ConversationState};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Params, Who};
use super::page::{Page, PageParams};
use super::problem::{Problem, Result};
use crate::app::App;
use crate::auth::Actor;
use crate::desk::commands::{self, Origin};
use crate::documents::{self, ConversationDoc};
use crate::store::Tx;
use crate::store::rows::conversation::{self, ConversationRow, ListQuery};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(close))
        .routes(routes!(read))
}

/// What is listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct ListParams {
    /// `all` (default) or `unread`.
    view: Option<String>,
    /// Of this channel.
    channel_id: Option<String>,
    /// In this state: `bot`, `queued`, `unassigned`, `open`, `held` or `closed`. Every state, unless given.
    state: Option<String>,
    /// Of this customer.
    contact_id: Option<String>,
    /// Words in a name or a message.
    q: Option<String>,
    /// `newest` (default) or `oldest`, by latest message.
    sort: Option<String>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageParams,
}

fn choose<T>(name: &str, value: Option<&str>, options: &[(&str, T)]) -> Result<Option<T>>
where
    T: Copy,
{
    let Some(value) = value else { return Ok(None) };
    options.iter().find(|(option, _)| *option == value).map(|(_, chosen)| Some(*chosen)).ok_or_else(|| {
        let known: Vec<&str> = options.iter().map(|(option, _)| *option).collect();
        Problem::at(format!("/{name}"), format!("expected one of {}, found \"{value}\"", known.join(", ")))
    })
}

fn query(params: &ListParams) -> Result<(ListQuery, usize)> {
    let limit = params.page.limit()?;
    let states: Vec<(&str, ())> = ConversationState::ALL.iter().map(|state| (state.name(), ())).collect();
    choose("state", params.state.as_deref(), &states)?;
    let query = ListQuery {
        channel_id: params.channel_id.clone(),
        state: params.state.clone(),
        contact_id: params.contact_id.clone(),
        unread: choose("view", params.view.as_deref(), &[("all", false), ("unread", true)])?.unwrap_or(false),
        words: params.q.clone().filter(|words| !words.trim().is_empty()),
        oldest_first: choose("sort", params.sort.as_deref(), &[("newest", false), ("oldest", true)])?
            .unwrap_or(false),
        after: params.page.after()?,
        limit: i64::try_from(limit).unwrap_or(200) + 1,
    };
    Ok((query, limit))
}

/// Conversations by their latest message.
#[utoipa::path(get, path = "/conversations", tag = "conversations", params(ListParams, PageParams),
    responses((status = 200, body = Page<ConversationDoc>)))]
async fn list(
    State(app): State<App>,
    Params(params): Params<ListParams>,
) -> Result<Json<Page<ConversationDoc>>> {
    let (query, limit) = query(&params)?;
    let mut tx = app.db.read().await?;
    let page = Page::of(conversation::list(&mut tx, &query).await?, limit, |row: &ConversationRow| {
        (row.last_message_at, row.id.clone())
    });
    let items = documents::conversations(&mut tx, &app.channels, &page.items, app.clock.now()).await?;
    Ok(Json(Page { items, next_cursor: page.next_cursor }))
}

/// One conversation's document.
pub(super) async fn document(app: &App, tx: &mut Tx, id: &str) -> Result<ConversationDoc> {
    let row = conversation::get(tx, id).await?.ok_or_else(|| Problem::not_found("conversation", id))?;
    let mut documents = documents::conversations(tx, &app.channels, &[row], app.clock.now()).await?;
    documents.pop().ok_or_else(|| Problem::not_found("conversation", id))
}

/// One conversation.
#[utoipa::path(get, path = "/conversations/{id}", tag = "conversations",
    responses((status = 200, body = ConversationDoc)))]
async fn get(State(app): State<App>, Path(id): Path<String>) -> Result<Json<ConversationDoc>> {
    let mut tx = app.db.read().await?;
    Ok(Json(document(&app, &mut tx, &id).await?))
}

/// Closes a conversation; the platform's session is ended a little later, where it can be.
#[utoipa::path(post, path = "/conversations/{id}/close", tag = "conversations",
    responses((status = 200, body = ConversationDoc)))]
async fn close(
    State(app): State<App>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Result<Json<ConversationDoc>> {
    let by = match actor {
        Actor::Key { .. } => ClosedBy::Api,
        Actor::Operator { .. } => ClosedBy::Manager,
    };
    let shared = app.clone();
    Ok(Json(
        app.writer
            .run(move |tx| {
                Box::pin(async move { commands::close(tx, &shared, &id, by, &Origin::default()).await })
            })
            .await?,
    ))
}

/// Notes that somebody has seen the conversation's messages.
#[utoipa::path(post, path = "/conversations/{id}/read", tag = "conversations",
    responses((status = 200, body = ConversationDoc)))]
async fn read(State(app): State<App>, Path(id): Path<String>) -> Result<Json<ConversationDoc>> {
    let shared = app.clone();
    Ok(Json(
        app.writer
            .run(move |tx| {
                Box::pin(async move { commands::read(tx, &shared, &id, &Origin::default()).await })
            })
            .await?,
    ))
}
