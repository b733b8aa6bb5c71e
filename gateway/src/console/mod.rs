//! The console at `/`: pages drawn by templates, kept alive by scripts of our own over the public API.
//!
//! A page brings the frame, the words and what never changes while it is open; lists and conversations come from
//! `/api/v1` with the login's cookie, and the event stream says when to ask again. To add a page: a template in
//! `templates/`, a struct with its context here and a sample of it in `tests.rs`, its words in `words/`, its script in
//! `static/`, its route below.

mod assets;
mod capabilities;
mod channels;
mod fields;
mod guard;
mod inbox;
mod login;
mod machine;
mod message;
pub mod shell;
pub mod words;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode, Uri};

use crate::app::App;
use crate::auth::Resource;
use crate::demo::Demo;
use shell::{Place, Shell, language_of};

/// What every page shares. Cheap to clone.
#[derive(Clone)]
pub struct Console {
    app: App,
    demo: Option<Arc<Demo>>,
    tries: Arc<guard::Tries>,
}

/// The console's routes; with a demo, also the phones at `/sandbox`.
pub fn router(app: &App, demo: Option<Arc<Demo>>) -> Router {
    let console = Console { app: app.clone(), demo, tries: Arc::default() };
    Router::new()
        .route("/", get(inbox::page_of_all))
        .route("/conversations/{id}", get(inbox::page_of_one))
        .route("/channels", get(channels::list))
        .route("/channels/new/{platform}", get(channels::new))
        .route("/channels/{id}", get(channels::one))
        .route("/journal", get(machine::journal))
        .route("/journal/{id}", get(machine::journal_row))
        .route("/deliveries", get(machine::deliveries))
        .route("/deliveries/{id}", get(machine::delivery))
        .route("/developers", get(machine::developers))
        .route("/login", get(login::form).post(login::log_in))
        .route("/login/link", post(login::by_link))
        .route("/logout", post(login::log_out))
        .route("/setup", get(login::setup_form).post(login::set_up))
        .route("/console/static/{file}", get(assets::file))
        .route("/console/words/{file}", get(assets::table))
        .merge(crate::sandbox::pages::routes())
        .fallback(missing)
        .with_state(console)
}

async fn missing(State(console): State<Console>, uri: Uri, headers: HeaderMap) -> Response {
    let shell = match guard::viewer(&console, &headers, &uri, Place::Inbox, Resource::Conversations).await {
        Ok(viewer) => viewer.shell,
        Err(_) => Shell::outside(language_of(uri.query(), &headers, None)),
    };
    message::message(&shell, StatusCode::NOT_FOUND, "message.missing", "message.missingwords")
}

impl Console {
    /// Who looks at a page about `resource`, or the answer instead of the page.
    pub(crate) async fn shell(
        &self,
        headers: &HeaderMap,
        uri: &Uri,
        place: Place,
        resource: Resource,
    ) -> Result<Shell, Box<Response>> {
        guard::viewer(self, headers, uri, place, resource).await.map(|viewer| viewer.shell)
    }

    /// The demo, where this is one.
    pub(crate) fn demo(&self) -> Option<&Arc<Demo>> {
        self.demo.as_ref()
    }

    /// The gateway.
    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    /// Whether a script's request carries its login's token; needed for everything that changes something.
    pub(crate) async fn proves(&self, headers: &HeaderMap) -> bool {
        let sent = headers.get(crate::auth::sessions::CSRF_HEADER).and_then(|value| value.to_str().ok());
        let login = guard::login(self, headers).await;
        matches!((login, sent), (Some(login), Some(sent)) if login.proves(sent))
            && guard::same_origin(headers)
    }
}
