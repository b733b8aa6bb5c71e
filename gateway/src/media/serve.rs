//! The public, unguessable addresses: `/m/{token}/{name}`, its preview, and `/l/{token}`.
//!
//! Platforms and customers open them without credentials; who does not know the token cannot guess it. Only what
//! browsers draw without running anything is shown in place, everything else is a download.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use super::preview::preview;
use super::range::{Range, read};
use crate::app::App;
use crate::store::rows::media::{self, MediaRow};
use crate::store::rows::short_link;

/// What a browser may show in place.
const INLINE: [&str; 12] = [
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "video/mp4",
    "video/webm",
    "video/quicktime",
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
    "audio/wav",
    "audio/aac",
];

/// The routes of public media and short links.
pub fn router(app: &App) -> Router {
    Router::new()
        .route("/m/{token}/{name}", get(public))
        .route("/m/{token}/preview/{name}", get(small))
        .route("/l/{token}", get(follow))
        .with_state(app.clone())
}

async fn public(
    State(app): State<App>,
    Path((token, _name)): Path<(String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    match find(&app, &token).await {
        Ok(row) => content(&app, &row, &method, &headers).await,
        Err(status) => status.into_response(),
    }
}

async fn find(app: &App, token: &str) -> Result<MediaRow, StatusCode> {
    let unavailable = |_| StatusCode::SERVICE_UNAVAILABLE;
    let mut tx = app.db.read().await.map_err(unavailable)?;
    media::by_token(&mut tx, token).await.map_err(unavailable)?.ok_or(StatusCode::NOT_FOUND)
}

/// The bytes of a medium, whole or in part, as an answer that no browser runs.
pub async fn content(app: &App, row: &MediaRow, method: &Method, headers: &HeaderMap) -> Response {
    let (Some(sha256), Some(size)) = (&row.sha256, row.size.and_then(|size| u64::try_from(size).ok())) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let etag = format!("\"{sha256}\"");
    let sent = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if sent(header::IF_NONE_MATCH).is_some_and(|known| known.split(',').any(|one| one.trim() == etag)) {
        return dressed(StatusCode::NOT_MODIFIED.into_response(), row, &etag);
    }
    let asked = sent(header::RANGE).filter(|_| sent(header::IF_RANGE).is_none_or(|known| known == etag));
    let (status, start, length) = match read(asked, size) {
        Range::Whole => (StatusCode::OK, 0, size),
        Range::Part { start, length } => (StatusCode::PARTIAL_CONTENT, start, length),
        Range::Impossible => {
            let mut refused = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            put(&mut refused, header::CONTENT_RANGE, &format!("bytes */{size}"));
            return refused;
        }
    };
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        match app.media.range(sha256, start, length).await {
            Ok(stream) => Body::from_stream(stream),
            Err(error) => {
                tracing::error!(%error, media_id = row.id, "a medium's bytes are missing");
                return StatusCode::NOT_FOUND.into_response();
            }
        }
    };
    let mut response = dressed((status, body).into_response(), row, &etag);
    put(&mut response, header::CONTENT_LENGTH, &length.to_string());
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {start}-{}/{size}", start + length - 1);
        put(&mut response, header::CONTENT_RANGE, &range);
    }
    response
}

fn dressed(mut response: Response, row: &MediaRow, etag: &str) -> Response {
    let mime = row.mime.as_deref().unwrap_or("application/octet-stream");
    let is_inline = INLINE.contains(&mime);
    let shown = match mime {
        "text/plain" => "text/plain; charset=utf-8",
        // What browsers would run or parse is handed out as mere bytes.
        _ if mime.starts_with("text/") || mime.contains("xml") || mime.contains("html") => {
            "application/octet-stream"
        }
        other => other,
    };
    let way = if is_inline { "inline" } else { "attachment" };
    let name = urlencoding::encode(&row.name);
    put(&mut response, header::CONTENT_TYPE, shown);
    put(&mut response, header::CONTENT_DISPOSITION, &format!("{way}; filename*=UTF-8''{name}"));
    put(&mut response, header::ETAG, etag);
    put(&mut response, header::ACCEPT_RANGES, "bytes");
    put(&mut response, header::CACHE_CONTROL, "private, max-age=31536000, immutable");
    guarded(response)
}

fn guarded(mut response: Response) -> Response {
    put(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(&mut response, header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
    put(&mut response, header::REFERRER_POLICY, "no-referrer");
    response
}

fn put(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

async fn small(State(app): State<App>, Path((token, _name)): Path<(String, String)>) -> Response {
    let row = match find(&app, &token).await {
        Ok(row) => row,
        Err(status) => return status.into_response(),
    };
    let Some((bytes, mime)) = preview(&app.media, &row).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = bytes.into_response();
    put(&mut response, header::CONTENT_TYPE, mime);
    put(&mut response, header::CACHE_CONTROL, "private, max-age=31536000, immutable");
    guarded(response)
}

async fn follow(State(app): State<App>, Path(token): Path<String>) -> Response {
    let found = async {
        let mut tx = app.db.read().await?;
        short_link::find(&mut tx, &token).await
    };
    match found.await {
        Ok(Some(url)) => guarded(Redirect::to(&url).into_response()),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
