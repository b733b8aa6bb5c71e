//! Jobs that run in memory: checks, profiles, tokens, media, read marks, typing. Losing one costs nothing.

use std::sync::Arc;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use naru_core::adapter::{Adapter, AdapterIdentity, Answers, Failure, Job, Next, Outcome, Platform};
use serde_json::{Map, Value};

use super::exchange::{carry, make};
use super::running::Made;
use super::token;
use crate::app::App;
use crate::channels::Channel;
use crate::channels::manage::{Credentials, account};
use crate::media::{Blob, describe};
use crate::store::rows::media::MediaRow;

/// More calls than any job needs.
const MOST_CALLS: usize = 20;
/// The longest wait that a platform may ask for and that is still waited for in place, in milliseconds.
const SHORT: i64 = 2_000;

/// Runs a job to its end. Questions are asked up to three times; what acts (read marks, typing) once.
pub async fn run_job(app: &App, channel: &Arc<Channel>, job: Job) -> Result<Outcome, Failure> {
    let channel = token::ready(app, channel).await?;
    let Ok(adapter) = &channel.adapter else {
        let reason = channel.adapter.as_ref().err().cloned().unwrap_or_default();
        return Err(Failure::AuthBroken { reason });
    };
    match job {
        Job::MarkRead { .. } | Job::Typing { .. } => once(app, &channel.row.id, adapter.as_ref(), &job).await,
        question => patiently(app, &channel.row.id, adapter.as_ref(), &question).await,
    }
}

/// Asks a platform who credentials belong to, before they are stored.
pub async fn check_account(
    app: &App,
    platform: &'static Platform,
    credentials: &Credentials,
    settings: &Map<String, Value>,
) -> Result<AdapterIdentity, Failure> {
    let open = |credentials: &Credentials| {
        (platform.open)(&account(credentials, settings, ""))
            .map_err(|error| Failure::Rejected { code: error.field.to_owned(), reason: error.to_string() })
    };
    let mut adapter = open(credentials)?;
    if adapter.needs_token(app.clock.now())
        && let Outcome::Token(grant) = patiently(app, "", adapter.as_ref(), &Job::Token).await?
    {
        let mut with_token = credentials.clone();
        with_token.extend(grant.credentials);
        adapter = open(&with_token)?;
    }
    match patiently(app, "", adapter.as_ref(), &Job::Check).await? {
        Outcome::Checked(identity) => Ok(identity),
        other => {
            Err(Failure::Retry { reason: format!("expected an identity, found {other:?}"), after_ms: None })
        }
    }
}

/// Runs a question again where it failed in a way that passes at once.
pub(super) async fn patiently(
    app: &App,
    channel_id: &str,
    adapter: &dyn Adapter,
    job: &Job,
) -> Result<Outcome, Failure> {
    let policy = ExponentialBuilder::default().with_min_delay(Duration::from_millis(250)).with_max_times(2);
    (|| once(app, channel_id, adapter, job)).retry(policy).sleep(tokio::time::sleep).when(passes).await
}

fn passes(failure: &Failure) -> bool {
    matches!(failure, Failure::Retry { after_ms, .. } if after_ms.unwrap_or(0) <= SHORT)
}

async fn once(app: &App, channel_id: &str, adapter: &dyn Adapter, job: &Job) -> Result<Outcome, Failure> {
    let mut answers = Answers::default();
    for _ in 0..MOST_CALLS {
        let call = match adapter.next(job, &answers, app.clock.now()) {
            Next::Done(outcome) => return Ok(outcome),
            Next::Failed(failure) => return Err(failure),
            Next::Call(call) => call,
        };
        let (made, _) = carry(app, channel_id, adapter, &call).await;
        answers.answered.insert(call.step.clone(), answer_of(made)?);
    }
    Err(endless())
}

/// Fetches a medium that the platform holds, into the store and its row.
pub(crate) async fn fetch_medium(
    app: &App,
    channel: &Arc<Channel>,
    reference: &str,
    row: &MediaRow,
) -> Result<Blob, Failure> {
    let job = Job::Media { reference: reference.to_owned() };
    let (mut answers, mut stored) = (Answers::default(), None);
    for _ in 0..MOST_CALLS {
        let Ok(adapter) = &channel.adapter else { break };
        let call = match adapter.next(&job, &answers, app.clock.now()) {
            Next::Done(_) => break,
            Next::Failed(failure) => return Err(failure),
            Next::Call(call) => call,
        };
        let (made, blob) = make(app, channel, &call).await;
        let mut answer = answer_of(made)?;
        if let Some(blob) = blob {
            let described = describe(&app.media, &blob).await;
            let mut known = row.clone();
            known.mime = Some(described.mime);
            known.size = i64::try_from(blob.size).ok();
            answer.stored = known.facts(&app.public_url);
            stored = Some(blob);
        }
        answers.answered.insert(call.step.clone(), answer);
    }
    stored.ok_or_else(endless)
}

fn answer_of(made: Made) -> Result<naru_core::adapter::Answer, Failure> {
    match made {
        Made::Answered(answer) => Ok(answer),
        Made::NotSent(reason) | Made::Lost(reason) => Err(Failure::Retry { reason, after_ms: None }),
        Made::Refused(reason) => Err(Failure::Rejected { code: "address".to_owned(), reason }),
        Made::NoToken(failure) => Err(failure),
    }
}

fn endless() -> Failure {
    Failure::Rejected { code: "internal".to_owned(), reason: "the job brought nothing".to_owned() }
}
