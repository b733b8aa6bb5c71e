//! What a conversation shows of what platforms tell: edits, takings-back, lines, media, people.

use naru_gateway::store::rows::media;
use serde_json::json;

use crate::world::{line_event, line_text, story};

#[test]
fn an_edited_message_keeps_its_row_and_its_earlier_words() {
    story(|world| async move {
        world
            .line(&[
                line_text("U1", 1, "오타"),
                line_event(
                    "U1",
                    2,
                    json!({"type": "messageEdited",
            "message": {"id": "580001", "type": "text", "quoteToken": "q", "text": "고친 말"}}),
                ),
            ])
            .await;
        world.drain().await;
        let conversation = world.conversations(&world.line).await.remove(0);
        let messages = world.messages(&conversation.id).await;
        assert_eq!(messages.len(), 1);
        assert_eq!((messages[0].text.as_str(), messages[0].edited_at.is_some()), ("고친 말", true));
        let mut tx = world.app.db.read().await.unwrap();
        let history = naru_gateway::store::rows::message::history(&mut tx, &messages[0].id).await.unwrap();
        assert_eq!(history.len(), 1);
        assert!(history[0].content.contains("오타"));
    });
}

#[test]
fn an_unsent_message_keeps_its_row_and_loses_its_words() {
    story(|world| async move {
        world.line(&[line_text("U1", 1, "비밀")]).await;
        world.drain().await;
        world
            .line(&[line_event(
                "U1",
                2,
                json!({"type": "messageEdited",
            "message": {"id": "580001", "type": "text", "quoteToken": "q", "text": "더 비밀"}}),
            )])
            .await;
        world
            .line(&[line_event("U1", 3, json!({"type": "unsend", "unsend": {"messageId": "580001"}}))])
            .await;
        world.drain().await;
        let conversation = world.conversations(&world.line).await.remove(0);
        let messages = world.messages(&conversation.id).await;
        assert_eq!(messages.len(), 1);
        assert!(messages[0].unsent_at.is_some() && messages[0].text.is_empty());
        assert!(messages[0].content.blocks.is_empty());
        let mut tx = world.app.db.read().await.unwrap();
        assert!(
            naru_gateway::store::rows::message::history(&mut tx, &messages[0].id).await.unwrap().is_empty()
        );
        drop(tx);
        assert!(world.news_kinds().await.contains(&"unsend".to_owned()));
    });
}

#[test]
fn comings_and_goings_are_lines_that_nobody_has_to_read() {
    story(|world| async move {
        world
            .line(&[
                line_event("U1", 1, json!({"type": "follow", "follow": {"isUnblocked": false}})),
                line_event(
                    "U1",
                    2,
                    json!({"type": "beacon", "beacon": {"hwid": "d41d8cd98f", "type": "enter"}}),
                ),
                line_event("U1", 3, json!({"type": "unfollow"})),
            ])
            .await;
        world.drain().await;
        let conversation = world.conversations(&world.line).await.remove(0);
        assert_eq!((conversation.state.as_str(), conversation.unread), ("bot", 0));
        assert!(conversation.contact.unreachable);
        let lines = world.texts(&conversation.id, "note").await;
        assert_eq!(lines.len(), 3);
        assert!(lines[1].contains("beacon"));
        let kinds = world.news_kinds().await;
        assert!(
            kinds.contains(&"identity.followed".to_owned())
                && kinds.contains(&"identity.unfollowed".to_owned())
        );
    });
}

#[test]
fn what_nobody_knows_is_shown_as_such() {
    story(|world| async move {
        world.line(&[line_event("U1", 1, json!({"type": "somethingNew", "novelty": {"a": 1}}))]).await;
        world.drain().await;
        let conversation = world.conversations(&world.line).await.remove(0);
        let message = world.messages(&conversation.id).await.remove(0);
        let block = json!(message.content.blocks[0]);
        assert_eq!(
            (block["type"].as_str(), block["kind"].as_str()),
            (Some("unsupported"), Some("somethingNew"))
        );
        assert_eq!(block["raw"]["novelty"]["a"], 1);
        assert_eq!(message.text, "아직 보여드릴 수 없는 메시지예요: somethingNew");
    });
}

