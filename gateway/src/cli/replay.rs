//! `naru replay`: reads recorded webhooks again and says what would be, or is, different.

use std::fmt::Write;

use naru_core::adapter::Platform;
use naru_core::time::Millis;

use super::args::ReplayArgs;
use super::dispatch::{complain, say};
use super::{Exit, with_app};
use crate::app::App;
use crate::pipeline::replay::{Difference, ReplayReport, Selection, replay};
use crate::store::rows::journal;

pub(super) fn run(args: ReplayArgs, platforms: &'static [&'static Platform]) -> Exit {
    let since = match args.since.as_deref().map(|text| (text, Millis::parse(text))) {
        Some((text, None)) => {
            complain(&format!("--since: expected an RFC 3339 time, found \"{text}\""));
            return Exit::Usage;
        }
        Some((_, Some(time))) => Some(time),
        None => None,
    };
    with_app(args.config, platforms, async move |app| {
        let selection = Selection {
            channel_id: args.channel.map(|named| channel(&app, &named)).transpose()?,
            since: since.unwrap_or(Millis(0)),
            ids: args.id.into_iter().collect(),
        };
        if let [id] = &selection.ids[..] {
            let mut tx = app.db.read().await.map_err(|error| error.to_string())?;
            let row = journal::get(&mut tx, id).await.map_err(|error| error.to_string())?;
            row.ok_or_else(|| format!("there is no webhook {id}"))?;
        }
        let report = replay(&app, selection, args.dry_run).await.map_err(|error| error.to_string())?;
        say(&words(&report));
        Ok::<_, String>(())
    })
}

/// The channel's id; people may give its name.
fn channel(app: &App, named: &str) -> Result<String, String> {
    let all = app.channels.all();
    let mut fitting = all.iter().filter(|channel| channel.row.id == named || channel.row.name == named);
    match (fitting.next(), fitting.next()) {
        (Some(one), None) => Ok(one.row.id.clone()),
        (Some(_), Some(_)) => Err(format!("there are several channels named \"{named}\": give the id")),
        (None, _) => Err(format!("there is no channel \"{named}\"")),
    }
}

fn words(report: &ReplayReport) -> String {
    let mut words = String::new();
    for one in &report.differences {
        difference(&mut words, one);
    }
    let (webhooks, unchanged, differing) = (report.webhooks, report.unchanged, report.differences.len());
    let tail = if report.dry_run { "; nothing was written" } else { "" };
    write!(words, "{webhooks} webhooks read again: {unchanged} events as before, {differing} differ{tail}")
        .expect("a string takes everything");
    words
}

fn difference(words: &mut String, one: &Difference) {
    let message = one.message_id.as_deref().map(|id| format!(" message {id}")).unwrap_or_default();
    writeln!(words, "{} {}{message}", one.what, one.journal_id).expect("a string takes everything");
    for (sign, text) in [("-", &one.before), ("+", &one.after)] {
        for line in text.iter().flat_map(|text| text.lines()) {
            writeln!(words, "  {sign} {line}").expect("a string takes everything");
        }
    }
}
