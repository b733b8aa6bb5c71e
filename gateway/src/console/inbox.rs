//! The inbox. Its lists and messages come from the API; the page brings who may be mentioned.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri};
use serde::Serialize;
use serde_json::json;

use super::Console;
use super::guard::{self, Viewer};
use super::shell::{Place, Shell, cookie, embedded, page};
use crate::auth::Resource;
use crate::store::rows::operator;

/// The cookie that remembers that the three first steps were closed.
const STEPS_COOKIE: &str = "naru_steps";

/// `/` and `/conversations/{id}`.
#[derive(Template)]
#[template(path = "inbox.html")]
pub(super) struct InboxPage {
    /// The frame.
    pub shell: Shell,
    /// What the scripts are given.
    pub given: Given,
}

/// What the scripts are given.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Given {
    /// Who answers.
    pub operator: Person,
    /// Who may be mentioned, oneself first.
    pub operators: Vec<Person>,
    /// The conversation that the address names.
    pub chosen: Option<String>,
    /// Whether to show the three first steps.
    #[serde(skip)]
    pub steps: bool,
}

/// A person on our side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Person {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
}

impl Given {
    /// As JSON that cannot end its element.
    pub(super) fn json(&self) -> String {
        embedded(&json!(self))
    }
}

pub(super) async fn page_of_all(State(console): State<Console>, uri: Uri, headers: HeaderMap) -> Response {
    inbox(&console, &uri, &headers, None).await
}

pub(super) async fn page_of_one(
    State(console): State<Console>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    inbox(&console, &uri, &headers, Some(id)).await
}

async fn inbox(console: &Console, uri: &Uri, headers: &HeaderMap, chosen: Option<String>) -> Response {
    let viewer = guard::viewer(console, headers, uri, Place::Inbox, Resource::Conversations).await;
    let Viewer { shell, actor, .. } = match viewer {
        Ok(viewer) => viewer,
        Err(answer) => return *answer,
    };
    let rows = match console.app.db.read().await {
        Ok(mut tx) => operator::all(&mut tx).await,
        Err(error) => Err(error),
    };
    let rows = match rows {
        Ok(rows) => rows,
        Err(error) => return guard::broken(&shell, &error),
    };
    let own = actor.id();
    let mut operators: Vec<Person> =
        rows.into_iter().map(|row| Person { id: row.id, name: row.name }).collect();
    operators.sort_by_key(|person| person.id != own);
    let given = Given {
        operator: Person { id: own, name: shell.name.clone() },
        operators,
        chosen,
        steps: console.demo.is_some() && cookie(headers, STEPS_COOKIE).is_none(),
    };
    page(StatusCode::OK, &InboxPage { shell, given }, uri.query())
}
