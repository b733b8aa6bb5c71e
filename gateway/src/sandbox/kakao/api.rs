//! The played Kakao's API: the routes of the four dealers, and the files.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Multipart, Path, Query};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use serde_json::{Map, Value, json};

use super::KakaoPhone;
use super::code::Refusal;
use super::dealer::Dealer;
use super::files::{Purpose, Stored};
use super::take::{Ask, Taken};
use crate::sandbox::{WireCall, lost_answer};

/// A little more than the largest file.
const UPLOAD_LIMIT: usize = 301 * 1024 * 1024;

/// All routes.
pub(super) fn router(kakao: &Arc<KakaoPhone>) -> Router {
    let files = Arc::clone(kakao);
    let router = Router::new().route("/dn/{id}/{name}", get(move |path| async move { file(&files, path) }));
    Dealer::ALL.into_iter().fold(router, |router, dealer| router.merge(of_dealer(kakao, dealer)))
}

fn of_dealer(kakao: &Arc<KakaoPhone>, dealer: Dealer) -> Router {
    let prefix = dealer.routes();
    let mut router = Router::new();
    for (path, ask) in asks(dealer) {
        router = router.route(&format!("{prefix}{path}"), asked(kakao, dealer, *ask));
    }
    for (path, image) in uploads(dealer) {
        let upload = uploading(kakao, dealer, *image).layer(DefaultBodyLimit::max(UPLOAD_LIMIT));
        router = router.route(&format!("{prefix}{path}"), upload);
    }
    router
}

fn asks(dealer: Dealer) -> &'static [(&'static str, Ask)] {
    const CLASSIC: &[(&str, Ask)] = &[
        ("/chat/write", Ask::Write),
        ("/chat/end", Ask::End),
        ("/chat/endWithBot", Ask::EndWithBot),
        ("/profile/user/block", Ask::Block(true)),
        ("/profile/user/unblock", Ask::Block(false)),
        ("/profile/chat/activate", Ask::Chat(true)),
        ("/profile/chat/deactivate", Ask::Chat(false)),
    ];
    const V3: &[(&str, Ask)] = &[
        ("/chat/send/plain", Ask::Plain),
        ("/chat/send/rich", Ask::Rich),
        ("/chat/end", Ask::End),
        ("/chat/endWithBot", Ask::EndWithBot),
        ("/profile/user/block", Ask::Block(true)),
        ("/profile/user/unblock", Ask::Block(false)),
    ];
    const BIZGO: &[(&str, Ask)] = &[
        ("/cstalk/plain", Ask::Plain),
        ("/cstalk/rich", Ask::Rich),
        ("/cstalk/end", Ask::End),
        ("/cstalk/endwithbot", Ask::EndWithBot),
        ("/center/cstalk/profile/user/block", Ask::Block(true)),
        ("/center/cstalk/profile/user/unblock", Ask::Block(false)),
        ("/center/cstalk/session", Ask::Session),
    ];
    match dealer {
        Dealer::Direct | Dealer::HappytalkV1 => CLASSIC,
        Dealer::HappytalkV3 => V3,
        Dealer::Bizgo => BIZGO,
    }
}

fn uploads(dealer: Dealer) -> &'static [(&'static str, bool)] {
    match dealer {
        Dealer::Bizgo => &[("/file/cstalk/image", true), ("/file/cstalk", false)],
        _ => &[("/image/upload", true), ("/file/upload", false)],
    }
}

/// Who calls, and where.
struct Caller {
    admitted: Result<(), Refusal>,
    method: Method,
    path: String,
}

impl Caller {
    fn of(
        dealer: Dealer,
        method: Method,
        uri: &Uri,
        params: &HashMap<String, String>,
        headers: &HeaderMap,
    ) -> Self {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let admitted = dealer.admits(params.get("hub").map(String::as_str), header);
        let path = uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string);
        Self { admitted, method, path }
    }
}

fn asked(kakao: &Arc<KakaoPhone>, dealer: Dealer, ask: Ask) -> MethodRouter {
    let kakao = Arc::clone(kakao);
    if ask == Ask::Session {
        return get(
            move |method: Method,
                  uri: Uri,
                  Query(query): Query<Map<String, Value>>,
                  params: Path<_>,
                  headers: HeaderMap| async move {
                let caller = Caller::of(dealer, method, &uri, &params.0, &headers);
                kakao.answer(dealer, ask, caller, Value::Object(query))
            },
        );
    }
    post(move |method: Method, uri: Uri, params: Path<_>, headers: HeaderMap, body: Bytes| async move {
        let caller = Caller::of(dealer, method, &uri, &params.0, &headers);
        match serde_json::from_slice(&body) {
            Ok(body) => kakao.answer(dealer, ask, caller, body),
            Err(_) => kakao.unreadable(dealer, caller),
        }
    })
}

