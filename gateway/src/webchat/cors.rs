//! Which pages may talk to a channel from their own scripts: those of `settings.allowed_origins`, and no other.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use naru_adapters::webchat::{ALLOWED_ORIGINS, origin_allowed};
use serde_json::Value;

use crate::channels::Channel;

/// The page that a request comes from, where the channel welcomes it.
pub(super) struct Cors(Option<HeaderValue>);

/// The origins that a channel lists.
pub(super) fn origins(channel: &Channel) -> Vec<String> {
    let listed = channel.settings.get(ALLOWED_ORIGINS).and_then(Value::as_array);
    listed.into_iter().flatten().filter_map(|origin| Some(origin.as_str()?.to_owned())).collect()
}

impl Cors {
    /// Looks at a request's `Origin`.
    pub(super) fn of(channel: &Channel, headers: &HeaderMap) -> Self {
        let origin = headers
            .get(header::ORIGIN)
            .filter(|origin| origin.to_str().is_ok_and(|origin| origin_allowed(&origins(channel), origin)));
        Self(origin.cloned())
    }

    /// Answers a browser that asks before it sends.
    pub(super) fn preflight(self) -> Response {
        if self.0.is_none() {
            return StatusCode::FORBIDDEN.into_response();
        }
        let allowed = [
            (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, last-event-id, x-file-name"),
            (header::ACCESS_CONTROL_MAX_AGE, "600"),
        ];
        self.on((StatusCode::NO_CONTENT, allowed).into_response())
    }

    /// Lets the page read an answer.
    pub(super) fn on(self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.append(header::VARY, HeaderValue::from_static("origin"));
        if let Some(origin) = self.0 {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
        response
    }
}
