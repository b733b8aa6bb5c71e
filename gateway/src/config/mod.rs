//! The configuration: `naru.toml`, overruled by the environment, overruled by flags; every value knows its origin.

mod load;
mod network;
mod origin;
mod safety;
mod schema;
mod show;
#[cfg(test)]
mod tests;
mod types;

pub use load::{Flag, Sources, load};
pub use network::Network;
pub use origin::{Origin, Origins};
pub use safety::{create_data_dir, unsafe_settings};
pub use schema::schema;
pub use show::show;
pub use types::{Config, Database, Egress, Environment, Limits, Log, LogFormat, Media, Metrics, SecretUrl};

/// The documented defaults, which are the defaults.
pub const DEFAULTS: &str = include_str!("../../../config/naru.toml");

/// What is wrong with the configuration, one sentence per fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

/// A configuration and where each of its values came from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// Where each value came from.
    pub origins: Origins,
    /// The merged values as they were written, for showing.
    pub(crate) values: toml::Table,
}
