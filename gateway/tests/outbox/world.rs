//! A gateway with channels, customers and conversations, and a scripted platform behind it.

use std::future::Future;
use std::time::Duration;

use naru_core::adapter::Secret;
use naru_core::content::Content;
use naru_core::desk::Draft;
use naru_core::ids::ContactId;
use naru_core::message::AuthorKind;
use naru_core::session::{ReplyHandle, Session};
use naru_core::time::Millis;
use naru_gateway::app::App;
use naru_gateway::channels::manage;
use naru_gateway::outbox::{self, Acceptance, SendOptions};
use naru_gateway::store::rows::call::{self, CallRow};
use naru_gateway::store::rows::contact::{self, ContactRow, IdentityRow};
use naru_gateway::store::rows::conversation::{self, ConversationRow};
use naru_gateway::store::rows::delivery::{self, DeliveryRow};
use naru_gateway::store::rows::{channel, event};
use naru_gateway::store::{StoreError, Topic};
use naru_gateway::testing::{self, TestDb};
use serde_json::{Value, json};

use super::fake::Fake;

/// A gateway and the platform behind it.
pub(crate) struct World {
    pub app: App,
    pub fake: Fake,
}

impl World {
    pub(crate) async fn new(test: &TestDb) -> Self {
        Self { app: testing::app(test, naru_adapters::PLATFORMS).await, fake: Fake::start().await }
    }

    pub(crate) async fn line(&self) -> String {
        let credentials = json!({"channel_secret": "s3cret", "channel_access_token": "CANARY-line-token"});
        self.channel("line", credentials, json!({"api_base": self.fake.base, "content_base": self.fake.base}))
            .await
    }

    pub(crate) async fn kakao(&self) -> String {
        let credentials = json!({"sender_key": "CANARY-sender-key", "hub_key": "CANARY-hub-key"});
        self.channel("kakao", credentials, json!({"api_base": self.fake.base})).await
    }

    pub(crate) async fn bizgo(&self) -> String {
        let credentials = json!({"sender_key": "CANARY-sender-key", "api_key": "CANARY-api-key"});
        self.channel("kakao", credentials, json!({"api_base": self.fake.base, "flavour": "bizgo"})).await
    }

