//! A page that says one thing: there is no such page, it is not yours, it broke.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::shell::{Shell, page};

/// The page.
#[derive(Template)]
#[template(path = "message.html")]
pub(super) struct MessagePage {
    /// The frame.
    pub shell: Shell,
    /// The key of its head.
    pub title: &'static str,
    /// The key of its words.
    pub words: &'static str,
}

pub(super) fn message(
    shell: &Shell,
    status: StatusCode,
    title: &'static str,
    words: &'static str,
) -> Response {
    page(status, &MessagePage { shell: shell.clone(), title, words }, None)
}
