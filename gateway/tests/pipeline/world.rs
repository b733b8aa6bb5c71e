//! A gateway with one channel per platform, and customers who write to it.

use std::future::Future;

use bytes::Bytes;
use naru_core::adapter::Secret;
use naru_core::ids::{JournalId, TraceId};
use naru_gateway::app::App;
use naru_gateway::channels::manage;
use naru_gateway::documents::{self, ConversationDoc, MessageDoc};
use naru_gateway::pipeline;
use naru_gateway::store::rows::conversation::{self, ListQuery};
use naru_gateway::store::rows::event::{self, DomainEventRow};
use naru_gateway::store::rows::journal::{self, JournalRow, ListedRow};
use naru_gateway::store::rows::{channel, message};
use naru_gateway::testing::{self, TestDb, on_every_engine};
use serde_json::{Map, Value, json};

pub(crate) const SENDER_KEY: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";

pub(crate) struct World {
    pub app: App,
    pub line: String,
    pub kakao: String,
    pub webchat: String,
    db: TestDb,
}

/// Runs a story on every engine.
pub(crate) fn story<F, Fut>(body: F)
where
    F: Fn(World) -> Fut,
    Fut: Future<Output = ()>,
{
    on_every_engine(|db| async { body(World::new(db).await).await });
}

impl World {
    async fn new(db: TestDb) -> Self {
        let app = testing::app(&db, naru_adapters::PLATFORMS).await;
        let line =
            connect(&app, "line", json!({}), &[("channel_secret", "s"), ("channel_access_token", "t")]);
        let line = line.await;
        let kakao = connect(&app, "kakao", json!({}), &[("sender_key", SENDER_KEY), ("hub_key", "h")]).await;
        let webchat = connect(&app, "webchat", json!({}), &[("member_secret", "m")]).await;
        app.reload_channels().await.unwrap();
        Self { app, line, kakao, webchat, db }
    }

    /// The database's address, for a second process.
    pub(crate) fn url(&self) -> &str {
        &self.db.url
    }

    /// Changes a channel's settings.
    pub(crate) async fn set(&self, channel_id: &str, settings: Value) {
        let mut row = self.app.channels.find(channel_id).unwrap().row.clone();
        row.settings = settings.to_string();
        self.app.db.write_once(|tx| Box::pin(async move { channel::update(tx, &row).await })).await.unwrap();
        self.app.reload_channels().await.unwrap();
    }

    /// Stores a webhook as the listener does, and returns its id.
    pub(crate) async fn post(
        &self,
        channel_id: &str,
        suffix: &str,
        visitor: Option<&str>,
        body: &Value,
    ) -> String {
        self.post_bytes(channel_id, suffix, visitor, Bytes::from(body.to_string())).await
    }

    pub(crate) async fn post_bytes(
        &self,
        channel_id: &str,
        suffix: &str,
        visitor: Option<&str>,
        body: Bytes,
    ) -> String {
        let now = self.app.clock.now();
        let id: JournalId = self.app.ids.next(now);
        let row = JournalRow {
            id: id.to_string(),
            channel_id: channel_id.to_owned(),
            platform: String::new(),
            received_at: now.0,
            method: "POST".to_owned(),
            suffix: suffix.to_owned(),
            query: String::new(),
            headers: "[]".to_owned(),
            body_size: i64::try_from(body.len()).unwrap(),
            body,
            body_ref: None,
            verdict: "accepted",
            reason: None,
            status: 200,
            peer: String::new(),
            visitor: visitor.map(str::to_owned),
            trace_id: self.app.ids.next::<TraceId>(now).to_string(),
        };
        self.app.writer.journal(row).await.unwrap();
        id.to_string()
    }

    pub(crate) async fn line(&self, events: &[Value]) -> String {
        self.post(&self.line, "", None, &json!({"destination": "U0", "events": events})).await
    }

    pub(crate) async fn drain(&self) {
        pipeline::drain(&self.app).await.unwrap();
    }

    /// Kakao's customer writes, in a session, at a second of the day.
    pub(crate) async fn kakao_says(&self, user: &str, session: &str, second: i64, text: &str) -> String {
        self.kakao_posts(user, session, second, json!({"type": "text", "contents": [text]})).await
    }

    pub(crate) async fn kakao_posts(&self, user: &str, session: &str, second: i64, more: Value) -> String {
        let at = self.app.clock.now().0 + second * 1_000;
        let mut body = json!({"user_key": user, "sender_key": SENDER_KEY, "session_id": session, "time": at,
            "serial_number": format!("{session}{at}")});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.post(&self.kakao, "message", None, &body).await
    }

