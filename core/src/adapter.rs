//! The contract between the gateway and a platform's adapter. Requests, calls and answers are values.
//!
//! An adapter translates; it does no I/O, reads no clock and keeps no memory. Same arguments, same result: that is
//! why every adapter is tested with plain files, and why retry, pacing, tracing, redaction and the guard against
//! forged addresses exist once, in the gateway.

mod account;
mod call;
mod job;

pub use account::{Account, AccountError, AccountSpec, FieldSpec, FieldType, Requirement, Secret, Words};
pub use call::{Answer, Answers, Body, Call, FormField, HttpTarget, Repeat, Signed, Sink, Target};
pub use job::{
    AdapterIdentity, Failure, Job, Lookup, Next, Outcome, Outgoing, Receipt, Recipient, Scope, TokenGrant,
};

use std::net::IpAddr;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

use crate::capabilities::Capabilities;
use crate::downgrade::Pass;
use crate::event::Event;
use crate::time::Millis;

/// A platform as data: everything the gateway needs before an account is opened.
pub struct Platform {
    /// Config key, URL segment, source folder and fixture folder.
    pub name: &'static str,
    /// The platform's name for people.
    pub title: Words,
    /// What it can do.
    pub capabilities: Capabilities,
    /// Dealers and providers that spell it differently; empty where there is only one. The first is the default.
    pub flavours: &'static [Flavour],
    /// What an admin must enter.
    pub account: AccountSpec,
    /// Which requests reach its hook.
    pub hooks: HookSpec,
    /// The hosts that serve its media, as suffixes (`kakaocdn.net` covers `dn.kakaocdn.net`). The hosts of a channel's
    /// own base addresses count besides.
    pub media_hosts: &'static [&'static str],
    /// Opens an account.
    pub open: fn(&Account) -> Result<Box<dyn Adapter>, AccountError>,
    /// How fitted parts join into what the platform draws as one bubble. Pure; needs no account.
    pub compose: Pass,
}

impl Platform {
    /// What one flavour can do; the platform's own capabilities where `flavour` is `None` or unknown.
    pub fn capabilities_of(&self, flavour: Option<&str>) -> Capabilities {
        let mut capabilities = self.capabilities.clone();
        if let Some(flavour) =
            self.flavours.iter().find(|f| Some(f.name) == flavour).or(self.flavours.first())
        {
            (flavour.narrow)(&mut capabilities);
        }
        capabilities
    }
}

/// Which requests reach a platform's hook. What does not is answered 404, 405 or 413 before anything is read.
#[derive(Clone, Copy, Debug)]
pub struct HookSpec {
    /// What may follow the channel's key in the path; `""` where nothing does.
    pub suffixes: &'static [&'static str],
    /// Whether `GET` is allowed besides `POST` (Instagram's verification).
    pub get: bool,
    /// The largest body in bytes.
    pub max_body: usize,
}

/// One mebibyte: the largest webhook body that is taken (interface, section 3).
pub const MAX_HOOK_BODY: usize = 1 << 20;

/// One spelling of a platform.
pub struct Flavour {
    /// The value of `settings.flavour`.
    pub name: &'static str,
    /// Its name for people.
    pub title: Words,
    /// What it cannot do of what the platform can.
    pub narrow: fn(&mut Capabilities),
}

/// One account on a platform. Translation only: no I/O, no clock, no memory.
pub trait Adapter: Send + Sync {
    /// Whether a request is really the platform's, decided on the raw bytes. Must not parse before it has verified.
    /// [`Verdict::Need`] asks the gateway for a certificate; it is then asked again with the answer in
    /// [`Request::fetched`].
    fn verify(&self, request: &Request, now: Millis) -> Verdict;

    /// What a verified request says. `Malformed` only if the envelope cannot be read; a bad or unknown item becomes
    /// [`crate::event::What::Unsupported`] and keeps its raw JSON. U+0000 is replaced by U+FFFD.
    fn receive(&self, request: &Request) -> Result<Vec<Event>, Malformed>;

