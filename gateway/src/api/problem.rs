//! The only place where errors meet status codes: `application/problem+json` (RFC 9457).

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use naru_core::content::Pointed;
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::StoreError;

/// An error as a client reads it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:naru:problem:<slug>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the slug means, in a few words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong here, and what can be done.
    pub detail: String,
    /// The places of the request that do not fit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<ProblemPlace>)]
    pub errors: Vec<Pointed>,
    #[serde(skip)]
    retry_after: Option<u64>,
}

/// One place of a request that does not fit.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes `core::content::Pointed` to the OpenAPI document")]
pub struct ProblemPlace {
    /// JSON pointer into the request's body.
    pointer: String,
    /// What was expected there.
    detail: String,
}

/// The result of an API handler.
pub type Result<T, E = Problem> = std::result::Result<T, E>;

macro_rules! slugs {
    ($($(#[$doc:meta])+ $variant:ident = ($slug:literal, $status:ident, $title:literal);)+) => {
        /// Every kind of problem.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Slug { $($(#[$doc])+ $variant,)+ }

        impl Slug {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The last part of the problem's type.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $slug,)+ }
            }

            fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)+ }
            }

            fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }
        }
    };
}

slugs! {
    /// The body is not JSON.
    BrokenJson = ("broken-json", BAD_REQUEST, "The body is not JSON");
    /// Nobody is known by these credentials.
    Unauthorized = ("unauthorized", UNAUTHORIZED, "Who are you?");
    /// The actor may not do this.
    Forbidden = ("forbidden", FORBIDDEN, "Not allowed");
    /// There is no such thing.
    NotFound = ("not-found", NOT_FOUND, "Not found");
    /// The path does not know the method.
    MethodNotAllowed = ("method-not-allowed", METHOD_NOT_ALLOWED, "Method not allowed");
    /// The body came too slowly.
    TooSlow = ("too-slow", REQUEST_TIMEOUT, "The request took too long");
    /// The body is too large.
    TooLarge = ("too-large", PAYLOAD_TOO_LARGE, "The body is too large");
    /// Well-formed, but it does not fit.
    Invalid = ("invalid", UNPROCESSABLE_ENTITY, "The request does not fit");
    /// The key was used for another request.
    IdempotencyMismatch =
        ("idempotency-mismatch", UNPROCESSABLE_ENTITY, "The idempotency key was used for another request");
    /// The message cannot be shown on the platform at all.
    Rejected = ("rejected", UNPROCESSABLE_ENTITY, "The platform cannot show this");
    /// Something would be lost, and the sender did not want that.
    WouldLose = ("would-lose", UNPROCESSABLE_ENTITY, "Something would be lost");
    /// The platform's session is over.
    SessionClosed = ("session-closed", CONFLICT, "The session is closed");
    /// An admin has paused the channel.
    ChannelPaused = ("channel-paused", CONFLICT, "The channel is paused");
    /// The customer does not want messages.
    OptedOut = ("opted-out", CONFLICT, "The customer does not want messages");
    /// The customer is blocked.
    Blocked = ("blocked", CONFLICT, "The customer is blocked");
    /// The platform does not let us speak first.
    CannotStart = ("cannot-start", CONFLICT, "The customer must write first");
    /// The credentials belong to another account.
    OtherAccount = ("other-account", CONFLICT, "The credentials belong to another account");
    /// The thing is in a state in which this cannot be done.
    WrongState = ("wrong-state", CONFLICT, "Not possible in this state");
    /// Too many requests.
    TooMany = ("too-many-requests", TOO_MANY_REQUESTS, "Too many requests");
    /// It failed on our side; the log has the cause under the trace id.
    Internal = ("internal", INTERNAL_SERVER_ERROR, "Something went wrong");
    /// Nothing can be stored now.
    Unavailable = ("unavailable", SERVICE_UNAVAILABLE, "Nothing can be stored now");
}

impl Problem {
    /// A problem of that kind, in a sentence.
    pub fn new(slug: Slug, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:naru:problem:{}", slug.name()),
            title: slug.title(),
            status: slug.status().as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// There is no such thing.
    pub fn not_found(what: &str, id: &str) -> Self {
        Self::new(Slug::NotFound, format!("there is no {what} {id}"))
    }

    /// Places that do not fit.
    pub fn invalid(errors: Vec<Pointed>) -> Self {
        let detail = match errors.as_slice() {
            [] => "the request does not fit".to_owned(),
            [one] if one.pointer.is_empty() => one.detail.clone(),
            [one] => format!("{}: {}", one.pointer, one.detail),
            many => format!("{} places do not fit", many.len()),
        };
        Self { errors, ..Self::new(Slug::Invalid, detail) }
    }

    /// One place that does not fit.
    pub fn at(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::invalid(vec![Pointed { pointer: pointer.into(), detail: detail.into() }])
    }

    /// The same with a place.
    #[must_use]
    pub fn with_place(mut self, pointer: impl Into<String>) -> Self {
        let detail = self.detail.clone();
        self.errors.push(Pointed { pointer: pointer.into(), detail });
        self
    }

    /// The same with the time after which to try again, in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full | StoreError::Stopped => {
                Self::new(Slug::Unavailable, error.to_string()).retry_after(2)
            }
            other => internal(&other),
        }
    }
}

impl From<crate::outbox::ActError> for Problem {
    fn from(error: crate::outbox::ActError) -> Self {
        use crate::outbox::ActError;
        match error {
            ActError::NotFound(_) => Self::new(Slug::NotFound, error.to_string()),
            ActError::State { .. } => Self::new(Slug::WrongState, error.to_string()),
            ActError::SessionClosed => Self::new(Slug::SessionClosed, error.to_string()),
            ActError::Store(error) => error.into(),
        }
    }
}

impl From<crate::desk::commands::CommandError> for Problem {
    fn from(error: crate::desk::commands::CommandError) -> Self {
        use crate::desk::commands::CommandError;
        match error {
            CommandError::NotFound(what) => Self::new(Slug::NotFound, format!("there is no such {what}")),
            CommandError::Refused(_) => Self::new(Slug::SessionClosed, error.to_string()),
            CommandError::Store(error) => error.into(),
        }
    }
}

/// A fault of ours: the log has the cause, the client a sentence.
pub fn internal(error: &dyn std::error::Error) -> Problem {
    tracing::error!(%error, "an API request failed");
    Problem::new(Slug::Internal, "the cause is in the server's log")
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).expect("a problem is JSON");
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
