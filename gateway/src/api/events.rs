//! `/events`: what happened, in order; as pages, and as a stream.

use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use http::HeaderMap;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Params;
use super::page::{Page, PageParams};
use super::problem::{Problem, Result};
use crate::app::App;
use crate::documents::{self, EventDoc};
use crate::store::rows::event::{self, DomainEventRow};
use crate::store::{Topic, Tx};

/// A stream that says nothing for so long says a comment, so that proxies keep it open.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How many events a stream reads at a time.
const CHUNK: i64 = 100;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(stream))
}

/// What is listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct ListParams {
    /// The id of the last event that is known already; from the beginning, unless given.
    after: Option<String>,
    /// Of this conversation.
    conversation_id: Option<String>,
    /// Of this channel.
    channel_id: Option<String>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageParams,
}

async fn position(tx: &mut Tx, id: Option<&str>, pointer: &str) -> Result<Option<i64>> {
    let Some(id) = id.filter(|id| !id.is_empty()) else { return Ok(None) };
    let found = event::position_of(tx, id).await?;
    found.map(Some).ok_or_else(|| Problem::at(pointer, format!("there is no event {id}")))
}

/// Events in the order in which they were committed. `next_cursor` goes on where the page ends.
#[utoipa::path(get, path = "/events", tag = "events", params(ListParams, PageParams),
    responses((status = 200, body = Page<EventDoc>)))]
async fn list(State(app): State<App>, Params(params): Params<ListParams>) -> Result<Json<Page<EventDoc>>> {
    let limit = params.page.limit()?;
    let mut tx = app.db.read().await?;
    let start = match params.page.after::<i64>()? {
        Some(position) => position,
        None => position(&mut tx, params.after.as_deref(), "/after").await?.unwrap_or(0),
    };
    let asked = i64::try_from(limit).unwrap_or(200) + 1;
    let (conversation, channel) = (params.conversation_id.as_deref(), params.channel_id.as_deref());
    let rows = event::after(&mut tx, start, conversation, channel, asked).await?;
    let page = Page::of(rows, limit, |row: &DomainEventRow| row.position);
    let items = page.items.iter().map(documents::event).collect::<Result<_, _>>()?;
    Ok(Json(Page { items, next_cursor: page.next_cursor }))
}

/// What is streamed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct StreamParams {
    /// The id of the last event that is known already; only new ones, unless this or `Last-Event-ID` is given.
    after: Option<String>,
    /// Of this conversation.
    conversation_id: Option<String>,
    /// Of this channel.
    channel_id: Option<String>,
}

struct Follow {
    app: App,
    position: i64,
    conversation_id: Option<String>,
    channel_id: Option<String>,
    ready: std::collections::VecDeque<Event>,
}

/// Events as they happen (server-sent events): `id` is the event's id, `event` its type, `data` its document. A
/// `Last-Event-ID` goes on behind that event.
#[utoipa::path(get, path = "/events/stream", tag = "events", params(StreamParams),
    responses((status = 200, content_type = "text/event-stream", body = String)))]
async fn stream(
    State(app): State<App>,
    Params(params): Params<StreamParams>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = std::result::Result<Event, Infallible>>>> {
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let mut tx = app.db.read().await?;
    let known = position(&mut tx, last.or(params.after.as_deref()), "/after").await?;
    let position = match known {
        Some(position) => position,
        None => event::head(&mut tx).await?,
    };
    drop(tx);
    let follow = Follow {
        app,
        position,
        conversation_id: params.conversation_id,
        channel_id: params.channel_id,
        ready: std::collections::VecDeque::new(),
    };
    let events = futures::stream::unfold(follow, |mut follow| async move {
        let event = follow.next().await?;
        Some((Ok(event), follow))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

impl Follow {
    /// The next event; `None` when the process is ending or the database is gone: the client connects again.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let app = self.app.clone();
            // Before looking, so that what is committed meanwhile is not slept through.
            let touched = app.wakes.watch(Topic::Events);
            tokio::pin!(touched);
            touched.as_mut().enable();
            self.look().await.ok()?;
            if self.ready.is_empty() {
                tokio::select! {
                    () = app.shutdown.cancelled() => return None,
                    () = touched => {}
                    // Other nodes' commits are not heard of here; on one node this costs a query per second and stream.
                    () = tokio::time::sleep(Duration::from_secs(1)), if app.db.is_postgres() => {}
                }
            }
        }
    }

    async fn look(&mut self) -> crate::store::Result<()> {
        let mut tx = self.app.db.read().await?;
        let (conversation, channel) = (self.conversation_id.as_deref(), self.channel_id.as_deref());
        for row in event::after(&mut tx, self.position, conversation, channel, CHUNK).await? {
            self.position = row.position;
            let document = documents::event(&row)?;
            let data = serde_json::to_string(&document).expect("a document is JSON");
            self.ready.push_back(Event::default().id(document.id).event(document.r#type).data(data));
        }
        Ok(())
    }
}
