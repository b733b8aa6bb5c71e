//! The console's own scripts, styles and pictures, compiled in. No third-party code, no build step.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use naru_core::settings::Language;
use sha2::{Digest, Sha256};

use super::words;

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_bytes!(concat!("static/", $name)) as &[u8])),+]
    };
}

/// Every file under `/console/static/`.
const FILES: &[(&str, &[u8])] = files![
    "api.js",
    "base.css",
    "channel.js",
    "composer.js",
    "content.js",
    "deliveries.js",
    "delivery.js",
    "developers.js",
    "dom.js",
    "icon-kakao.svg",
    "icon-line.svg",
    "icon-other.svg",
    "icon-webchat.svg",
    "icon.svg",
    "inbox.css",
    "inbox.js",
    "journal-row.js",
    "journal.js",
    "list.js",
    "phone-kakao.js",
    "phone-line.js",
    "phone.css",
    "phones.js",
    "pieces.js",
    "preview.js",
    "rendition.js",
    "shell.js",
    "shop.css",
    "shop.js",
    "step-line-1.svg",
    "step-line-2.svg",
    "step-line-3.svg",
    "step-line-4.svg",
    "table.js",
    "thread.js",
    "words.js",
];

/// One tag for all files: a new build is a new tag.
static TAG: LazyLock<String> = LazyLock::new(|| {
    let digest = FILES.iter().fold(Sha256::new(), |digest, (name, bytes)| {
        digest.chain_update(name.as_bytes()).chain_update(bytes)
    });
    let digest = words::all(Language::Ko)
        .iter()
        .chain(words::all(Language::En).iter())
        .fold(digest, |digest, (key, text)| {
            digest.chain_update(key.as_bytes()).chain_update(text.as_bytes())
        });
    format!("\"{}\"", &crate::auth::hex(&digest.finalize())[..24])
});

/// The names and contents, for tests.
#[cfg(test)]
pub(super) fn all() -> &'static [(&'static str, &'static [u8])] {
    FILES
}

pub(super) async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some((name, bytes)) = FILES.iter().find(|(known, _)| *known == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mime = match name.rsplit_once('.') {
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "css")) => "text/css; charset=utf-8",
        _ => "image/svg+xml",
    };
    tagged(&headers, mime, || axum::body::Bytes::from_static(bytes))
}

/// `/console/words/ko.json`: the table for the scripts.
pub(super) async fn table(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let language = match name.as_str() {
        "ko.json" => Language::Ko,
        "en.json" => Language::En,
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    tagged(&headers, "application/json", || {
        serde_json::to_vec(&words::all(language)).expect("words are JSON").into()
    })
}

fn tagged(headers: &HeaderMap, mime: &'static str, body: impl FnOnce() -> axum::body::Bytes) -> Response {
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|tag| tag.as_bytes() == TAG.as_bytes());
    let head = [
        (header::ETAG, TAG.as_str()),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_TYPE, mime),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    if known { (StatusCode::NOT_MODIFIED, head).into_response() } else { (head, body()).into_response() }
}
