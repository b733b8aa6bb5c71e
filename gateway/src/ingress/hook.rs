//! `POST|GET /hooks/{platform}/{key}[/suffix]`: from the socket to the durable row.

use std::net::IpAddr;
use std::num::NonZeroU32;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use bytes::Bytes;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, Uri, header};
use naru_core::adapter::{self, Adapter, Refused, Reply, Request, Source, Verdict};
use naru_core::ids::{JournalId, TraceId};
use tracing::{debug, info, warn};

use super::peer::peer;
use super::record;
use crate::app::App;
use crate::channels::Channel;
use crate::store::StoreError;
use crate::store::rows::journal::JournalRow;
use crate::telemetry;

/// After how many seconds a platform may call again when nothing could be stored.
const RETRY_AFTER: &str = "2";

/// Refused requests of one channel that are kept per minute.
const REFUSED_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("30 is not 0");

/// Bodies up to this size lie in their row, larger ones in the media store.
const INLINE_BODY: usize = 64 << 10;

struct Hooks {
    app: App,
    refusals: Refusals,
}

/// Keeps refused requests for the inspector, so many per channel and minute; the others are answered all the same.
pub struct Refusals(DefaultKeyedRateLimiter<String>);

impl Default for Refusals {
    fn default() -> Self {
        Self(RateLimiter::keyed(Quota::per_minute(REFUSED_PER_MINUTE)))
    }
}

impl Refusals {
    /// Keeps a refused request, if its channel has not had too many.
    pub async fn keep(&self, app: &App, row: JournalRow) {
        if self.0.check_key(&row.channel_id).is_ok()
            && let Err(error) = app.writer.journal(row).await
        {
            warn!(%error, "a refused webhook could not be kept");
        }
    }
}

/// The routes of all hooks.
pub fn router(app: &App) -> Router {
    let hooks = std::sync::Arc::new(Hooks { app: app.clone(), refusals: Refusals::default() });
    Router::new()
        .route("/hooks/{platform}/{key}", any(bare))
        .route("/hooks/{platform}/{key}/{*suffix}", any(suffixed))
        .with_state(hooks)
}

type Shared = State<std::sync::Arc<Hooks>>;

async fn bare(
    State(hooks): Shared,
    Path(path): Path<(String, String)>,
    request: axum::extract::Request,
) -> Response {
    hooks.take(&path.0, &path.1, String::new(), request).await
}

async fn suffixed(
    State(hooks): Shared,
    Path((platform, key, suffix)): Path<(String, String, String)>,
    request: axum::extract::Request,
) -> Response {
    hooks.take(&platform, &key, suffix, request).await
}

impl Hooks {
    async fn take(
        &self,
        platform: &str,
        key: &str,
        suffix: String,
        request: axum::extract::Request,
    ) -> Response {
        let Some(channel) = self.app.channels.by_key(platform, key) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let spec = channel.platform.hooks;
        if !spec.suffixes.contains(&suffix.as_str()) {
            return StatusCode::NOT_FOUND.into_response();
        }
        let (parts, body) = request.into_parts();
        if parts.method != Method::POST && !(spec.get && parts.method == Method::GET) {
            let allow = if spec.get { "GET, POST" } else { "POST" };
            return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, allow)]).into_response();
        }
        if self.app.overload.get() {
            return unavailable();
        }
        let held = match self.app.bodies.read(body, announced(&parts.headers), spec.max_body).await {
            Ok(held) => held,
            Err(status) => return refuse_body(status),
        };
        let arrived = Arrived::of(
            &parts,
            suffix,
            held.bytes.clone(),
            peer(&self.app.config.trusted_proxies, &parts),
            None,
        );
        let started = self.app.clock.instant();
        let (response, refused) = take(&self.app, &channel, arrived.request(&self.app)).await;
        count(&channel, response.status(), started.elapsed());
        if let Some(row) = refused {
            self.refusals.keep(&self.app, row).await;
        }
        response
    }
}

/// A request that has reached a channel's hook.
pub struct Arrived {
    method: Method,
    suffix: String,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
    peer: Option<IpAddr>,
    visitor: Option<String>,
}

