//! `naru check`: looks at everything that must be right before customers write, and says what to do where it is not.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use naru_core::adapter::{AdapterIdentity, Failure, Job, Outcome, Platform};
use serde::Serialize;

use super::Exit;
use super::args::{ConfigFile, TextOrJson};
use super::dispatch::say;
use crate::app::App;
use crate::channels::Channel;
use crate::clock::Clock;
use crate::config::{Config, Sources, load};
use crate::outbox::run_job;
use crate::secrets::Vault;
use crate::store::{Db, StoreError, migrations};

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    /// As it should be.
    Ok,
    /// It works, but should be known.
    Warning,
    /// It does not work.
    Failed,
}

/// What was looked at, how it is, and what can be done about it.
#[derive(Debug, Serialize)]
struct Finding {
    subject: String,
    verdict: Verdict,
    detail: String,
}

impl Finding {
    fn of(subject: impl Into<String>, verdict: Verdict, detail: impl Into<String>) -> Self {
        Self { subject: subject.into(), verdict, detail: detail.into() }
    }
}

/// What is printed for programs.
#[derive(Serialize)]
struct Report<'a> {
    ok: bool,
    findings: &'a [Finding],
}

pub(super) fn run(
    config: ConfigFile,
    offline: bool,
    format: TextOrJson,
    platforms: &'static [&'static Platform],
) -> Exit {
    let loaded = match load(&Sources::of_process(config.file, Vec::new())) {
        Ok(loaded) => loaded.config,
        Err(error) => {
            let faults =
                error.0.into_iter().map(|fault| Finding::of("configuration", Verdict::Failed, fault));
            print(&faults.collect::<Vec<_>>(), format);
            return Exit::Configuration;
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime starts");
    let findings = runtime.block_on(look(&loaded, offline, platforms));
    print(&findings, format);
    if is_well(&findings) { Exit::Done } else { Exit::Failed }
}

fn is_well(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.verdict != Verdict::Failed)
}

fn print(findings: &[Finding], format: TextOrJson) {
    let words = match format {
        TextOrJson::Json => {
            let report = Report { ok: is_well(findings), findings };
            serde_json::to_string_pretty(&report).expect("a report is JSON")
        }
        TextOrJson::Text => findings.iter().fold(String::new(), |mut words, finding| {
            let verdict = match finding.verdict {
                Verdict::Ok => "ok     ",
                Verdict::Warning => "warning",
                Verdict::Failed => "failed ",
            };
            writeln!(words, "{verdict}  {}: {}", finding.subject, finding.detail)
                .expect("a string takes everything");
            words
        }),
    };
    say(&words);
}

async fn look(config: &Config, offline: bool, platforms: &'static [&'static Platform]) -> Vec<Finding> {
    let mut findings = vec![Finding::of("configuration", Verdict::Ok, "every option is known and fits")];
    let (database, holds_data) = database(config).await;
    let key = master_key(&config.master_key_file(), holds_data);
    let may_open = holds_data && database.verdict == Verdict::Ok && key.verdict == Verdict::Ok;
    findings.extend([database, key, public_url(config)]);
    if may_open {
        channels(config, offline, platforms, &mut findings).await;
    } else {
        let detail = "not looked at: there is no database of this version with its key yet";
        findings.push(Finding::of("channels", Verdict::Warning, detail));
    }
    findings
}

/// The database, and whether it holds anything. Looking changes nothing: no file is made, no step applied.
async fn database(config: &Config) -> (Finding, bool) {
    let finding = |verdict, detail: String| Finding::of("database", verdict, detail);
    let url = config.database_url();
    if let Some(path) = sqlite_path(&url)
        && !Path::new(path).exists()
    {
        return (finding(Verdict::Ok, format!("{path} is made at the first start")), false);
    }
    match schema(&url).await {
        Ok(status) if status.applied > status.known => {
            let newer = StoreError::Newer { ours: status.known, found: status.applied };
            (finding(Verdict::Failed, newer.to_string()), true)
        }
        Ok(status) if status.applied < status.known => {
            let missing = status.known - status.applied;
            (
                finding(Verdict::Warning, format!("the next start applies {missing} steps to its schema")),
                status.applied > 0,
            )
        }
        Ok(status) => {
            (finding(Verdict::Ok, format!("reachable, its schema has version {}", status.known)), true)
        }
        Err(error) => (
            finding(Verdict::Failed, format!("{error}. Check database.url, the server, and who may log in")),
            false,
        ),
    }
}

/// The file of a SQLite address.
fn sqlite_path(url: &str) -> Option<&str> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    Some(path.split('?').next().unwrap_or(path))
}

