//! `naru fixture record`: a recorded webhook as a scrubbed fixture.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use naru_core::adapter::{Platform, Request, Source};

use super::args::FixtureCommand;
use super::dispatch::say;
use super::{Exit, load_config, settle};
use crate::app::App;
use crate::clock::{Clock, random};
use crate::run::open;
use crate::scrub::{Scrub, Scrubbed};
use crate::store::rows::journal::{self, ListedRow};

pub(super) fn run(command: FixtureCommand, platforms: &'static [&'static Platform]) -> Exit {
    let FixtureCommand::Record { config, journal_id, into } = command;
    let config = match load_config(config, Vec::new()) {
        Ok(config) => config,
        Err(exit) => return exit,
    };
    settle(async move {
        let app = open(&config, platforms, Clock::system()).await.map_err(|error| error.to_string())?;
        let done = record(&app, &journal_id, into).await;
        app.shutdown.cancel();
        done
    })
}

async fn record(app: &App, id: &str, into: PathBuf) -> Result<(), String> {
    let (row, body) = load(app, id).await?;
    let stored: Vec<(String, String)> =
        serde_json::from_str(&row.headers).map_err(|error| format!("its stored headers: {error}"))?;
    let scrubbed = Scrub::new(random::<16>()).webhook(&stored, &row.query, &body);
    let events = events(app, &row, &scrubbed)?;
    let write = |name: &str, bytes: &[u8]| {
        let path = into.join(name);
        fs::write(&path, bytes).map_err(|error| format!("{}: {error}", path.display()))
    };
    fs::create_dir_all(&into).map_err(|error| format!("{}: {error}", into.display()))?;
    write("request.http", &request_text(&row, &scrubbed))?;
    write("events.json", events.as_bytes())?;
    say(&format!(
        "wrote request.http and events.json into {}; read them before you keep them",
        into.display()
    ));
    Ok(())
}

async fn load(app: &App, id: &str) -> Result<(ListedRow, Bytes), String> {
    let mut tx = app.db.read().await.map_err(|error| error.to_string())?;
    let row = journal::get(&mut tx, id).await.map_err(|error| error.to_string())?;
    let row = row.ok_or_else(|| format!("there is no webhook {id} in the journal"))?;
    let body = match &row.body_ref {
        None => Bytes::from(journal::body(&mut tx, id).await.map_err(|error| error.to_string())?),
        Some(sha256) => app.media.read_bytes(sha256).await.map_err(|error| format!("its body: {error}"))?,
    };
    Ok((row, body))
}

fn request_text(row: &ListedRow, scrubbed: &Scrubbed) -> Vec<u8> {
    let suffix = if row.suffix.is_empty() { String::new() } else { format!("/{}", row.suffix) };
    let query = if scrubbed.query.is_empty() { String::new() } else { format!("?{}", scrubbed.query) };
    let mut head = format!("{} /hooks/{}/k3y{suffix}{query} HTTP/1.1\n", row.method, row.platform);
    for (name, value) in &scrubbed.headers {
        writeln!(head, "{name}: {value}").expect("a string takes everything");
    }
    head.push('\n');
    [head.as_bytes(), &scrubbed.body].concat()
}

/// What the scrubbed webhook says, by the adapter of its own channel.
fn events(app: &App, row: &ListedRow, scrubbed: &Scrubbed) -> Result<String, String> {
    let channel = app.channels.find(&row.channel_id).ok_or("its channel is gone")?;
    let adapter =
        channel.adapter.as_ref().map_err(|error| format!("its channel cannot be opened: {error}"))?;
    let headers = scrubbed.headers.iter().filter_map(|(name, value)| {
        Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
    });
    let request = Request {
        method: row.method.parse().map_err(|_| format!("its method is {}", row.method))?,
        suffix: row.suffix.clone(),
        query: scrubbed.query.clone(),
        headers: headers.collect::<HeaderMap>(),
        body: Bytes::from(scrubbed.body.clone()),
        source: Source::Hook,
        peer: None,
        url: app.public_url.clone(),
        visitor: None,
        fetched: None,
    };
    let events = adapter.receive(&request).map_err(|malformed| format!("it cannot be read: {malformed}"))?;
    Ok(serde_json::to_string_pretty(&events).expect("events can be written as JSON") + "\n")
}
