//! A LINE that takes every message at once and tells whoever waits that the reply is there.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// What stands before the number of the webhook that a reply answers.
pub(crate) const ECHO: &str = "echo n";

/// The platform.
pub(crate) struct FakeLine {
    address: SocketAddr,
    waiting: Mutex<HashMap<u64, oneshot::Sender<()>>>,
    /// Replies that arrived, and those among them that nobody waited for any more: they came twice.
    arrived: AtomicU64,
    twice: AtomicU64,
}

#[derive(Deserialize)]
struct Sent {
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    text: String,
}

impl FakeLine {
    /// Starts it on a free port.
    pub(crate) async fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let line = Arc::new(Self {
            address: listener.local_addr().expect("a bound socket has an address"),
            waiting: Mutex::default(),
            arrived: AtomicU64::new(0),
            twice: AtomicU64::new(0),
        });
        let taking = Arc::clone(&line);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                let line = Arc::clone(&taking);
                let service = service_fn(move |request| answer(Arc::clone(&line), request));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        line
    }

    /// Its address, without a slash at the end.
    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What ends once the reply to that webhook has arrived.
    pub(crate) fn expect(&self, serial: u64) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(serial, sender);
        receiver
    }

    /// How many replies arrived that nobody waited for.
    pub(crate) fn twice(&self) -> u64 {
        self.twice.load(Ordering::SeqCst)
    }

    /// How many messages arrived.
    pub(crate) fn arrived(&self) -> u64 {
        self.arrived.load(Ordering::SeqCst)
    }

    fn take(&self, body: &[u8]) -> Vec<String> {
        let Ok(sent) = serde_json::from_slice::<Sent>(body) else { return Vec::new() };
        sent.messages.iter().map(|message| self.take_one(&message.text)).collect()
    }

    fn take_one(&self, text: &str) -> String {
        let number = self.arrived.fetch_add(1, Ordering::SeqCst);
        let serial = text.strip_prefix(ECHO).and_then(|rest| rest.get(..12)?.parse().ok());
        if let Some(serial) = serial {
            let waiter = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&serial);
            if waiter.is_none_or(|waiter| waiter.send(()).is_err()) {
                self.twice.fetch_add(1, Ordering::SeqCst);
            }
        }
        (461_000_000_000_000_000 + number).to_string()
    }
}

async fn answer(
    line: Arc<FakeLine>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let is_message = request.uri().path().starts_with("/v2/bot/message/");
    let body =
        request.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let (status, answer) = if is_message {
        let ids: Vec<_> = line.take(&body).into_iter().map(|id| json!({ "id": id })).collect();
        (StatusCode::OK, json!({ "sentMessages": ids }))
    } else {
        (StatusCode::NOT_FOUND, json!({ "message": "Not found" }))
    };
    let mut response = Response::new(Full::new(Bytes::from(answer.to_string())));
    *response.status_mut() = status;
    Ok(response)
}
