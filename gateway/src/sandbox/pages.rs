//! `/sandbox`: the phones in a browser, and what their buttons do. Only in a demo.

use std::convert::Infallible;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, Request, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use futures::{Stream, StreamExt, stream};
use http::{HeaderMap, StatusCode, Uri};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_stream::wrappers::WatchStream;
use tower::ServiceExt;

use super::bench::{BenchError, Sandbox};
use super::{Act, Phone, Trouble};
use crate::auth::Resource;
use crate::console::Console;
use crate::console::shell::{Place, Shell, embedded, language_of, page, shop_page};
use crate::console::words::pick;
use crate::demo::Demo;

/// `/sandbox`.
#[derive(Template)]
#[template(path = "sandbox.html")]
pub(crate) struct SandboxPage {
    /// The frame.
    pub shell: Shell,
    /// What the script is given.
    pub given: String,
}

/// `/sandbox/shop`: a pretend shop with the real widget.
#[derive(Template)]
#[template(path = "shop.html")]
pub(crate) struct ShopPage {
    /// The language.
    pub shell: Shell,
    /// The web chat channel's key.
    pub key: String,
}

pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/sandbox", get(phones))
        .route("/sandbox/shop", get(shop))
        .route("/sandbox/stream", get(changes))
        .route("/sandbox/played/{*path}", any(played))
        .route("/sandbox/{platform}/screen", get(screen))
        .route("/sandbox/{platform}/act", post(act))
        .route("/sandbox/{platform}/trouble", post(trouble))
        .route("/sandbox/{platform}/flavour", post(flavour))
        .route("/sandbox/{platform}/again", post(again))
        .route("/sandbox/{platform}/forge", post(forge))
}

/// A refusal as the API words it, for the page's script.
struct Refusal(StatusCode, String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "detail": self.1 }))).into_response()
    }
}

impl From<BenchError> for Refusal {
    fn from(error: BenchError) -> Self {
        let status = match error {
            BenchError::Nobody(_) => StatusCode::NOT_FOUND,
            BenchError::Impossible(_) | BenchError::NotConnected | BenchError::NoneYet => {
                StatusCode::CONFLICT
            }
            BenchError::Unreachable(_) => StatusCode::BAD_GATEWAY,
        };
        Self(status, error.to_string())
    }
}

fn demo(console: &Console) -> Result<&Arc<Demo>, Refusal> {
    console.demo().ok_or_else(|| Refusal(StatusCode::NOT_FOUND, "there is no sandbox here".to_owned()))
}

/// The demo, for a request that may change something.
async fn changing<'c>(console: &'c Console, headers: &HeaderMap) -> Result<&'c Arc<Demo>, Refusal> {
    let demo = demo(console)?;
    if console.proves(headers).await {
        return Ok(demo);
    }
    Err(Refusal(StatusCode::FORBIDDEN, "expected the login's token in x-csrf-token".to_owned()))
}

async fn phones(State(console): State<Console>, uri: Uri, headers: HeaderMap) -> Response {
    let shell = match console.shell(&headers, &uri, Place::Sandbox, Resource::Conversations).await {
        Ok(shell) => shell,
        Err(answer) => return *answer,
    };
    let demo = match demo(&console) {
        Ok(demo) => demo,
        Err(refusal) => return refusal.into_response(),
    };
    let phones: Vec<Value> = demo.sandbox.phones().map(|phone| described(&console, &shell, phone)).collect();
    let webchat =
        key_of_webchat(&console).map(|_| json!({ "page": format!("/sandbox/shop?lang={}", shell.tag()) }));
    let given = embedded(&json!({ "phones": phones, "webchat": webchat }));
    page(StatusCode::OK, &SandboxPage { shell, given }, uri.query())
}

fn described(console: &Console, shell: &Shell, phone: &Arc<dyn Phone>) -> Value {
    let platform = console.app().platforms.iter().find(|platform| platform.name == phone.platform());
    let title = |name: &str| {
        let known =
            platform.and_then(|platform| platform.flavours.iter().find(|flavour| flavour.name == name));
        known.map_or_else(|| name.to_owned(), |flavour| pick(shell.language, &flavour.title).to_owned())
    };
    let flavours: Vec<Value> = phone
        .flavours()
        .into_iter()
        .enumerate()
        .map(|(place, name)| json!({ "name": name, "title": title(name), "current": place == 0 }))
        .collect();
    json!({ "platform": phone.platform(), "customers": phone.customers(), "flavours": flavours })
}

fn key_of_webchat(console: &Console) -> Option<String> {
    let channels = console.app().channels.all();
    channels
        .iter()
        .find(|channel| channel.platform.name == "webchat")
        .map(|channel| channel.row.hook_key.clone())
}

