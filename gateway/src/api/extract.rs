//! What handlers take out of requests; every refusal is a [`Problem`] that names the place.

use axum::extract::{FromRequest, FromRequestParts, Request};
use http::request::Parts;
use naru_core::content::Pointed;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::problem::{Problem, Result, Slug};
use crate::app::App;
use crate::auth::Actor;
use crate::ingress::BodyBudget;

/// The largest JSON body.
const MAX_BODY: usize = 1 << 20;

/// Who is asking; put there by the guard in front of every route.
pub(super) struct Who(pub Actor);

impl<S: Sync> FromRequestParts<S> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        let actor = parts.extensions.get::<Actor>().cloned();
        actor.map(Who).ok_or_else(|| Problem::new(Slug::Unauthorized, "this route has no guard"))
    }
}

/// A JSON body: 400 for what is not JSON, 422 with a pointer for what does not fit `T`.
pub(super) struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let value = read_json(request, app).await?;
        fit(value).map(Body)
    }
}

/// A body that may be left out; no body is `T`'s default.
pub(super) struct MaybeBody<T>(pub T);

impl<T: DeserializeOwned + Default> FromRequest<App> for MaybeBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let bytes = read_bytes(request, app).await?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self(T::default()));
        }
        fit(parse(&bytes)?).map(MaybeBody)
    }
}

async fn read_json(request: Request, app: &App) -> Result<Value> {
    parse(&read_bytes(request, app).await?)
}

async fn read_bytes(request: Request, app: &App) -> Result<bytes::Bytes> {
    let (parts, body) = request.into_parts();
    let announced =
        parts.headers.get(http::header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse().ok());
    let budget: &BodyBudget = &app.bodies;
    let held = budget.read(body, announced, MAX_BODY).await.map_err(|status| match status.as_u16() {
        413 => Problem::new(Slug::TooLarge, "expected at most 1 MiB"),
        408 => Problem::new(Slug::TooSlow, "the body did not arrive within 5 s"),
        503 => Problem::new(Slug::Unavailable, "too many bodies are being read").retry_after(2),
        _ => Problem::new(Slug::BrokenJson, "the connection broke inside the body"),
    })?;
    Ok(held.bytes)
}

fn parse(bytes: &[u8]) -> Result<Value> {
    serde_json::from_slice(bytes).map_err(|error| Problem::new(Slug::BrokenJson, error.to_string()))
}

/// Reads a value as `T`; a misfit is pointed at.
pub(super) fn fit<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let pointer = pointer_of(error.path());
        Problem::invalid(vec![Pointed { pointer, detail: error.into_inner().to_string() }])
    })
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}

/// Query parameters; a value that does not fit is 422 and names the parameter.
pub(super) struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        let pairs = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let map = pairs.map(|(key, value)| (key.into_owned(), Value::String(value.into_owned()))).collect();
        fit(Value::Object(map)).map(Params)
    }
}
