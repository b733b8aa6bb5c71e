//! What does not fit is refused with the place that does not fit.

use serde_json::{Value, json};

use crate::world::story;

#[test]
fn a_backlog_beyond_its_bound_turns_webhooks_away_until_it_is_worked_off() {
    story(|world| async move {
        let channel = world.app.channels.find(&world.kakao).unwrap();
        let hook = format!("/hooks/kakao/{}/message", channel.row.hook_key);
        world.app.overload.set(true);
        let answer = world.send("POST", &hook, &[], "{}").await;
        assert_eq!(answer.status, 503);
        assert!(answer.headers.contains_key("retry-after"));
        world.app.overload.set(false);
        world.kakao_says("Q1").await;
    });
}

#[test]
fn broken_json_is_400() {
    story(|world| async move {
        let conversation = world.kakao_says("Q1").await;
        let key = [("authorization", world.all.as_str())];
        let message = format!("/api/v1/conversations/{conversation}/messages");
        for path in
            ["/api/v1/channels", "/api/v1/preview", "/api/v1/api-keys", "/api/v1/journal/replay", &message]
        {
            for body in ["{", "", "{\"a\": 1,}", "\u{fffd}"] {
                // A body that may be left out may also be empty.
                if body.is_empty() && path.ends_with("replay") {
                    continue;
                }
                world.send("POST", path, &key, body).await.is_problem(400, "broken-json");
            }
        }
    });
}

#[test]
fn a_body_that_does_not_fit_is_422_and_pointed_at() {
    story(|world| async move {
        let conversation = world.kakao_says("Q1").await;
        let channel = json!({"platform": "line", "name": "가게",
            "credentials": {"channel_secret": "s", "channel_access_token": "t"}});
        let with = |pointer: &str, value: Value| {
            let mut body = channel.clone();
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            if parent == "/settings" {
                body["settings"] = json!({});
            }
            body.pointer_mut(parent).unwrap()[name] = value;
            body
        };
        for (pointer, value) in [
            ("/platform", json!("telegraph")),
            ("/name", json!("")),
            ("/credentials/colour", json!("red")),
            ("/settings/colour", json!("red")),
            ("/settings/api_base", json!("ftp://line.example")),
        ] {
            let answer = world.post("/api/v1/channels", &with(pointer, value)).await;
            answer.is_problem(422, "invalid").points_at(pointer);
        }
        let mut missing = channel.clone();
        missing["credentials"] = json!({});
        world
            .post("/api/v1/channels", &missing)
            .await
            .is_problem(422, "invalid")
            .points_at("/credentials/channel_secret");
        world.post("/api/v1/channels", &with("/surprise", json!(1))).await.is_problem(422, "invalid");

        let path = format!("/api/v1/conversations/{conversation}/messages");
        let text = json!([{"type": "text", "spans": [{"txt": "a"}]}]);
        for (body, pointer) in [
            (json!({"content": {"blocks": [{"type": "hologram"}]}}), "/content/blocks/0"),
            (json!({"content": {"blocks": text}}), "/content/blocks/0/spans/0"),
        ] {
            let answer = world.post(&path, &body).await;
            answer.is_problem(422, "invalid");
            let found = answer.body["errors"][0]["pointer"].as_str().unwrap_or_default().to_owned();
            assert!(found.starts_with(pointer), "expected {pointer}, found {found}");
        }
        for body in [
            json!({"content": {"text": "a"}, "surprise": 1}),
            json!({}),
            json!({"content": {"text": "a"}, "on_loss": "maybe"}),
        ] {
            world.post(&path, &body).await.is_problem(422, "invalid");
        }
        let scopes = json!({"name": "a", "scopes": ["all", "moon:read"]});
        world.post("/api/v1/api-keys", &scopes).await.is_problem(422, "invalid").points_at("/scopes/1");
    });
}

#[test]
fn lists_refuse_limits_cursors_and_words_that_they_do_not_know() {
    story(|world| async move {
        let conversation = world.kakao_says("Q1").await;
        let messages = format!("/api/v1/conversations/{conversation}/messages");
        let lists =
            ["/api/v1/conversations", "/api/v1/journal", "/api/v1/deliveries", "/api/v1/events", &messages];
        for list in lists {
            for limit in ["0", "201", "-1", "many"] {
                let answer = world.get(&world.all, &format!("{list}?limit={limit}")).await;
                answer.is_problem(422, "invalid").points_at("/limit");
            }
            for cursor in ["x", "e30"] {
                let answer = world.get(&world.all, &format!("{list}?cursor={cursor}")).await;
                answer.is_problem(422, "invalid").points_at("/cursor");
            }
            assert_eq!(world.get(&world.all, &format!("{list}?limit=200")).await.status, 200, "{list}");
        }
        for (list, name) in [
            ("conversations", "state"),
            ("conversations", "view"),
            ("conversations", "sort"),
            ("journal", "verdict"),
            ("journal", "state"),
            ("journal", "since"),
            ("deliveries", "state"),
        ] {
            let answer = world.get(&world.all, &format!("/api/v1/{list}?{name}=purple")).await;
            answer.is_problem(422, "invalid").points_at(&format!("/{name}"));
        }
    });
}

#[test]
fn a_page_goes_on_where_the_one_before_ended() {
    story(|world| async move {
        for user in ["Q1", "Q2", "Q3"] {
            world.kakao_says(user).await;
        }
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = world.get(&world.all, &format!("/api/v1/conversations?limit=2{cursor}")).await.body;
            seen.extend(
                page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()),
            );
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen.len(), 3);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 3, "nothing twice, nothing left out");
    });
}
