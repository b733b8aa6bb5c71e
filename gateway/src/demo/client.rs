//! The public API, called inside the process: what the demo does to its own gateway, everybody can do from outside.

use axum::Router;
use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

/// An answer that is no success.
#[derive(Debug, thiserror::Error)]
#[error("{method} {path} was answered {status}: {detail}")]
pub struct Refused {
    /// What was asked.
    pub method: Method,
    /// Where.
    pub path: String,
    /// The status.
    pub status: StatusCode,
    /// The problem's sentence.
    pub detail: String,
}

/// The API of one gateway, with one key.
#[derive(Clone)]
pub struct Client {
    router: Router,
    key: String,
}

impl Client {
    /// Calls the routes of `router` with `key`.
    pub fn new(router: Router, key: &str) -> Self {
        Self { router, key: key.to_owned() }
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Result<Value, Refused> {
        self.call(Method::GET, path, None).await
    }

    /// Does something.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, Refused> {
        self.call(Method::POST, path, Some(body)).await
    }

    /// Changes something.
    pub async fn patch(&self, path: &str, body: &Value) -> Result<Value, Refused> {
        self.call(Method::PATCH, path, Some(body)).await
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Refused> {
        let request = Request::builder()
            .method(method.clone())
            .uri(format!("/api/v1{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.key))
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
            .expect("paths of our own are addresses");
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let status = response.status();
        let bytes =
            response.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        let value: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        if status.is_success() {
            return Ok(value);
        }
        let words = |key: &str| value[key].as_str().map(str::to_owned);
        let mut detail = words("detail").or_else(|| words("title")).unwrap_or_default();
        if let Some(errors) = value["errors"].as_array().filter(|errors| !errors.is_empty()) {
            detail.extend([" ", &Value::from(errors.clone()).to_string()]);
        }
        Err(Refused { method, path: path.to_owned(), status, detail })
    }
}
