//! A shop's page with the web chat on it, for the sandbox: the "phone" of our own channel is the real widget.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};
use naru_adapters::webchat::{MEMBER_SECRET, member_hash};
use naru_core::adapter::Words;
use serde::Deserialize;

use crate::app::App;
use crate::channels::{Channel, manage};

/// The member as whom the sandbox can come.
const MEMBER: &str = "u-1024";

/// How the page is opened.
#[derive(Deserialize)]
struct Visit {
    /// `ko` or `en`; the channel's language where it is left out.
    language: Option<String>,
    /// `1` to come as a member.
    member: Option<String>,
    /// `1` to open the chat at once.
    open: Option<String>,
    /// The channel's key; the first web chat where it is left out.
    channel: Option<String>,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ name }}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/sandbox/webchat/host.css">
<script src="/widget.js" defer></script>
<script type="module" src="/sandbox/webchat/host.js"></script>
</head>
<body data-channel="{{ key }}" data-language="{{ language }}" data-member-id="{{ member }}" data-member-hash="{{ hash }}"
 data-member-name="이하늘" data-member-grade="VIP"{% if open %} data-open="1"{% endif %}>
<header>
<h1>{{ name }}</h1>
<nav>
<a href="?language={{ language }}"{% if member.is_empty() %} aria-current="true"{% endif %}>{{ guest_word }}</a>
<a href="?language={{ language }}&amp;member=1"{% if !member.is_empty() %} aria-current="true"{% endif %}>{{ member_word }}</a>
<a href="?language={{ other }}" lang="{{ other }}">{{ other_word }}</a>
</nav>
</header>
<main>
<div class="picture" role="presentation"></div>
<h2>{{ product }}</h2>
<p class="price">₩89,000</p>
<p>{{ words }}</p>
<p><button type="button" id="ask">{{ ask }} <span id="unread" aria-live="polite"></span></button></p>
<p class="note">{{ note }}</p>
</main>
</body>
</html>
"#
)]
struct Shop<'a> {
    key: &'a str,
    name: &'a str,
    language: &'a str,
    other: &'a str,
    other_word: &'a str,
    member: &'a str,
    hash: String,
    open: bool,
    guest_word: &'a str,
    member_word: &'a str,
    product: &'a str,
    words: &'a str,
    ask: &'a str,
    note: &'a str,
}

const GUEST: Words = Words { ko: "손님으로", en: "As a guest" };
const AS_MEMBER: Words = Words { ko: "회원 이하늘로", en: "As the member Lee Haneul" };
const OTHER: Words = Words { ko: "English", en: "한국어" };
const PRODUCT: Words = Words { ko: "가을 코트", en: "Autumn coat" };
const WORDS: Words = Words {
    ko: "가볍고 따뜻한 울 코트입니다. 오늘 주문하면 내일 나가요.",
    en: "A light, warm wool coat. Order today, shipped tomorrow.",
};
const ASK: Words = Words { ko: "이 상품 문의하기", en: "Ask about this" };
const NOTE: Words = Words {
    ko: "이 가게는 지어낸 것입니다. 오른쪽 아래의 채팅은 진짜 위젯이고, 쓴 말은 받은편지함에 도착합니다.",
    en: "The shop is invented. The chat in the corner is the real widget: what you write arrives in the inbox.",
};

/// `GET /sandbox/webchat` and its two files; for `demo` only.
pub fn host_router(app: &App) -> Router {
    Router::new()
        .route("/sandbox/webchat", get(host))
        .route(
            "/sandbox/webchat/host.css",
            get(async || file("text/css; charset=utf-8", include_str!("host/host.css"))),
        )
        .route(
            "/sandbox/webchat/host.js",
            get(async || file("text/javascript; charset=utf-8", include_str!("host/host.js"))),
        )
        .with_state(app.clone())
}

fn file(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}

async fn host(State(app): State<App>, Query(visit): Query<Visit>) -> Response {
    let channel = match &visit.channel {
        Some(key) => app.channels.by_key("webchat", key),
        None => app.channels.all().into_iter().find(|channel| channel.platform.name == "webchat"),
    };
    let Some(channel) = channel else {
        return (StatusCode::NOT_FOUND, "There is no web chat channel yet.").into_response();
    };
    let hash = match visit.member {
        Some(_) => hash_of_member(&app, &channel).await,
        None => None,
    };
    let html = match shop(&channel, &visit, hash).render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "the sandbox's shop could not be drawn");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    // The strictest policy under which the web chat must work: one script of ours, one frame, no inline style.
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'; img-src data:; \
                  base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
    let headers =
        [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, policy)];
    (headers, html).into_response()
}

fn shop<'a>(channel: &'a Channel, visit: &Visit, hash: Option<String>) -> Shop<'a> {
    let korean = match visit.language.as_deref() {
        Some(language) => language.starts_with("ko"),
        None => channel.common.language == naru_core::settings::Language::Ko,
    };
    let say = |words: Words| if korean { words.ko } else { words.en };
    Shop {
        key: &channel.row.hook_key,
        name: &channel.row.name,
        language: if korean { "ko" } else { "en" },
        other: if korean { "en" } else { "ko" },
        other_word: say(OTHER),
        member: if hash.is_some() { MEMBER } else { "" },
        hash: hash.unwrap_or_default(),
        open: visit.open.is_some(),
        guest_word: say(GUEST),
        member_word: say(AS_MEMBER),
        product: say(PRODUCT),
        words: say(WORDS),
        ask: say(ASK),
        note: say(NOTE),
    }
}

/// What the shop's own server would compute when the member logs in.
async fn hash_of_member(app: &App, channel: &Channel) -> Option<String> {
    let credentials = manage::open_credentials(app, channel).await.ok()?;
    Some(member_hash(credentials.get(MEMBER_SECRET)?, MEMBER))
}
