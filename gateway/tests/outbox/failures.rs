//! What does not work at once, and how it ends.

use naru_core::content::Content;
use naru_core::time::{HOUR, Millis};
use naru_gateway::outbox::{self, SendOptions};
use naru_gateway::store::StoreError;
use naru_gateway::store::rows::{channel, gate};
use naru_gateway::testing::on_every_engine;
use serde_json::json;

use super::fake::Reply;
use super::world::World;

fn fault() -> Reply {
    Reply::Json(500, None, json!({"message": "internal"}))
}

#[test]
fn a_passing_fault_is_tried_again_by_the_schedule_under_the_same_key() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let line = world.line().await;
        let conversation = world.conversation(&line, "U1").await;
        world.fake.then("/push", [fault(), fault()]);
        let message = world.say(&conversation, "안녕하세요").await;
        world.start();
        let now = world.app.clock.now().0;
        world
            .eventually("the first try failed", || async { world.delivery(&message).await.attempt == 1 })
            .await;
        let row = world.delivery(&message).await;
        assert!((800..=1_200).contains(&(row.next_at - now)), "{}", row.next_at - now);
        assert_eq!(row.state, "queued");
        world.later(1_200);
        world
            .eventually("the second try failed", || async { world.delivery(&message).await.attempt == 2 })
            .await;
        let wait = world.delivery(&message).await.next_at - now - 1_200;
        assert!((1_600..=2_400).contains(&wait), "{wait}");
        world.later(2_400);
        world.until(&message, "sent").await;
        let keys: Vec<_> = world
            .fake
            .asked("/push")
            .iter()
            .map(|a| a.header("x-line-retry-key").map(str::to_owned))
            .collect();
        assert_eq!(keys.len(), 3);
        assert!(keys[0].is_some() && keys.iter().all(|key| *key == keys[0]));
        let outcomes: Vec<_> =
            world.calls(&message).await.into_iter().filter_map(|call| call.outcome).collect();
        assert_eq!(outcomes, ["retry", "retry", "answered"]);
        world.stop().await;
    });
}

#[test]
fn a_429_pauses_only_its_channel_and_for_as_long_as_the_platform_asks() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let (busy, idle) = (world.line().await, world.kakao().await);
        let one = world.conversation(&busy, "U1").await;
        let two = world.conversation(&busy, "U2").await;
        let other = world.conversation(&idle, "K1").await;
        let slow = Reply::Json(
            429,
            Some(("retry-after", "90")),
            json!({"message": "The API rate limit has been exceeded."}),
        );
        world.fake.then("/push", [slow]);
        let first = world.say(&one, "하나").await;
        world.start();
        world.eventually("the gate is closed", || async { world.delivery(&first).await.attempt == 1 }).await;
        let behind = world.say(&two, "둘").await;
        let elsewhere = world.say(&other, "셋").await;
        world.until(&elsewhere, "sent").await;
        assert_eq!(world.delivery(&behind).await.state, "queued");
        let gates = gate::all(&mut world.app.db.read().await.unwrap()).await.unwrap();
        assert_eq!(gates.len(), 1);
        assert_eq!((gates[0].channel_id.as_str(), gates[0].class.as_str()), (busy.as_str(), "throttled"));
        assert_eq!(gates[0].open_at - world.app.clock.now().0, 90_000);
        world.later(89_000);
        world.until(&elsewhere, "sent").await;
        assert_eq!(world.fake.asked("/push").len(), 1, "the gate is still closed");
        world.later(2_000);
        world.until(&first, "sent").await;
        world.until(&behind, "sent").await;
        assert!(gate::all(&mut world.app.db.read().await.unwrap()).await.unwrap().is_empty());
        world.stop().await;
    });
}

#[test]
fn a_lost_answer_is_asked_for_again_under_the_same_key() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let line = world.line().await;
        let conversation = world.conversation(&line, "U1").await;
        world.fake.then("/push", [Reply::Lost]);
        let message = world.say(&conversation, "안녕하세요").await;
        world.start();
        world
            .eventually("the answer is lost", || async { world.delivery(&message).await.attempt == 1 })
            .await;
        assert_eq!(world.delivery(&message).await.state, "sending", "it may have arrived");
        world.later(1_200);
        world.until(&message, "sent").await;
        let asked = world.fake.asked("/push");
        assert_eq!(asked.len(), 2);
        assert_eq!(asked[0].header("x-line-retry-key"), asked[1].header("x-line-retry-key"));
        assert_eq!(asked[0].body, asked[1].body);
        world.stop().await;
    });
}

#[test]
fn a_lost_answer_of_a_call_that_must_not_be_repeated_is_unknown_and_holds_the_next_for_a_minute() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let bizgo = world.bizgo().await;
        let conversation = world.conversation(&bizgo, "K1").await;
        world.fake.then("/cstalk", [Reply::Lost]);
        let doubtful = world.say(&conversation, "하나").await;
        let next = world.say(&conversation, "둘").await;
        world.start();
        let row = world.until(&doubtful, "unknown").await;
        assert_eq!(row.unknown_until, Some(world.app.clock.now().0 + 60_000));
        world.later(59_000);
        assert_eq!(world.delivery(&next).await.state, "queued");
        assert_eq!(world.fake.asked("/cstalk").len(), 1);
        world.later(1_001);
        world.until(&next, "sent").await;
        assert_eq!(world.delivery(&doubtful).await.state, "unknown");
        assert_eq!(world.fake.asked("/cstalk").len(), 2, "the doubtful one is not repeated");
        outbox::retry_message(&world.app, &doubtful).await.unwrap();
        world.until(&doubtful, "sent").await;
        assert_eq!(world.fake.asked("/cstalk").len(), 3, "a person may repeat it");
        world.stop().await;
    });
}

