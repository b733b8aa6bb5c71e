//! What a visitor's browser is shown: what lies behind it (`history`) and what comes (`stream`).

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::unfold;
use http::{HeaderMap, Method, StatusCode, header};
use naru_core::time::Millis;
use serde_json::{Value, json};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::cors::Cors;
use super::refuse;
use super::streams::News;
use super::visitor::{Known, bearer, unavailable};
use super::{Shared, WebChat};
use crate::api::problem::{Problem, Slug};
use crate::app::App;
use crate::channels::Channel;
use crate::store::Result;
use crate::store::rows::frame::{self, FrameRow};

/// So many frames are read at once.
const PAGE: i64 = 60;

/// A silent stream shows that it is alive so often; proxies cut what is silent for a minute.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// With several nodes another one may have stored a frame: nobody here is told, so we look.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

type Params = Query<HashMap<String, String>>;

/// `GET /widget/{key}/history?before=SEQ`: the newest frames, oldest first, and whether there are more before them.
pub(super) async fn history(
    State(chat): Shared,
    Path(key): Path<String>,
    Query(params): Params,
    method: Method,
    headers: HeaderMap,
) -> Response {
    open(&chat, &key, &params, &method, &headers, async |channel, known| {
        let before = match params.get("before").map(|text| text.parse::<i64>()) {
            None => i64::MAX,
            Some(Ok(before)) => before,
            Some(Err(_)) => {
                return Err(Problem::new(Slug::Invalid, "expected a frame's seq in `before`"));
            }
        };
        let look = async {
            let mut tx = chat.app.db.read().await?;
            frame::before(&mut tx, &channel.row.id, &known.row.external_id, before, PAGE + 1).await
        };
        let mut rows = look.await.map_err(|error| unavailable(&error))?;
        let more = rows.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
        rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
        let frames: Vec<Value> = rows.iter().rev().map(document).collect();
        let body = json!({ "frames": frames, "more": more }).to_string();
        let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
        Ok((headers, body).into_response())
    })
    .await
}

/// `GET /widget/{key}/stream`: the frames after `Last-Event-ID`, then every new one, as server-sent events.
pub(super) async fn stream(
    State(chat): Shared,
    Path(key): Path<String>,
    Query(params): Params,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let last = last.or(params.get("last_event_id").map(String::as_str));
    let after = last.and_then(|id| id.trim().parse().ok()).unwrap_or(0);
    open(&chat, &key, &params, &method, &headers, async |channel, known| {
        let visitor = known.row.external_id.clone();
        let news = chat.app.streams.join(&channel.row.id, &visitor).ok_or_else(refuse::too_fast)?;
        let follower = Follower {
            app: chat.app.clone(),
            channel_id: channel.row.id.clone(),
            visitor,
            after,
            ready: VecDeque::new(),
            news,
        };
        let events = unfold(follower, |mut follower| async move {
            let event = follower.next().await?;
            Some((Ok::<_, Infallible>(event), follower))
        });
        let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response();
        let buffering =
            (header::HeaderName::from_static("x-accel-buffering"), http::HeaderValue::from_static("no"));
        response.headers_mut().extend([(Some(buffering.0), buffering.1)]);
        Ok(response)
    })
    .await
}

/// What both have in common: channel, page, method, address and visitor.
async fn open(
    chat: &WebChat,
    key: &str,
    params: &HashMap<String, String>,
    method: &Method,
    headers: &HeaderMap,
    show: impl AsyncFnOnce(Arc<Channel>, Known) -> std::result::Result<Response, Problem>,
) -> Response {
    let Some(channel) = chat.app.channels.by_key("webchat", key) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let cors = Cors::of(&channel, headers);
    match *method {
        Method::OPTIONS => return cors.preflight(),
        Method::GET => {}
        _ => return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, OPTIONS")]).into_response(),
    }
    let token = bearer(headers).or_else(|| params.get("visitor_token").cloned());
    let shown = match chat.require(&channel, token).await {
        Ok(known) => show(channel, known).await,
        Err(refusal) => Err(refusal),
    };
    cors.on(shown.unwrap_or_else(IntoResponse::into_response))
}

/// A frame as a browser gets it: what was drawn, with its number and time.
fn document(row: &FrameRow) -> Value {
    let mut body: Value = serde_json::from_str(&row.body).unwrap_or_else(|_| json!({}));
    if let Value::Object(fields) = &mut body {
        fields.insert("seq".to_owned(), json!(row.seq));
        fields.insert("at".to_owned(), json!(Millis(row.created_at)));
    }
    body
}

/// One open stream.
struct Follower {
    app: App,
    channel_id: String,
    visitor: String,
    after: i64,
    ready: VecDeque<Event>,
    news: broadcast::Receiver<News>,
}

impl Follower {
    /// The next event; `None` once the gateway ends.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            match self.look().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    // The browser comes back and goes on after its last frame.
                    tracing::warn!(%error, "a visitor's stream ended");
                    return None;
                }
            }
            if let Some(passing) = self.wait().await? {
                return Some(Event::default().data(passing.to_string()));
            }
        }
    }

    /// Reads what was stored since the last look.
    async fn look(&mut self) -> Result<bool> {
        let mut tx = self.app.db.read().await?;
        let rows = frame::after(&mut tx, &self.channel_id, &self.visitor, self.after, PAGE).await?;
        for row in &rows {
            self.after = row.seq;
            let event = Event::default().id(row.seq.to_string()).data(document(row).to_string());
            self.ready.push_back(event);
        }
        Ok(!rows.is_empty())
    }

    /// Waits for a reason to look again, or for something to show at once; `None` once the gateway ends.
    async fn wait(&mut self) -> Option<Option<Arc<Value>>> {
        let shared = self.app.db.is_postgres();
        tokio::select! {
            () = self.app.shutdown.cancelled() => None,
            () = tokio::time::sleep(LOOK_AGAIN), if shared => Some(None),
            news = self.news.recv() => match news {
                Ok(News::Passing(passing)) => Some(Some(passing)),
                Ok(News::Stored) | Err(RecvError::Lagged(_)) => Some(None),
                Err(RecvError::Closed) => None,
            },
        }
    }
}
