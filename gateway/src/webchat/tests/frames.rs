//! What a visitor's browsers are shown.

use axum::body::BodyDataStream;
use futures::StreamExt;
use http::{StatusCode, header};
use serde_json::{Value, json};

use super::{Shop, in_a_shop};
use crate::webchat::deliver;

impl Shop {
    pub(super) async fn stream(&self, token: &str, after: i64) -> BodyDataStream {
        let path = format!("/widget/{}/stream", self.key);
        let headers = [("authorization", format!("Bearer {token}")), ("last-event-id", after.to_string())];
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let response = self.get(&path, &headers).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        response.into_body().into_data_stream()
    }

    /// The visitor's external id, from their newest journal row.
    async fn visitor(&self) -> String {
        self.journal().await.into_iter().filter_map(|row| row.2).next_back().unwrap()
    }
}

/// The next event of a stream: its id, and its data.
pub(super) async fn next(stream: &mut BodyDataStream) -> (Option<String>, Value) {
    let bytes = stream.next().await.unwrap().unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let field =
        |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(|rest| rest.trim().to_owned());
    (field("id:"), serde_json::from_str(&field("data:").unwrap()).unwrap())
}

fn drawn(visitor: &str, message: &str) -> Value {
    json!({ "type": "message", "to": visitor, "message_id": message, "author": "manager", "first": 0,
        "parts": [{ "kind": "text", "path": "/blocks/0", "spans": [{ "text": "네, 오늘 나가요." }] }] })
}

#[test]
fn a_visitor_sees_their_own_words_once_however_often_they_were_sent() {
    in_a_shop(|shop| async move {
        let token = shop.guest().await;
        let said =
            json!({ "visitor_token": token, "client_id": "c-1", "content": { "text": "배송 언제 오나요?" } });
        for _ in 0..3 {
            assert_eq!(shop.post("message", &said).await.0, StatusCode::OK);
        }
        let tap = json!({ "visitor_token": token, "client_id": "c-2", "message_id": "019aa4f0-1000-7000-8000-000000000001",
            "value": "refund", "label": "환불" });
        shop.post("choice", &tap).await;
        let frames = shop.history(&token).await;
        assert_eq!(frames.len(), 2);
        assert_eq!(
            (&frames[0]["act"], &frames[0]["content"]["text"]),
            (&json!("message"), &json!("배송 언제 오나요?"))
        );
        assert_eq!(
            (&frames[1]["act"], &frames[1]["label"], &frames[1]["seq"]),
            (&json!("choice"), &json!("환불"), &json!(2))
        );
        assert!(!frames.iter().any(|frame| frame.to_string().contains(&token)));
    });
}

#[test]
fn a_delivered_frame_reaches_every_open_tab_and_is_stored_once() {
    in_a_shop(|shop| async move {
        let token = shop.guest().await;
        let visitor = shop.visitor().await;
        let (mut one, mut two) = (shop.stream(&token, 0).await, shop.stream(&token, 0).await);
        let frame = drawn(&visitor, "019aa4f0-1000-7000-8000-000000000001");
        let (first, again) = tokio::join!(deliver(&shop.app, &shop.channel, &frame), async {
            deliver(&shop.app, &shop.channel, &frame).await
        });
        assert_eq!((first.status, again.status), (200, 200));
        assert_eq!(first.body, again.body, "the same frame has the same number");
        for tab in [&mut one, &mut two] {
            let (id, shown) = next(tab).await;
            assert_eq!(id.as_deref(), Some("1"));
            assert_eq!(shown["parts"], frame["parts"]);
            assert!(shown.get("to").is_none(), "{shown}");
        }
        assert_eq!(shop.history(&token).await.len(), 1);
    });
}

#[test]
fn a_browser_that_comes_back_gets_what_it_missed() {
    in_a_shop(|shop| async move {
        let token = shop.guest().await;
        let visitor = shop.visitor().await;
        for n in 1..=3 {
            let frame = drawn(&visitor, &format!("019aa4f0-1000-7000-8000-00000000000{n}"));
            assert_eq!(deliver(&shop.app, &shop.channel, &frame).await.status, 200);
        }
        let mut stream = shop.stream(&token, 1).await;
        assert_eq!(next(&mut stream).await.0.as_deref(), Some("2"));
        assert_eq!(next(&mut stream).await.0.as_deref(), Some("3"));
        let other = shop.guest().await;
        assert!(shop.history(&other).await.is_empty(), "nobody sees another visitor's frames");
    });
}

#[test]
fn typing_is_shown_to_whoever_is_there_and_kept_nowhere() {
    in_a_shop(|shop| async move {
        let token = shop.guest().await;
        let visitor = shop.visitor().await;
        let mut stream = shop.stream(&token, 0).await;
        let typing = json!({ "type": "typing", "to": visitor, "active": true });
        assert_eq!(deliver(&shop.app, &shop.channel, &typing).await.status, 200);
        assert_eq!(next(&mut stream).await, (None, json!({ "type": "typing", "active": true })));
        assert!(shop.history(&token).await.is_empty());
    });
}

#[test]
fn history_is_paged_backwards() {
    in_a_shop(|shop| async move {
        let token = shop.guest().await;
        let visitor = shop.visitor().await;
        for n in 0..65 {
            let frame = drawn(&visitor, &format!("019aa4f0-1000-7000-8000-0000000000{n:02}"));
            deliver(&shop.app, &shop.channel, &frame).await;
        }
        let newest = shop.history(&token).await;
        assert_eq!((newest.len(), &newest[0]["seq"], &newest[59]["seq"]), (60, &json!(6), &json!(65)));
        let path = format!("/widget/{}/history?before=6", shop.key);
        let (_, older) =
            super::read(shop.get(&path, &[("authorization", &format!("Bearer {token}"))]).await).await;
        assert_eq!((older["frames"].as_array().unwrap().len(), &older["more"]), (5, &json!(false)));
    });
}

#[test]
fn a_stream_ends_with_the_gateway() {
    in_a_shop(|shop| async move {
        let token = shop.guest().await;
        let mut stream = shop.stream(&token, 0).await;
        shop.app.shutdown.cancel();
        assert!(stream.next().await.is_none());
    });
}

#[test]
fn a_frame_that_is_none_is_refused() {
    in_a_shop(|shop| async move {
        for wrong in [json!({}), json!({ "type": "hologram", "to": "v-1" }), json!("frame")] {
            assert_eq!(deliver(&shop.app, &shop.channel, &wrong).await.status, 422, "{wrong}");
        }
    });
}
