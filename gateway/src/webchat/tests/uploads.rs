//! A visitor's files.

use axum::body::Body;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Shop, connect, in_a_shop, read, request};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89";

impl Shop {
    async fn upload(&self, token: &str, name: &str, bytes: &'static [u8]) -> (StatusCode, Value) {
        let path = format!("/hooks/webchat/{}/upload", self.key);
        let bearer = format!("Bearer {token}");
        let name = urlencoding::encode(name).into_owned();
        // The browser's word for it is wrong on purpose.
        let headers =
            [("authorization", bearer.as_str()), ("x-file-name", &name), ("content-type", "text/html")];
        read(self.send(request(Method::POST, &path, &headers, Body::from(bytes))).await).await
    }
}

#[test]
fn a_file_is_uploaded_and_then_named_by_a_message() {
    in_a_shop(|shop| async move {
        let token = shop.guest().await;
        let before = shop.journal().await.len();
        let (status, file) = shop.upload(&token, "../../깨진 상자.png", PNG).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(
            (&file["name"], &file["mime"], &file["size"]),
            (&json!("깨진 상자.png"), &json!("image/png"), &json!(PNG.len()))
        );
        assert_eq!(shop.journal().await.len(), before, "uploads are not in the journal");
        let content = json!({ "blocks": [{ "type": "image", "media": { "id": file["media_id"] } }] });
        let said = json!({ "visitor_token": token, "client_id": "c-1", "content": content });
        assert_eq!(shop.post("message", &said).await.0, StatusCode::OK);
        let shown = &shop.history(&token).await[0]["content"]["blocks"][0]["media"];
        assert_eq!((&shown["url"], &shown["mime"]), (&file["url"], &json!("image/png")));
    });
}

#[test]
fn a_form_carries_its_token_before_its_file() {
    in_a_shop(|shop| async move {
        let token = shop.guest().await;
        let path = format!("/hooks/webchat/{}/upload", shop.key);
        let form = |token: &str| {
            format!(
                "--b\r\nContent-Disposition: form-data; name=\"visitor_token\"\r\n\r\n{token}\r\n--b\r\n\
                 Content-Disposition: form-data; name=\"file\"; filename=\"memo.txt\"\r\n\r\n안녕하세요\r\n--b--\r\n"
            )
        };
        let headers = [("content-type", "multipart/form-data; boundary=b")];
        let post = async |body: String| {
            read(shop.send(request(Method::POST, &path, &headers, Body::from(body))).await).await
        };
        let (status, file) = post(form(&token)).await;
        assert_eq!(
            (status, &file["name"], &file["mime"]),
            (StatusCode::OK, &json!("memo.txt"), &json!("text/plain"))
        );
        assert_eq!(post(form("nobody")).await.0, StatusCode::UNAUTHORIZED);
        assert_eq!(post("--b--\r\n".to_owned()).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    });
}

#[test]
fn only_a_visitor_uploads() {
    in_a_shop(|shop| async move {
        assert_eq!(shop.upload("nobody", "a.png", PNG).await.0, StatusCode::UNAUTHORIZED);
    });
}

#[test]
fn a_message_names_files_of_its_own_channel_and_at_most_ten() {
    in_a_shop(|mut shop| async move {
        let token = shop.guest().await;
        let (_, file) = shop.upload(&token, "a.png", PNG).await;
        let image = json!({ "type": "image", "media": { "id": file["media_id"] } });
        let say = |token: &str, blocks: Vec<Value>| json!({ "visitor_token": token, "client_id": "c-1", "content": { "blocks": blocks } });
        let (status, problem) = shop.post("message", &say(&token, vec![image.clone(); 11])).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        let unknown = json!({ "type": "image", "media": { "id": "019aa4f0-3000-7000-8000-00000000000a" } });
        assert_eq!(
            shop.post("message", &say(&token, vec![unknown])).await.0,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        shop.key = connect(&shop.app, "다른 가게").await.0;
        let other = shop.guest().await;
        assert_eq!(shop.post("message", &say(&other, vec![image])).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    });
}
