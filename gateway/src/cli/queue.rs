//! `naru queue`: what could not be worked or sent, and what is done about it; also while the gateway runs.

use std::fmt::Write;

use naru_core::adapter::Platform;
use serde_json::{Value, json};

use super::args::{ConfigFile, QueueCommand};
use super::dispatch::say;
use super::{Exit, with_app};
use crate::app::App;
use crate::documents;
use crate::outbox::{self, ActError};
use crate::pipeline;
use crate::store::StoreError;
use crate::store::rows::delivery::{self, DeliveryRow};
use crate::store::rows::journal::{self, ListedRow, Listing};
use crate::store::rows::{call, event};

/// The states of deliveries that wait for a person.
const STUCK: [&str; 3] = ["held", "unknown", "failed"];

/// So many rows of a kind are listed.
const MOST: i64 = 200;

/// Why a command about one row could not be followed.
#[derive(Debug, thiserror::Error)]
enum QueueError {
    #[error("there is no webhook, event, delivery or message {0}: naru queue ls lists what waits")]
    NotFound(String),
    #[error("webhook {0} is neither parked nor skipped: there is nothing to try again")]
    NotParked(String),
    #[error("nothing waits of webhook {0}: there is nothing to skip")]
    NothingWaits(String),
    #[error(transparent)]
    Act(#[from] ActError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A row that an id names.
enum Row {
    Webhook(Box<ListedRow>),
    Delivery(Box<DeliveryRow>),
}

pub(super) fn run(
    config: ConfigFile,
    command: QueueCommand,
    platforms: &'static [&'static Platform],
) -> Exit {
    with_app(config, platforms, async move |app| {
        let words = match command {
            QueueCommand::Ls => list(&app).await?,
            QueueCommand::Show { id } => show(&app, &id).await?,
            QueueCommand::Retry { id } => retry(&app, &id).await?,
            QueueCommand::Skip { id } => skip(&app, &id).await?,
        };
        say(&words);
        Ok::<_, QueueError>(())
    })
}

async fn list(app: &App) -> Result<String, StoreError> {
    let mut tx = app.db.read().await?;
    let mut words = String::new();
    let parked = Listing { state: "parked".to_owned(), limit: MOST, ..Listing::default() };
    for row in journal::list(&mut tx, &parked).await? {
        line(app, &mut words, ("webhook", &row.id, "parked", &row.channel_id), row.error.as_deref());
        for event in event::of_journal(&mut tx, &row.id).await? {
            let Some(state) = &event.state else { continue };
            line(app, &mut words, ("  event", &event.id, state, &row.channel_id), event.error.as_deref());
        }
    }
    for state in STUCK {
        for row in delivery::list(&mut tx, Some(state), None, None, MOST).await? {
            let reason = row.error.as_deref().map(reason_of);
            line(app, &mut words, (&row.kind, &row.id, &row.state, &row.channel_id), reason.as_deref());
        }
    }
    if words.is_empty() {
        words.push_str("nothing waits for you");
    }
    Ok(words)
}

fn line(app: &App, words: &mut String, row: (&str, &str, &str, &str), reason: Option<&str>) {
    let (kind, id, state, channel_id) = row;
    let channel = app.channels.find(channel_id);
    let name = channel.as_ref().map_or(channel_id, |channel| channel.row.name.as_str());
    let reason = reason.unwrap_or_default().replace('\n', " ");
    writeln!(words, "{kind:<11} {id}  {state:<8} {name}  {reason}").expect("a string takes everything");
}

/// The sentence of a stored `{"code", "reason"}`.
fn reason_of(stored: &str) -> String {
    let parsed: Option<Value> = serde_json::from_str(stored).ok();
    let reason = parsed.as_ref().and_then(|error| error.get("reason")?.as_str());
    reason.unwrap_or(stored).to_owned()
}

/// Finds what an id names: a webhook or one of its events, a delivery or its message.
async fn find(app: &App, id: &str) -> Result<Row, QueueError> {
    let mut tx = app.db.read().await?;
    if let Some(row) = journal::get(&mut tx, id).await? {
        return Ok(Row::Webhook(Box::new(row)));
    }
    if let Some(row) = delivery::get(&mut tx, id).await? {
        return Ok(Row::Delivery(Box::new(row)));
    }
    if let Some(row) = delivery::of_message(&mut tx, id).await? {
        return Ok(Row::Delivery(Box::new(row)));
    }
    if let Some(journal_id) = event::journal_of(&mut tx, id).await?
        && let Some(row) = journal::get(&mut tx, &journal_id).await?
    {
        return Ok(Row::Webhook(Box::new(row)));
    }
    Err(QueueError::NotFound(id.to_owned()))
}

async fn show(app: &App, id: &str) -> Result<String, QueueError> {
    let document = match find(app, id).await? {
        Row::Webhook(row) => webhook(app, &row).await?,
        Row::Delivery(row) => {
            let calls = call::of(&mut app.db.read().await?, std::slice::from_ref(&row.id)).await?;
            serde_json::to_value(documents::delivery_detail(&row, &calls)?).expect("a document is JSON")
        }
    };
    Ok(serde_json::to_string_pretty(&document).expect("a JSON value can be written"))
}

async fn webhook(app: &App, row: &ListedRow) -> Result<Value, StoreError> {
    let mut tx = app.db.read().await?;
    let body = journal::body(&mut tx, &row.id).await?;
    let events = event::of_journal(&mut tx, &row.id).await?;
    let parsed = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
    let events = events.iter().map(|event| {
        json!({"id": event.id, "key": event.event_key, "state": event.state.as_deref().unwrap_or("done"),
            "error": event.error, "conversation_id": event.conversation_id, "body": parsed(&event.body)})
    });
    Ok(json!({
        "id": row.id, "kind": "webhook", "channel_id": row.channel_id, "platform": row.platform,
        "received_at": naru_core::time::Millis(row.received_at), "trace_id": row.trace_id,
        "state": row.state.as_deref().unwrap_or("done"), "error": row.error,
        "headers": parsed(&row.headers), "body": String::from_utf8_lossy(&body), "body_size": row.body_size,
        "events": events.collect::<Vec<_>>(),
    }))
}

async fn retry(app: &App, id: &str) -> Result<String, QueueError> {
    match find(app, id).await? {
        Row::Webhook(row) => {
            let id = row.id.clone();
            if !app.writer.run(move |tx| Box::pin(async move { pipeline::retry(tx, &id).await })).await? {
                return Err(QueueError::NotParked(row.id));
            }
            Ok(format!("webhook {} is worked again by the running gateway, or at its next start", row.id))
        }
        Row::Delivery(row) => {
            outbox::retry(app, &row.id).await?;
            Ok(format!("delivery {} goes out again by the running gateway, or at its next start", row.id))
        }
    }
}

async fn skip(app: &App, id: &str) -> Result<String, QueueError> {
    match find(app, id).await? {
        Row::Webhook(row) => {
            let id = row.id.clone();
            if !app.writer.run(move |tx| Box::pin(async move { pipeline::skip(tx, &id).await })).await? {
                return Err(QueueError::NothingWaits(row.id));
            }
            Ok(format!("webhook {} is given up; what waited behind it goes on", row.id))
        }
        Row::Delivery(row) => {
            outbox::skip(app, &row.id).await?;
            Ok(format!("delivery {} is given up; the conversation's next message goes", row.id))
        }
    }
}
