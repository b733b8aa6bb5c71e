//! `/api-keys`: keys for programs.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use naru_core::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Body;
use super::page::Page;
use super::problem::{Problem, Result};
use crate::app::App;
use crate::auth::{Scope, keys};
use crate::store::rows::api_key::{self, ApiKeyRow};

/// A key without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ApiKeyDocument {
    id: String,
    name: String,
    scopes: Vec<String>,
    /// The end of the secret.
    hint: String,
    #[schema(value_type = String)]
    created_at: Millis,
    #[schema(value_type = Option<String>)]
    last_used_at: Option<Millis>,
    /// The whole key; only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

impl ApiKeyDocument {
    fn of(row: ApiKeyRow, key: Option<String>) -> Self {
        Self {
            id: row.id,
            name: row.name,
            scopes: row.scopes.split(' ').map(str::to_owned).collect(),
            hint: row.hint,
            created_at: Millis(row.created_at),
            last_used_at: row.last_used_at.map(Millis),
            key,
        }
    }
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(revoke))
}

/// Every key that is not revoked.
#[utoipa::path(get, path = "/api-keys", tag = "api-keys", responses((status = 200, body = Page<ApiKeyDocument>)))]
async fn list(State(app): State<App>) -> Result<Json<Page<ApiKeyDocument>>> {
    let rows = api_key::all(&mut app.db.read().await?).await?;
    Ok(Json(Page::whole(rows.into_iter().map(|row| ApiKeyDocument::of(row, None)).collect())))
}

/// A new key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewApiKey {
    name: String,
    /// `all`, `<resource>:read` or `<resource>:write`.
    scopes: Vec<String>,
}

/// Makes a key; it is shown in this answer only.
#[utoipa::path(post, path = "/api-keys", tag = "api-keys", request_body = NewApiKey,
    responses((status = 201, body = ApiKeyDocument)))]
async fn create(
    State(app): State<App>,
    Body(new): Body<NewApiKey>,
) -> Result<(StatusCode, Json<ApiKeyDocument>)> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(Problem::at("/name", "expected 1 to 100 characters"));
    }
    if new.scopes.is_empty() {
        return Err(Problem::at("/scopes", "expected at least one scope"));
    }
    let mut scopes = Vec::new();
    for (place, text) in new.scopes.iter().enumerate() {
        scopes.push(Scope::parse(text).ok_or_else(|| {
            let detail = format!("expected all, <resource>:read or <resource>:write, found \"{text}\"");
            Problem::at(format!("/scopes/{place}"), detail)
        })?);
    }
    let made = keys::make(&app.ids, &app.clock, name, &scopes);
    let row = made.row.clone();
    app.writer
        .run::<_, Problem, _>(move |tx| Box::pin(async move { Ok(api_key::insert(tx, &row).await?) }))
        .await?;
    Ok((StatusCode::CREATED, Json(ApiKeyDocument::of(made.row, Some(made.text)))))
}

/// Revokes a key at once.
#[utoipa::path(delete, path = "/api-keys/{id}", tag = "api-keys", responses((status = 204)))]
async fn revoke(State(app): State<App>, Path(id): Path<String>) -> Result<StatusCode> {
    let (key, now) = (id.clone(), app.clock.now().0);
    let revoked: bool = app
        .writer
        .run::<_, Problem, _>(move |tx| Box::pin(async move { Ok(api_key::revoke(tx, &key, now).await?) }))
        .await?;
    app.known_keys.forget();
    if revoked { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("API key", &id)) }
}
