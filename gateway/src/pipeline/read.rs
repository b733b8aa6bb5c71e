//! Reads a webhook's bytes again and lets its adapter say what they mean.

use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use naru_core::adapter::{Request, Source};
use naru_core::event::Event;
use naru_core::time::Millis;

use crate::app::App;
use crate::channels::Channel;
use crate::store::rows::journal::PendingRow;

/// A webhook and what it says.
#[derive(Clone)]
pub(super) struct Webhook {
    pub id: String,
    pub trace_id: String,
    pub arrived: Millis,
    pub tries: i64,
    pub channel_id: String,
    /// What it says, or why nobody can say.
    pub told: Result<Told, String>,
}

/// What a webhook says.
#[derive(Clone)]
pub(super) struct Told {
    pub channel: Arc<Channel>,
    pub events: Vec<Event>,
}

/// Reads one row. Never fails: what cannot be read carries its reason.
pub(super) fn read(app: &App, row: PendingRow, large_body: Option<Bytes>) -> Webhook {
    let told = events(app, &row, large_body);
    Webhook {
        id: row.id,
        trace_id: row.trace_id,
        arrived: Millis(row.received_at),
        tries: row.tries,
        channel_id: row.channel_id,
        told,
    }
}

fn events(app: &App, row: &PendingRow, large_body: Option<Bytes>) -> Result<Told, String> {
    let channel = app.channels.find(&row.channel_id).ok_or("its channel is gone")?;
    let body = match (&row.body_ref, large_body) {
        (None, _) => Bytes::from(row.body.clone()),
        (Some(_), Some(body)) => body,
        (Some(sha256), None) => return Err(format!("its body {sha256} is not in the media store")),
    };
    let request = request(app, row, body)?;
    let adapter =
        channel.adapter.as_ref().map_err(|error| format!("its channel cannot be opened: {error}"))?;
    let read = catch_unwind(AssertUnwindSafe(|| adapter.receive(&request)));
    match read {
        Ok(Ok(events)) => Ok(Told { channel, events }),
        Ok(Err(malformed)) => Err(malformed.to_string()),
        Err(panic) => Err(format!("reading it failed: {}", super::apply::panic_text(&*panic))),
    }
}

fn request(app: &App, row: &PendingRow, body: Bytes) -> Result<Request, String> {
    let pairs: Vec<(String, String)> =
        serde_json::from_str(&row.headers).map_err(|error| format!("its stored headers: {error}"))?;
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.append(name, value);
        }
    }
    Ok(Request {
        method: row.method.parse().unwrap_or(Method::POST),
        suffix: row.suffix.clone(),
        query: row.query.clone(),
        headers,
        body,
        source: if row.method == "PULL" { Source::Pulled } else { Source::Hook },
        peer: None::<IpAddr>,
        url: app.public_url.clone(),
        visitor: row.visitor.clone(),
        fetched: None,
    })
}