    pub(crate) async fn kakao_enters(&self, user: &str, session: &str, second: i64, extra: &str) {
        let body = json!({"user_key": user, "sender_key": SENDER_KEY, "session_id": session,
            "time": self.app.clock.now().0 + second * 1_000, "reference": {"extra": extra}});
        self.post(&self.kakao, "reference", None, &body).await;
    }

    pub(crate) async fn kakao_expires(&self, user: &str, session: &str, second: i64) {
        let body = json!({"user_key": user, "sender_key": SENDER_KEY, "session_id": session,
            "time": self.app.clock.now().0 + second * 1_000});
        self.post(&self.kakao, "expired_session", None, &body).await;
    }

    /// Every conversation of a channel, oldest first.
    pub(crate) async fn conversations(&self, channel_id: &str) -> Vec<ConversationDoc> {
        let mut tx = self.app.db.read().await.unwrap();
        let query = ListQuery { channel_id: Some(channel_id.to_owned()), limit: 200, ..ListQuery::default() };
        let mut rows = conversation::list(&mut tx, &query).await.unwrap();
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        documents::conversations(&mut tx, &self.app.channels, &rows, self.app.clock.now()).await.unwrap()
    }

    pub(crate) async fn messages(&self, conversation_id: &str) -> Vec<MessageDoc> {
        let mut tx = self.app.db.read().await.unwrap();
        let rows = message::of_conversation(&mut tx, conversation_id, None, false, 500).await.unwrap();
        documents::messages(&mut tx, &rows).await.unwrap()
    }

    /// The texts of a conversation's messages of one direction.
    pub(crate) async fn texts(&self, conversation_id: &str, direction: &str) -> Vec<String> {
        let messages = self.messages(conversation_id).await;
        messages.into_iter().filter(|m| m.direction == direction).map(|m| m.text).collect()
    }

    pub(crate) async fn news(&self) -> Vec<DomainEventRow> {
        let mut tx = self.app.db.read().await.unwrap();
        event::after(&mut tx, 0, None, None, 10_000).await.unwrap()
    }

    pub(crate) async fn news_kinds(&self) -> Vec<String> {
        self.news().await.into_iter().map(|event| event.r#type).collect()
    }

    pub(crate) async fn journal(&self, id: &str) -> ListedRow {
        let mut tx = self.app.db.read().await.unwrap();
        journal::get(&mut tx, id).await.unwrap().unwrap()
    }

    pub(crate) async fn deliveries(&self) -> Vec<naru_gateway::store::rows::delivery::DeliveryRow> {
        let mut tx = self.app.db.read().await.unwrap();
        let mut rows =
            naru_gateway::store::rows::delivery::list(&mut tx, None, None, None, 200).await.unwrap();
        rows.reverse();
        rows
    }
}

async fn connect(app: &App, platform: &str, settings: Value, secrets: &[(&str, &str)]) -> String {
    let settings: Map<String, Value> = settings.as_object().unwrap().clone();
    let platform = app.platforms.iter().find(|known| known.name == platform).unwrap();
    let row = manage::new_row(app, platform, "우리가게", &settings);
    let credentials: manage::Credentials =
        secrets.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value))).collect();
    let (inner, id) = (app.clone(), row.id.clone());
    app.db
        .write_once(|tx| {
            Box::pin(async move {
                channel::insert(tx, &row).await?;
                manage::put_credentials(tx, &inner, &row.id, &credentials).await
            })
        })
        .await
        .unwrap();
    id
}

/// A text from a LINE user; `n` makes the ids and the time.
pub(crate) fn line_text(user: &str, n: u32, text: &str) -> Value {
    line_event(
        user,
        n,
        json!({"type": "message",
        "message": {"id": format!("58{n:04}"), "type": "text", "quoteToken": "q", "text": text}}),
    )
}

/// Any event from a LINE user; `n` makes the ids and the time.
pub(crate) fn line_event(user: &str, n: u32, what: Value) -> Value {
    let mut event = json!({"mode": "active", "timestamp": 1_794_981_600_000_i64 + i64::from(n) * 1_000,
        "webhookEventId": format!("01K7A00000000000000000{n:04}"), "deliveryContext": {"isRedelivery": false},
        "source": {"type": "user", "userId": user}, "replyToken": format!("r{n}")});
    if let (Some(event), Value::Object(what)) = (event.as_object_mut(), what) {
        event.extend(what);
    }
    event
}