impl Arrived {
    /// Puts a request's head, body and (web chat) visitor together.
    pub fn of(
        parts: &Parts,
        suffix: String,
        body: Bytes,
        peer: Option<IpAddr>,
        visitor: Option<String>,
    ) -> Self {
        Self {
            method: parts.method.clone(),
            suffix,
            uri: parts.uri.clone(),
            headers: parts.headers.clone(),
            body,
            peer,
            visitor,
        }
    }

    /// The request as an adapter sees it.
    pub fn request(self, app: &App) -> Request {
        let path = self.uri.path_and_query().map_or("", |path| path.as_str());
        Request {
            url: format!("{}{path}", app.public_url),
            query: self.uri.query().unwrap_or_default().to_owned(),
            method: self.method,
            suffix: self.suffix,
            headers: self.headers,
            body: self.body,
            source: Source::Hook,
            peer: self.peer,
            visitor: self.visitor,
            fetched: None,
        }
    }
}

/// Verifies, stores and answers a request of a channel. The answer is 2xx only when its bytes are durable.
pub async fn receive(app: &App, channel: &Channel, arrived: Arrived) -> Response {
    take(app, channel, arrived.request(app)).await.0
}

/// Verifies, stores and answers a request of a channel; a refused one is given back as a row, for [`Refusals`].
pub async fn take(app: &App, channel: &Channel, request: Request) -> (Response, Option<JournalRow>) {
    let adapter = match &channel.adapter {
        Ok(adapter) => adapter,
        Err(error) => {
            warn!(channel_id = %channel.row.id, %error, "a webhook came for a channel that cannot be opened");
            return (unavailable(), None);
        }
    };
    let now = app.clock.now();
    let id: JournalId = app.ids.next(now);
    let trace: TraceId = app.ids.next(now);
    match adapter.verify(&request, now) {
        Verdict::Accept => {
            let row = record::accepted(channel, &request, id, trace, now);
            (store(app, adapter.as_ref(), &request, row).await, None)
        }
        Verdict::Refuse(refused) => {
            info!(channel_id = %channel.row.id, trace_id = %trace, reason = %refused.reason, "refused a webhook");
            let row = record::refused(channel, &request, id, trace, now, &refused);
            (answer(adapter.as_ref(), &request, &Reply::Refused(refused)), Some(row))
        }
        Verdict::Need(call) => {
            debug!(step = %call.step, "a webhook needs a certificate that nothing here fetches yet");
            let refused = Refused {
                status: StatusCode::UNAUTHORIZED,
                reason: "its authenticity could not be looked up".to_owned(),
            };
            (answer(adapter.as_ref(), &request, &Reply::Refused(refused)), None)
        }
    }
}

async fn store(app: &App, adapter: &dyn Adapter, request: &Request, mut row: JournalRow) -> Response {
    if row.body.len() > INLINE_BODY {
        match app.media.put_bytes(&row.body).await {
            Ok(sha256) => {
                row.body_ref = Some(sha256);
                row.body = Bytes::new();
            }
            Err(error) => {
                warn!(%error, "a large webhook could not be stored");
                return unavailable();
            }
        }
    }
    let trace = row.trace_id.clone();
    match app.writer.journal(row).await {
        Ok(_durable) => answer(adapter, request, &Reply::Accepted),
        Err(error) => {
            if !matches!(error, StoreError::Full) {
                warn!(%error, trace_id = %trace, "a webhook could not be stored");
            }
            unavailable()
        }
    }
}

fn count(channel: &Channel, status: StatusCode, took: std::time::Duration) {
    let verdict = match status.as_u16() {
        200..=299 => "accepted",
        503 => "unavailable",
        _ => "refused",
    };
    let platform = channel.platform.name;
    metrics::counter!(telemetry::HOOKS, "platform" => platform, "verdict" => verdict).increment(1);
    metrics::histogram!(telemetry::HOOK_SECONDS, "platform" => platform).record(took);
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn refuse_body(status: StatusCode) -> Response {
    if status == StatusCode::SERVICE_UNAVAILABLE { unavailable() } else { status.into_response() }
}

fn unavailable() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, RETRY_AFTER)]).into_response()
}

fn answer(adapter: &dyn Adapter, request: &Request, reply: &Reply) -> Response {
    let adapter::Response { status, content_type, body } = adapter.respond(request, reply);
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    if let Some(kind) = content_type {
        response.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static(kind));
    }
    response
}
