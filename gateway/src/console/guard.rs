//! In front of every page: who looks, and may they?

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::{Mutex, PoisonError};

use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode, Uri};
use naru_core::settings::Language;
use naru_core::time::{MINUTE, Millis};

use super::Console;
use super::message::message;
use super::shell::{Place, Shell, language_of};
use crate::auth::sessions::{self, Login};
use crate::auth::{Access, Actor, Resource};

/// Who looks at a page.
pub(super) struct Viewer {
    pub(super) shell: Shell,
    pub(super) actor: Actor,
}

/// The login behind a request's cookie.
pub(super) async fn login(console: &Console, headers: &HeaderMap) -> Option<Login> {
    let cookie = sessions::cookie_token(headers, &console.app.public_url)?;
    let mut tx = console.app.db.read().await.ok()?;
    sessions::find(&mut tx, &console.app.clock, &cookie).await.ok().flatten()
}

/// Who looks at a page about `resource`; otherwise the answer: to the login, or a page that says no.
pub(super) async fn viewer(
    console: &Console,
    headers: &HeaderMap,
    uri: &Uri,
    place: Place,
    resource: Resource,
) -> Result<Viewer, Box<Response>> {
    let Some(login) = login(console, headers).await else {
        let next = uri.path_and_query().map_or("/", |path| path.as_str());
        let to = if next == "/" {
            "/login".to_owned()
        } else {
            format!("/login?next={}", urlencoding::encode(next))
        };
        return Err(Box::new(Redirect::to(&to).into_response()));
    };
    let own = Some(Language::of_tag(&login.operator.language));
    let shell = Shell {
        language: language_of(uri.query(), headers, own),
        name: login.operator.name.clone(),
        csrf: login.csrf.clone(),
        place: Some(place),
        demo: console.demo.is_some(),
    };
    if !login.actor.may(Access::Read, resource) {
        return Err(Box::new(message(
            &shell,
            StatusCode::FORBIDDEN,
            "message.denied",
            "message.deniedwords",
        )));
    }
    Ok(Viewer { shell, actor: login.actor })
}

/// A page that says that something broke here; the log says what.
pub(super) fn broken(shell: &Shell, error: &impl Display) -> Response {
    tracing::error!(%error, "a page of the console failed");
    message(shell, StatusCode::INTERNAL_SERVER_ERROR, "message.broken", "message.brokenwords")
}

/// Whether a form was sent from a page of our own, as far as the browser says: by `Sec-Fetch-Site`, else by `Origin`.
pub(super) fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
        (Some(_), None) => false,
        (None, _) => true,
    }
}

/// How many passwords may be tried for one address within a minute.
const TRIES: u32 = 8;
/// How many addresses are watched at most.
const WATCHED: usize = 4096;

/// Slows down who guesses passwords: by address, whether or not somebody has it.
#[derive(Default)]
pub(super) struct Tries(Mutex<HashMap<String, (Millis, u32)>>);

impl Tries {
    /// Whether one more try is taken now.
    pub(super) fn admit(&self, email: &str, now: Millis) -> bool {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= WATCHED {
            tries.retain(|_, (since, _)| now.since(*since) < MINUTE);
        }
        let (since, count) = tries.entry(email.trim().to_lowercase()).or_insert((now, 0));
        if now.since(*since) >= MINUTE {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        *count <= TRIES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| ((*name).parse().expect("a name"), value.parse().expect("a value")))
            .collect()
    }

    #[test]
    fn a_form_from_elsewhere_is_not_ours() {
        assert!(same_origin(&headers(&[("sec-fetch-site", "same-origin")])));
        assert!(!same_origin(&headers(&[("sec-fetch-site", "cross-site")])));
        assert!(!same_origin(&headers(&[("origin", "https://evil.example"), ("host", "naru.example")])));
        assert!(same_origin(&headers(&[("origin", "https://naru.example"), ("host", "naru.example")])));
    }

    #[test]
    fn the_ninth_password_within_a_minute_is_not_tried() {
        let tries = Tries::default();
        let admitted = (0..20).filter(|_| tries.admit("a@b.example", Millis(1_000))).count();
        assert_eq!(admitted, 8);
        assert!(tries.admit("other@b.example", Millis(1_000)));
        assert!(tries.admit("A@B.example ", Millis(1_000 + MINUTE)));
    }
}
