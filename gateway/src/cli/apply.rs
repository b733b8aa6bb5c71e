//! `naru apply FILE`: creates or updates channels from a file, and says what it did. Running it again does nothing.

use std::path::PathBuf;
use std::sync::Arc;

use naru_core::adapter::Platform;
use naru_core::content::Pointed;
use serde_json::{Map, Value};

use super::args::ConfigFile;
use super::dispatch::say;
use super::{Exit, load_config, settle};
use crate::app::App;
use crate::channels::Channel;
use crate::channels::file::{Wanted, read};
use crate::channels::manage::{self, Credentials};
use crate::clock::Clock;
use crate::config::Config;
use crate::run::open;
use crate::store::rows::channel;

/// What must be done for one channel of the file.
enum Plan {
    /// It is not there yet.
    Create { platform: &'static Platform, wanted: Wanted },
    /// It is there, and something differs.
    Change {
        channel: Arc<Channel>,
        settings: Map<String, Value>,
        credentials: Credentials,
        what: Vec<String>,
    },
    /// It is there as wanted.
    Nothing { name: String, platform: String },
}

pub(super) fn run(
    config: ConfigFile,
    file: PathBuf,
    dry_run: bool,
    platforms: &'static [&'static Platform],
) -> Exit {
    match load_config(config, Vec::new()) {
        Ok(config) => settle(async move { apply(&config, platforms, file, dry_run).await }),
        Err(exit) => exit,
    }
}

async fn apply(
    config: &Config,
    platforms: &'static [&'static Platform],
    file: PathBuf,
    dry_run: bool,
) -> Result<(), String> {
    let wanted = read(&file).map_err(|faults| faults.join("\n"))?;
    let app = open(config, platforms, Clock::system()).await.map_err(|error| error.to_string())?;
    let done = carry_out(&app, wanted, dry_run).await;
    app.shutdown.cancel();
    done
}

/// Everything is planned before anything is written: a fault in the last channel changes nothing.
async fn carry_out(app: &App, wanted: Vec<Wanted>, dry_run: bool) -> Result<(), String> {
    let mut plans = Vec::new();
    let mut faults = Vec::new();
    for one in wanted {
        let name = one.name.clone();
        match plan(app, one).await {
            Ok(plan) => plans.push(plan),
            Err(fault) => faults.push(format!("{name}: {fault}")),
        }
    }
    if !faults.is_empty() {
        return Err(faults.join("\n"));
    }
    for plan in plans {
        let words = plan.words(dry_run);
        if !dry_run {
            plan.carry_out(app).await?;
        }
        say(&words);
    }
    Ok(())
}

async fn plan(app: &App, wanted: Wanted) -> Result<Plan, String> {
    let platform = app.platforms.iter().copied().find(|platform| platform.name == wanted.platform);
    let platform = platform.ok_or_else(|| {
        let known: Vec<_> = app.platforms.iter().map(|platform| platform.name).collect();
        format!("expected one of {}, found \"{}\"", known.join(", "), wanted.platform)
    })?;
    let there = app
        .channels
        .all()
        .into_iter()
        .find(|channel| channel.row.platform == wanted.platform && channel.row.name == wanted.name);
    let Some(channel) = there else {
        fits(platform, &wanted.credentials, &wanted.settings)?;
        return Ok(Plan::Create { platform, wanted });
    };
    change(app, channel, wanted).await
}

async fn change(app: &App, channel: Arc<Channel>, wanted: Wanted) -> Result<Plan, String> {
    let known = manage::open_credentials(app, &channel).await.map_err(|error| error.to_string())?;
    let mut settings = channel.settings.clone();
    settings.extend(wanted.settings);
    let mut what: Vec<String> = settings
        .iter()
        .filter(|(key, value)| channel.settings.get(*key) != Some(value))
        .map(|(key, _)| key.clone())
        .collect();
    if manage::moves_host(&channel.settings, &settings)
        && let Some(missing) = known.keys().find(|field| !wanted.credentials.contains_key(*field))
    {
        return Err(format!("{missing} must stand in the file, because another host would get it"));
    }
    let mut all = known.clone();
    all.extend(wanted.credentials.clone());
    fits(channel.platform, &all, &settings)?;
    let credentials: Credentials =
        wanted.credentials.into_iter().filter(|(field, value)| known.get(field) != Some(value)).collect();
    what.extend(credentials.keys().cloned());
    if what.is_empty() {
        return Ok(Plan::Nothing { name: wanted.name, platform: wanted.platform });
    }
    Ok(Plan::Change { channel, settings, credentials, what })
}

fn fits(
    platform: &'static Platform,
    credentials: &Credentials,
    settings: &Map<String, Value>,
) -> Result<(), String> {
    let sentence = |fault: &Pointed| format!("{}: {}", fault.pointer, fault.detail);
    manage::check_fields(platform, credentials, settings)
        .map_err(|faults| faults.iter().map(sentence).collect::<Vec<_>>().join("; "))?;
    let account = manage::account(credentials, settings, "");
    (platform.open)(&account).map(drop).map_err(|error| error.to_string())
}

impl Plan {
    fn words(&self, dry_run: bool) -> String {
        let (create, change) =
            if dry_run { ("would create", "would change") } else { ("created", "changed") };
        match self {
            Self::Create { wanted, .. } => format!("{create} {} on {}", wanted.name, wanted.platform),
            Self::Change { channel, what, .. } => {
                format!("{change} {} on {}: {}", channel.row.name, channel.row.platform, what.join(", "))
            }
            Self::Nothing { name, platform } => format!("nothing to do for {name} on {platform}"),
        }
    }

    async fn carry_out(self, app: &App) -> Result<(), String> {
        let shared = app.clone();
        let (row, credentials, is_new) = match self {
            Self::Nothing { .. } => return Ok(()),
            Self::Create { platform, wanted } => {
                let row = manage::new_row(app, platform, wanted.name.trim(), &wanted.settings);
                (row, wanted.credentials, true)
            }
            Self::Change { channel, settings, credentials, .. } => {
                let mut row = channel.row.clone();
                row.settings = Value::Object(settings).to_string();
                row.updated_at = app.clock.now().0;
                (row, credentials, false)
            }
        };
        let written = app.writer.run(move |tx| {
            Box::pin(async move {
                if is_new {
                    channel::insert(tx, &row).await?;
                }
                manage::put_credentials(tx, &shared, &row.id, &credentials).await?;
                if is_new { Ok(()) } else { channel::update(tx, &row).await }
            })
        });
        written.await.map_err(|error| error.to_string())?;
        app.reload_channels().await.map_err(|error| error.to_string())
    }
}
