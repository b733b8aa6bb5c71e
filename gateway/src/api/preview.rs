//! `/preview`: what a message would look like, without sending it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use naru_core::adapter::Platform;
use naru_core::content::{Content, Pointed, read_content};
use naru_core::downgrade::MediaFacts;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Body;
use super::problem::{Problem, Result};
use crate::app::App;
use crate::channels::Channel;
use crate::preview::{Rendition, ReplyHandle, Request, render};

/// A content, and the platforms to draw it for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PreviewRequest {
    /// The content, or one of its short forms.
    #[schema(value_type = Object)]
    content: Value,
    /// At most 20.
    targets: Vec<PreviewTarget>,
}

/// A platform with settings to try, or a channel.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PreviewTarget {
    platform: Option<String>,
    channel_id: Option<String>,
    #[serde(default)]
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
}

/// One rendition per target, in their order.
#[derive(Serialize, ToSchema)]
struct PreviewDocument {
    #[schema(value_type = Vec<Object>)]
    renditions: Vec<Rendition>,
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(preview))
}

/// Content as it stands in a request's field; the places point into the whole request.
pub(super) fn content_at(field: &str, value: &Value) -> Result<Content> {
    read_content(value).map_err(|errors| {
        let inside = |error: Pointed| Pointed { pointer: format!("/{field}{}", error.pointer), ..error };
        Problem::invalid(errors.into_iter().map(inside).collect())
    })
}

/// Draws a content for each target: the parts, every change, what it costs.
#[utoipa::path(post, path = "/preview", tag = "preview", request_body = PreviewRequest,
    responses((status = 200, body = PreviewDocument)))]
async fn preview(
    State(app): State<App>,
    Body(request): Body<PreviewRequest>,
) -> Result<Json<PreviewDocument>> {
    let content = content_at("content", &request.content)?;
    if request.targets.is_empty() || request.targets.len() > 20 {
        return Err(Problem::at(
            "/targets",
            format!("expected 1 to 20 targets, found {}", request.targets.len()),
        ));
    }
    let media = BTreeMap::new();
    let mut renditions = Vec::new();
    for (place, target) in request.targets.into_iter().enumerate() {
        renditions.push(
            one(&app, &content, target, &media)
                .map_err(|error| Problem::at(format!("/targets/{place}{}", error.pointer), error.detail))?,
        );
    }
    Ok(Json(PreviewDocument { renditions }))
}

fn one(
    app: &App,
    content: &Content,
    target: PreviewTarget,
    media: &BTreeMap<String, MediaFacts>,
) -> Result<Rendition, Pointed> {
    let channel_id = target.channel_id.clone();
    let (platform, mut settings, name) = resolve(app, &target)?;
    settings.extend(target.settings);
    let short = |url: &str| crate::outbox::short_link(app, url);
    let variables = BTreeMap::from([("channel.name".to_owned(), name)]);
    let request = Request {
        platform,
        settings: &settings,
        media,
        variables: &variables,
        handle: ReplyHandle::None,
        short_link: Some(&short),
    };
    let mut rendition =
        render(content, &request).map_err(|detail| Pointed { pointer: "/settings".to_owned(), detail })?;
    rendition.target.channel_id = channel_id;
    Ok(rendition)
}

type Resolved = (&'static Platform, Map<String, Value>, String);

fn resolve(app: &App, target: &PreviewTarget) -> Result<Resolved, Pointed> {
    let wrong = |pointer: &str, detail: String| Pointed { pointer: pointer.to_owned(), detail };
    match (&target.platform, &target.channel_id) {
        (None, Some(id)) => {
            let channel: Arc<Channel> = app
                .channels
                .find(id)
                .ok_or_else(|| wrong("/channel_id", format!("there is no channel {id}")))?;
            Ok((channel.platform, channel.settings.clone(), channel.row.name.clone()))
        }
        (Some(name), None) => {
            let platform = app.platforms.iter().find(|platform| platform.name == name);
            let platform = platform.ok_or_else(|| {
                wrong("/platform", format!("there is no platform \"{name}\" in this binary"))
            })?;
            Ok((platform, Map::new(), String::new()))
        }
        _ => Err(wrong("", "expected either platform or channel_id".to_owned())),
    }
}