#[test]
fn media_appear_at_once_and_wait_to_be_fetched() {
    story(|world| async move {
        world
            .line(&[line_event(
                "U1",
                1,
                json!({"type": "message", "message": {"id": "580001", "type": "file",
            "fileName": "영수증.pdf", "fileSize": 48_211}}),
            )])
            .await;
        world.drain().await;
        let conversation = world.conversations(&world.line).await.remove(0);
        let message = world.messages(&conversation.id).await.remove(0);
        let block = json!(message.content.blocks[0]);
        assert_eq!(block["media"]["state"], "pending");
        let mut tx = world.app.db.read().await.unwrap();
        let row = media::get(&mut tx, block["media"]["id"].as_str().unwrap()).await.unwrap().unwrap();
        assert_eq!((row.state.as_str(), row.name.as_str()), ("pending", "영수증.pdf"));
        assert_eq!(row.message_id.as_deref(), Some(message.id.as_str()));
        assert!(row.source.unwrap().contains("580001"));
        assert_eq!(media::due(&mut tx, world.app.clock.now().0, 10).await.unwrap().len(), 1);
    });
}

#[test]
fn a_group_is_one_conversation_and_its_members_are_named() {
    story(|world| async move {
        let in_group = |user: &str, n: u32, text: &str| {
            let mut event = line_text(user, n, text);
            event["source"] = json!({"type": "group", "groupId": "C1", "userId": user});
            event
        };
        world.line(&[in_group("U1", 1, "하나"), in_group("U2", 2, "둘")]).await;
        world.drain().await;
        let all = world.conversations(&world.line).await;
        assert_eq!((all.len(), all[0].contact.external_id.as_str()), (1, "C1"));
        let members: Vec<_> =
            world.messages(&all[0].id).await.iter().map(|m| m.extra["member"].clone()).collect();
        assert_eq!(members, [json!("U1"), json!("U2")]);
    });
}

#[test]
fn a_line_customers_profile_is_wanted_and_a_kakao_customers_is_not() {
    story(|world| async move {
        world.line(&[line_text("U1", 1, "안녕")]).await;
        world.kakao_says("Q1", "1", 0, "안녕").await;
        world.drain().await;
        let mut tx = world.app.db.read().await.unwrap();
        let now = world.app.clock.now().0;
        let wanted = naru_gateway::store::rows::contact::profiles_wanted(&mut tx, now, 10).await.unwrap();
        assert_eq!(wanted.iter().map(|row| row.external_id.as_str()).collect::<Vec<_>>(), ["U1"]);
    });
}

#[test]
fn a_guest_who_logs_in_is_the_member_and_keeps_the_conversation() {
    story(|world| async move {
        let hash = |id: &str| {
            use hmac::{KeyInit, Mac};
            let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(b"m").unwrap();
            mac.update(id.as_bytes());
            naru_gateway::auth::hex(&mac.finalize().into_bytes())
        };
        let say = |visitor: &'static str, text: &'static str| json!({"visitor_token": visitor, "client_id": text, "content": {"text": text}});
        world.post(&world.webchat, "message", Some("v1"), &say("v1", "안녕")).await;
        world
            .post(
                &world.webchat,
                "identify",
                Some("v1"),
                &json!({"visitor_token": "t", "member_id": "u-1", "member_hash": hash("u-1")}),
            )
            .await;
        world.drain().await;
        world.post(&world.webchat, "message", Some("v2"), &say("v2", "다른 기기")).await;
        world
            .post(
                &world.webchat,
                "identify",
                Some("v2"),
                &json!({"visitor_token": "t", "member_id": "u-1", "member_hash": hash("u-1")}),
            )
            .await;
        world.post(&world.webchat, "message", Some("v3"), &say("v3", "사칭")).await;
        world
            .post(
                &world.webchat,
                "identify",
                Some("v3"),
                &json!({"visitor_token": "t", "member_id": "u-1", "member_hash": hash("u-2")}),
            )
            .await;
        world.drain().await;
        let all = world.conversations(&world.webchat).await;
        assert_eq!(all.len(), 3);
        assert_eq!(all[0].contact.id, all[1].contact.id);
        assert!(all[0].contact.member && all[1].contact.member);
        assert_ne!(all[2].contact.id, all[0].contact.id);
        assert!(!all[2].contact.member);
    });
}
