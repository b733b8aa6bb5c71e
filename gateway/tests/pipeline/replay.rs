//! Webhooks read again.

use naru_gateway::pipeline::replay::{self, Selection};

use crate::world::{World, line_text, story};

async fn differences(world: &World, dry_run: bool) -> Vec<(String, Option<String>, Option<String>)> {
    let report = replay::replay(&world.app, Selection::default(), dry_run).await.unwrap();
    report.differences.into_iter().map(|d| (d.what, d.before, d.after)).collect()
}

/// Makes the store look as an older version would have left it.
async fn set(world: &World, sql: &'static str) {
    world.app.db.write_once(|tx| Box::pin(tx.execute(sql))).await.unwrap();
}

#[test]
fn a_replay_of_what_was_read_well_changes_nothing() {
    story(|world| async move {
        world.line(&[line_text("U1", 1, "안녕")]).await;
        world.kakao_says("Q1", "1", 0, "안녕").await;
        world.drain().await;
        let before = world.news().await.len();
        let report = replay::replay(&world.app, Selection::default(), false).await.unwrap();
        assert_eq!((report.webhooks, report.unchanged, report.differences.len()), (2, 2, 0));
        assert_eq!(world.news().await.len(), before);
    });
}

#[test]
fn a_replay_gives_a_message_its_new_content_and_keeps_its_number() {
    story(|world| async move {
        world.line(&[line_text("U1", 1, "안녕하세요")]).await;
        world.drain().await;
        set(&world, "UPDATE event SET body = replace(body, '안녕하세요', '안녕')").await;
        set(&world, "UPDATE message SET content = replace(content, '안녕하세요', '안녕'), text = '안녕'")
            .await;
        let told = [("changed".to_owned(), Some("안녕".to_owned()), Some("안녕하세요".to_owned()))];
        assert_eq!(differences(&world, true).await, told);
        let id = world.conversations(&world.line).await.remove(0).id;
        assert_eq!(world.messages(&id).await[0].text, "안녕", "a dry run writes nothing");

        assert_eq!(differences(&world, false).await, told);
        let message = world.messages(&id).await.remove(0);
        assert_eq!((message.text.as_str(), message.seq), ("안녕하세요", 1));
        let last = world.news().await.pop().unwrap();
        assert_eq!(last.r#type, "message.updated");
        assert!(last.data.contains(r#""cause":"replay""#));
        assert!(differences(&world, false).await.is_empty());
    });
}

#[test]
fn a_replay_appends_what_was_not_seen_and_triggers_nothing() {
    story(|world| async move {
        world.line(&[line_text("U1", 1, "하나"), line_text("U1", 2, "둘")]).await;
        world.drain().await;
        set(&world, "DELETE FROM message WHERE seq = 2").await;
        set(&world, "DELETE FROM event WHERE body LIKE '%둘%'").await;
        let unread = world.conversations(&world.line).await[0].unread;
        assert_eq!(differences(&world, false).await, [("new".to_owned(), None, Some("둘".to_owned()))]);
        let conversation = world.conversations(&world.line).await.remove(0);
        assert_eq!(conversation.unread, unread);
        assert_eq!(world.texts(&conversation.id, "in").await, ["하나", "둘"]);
        assert!(world.deliveries().await.is_empty());
        assert!(differences(&world, false).await.is_empty());
    });
}
