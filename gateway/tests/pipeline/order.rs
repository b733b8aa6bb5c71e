//! Each event once, in order.

use serde_json::json;

use crate::world::{line_event, line_text, story};

#[test]
fn the_same_webhook_event_three_times_shuffled_gives_one_message() {
    story(|world| async move {
        let (a, b, c) = (line_text("U1", 1, "하나"), line_text("U1", 2, "둘"), line_text("U1", 3, "셋"));
        world.line(&[a.clone(), b.clone()]).await;
        world.drain().await;
        world.line(&[b.clone(), c.clone(), a.clone()]).await;
        world.line(&[c, b, a]).await;
        world.drain().await;
        let conversations = world.conversations(&world.line).await;
        assert_eq!(conversations.len(), 1);
        assert_eq!(world.texts(&conversations[0].id, "in").await, ["하나", "둘", "셋"]);
        assert_eq!(conversations[0].unread, 3);
        let mut tx = world.app.db.read().await.unwrap();
        let rows = naru_gateway::store::rows::journal::selected(&mut tx, None, 0, "", 10).await.unwrap();
        let first = naru_gateway::store::rows::event::of_journal(&mut tx, &rows[0]).await.unwrap();
        assert_eq!(first.iter().map(|event| event.duplicates).collect::<Vec<_>>(), [2, 2]);
    });
}

#[test]
fn a_burst_of_many_customers_keeps_each_ones_order() {
    story(|world| async move {
        for n in 0..300 {
            world.line(&[line_text(&format!("U{}", n % 7), n, &n.to_string())]).await;
        }
        world.drain().await;
        let conversations = world.conversations(&world.line).await;
        assert_eq!(conversations.len(), 7);
        for conversation in conversations {
            let texts = world.texts(&conversation.id, "in").await;
            let numbers: Vec<u32> = texts.iter().map(|text| text.parse().unwrap()).collect();
            assert!(numbers.windows(2).all(|pair| pair[0] + 7 == pair[1]), "{numbers:?}");
            let seqs: Vec<i64> =
                world.messages(&conversation.id).await.iter().map(|message| message.seq).collect();
            assert_eq!(seqs, (1..=i64::try_from(texts.len()).unwrap()).collect::<Vec<_>>());
        }
    });
}

#[test]
fn within_a_batch_the_platforms_time_decides() {
    story(|world| async move {
        world.line(&[line_text("U1", 5, "나중")]).await;
        world.line(&[line_text("U1", 4, "먼저")]).await;
        world.drain().await;
        let conversation = world.conversations(&world.line).await.remove(0);
        assert_eq!(world.texts(&conversation.id, "in").await, ["먼저", "나중"]);
    });
}

#[test]
fn positions_follow_one_another_without_gaps() {
    story(|world| async move {
        world.line(&[line_text("U1", 1, "a"), line_text("U2", 2, "b")]).await;
        world.drain().await;
        world.line(&[line_text("U1", 3, "c")]).await;
        world.drain().await;
        let positions: Vec<i64> = world.news().await.iter().map(|event| event.position).collect();
        assert_eq!(positions, (1..=i64::try_from(positions.len()).unwrap()).collect::<Vec<_>>());
        let received = world.news_kinds().await.into_iter().filter(|kind| kind == "message.received").count();
        assert_eq!(received, 3);
    });
}

#[test]
fn one_trace_id_ties_the_webhook_to_its_event_and_message() {
    story(|world| async move {
        let id = world.line(&[line_text("U1", 1, "a")]).await;
        world.drain().await;
        let trace = world.journal(&id).await.trace_id;
        let conversation = world.conversations(&world.line).await.remove(0);
        assert_eq!(world.messages(&conversation.id).await[0].trace_id, trace);
        assert!(world.news().await.iter().all(|event| event.trace_id.as_ref() == Some(&trace)));
    });
}

#[test]
fn what_belongs_to_no_conversation_is_kept_as_an_event() {
    story(|world| async move {
        let mut event = line_event("U1", 1, json!({"type": "module", "module": {"type": "detached"}}));
        event.as_object_mut().unwrap().remove("source");
        let id = world.line(&[event]).await;
        world.drain().await;
        assert!(world.conversations(&world.line).await.is_empty());
        let mut tx = world.app.db.read().await.unwrap();
        assert_eq!(naru_gateway::store::rows::event::of_journal(&mut tx, &id).await.unwrap().len(), 1);
        drop(tx);
        assert_eq!(world.journal(&id).await.state, None);
    });
}
