//! What a visitor does that never reaches the journal, and the visitor's own words in their other tabs.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use naru_core::event::{Event, What};
use serde_json::{Map, Value, json};

use super::WebChat;
use super::deliver::append;
use super::streams::News;
use super::upload::Attached;
use super::visitor::unavailable;
use crate::api::problem::Problem;
use crate::channels::Channel;
use crate::pipeline;
use crate::store::rows::frame::NewFrame;

/// The acts that are seen in the conversation.
const SEEN: &[&str] = &["message", "choice", "form"];

impl WebChat {
    /// Typing and seen marks are applied at once or not at all; losing one costs nothing. Which page the visitor looks
    /// at is nobody's business yet: a conversation keeps the one it began on.
    pub(super) async fn mark(
        &self,
        channel: &Arc<Channel>,
        mut events: Vec<Event>,
    ) -> Result<Response, Problem> {
        events.retain(|event| {
            matches!(event.what, What::Typing { .. } | What::Read { .. } | What::Delivery(_))
        });
        if !events.is_empty() {
            pipeline::pass(&self.app, channel, events).await.map_err(|error| unavailable(&error))?;
        }
        Ok(StatusCode::NO_CONTENT.into_response())
    }

    /// Stores what the visitor did as a frame of their stream, once per `client_id`: the browser that sent it learns
    /// that it arrived, the other tabs and the next visit show it. It is stored after the journal row: whoever never
    /// got an answer in between sends it again.
    pub(super) async fn echo(
        &self,
        channel: &Channel,
        visitor: &str,
        act: &str,
        mut body: Map<String, Value>,
        attached: &Attached,
    ) -> Result<(), Problem> {
        if !SEEN.contains(&act) {
            return Ok(());
        }
        let client_id = body.get("client_id").and_then(Value::as_str).unwrap_or_default();
        let frame = NewFrame {
            channel_id: channel.row.id.clone(),
            external_id: visitor.to_owned(),
            kind: "own".to_owned(),
            key: format!("own/{act}/{client_id}"),
            message_id: None,
            body: String::new(),
            created_at: self.app.clock.now().0,
        };
        show_files(&mut body, attached);
        let mut fields = Map::new();
        fields.insert("type".to_owned(), json!("own"));
        fields.insert("act".to_owned(), json!(act));
        for name in ["client_id", "message_id", "content", "value", "label", "answers"] {
            fields.extend(body.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        append(&self.app, frame, fields).await.map_err(|error| unavailable(&error))?;
        self.app.streams.tell(&channel.row.id, visitor, News::Stored);
        Ok(())
    }
}

/// Puts what is known of each file beside its id, so that the browser can show it.
fn show_files(body: &mut Map<String, Value>, attached: &Attached) {
    let blocks = body.get_mut("content").and_then(|content| content.get_mut("blocks"));
    for block in blocks.and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(Value::Object(media)) = block.get_mut("media") else { continue };
        let facts = media.get("id").and_then(Value::as_str).and_then(|id| attached.get(id));
        if let Some(Value::Object(facts)) = facts.map(|facts| json!(facts)) {
            media.extend(facts);
        }
    }
}
