//! Sending: once per key, and not where the platform or an admin says no.

use naru_core::settings::Language;
use naru_core::texts;
use serde_json::json;

use crate::world::story;

#[test]
fn the_same_key_and_body_is_the_same_message_also_at_the_same_moment() {
    story(|world| async move {
        let conversation = world.kakao_says("Q1").await;
        let body = json!({"content": {"text": "네, 도와 드릴게요."}});
        let at_once =
            futures::future::join_all((0..8).map(|_| world.say(&conversation, "k1", &body, ""))).await;
        let later = world.say(&conversation, "k1", &body, "").await;
        let ids: Vec<_> =
            at_once.iter().chain([&later]).map(|answer| (answer.status, answer.body["id"].clone())).collect();
        assert!(ids[0].1.is_string());
        assert!(ids.iter().all(|one| *one == (202, ids[0].1.clone())), "{ids:?}");
        let path = format!("/api/v1/conversations/{conversation}/messages");
        let page = world.get(&world.all, &path).await.body;
        let managers = page["items"].as_array().unwrap().iter().filter(|m| m["author"]["kind"] == "manager");
        assert_eq!(managers.count(), 1);
    });
}

#[test]
fn the_same_key_for_something_else_is_a_mismatch() {
    story(|world| async move {
        let (first, second) = (world.kakao_says("Q1").await, world.kakao_says("Q2").await);
        let body = json!({"content": {"text": "네"}});
        assert_eq!(world.say(&first, "k1", &body, "").await.status, 202);
        let other = json!({"content": {"text": "아니요"}});
        world.say(&first, "k1", &other, "").await.is_problem(422, "idempotency-mismatch");
        world.say(&second, "k1", &body, "").await.is_problem(422, "idempotency-mismatch");
        assert_eq!(world.say(&first, "k2", &body, "").await.status, 202);
        let long = "k".repeat(256);
        world.say(&first, &long, &body, "").await.is_problem(422, "invalid");
    });
}

#[test]
fn k10_an_ended_session_is_409_with_the_sentence() {
    story(|world| async move {
        let conversation = world.kakao_says("Q1").await;
        world.kakao_ends("Q1").await;
        let body = json!({"content": {"text": "네"}});
        let answer = world.say(&conversation, "k1", &body, "ko").await;
        answer.is_problem(409, "session-closed");
        assert!(answer.body["detail"].as_str().unwrap().contains("고객"), "{}", answer.body);
        let english = world.say(&conversation, "k1", &body, "en").await;
        assert!(english.body["detail"].as_str().unwrap().contains("customer"), "{}", english.body);
    });
}

#[test]
fn a_paused_channel_is_409_with_the_sentence_and_sends_again_afterwards() {
    story(|world| async move {
        let conversation = world.kakao_says("Q1").await;
        let channel = format!("/api/v1/channels/{}", world.kakao);
        assert_eq!(world.post(&format!("{channel}/pause"), &json!({})).await.body["health"], "paused");
        let body = json!({"content": {"text": "네"}});
        for (tag, language) in [("ko", Language::Ko), ("en", Language::En)] {
            let answer = world.say(&conversation, "k1", &body, tag).await;
            answer.is_problem(409, "channel-paused");
            assert_eq!(answer.body["detail"], json!(texts::channel_paused(language)));
        }
        assert_eq!(world.post(&format!("{channel}/resume"), &json!({})).await.body["health"], "ok");
        assert_eq!(world.say(&conversation, "k1", &body, "ko").await.status, 202);
    });
}