fn uploading(kakao: &Arc<KakaoPhone>, dealer: Dealer, image: bool) -> MethodRouter {
    let kakao = Arc::clone(kakao);
    post(move |method: Method, uri: Uri, params: Path<_>, headers: HeaderMap, form: Multipart| async move {
        let caller = Caller::of(dealer, method, &uri, &params.0, &headers);
        match Form::read(form, image).await {
            Some(form) => kakao.stored(dealer, caller, form),
            None => kakao.unreadable(dealer, caller),
        }
    })
}

/// An upload's form.
struct Form {
    sender: String,
    file: Stored,
    /// What the tape keeps of it: no bytes.
    shown: Value,
}

impl Form {
    /// Reads it; `None` where it is no form with a file.
    async fn read(mut form: Multipart, image: bool) -> Option<Self> {
        let (mut shown, mut sender, mut purpose, mut file) = (Map::new(), String::new(), None, None);
        while let Some(field) = form.next_field().await.ok()? {
            let name = field.name().unwrap_or_default().to_owned();
            let Some(file_name) = field.file_name().map(str::to_owned) else {
                let value = field.text().await.ok()?;
                match name.as_str() {
                    "sender_key" | "senderKey" => sender.clone_from(&value),
                    "image_type" | "imageType" | "file_type" | "fileType" => purpose = Some(value.clone()),
                    _ => {}
                }
                shown.insert(name, json!(value));
                continue;
            };
            let mime = field.content_type().unwrap_or("application/octet-stream").to_owned();
            let bytes = field.bytes().await.ok()?;
            shown.insert(name, json!({"name": file_name, "mime": mime, "size": bytes.len()}));
            file = Some((file_name, mime, bytes));
        }
        let (name, mime, bytes) = file?;
        let purpose = match (image, purpose.as_deref()) {
            (true, Some("link" | "rich")) => Purpose::RichImage,
            (true, _) => Purpose::Image,
            (false, Some("video")) => Purpose::Video,
            (false, Some("audio")) => Purpose::Audio,
            (false, None) if mime.starts_with("audio/") => Purpose::Audio,
            (false, _) => Purpose::File,
        };
        let file = Stored { name, mime, bytes, purpose };
        Some(Self { sender, file, shown: Value::Object(shown) })
    }
}

impl KakaoPhone {
    fn answer(&self, dealer: Dealer, ask: Ask, caller: Caller, body: Value) -> Response {
        let taken = self.take(dealer, ask, caller.admitted, &body, self.clock.now());
        self.told(caller, body, taken)
    }

    fn stored(&self, dealer: Dealer, caller: Caller, form: Form) -> Response {
        let taken = self.upload(dealer, caller.admitted, &form.sender, form.file, self.clock.now());
        self.told(caller, form.shown, taken)
    }

    fn unreadable(&self, dealer: Dealer, caller: Caller) -> Response {
        let (status, answer) = dealer.refuse(Refusal::Json);
        let taken = Taken { user: String::new(), status, answer, lost: false };
        self.told(caller, Value::Null, taken)
    }

    /// Puts the call on the tape and answers it.
    fn told(&self, caller: Caller, body: Value, taken: Taken) -> Response {
        let Taken { user, status, answer, lost } = taken;
        let shown = if lost { 0 } else { status };
        let call = WireCall {
            method: caller.method.to_string(),
            path: caller.path,
            body,
            status: shown,
            answer: answer.clone(),
        };
        self.tape.call(&user, self.clock.now(), call);
        if lost {
            return lost_answer();
        }
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        match answer {
            // A dealer's own server answers in words.
            Value::String(words) => (status, words).into_response(),
            json => (status, axum::Json(json)).into_response(),
        }
    }
}

/// A file, without credentials, as on Kakao's servers.
fn file(kakao: &KakaoPhone, Path((id, _name)): Path<(u64, String)>) -> Response {
    let found = kakao.played().state.files.get(id).cloned();
    match found {
        Some(file) => ([(header::CONTENT_TYPE, file.mime)], file.bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
