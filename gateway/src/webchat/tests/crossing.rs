//! From the widget's request to the inbox.

use http::StatusCode;
use naru_core::content::Content;
use naru_core::desk::{ClosedBy, Draft};
use naru_core::message::AuthorKind;
use serde_json::{Value, json};

use super::frames::next;
use super::{SITE, Shop, in_a_shop, member_hash};
use crate::desk::commands::{self, CommandError, Origin};
use crate::outbox::{self, Acceptance, SendOptions};
use crate::pipeline;
use crate::store::Db;

impl Shop {
    /// One column of text, of every row.
    async fn column(&self, sql: &'static str) -> Vec<String> {
        let rows: Vec<(String,)> = match &self.app.db {
            Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_all(read).await,
            Db::Postgres { pool } => sqlx::query_as(sql).fetch_all(pool).await,
        }
        .unwrap();
        rows.into_iter().map(|row| row.0).collect()
    }

    async fn act(&self, act: &str, token: &str, mut body: Value) {
        body["visitor_token"] = json!(token);
        let (status, answer) = self.post(act, &body).await;
        assert!(status.is_success(), "{act}: {status} {answer}");
    }
}

#[test]
fn what_a_visitor_says_is_in_one_conversation_in_its_order() {
    in_a_shop(|shop| async move {
        let token = shop.guest().await;
        shop.act("start", &token, json!({ "client_id": "a", "page": SITE, "campaign": "autumn" })).await;
        for (id, text) in
            [("b", "배송 언제 오나요?"), ("c", "오늘 안에 받고 싶어요."), ("b", "배송 언제 오나요?")]
        {
            shop.act("message", &token, json!({ "client_id": id, "content": { "text": text } })).await;
        }
        pipeline::drain(&shop.app).await.unwrap();
        let said = shop.column("SELECT text FROM message WHERE direction = 'in' ORDER BY seq").await;
        assert_eq!(said, ["배송 언제 오나요?", "오늘 안에 받고 싶어요."]);
        let origin: Value =
            serde_json::from_str(&shop.column("SELECT origin FROM conversation").await[0]).unwrap();
        assert_eq!((&origin["kind"], &origin["ref"]), (&json!("campaign"), &json!("autumn")));
    });
}

#[test]
fn a_guest_who_logs_in_keeps_the_conversation_and_becomes_the_member() {
    in_a_shop(|shop| async move {
        let token = shop.guest().await;
        shop.act("message", &token, json!({ "client_id": "a", "content": { "text": "안녕하세요" } })).await;
        let claim = json!({ "client_id": "b", "member_id": "u-1", "member_hash": member_hash("u-1"), "profile": { "name": "이하늘", "grade": "VIP" } });
        shop.act("identify", &token, claim).await;
        shop.act("message", &token, json!({ "client_id": "c", "content": { "text": "저 왔어요" } })).await;
        pipeline::drain(&shop.app).await.unwrap();
        assert_eq!(shop.column("SELECT id FROM conversation").await.len(), 1);
        assert_eq!(shop.column("SELECT name FROM contact WHERE name IS NOT NULL").await, ["이하늘"]);
        let members =
            shop.column("SELECT external_id FROM identity WHERE member = 1 ORDER BY external_id").await;
        assert_eq!(members.len(), 2, "the browser's visitor and the member are one customer: {members:?}");
        let contacts = shop.column("SELECT contact_id FROM identity").await;
        assert!(contacts.iter().all(|contact| *contact == contacts[0]));
    });
}

#[test]
fn a_wrong_hash_leaves_no_trace_of_the_member() {
    in_a_shop(|shop| async move {
        let claim = json!({ "member_id": "u-1", "member_hash": member_hash("u-2"), "page": SITE, "language": "ko", "profile": { "name": "이하늘" } });
        let (_, answer) = shop.post("visitor", &claim).await;
        let token = answer["visitor_token"].as_str().unwrap();
        shop.act("message", token, json!({ "client_id": "a", "content": { "text": "안녕하세요" } })).await;
        pipeline::drain(&shop.app).await.unwrap();
        assert!(
            shop.column("SELECT external_id FROM identity WHERE member = 1 OR external_id = 'u-1'")
                .await
                .is_empty()
        );
        assert!(shop.column("SELECT name FROM contact WHERE name IS NOT NULL").await.is_empty());
    });
}

