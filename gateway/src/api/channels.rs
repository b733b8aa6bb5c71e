//! `/channels`: connected accounts.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use naru_core::adapter::{Failure, Job, Outcome, Platform};
use naru_core::time::Millis;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Body;
use super::page::Page;
use super::problem::{Problem, Result, Slug};
use crate::app::App;
use crate::channels::manage::{self, Credentials};
use crate::channels::{Channel, Health};
use crate::store::rows::channel::{self, ChannelRow};

/// A connected account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChannelDocument {
    id: String,
    platform: String,
    name: String,
    /// Where the platform must post its webhooks.
    hook_url: String,
    /// `ok`, `degraded`, `auth_broken`, `quota` or `paused`.
    #[schema(value_type = String)]
    health: Health,
    /// Why it is not `ok`.
    health_reason: Option<String>,
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
    credentials: BTreeMap<String, CredentialDocument>,
    /// The platform's id of the account, once a check has read it.
    identity: Option<String>,
    #[schema(value_type = String)]
    created_at: Millis,
    #[schema(value_type = String)]
    updated_at: Millis,
}

/// What may be shown of a credential.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct CredentialDocument {
    set: bool,
    hint: Option<String>,
    #[schema(value_type = Option<String>)]
    set_at: Option<Millis>,
}

impl ChannelDocument {
    /// The document of a channel; `public_url` stands in its hook's address.
    pub fn of(channel: &Channel, public_url: &str) -> Self {
        let fields = channel.platform.account.credentials.iter().map(|field| {
            let known = channel.hints.get(field.name);
            let document = CredentialDocument {
                set: known.is_some(),
                hint: known.map(|known| known.hint.clone()),
                set_at: known.map(|known| known.set_at),
            };
            (field.name.to_owned(), document)
        });
        Self {
            id: channel.row.id.clone(),
            platform: channel.row.platform.clone(),
            name: channel.row.name.clone(),
            hook_url: format!("{public_url}/hooks/{}/{}", channel.row.platform, channel.row.hook_key),
            health: channel.health(),
            health_reason: channel.row.health_reason.clone(),
            settings: channel.settings.clone(),
            credentials: fields.collect(),
            identity: Some(channel.row.identity.clone()).filter(|identity| !identity.is_empty()),
            created_at: Millis(channel.row.created_at),
            updated_at: Millis(channel.row.updated_at),
        }
    }
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, change, remove))
        .routes(routes!(check))
        .routes(routes!(pause))
        .routes(routes!(resume))
}

fn find(app: &App, id: &str) -> Result<Arc<Channel>> {
    app.channels.find(id).ok_or_else(|| Problem::not_found("channel", id))
}

fn document(app: &App, id: &str) -> Result<Json<ChannelDocument>> {
    Ok(Json(ChannelDocument::of(&*find(app, id)?, &app.public_url)))
}

/// Every connected account, oldest first.
#[utoipa::path(get, path = "/channels", tag = "channels", responses((status = 200, body = Page<ChannelDocument>)))]
async fn list(State(app): State<App>) -> Json<Page<ChannelDocument>> {
    let all = app.channels.all();
    Json(Page::whole(all.iter().map(|channel| ChannelDocument::of(channel, &app.public_url)).collect()))
}

/// One connected account.
#[utoipa::path(get, path = "/channels/{id}", tag = "channels", responses((status = 200, body = ChannelDocument)))]
async fn get(State(app): State<App>, Path(id): Path<String>) -> Result<Json<ChannelDocument>> {
    document(&app, &id)
}

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewChannel {
    platform: String,
    name: String,
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>)]
    credentials: Credentials,
    #[serde(default)]
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
}

fn check_name(name: &str) -> Result<()> {
    let length = name.trim().chars().count();
    if (1..=100).contains(&length) {
        return Ok(());
    }
    Err(Problem::at("/name", format!("expected 1 to 100 characters, found {length}")))
}

fn check_fields(
    platform: &'static Platform,
    credentials: &Credentials,
    settings: &Map<String, Value>,
) -> Result<()> {
    manage::check_fields(platform, credentials, settings).map_err(Problem::invalid)?;
    let account = manage::account(credentials, settings, "");
    (platform.open)(&account).map(drop).map_err(|error| {
        let is_credential = platform.account.credentials.iter().any(|field| field.name == error.field);
        let group = if is_credential { "credentials" } else { "settings" };
        Problem::at(format!("/{group}/{}", error.field), error.to_string())
    })
}

/// Connects an account.
#[utoipa::path(post, path = "/channels", tag = "channels", request_body = NewChannel,
    responses((status = 201, body = ChannelDocument)))]
