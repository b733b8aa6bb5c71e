//! `/platforms`: what each platform can do, and what an account on it needs.

use axum::Json;
use axum::extract::{Path, State};
use naru_core::adapter::{AccountSpec, Platform, Words};
use naru_core::capabilities::Capabilities;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::page::Page;
use super::problem::{Problem, Result};
use crate::app::App;

/// One platform.
#[derive(Serialize, ToSchema)]
pub struct PlatformDocument {
    /// Its name in addresses and settings.
    pub name: &'static str,
    /// Its name for people.
    #[schema(value_type = Object)]
    pub title: Words,
    /// What it can do; every limit with its unit and source.
    #[schema(value_type = Object)]
    pub capabilities: Capabilities,
    /// Its dealers or providers, and what each of them can do.
    pub flavours: Vec<FlavourDocument>,
    /// The fields of an account on it.
    #[schema(value_type = Object)]
    pub account: AccountSpec,
}

/// One dealer or provider of a platform.
#[derive(Serialize, ToSchema)]
pub struct FlavourDocument {
    /// The value of `settings.flavour`.
    pub name: &'static str,
    /// Its name for people.
    #[schema(value_type = Object)]
    pub title: Words,
    /// What it can do.
    #[schema(value_type = Object)]
    pub capabilities: Capabilities,
}

impl PlatformDocument {
    /// The document of a platform.
    pub fn of(platform: &'static Platform) -> Self {
        let flavours = platform.flavours.iter().map(|flavour| FlavourDocument {
            name: flavour.name,
            title: flavour.title,
            capabilities: platform.capabilities_of(Some(flavour.name)),
        });
        Self {
            name: platform.name,
            title: platform.title,
            capabilities: platform.capabilities.clone(),
            flavours: flavours.collect(),
            account: platform.account,
        }
    }
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get))
}

/// Every platform of this binary.
#[utoipa::path(get, path = "/platforms", tag = "platforms", responses((status = 200, body = Page<PlatformDocument>)))]
async fn list(State(app): State<App>) -> Json<Page<PlatformDocument>> {
    Json(Page::whole(app.platforms.iter().map(|platform| PlatformDocument::of(platform)).collect()))
}

/// One platform.
#[utoipa::path(get, path = "/platforms/{name}", tag = "platforms", responses((status = 200, body = PlatformDocument)))]
async fn get(State(app): State<App>, Path(name): Path<String>) -> Result<Json<PlatformDocument>> {
    let platform = app.platforms.iter().find(|platform| platform.name == name);
    platform.map(|p| Json(PlatformDocument::of(p))).ok_or_else(|| Problem::not_found("platform", &name))
}
