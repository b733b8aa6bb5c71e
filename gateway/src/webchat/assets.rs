//! The widget's files, compiled in, compressed once, and told apart from older ones by their tag.

use std::io::Write;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, StatusCode, header};
use sha2::{Digest, Sha256};

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

macro_rules! files {
    ($($name:literal => $mime:expr),+ $(,)?) => {
        [$(($name, $mime, include_str!(concat!("static/", $name)))),+]
    };
}

const FILES: [(&str, &str, &str); 14] = files! {
    "widget.js" => SCRIPT,
    "app.js" => SCRIPT,
    "app.css" => STYLE,
    "composer.js" => SCRIPT,
    "dom.js" => SCRIPT,
    "form.js" => SCRIPT,
    "memory.js" => SCRIPT,
    "net.js" => SCRIPT,
    "outbox.js" => SCRIPT,
    "page.js" => SCRIPT,
    "parts.js" => SCRIPT,
    "talk.js" => SCRIPT,
    "texts.js" => SCRIPT,
    "view.js" => SCRIPT,
};

/// One file, ready to be sent.
pub(super) struct Asset {
    pub(super) name: &'static str,
    mime: &'static str,
    plain: &'static str,
    pub(super) gzip: Bytes,
    tag: String,
}

/// Every file of the widget.
pub(super) static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| FILES.iter().map(Asset::of).collect());

impl Asset {
    fn of((name, mime, plain): &(&'static str, &'static str, &'static str)) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let gzip = encoder
            .write_all(plain.as_bytes())
            .and_then(|()| encoder.finish())
            .expect("memory takes everything that is written to it");
        let digest = Sha256::digest(plain.as_bytes());
        let tag = digest.iter().take(8).fold(0_u64, |tag, byte| tag << 8 | u64::from(*byte));
        Self { name, mime, plain, gzip: Bytes::from(gzip), tag: format!("\"{tag:016x}\"") }
    }

    fn respond(&self, headers: &HeaderMap) -> Response {
        let asked = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        // The files change with the binary: a browser may keep them, and asks whether they are still the same.
        let common = [(header::ETAG, self.tag.as_str()), (header::CACHE_CONTROL, "no-cache")];
        let apart = [
            (header::VARY, "accept-encoding"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            // Any page may load the loader, whatever its isolation.
            (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
        ];
        if asked(header::IF_NONE_MATCH).is_some_and(|known| known.contains(&self.tag)) {
            return (StatusCode::NOT_MODIFIED, common).into_response();
        }
        if asked(header::ACCEPT_ENCODING).is_some_and(|known| known.contains("gzip")) {
            let kind = [(header::CONTENT_TYPE, self.mime), (header::CONTENT_ENCODING, "gzip")];
            return (common, apart, kind, self.gzip.clone()).into_response();
        }
        (common, apart, [(header::CONTENT_TYPE, self.mime)], self.plain).into_response()
    }
}

/// `GET /widget.js`.
pub(super) async fn loader(headers: HeaderMap) -> Response {
    send("widget.js", &headers)
}

/// `GET /widget/static/{file}`.
pub(super) async fn file(Path(file): Path<String>, headers: HeaderMap) -> Response {
    send(&file, &headers)
}

fn send(name: &str, headers: &HeaderMap) -> Response {
    match ASSETS.iter().find(|asset| asset.name == name) {
        Some(asset) => asset.respond(headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
