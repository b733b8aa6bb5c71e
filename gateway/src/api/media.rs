//! `/media`: files in, and what is known of them.

use axum::Json;
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::response::Response;
use http::{HeaderMap, Method, StatusCode};
use naru_core::time::Millis;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problem::{Problem, Result, Slug, internal};
use crate::app::App;
use crate::media::{self, StoreFailure, UploadError};
use crate::store::rows::media::{self as rows, MediaRow};

/// A file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct MediaDocument {
    id: String,
    name: String,
    mime: Option<String>,
    /// In bytes.
    size: Option<i64>,
    /// Its public, unguessable address.
    url: String,
    /// `pending`, `ready` or `failed`.
    state: String,
    /// Why it failed.
    reason: Option<String>,
    width: Option<i64>,
    height: Option<i64>,
    #[schema(value_type = String)]
    created_at: Millis,
}

impl MediaDocument {
    fn of(row: MediaRow, public_url: &str) -> Self {
        Self {
            url: row.url(public_url),
            id: row.id,
            name: row.name,
            mime: row.mime,
            size: row.size,
            state: row.state,
            reason: row.reason,
            width: row.width,
            height: row.height,
            created_at: Millis(row.created_at),
        }
    }
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create))
        // The upload's own limit counts while it streams.
        .layer(DefaultBodyLimit::disable())
        .routes(routes!(get))
        .routes(routes!(content))
}

/// The form of an upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the multipart form to the OpenAPI document")]
struct UploadForm {
    /// The file, at most `limits.upload_bytes`.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Stores a file, streamed.
#[utoipa::path(post, path = "/media", tag = "media",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, body = MediaDocument)))]
async fn create(
    State(app): State<App>,
    form: std::result::Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<(StatusCode, Json<MediaDocument>)> {
    let mut form = form.map_err(|error| Problem::at("", format!("expected multipart/form-data: {error}")))?;
    loop {
        let field = form.next_field().await.map_err(|error| Problem::at("", error.body_text()))?;
        match field {
            Some(field) if field.name() == Some("file") => {
                let row = store(&app, field).await?;
                return Ok((StatusCode::CREATED, Json(MediaDocument::of(row, &app.public_url))));
            }
            Some(_) => {}
            None => return Err(Problem::at("/file", "expected a field named file, found none")),
        }
    }
}

async fn store(app: &App, field: Field<'_>) -> Result<MediaRow> {
    let name = media::name_or(field.file_name(), "file");
    media::store_stream(app, field, &name, app.config.limits.upload_bytes, None).await.map_err(|error| {
        match error {
            UploadError::Bytes(StoreFailure::TooLarge { limit }) => {
                Problem::new(Slug::TooLarge, format!("expected at most {limit} bytes"))
            }
            UploadError::Bytes(StoreFailure::Source(error)) => Problem::at("/file", error.body_text()),
            other => internal(&other),
        }
    })
}

async fn find(app: &App, id: &str) -> Result<MediaRow> {
    rows::get(&mut app.db.read().await?, id).await?.ok_or_else(|| Problem::not_found("medium", id))
}

/// What is known of a file.
#[utoipa::path(get, path = "/media/{id}", tag = "media", responses((status = 200, body = MediaDocument)))]
async fn get(State(app): State<App>, Path(id): Path<String>) -> Result<Json<MediaDocument>> {
    Ok(Json(MediaDocument::of(find(&app, &id).await?, &app.public_url)))
}

/// The bytes of a file; a `Range` is honoured.
#[utoipa::path(get, path = "/media/{id}/content", tag = "media",
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn content(
    State(app): State<App>,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let row = find(&app, &id).await?;
    Ok(media::content(&app, &row, &method, &headers).await)
}
