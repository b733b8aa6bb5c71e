//! The outbox's last step for the web chat: a frame is stored for the visitor's stream, and that is "sent".

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use naru_adapters::webchat::FrameKind;
use naru_core::adapter::Answer;
use naru_core::ids::EventId;
use serde_json::{Map, Value, json};
use tracing::warn;

use super::streams::News;
use crate::app::App;
use crate::store::rows::frame::{self, NewFrame};
use crate::store::{Result, StoreError};

/// Stores a frame that the adapter drew, or shows it to whoever is connected where it is not worth keeping. The same
/// message's frame is stored once, however often it is delivered.
pub async fn deliver(app: &App, channel_id: &str, drawn: &Value) -> Answer {
    let (status, body) = match Drawn::read(drawn) {
        Some(drawn) => store(app, channel_id, drawn).await,
        None => (StatusCode::UNPROCESSABLE_ENTITY, json!({ "reason": "expected a frame with type and to" })),
    };
    Answer {
        status: status.as_u16(),
        headers: Vec::new(),
        body: Bytes::from(body.to_string()),
        stored: None,
        at: app.clock.now(),
    }
}

/// A frame as the adapter drew it.
struct Drawn {
    kind: FrameKind,
    visitor: String,
    fields: Map<String, Value>,
}

impl Drawn {
    fn read(drawn: &Value) -> Option<Self> {
        let mut fields = drawn.as_object()?.clone();
        let kind = serde_json::from_value(fields.get("type")?.clone()).ok()?;
        let visitor = fields.remove("to")?.as_str()?.to_owned();
        Some(Self { kind, visitor, fields })
    }
}

async fn store(app: &App, channel_id: &str, drawn: Drawn) -> (StatusCode, Value) {
    if !drawn.kind.is_kept() {
        let passing = News::Passing(Arc::new(Value::Object(drawn.fields)));
        app.streams.tell(channel_id, &drawn.visitor, passing);
        return (StatusCode::OK, json!({}));
    }
    let visitor = drawn.visitor.clone();
    let now = app.clock.now();
    let text = |name: &str| drawn.fields.get(name).and_then(Value::as_str).map(str::to_owned);
    let message_id = text("message_id");
    let key = match &message_id {
        Some(message) => {
            format!("{message}/{}", drawn.fields.get("first").and_then(Value::as_u64).unwrap_or(0))
        }
        None => app.ids.next::<EventId>(now).to_string(),
    };
    let frame = NewFrame {
        channel_id: channel_id.to_owned(),
        external_id: drawn.visitor,
        kind: text("type").unwrap_or_default(),
        key,
        message_id,
        body: String::new(),
        created_at: now.0,
    };
    match append(app, frame, drawn.fields).await {
        Ok(seq) => {
            app.streams.tell(channel_id, &visitor, News::Stored);
            (StatusCode::OK, json!({ "seq": seq }))
        }
        Err(error) => {
            warn!(%error, channel_id, "a frame could not be stored");
            (StatusCode::SERVICE_UNAVAILABLE, json!({ "reason": "the frame could not be stored" }))
        }
    }
}

/// Stores a frame, and says in it which conversation its message belongs to and who wrote it.
pub(super) async fn append(app: &App, mut frame: NewFrame, mut fields: Map<String, Value>) -> Result<i64> {
    app.writer
        .run::<i64, StoreError, _>(move |tx| {
            Box::pin(async move {
                if let Some(message) = &frame.message_id
                    && let Some((conversation, author)) = frame::origin(tx, message).await?
                {
                    fields.insert("conversation_id".to_owned(), json!(conversation));
                    fields.extend(author.map(|author| ("author_name".to_owned(), json!(author))));
                }
                frame.body = Value::Object(fields).to_string();
                frame::append(tx, &frame).await
            })
        })
        .await
}
