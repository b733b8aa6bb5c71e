//! Logging in: by password, by a link that works once, and the first admin's setup.

use askama::Template;
use axum::Form;
use axum::extract::{Query, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use naru_core::adapter::Secret;
use naru_core::settings::Language;
use serde::Deserialize;

use super::Console;
use super::guard;
use super::message::message;
use super::shell::{Shell, language_of, page};
use crate::auth::operators::{self, NewOperator, OperatorError};
use crate::auth::{Role, hash_token, password, sessions};
use crate::store::rows::operator;
use crate::store::{StoreError, Tx};

/// `/login`.
#[derive(Template)]
#[template(path = "login.html")]
pub(super) struct LoginPage {
    /// The frame.
    pub shell: Shell,
    /// The key of what went wrong.
    pub error: Option<&'static str>,
    /// What was entered.
    pub email: String,
    /// Where to go afterwards.
    pub next: String,
}

/// `/login?t=…`, before the link is used up: a link preview must not use it.
#[derive(Template)]
#[template(path = "link.html")]
pub(super) struct LinkPage {
    /// The frame.
    pub shell: Shell,
    /// The link's token.
    pub token: String,
}

/// `/setup?t=…`.
#[derive(Template)]
#[template(path = "setup.html")]
pub(super) struct SetupPage {
    /// The frame.
    pub shell: Shell,
    /// The link's token.
    pub token: String,
    /// What is wrong.
    pub error: Option<String>,
    /// What was entered.
    pub name: String,
    /// What was entered.
    pub email: String,
    /// The shortest password.
    pub shortest: usize,
}

#[derive(Deserialize)]
pub(super) struct Arrival {
    #[serde(default)]
    t: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn form(
    State(console): State<Console>,
    Query(arrival): Query<Arrival>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let shell = Shell::outside(language_of(query.as_deref(), &headers, None));
    if !arrival.t.is_empty() {
        return link(&console, shell, arrival.t, &headers).await;
    }
    let next = own_path(&arrival.next);
    page(StatusCode::OK, &LoginPage { shell, error: None, email: String::new(), next }, query.as_deref())
}

/// A link that was opened by a person's click is used at once; anything else (a preview, a prefetch) gets a button.
async fn link(console: &Console, shell: Shell, token: String, headers: &HeaderMap) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let clicked = header("sec-fetch-mode") == "navigate"
        && header("sec-fetch-dest") == "document"
        && header("sec-fetch-site") != "cross-site"
        && header("sec-purpose").is_empty();
    if clicked {
        use_link(console, &shell, &token).await
    } else {
        page(StatusCode::OK, &LinkPage { shell, token }, None)
    }
}

#[derive(Deserialize)]
pub(super) struct LinkForm {
    token: String,
}

pub(super) async fn by_link(
    State(console): State<Console>,
    headers: HeaderMap,
    Form(form): Form<LinkForm>,
) -> Response {
    if !guard::same_origin(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    use_link(&console, &Shell::outside(language_of(None, &headers, None)), &form.token).await
}

async fn use_link(console: &Console, shell: &Shell, token: &str) -> Response {
    let hash = hash_token(token);
    let clock = console.app.clock.clone();
    let begun =
        console.app.writer.run(move |tx| Box::pin(async move { take_link(tx, &clock, &hash).await })).await;
    match begun {
        Ok(Some(Taken::Login(cookie))) => entered(console, &cookie, "/"),
        Ok(Some(Taken::Setup)) => {
            Redirect::to(&format!("/setup?t={}", urlencoding::encode(token))).into_response()
        }
        Ok(None) => message(shell, StatusCode::GONE, "link.used", "link.usedwords"),
        Err(error) => guard::broken(shell, &error),
    }
}

enum Taken {
    Login(String),
    Setup,
}

async fn take_link(
    tx: &mut Tx,
    clock: &crate::clock::Clock,
    hash: &str,
) -> Result<Option<Taken>, StoreError> {
    let Some(row) = operator::link(tx, hash, clock.now().0).await? else { return Ok(None) };
    let Some(operator_id) = row.operator_id else { return Ok(Some(Taken::Setup)) };
    if !operator::use_link(tx, hash).await? {
        return Ok(None);
    }
    Ok(Some(Taken::Login(sessions::begin(tx, clock, &operator_id).await?)))
}

#[derive(Deserialize)]
pub(super) struct Entered {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn log_in(
    State(console): State<Console>,
    headers: HeaderMap,
    Form(entered_form): Form<Entered>,
) -> Response {
    let shell = Shell::outside(language_of(None, &headers, None));
    if !guard::same_origin(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let refused = |status, error| {
        let next = own_path(&entered_form.next);
        page(
            status,
            &LoginPage { shell: shell.clone(), error: Some(error), email: entered_form.email.clone(), next },
            None,
        )
    };
    if !console.tries.admit(&entered_form.email, console.app.clock.now()) {
        return refused(StatusCode::TOO_MANY_REQUESTS, "login.slow");
    }
    let found =
        operators::log_in(&console.app.db, &entered_form.email, Secret::new(&*entered_form.password)).await;
    match found {
        Ok(Some(row)) => begin(&console, &shell, row.id, &own_path(&entered_form.next)).await,
        Ok(None) => refused(StatusCode::UNAUTHORIZED, "login.wrong"),
        Err(error) => guard::broken(&shell, &error),
    }
}

async fn begin(console: &Console, shell: &Shell, operator_id: String, next: &str) -> Response {
    let clock = console.app.clock.clone();
    let begun: Result<String, StoreError> = console
        .app
        .writer
        .run(move |tx| Box::pin(async move { sessions::begin(tx, &clock, &operator_id).await }))
        .await;
    match begun {
        Ok(cookie) => entered(console, &cookie, next),
        Err(error) => guard::broken(shell, &error),
    }
}

fn entered(console: &Console, cookie: &str, next: &str) -> Response {
    let mut response = Redirect::to(next).into_response();
    set_cookie(console, &mut response, cookie);
    response
}

fn set_cookie(console: &Console, response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(&sessions::set_cookie(&console.app.public_url, cookie)) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

#[derive(Deserialize)]
pub(super) struct Leaving {
    csrf: String,
}

pub(super) async fn log_out(
    State(console): State<Console>,
    headers: HeaderMap,
    Form(form): Form<Leaving>,
) -> Response {
    let Some(login) = guard::login(&console, &headers).await else {
        return Redirect::to("/login").into_response();
    };
    if !login.proves(&form.csrf) || !guard::same_origin(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let hash = login.token_hash;
    let ended: Result<(), StoreError> =
        console.app.writer.run(move |tx| Box::pin(async move { operator::end_login(tx, &hash).await })).await;
    if let Err(error) = ended {
        return guard::broken(&Shell::outside(Language::Ko), &error);
    }
    entered(&console, "", "/login")
}

pub(super) async fn setup_form(
    State(console): State<Console>,
    Query(arrival): Query<Arrival>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let shell = Shell::outside(language_of(query.as_deref(), &headers, None));
    let now = console.app.clock.now().0;
    let known = match console.app.db.read().await {
        Ok(mut tx) => operator::link(&mut tx, &hash_token(&arrival.t), now).await,
        Err(error) => Err(error),
    };
    match known {
        Ok(Some(row)) if row.operator_id.is_none() => {
            page(StatusCode::OK, &setup_page(shell, arrival.t, None, "", ""), query.as_deref())
        }
        Ok(_) => message(&shell, StatusCode::GONE, "link.used", "link.usedwords"),
        Err(error) => guard::broken(&shell, &error),
    }
}

fn setup_page(shell: Shell, token: String, error: Option<String>, name: &str, email: &str) -> SetupPage {
    SetupPage {
        shell,
        token,
        error,
        name: name.to_owned(),
        email: email.to_owned(),
        shortest: password::SHORTEST,
    }
}

#[derive(Deserialize)]
pub(super) struct FirstAdmin {
    token: String,
    name: String,
    email: String,
    password: String,
}

pub(super) async fn set_up(
    State(console): State<Console>,
    headers: HeaderMap,
    Form(form): Form<FirstAdmin>,
) -> Response {
    let shell = Shell::outside(language_of(None, &headers, None));
    if !guard::same_origin(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    match make_admin(&console, &shell, &form).await {
        Ok(Some(cookie)) => entered(&console, &cookie, "/channels"),
        Ok(None) => message(&shell, StatusCode::GONE, "link.used", "link.usedwords"),
        Err(error) => page(
            StatusCode::UNPROCESSABLE_ENTITY,
            &setup_page(shell, form.token, Some(error.to_string()), &form.name, &form.email),
            None,
        ),
    }
}

async fn make_admin(
    console: &Console,
    shell: &Shell,
    form: &FirstAdmin,
) -> Result<Option<String>, OperatorError> {
    let new = NewOperator {
        email: form.email.clone(),
        name: form.name.trim().to_owned(),
        password: Secret::new(&*form.password),
        role: Role::Admin,
        language: shell.tag().to_owned(),
    };
    let row = operators::prepare(&console.app.ids, &console.app.clock, new).await?;
    let (hash, clock) = (hash_token(&form.token), console.app.clock.clone());
    console
        .app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                let link = operator::link(tx, &hash, clock.now().0).await?;
                let setup = link.is_some_and(|link| link.operator_id.is_none());
                if !setup || !operator::use_link(tx, &hash).await? {
                    return Ok(None);
                }
                operators::add(tx, &row).await?;
                Ok(Some(sessions::begin(tx, &clock, &row.id).await?))
            })
        })
        .await
}

/// Only a path of our own may be gone to after the login.
fn own_path(next: &str) -> String {
    let own = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if own { next.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_login_only_our_own_pages_are_gone_to() {
        for foreign in
            ["", "https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
        {
            assert_eq!(own_path(foreign), "/");
        }
        assert_eq!(own_path("/channels?x=1"), "/channels?x=1");
    }
}
