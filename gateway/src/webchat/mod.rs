//! The web chat: the widget's pages, its hooks, and the stream that brings frames to a visitor's browser.
//!
//! A channel's key stands in every page, so it proves nothing; a visitor token does. It is told once, to the browser
//! that asked, and kept as a hash. What a visitor does goes through `ingress` like any platform's webhook, with the
//! visitor in place of the token. What they are shown are frames in a table; a stream sends those after the last seen.

mod assets;
mod cors;
mod deliver;
mod hooks;
mod limits;
mod news;
mod page;
mod quiet;
mod refuse;
mod stream;
mod streams;
mod upload;
mod visitor;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get};

use crate::app::App;
use crate::ingress::Refusals;

pub use deliver::deliver;
pub use news::follow;
pub(crate) use news::frame_of;
pub use streams::Streams;

/// What every route of the web chat shares.
struct WebChat {
    app: App,
    refusals: Refusals,
    limits: limits::Limits,
}

type Shared = axum::extract::State<Arc<WebChat>>;

/// The routes of the web chat: `/widget.js`, `/widget/...` and `/hooks/webchat/...`.
pub fn router(app: &App) -> Router {
    let chat = Arc::new(WebChat {
        app: app.clone(),
        refusals: Refusals::default(),
        limits: limits::Limits::default(),
    });
    Router::new()
        .route("/widget.js", get(assets::loader))
        .route("/widget/static/{file}", get(assets::file))
        .route("/widget/{key}", get(page::page))
        .route("/widget/{key}/history", any(stream::history))
        .route("/widget/{key}/stream", any(stream::stream))
        // Uploads are streamed under a cap of their own, every other body is read under the hooks'.
        .route("/hooks/webchat/{key}/{suffix}", any(hooks::hook).layer(DefaultBodyLimit::disable()))
        .with_state(chat)
}