async fn create(
    State(app): State<App>,
    Body(new): Body<NewChannel>,
) -> Result<(StatusCode, Json<ChannelDocument>)> {
    let platform = app.platforms.iter().find(|platform| platform.name == new.platform).ok_or_else(|| {
        let known: Vec<&str> = app.platforms.iter().map(|platform| platform.name).collect();
        let detail = format!("expected one of {}, found \"{}\"", known.join(", "), new.platform);
        Problem::at("/platform", detail)
    })?;
    check_name(&new.name)?;
    check_fields(platform, &new.credentials, &new.settings)?;
    let row = manage::new_row(&app, platform, new.name.trim(), &new.settings);
    let id = row.id.clone();
    store(&app, move |tx, app| {
        Box::pin(async move {
            channel::insert(tx, &row).await?;
            manage::put_credentials(tx, &app, &row.id, &new.credentials).await
        })
    })
    .await?;
    Ok((StatusCode::CREATED, document(&app, &id)?))
}

async fn store<F>(app: &App, work: F) -> Result<()>
where
    F: for<'t> FnOnce(
            &'t mut crate::store::Tx,
            App,
        ) -> futures::future::BoxFuture<'t, crate::store::Result<()>>
        + Send
        + 'static,
{
    let shared = app.clone();
    app.writer.run(move |tx| work(tx, shared)).await?;
    app.reload_channels().await?;
    Ok(())
}

/// What of an account is to be changed; settings and credentials that are not named stay.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChannelChange {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>)]
    credentials: Credentials,
    /// A setting of `null` goes back to its default.
    #[serde(default)]
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
}

/// Changes an account. Another host needs the credentials again; credentials of another account are refused.
#[utoipa::path(patch, path = "/channels/{id}", tag = "channels", request_body = ChannelChange,
    responses((status = 200, body = ChannelDocument)))]
async fn change(
    State(app): State<App>,
    Path(id): Path<String>,
    Body(change): Body<ChannelChange>,
) -> Result<Json<ChannelDocument>> {
    let channel = find(&app, &id)?;
    if let Some(name) = &change.name {
        check_name(name)?;
    }
    let mut settings = channel.settings.clone();
    settings.extend(change.settings.clone());
    settings.retain(|_, value| !value.is_null());
    if manage::moves_host(&channel.settings, &settings) {
        require_again(&channel, &change.credentials)?;
    }
    let mut credentials = manage::open_credentials(&app, &channel).await?;
    credentials.extend(change.credentials.clone());
    check_fields(channel.platform, &credentials, &settings)?;
    let mut row = channel.row.clone();
    if !change.credentials.is_empty() {
        same_account(&app, &channel, &credentials, &settings, &mut row).await?;
    }
    row.name = change.name.map_or(row.name, |name| name.trim().to_owned());
    row.settings = Value::Object(settings).to_string();
    row.updated_at = app.clock.now().0;
    store(&app, move |tx, app| {
        Box::pin(async move {
            manage::put_credentials(tx, &app, &row.id, &change.credentials).await?;
            channel::update(tx, &row).await
        })
    })
    .await?;
    document(&app, &id)
}

