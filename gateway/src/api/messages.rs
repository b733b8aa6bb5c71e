//! `/conversations/{id}/messages` and `/messages`: what was said, and saying something.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Params;
use super::page::{Page, PageParams};
use super::problem::{Problem, Result};
use crate::app::App;
use crate::documents::{self, HistoryDoc, MessageDoc};
use crate::store::rows::{conversation, message};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(history))
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