#[test]
fn ses07_a_session_that_ends_takes_its_queue_with_it_without_a_call() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let kakao = world.kakao().await;
        let conversation = world.conversation(&kakao, "K1").await;
        let closed = json!({"code": -502, "message": "InvalidSessionException"});
        world.fake.then("/write", [Reply::Json(200, None, closed)]);
        let mut queue = Vec::new();
        for words in ["하나", "둘", "셋"] {
            queue.push(world.say(&conversation, words).await);
        }
        world.start();
        for message in &queue {
            let row = world.until(message, "failed").await;
            assert!(row.error.unwrap().contains("session-closed"));
        }
        assert_eq!(world.fake.asked("").len(), 1, "only the first was tried");
        let row = world.row(&conversation).await;
        assert!(row.session.unwrap().contains("closed_at"));
        assert!(world.news().await.contains(&"session.closed".to_owned()));
        world.stop().await;
    });
}

#[test]
fn a_delivery_belongs_to_the_session_under_which_it_was_accepted() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let kakao = world.kakao().await;
        let conversation = world.conversation(&kakao, "K1").await;
        let message = world.say(&conversation, "하나").await;
        let mut row = world.row(&conversation).await;
        row.session_no = 2;
        world
            .app
            .writer
            .run::<(), StoreError, _>(move |tx| {
                Box::pin(async move { naru_gateway::store::rows::conversation::put(tx, &[row]).await })
            })
            .await
            .unwrap();
        world.start();
        let row = world.until(&message, "failed").await;
        assert!(row.error.unwrap().contains("session-closed"));
        assert!(world.fake.asked("").is_empty());
        outbox::retry_message(&world.app, &message).await.unwrap();
        assert_eq!(world.until(&message, "sent").await.session_no, 2);
        world.stop().await;
    });
}

#[test]
fn broken_credentials_hold_the_channel_until_they_are_mended() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let (broken, well) = (world.line().await, world.kakao().await);
        let one = world.conversation(&broken, "U1").await;
        let two = world.conversation(&broken, "U2").await;
        let other = world.conversation(&well, "K1").await;
        world.fake.then("/push", [Reply::Json(401, None, json!({"message": "Authentication failed"}))]);
        let first = world.say(&one, "하나").await;
        world.start();
        world.until(&first, "held").await;
        let second = world.say(&two, "둘").await;
        let elsewhere = world.say(&other, "셋").await;
        world.until(&elsewhere, "sent").await;
        world.until(&second, "held").await;
        assert_eq!(world.fake.asked("/push").len(), 1);
        let is_told = || async { world.app.channels.find(&broken).unwrap().row.health == "auth_broken" };
        world.eventually("the channel says so", is_told).await;
        world.app.clock.advance(5_000);
        let now = world.app.clock.now().0;
        let id = broken.clone();
        world
            .app
            .writer
            .run::<(), StoreError, _>(move |tx| {
                Box::pin(async move { channel::set_health(tx, &id, "ok", None, now).await })
            })
            .await
            .unwrap();
        world.until(&first, "sent").await;
        world.until(&second, "sent").await;
        world.stop().await;
    });
}

#[test]
fn what_waits_past_its_deadline_expires_without_a_call() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let line = world.line().await;
        let conversation = world.conversation(&line, "U1").await;
        let now = world.app.clock.now();
        world.fake.then(
            "/push",
            [Reply::Json(429, Some(("retry-after", "7200")), json!({"message": "rate limit"}))],
        );
        let gate_closer = world.say(&conversation, "하나").await;
        world.start();
        world
            .eventually("the gate is closed", || async { world.delivery(&gate_closer).await.attempt == 1 })
            .await;
        let options = SendOptions { deadline: Some(Millis(now.0 + HOUR)), ..SendOptions::default() };
        let short = world.send(&conversation, Content::text("둘"), options).await;
        world.later(HOUR + 1);
        let row = world.until(&short, "expired").await;
        assert!(row.error.unwrap().contains("expired"));
        assert_eq!(world.fake.asked("/push").len(), 1);
        assert!(world.news().await.contains(&"delivery.failed".to_owned()));
        world.later(HOUR);
        world.until(&gate_closer, "sent").await;
        world.stop().await;
    });
}

#[test]
fn a_rejected_message_fails_with_the_platforms_reason_and_the_next_one_goes() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let line = world.line().await;
        let conversation = world.conversation(&line, "U1").await;
        world
            .fake
            .then("/push", [Reply::Json(400, None, json!({"message": "The property, 'to', is invalid"}))]);
        let bad = world.say(&conversation, "하나").await;
        let good = world.say(&conversation, "둘").await;
        world.start();
        let row = world.until(&bad, "failed").await;
        assert!(row.error.unwrap().contains("is invalid"));
        world.until(&good, "sent").await;
        outbox::retry_message(&world.app, &bad).await.unwrap();
        world.until(&bad, "sent").await;
        world.stop().await;
    });
}

#[test]
fn a_message_that_has_not_left_can_be_taken_back_and_one_that_has_cannot() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let line = world.line().await;
        let conversation = world.conversation(&line, "U1").await;
        let taken_back = world.say(&conversation, "하나").await;
        let sent = world.say(&conversation, "둘").await;
        outbox::cancel_message(&world.app, &taken_back).await.unwrap();
        world.start();
        world.until(&sent, "sent").await;
        assert_eq!(world.delivery(&taken_back).await.state, "cancelled");
        assert_eq!(world.fake.asked("/push").len(), 1);
        let refused = outbox::cancel_message(&world.app, &sent).await;
        assert!(matches!(refused, Err(outbox::ActError::State { found, .. }) if found == "sent"));
        world.stop().await;
    });
}