fn require_again(channel: &Channel, entered: &Credentials) -> Result<()> {
    let missing = channel.hints.keys().filter(|field| !entered.contains_key(*field));
    let errors: Vec<_> = missing
        .map(|field| naru_core::content::Pointed {
            pointer: format!("/credentials/{field}"),
            detail: "must be entered again, because another host would get it".to_owned(),
        })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

/// Asks the platform whose the new credentials are; what cannot be asked now is left to the next check.
async fn same_account(
    app: &App,
    channel: &Channel,
    credentials: &Credentials,
    settings: &Map<String, Value>,
    row: &mut ChannelRow,
) -> Result<()> {
    let checked = crate::outbox::check_account(app, channel.platform, credentials, settings).await;
    match checked {
        Ok(identity) if !row.identity.is_empty() && identity.id != row.identity => Err(Problem::new(
            Slug::OtherAccount,
            format!(
                "these credentials belong to {} ({}), this channel to {}",
                identity.name, identity.id, row.identity
            ),
        )),
        Ok(identity) => {
            row.identity = identity.id;
            "ok".clone_into(&mut row.health);
            row.health_reason = None;
            Ok(())
        }
        Err(Failure::AuthBroken { reason }) => {
            Health::AuthBroken.name().clone_into(&mut row.health);
            row.health_reason = Some(reason);
            Ok(())
        }
        Err(_) => Ok(()),
    }
}

/// Removes an account and forgets its credentials. Its conversations stay.
#[utoipa::path(delete, path = "/channels/{id}", tag = "channels", responses((status = 204)))]
async fn remove(State(app): State<App>, Path(id): Path<String>) -> Result<StatusCode> {
    let mut row = find(&app, &id)?.row.clone();
    let now = app.clock.now().0;
    row.deleted_at = Some(now);
    row.updated_at = now;
    store(&app, move |tx, _| {
        Box::pin(async move {
            channel::forget_secrets(tx, &row.id, now).await?;
            channel::update(tx, &row).await
        })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a check found.
#[derive(Serialize, ToSchema)]
struct CheckDocument {
    ok: bool,
    /// The account behind the credentials.
    identity: Option<IdentityDocument>,
    /// What is wrong, in a sentence for the admin.
    problem: Option<String>,
    /// What is not wrong, but should be known.
    remarks: Vec<String>,
    #[schema(value_type = String)]
    health: Health,
}

/// The account behind a channel's credentials.
#[derive(Serialize, ToSchema)]
struct IdentityDocument {
    id: String,
    name: String,
}

/// Asks the platform who the credentials belong to.
#[utoipa::path(post, path = "/channels/{id}/check", tag = "channels", responses((status = 200, body = CheckDocument)))]
async fn check(State(app): State<App>, Path(id): Path<String>) -> Result<Json<CheckDocument>> {
    let channel = find(&app, &id)?;
    let result = crate::outbox::run_job(&app, &channel, Job::Check).await;
    let mut row = channel.row.clone();
    let (identity, problem) = match result {
        Ok(Outcome::Checked(found)) if !row.identity.is_empty() && found.id != row.identity => {
            return Err(Problem::new(
                Slug::OtherAccount,
                format!(
                    "the credentials belong to {} ({}), this channel to {}",
                    found.name, found.id, row.identity
                ),
            ));
        }
        Ok(Outcome::Checked(found)) => (Some(found), None),
        Ok(_) => (None, None),
        Err(failure) => (None, Some(failure)),
    };
    if let Some(found) = &identity {
        row.identity.clone_from(&found.id);
    }
    let (health, reason) = match &problem {
        None => (Health::Ok, None),
        Some(Failure::AuthBroken { reason }) => (Health::AuthBroken, Some(reason.clone())),
        Some(other) => (Health::Degraded, Some(sentence(other))),
    };
    health.name().clone_into(&mut row.health);
    row.health_reason.clone_from(&reason);
    row.updated_at = app.clock.now().0;
    store(&app, move |tx, _| Box::pin(async move { channel::update(tx, &row).await })).await?;
    Ok(Json(CheckDocument {
        ok: problem.is_none(),
        remarks: identity.as_ref().map(|found| found.remarks.clone()).unwrap_or_default(),
        identity: identity.map(|found| IdentityDocument { id: found.id, name: found.name }),
        problem: reason,
        health: find(&app, &id)?.health(),
    }))
}

fn sentence(failure: &Failure) -> String {
    match failure {
        Failure::Retry { reason, .. }
        | Failure::Throttled { reason, .. }
        | Failure::AuthBroken { reason }
        | Failure::SessionClosed { reason }
        | Failure::Unknown { reason }
        | Failure::Rejected { reason, .. } => reason.clone(),
    }
}

/// Stops sending on a channel; webhooks are still taken.
#[utoipa::path(post, path = "/channels/{id}/pause", tag = "channels", responses((status = 200, body = ChannelDocument)))]
async fn pause(State(app): State<App>, Path(id): Path<String>) -> Result<Json<ChannelDocument>> {
    set_paused(&app, &id, true).await
}

/// Sends on a channel again: after a pause, and after credentials or a quota were mended at the platform.
#[utoipa::path(post, path = "/channels/{id}/resume", tag = "channels", responses((status = 200, body = ChannelDocument)))]
async fn resume(State(app): State<App>, Path(id): Path<String>) -> Result<Json<ChannelDocument>> {
    set_paused(&app, &id, false).await
}

async fn set_paused(app: &App, id: &str, paused: bool) -> Result<Json<ChannelDocument>> {
    let mut row = find(app, id)?.row.clone();
    row.paused = i64::from(paused);
    row.updated_at = app.clock.now().0;
    if !paused {
        "ok".clone_into(&mut row.health);
        row.health_reason = None;
    }
    store(app, move |tx, _| {
        Box::pin(async move {
            channel::update(tx, &row).await?;
            if paused { Ok(()) } else { crate::outbox::release_held(tx, &row.id, row.updated_at).await }
        })
    })
    .await?;
    document(app, id)
}
