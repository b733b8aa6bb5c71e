//! `/deliveries`: messages on their way out, and the other durable jobs.

use axum::Json;
use axum::extract::{Path, State};
use naru_core::message::DeliveryState;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Params;
use super::page::{Page, PageParams};
use super::problem::{Problem, Result};
use crate::app::App;
use crate::documents::{self, DeliveryDetail, DeliverySummary};
use crate::outbox;
use crate::store::rows::{call, delivery};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(retry))
        .routes(routes!(skip))
        .routes(routes!(cancel))
}

/// What is listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct ListParams {
    /// In this state: `queued`, `sending`, `sent`, `delivered`, `read`, `failed`, `expired`, `cancelled`, `unknown` or
    /// `held`.
    state: Option<String>,
    /// Of this channel.
    channel_id: Option<String>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageParams,
}

/// Deliveries, newest first.
#[utoipa::path(get, path = "/deliveries", tag = "deliveries", params(ListParams, PageParams),
    responses((status = 200, body = Page<DeliverySummary>)))]
async fn list(
    State(app): State<App>,
    Params(params): Params<ListParams>,
) -> Result<Json<Page<DeliverySummary>>> {
    if let Some(state) = params.state.as_deref().filter(|state| DeliveryState::parse(state).is_none()) {
        let known: Vec<&str> = DeliveryState::ALL.iter().map(|state| state.name()).collect();
        return Err(Problem::at(
            "/state",
            format!("expected one of {}, found \"{state}\"", known.join(", ")),
        ));
    }
    let limit = params.page.limit()?;
    let before: Option<String> = params.page.after()?;
    let asked = i64::try_from(limit).unwrap_or(200) + 1;
    let mut tx = app.db.read().await?;
    let (state, channel) = (params.state.as_deref(), params.channel_id.as_deref());
    let rows = delivery::list(&mut tx, state, channel, before.as_deref(), asked).await?;
    let page = Page::of(rows, limit, |row| row.id.clone());
    let items = page.items.iter().map(documents::delivery).collect::<crate::store::Result<_>>()?;
    Ok(Json(Page { items, next_cursor: page.next_cursor }))
}

async fn document(app: &App, id: &str) -> Result<Json<DeliveryDetail>> {
    let mut tx = app.db.read().await?;
    let row = delivery::get(&mut tx, id).await?.ok_or_else(|| Problem::not_found("delivery", id))?;
    let calls = call::of(&mut tx, &[id.to_owned()]).await?;
    Ok(Json(documents::delivery_detail(&row, &calls)?))
}

/// One delivery: every call, every answer, every attempt.
#[utoipa::path(get, path = "/deliveries/{id}", tag = "deliveries", responses((status = 200, body = DeliveryDetail)))]
async fn get(State(app): State<App>, Path(id): Path<String>) -> Result<Json<DeliveryDetail>> {
    document(&app, &id).await
}

/// Tries a delivery again at its first part that is not sent.
#[utoipa::path(post, path = "/deliveries/{id}/retry", tag = "deliveries",
    responses((status = 200, body = DeliveryDetail)))]
async fn retry(State(app): State<App>, Path(id): Path<String>) -> Result<Json<DeliveryDetail>> {
    outbox::retry(&app, &id).await?;
    document(&app, &id).await
}

/// Gives a delivery up, so that the conversation's next message goes.
#[utoipa::path(post, path = "/deliveries/{id}/skip", tag = "deliveries",
    responses((status = 200, body = DeliveryDetail)))]
async fn skip(State(app): State<App>, Path(id): Path<String>) -> Result<Json<DeliveryDetail>> {
    outbox::skip(&app, &id).await?;
    document(&app, &id).await
}

/// Takes a delivery back that has not left.
#[utoipa::path(post, path = "/deliveries/{id}/cancel", tag = "deliveries",
    responses((status = 200, body = DeliveryDetail)))]
async fn cancel(State(app): State<App>, Path(id): Path<String>) -> Result<Json<DeliveryDetail>> {
    outbox::cancel(&app, &id).await?;
    document(&app, &id).await
}
