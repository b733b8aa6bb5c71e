//! A played LINE, and an adapter that is driven against it as the outbox does.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body as HttpBody, to_bytes};
use http::{HeaderMap, HeaderName, Method, Request as HttpRequest};
use naru_core::adapter::{
    Account, Adapter, Answer, Answers, Body, Call, Failure, Job, Next, Outcome, Outgoing, Recipient, Request,
    Secret, Source, Verdict,
};
use naru_core::content::Text;
use naru_core::downgrade::{Part, PartBody};
use naru_core::event::Event;
use naru_core::ids::{DeliveryId, MessageId};
use naru_core::message::AuthorKind;
use naru_core::time::Millis;
use serde_json::{Map, Value, json};
use tower::ServiceExt;

use crate::clock::Clock;
use crate::sandbox::line::{BOT, LinePhone};
use crate::sandbox::{Act, Hook, Phone, WireCall};

pub(super) const START: Millis = Millis(1_795_237_200_000);
pub(super) const MINA: &str = "U11111111111111111111111111111111";
pub(super) const BASE: &str = "http://127.0.0.1:9/line";

/// A played LINE, its clock, and an adapter that talks to it.
pub(super) struct Bench {
    pub(super) clock: Clock,
    pub(super) phone: Arc<LinePhone>,
    pub(super) adapter: Box<dyn Adapter>,
    answers: Answers,
}

impl Bench {
    pub(super) fn new() -> Self {
        let clock = Clock::manual(START);
        let phone = Arc::new(LinePhone::new(clock.clone()));
        let adapter = open(&phone.account(BASE).credentials);
        Self { clock, phone, adapter, answers: Answers::default() }
    }

    pub(super) fn api(&self) -> Router {
        Router::new().nest("/line", Arc::clone(&self.phone).api())
    }

    /// What a customer does, as the adapter reads it.
    pub(super) fn act(&self, act: &Act) -> Vec<Event> {
        let hooks = self.phone.act(MINA, act, self.clock.now()).expect("the act is possible");
        hooks.iter().flat_map(|hook| self.read(hook)).collect()
    }

    pub(super) fn read(&self, hook: &Hook) -> Vec<Event> {
        let request = request(hook);
        assert_eq!(self.adapter.verify(&request, self.clock.now()), Verdict::Accept);
        self.adapter.receive(&request).expect("the envelope is sound")
    }

    /// Drives a job to its end, as the outbox does without waiting.
    pub(super) async fn run(&mut self, job: &Job) -> Next {
        self.answers = Answers::default();
        self.go_on(job).await
    }

    async fn go_on(&mut self, job: &Job) -> Next {
        let now = self.clock.now();
        let mut next = self.adapter.next(job, &self.answers, now);
        while let Next::Call(call) = next {
            match self.call(&call).await {
                Some(answer) => drop(self.answers.answered.insert(call.step.clone(), answer)),
                None => *self.answers.lost.entry(call.step.clone()).or_default() += 1,
            }
            next = self.adapter.next(job, &self.answers, now);
            if matches!(next, Next::Failed(Failure::Retry { .. } | Failure::Throttled { .. })) {
                self.answers.answered.remove(&call.step);
            }
        }
        next
    }

    /// Makes a call; `None` where no answer came.
    async fn call(&self, call: &Call) -> Option<Answer> {
        let signed = self.adapter.sign(call, self.clock.now());
        let mut request = HttpRequest::builder().method(signed.method.as_str()).uri(signed.url.as_str());
        for (name, value) in &signed.headers {
            request = request.header(name, value);
        }
        let (kind, body) = match &signed.body {
            Body::Json(value) => ("application/json", value.to_string()),
            Body::Form(pairs) => (
                "application/x-www-form-urlencoded",
                url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish(),
            ),
            _ => ("", String::new()),
        };
        let request =
            request.header("content-type", kind).body(HttpBody::from(body)).expect("a sound request");
        let response = self.api().oneshot(request).await.expect("a router answers");
        let (head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.ok()?;
        let header = |(name, value): (&HeaderName, &http::HeaderValue)| {
            (name.to_string(), value.to_str().unwrap_or_default().to_owned())
        };
        Some(Answer {
            status: head.status.as_u16(),
            headers: head.headers.iter().map(header).collect(),
            body,
            stored: None,
            at: self.clock.now(),
        })
    }

    pub(super) fn calls(&self) -> Vec<WireCall> {
        self.phone.tape().calls_of(MINA)
    }

    pub(super) fn statuses(&self) -> Vec<u16> {
        self.calls().iter().map(|call| call.status).collect()
    }
}

pub(super) fn open(credentials: &Map<String, Value>) -> Box<dyn Adapter> {
    let secret = |value: &Value| Secret::new(value.as_str().unwrap_or_default());
    let account = Account {
        credentials: credentials.iter().map(|(name, value)| (name.clone(), secret(value))).collect(),
        settings: Map::from_iter([
            ("api_base".to_owned(), json!(BASE)),
            ("content_base".to_owned(), json!(BASE)),
        ]),
        identity: BOT.to_owned(),
        ..Account::default()
    };
    match (naru_adapters::line::PLATFORM.open)(&account) {
        Ok(adapter) => adapter,
        Err(error) => panic!("the played account is sound, but: {error}"),
    }
}

pub(super) fn request(hook: &Hook) -> Request {
    let mut headers = HeaderMap::new();
    for (name, value) in &hook.headers {
        headers.insert(name.parse::<HeaderName>().expect("a name"), value.parse().expect("a value"));
    }
    Request {
        method: Method::POST,
        suffix: hook.suffix.clone(),
        query: String::new(),
        headers,
        body: hook.body.clone(),
        source: Source::Hook,
        peer: None,
        url: String::new(),
        visitor: None,
        fetched: None,
    }
}

pub(super) fn send(number: u128, text: &str, reply_handle: Option<String>) -> Job {
    Job::Send(Box::new(Outgoing {
        delivery: DeliveryId(uuid::Uuid::from_u128(number)),
        message: MessageId(uuid::Uuid::from_u128(number)),
        to: Recipient { external_id: MINA.to_owned(), lane: MINA.to_owned(), session: None },
        author: AuthorKind::Bot,
        parts: vec![Part::of("/blocks/0", PartBody::Text(Text::plain(text)))],
        media: std::collections::BTreeMap::new(),
        reply_handle,
        quote: None,
    }))
}

pub(super) fn text(text: &str) -> Act {
    Act::Text { text: text.to_owned() }
}

pub(super) fn token(events: &[Event]) -> Option<String> {
    events[0].reply_handle.as_ref().map(|handle| handle.token.clone())
}

pub(super) fn is_sent(next: &Next) -> bool {
    matches!(next, Next::Done(Outcome::Sent { .. }))
}