async fn shop(State(console): State<Console>, uri: Uri, headers: HeaderMap) -> Response {
    match (console.demo(), key_of_webchat(&console)) {
        (Some(_), Some(key)) => {
            let shell = Shell::outside(language_of(uri.query(), &headers, None));
            shop_page(&ShopPage { shell, key })
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

#[derive(Deserialize)]
struct Whose {
    customer: String,
}

async fn screen(
    State(console): State<Console>,
    Path(platform): Path<String>,
    Query(whose): Query<Whose>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if let Err(answer) = console.shell(&headers, &uri, Place::Sandbox, Resource::Conversations).await {
        return *answer;
    }
    match demo(&console) {
        Ok(demo) => match demo.sandbox.phone(&platform) {
            Some(phone) => Json(seen(phone, &whose.customer)).into_response(),
            None => Refusal::from(BenchError::Nobody(platform)).into_response(),
        },
        Err(refusal) => refusal.into_response(),
    }
}

fn seen(phone: &Arc<dyn Phone>, customer: &str) -> Value {
    let mut screen = json!(phone.screen(customer));
    screen["troubles"] = json!(phone.troubles().now());
    screen
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActBody {
    customer: String,
    act: Act,
}

async fn act(
    State(console): State<Console>,
    Path(platform): Path<String>,
    headers: HeaderMap,
    Json(body): Json<ActBody>,
) -> Result<Json<Value>, Refusal> {
    let demo = changing(&console, &headers).await?;
    let told = demo.sandbox.act(&platform, &body.customer, &body.act).await?;
    Ok(Json(json!({ "hooks": told })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TroubleBody {
    trouble: Trouble,
    times: u32,
}

async fn trouble(
    State(console): State<Console>,
    Path(platform): Path<String>,
    headers: HeaderMap,
    Json(body): Json<TroubleBody>,
) -> Result<Json<Value>, Refusal> {
    let demo = changing(&console, &headers).await?;
    let phone = demo.sandbox.phone(&platform).ok_or(BenchError::Nobody(platform))?;
    phone.troubles().set(body.trouble, body.times);
    Ok(Json(json!({ "troubles": phone.troubles().now() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FlavourBody {
    flavour: String,
}

async fn flavour(
    State(console): State<Console>,
    Path(platform): Path<String>,
    headers: HeaderMap,
    Json(body): Json<FlavourBody>,
) -> Result<Json<Value>, Refusal> {
    let demo = changing(&console, &headers).await?;
    demo.switch_flavour(&platform, &body.flavour)
        .await
        .map_err(|detail| Refusal(StatusCode::CONFLICT, detail))?;
    Ok(Json(json!({ "flavour": body.flavour })))
}

async fn again(
    State(console): State<Console>,
    Path(platform): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let demo = changing(&console, &headers).await?;
    Ok(Json(json!({ "hooks": demo.sandbox.again(&platform, 3).await? })))
}

async fn forge(
    State(console): State<Console>,
    Path(platform): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let demo = changing(&console, &headers).await?;
    Ok(Json(json!({ "hooks": [demo.sandbox.forge(&platform).await?] })))
}

/// Files that the played platforms hold, under our own address, so that the pages' policy lets them be seen.
async fn played(
    State(console): State<Console>,
    Path(path): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    if let Err(answer) = console.shell(&headers, &uri, Place::Sandbox, Resource::Conversations).await {
        return *answer;
    }
    let Ok(demo) = demo(&console) else { return StatusCode::NOT_FOUND.into_response() };
    let inside =
        Request::get(format!("/{path}")).header("x-naru-sandbox", "phone").body(axum::body::Body::empty());
    match inside {
        Ok(request) => match demo.sandbox.api().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        },
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// Tells the page which phone has something new.
async fn changes(State(console): State<Console>, uri: Uri, headers: HeaderMap) -> Response {
    if let Err(answer) = console.shell(&headers, &uri, Place::Sandbox, Resource::Conversations).await {
        return *answer;
    }
    match demo(&console) {
        Ok(demo) => {
            let end = console.app().shutdown.clone();
            let told = told(&demo.sandbox).take_until(end.cancelled_owned());
            Sse::new(told).keep_alive(KeepAlive::default()).into_response()
        }
        Err(refusal) => refusal.into_response(),
    }
}

fn told(sandbox: &Sandbox) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let each = sandbox.phones().map(|phone| {
        let name = phone.platform();
        WatchStream::from_changes(phone.tape().watch())
            .map(move |_| Ok(Event::default().event("changed").data(name)))
            .boxed()
    });
    stream::select_all(each.collect::<Vec<_>>())
}
