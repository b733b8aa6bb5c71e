//! `/api/v1`: one file per resource. The OpenAPI document is made from the same routes that serve.

mod api_keys;
mod channels;
mod contacts;
mod conversations;
mod deliveries;
mod events;
mod extract;
pub mod guard;
mod health;
mod journal;
mod media;
mod messages;
mod page;
mod platforms;
mod preview;
pub mod problem;
mod refusal;

pub use channels::ChannelDocument;
pub use health::Overload;
pub use platforms::PlatformDocument;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::Uri;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;
use crate::auth::Resource;
use problem::{Problem, Slug};

/// The document's head; the paths come from the routes.
#[derive(OpenApi)]
#[openapi(info(
    title = "Naru",
    description = "The API of a Naru gateway. Errors are application/problem+json; lists are pages with a cursor."
))]
struct Head;

/// Every resource with its routes. A route is guarded by the resource that it stands under.
fn resources() -> Vec<(Resource, OpenApiRouter<App>)> {
    vec![
        (Resource::Platforms, platforms::routes()),
        (Resource::Channels, channels::routes()),
        (Resource::Journal, journal::routes()),
        (Resource::Conversations, conversations::routes()),
        (Resource::Messages, messages::routes()),
        (Resource::Preview, preview::routes()),
        (Resource::Contacts, contacts::routes()),
        (Resource::Deliveries, deliveries::routes()),
        (Resource::Media, media::routes()),
        (Resource::Events, events::routes()),
        (Resource::ApiKeys, api_keys::routes()),
    ]
}

/// The OpenAPI document of `/api/v1`.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let all = resources()
        .into_iter()
        .fold(OpenApiRouter::with_openapi(Head::openapi()), |all, (_, routes)| all.merge(routes));
    OpenApiRouter::new().nest("/api/v1", all).into_openapi()
}

/// Which resource guards which path, for the table test of roles: `(method, path, resource)`.
pub fn guarded_routes() -> Vec<(String, String, Resource)> {
    let mut all = Vec::new();
    for (resource, routes) in resources() {
        for (path, item) in routes.get_openapi().paths.paths.clone() {
            let methods = [
                ("GET", item.get.is_some()),
                ("POST", item.post.is_some()),
                ("PUT", item.put.is_some()),
                ("PATCH", item.patch.is_some()),
                ("DELETE", item.delete.is_some()),
            ];
            let present = methods.into_iter().filter(|(_, there)| *there);
            all.extend(present.map(|(method, _)| (method.to_owned(), format!("/api/v1{path}"), resource)));
        }
    }
    all
}

/// Everything under `/api/v1`, and the three pages for machines.
pub fn router(app: &App) -> Router {
    let api = resources().into_iter().fold(Router::new(), |all, (resource, routes)| {
        let (routes, _) = routes.split_for_parts();
        all.merge(routes.route_layer(from_fn_with_state((app.clone(), resource), guard::guard)))
    });
    let api = api
        .route("/openapi.json", get(|| async { axum::Json(openapi()) }))
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method);
    Router::new()
        .nest("/api/v1", api)
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .with_state(app.clone())
        .merge(if app.config.metrics.listen.is_none() { metrics_router(app) } else { Router::new() })
}

/// The numbers for Prometheus; on `metrics.listen` where that is set.
pub fn metrics_router(app: &App) -> Router {
    Router::new().route("/metrics", get(health::metrics)).with_state(app.clone())
}

async fn no_such_path(uri: Uri) -> Response {
    Problem::new(Slug::NotFound, format!("there is no {}", uri.path())).into_response()
}

async fn no_such_method(method: http::Method, uri: Uri) -> Response {
    let detail = format!("{} does not take {method}", uri.path());
    Problem::new(Slug::MethodNotAllowed, detail).into_response()
}
