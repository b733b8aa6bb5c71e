//! `POST /hooks/webchat/{key}/...`: who comes is found before the journal, what they say goes through it.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use http::{Method, StatusCode, header};
use naru_core::adapter::{Adapter, Request, Verdict};
use naru_core::event::Event;
use serde_json::{Map, Value, json};

use super::cors::Cors;
use super::visitor::{Known, Visit, bearer, proven};
use super::{Shared, WebChat, refuse};
use crate::api::problem::{Problem, Slug};
use crate::channels::Channel;
use crate::ingress::{Arrived, peer, take};

/// A request with its body read and its token taken out of it.
struct Posted {
    parts: Parts,
    suffix: String,
    body: Map<String, Value>,
    token: Option<String>,
    peer: Option<IpAddr>,
}

/// Every hook of the web chat.
pub(super) async fn hook(
    State(chat): Shared,
    Path((key, suffix)): Path<(String, String)>,
    request: axum::extract::Request,
) -> Response {
    let Some(channel) = chat.app.channels.by_key("webchat", &key) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if !channel.platform.hooks.suffixes.contains(&suffix.as_str()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let cors = Cors::of(&channel, request.headers());
    match *request.method() {
        Method::OPTIONS => return cors.preflight(),
        Method::POST => {}
        _ => return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST, OPTIONS")]).into_response(),
    }
    let (parts, body) = request.into_parts();
    cors.on(chat.answer(&channel, suffix, parts, body).await.unwrap_or_else(IntoResponse::into_response))
}

impl WebChat {
    async fn answer(
        &self,
        channel: &Arc<Channel>,
        suffix: String,
        parts: Parts,
        body: Body,
    ) -> Result<Response, Problem> {
        let peer = peer(&self.app.config.trusted_proxies, &parts);
        self.limits.address(peer)?;
        if suffix == "upload" {
            return self.upload(channel, &parts, body).await;
        }
        let posted = self.read(channel, suffix, parts, body, peer).await?;
        let known = self.find(channel, posted.token.clone()).await?;
        let visitor = match &known {
            Some(known) => Some(known.row.external_id.as_str()),
            None => (posted.suffix == "visitor").then_some("v-new"),
        };
        let request = posted.request(self, visitor);
        if let Some(refused) = self.turn_away(channel, &request).await? {
            return Ok(refused);
        }
        let events = read_events(channel, &request)?;
        match (posted.suffix.as_str(), known) {
            ("visitor", known) => self.visit(channel, posted, known, &events).await,
            (_, None) => Err(refuse::visitor()),
            ("typing" | "seen" | "page", Some(known)) => {
                self.limits.mark(&known.row.external_id)?;
                self.mark(channel, events).await
            }
            (_, Some(known)) => self.act(channel, posted, known, request, &events).await,
        }
    }

    async fn read(
        &self,
        channel: &Channel,
        suffix: String,
        parts: Parts,
        body: Body,
        peer: Option<IpAddr>,
    ) -> Result<Posted, Problem> {
        let announced = parts.headers.get(header::CONTENT_LENGTH).and_then(|n| n.to_str().ok()?.parse().ok());
        let read = self.app.bodies.read(body, announced, channel.platform.hooks.max_body).await;
        let held = read.map_err(refuse::unread)?;
        let mut body: Map<String, Value> = serde_json::from_slice(&held.bytes)
            .map_err(|error| Problem::new(Slug::BrokenJson, format!("expected a JSON object: {error}")))?;
        // The token is a secret of the visitor's: it is looked at here, and travels no further.
        let shown = body.remove("visitor_token");
        let token = bearer(&parts.headers).or(shown.and_then(|token| Some(token.as_str()?.to_owned())));
        Ok(Posted { parts, suffix, body, token, peer })
    }

    /// What the adapter refuses is answered as it says, and kept for the inspector.
    async fn turn_away(&self, channel: &Channel, request: &Request) -> Result<Option<Response>, Problem> {
        if opened(channel)?.verify(request, self.app.clock.now()) == Verdict::Accept {
            return Ok(None);
        }
        let (response, refused) = take(&self.app, channel, request.clone()).await;
        if let Some(row) = refused {
            self.refusals.keep(&self.app, row).await;
        }
        Ok(Some(response))
    }

    /// A browser comes, or comes again: it is told who it is.
    async fn visit(
        &self,
        channel: &Channel,
        posted: Posted,
        known: Option<Known>,
        events: &[Event],
    ) -> Result<Response, Problem> {
        let visit = Visit::of(&posted.body, proven(events));
        let kept = known.filter(|known| visit.is_of(&known.row));
        let is_new = kept.is_none();
        if is_new {
            self.limits.newcomer(posted.peer)?;
        }
        let mut known = kept.unwrap_or_else(|| self.newcomer(channel));
        self.keep(&mut known, is_new, &visit).await?;
        let request = posted.request(self, Some(&known.row.external_id));
        let response = take(&self.app, channel, request).await.0;
        if !response.status().is_success() {
            return Ok(response);
        }
        let member = known.row.member_id.is_some();
        Ok(document(&json!({ "visitor_token": known.token, "member": member })))
    }

    /// Something that the visitor says or does: kept, then shown in all their tabs.
    async fn act(
        &self,
        channel: &Channel,
        posted: Posted,
        mut known: Known,
        request: Request,
        events: &[Event],
    ) -> Result<Response, Problem> {
        self.limits.act(&known.row.external_id)?;
        let member = proven(events);
        if member.is_some() {
            let visit = Visit::of(&posted.body, member);
            if !visit.is_of(&known.row) {
                let detail = "this visitor is another member; /visitor makes a new one";
                return Err(Problem::new(Slug::WrongState, detail));
            }
            self.keep(&mut known, false, &visit).await?;
        }
        let attached = self.attached(channel, events).await?;
        let response = take(&self.app, channel, request).await.0;
        if !response.status().is_success() {
            return Ok(response);
        }
        if posted.suffix == "identify" {
            return Ok(document(&json!({ "member": member.is_some() })));
        }
        self.echo(channel, &known.row.external_id, &posted.suffix, posted.body, &attached).await?;
        Ok(response)
    }
}

impl Posted {
    fn arrived(&self, visitor: Option<String>) -> Arrived {
        let body = serde_json::to_vec(&self.body).expect("a JSON object is JSON");
        Arrived::of(&self.parts, self.suffix.clone(), Bytes::from(body), self.peer, visitor)
    }

    fn request(&self, chat: &WebChat, visitor: Option<&str>) -> Request {
        self.arrived(visitor.map(str::to_owned)).request(&chat.app)
    }
}

fn opened(channel: &Channel) -> Result<&dyn Adapter, Problem> {
    channel.adapter.as_deref().map_err(|error| {
        tracing::warn!(channel_id = %channel.row.id, %error, "a visitor came to a channel that cannot be opened");
        Problem::new(Slug::Unavailable, "this channel cannot be opened now").retry_after(2)
    })
}

/// What a request says. This channel is our own: a page's developer is told at once what does not fit, and the
/// journal holds nothing that nobody can read.
fn read_events(channel: &Channel, request: &Request) -> Result<Vec<Event>, Problem> {
    opened(channel)?.receive(request).map_err(|malformed| Problem::new(Slug::Invalid, malformed.to_string()))
}

fn document(body: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (headers, body.to_string()).into_response()
}