    pub(crate) async fn channel(&self, platform: &str, credentials: Value, settings: Value) -> String {
        let platform = self.app.platforms.iter().find(|p| p.name == platform).unwrap();
        let row = manage::new_row(&self.app, platform, "a shop", settings.as_object().unwrap());
        let entered: manage::Credentials = credentials
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.clone(), Secret::new(value.as_str().unwrap())))
            .collect();
        let (app, id) = (self.app.clone(), row.id.clone());
        self.app
            .writer
            .run::<(), StoreError, _>(move |tx| {
                Box::pin(async move {
                    channel::insert(tx, &row).await?;
                    manage::put_credentials(tx, &app, &row.id, &entered).await
                })
            })
            .await
            .unwrap();
        self.app.reload_channels().await.unwrap();
        id
    }

    /// A conversation whose customer has just written.
    pub(crate) async fn conversation(&self, channel_id: &str, customer: &str) -> String {
        self.conversation_with(channel_id, customer, None).await
    }

    /// The same, with a free way to answer.
    pub(crate) async fn conversation_with(
        &self,
        channel_id: &str,
        customer: &str,
        handle: Option<&str>,
    ) -> String {
        let now = self.app.clock.now();
        let channel = self.app.channels.find(channel_id).unwrap();
        let policy = channel.capabilities.session;
        let mut session = Session::begin(&policy, None, now);
        session.heard(&policy, now);
        if let Some(token) = handle {
            let handle = ReplyHandle { token: token.to_owned(), until: None, used_by: None };
            session.keep_handle(&policy, handle, now);
        }
        let id = || self.app.ids.next::<ContactId>(now).to_string();
        let contact = ContactRow {
            id: id(),
            name: Some("김나루".into()),
            language: None,
            profile: "{}".into(),
            created_at: now.0,
            updated_at: now.0,
        };
        let identity = IdentityRow {
            id: id(),
            channel_id: channel_id.into(),
            external_id: customer.into(),
            contact_id: contact.id.clone(),
            member: 0,
            blocked: 0,
            unreachable: 0,
            profile_state: "none".into(),
            profile_at: None,
            created_at: now.0,
            updated_at: now.0,
        };
        let row = conversation_row(id(), &identity, &session, now);
        let conversation_id = row.id.clone();
        self.app
            .writer
            .run::<(), StoreError, _>(move |tx| {
                Box::pin(async move {
                    contact::put(tx, &[contact]).await?;
                    contact::put_identities(tx, &[identity]).await?;
                    conversation::put(tx, &[row]).await
                })
            })
            .await
            .unwrap();
        conversation_id
    }

    /// Accepts a manager's words; returns the message's id.
    pub(crate) async fn say(&self, conversation: &str, words: &str) -> String {
        self.send(conversation, Content::text(words), SendOptions::default()).await
    }

    pub(crate) async fn send(&self, conversation: &str, content: Content, options: SendOptions) -> String {
        let media = outbox::media_facts(&self.app, &content).await.unwrap();
        let acceptance = Acceptance {
            conversation_id: conversation.to_owned(),
            draft: Draft::out(AuthorKind::Manager, content),
            options,
            idempotency: None,
            media,
        };
        outbox::accept(&self.app, acceptance).await.unwrap()
    }

    pub(crate) fn start(&self) {
        self.app.tasks.spawn(self.app.clone().follow_channels());
        outbox::start(&self.app);
    }

    /// Moves the clock on and lets the outbox look again.
    pub(crate) fn later(&self, millis: i64) {
        self.app.clock.advance(millis);
        self.app.wakes.wake(Topic::Outbox);
    }

    pub(crate) async fn delivery(&self, message: &str) -> DeliveryRow {
        let mut tx = self.app.db.read().await.unwrap();
        delivery::of_message(&mut tx, message).await.unwrap().unwrap()
    }

    pub(crate) async fn calls(&self, message: &str) -> Vec<CallRow> {
        let id = self.delivery(message).await.id;
        call::of(&mut self.app.db.read().await.unwrap(), &[id]).await.unwrap()
    }

    /// Waits until a message's delivery is in that state.
    pub(crate) async fn until(&self, message: &str, state: &str) -> DeliveryRow {
        let mut last = None;
        for _ in 0..500 {
            let row = self.delivery(message).await;
            if row.state == state {
                return row;
            }
            last = Some((row.state, row.error));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("expected {message} to become {state}, found {last:?}");
    }

    /// Waits until something holds.
    pub(crate) async fn eventually<Fut: Future<Output = bool>>(&self, what: &str, holds: impl Fn() -> Fut) {
        for _ in 0..500 {
            if holds().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it never came about that {what}");
    }

    /// The types of everything that subscribers were told, in order.
    pub(crate) async fn news(&self) -> Vec<String> {
        let mut tx = self.app.db.read().await.unwrap();
        let rows = event::after(&mut tx, 0, None, None, 1_000).await.unwrap();
        rows.into_iter().map(|row| row.r#type).collect()
    }

    pub(crate) async fn row(&self, conversation: &str) -> ConversationRow {
        conversation::get(&mut self.app.db.read().await.unwrap(), conversation).await.unwrap().unwrap()
    }

    pub(crate) async fn stop(self) {
        self.app.shutdown.cancel();
        self.app.tasks.close();
        self.app.tasks.wait().await;
    }
}

fn conversation_row(id: String, identity: &IdentityRow, session: &Session, now: Millis) -> ConversationRow {
    ConversationRow {
        id,
        channel_id: identity.channel_id.clone(),
        identity_id: identity.id.clone(),
        contact_id: identity.contact_id.clone(),
        lane: identity.external_id.clone(),
        state: "open".into(),
        held_until: None,
        control: "none".into(),
        priority: "medium".into(),
        assignee_id: None,
        team_id: None,
        description: String::new(),
        goal: None,
        rating: None,
        origin: r#"{"kind":"none","ref":null}"#.into(),
        session_no: 1,
        session: Some(serde_json::to_string(session).unwrap()),
        seq: 0,
        unread: 0,
        last_message_id: None,
        last_message_at: now.0,
        menus: "{}".into(),
        closed_by: None,
        closed_at: None,
        created_at: now.0,
        updated_at: now.0,
    }
}
