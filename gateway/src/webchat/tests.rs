//! The web chat over HTTP, on every engine.

mod assets;
mod crossing;
mod doors;
mod frames;
mod uploads;
mod visitors;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use naru_adapters::webchat::MEMBER_SECRET;
use naru_core::adapter::Secret;
use serde_json::{Map, Value, json};
use tower::ServiceExt;

use crate::app::App;
use crate::channels::manage;
use crate::store::rows::channel;
use crate::store::{Db, StoreError};
use crate::testing;

const SECRET: &str = "m3mber-secret";
const SITE: &str = "https://shop.example";
static PLATFORMS: &[&naru_core::adapter::Platform] = &[&naru_adapters::webchat::PLATFORM];

/// A gateway with one web chat.
struct Shop {
    app: App,
    router: Router,
    key: String,
    channel: String,
}

/// Runs a test's body with a fresh shop on every engine.
fn in_a_shop<F, Fut>(body: F)
where
    F: Fn(Shop) -> Fut,
    Fut: Future<Output = ()>,
{
    testing::on_every_engine(|test| {
        let body = &body;
        async move {
            let app = testing::app(&test, PLATFORMS).await;
            let (key, channel) = connect(&app, "우리 \"가게\"").await;
            body(Shop { router: super::router(&app), key, channel, app }).await;
        }
    });
}

/// Connects another web chat; returns its key and id.
async fn connect(app: &App, name: &str) -> (String, String) {
    let Value::Object(settings) = json!({ "allowed_origins": [SITE], "greeting_ko": "안녕하세요" })
    else {
        unreachable!("an object was written")
    };
    let row = manage::new_row(app, PLATFORMS[0], name, &settings);
    let (key, id) = (row.hook_key.clone(), row.id.clone());
    let gateway = app.clone();
    app.writer
        .run::<(), StoreError, _>(move |tx| {
            Box::pin(async move {
                channel::insert(tx, &row).await?;
                let secrets = [(MEMBER_SECRET.to_owned(), Secret::new(SECRET))].into();
                manage::put_credentials(tx, &gateway, &row.id, &secrets).await
            })
        })
        .await
        .unwrap();
    app.reload_channels().await.unwrap();
    (key, id)
}

impl Shop {
    async fn send(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        self.send(request(Method::GET, path, headers, Body::empty())).await
    }

    async fn post_with(&self, act: &str, body: &Value, headers: &[(&str, &str)]) -> Response {
        let path = format!("/hooks/webchat/{}/{act}", self.key);
        self.send(request(Method::POST, &path, headers, Body::from(body.to_string()))).await
    }

    async fn post(&self, act: &str, body: &Value) -> (StatusCode, Value) {
        read(self.post_with(act, body, &[]).await).await
    }

    /// A new guest's token.
    async fn guest(&self) -> String {
        let (status, answer) = self.post("visitor", &json!({ "page": SITE, "language": "ko" })).await;
        assert_eq!((status, &answer["member"]), (StatusCode::OK, &json!(false)));
        answer["visitor_token"].as_str().unwrap().to_owned()
    }

    async fn history(&self, token: &str) -> Vec<Value> {
        let path = format!("/widget/{}/history", self.key);
        let (status, answer) =
            read(self.get(&path, &[("authorization", &format!("Bearer {token}"))]).await).await;
        assert_eq!(status, StatusCode::OK);
        answer["frames"].as_array().unwrap().clone()
    }

    /// The journal: suffix, verdict, visitor, headers and body of every row.
    async fn journal(&self) -> Vec<(String, String, Option<String>, String, Vec<u8>)> {
        const ROWS: &str = "SELECT suffix, verdict, visitor, headers, body FROM journal ORDER BY id";
        match &self.app.db {
            Db::Sqlite { read, .. } => sqlx::query_as(ROWS).fetch_all(read).await,
            Db::Postgres { pool } => sqlx::query_as(ROWS).fetch_all(pool).await,
        }
        .unwrap()
    }
}

fn request(method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header("host", "naru.example");
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).body(body).unwrap()
}

async fn read(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

fn member_hash(member: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(member.as_bytes());
    crate::auth::hex(&mac.finalize().into_bytes())
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        other => panic!("expected an object, found {other}"),
    }
}
