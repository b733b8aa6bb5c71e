//! In front of every route: who is asking, and may they?

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, header};
use naru_core::time::{MINUTE, Millis};

use super::problem::{Problem, Result, Slug};
use crate::app::App;
use crate::auth::sessions::CSRF_HEADER;
use crate::auth::{Access, Actor, Resource, keys, sessions};
use crate::store::StoreError;
use crate::store::rows::{api_key, operator};

/// A guard for the routes of one kind of resource: reading for `GET` and `HEAD`, writing for everything else.
pub async fn guard(State((app, resource)): State<(App, Resource)>, request: Request, next: Next) -> Response {
    let access = match *request.method() {
        Method::GET | Method::HEAD => Access::Read,
        _ => Access::Write,
    };
    match admit(&app, request, access, resource).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn admit(app: &App, mut request: Request, access: Access, resource: Resource) -> Result<Request> {
    let actor = authenticate(app, request.headers(), access).await?;
    if !actor.may(access, resource) {
        let wanted = crate::auth::Scope::One(resource, access).name();
        return Err(Problem::new(
            Slug::Forbidden,
            format!("expected the scope {wanted}, or a role that has it"),
        ));
    }
    request.extensions_mut().insert(actor);
    Ok(request)
}

/// Who sends these headers: an API key, or a login's cookie (with the login's token, for everything that writes).
pub async fn authenticate(app: &App, headers: &HeaderMap, access: Access) -> Result<Actor> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let key = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")).unwrap_or_default();
        return by_key(app, key.trim()).await;
    }
    let unknown = || Problem::new(Slug::Unauthorized, "expected Authorization: Bearer naru_…");
    let cookie = sessions::cookie_token(headers, &app.public_url).ok_or_else(unknown)?;
    let login = sessions::find(&mut app.db.read().await?, &app.clock, &cookie).await?.ok_or_else(unknown)?;
    if access == Access::Write {
        let sent = headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !login.proves(sent) || !same_site(headers) {
            return Err(Problem::new(
                Slug::Forbidden,
                format!("expected the login's token in {CSRF_HEADER}"),
            ));
        }
    }
    if login.is_stale(app.clock.now()) {
        let (token, now) = (login.token_hash.clone(), app.clock.now().0);
        note(app, move |tx| Box::pin(async move { operator::seen(tx, &token, now).await }));
    }
    Ok(login.actor)
}

/// Whether a browser says that the request comes from a page of our own.
fn same_site(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none")
}

async fn by_key(app: &App, key: &str) -> Result<Actor> {
    let now = app.clock.now();
    if let Some(actor) = app.known_keys.get(key, now) {
        return Ok(actor);
    }
    let actor = keys::authenticate(&mut app.db.read().await?, key)
        .await?
        .ok_or_else(|| Problem::new(Slug::Unauthorized, "the API key is unknown or revoked"))?;
    let (id, at) = (actor.id(), now.0);
    note(app, move |tx| Box::pin(async move { api_key::used(tx, &id, at).await }));
    app.known_keys.put(key, actor.clone(), now);
    Ok(actor)
}

/// Writes something that nobody waits for.
fn note<F>(app: &App, work: F)
where
    F: for<'t> FnOnce(&'t mut crate::store::Tx) -> futures::future::BoxFuture<'t, Result<(), StoreError>>
        + Send
        + 'static,
{
    let writer = app.writer.clone();
    app.tasks.spawn(async move {
        if let Err(error) = writer.run(work).await {
            tracing::warn!(%error, "a last use could not be noted");
        }
    });
}

/// API keys that were checked within the last minute, so that a busy program costs no query per request. A revoked key
/// is forgotten at once on the node that revokes it, and within a minute on the others.
#[derive(Default)]
pub struct KnownKeys(std::sync::Mutex<std::collections::HashMap<String, (Actor, Millis)>>);

/// Programs with more keys than this look theirs up each time.
const KNOWN: usize = 1024;

impl KnownKeys {
    fn get(&self, key: &str, now: Millis) -> Option<Actor> {
        let known = self.0.lock().expect("nothing panics while it holds the lock");
        known
            .get(&crate::auth::hash_token(key))
            .filter(|(_, at)| now.since(*at) < MINUTE)
            .map(|(a, _)| a.clone())
    }

    fn put(&self, key: &str, actor: Actor, now: Millis) {
        let mut known = self.0.lock().expect("nothing panics while it holds the lock");
        known.retain(|_, (_, at)| now.since(*at) < MINUTE);
        if known.len() < KNOWN {
            known.insert(crate::auth::hash_token(key), (actor, now));
        }
    }

    /// Forgets every key; the next use of each looks it up again.
    pub fn forget(&self) {
        self.0.lock().expect("nothing panics while it holds the lock").clear();
    }
}
