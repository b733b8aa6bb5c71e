//! `/contacts`: customers.

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
use crate::desk::commands::{self, Origin};
use crate::documents::{self, ContactDoc};
use crate::store::rows::contact::{self, ContactRow};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(block))
        .routes(routes!(unblock))
}

/// What is listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct ListParams {
    /// Words in a name or in a platform's id.
    q: Option<String>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageParams,
}

/// Customers, newest first.
#[utoipa::path(get, path = "/contacts", tag = "contacts", params(ListParams, PageParams),
    responses((status = 200, body = Page<ContactDoc>)))]
async fn list(State(app): State<App>, Params(params): Params<ListParams>) -> Result<Json<Page<ContactDoc>>> {
    let limit = params.page.limit()?;
    let before: Option<String> = params.page.after()?;
    let words = params.q.as_deref().filter(|words| !words.trim().is_empty());
    let mut tx = app.db.read().await?;
    let asked = i64::try_from(limit).unwrap_or(200) + 1;
    let rows = contact::search(&mut tx, words, before.as_deref(), asked).await?;
    let page = Page::of(rows, limit, |row: &ContactRow| row.id.clone());
    let items = documents::contacts(&mut tx, &app.channels, &page.items).await?;
    Ok(Json(Page { items, next_cursor: page.next_cursor }))
}

async fn document(app: &App, id: &str) -> Result<Json<ContactDoc>> {
    let mut tx = app.db.read().await?;
    let row = contact::get(&mut tx, id).await?.ok_or_else(|| Problem::not_found("contact", id))?;
    let mut documents = documents::contacts(&mut tx, &app.channels, &[row]).await?;
    documents.pop().map(Json).ok_or_else(|| Problem::not_found("contact", id))
}

/// One customer.
#[utoipa::path(get, path = "/contacts/{id}", tag = "contacts", responses((status = 200, body = ContactDoc)))]
async fn get(State(app): State<App>, Path(id): Path<String>) -> Result<Json<ContactDoc>> {
    document(&app, &id).await
}

/// Blocks a customer on every channel; told to the platforms that can.
#[utoipa::path(post, path = "/contacts/{id}/block", tag = "contacts", responses((status = 200, body = ContactDoc)))]
async fn block(State(app): State<App>, Path(id): Path<String>) -> Result<Json<ContactDoc>> {
    set_blocked(&app, id, true).await
}

async fn set_blocked(app: &App, id: String, blocked: bool) -> Result<Json<ContactDoc>> {
    let _known = document(app, &id).await?;
    let (shared, contact_id) = (app.clone(), id.clone());
    app.writer
        .run(move |tx| {
            Box::pin(
                async move { commands::block(tx, &shared, &contact_id, blocked, &Origin::default()).await },
            )
        })
        .await?;
    document(app, &id).await
}

/// Takes a block back.
#[utoipa::path(post, path = "/contacts/{id}/unblock", tag = "contacts",
    responses((status = 200, body = ContactDoc)))]
async fn unblock(State(app): State<App>, Path(id): Path<String>) -> Result<Json<ContactDoc>> {
    set_blocked(&app, id, false).await
}
