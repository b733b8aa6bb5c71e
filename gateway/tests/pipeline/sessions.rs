//! Kakao's sessions: who opens, extends and ends them, and what the conversation does then.

use naru_core::desk::ClosedBy;
use naru_core::time::{DAY, HOUR, MINUTE};
use naru_gateway::desk::commands::{self, CommandError, Origin};
use naru_gateway::timers;
use serde_json::json;

use crate::world::{World, line_text, story};

async fn close(world: &World, id: &str) {
    let (app, id) = (world.app.clone(), id.to_owned());
    world
        .app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                commands::close(tx, &app, &id, ClosedBy::Manager, &Origin::default()).await.map(drop)
            })
        })
        .await
        .unwrap();
}

async fn kinds(world: &World) -> Vec<(String, String)> {
    world.deliveries().await.into_iter().map(|row| (row.kind, row.state)).collect()
}

#[test]
fn k25_the_notice_goes_out_once_in_every_session() {
    story(|world| async move {
        world.kakao_says("Q1", "1", 0, "안녕하세요").await;
        world.kakao_says("Q1", "1", 1, "거기 있나요?").await;
        world.drain().await;
        world.kakao_says("Q1", "1", 2, "여보세요").await;
        world.drain().await;
        let first = world.conversations(&world.kakao).await.remove(0);
        let sent = world.texts(&first.id, "out").await;
        assert_eq!(sent.len(), 1);
        assert!(sent[0].contains("우리가게") && sent[0].contains("365일"), "{sent:?}");
        assert_eq!(world.messages(&first.id).await[1].author.kind, "system");
        assert_eq!(kinds(&world).await, [("send".to_owned(), "queued".to_owned())]);

        world.kakao_expires("Q1", "1", 3).await;
        world.kakao_says("Q1", "2", 4, "다시 왔어요").await;
        world.drain().await;
        let all = world.conversations(&world.kakao).await;
        assert_eq!(all.len(), 2);
        assert_eq!(world.texts(&all[1].id, "out").await.len(), 1);
    });
}

#[test]
fn k25_the_notice_is_left_out_where_the_admin_says_so() {
    story(|world| async move {
        world.set(&world.kakao, json!({"retention_notice": false})).await;
        world.kakao_says("Q1", "1", 0, "안녕하세요").await;
        world.drain().await;
        assert!(world.deliveries().await.is_empty());
    });
}

#[test]
fn ses04_the_session_begins_with_the_first_word_and_ses06_each_word_extends_it() {
    story(|world| async move {
        world.kakao_enters("Q1", "1", 0, "page_home").await;
        world.drain().await;
        let entered = world.conversations(&world.kakao).await.remove(0);
        assert_eq!(entered.state, "bot");
        assert!(!entered.session.open);
        world.kakao_says("Q1", "1", 1, "문의").await;
        world.drain().await;
        let spoke = world.conversations(&world.kakao).await.remove(0);
        assert_eq!((spoke.id.as_str(), spoke.state.as_str()), (entered.id.as_str(), "open"));
        assert!(spoke.session.open);
        world.kakao_says("Q1", "1", 100, "추가 문의").await;
        world.drain().await;
        let later = world.conversations(&world.kakao).await.remove(0);
        assert!(later.session.expires_at > spoke.session.expires_at);
    });
}

#[test]
fn k23_the_reference_and_the_first_message_meet_whichever_comes_first() {
    story(|world| async move {
        world.kakao_enters("Q1", "1", 1, "page_order").await;
        world.drain().await;
        world.kakao_says("Q1", "1", 0, "주문 문의").await;
        world.kakao_says("Q2", "2", 0, "주문 문의").await;
        world.drain().await;
        world.kakao_enters("Q2", "2", 1, "page_order").await;
        world.drain().await;
        let all = world.conversations(&world.kakao).await;
        assert_eq!(all.len(), 2);
        for conversation in all {
            assert_eq!(conversation.origin.kind, "reference");
            assert_eq!(conversation.origin.r#ref.as_deref(), Some("page_order"));
            assert_eq!(conversation.state, "open");
            assert!(conversation.session.open);
        }
    });
}

#[test]
fn ses06_c08_the_end_command_and_the_platform_close_the_conversation() {
    story(|world| async move {
        world.kakao_says("Q1", "1", 0, "안녕").await;
        world.kakao_says("Q1", "1", 1, "!종료").await;
        world.kakao_expires("Q1", "1", 2).await;
        world.kakao_says("Q2", "2", 0, "안녕").await;
        world.kakao_expires("Q2", "2", 1).await;
        world.drain().await;
        let all = world.conversations(&world.kakao).await;
        let ends: Vec<_> = all
            .iter()
            .map(|c| {
                (
                    c.state.as_str(),
                    c.closed_by.as_deref().unwrap(),
                    c.session.closed_reason.as_deref().unwrap(),
                )
            })
            .collect();
        assert_eq!(ends[0], ("closed", "customer_left", "user_left"));
        assert_eq!(ends[1].0, "closed");
        assert_eq!(ends[1].1, "platform_session_end");
        // What was accepted in a session leaves with it.
        assert!(world.deliveries().await.iter().all(|row| row.state == "failed"));
        let closed = world.news_kinds().await.into_iter().filter(|kind| kind == "session.closed").count();
        assert_eq!(closed, 2);
    });
}

#[test]
fn an_old_sessions_end_does_not_close_the_new_one() {
    story(|world| async move {
        world.kakao_says("Q1", "1", 0, "안녕").await;
        world.kakao_says("Q1", "2", 60, "또 왔어요").await;
        world.drain().await;
        world.kakao_expires("Q1", "1", 61).await;
        world.drain().await;
        let all = world.conversations(&world.kakao).await;
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].state.as_str(), all[1].state.as_str()), ("closed", "open"));
        assert!(all[1].session.open);
    });
}

