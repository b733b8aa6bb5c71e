//! An engine of somebody's own, as a process of its own, answers a customer over the API.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use axum::body::Body;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use naru_gateway::app::App;
use naru_gateway::auth::{Scope, keys};
use naru_gateway::channels::manage;
use naru_gateway::clock::Clock;
use naru_gateway::store::rows::{api_key, channel, conversation, message};
use naru_gateway::store::{StoreError, Topic};
use naru_gateway::{run, testing};
use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tower::ServiceExt;

/// The example's program; cargo builds it beside the tests, except where a single test is asked for.
fn program() -> PathBuf {
    let folder = Path::new(env!("CARGO_BIN_EXE_naru")).parent().unwrap().join("examples");
    let program = folder.join(format!("echo_engine{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = std::process::Command::new(cargo)
            .args(["build", "-p", "naru-gateway", "--example", "echo_engine"])
            .env("CARGO_TARGET_DIR", folder.ancestors().nth(2).unwrap())
            .status();
        assert!(built.unwrap().success(), "the example does not build");
    }
    program
}

async fn web_chat(app: &App) -> String {
    let platform = app.platforms.iter().find(|platform| platform.name == "webchat").unwrap();
    let row = manage::new_row(app, platform, "우리가게", &Map::new());
    let hook = row.hook_key.clone();
    app.writer
        .run::<(), StoreError, _>(move |tx| Box::pin(async move { channel::insert(tx, &row).await }))
        .await
        .unwrap();
    app.reload_channels().await.unwrap();
    hook
}

async fn key(app: &App) -> String {
    let made = keys::make(&app.ids, &app.clock, "echo", &[Scope::All]);
    let row = made.row;
    app.writer
        .run::<(), StoreError, _>(move |tx| Box::pin(async move { api_key::insert(tx, &row).await }))
        .await
        .unwrap();
    made.text
}

async fn post(router: &axum::Router, path: &str, body: &Value) -> Value {
    let request =
        Request::post(path).header("host", "naru.example").body(Body::from(body.to_string())).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    assert!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&bytes));
    serde_json::from_slice(&bytes).unwrap_or(Value::Null)
}

/// What went out, as (author, text), as soon as anything did.
async fn answers(app: &App) -> Vec<(String, String)> {
    loop {
        let touched = app.wakes.watch(Topic::Events);
        tokio::pin!(touched);
        touched.as_mut().enable();
        let mut tx = app.db.read().await.unwrap();
        let query = conversation::ListQuery { limit: 10, ..Default::default() };
        let mut said = Vec::new();
        for row in conversation::list(&mut tx, &query).await.unwrap() {
            said.extend(message::of_conversation(&mut tx, &row.id, None, false, 100).await.unwrap());
        }
        drop(tx);
        let out: Vec<_> = said
            .into_iter()
            .filter(|message| message.direction == "out")
            .map(|message| (message.author, message.text))
            .collect();
        if !out.is_empty() {
            return out;
        }
        touched.await;
    }
}

#[test]
fn an_engine_of_ones_own_answers_what_the_customer_says() {
    testing::runtime().block_on(async {
        let db = testing::sqlite().await;
        let app = testing::app_at(&db, naru_adapters::PLATFORMS, Clock::system()).await;
        let (hook, key) = (web_chat(&app).await, key(&app).await);
        run::start_workers(&app);
        let listener = run::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = run::routes(&app, axum::Router::new());
        let served = tokio::spawn({
            let (app, router) = (app.clone(), router.clone());
            async move { run::serve(&app, listener, router).await }
        });

        let mut engine = tokio::process::Command::new(program())
            .env("NARU_URL", &url)
            .env("NARU_API_KEY", &key)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(engine.stdout.take().unwrap()).lines();
        let patience = Duration::from_mins(1);
        let first = tokio::time::timeout(patience, lines.next_line()).await.unwrap().unwrap().unwrap();
        assert!(first.starts_with("following http://127.0.0.1"), "{first}");

        let visitor = post(
            &router,
            &format!("/hooks/webchat/{hook}/visitor"),
            &json!({"page": "https://shop.example", "language": "ko"}),
        )
        .await;
        let said = json!({"visitor_token": visitor["visitor_token"], "client_id": "a", "content": {"text": "배송 언제 와요?"}});
        post(&router, &format!("/hooks/webchat/{hook}/message"), &said).await;

        let out = tokio::time::timeout(patience, answers(&app)).await.unwrap();
        assert_eq!(out, [("bot".to_owned(), "메아리: 배송 언제 와요?".to_owned())]);
        let told = tokio::time::timeout(patience, lines.next_line()).await.unwrap().unwrap().unwrap();
        assert!(told.starts_with(StatusCode::ACCEPTED.as_str()), "{told}");
        engine.kill().await.unwrap();
        app.shutdown.cancel();
        served.await.unwrap();
    });
}
