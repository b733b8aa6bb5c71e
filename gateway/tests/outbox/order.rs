//! What leaves in which order, by which call.

use naru_core::content::{Block, Content, Replies, Reply as ReplyButton};
use naru_gateway::outbox::SendOptions;
use naru_gateway::testing::on_every_engine;

use super::fake::Reply;
use super::world::World;

#[test]
fn messages_of_a_conversation_leave_in_their_order_and_other_conversations_do_not_wait() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let line = world.line().await;
        let slow = world.conversation(&line, "Uslow").await;
        let fast = world.conversation(&line, "Ufast").await;
        world.fake.then("/push", [Reply::Hangs]);
        let stuck = world.say(&slow, "stuck").await;
        world.start();
        world.eventually("the first call hangs", || async { world.fake.asked("/push").len() == 1 }).await;
        let behind = world.say(&slow, "behind").await;
        let mut last = String::new();
        for number in 0..12 {
            last = world.say(&fast, &format!("{number}")).await;
        }
        world.until(&last, "sent").await;
        assert_eq!(world.delivery(&behind).await.state, "queued");
        assert_eq!(world.delivery(&stuck).await.state, "sending");
        let words: Vec<String> = world
            .fake
            .asked("/push")
            .iter()
            .filter(|asked| asked.json()["to"] == "Ufast")
            .map(|asked| asked.json()["messages"][0]["text"].as_str().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(words, (0..12).map(|n| n.to_string()).collect::<Vec<_>>());
    });
}

#[test]
fn a_sent_message_knows_its_parts_its_id_and_its_cost() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let line = world.line().await;
        let conversation = world.conversation(&line, "U1").await;
        let message = world.say(&conversation, "안녕하세요").await;
        world.start();
        let row = world.until(&message, "sent").await;
        assert_eq!((row.parts, row.parts_sent, row.attempt), (1, 1, 0));
        assert_eq!(row.external_ids, r#"["00"]"#);
        assert_eq!(row.cost.as_deref(), Some("paid_push"));
        assert!(world.news().await.contains(&"delivery.sent".to_owned()));
        let calls = world.calls(&message).await;
        assert_eq!(calls.len(), 1);
        assert_eq!(calls[0].outcome.as_deref(), Some("answered"));
        assert!(!calls[0].call.contains("CANARY"), "a stored call holds a credential");
        assert_eq!(world.fake.asked("/push")[0].header("authorization"), Some("Bearer CANARY-line-token"));
        world.stop().await;
    });
}

#[test]
fn a_reply_handle_is_taken_once_and_messages_of_one_decision_share_the_call() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let line = world.line().await;
        let conversation = world.conversation_with(&line, "U1", Some("token-1")).await;
        let together = || SendOptions { decision: Some("one decision".into()), ..SendOptions::default() };
        let first = world.send(&conversation, Content::text("하나"), together()).await;
        let second = world.send(&conversation, Content::text("둘"), together()).await;
        let alone = world.say(&conversation, "셋").await;
        world.start();
        world.until(&alone, "sent").await;
        let replies = world.fake.asked("/reply");
        assert_eq!(replies.len(), 1);
        assert_eq!(replies[0].json()["replyToken"], "token-1");
        assert_eq!(replies[0].json()["messages"].as_array().map(Vec::len), Some(2));
        let first = world.until(&first, "sent").await;
        let second = world.until(&second, "sent").await;
        assert_eq!((first.cost.as_deref(), second.parts_sent), (Some("free_reply"), 1));
        assert_ne!(first.external_ids, second.external_ids);
        assert_eq!(world.fake.asked("/push").len(), 1);
        assert_eq!(world.until(&alone, "sent").await.cost.as_deref(), Some("paid_push"));
        world.stop().await;
    });
}

#[test]
fn a_refused_reply_token_leads_to_a_push() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let line = world.line().await;
        let conversation = world.conversation_with(&line, "U1", Some("stale")).await;
        let refusal = serde_json::json!({"message": "Invalid reply token"});
        world.fake.then("/reply", [Reply::Json(400, None, refusal)]);
        let message = world.say(&conversation, "안녕하세요").await;
        world.start();
        let row = world.until(&message, "sent").await;
        assert_eq!((world.fake.asked("/reply").len(), world.fake.asked("/push").len()), (1, 1));
        assert_eq!(row.cost.as_deref(), Some("paid_push"));
        world.stop().await;
    });
}

#[test]
fn c01_a_sent_menu_may_be_answered_in_words() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let line = world.line().await;
        let conversation = world.conversation(&line, "U1").await;
        let button = |label: &str| ReplyButton { label: label.into(), value: label.into() };
        let mut content = Content::text("무엇을 도와드릴까요?");
        content.blocks.push(Block::Replies(Replies { replies: vec![button("배송"), button("환불")] }));
        let message = world.send(&conversation, content, SendOptions::default()).await;
        assert!(!world.row(&conversation).await.menus.contains("환불"), "an unsent menu cannot be answered");
        world.start();
        world.until(&message, "sent").await;
        assert!(world.row(&conversation).await.menus.contains("환불"));
        world.stop().await;
    });
}

#[test]
fn a_frame_of_the_web_chat_is_sent_when_it_is_stored() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let settings = serde_json::json!({"allowed_origins": ["https://shop.example"]});
        let secret = serde_json::json!({"member_secret": "CANARY-member-secret"});
        let channel = world.channel("webchat", secret, settings).await;
        let conversation = world.conversation(&channel, "visitor").await;
        let message = world.say(&conversation, "안녕하세요").await;
        world.start();
        world.until(&message, "sent").await;
        let mut tx = world.app.db.read().await.unwrap();
        let frames =
            naru_gateway::store::rows::frame::after(&mut tx, &channel, "visitor", 0, 10).await.unwrap();
        assert_eq!(frames.len(), 1);
        assert!(frames[0].body.contains(&message));
        drop(tx);
        world.stop().await;
    });
}
