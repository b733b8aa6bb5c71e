//! Reads the command line and runs the command.

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use naru_core::adapter::Platform;

use super::args::{Cli, Command, ConfigCommand};
use super::{Exit, admin, apply, check, config, demo, fixture, platforms, preview, queue, replay, serve};

/// Runs what the process was asked for, with these platforms in the binary.
pub fn run(known: &'static [&'static Platform]) -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => execute(cli, known).into(),
        Err(error) => {
            // Help and version are asked for and go to stdout with 0; everything else is wrong usage, with 2.
            let _ = error.print();
            if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() }
        }
    }
}

fn execute(cli: Cli, known: &'static [&'static Platform]) -> Exit {
    match cli.command {
        None => say(&Cli::command().render_help().to_string()),
        Some(Command::Platforms { format }) => platforms::print(known, format),
        Some(Command::Preview(args)) => preview::run(known, &args),
        Some(Command::Config { command: ConfigCommand::Schema }) => config::print_schema(),
        Some(Command::Config { command: ConfigCommand::Show { config, origin } }) => {
            config::print(config.file, origin)
        }
        Some(Command::Demo(args)) => demo::demo(args, known),
        Some(Command::Serve(args)) => serve::serve(args, known),
        Some(Command::Admin { config, command }) => admin::run(config, command),
        Some(Command::Apply { config, file, dry_run }) => apply::run(config, file, dry_run, known),
        Some(Command::Fixture { command }) => fixture::run(command, known),
        Some(Command::Openapi) => say(&crate::api::openapi().to_pretty_json().expect("the document is JSON")),
        Some(Command::Check { config, offline, format }) => check::run(config, offline, format, known),
        Some(Command::Queue { config, command }) => queue::run(config, command, known),
        Some(Command::Replay(args)) => replay::run(args, known),
    }
}

/// Writes to stdout. A reader that went away (`| head`) is no failure.
pub(super) fn say(text: &str) -> Exit {
    let mut out = std::io::stdout().lock();
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    match write!(out, "{text}{newline}").and_then(|()| out.flush()) {
        Ok(()) => Exit::Done,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Done,
        Err(error) => {
            complain(&format!("standard output cannot be written: {error}"));
            Exit::Failed
        }
    }
}

/// Writes a sentence to stderr.
pub(super) fn complain(sentence: &str) {
    let _ = writeln!(std::io::stderr(), "naru: {sentence}");
}