#[test]
fn ses08_k22_a_returning_customer_is_the_same_contact() {
    story(|world| async move {
        world.kakao_says("Q1", "1", 0, "안녕").await;
        world.kakao_expires("Q1", "1", 1).await;
        world.kakao_says("Q1", "2", 2, "또 왔어요").await;
        world.drain().await;
        let all = world.conversations(&world.kakao).await;
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].contact.id, all[1].contact.id);
        assert_eq!(all[1].contact.external_id, "Q1");
    });
}

#[test]
fn on_return_same_opens_the_conversation_again() {
    story(|world| async move {
        world.set(&world.kakao, json!({"on_return": "same"})).await;
        world.kakao_says("Q1", "1", 0, "안녕").await;
        world.kakao_expires("Q1", "1", 1).await;
        world.kakao_says("Q1", "2", 2, "또 왔어요").await;
        world.drain().await;
        let all = world.conversations(&world.kakao).await;
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].state.as_str(), all[0].session.open), ("open", true));
        assert_eq!(world.texts(&all[0].id, "out").await.len(), 2, "one notice per session");
    });
}

#[test]
fn a_closed_line_conversation_opens_again() {
    story(|world| async move {
        world.line(&[line_text("U1", 1, "안녕")]).await;
        world.drain().await;
        let id = world.conversations(&world.line).await.remove(0).id;
        close(&world, &id).await;
        world.line(&[line_text("U1", 2, "또 왔어요")]).await;
        world.drain().await;
        let all = world.conversations(&world.line).await;
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].state.as_str(), all[0].closed_by.as_ref()), ("open", None));
    });
}

#[test]
fn c20_our_close_ends_kakaos_session_ten_minutes_later() {
    story(|world| async move {
        world.set(&world.kakao, json!({"retention_notice": false})).await;
        world.kakao_says("Q1", "1", 0, "안녕").await;
        world.drain().await;
        let id = world.conversations(&world.kakao).await.remove(0).id;
        close(&world, &id).await;
        timers::work_due(&world.app).await.unwrap();
        assert!(world.deliveries().await.is_empty());
        assert!(world.conversations(&world.kakao).await[0].session.open);
        world.app.clock.advance(10 * MINUTE);
        timers::work_due(&world.app).await.unwrap();
        assert_eq!(kinds(&world).await, [("end_session".to_owned(), "queued".to_owned())]);
        let conversation = world.conversations(&world.kakao).await.remove(0);
        assert_eq!(conversation.session.closed_reason.as_deref(), Some("agent"));
        assert_eq!(conversation.closed_by.as_deref(), Some("manager"));
    });
}

#[test]
fn c20_a_customer_who_writes_meanwhile_keeps_the_session() {
    story(|world| async move {
        world.set(&world.kakao, json!({"retention_notice": false})).await;
        world.kakao_says("Q1", "1", 0, "안녕").await;
        world.drain().await;
        let id = world.conversations(&world.kakao).await.remove(0).id;
        close(&world, &id).await;
        world.kakao_says("Q1", "1", 5, "하나 더요").await;
        world.drain().await;
        world.app.clock.advance(10 * MINUTE);
        timers::work_due(&world.app).await.unwrap();
        assert!(world.deliveries().await.is_empty());
        let all = world.conversations(&world.kakao).await;
        assert_eq!((all.len(), all[0].state.as_str(), all[0].session.open), (1, "open", true));
    });
}

#[test]
fn c25_thirty_days_of_silence_end_the_session_and_say_so_before() {
    story(|world| async move {
        world.kakao_says("Q1", "1", 0, "안녕").await;
        world.drain().await;
        world.app.clock.advance(30 * DAY - 20 * HOUR);
        timers::work_due(&world.app).await.unwrap();
        assert!(world.news_kinds().await.contains(&"session.closing_soon".to_owned()));
        assert!(world.conversations(&world.kakao).await[0].session.open);
        world.app.clock.advance(20 * HOUR + MINUTE);
        timers::work_due(&world.app).await.unwrap();
        let conversation = world.conversations(&world.kakao).await.remove(0);
        assert_eq!(conversation.session.closed_reason.as_deref(), Some("idle"));
        assert_eq!(conversation.state, "closed");
    });
}

#[test]
fn ses09_c05_a_closed_kakao_conversation_cannot_be_opened_by_hand() {
    story(|world| async move {
        world.kakao_says("Q1", "1", 0, "안녕").await;
        world.kakao_expires("Q1", "1", 1).await;
        world.drain().await;
        let id = world.conversations(&world.kakao).await.remove(0).id;
        let app = world.app.clone();
        let refused: Result<_, CommandError> = world
            .app
            .writer
            .run(move |tx| {
                Box::pin(async move { commands::open(tx, &app, &id, &Origin::default()).await.map(drop) })
            })
            .await;
        assert!(matches!(refused, Err(CommandError::Refused(_))), "{refused:?}");
        assert_eq!(world.conversations(&world.kakao).await[0].state, "closed");
    });
}