    /// What to answer inside the platform's own request. Most platforms want an empty 200.
    fn respond(&self, request: &Request, reply: &Reply) -> Response {
        let _ = request;
        Response::of(reply.status())
    }

    /// The next step of a job, given every answer so far. Same job, same answers, same `now`, same step.
    fn next(&self, job: &Job, answers: &Answers, now: Millis) -> Next;

    /// What the answers so far prove to be on the platform: one receipt per sent part, in order.
    fn receipts(&self, job: &Job, answers: &Answers) -> Vec<Receipt>;

    /// Puts the credentials on a call, just before each attempt. Stored calls hold no secret.
    fn sign(&self, call: &Call, now: Millis) -> Signed;

    /// The identity behind the credentials, read from the answers of [`Job::Check`]. A channel never changes it.
    fn identity(&self, answers: &Answers) -> Option<AdapterIdentity>;

    /// Whether [`Job::Token`] must run before the next signed call.
    fn needs_token(&self, now: Millis) -> bool {
        let _ = now;
        false
    }
}

/// A request as it arrived, or a mail as it was pulled.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// What follows the channel's key in the path, without a leading slash: `message`, `reference`, or nothing.
    pub suffix: String,
    /// The query string as it came, without `?`.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body's bytes as they came.
    pub body: Bytes,
    /// Where it came from.
    pub source: Source,
    /// The address behind the connection, after trusted proxies.
    pub peer: Option<IpAddr>,
    /// The address that the platform was told to call, for signatures that cover it.
    pub url: String,
    /// The visitor that the gateway found behind a visitor token (web chat only).
    pub visitor: Option<String>,
    /// What [`Verdict::Need`] asked for.
    pub fetched: Option<Answer>,
}

impl Request {
    /// The first value of a header, where it is readable text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// Where a request came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A platform called us.
    Hook,
    /// We fetched it (mail by IMAP); it skips `verify`.
    Pulled,
}

/// Whether a request is really the platform's.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It is.
    Accept,
    /// It is not.
    Refuse(Refused),
    /// Unknown until this call is answered.
    Need(Box<Call>),
}

/// Why a request is not the platform's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// 401 for a bad or missing signature, 403 for a request from elsewhere.
    pub status: StatusCode,
    /// A sentence for the inspector; holds no secret and no body.
    pub reason: String,
}

impl Refused {
    /// A missing or wrong signature.
    pub fn signature(reason: impl Into<String>) -> Verdict {
        Verdict::Refuse(Self { status: StatusCode::UNAUTHORIZED, reason: reason.into() })
    }

    /// A request that does not come from where this channel's webhooks come.
    pub fn elsewhere(reason: impl Into<String>) -> Verdict {
        Verdict::Refuse(Self { status: StatusCode::FORBIDDEN, reason: reason.into() })
    }
}

/// Why an envelope cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {found}")]
pub struct Malformed {
    /// What was expected.
    pub expected: String,
    /// What was found, and where.
    pub found: String,
}

/// What the gateway made of a request, for [`Adapter::respond`].
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// Its bytes are durable.
    Accepted,
    /// It was refused.
    Refused(Refused),
    /// It cannot be stored now.
    Unavailable,
}

impl Reply {
    /// The status that belongs to it.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Accepted => StatusCode::OK,
            Self::Refused(refused) => refused.status,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// An answer to a platform's request.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The body's type; `None` where there is no body.
    pub content_type: Option<&'static str>,
    /// The body.
    pub body: Bytes,
}

impl Response {
    /// An empty answer.
    pub fn of(status: StatusCode) -> Self {
        Self { status, content_type: None, body: Bytes::new() }
    }

    /// An answer of JSON.
    pub fn json(status: StatusCode, body: &serde_json::Value) -> Self {
        Self { status, content_type: Some("application/json"), body: Bytes::from(body.to_string()) }
    }
}
