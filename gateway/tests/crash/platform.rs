//! A LINE that only counts: which text arrived under which idempotency key.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

/// What arrived: text -> the keys under which it came.
pub(crate) type Received = BTreeMap<String, Vec<String>>;

#[derive(Default)]
struct Memory {
    received: Received,
    taken: HashMap<String, Value>,
}

type Shared = Arc<Mutex<Memory>>;

/// The platform on a loopback address.
pub(crate) struct Platform {
    /// Its address.
    pub base: String,
    memory: Shared,
}

impl Platform {
    pub(crate) async fn start() -> Self {
        let memory = Shared::default();
        let router = Router::new()
            .route("/v2/bot/message/push", post(push))
            .route("/v2/bot/message/reply", post(reply))
            .route("/v2/bot/profile/{user}", get(profile))
            .with_state(Arc::clone(&memory));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let limits = naru_gateway::testing::config(&[]).limits;
            let (shutdown, tasks) = Default::default();
            naru_gateway::ingress::serve(listener, router, &limits, shutdown, tasks).await;
        });
        Self { base, memory }
    }

    pub(crate) fn received(&self) -> Received {
        self.memory.lock().unwrap().received.clone()
    }
}

fn texts(body: &Value) -> Vec<String> {
    let messages = body["messages"].as_array().cloned().unwrap_or_default();
    messages.iter().filter_map(|message| message["text"].as_str().map(str::to_owned)).collect()
}

fn take(memory: &Shared, key: String, body: &Value) -> Result<Value, Value> {
    let mut memory = memory.lock().unwrap();
    for text in texts(body) {
        memory.received.entry(text).or_default().push(key.clone());
    }
    if let Some(first) = memory.taken.get(&key) {
        return Err(first.clone());
    }
    let ids: Vec<Value> =
        (0..texts(body).len()).map(|n| json!({"id": format!("{}{n}", memory.taken.len() + 1)})).collect();
    let answer = json!({ "sentMessages": ids });
    memory.taken.insert(key, answer.clone());
    Ok(answer)
}

async fn push(State(memory): State<Shared>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    let key = headers.get("x-line-retry-key").expect("a push has a retry key").to_str().unwrap().to_owned();
    match take(&memory, key, &body) {
        Ok(answer) => Json(answer).into_response(),
        Err(first) => {
            let mut answer = first;
            answer["message"] = json!("The retry key is already accepted");
            (StatusCode::CONFLICT, [("x-line-accepted-request-id", "r1")], Json(answer)).into_response()
        }
    }
}

async fn reply(State(memory): State<Shared>, Json(body): Json<Value>) -> Response {
    let token = body["replyToken"].as_str().expect("a reply has a token").to_owned();
    match take(&memory, token, &body) {
        Ok(answer) => Json(answer).into_response(),
        Err(_) => (StatusCode::BAD_REQUEST, Json(json!({"message": "Invalid reply token"}))).into_response(),
    }
}

async fn profile() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({"message": "Not found"}))).into_response()
}
