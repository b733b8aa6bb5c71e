//! A platform that answers as it is told and remembers what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// How a call is answered.
#[derive(Clone)]
pub(crate) enum Reply {
    /// With a status, one header where there is one, and JSON.
    Json(u16, Option<(&'static str, &'static str)>, Value),
    /// The connection breaks in the midst of the answer.
    Lost,
    /// Never.
    Hangs,
}

#[derive(Default)]
struct Script {
    asked: Vec<Asked>,
    /// Which path's next calls are answered how; what is not listed is answered well.
    next: Vec<(&'static str, VecDeque<Reply>)>,
}

/// A platform that answers as it is told.
#[derive(Clone)]
pub(crate) struct Fake {
    pub base: String,
    script: Arc<Mutex<Script>>,
}

impl Fake {
    pub(crate) async fn start() -> Self {
        let script = Arc::new(Mutex::new(Script::default()));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&script));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        #[expect(
            clippy::disallowed_methods,
            reason = "a test's platform needs no guard against slow clients"
        )]
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, script }
    }

    /// Answers the next calls whose path holds `path` so, in this order.
    pub(crate) fn then(&self, path: &'static str, replies: impl IntoIterator<Item = Reply>) {
        let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        script.next.push((path, replies.into_iter().collect()));
    }

    /// Everything that was asked on paths that hold `path`.
    pub(crate) fn asked(&self, path: &str) -> Vec<Asked> {
        let script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        script.asked.iter().filter(|asked| asked.path.contains(path)).cloned().collect()
    }
}

async fn answer(State(script): State<Arc<Mutex<Script>>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 64 << 20).await.unwrap_or_default();
    let path = head.uri.path().to_owned();
    let headers = head.headers.iter().map(|(k, v)| (k.to_string(), v.to_str().unwrap_or("").to_owned()));
    let asked = Asked { path: path.clone(), headers: headers.collect(), body: body.to_vec() };
    let reply = {
        let mut script = script.lock().unwrap_or_else(PoisonError::into_inner);
        let reply = script.next.iter_mut().find(|(p, left)| path.contains(p) && !left.is_empty());
        let reply = reply.and_then(|(_, left)| left.pop_front());
        let reply = reply.unwrap_or_else(|| good(&path, script.asked.len(), &asked));
        script.asked.push(asked);
        reply
    };
    match reply {
        Reply::Json(status, header, body) => {
            let mut response = Response::new(Body::from(body.to_string()));
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            if let Some((name, value)) = header {
                response.headers_mut().insert(name, value.parse().unwrap());
            }
            response
        }
        Reply::Lost => naru_gateway::sandbox::lost_answer(),
        Reply::Hangs => std::future::pending().await,
    }
}

/// The answer of a platform to which nothing is wrong.
fn good(path: &str, number: usize, asked: &Asked) -> Reply {
    let body = if path.contains("/v2/bot/message") {
        let objects = asked.json()["messages"].as_array().map_or(0, Vec::len);
        let sent = (0..objects).map(|n| json!({"id": format!("{number}{n}")}));
        json!({"sentMessages": sent.collect::<Vec<_>>()})
    } else if path.contains("upload") {
        json!({"code": "0000", "image": "http://mud-kage.kakao.com/dn/x/y/z/i.jpg"})
    } else if path.contains("cstalk") {
        let data = json!({"code": "A000", "result": "Success", "data": {"msgKey": format!("key{number}")}});
        json!({"common": {"authCode": "A000", "authResult": "Success"}, "data": data})
    } else {
        json!({"code": 0})
    };
    Reply::Json(200, None, body)
}