async fn schema(url: &str) -> Result<migrations::Status, StoreError> {
    let db = Db::connect(url).await?;
    let status = migrations::look(&db).await;
    db.close().await;
    status
}

fn master_key(path: &Path, holds_data: bool) -> Finding {
    let finding = |verdict, detail: String| Finding::of("master key", verdict, detail);
    if !path.exists() {
        return if holds_data {
            let detail =
                format!("{} is missing: restore the key file that belongs to this database", path.display());
            finding(Verdict::Failed, detail)
        } else {
            finding(Verdict::Ok, format!("{} is made at the first start", path.display()))
        };
    }
    match Vault::open_or_create(path) {
        Ok(_) => finding(Verdict::Ok, format!("{} can be read, by its owner alone", path.display())),
        Err(error) => finding(Verdict::Failed, error.to_string()),
    }
}

fn public_url(config: &Config) -> Finding {
    let finding = |verdict, detail: String| Finding::of("public address", verdict, detail);
    match &config.public_url {
        None => {
            let detail = format!(
                "public_url is not set: platforms cannot reach {}; set it to the https address they can reach",
                config.public_url()
            );
            finding(Verdict::Warning, detail)
        }
        Some(url) if url.starts_with("https://") => finding(Verdict::Ok, url.clone()),
        Some(url) => {
            finding(Verdict::Warning, format!("{url} is not https: platforms refuse to post webhooks to it"))
        }
    }
}

async fn channels(
    config: &Config,
    offline: bool,
    platforms: &'static [&'static Platform],
    findings: &mut Vec<Finding>,
) {
    let app = match crate::run::open(config, platforms, Clock::system()).await {
        Ok(app) => app,
        Err(error) => return findings.push(Finding::of("channels", Verdict::Failed, error.to_string())),
    };
    let all = app.channels.all();
    if all.is_empty() {
        let detail = "none is connected: connect one in the console, or with naru apply";
        findings.push(Finding::of("channels", Verdict::Warning, detail));
    }
    let looks = all.iter().map(|channel| one_channel(&app, channel, offline));
    findings.extend(futures::future::join_all(looks).await);
    app.shutdown.cancel();
    app.db.close().await;
}

async fn one_channel(app: &App, channel: &Arc<Channel>, offline: bool) -> Finding {
    let subject = format!("{} ({})", channel.row.name, channel.row.platform);
    let enter = "enter them again in the console or with naru apply";
    let (verdict, detail) = match (&channel.adapter, offline) {
        (Err(error), _) => {
            (Verdict::Failed, format!("its credentials or settings do not fit: {error}; {enter}"))
        }
        (Ok(_), true) => (Verdict::Ok, "its credentials are there; the platform was not asked".to_owned()),
        (Ok(_), false) => match run_job(app, channel, Job::Check).await {
            Ok(Outcome::Checked(identity)) => identified(channel, &identity),
            Ok(_) => (Verdict::Ok, "the platform takes its credentials".to_owned()),
            Err(Failure::AuthBroken { reason }) => {
                (Verdict::Failed, format!("the platform refuses its credentials: {reason}; {enter}"))
            }
            Err(other) => {
                (Verdict::Failed, format!("the platform could not be asked: {}; try again", reason(&other)))
            }
        },
    };
    let paused = channel.is_paused() && verdict == Verdict::Ok;
    let verdict = if paused { Verdict::Warning } else { verdict };
    let detail = if paused { format!("{detail}; it is paused, nothing is sent") } else { detail };
    Finding::of(subject, verdict, detail)
}

fn identified(channel: &Channel, identity: &AdapterIdentity) -> (Verdict, String) {
    let known = &channel.row.identity;
    if !known.is_empty() && *known != identity.id {
        let detail = format!(
            "its credentials belong to {} ({}), the channel to {known}: enter the right ones, or connect a new channel",
            identity.name, identity.id
        );
        return (Verdict::Failed, detail);
    }
    let account = format!("the platform takes its credentials: {} ({})", identity.name, identity.id);
    if identity.remarks.is_empty() {
        (Verdict::Ok, account)
    } else {
        (Verdict::Warning, format!("{account}; {}", identity.remarks.join("; ")))
    }
}

fn reason(failure: &Failure) -> &str {
    match failure {
        Failure::Retry { reason, .. }
        | Failure::Throttled { reason, .. }
        | Failure::AuthBroken { reason }
        | Failure::SessionClosed { reason }
        | Failure::Unknown { reason }
        | Failure::Rejected { reason, .. } => reason,
    }
}
