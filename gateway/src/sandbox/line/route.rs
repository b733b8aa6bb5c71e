//! Speaks HTTP: finds the call, strikes with the troubles of the day, keeps everything on the tape.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use naru_core::time::Millis;
use serde_json::{Value, json};

use super::LinePhone;
use super::world::{Said, World};
use crate::sandbox::{Trouble, WireCall, lost_answer};

/// LINE takes requests of at most 2 MB.
const LARGEST: usize = 2_000_000;

/// A call with its body, read.
struct Asked<'a> {
    method: &'a Method,
    path: &'a str,
    headers: &'a HeaderMap,
    body: Value,
    at: Millis,
    request: String,
}

/// What a call comes to.
enum Answered {
    Json(Said),
    Bytes { mime: String, bytes: Bytes },
}

/// Answers every call.
pub(super) async fn serve(State(phone): State<Arc<LinePhone>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let at = phone.clock.now();
    let Ok(bytes) = to_bytes(body, LARGEST).await else {
        return respond(Said::refused(413, "Request entity too large"), "", None);
    };
    let path = head.uri.path();
    if let Some(id) = path.strip_prefix("/phone/media/") {
        return picture(&phone.world(), id);
    }
    let request = format!("sandbox-{:08x}-{}", phone.world().count(), at.0);
    let body = match read(&head.headers, &bytes) {
        Ok(body) => body,
        Err(said) => return respond(said, &request, None),
    };
    let asked = Asked { method: &head.method, path, headers: &head.headers, body, at, request };
    answer(&phone, &asked)
}

/// JSON, or the pairs of a form as an object; null where there is no body.
fn read(headers: &HeaderMap, bytes: &Bytes) -> Result<Value, Said> {
    let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    if kind.starts_with("application/x-www-form-urlencoded") {
        let pairs: BTreeMap<_, _> = url::form_urlencoded::parse(bytes).into_owned().collect();
        return Ok(json!(pairs));
    }
    if !kind.starts_with("application/json") {
        return Err(Said::refused(415, "Unsupported Media Type"));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        Said::refused(400, &format!("The request body could not be parsed as JSON ({error})"))
    })
}

fn answer(phone: &LinePhone, asked: &Asked<'_>) -> Response {
    let sends = asked.method == Method::POST && asked.path.starts_with("/v2/bot/message/");
    let trouble = if sends { phone.troubles.strike() } else { None };
    let refused = phone.troubles.refuses_credentials();
    let answered = match trouble {
        Some(Trouble::Throttled) => {
            Answered::Json(Said::refused(429, "The API rate limit has been exceeded. Try again later."))
        }
        Some(Trouble::ServerError) => Answered::Json(Said::refused(500, "Internal server error")),
        _ => {
            let mut world = phone.world();
            world.quota_is_used_up = phone.troubles.quota_is_used_up();
            decide(&mut world, asked, refused)
        }
    };
    let lost = trouble == Some(Trouble::LostAnswer);
    let (said, bytes) = match answered {
        Answered::Json(said) => (said, None),
        Answered::Bytes { mime, bytes } => {
            let shown = json!({"mime": mime, "size": bytes.len()});
            (Said::of(200, shown), Some((mime, bytes)))
        }
    };
    keep(phone, asked, &said, lost);
    if lost { lost_answer() } else { respond(said, &asked.request, bytes) }
}

fn keep(phone: &LinePhone, asked: &Asked<'_>, said: &Said, lost: bool) {
    let to = said.customer.as_str();
    // A refused call still names its customer.
    let to =
        if to.is_empty() && said.status >= 300 { asked.body["to"].as_str().unwrap_or_default() } else { to };
    let call = WireCall {
        method: asked.method.to_string(),
        path: asked.path.to_owned(),
        body: hide_secrets(&asked.body),
        status: if lost { 0 } else { said.status },
        answer: said.body.clone(),
    };
    phone.tape.call(to, asked.at, call);
}

/// A call for a token carries the channel's secret; the tape is shown on pages.
fn hide_secrets(body: &Value) -> Value {
    let mut body = body.clone();
    for name in ["client_secret", "client_assertion"] {
        if let Some(secret) = body.get_mut(name) {
            *secret = "…".into();
        }
    }
    body
}

