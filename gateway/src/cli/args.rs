//! What the commands take.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// A self-hosted messenger gateway with an inbox: customers write where they like, you answer in one place.
#[derive(Debug, Parser)]
#[command(name = "naru", version, max_term_width = 100)]
pub struct Cli {
    /// What to do; help without it.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the gateway.
    Serve(ServeArgs),
    /// Run the gateway with faked platforms, sample data and customers' phones; nothing leaves this machine.
    Demo(DemoArgs),
    /// Check the configuration, the database, the keys and every channel's credentials.
    Check {
        /// Where the configuration lies.
        #[command(flatten)]
        config: ConfigFile,
        /// Ask no platform.
        #[arg(long)]
        offline: bool,
        /// How to print the findings.
        #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
        format: TextOrJson,
    },
    /// Create or update channels from a file.
    Apply {
        /// Where the configuration lies.
        #[command(flatten)]
        config: ConfigFile,
        /// The file; `config/channels.example.toml` shows its form.
        file: PathBuf,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// Show what every platform can do.
    Platforms {
        /// How to print it.
        #[arg(long, value_enum, default_value_t = TableFormat::Table)]
        format: TableFormat,
    },
    /// Show what becomes of a content document on a platform, without sending it.
    Preview(PreviewArgs),
    /// Look after what is parked: webhooks that could not be worked, messages that could not be sent.
    Queue {
        /// Where the configuration lies.
        #[command(flatten)]
        config: ConfigFile,
        /// What to do.
        #[command(subcommand)]
        command: QueueCommand,
    },
    /// Read recorded webhooks again.
    Replay(ReplayArgs),
    /// Make fixtures.
    Fixture {
        /// What to do.
        #[command(subcommand)]
        command: FixtureCommand,
    },
    /// Show the effective configuration, or its schema.
    Config {
        /// What to do.
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Accounts and keys without the console, also while the gateway runs.
    Admin {
        /// Where the configuration lies.
        #[command(flatten)]
        config: ConfigFile,
        /// What to do.
        #[command(subcommand)]
        command: AdminCommand,
    },
    /// Print the API's OpenAPI document.
    Openapi,
}

/// Where the configuration lies.
#[derive(Clone, Debug, Default, Args)]
pub struct ConfigFile {
    /// The configuration file; `naru.toml` in the working directory, if it exists, without it.
    #[arg(id = "config_file", long = "config", value_name = "FILE", global = true)]
    pub file: Option<PathBuf>,
}

/// What `serve` takes.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Where the configuration lies.
    #[command(flatten)]
    pub config: ConfigFile,
    /// Where to listen, e.g. 127.0.0.1:8080.
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// What `demo` takes.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Where to listen.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// A data folder that is kept; a temporary one without it.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// What `preview` takes.
#[derive(Debug, Args)]
pub struct PreviewArgs {
    /// The platform, e.g. kakao.
    #[arg(long, value_name = "NAME")]
    pub platform: String,
    /// The dealer or provider, where the platform has several.
    #[arg(long, value_name = "FLAVOUR")]
    pub flavour: Option<String>,
    /// A setting of the channel, e.g. `link_buttons=native`; may be given several times.
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// How to print it.
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub format: TextOrJson,
    /// The content document, or `-` for standard input.
    #[arg(value_name = "FILE|-")]
    pub file: PathBuf,
}

/// What `replay` takes.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Where the configuration lies.
    #[command(flatten)]
    pub config: ConfigFile,
    /// Only this webhook.
    #[arg(long)]
    pub id: Option<String>,
    /// Only this channel's webhooks.
    #[arg(long)]
    pub channel: Option<String>,
    /// Only webhooks since then (RFC 3339).
    #[arg(long)]
    pub since: Option<String>,
    /// Only say what would change.
    #[arg(long)]
    pub dry_run: bool,
}

/// What `queue` does.
#[derive(Debug, Subcommand)]
pub enum QueueCommand {
    /// List what is parked.
    Ls,
    /// Show one row.
    Show {
        /// The row's id.
        id: String,
    },
    /// Try one row again.
    Retry {
        /// The row's id.
        id: String,
    },
    /// Leave one row undone for good.
    Skip {
        /// The row's id.
        id: String,
    },
}

/// What `fixture` does.
#[derive(Debug, Subcommand)]
pub enum FixtureCommand {
    /// Write a recorded webhook as a scrubbed fixture.
    Record {
        /// Where the configuration lies.
        #[command(flatten)]
        config: ConfigFile,
        /// The webhook's id in the journal.
        journal_id: String,
        /// The folder to write into.
        #[arg(long, value_name = "DIR")]
        into: PathBuf,
    },
}

/// What `config` does.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the effective configuration, secrets masked.
    Show {
        /// Where the configuration lies.
        #[command(flatten)]
        config: ConfigFile,
        /// Say beside each value where it came from.
        #[arg(long)]
        origin: bool,
    },
    /// Print the JSON Schema of the configuration.
    Schema,
}

/// What `admin` does.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Create an administrator.
    Create {
        /// The administrator's mail address.
        #[arg(long)]
        email: String,
        /// Read the password from standard input; a generated one is printed without it.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Give somebody a new password.
    ResetPassword {
        /// Their mail address.
        #[arg(long)]
        email: String,
        /// Read the password from standard input; a generated one is printed without it.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Keys to the API.
    ApiKey {
        /// What to do.
        #[command(subcommand)]
        command: ApiKeyCommand,
    },
}

/// What `admin api-key` does.
#[derive(Debug, Subcommand)]
pub enum ApiKeyCommand {
    /// Create a key and print it, alone, on the last line.
    Create {
        /// What it is for.
        #[arg(long)]
        name: String,
        /// What it may do: `all`, `<resource>:read` or `<resource>:write`.
        #[arg(long, required = true, num_args = 1.., value_name = "SCOPE")]
        scope: Vec<String>,
    },
}

/// For people or for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TextOrJson {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// How a table is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For a terminal.
    Table,
    /// For a document.
    Markdown,
    /// For programs.
    Json,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_tree_of_commands_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_reads_the_configuration_that_is_named() {
        for line in [
            "naru serve --config x",
            "naru check --config x",
            "naru apply f --config x",
            "naru queue --config x ls",
            "naru replay --config x",
            "naru fixture record j --into d --config x",
            "naru config show --config x",
            "naru admin --config x create --email e",
        ] {
            assert!(Cli::try_parse_from(line.split(' ')).is_ok(), "{line}");
        }
    }
}
