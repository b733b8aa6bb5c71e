//! Who a visitor is.

use http::StatusCode;
use serde_json::json;

use super::{SITE, connect, in_a_shop, member_hash, object, read, request};
use axum::body::Body;
use http::Method;

#[test]
fn a_token_is_256_bits_and_never_kept() {
    in_a_shop(|shop| async move {
        let token = shop.guest().await;
        assert_eq!(token.len(), 43, "32 bytes in base64 without padding");
        let said = json!({ "visitor_token": token, "client_id": "c-1", "content": { "text": "안녕하세요" } });
        assert_eq!(shop.post("message", &said).await.0, StatusCode::OK);
        let mut bare = said.clone();
        bare["client_id"] = json!("c-2");
        bare.as_object_mut().unwrap().remove("visitor_token");
        let headers = [("authorization", format!("Bearer {token}"))];
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(shop.post_with("message", &bare, &headers).await.status(), StatusCode::OK);
        let journal = shop.journal().await;
        assert_eq!(
            journal.iter().map(|row| row.0.as_str()).collect::<Vec<_>>(),
            ["visitor", "message", "message"]
        );
        for (suffix, verdict, visitor, headers, body) in &journal {
            assert_eq!(verdict, "accepted");
            assert!(visitor.as_ref().is_some_and(|id| id.starts_with("v-")), "{suffix} names its visitor");
            let body = String::from_utf8_lossy(body);
            assert!(!body.contains(&token) && !headers.contains(&token), "{suffix} keeps the token");
        }
        assert_eq!(journal[0].2, journal[2].2, "one visitor");
    });
}

#[test]
fn a_member_is_whom_the_hash_proves_and_nobody_else() {
    in_a_shop(|shop| async move {
        let claim = |member: &str, hash: String| json!({ "member_id": member, "member_hash": hash, "page": SITE, "language": "ko" });
        let (_, right) = shop.post("visitor", &claim("u-1024", member_hash("u-1024"))).await;
        assert_eq!(right["member"], true);
        for hash in
            [member_hash("u-2048"), member_hash("u-1024").to_uppercase(), String::new(), "zz".to_owned()]
        {
            let (status, wrong) = shop.post("visitor", &claim("u-1024", hash.clone())).await;
            assert_eq!((status, &wrong["member"]), (StatusCode::OK, &json!(false)), "hash {hash:?}");
        }
    });
}

#[test]
fn a_guest_becomes_a_member_in_place_and_logging_out_makes_a_new_guest() {
    in_a_shop(|shop| async move {
        let guest = shop.guest().await;
        let visit = |member: Option<&str>| {
            let mut body = object(json!({ "visitor_token": guest, "page": SITE, "language": "ko" }));
            if let Some(member) = member {
                body.insert("member_id".to_owned(), json!(member));
                body.insert("member_hash".to_owned(), json!(member_hash(member)));
            }
            json!(body)
        };
        let (_, member) = shop.post("visitor", &visit(Some("u-1"))).await;
        assert_eq!(member, json!({ "visitor_token": guest, "member": true }));
        let (_, again) = shop.post("visitor", &visit(Some("u-1"))).await;
        assert_eq!(again["visitor_token"], guest);
        let (_, other) = shop.post("visitor", &visit(Some("u-2"))).await;
        assert_ne!(other["visitor_token"], guest, "another member is another visitor");
        let (_, gone) = shop.post("visitor", &visit(None)).await;
        assert_ne!(gone["visitor_token"], guest, "whoever logs out leaves a new guest");
        assert_eq!(gone["member"], false);
    });
}

#[test]
fn identify_tells_whether_the_proof_holds_and_never_turns_one_member_into_another() {
    in_a_shop(|shop| async move {
        let token = shop.guest().await;
        let claim = |member: &str, hash: &str, id: &str| json!({ "visitor_token": token, "client_id": id, "member_id": member, "member_hash": hash });
        assert_eq!(shop.post("identify", &claim("u-1", &member_hash("u-2"), "a")).await.1["member"], false);
        assert_eq!(shop.post("identify", &claim("u-1", &member_hash("u-1"), "b")).await.1["member"], true);
        let (status, _) = shop.post("identify", &claim("u-2", &member_hash("u-2"), "c")).await;
        assert_eq!(status, StatusCode::CONFLICT);
    });
}

#[test]
fn a_token_is_good_for_its_own_channel_only() {
    in_a_shop(|mut shop| async move {
        let token = shop.guest().await;
        let (other, _) = connect(&shop.app, "다른 가게").await;
        let said = json!({ "visitor_token": token, "client_id": "c-1", "content": { "text": "안녕하세요" } });
        let path = format!("/hooks/webchat/{other}/message");
        let foreign = shop.send(request(Method::POST, &path, &[], Body::from(said.to_string()))).await;
        assert_eq!(read(foreign).await.0, StatusCode::UNAUTHORIZED);
        let refused: Vec<_> = shop.journal().await.into_iter().filter(|row| row.1 == "refused").collect();
        assert_eq!(refused.len(), 1, "the inspector sees the refusal");
        assert!(!String::from_utf8_lossy(&refused[0].4).contains(&token));
        shop.key = other;
        let path = format!("/widget/{}/history", shop.key);
        let peek = shop.get(&path, &[("authorization", &format!("Bearer {token}"))]).await;
        assert_eq!(peek.status(), StatusCode::UNAUTHORIZED);
    });
}