fn decide(world: &mut World, asked: &Asked<'_>, refused: bool) -> Answered {
    let header = |name: &str| asked.headers.get(name).and_then(|value| value.to_str().ok());
    let segments: Vec<_> = asked.path.trim_matches('/').split('/').collect();
    if let (&Method::POST, ["oauth2", "v3", "token"]) = (asked.method, &segments[..]) {
        let form = asked.body.as_object().into_iter().flatten();
        let form = form.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()));
        return Answered::Json(world.token(&form.collect(), asked.at));
    }
    let bearer = header("authorization").and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    if refused || !world.knows_token(bearer, asked.at) {
        return Answered::Json(Said::refused(
            401,
            "Authentication failed due to the following reason: invalid token. Confirm that the access token in the authorization header is valid.",
        ));
    }
    if let (&Method::GET, ["v2", "bot", "message", id, "content", rest @ ..]) = (asked.method, &segments[..])
    {
        return content(world, id, rest);
    }
    let key = header("x-line-retry-key");
    let method = asked.method.as_str();
    Answered::Json(match (method, &segments[..]) {
        ("POST", ["v2", "bot", "message", "reply"]) => world.reply(&asked.body, key.is_some(), asked.at),
        ("POST", ["v2", "bot", "message", "push"]) => world.push(&asked.body, key, &asked.request, asked.at),
        ("POST", ["v2", "bot", "message", "validate", _]) => {
            world.refusal(&asked.body).unwrap_or_else(|| Said::of(200, json!({})))
        }
        ("GET", ["v2", "bot", "message", "quota"]) => world.quota(),
        ("GET", ["v2", "bot", "message", "quota", "consumption"]) => world.consumption(),
        ("GET", ["v2", "bot", "profile", user]) => world.profile(user),
        ("GET", ["v2", "bot", "info"]) => World::info(),
        ("GET", ["v2", "bot", "channel", "webhook", "endpoint"]) => world.endpoint(None),
        ("PUT", ["v2", "bot", "channel", "webhook", "endpoint"]) => world.endpoint(Some(&asked.body)),
        ("POST", ["v2", "bot", "chat", "markAsRead"]) => world.mark_read(&asked.body),
        ("POST", ["v2", "bot", "chat", "loading", "start"]) => world.loading(&asked.body),
        _ => Said::refused(404, "Not found"),
    })
}

/// `GET /v2/bot/message/{messageId}/content[/transcoding|/preview]`.
fn content(world: &mut World, id: &str, rest: &[&str]) -> Answered {
    let Some(content) = world.contents.get_mut(id) else {
        return Answered::Json(Said::refused(404, "not found"));
    };
    if content.gone {
        return Answered::Json(Said::refused(410, "The content is gone"));
    }
    let kind = content.mime.split('/').next().unwrap_or_default();
    match rest {
        [] if content.preparing > 0 => {
            content.preparing -= 1;
            Answered::Json(Said::of(202, json!({})))
        }
        [] => Answered::Bytes { mime: content.mime.clone(), bytes: content.bytes.clone() },
        ["transcoding"] if matches!(kind, "video" | "audio") => {
            let status = if content.preparing > 0 { "processing" } else { "succeeded" };
            Answered::Json(Said::of(200, json!({ "status": status })))
        }
        ["preview"] if kind == "image" => {
            Answered::Bytes { mime: content.mime.clone(), bytes: content.bytes.clone() }
        }
        _ => Answered::Json(Said::refused(400, "The content has no such form")),
    }
}

/// What the customer's own phone shows of what they sent; no part of LINE's API.
fn picture(world: &World, id: &str) -> Response {
    match world.contents.get(id) {
        Some(content) if !content.gone => {
            ([("content-type", content.mime.clone())], content.bytes.clone()).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn respond(said: Said, request: &str, bytes: Option<(String, Bytes)>) -> Response {
    let (mime, body) = match bytes {
        Some((mime, bytes)) => (mime, Body::from(bytes)),
        None => ("application/json".to_owned(), Body::from(said.body.to_string())),
    };
    let mut response = Response::builder()
        .status(said.status)
        .header("content-type", mime)
        .header("x-line-request-id", request);
    if let Some(accepted) = said.accepted_request {
        response = response.header("x-line-accepted-request-id", accepted);
    }
    response.body(body).unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
