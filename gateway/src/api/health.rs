//! `/healthz`, `/readyz`, `/metrics`.

use std::sync::atomic::{AtomicBool, Ordering};

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde::Serialize;

use crate::app::App;
use crate::store::migrations;
use crate::store::rows::journal;
use crate::telemetry;

/// Why the process is not ready; empty when it is.
#[derive(Serialize)]
struct Readiness {
    status: &'static str,
    reasons: Vec<String>,
}

/// Whether the backlog is beyond its bound; kept by the pipeline, read by ingress.
#[derive(Default)]
pub struct Overload(AtomicBool);

impl Overload {
    /// Notes whether the backlog is beyond its bound.
    pub fn set(&self, overloaded: bool) {
        self.0.store(overloaded, Ordering::Relaxed);
    }

    /// Whether it is.
    pub fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The process runs.
pub(super) async fn healthz() -> Json<serde_json::Value> {
    Json(serde_json::json!({"status": "ok"}))
}

/// The process can take work: the database writes, its schema is ours, the backlog is bounded, nobody ends it.
pub(super) async fn readyz(State(app): State<App>) -> Response {
    let mut reasons = Vec::new();
    if app.shutdown.is_cancelled() {
        reasons.push("the process is ending".to_owned());
    }
    if app.overload.get() {
        reasons.push("too many webhooks wait to be worked".to_owned());
    }
    let probe = app.writer.run(|tx| Box::pin(migrations::status(tx)));
    match tokio::time::timeout(std::time::Duration::from_secs(2), probe).await {
        Ok(Ok(status)) if status.applied == status.known => {}
        Ok(Ok(status)) => {
            reasons.push(format!("the schema is at {}, not {}", status.applied, status.known));
        }
        Ok(Err(error)) => reasons.push(error.to_string()),
        Err(_) => reasons.push("the database did not write within 2 s".to_owned()),
    }
    let (code, status) = if reasons.is_empty() {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not_ready")
    };
    (code, Json(Readiness { status, reasons })).into_response()
}

/// The numbers for Prometheus.
pub(super) async fn metrics(State(app): State<App>) -> Response {
    if let Ok(mut tx) = app.db.read().await
        && let Ok(waiting) = journal::waiting(&mut tx).await
    {
        for (state, rows) in waiting {
            let name = if state == "pending" { telemetry::BACKLOG } else { telemetry::PARKED };
            metrics::gauge!(name).set(f64::from(u32::try_from(rows).unwrap_or(u32::MAX)));
        }
    }
    let text = app.metrics.render();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
