//! A served gateway with channels, customers, keys and people.

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use naru_core::adapter::Secret;
use naru_core::ids::{JournalId, OperatorId, TraceId};
use naru_gateway::app::App;
use naru_gateway::auth::{Role, Scope, keys, sessions};
use naru_gateway::channels::manage;
use naru_gateway::store::StoreError;
use naru_gateway::store::rows::journal::{self, JournalRow};
use naru_gateway::store::rows::operator::{self, OperatorRow};
use naru_gateway::store::rows::{api_key, channel};
use naru_gateway::testing::{self, TestDb};
use naru_gateway::{pipeline, run};
use serde_json::{Map, Value, json};
use tower::ServiceExt;

const SENDER_KEY: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";

pub(crate) struct World {
    pub app: App,
    router: Router,
    /// A key that may do everything.
    pub all: String,
    pub kakao: String,
    _db: TestDb,
}

/// What was answered.
pub(crate) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    /// Checks that it is a problem of that kind, as every error must be.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, slug: &str) -> &Self {
        let body = &self.body;
        assert_eq!(
            (self.status, &body["type"]),
            (status, &json!(format!("urn:naru:problem:{slug}"))),
            "{body}"
        );
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(body["status"], status);
        for field in ["title", "detail"] {
            assert!(body[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {body}");
        }
        self
    }

    /// Checks that the problem points there.
    #[track_caller]
    pub(crate) fn points_at(&self, pointer: &str) {
        let errors = self.body["errors"].as_array();
        let there = errors.is_some_and(|errors| errors.iter().any(|error| error["pointer"] == pointer));
        assert!(there, "expected {pointer} in {}", self.body);
    }
}

/// Runs a story on every engine.
pub(crate) fn story<F, Fut>(body: F)
where
    F: Fn(World) -> Fut,
    Fut: Future<Output = ()>,
{
    testing::on_every_engine(|db| async { body(World::new(db).await).await });
}

impl World {
    async fn new(db: TestDb) -> Self {
        let app = testing::app(&db, naru_adapters::PLATFORMS).await;
        let kakao = connect(&app, "kakao", &[("sender_key", SENDER_KEY), ("hub_key", "h")]).await;
        connect(&app, "line", &[("channel_secret", "s"), ("channel_access_token", "t")]).await;
        let router = run::routes(&app, Router::new());
        let mut world = Self { app, router, all: String::new(), kakao, _db: db };
        world.all = world.key(&[Scope::All]).await;
        world
    }

    /// A new key's `Authorization`.
    pub(crate) async fn key(&self, scopes: &[Scope]) -> String {
        let made = keys::make(&self.app.ids, &self.app.clock, "test", scopes);
        let row = made.row;
        self.app
            .writer
            .run::<(), StoreError, _>(move |tx| Box::pin(async move { api_key::insert(tx, &row).await }))
            .await
            .unwrap();
        format!("Bearer {}", made.text)
    }

    /// A person's login: the cookie, and the token that goes with everything that writes.
    pub(crate) async fn login(&self, role: Role) -> (String, String) {
        let (clock, now) = (self.app.clock.clone(), self.app.clock.now());
        let row = OperatorRow {
            id: self.app.ids.next::<OperatorId>(now).to_string(),
            email: format!("{}@shop.example", role.name()),
            name: role.name().to_owned(),
            password: String::new(),
            role: role.name().to_owned(),
            language: "ko".to_owned(),
            created_at: now.0,
            updated_at: now.0,
        };
        let cookie = self
            .app
            .writer
            .run::<String, StoreError, _>(move |tx| {
                Box::pin(async move {
                    operator::insert(tx, &row).await?;
                    sessions::begin(tx, &clock, &row.id).await
                })
            })
            .await
            .unwrap();
        let login = sessions::find(&mut self.app.db.read().await.unwrap(), &self.app.clock, &cookie).await;
        let csrf = login.unwrap().unwrap().csrf;
        (format!("{}={cookie}", sessions::cookie_name(&self.app.public_url)), csrf)
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let method: Method = method.parse().unwrap();
        let request = headers
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .fold(Request::builder().method(method).uri(path), |request, (name, value)| {
                request.header(*name, *value)
            });
        let response = self.router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let is_stream = headers
            .get("content-type")
            .is_some_and(|kind| kind.to_str().unwrap().starts_with("text/event-stream"));
        // A stream does not end: its head is all that is looked at.
        let bytes =
            if is_stream { Bytes::new() } else { response.into_body().collect().await.unwrap().to_bytes() };
        Answer { status, headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    pub(crate) async fn get(&self, key: &str, path: &str) -> Answer {
        self.send("GET", path, &[("authorization", key)], Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[("authorization", &self.all)], body.to_string()).await
    }

    /// Sends a message with an `Idempotency-Key`.
    pub(crate) async fn say(&self, conversation: &str, key: &str, body: &Value, language: &str) -> Answer {
        let path = format!("/api/v1/conversations/{conversation}/messages");
        let headers =
            [("authorization", self.all.as_str()), ("idempotency-key", key), ("accept-language", language)];
        self.send("POST", &path, &headers, body.to_string()).await
    }

    /// A customer writes on Kakao; returns the conversation's id.
    pub(crate) async fn kakao_says(&self, user: &str) -> String {
        let at = self.app.clock.now().0;
        let body = json!({"user_key": user, "sender_key": SENDER_KEY, "session_id": user, "time": at,
            "serial_number": format!("{user}{at}"), "type": "text", "contents": ["안녕하세요"]});
        self.webhook("message", &body).await;
        let page = self.get(&self.all, &format!("/api/v1/conversations?channel_id={}", self.kakao)).await;
        page.body["items"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Kakao ends a customer's session.
    pub(crate) async fn kakao_ends(&self, user: &str) {
        let body = json!({"user_key": user, "sender_key": SENDER_KEY, "session_id": user,
            "time": self.app.clock.now().0 + 1_000});
        self.webhook("expired_session", &body).await;
    }

    async fn webhook(&self, suffix: &str, body: &Value) {
        let now = self.app.clock.now();
        let body = Bytes::from(body.to_string());
        let row = JournalRow {
            id: self.app.ids.next::<JournalId>(now).to_string(),
            channel_id: self.kakao.clone(),
            platform: "kakao".to_owned(),
            received_at: now.0,
            method: "POST".to_owned(),
            suffix: suffix.to_owned(),
            query: String::new(),
            headers: "[]".to_owned(),
            body_size: i64::try_from(body.len()).unwrap(),
            body,
            body_ref: None,
            verdict: "accepted",
            reason: None,
            status: 200,
            peer: String::new(),
            visitor: None,
            trace_id: self.app.ids.next::<TraceId>(now).to_string(),
        };
        self.app
            .db
            .write_once(|tx| Box::pin(async move { journal::insert(tx, &[row]).await }))
            .await
            .unwrap();
        pipeline::drain(&self.app).await.unwrap();
    }
}

async fn connect(app: &App, platform: &str, secrets: &[(&str, &str)]) -> String {
    let platform = app.platforms.iter().find(|known| known.name == platform).unwrap();
    let row = manage::new_row(app, platform, "우리가게", &Map::new());
    let credentials: manage::Credentials =
        secrets.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value))).collect();
    let (inner, id) = (app.clone(), row.id.clone());
    app.db
        .write_once(|tx| {
            Box::pin(async move {
                channel::insert(tx, &row).await?;
                manage::put_credentials(tx, &inner, &row.id, &credentials).await
            })
        })
        .await
        .unwrap();
    app.reload_channels().await.unwrap();
    id
}
