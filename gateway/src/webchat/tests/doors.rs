//! What is let in, from where, and how fast.

use axum::body::Body;
use http::{Method, StatusCode, header};
use serde_json::json;

use super::{SITE, in_a_shop, request};

#[test]
fn only_listed_sites_may_talk_from_their_own_scripts() {
    in_a_shop(|shop| async move {
        let path = format!("/hooks/webchat/{}/message", shop.key);
        let ask = async |origin: &str| {
            shop.send(request(Method::OPTIONS, &path, &[("origin", origin)], Body::empty())).await
        };
        let welcome = ask(SITE).await;
        assert_eq!(welcome.status(), StatusCode::NO_CONTENT);
        assert_eq!(welcome.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], SITE);
        for origin in ["https://shop.example.evil.example", "http://shop.example", "null"] {
            let refused = ask(origin).await;
            assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{origin}");
            assert!(refused.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN).is_none());
        }
        let body = json!({ "page": SITE, "language": "ko" });
        let from = async |origin: &str| shop.post_with("visitor", &body, &[("origin", origin)]).await;
        assert_eq!(from(SITE).await.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], SITE);
        assert_eq!(from("https://naru.example").await.status(), StatusCode::OK, "our own page");
        assert_eq!(from("https://evil.example").await.status(), StatusCode::FORBIDDEN);
    });
}

#[test]
fn what_cannot_be_read_is_said_at_once_and_is_not_kept() {
    in_a_shop(|shop| async move {
        let token = shop.guest().await;
        let before = shop.journal().await.len();
        let path = format!("/hooks/webchat/{}/message", shop.key);
        let broken = shop.send(request(Method::POST, &path, &[], Body::from("{\"client_id\":"))).await;
        assert_eq!(broken.status(), StatusCode::BAD_REQUEST);
        let (status, problem) =
            shop.post("message", &json!({ "visitor_token": token, "content": { "text": "!" } })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(problem["detail"].as_str().unwrap().contains("client_id"), "{problem}");
        let large =
            json!({ "visitor_token": token, "client_id": "c", "content": { "text": "가".repeat(400_000) } });
        assert_eq!(shop.post("message", &large).await.0, StatusCode::PAYLOAD_TOO_LARGE);
        let get = shop.get(&path, &[]).await;
        assert_eq!(
            (get.status(), &get.headers()[header::ALLOW]),
            (StatusCode::METHOD_NOT_ALLOWED, &"POST, OPTIONS".parse().unwrap())
        );
        assert_eq!(shop.post("wave", &json!({})).await.0, StatusCode::NOT_FOUND);
        assert_eq!(shop.journal().await.len(), before);
    });
}

#[test]
fn marks_are_never_in_the_journal() {
    in_a_shop(|shop| async move {
        let token = shop.guest().await;
        let before = shop.journal().await.len();
        let marks =
            [("typing", json!({ "active": true })), ("seen", json!({})), ("page", json!({ "page": SITE }))];
        for (mark, mut body) in marks {
            assert_eq!(shop.post(mark, &body).await.0, StatusCode::UNAUTHORIZED, "{mark} without a token");
            body["visitor_token"] = json!(token);
            assert_eq!(shop.post(mark, &body).await.0, StatusCode::NO_CONTENT, "{mark}");
        }
        let kept: Vec<_> = shop.journal().await.into_iter().skip(before).map(|row| row.1).collect();
        assert!(kept.iter().all(|verdict| verdict == "refused"), "{kept:?}");
    });
}

#[test]
fn a_visitor_who_is_too_fast_waits_and_the_journal_does_not_grow() {
    in_a_shop(|shop| async move {
        let token = shop.guest().await;
        let mut accepted = 0;
        // However slow this machine is, it is faster than five messages per second in the long run.
        let refused = loop {
            let said = json!({ "visitor_token": token, "client_id": format!("c-{accepted}"), "content": { "text": "!" } });
            let response = shop.post_with("message", &said, &[]).await;
            if response.status() != StatusCode::OK {
                break response;
            }
            accepted += 1;
            assert!(accepted < 10_000, "nothing ever stops a visitor");
        };
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()[header::RETRY_AFTER], "1");
        assert_eq!(shop.journal().await.len(), 1 + accepted);
        let other = shop.guest().await;
        let said = json!({ "visitor_token": other, "client_id": "c", "content": { "text": "!" } });
        assert_eq!(shop.post("message", &said).await.0, StatusCode::OK, "others are not in the way");
    });
}