#[test]
fn typing_is_told_and_leaves_no_event_behind() {
    in_a_shop(|shop| async move {
        let token = shop.guest().await;
        shop.act("message", &token, json!({ "client_id": "a", "content": { "text": "안녕하세요" } })).await;
        pipeline::drain(&shop.app).await.unwrap();
        let before = shop.column("SELECT id FROM event").await.len();
        shop.act("typing", &token, json!({ "active": true })).await;
        shop.act("typing", &token, json!({ "active": false })).await;
        let told =
            shop.column("SELECT type FROM domain_event WHERE type LIKE 'typing.%' ORDER BY position").await;
        assert_eq!(told, ["typing.started", "typing.stopped"]);
        assert_eq!(shop.column("SELECT id FROM event").await.len(), before);
        let (status, _) = shop.post("seen", &json!({ "visitor_token": token, "state": "sideways" })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    });
}

#[test]
fn a_visitor_sees_that_they_were_read_and_that_the_conversation_ended() {
    in_a_shop(|shop| async move {
        let follower = tokio::spawn(crate::webchat::follow(shop.app.clone()));
        let token = shop.guest().await;
        shop.act("message", &token, json!({ "client_id": "a", "content": { "text": "안녕하세요" } })).await;
        pipeline::drain(&shop.app).await.unwrap();
        let mut stream = shop.stream(&token, 1).await;
        let conversation = shop.column("SELECT id FROM conversation").await.remove(0);
        let (app, id) = (shop.app.clone(), conversation.clone());
        let seen_and_closed = shop.app.writer.run::<(), CommandError, _>(move |tx| {
            Box::pin(async move {
                commands::read(tx, &app, &id, &Origin::default()).await?;
                commands::close(tx, &app, &id, ClosedBy::Manager, &Origin::default()).await?;
                Ok(())
            })
        });
        seen_and_closed.await.unwrap();
        for kind in ["opened", "read", "closed"] {
            let (id, frame) = next(&mut stream).await;
            assert!(id.is_some(), "kept for whoever comes later");
            assert_eq!((&frame["type"], &frame["conversation_id"]), (&json!(kind), &json!(conversation)));
        }
        shop.app.shutdown.cancel();
        follower.await.unwrap();
    });
}

#[test]
fn an_answer_is_sent_when_stored_delivered_when_received_and_read_when_seen() {
    in_a_shop(|shop| async move {
        outbox::start(&shop.app);
        let token = shop.guest().await;
        shop.act("message", &token, json!({ "client_id": "a", "content": { "text": "안녕하세요" } })).await;
        pipeline::drain(&shop.app).await.unwrap();
        let mut stream = shop.stream(&token, 2).await;
        let acceptance = Acceptance {
            conversation_id: shop.column("SELECT id FROM conversation").await.remove(0),
            draft: Draft::out(AuthorKind::Manager, Content::text("네, 오늘 나가요.")),
            options: SendOptions::default(),
            idempotency: None,
            media: std::collections::BTreeMap::new(),
        };
        let message = outbox::accept(&shop.app, acceptance).await.unwrap();
        let (_, frame) = next(&mut stream).await;
        assert_eq!(
            (&frame["message_id"], &frame["parts"][0]["spans"][0]["text"]),
            (&json!(message), &json!("네, 오늘 나가요."))
        );
        shop.until("sent").await;
        shop.act("seen", &token, json!({ "message_id": message, "state": "delivered" })).await;
        shop.until("delivered").await;
        shop.act("seen", &token, json!({ "message_id": message })).await;
        shop.until("read").await;
        shop.app.shutdown.cancel();
    });
}

impl Shop {
    /// Waits until the one delivery is in a state.
    async fn until(&self, wanted: &str) {
        let reached = async {
            while self.column("SELECT state FROM delivery WHERE kind = 'send'").await != [wanted] {
                tokio::task::yield_now().await;
            }
        };
        let patience = std::time::Duration::from_secs(30);
        assert!(tokio::time::timeout(patience, reached).await.is_ok(), "the delivery never became {wanted}");
    }
}
