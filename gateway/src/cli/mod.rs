//! The commands of `naru`: which there are, what they take, and how they end.

mod args;
mod config;
mod dispatch;
mod platforms;
mod preview;
mod preview_text;

pub use args::{
    AdminCommand, ApiKeyCommand, Cli, Command, ConfigCommand, ConfigFile, DemoArgs, FixtureCommand,
    QueueCommand, ReplayArgs, ServeArgs,
};
pub use dispatch::run;
pub use platforms::markdown_table;

use std::process::ExitCode;

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
