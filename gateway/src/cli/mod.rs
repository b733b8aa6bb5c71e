//! The commands of `naru`: which there are, what they take, and how they end.

mod admin;
mod apply;
mod args;
mod check;
mod config;
mod demo;
mod dispatch;
mod fixture;
mod platforms;
mod preview;
mod preview_text;
mod queue;
mod replay;
mod serve;

pub use args::{
    AdminCommand, ApiKeyCommand, Cli, Command, ConfigCommand, ConfigFile, DemoArgs, FixtureCommand,
    QueueCommand, ReplayArgs, ServeArgs,
};
pub use dispatch::run;
pub use platforms::markdown_table;

use std::fmt::Display;
use std::process::ExitCode;

use naru_core::adapter::Platform;

use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, Flag, Sources, load};
use crate::run::open;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It did what it was asked.
    Done,
    /// It could not.
    Failed,
    /// It was asked in a way that it does not understand.
    Usage,
    /// The configuration is wrong.
    Configuration,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Configuration => 78,
        })
    }
}

/// The configuration of a command; its faults are told one by one.
fn load_config(file: ConfigFile, flags: Vec<Flag>) -> Result<Config, Exit> {
    load(&Sources::of_process(file.file, flags)).map(|loaded| loaded.config).map_err(|error| {
        error.0.iter().for_each(|fault| dispatch::complain(fault));
        Exit::Configuration
    })
}

/// Runs a command's work to its end; an error is told in a sentence.
fn settle<E: Display>(work: impl Future<Output = Result<(), E>>) -> Exit {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime starts");
    match runtime.block_on(work) {
        Ok(()) => Exit::Done,
        Err(error) => {
            dispatch::complain(&error.to_string());
            Exit::Failed
        }
    }
}

/// Runs a command over the gateway's parts with no worker started, beside a running gateway or without one.
fn with_app<E: Display>(
    config: ConfigFile,
    platforms: &'static [&'static Platform],
    work: impl AsyncFnOnce(App) -> Result<(), E>,
) -> Exit {
    match load_config(config, Vec::new()) {
        Ok(config) => settle(async move {
            let app = open(&config, platforms, Clock::system()).await.map_err(|error| error.to_string())?;
            let done = work(app.clone()).await.map_err(|error| error.to_string());
            app.shutdown.cancel();
            app.db.close().await;
            done
        }),
        Err(exit) => exit,
    }
}
