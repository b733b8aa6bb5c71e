//! What every page has: its language, who looks at it, and the headers that keep foreign script out.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use naru_core::settings::Language;

use super::words;

/// The policy of every page: only our own files; no inline script or style, no plug-ins, no foreign frames.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    media-src 'self' blob:; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'";

/// The policy of the pretend shop, which stands in a frame of our own.
const SHOP_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    connect-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'self'";

/// The cookie that remembers a chosen language.
const LANGUAGE_COOKIE: &str = "naru_lang";

/// The places of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Conversations.
    Inbox,
    /// Accounts.
    Channels,
    /// Webhooks.
    Journal,
    /// Messages on their way out.
    Deliveries,
    /// For programs.
    Developers,
    /// The sandbox's phones.
    Sandbox,
}

impl Place {
    const ALL: [Self; 6] =
        [Self::Inbox, Self::Channels, Self::Journal, Self::Deliveries, Self::Developers, Self::Sandbox];

    /// Its words, address and picture (one path in a 24 by 24 field).
    fn parts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Inbox => ("place.inbox", "/", "M4 5h16v12H9l-5 4zM8 9h8M8 13h5"),
            Self::Channels => (
                "place.channels",
                "/channels",
                "M7 7m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0M17 17m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0M10 7h4a3 3 0 0 1 3 3v4",
            ),
            Self::Journal => ("place.journal", "/journal", "M6 3h9l4 4v14H6zM9 11h7M9 15h7M9 7h3"),
            Self::Deliveries => ("place.deliveries", "/deliveries", "M4 12l16-8-6 17-3-7zM11 14l9-10"),
            Self::Developers => ("place.developers", "/developers", "M8 7l-5 5 5 5M16 7l5 5-5 5M13 5l-2 14"),
            Self::Sandbox => ("place.sandbox", "/sandbox", "M7 3h10v18H7zM11 18h2"),
        }
    }
}

/// One entry of the menu.
pub struct MenuEntry {
    /// The key of its words.
    pub words: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// Its picture's path.
    pub icon: &'static str,
    /// Whether one is there.
    pub current: bool,
}

/// What every page has.
#[derive(Clone, Debug)]
pub struct Shell {
    /// The page's language.
    pub language: Language,
    /// The name of who looks at it; empty before the login.
    pub name: String,
    /// The login's token against forged requests.
    pub csrf: String,
    /// Where in the menu the page stands.
    pub place: Option<Place>,
    /// Whether there are phones to look at.
    pub demo: bool,
}

impl Shell {
    /// The words under a key.
    pub fn t(&self, key: &str) -> &'static str {
        words::find(self.language, key).unwrap_or("⟦?⟧")
    }

    /// `ko` or `en`.
    pub fn tag(&self) -> &'static str {
        tag(self.language)
    }

    /// The language that the page does not have.
    pub fn other_tag(&self) -> &'static str {
        match self.language {
            Language::Ko => "en",
            Language::En => "ko",
        }
    }

    /// The menu.
    pub fn places(&self) -> Vec<MenuEntry> {
        Place::ALL
            .into_iter()
            .filter(|place| self.demo || *place != Place::Sandbox)
            .map(|place| {
                let (words, href, icon) = place.parts();
                MenuEntry { words, href, icon, current: self.place == Some(place) }
            })
            .collect()
    }

    /// A shell for a page that is looked at before the login.
    pub fn outside(language: Language) -> Self {
        Self { language, name: String::new(), csrf: String::new(), place: None, demo: false }
    }

    /// An invented shell.
    #[cfg(test)]
    pub fn sample(language: Language, place: Option<Place>) -> Self {
        Self { language, name: "김매니저".to_owned(), csrf: "invented".to_owned(), place, demo: true }
    }
}

fn tag(language: Language) -> &'static str {
    match language {
        Language::Ko => "ko",
        Language::En => "en",
    }
}

/// The language that a request asks for: `?lang=`, then the remembered one, then `otherwise`, then the browser's.
pub fn language_of(query: Option<&str>, headers: &HeaderMap, otherwise: Option<Language>) -> Language {
    let known = |text: &str| match text {
        "ko" => Some(Language::Ko),
        "en" => Some(Language::En),
        _ => None,
    };
    let asked = asked_language(query).and_then(|text| known(&text));
    let remembered = cookie(headers, LANGUAGE_COOKIE).and_then(|text| known(&text));
    asked.or(remembered).or(otherwise).unwrap_or_else(|| {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        accepted.map_or(Language::Ko, Language::of_tag)
    })
}

fn asked_language(query: Option<&str>) -> Option<String> {
    url::form_urlencoded::parse(query?.as_bytes())
        .find(|(key, _)| key == "lang")
        .map(|(_, value)| value.into_owned())
}

/// The value of a cookie.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

/// A page with its headers; a language that was asked for by the address is remembered.
pub fn page(status: StatusCode, template: &impl Template, query: Option<&str>) -> Response {
    let html = match template.render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "a page could not be drawn");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let mut response = guarded(status, html, POLICY);
    if let Some(language) = asked_language(query).filter(|text| text == "ko" || text == "en") {
        let cookie = format!("{LANGUAGE_COOKIE}={language}; Path=/; SameSite=Lax; Max-Age=31536000");
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

/// The pretend shop, which may be framed by our own pages.
pub fn shop_page(template: &impl Template) -> Response {
    template.render().map_or_else(
        |_| StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        |html| guarded(StatusCode::OK, html, SHOP_POLICY),
    )
}

fn guarded(status: StatusCode, html: String, policy: &'static str) -> Response {
    let head = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, if policy == POLICY { "DENY" } else { "SAMEORIGIN" }),
    ];
    (status, head, Html(html)).into_response()
}

/// JSON for a `<script type="application/json">`: nothing in it can end the element.
pub fn embedded(value: &serde_json::Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}
