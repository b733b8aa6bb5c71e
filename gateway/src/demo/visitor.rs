//! A visitor of the web chat, as the widget is one: over the widget's own hooks.

use anyhow::Context;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::clock::token;

/// One visitor of one web chat.
pub(super) struct Visitor {
    hook_url: String,
    token: String,
}

impl Visitor {
    /// Comes to a page.
    pub(super) async fn arrive(hook_url: &str, page: &str, profile: &Value) -> anyhow::Result<Self> {
        let body = json!({ "page": page, "language": "ko", "profile": profile });
        let answer = post(&format!("{hook_url}/visitor"), &body).await?;
        let token = answer["visitor_token"].as_str().context("a visitor is given a token")?.to_owned();
        Ok(Self { hook_url: hook_url.to_owned(), token })
    }

    /// Opens the chat without a word.
    pub(super) async fn start(&self, page: &str) -> anyhow::Result<()> {
        self.does("start", json!({ "page": page })).await
    }

    /// Writes.
    pub(super) async fn says(&self, text: &str) -> anyhow::Result<()> {
        let content = json!({ "blocks": [{ "type": "text", "spans": [{ "text": text }] }] });
        self.does("message", json!({ "content": content })).await
    }

    async fn does(&self, what: &str, mut body: Value) -> anyhow::Result<()> {
        body["visitor_token"] = self.token.as_str().into();
        body["client_id"] = token::<12>().into();
        post(&format!("{}/{what}", self.hook_url), &body).await.map(drop)
    }
}

async fn post(url: &str, body: &Value) -> anyhow::Result<Value> {
    let uri: http::Uri = url.parse()?;
    let authority = uri.authority().context("the hook's address names a host")?;
    let stream = TcpStream::connect(authority.as_str()).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let driving = tokio::spawn(connection);
    let request = http::Request::post(uri.path())
        .header(http::header::HOST, authority.as_str())
        .header(http::header::ORIGIN, format!("http://{authority}"))
        .header(http::header::CONTENT_TYPE, "application/json")
        .body(Full::<Bytes>::new(body.to_string().into()))?;
    let response = sender.send_request(request).await?;
    let status = response.status();
    let bytes = response.into_body().collect().await?.to_bytes();
    driving.abort();
    anyhow::ensure!(status.is_success(), "{url} was answered {status}: {}", String::from_utf8_lossy(&bytes));
    Ok(serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}
