//! The page inside the widget's iframe: empty but for the channel's name, texts and colours.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::Value;

use super::{Shared, cors};
use crate::channels::Channel;

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{ name }}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/widget/static/app.css">
<script type="module" src="/widget/static/app.js"></script>
</head>
<body data-channel="{{ key }}" data-name="{{ name }}" data-language="{{ language }}" data-days="{{ days }}"
 data-color="{{ color }}" data-position="{{ position }}" data-greeting-ko="{{ greeting_ko }}"
 data-greeting-en="{{ greeting_en }}" data-hours-ko="{{ hours_ko }}" data-hours-en="{{ hours_en }}">
<noscript>이 채팅은 자바스크립트가 필요합니다. This chat needs JavaScript.</noscript>
</body>
</html>
"#
)]
struct Page<'a> {
    key: &'a str,
    name: &'a str,
    language: &'a str,
    days: u32,
    color: &'a str,
    position: &'a str,
    greeting_ko: &'a str,
    greeting_en: &'a str,
    hours_ko: &'a str,
    hours_en: &'a str,
}

impl<'a> Page<'a> {
    fn of(channel: &'a Channel) -> Self {
        let text = |name: &str| channel.settings.get(name).and_then(Value::as_str).unwrap_or_default();
        let or = |text: &'a str, other: &'a str| if text.is_empty() { other } else { text };
        Self {
            key: &channel.row.hook_key,
            name: &channel.row.name,
            language: match channel.common.language {
                naru_core::settings::Language::Ko => "ko",
                naru_core::settings::Language::En => "en",
            },
            days: channel.common.retention_days,
            color: or(text("color"), "#0b6bcb"),
            position: or(text("position"), "right"),
            greeting_ko: text("greeting_ko"),
            greeting_en: text("greeting_en"),
            hours_ko: text("hours_ko"),
            hours_en: text("hours_en"),
        }
    }
}

/// What the page may load, and which pages may hold it.
pub(super) fn policy(channel: &Channel) -> String {
    // Only what is an origin may stand in a policy: a space or a semicolon would write another rule.
    let listed = cors::origins(channel);
    let clean = listed
        .iter()
        .filter(|origin| *origin == "*" || url::Url::parse(origin).is_ok_and(|url| url.origin().is_tuple()));
    let origins: Vec<String> = clean
        .map(|origin| match url::Url::parse(origin) {
            Ok(url) => url.origin().ascii_serialization(),
            Err(_) => origin.clone(),
        })
        .collect();
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: http: data:; \
         media-src 'self' https: http:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'self' {}",
        origins.join(" ")
    )
}

/// `GET /widget/{key}`.
pub(super) async fn page(State(chat): Shared, Path(key): Path<String>) -> Response {
    let Some(channel) = chat.app.channels.by_key("webchat", &key) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(html) = Page::of(&channel).render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy(&channel)),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::REFERRER_POLICY, "strict-origin".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, html).into_response()
}
