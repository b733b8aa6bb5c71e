//! Every option as a type. The sentences here are those of the schema; the defaults stand in `config/naru.toml`.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use naru_core::settings::Language;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::network::Network;

/// The effective configuration.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the gateway listens for webhooks, the API and the console.
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// The address under which platforms and browsers reach the gateway, without a slash at the end.
    #[serde(deserialize_with = "web_address")]
    pub public_url: Option<String>,
    /// Where the database, the media and the master key lie.
    pub data_dir: PathBuf,
    /// The file with the master keys that seal credentials.
    #[serde(deserialize_with = "unless_empty")]
    pub master_key_file: Option<PathBuf>,
    /// Whether unsafe settings are refused.
    pub env: Environment,
    /// The language of the console for people who have chosen none.
    #[schemars(with = "LanguageName")]
    pub locale: Language,
    /// The time zone of business hours and of times in texts, by its IANA name.
    #[serde(deserialize_with = "time_zone")]
    pub time_zone: String,
    /// Addresses or networks of reverse proxies whose `X-Forwarded-For` is believed.
    #[schemars(with = "Vec<String>")]
    pub trusted_proxies: Vec<Network>,
    /// The database.
    pub database: Database,
    /// The media.
    pub media: Media,
    /// The metrics.
    pub metrics: Metrics,
    /// Calls to the outside.
    pub egress: Egress,
    /// What is logged, and how.
    pub log: Log,
    /// Sizes, counts and times that are not exceeded.
    pub limits: Limits,
}

/// The database.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `postgres://...`, or `sqlite:PATH`; SQLite in the data folder when it is empty.
    #[serde(deserialize_with = "unless_empty")]
    #[schemars(with = "String")]
    pub url: Option<SecretUrl>,
}

/// The media.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Media {
    /// Where media lie; a folder in the data folder when it is empty.
    #[serde(deserialize_with = "unless_empty")]
    #[schemars(with = "String")]
    pub url: Option<SecretUrl>,
}

/// The metrics.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// A listener of its own for `/metrics`; the gateway's own when it is empty.
    #[serde(deserialize_with = "unless_empty")]
    #[schemars(with = "String")]
    pub listen: Option<SocketAddr>,
}

/// Calls to the outside.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Egress {
    /// Whether addresses in private networks may be called.
    pub allow_private_network: bool,
}

/// What is logged, and how.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// For people or for machines.
    pub format: LogFormat,
    /// Which lines are written, as a level or a filter.
    pub level: String,
}

/// Sizes, counts and times that are not exceeded.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The largest webhook in bytes.
    pub webhook_bytes: usize,
    /// The largest mail in bytes.
    pub mail_bytes: usize,
    /// The largest request to the API in bytes, uploads aside.
    pub api_bytes: usize,
    /// The largest upload in bytes.
    pub upload_bytes: u64,
    /// The largest medium that is fetched, in bytes.
    pub fetch_bytes: u64,
    /// How many connections are open at once.
    #[schemars(range(min = 1))]
    pub connections: usize,
    /// How many bytes of request bodies are held in memory at once.
    pub body_memory_bytes: usize,
    /// How many seconds a client may take to send its headers, or stay idle.
    #[schemars(range(min = 1))]
    pub header_seconds: u64,
    /// How many seconds a client may take to send its body.
    #[schemars(range(min = 1))]
    pub body_seconds: u64,
    /// How many webhooks may wait to be worked before further ones get 503.
    pub backlog_rows: u64,
    /// How many refused webhooks an hour are kept per channel.
    pub refused_per_hour: u32,
    /// How many requests a minute one visitor, or one address, of the web chat may make.
    #[schemars(range(min = 1))]
    pub visitor_per_minute: u32,
    /// How many seconds running work may take to end when the process is told to stop.
    pub drain_seconds: u64,
}

/// Whether unsafe settings are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// They are not.
    Development,
    /// They are.
    Production,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For machines.
    Json,
}

/// The languages of the console, for the schema.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used: core knows nothing of schemas")]
enum LanguageName {
    Ko,
    En,
}

impl Config {
    /// The address of the database.
    pub fn database_url(&self) -> String {
        match &self.database.url {
            Some(url) => url.expose().to_owned(),
            None => crate::store::Db::sqlite_url(&self.data_dir),
        }
    }

    /// The address under which the world reaches us, without a slash at the end.
    pub fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }

    /// The file of the master keys.
    pub fn master_key_file(&self) -> PathBuf {
        self.master_key_file.clone().unwrap_or_else(|| self.data_dir.join("master.key"))
    }

    /// The folder of the media, where they lie in a folder.
    pub fn media_dir(&self) -> PathBuf {
        match &self.media.url {
            Some(url) => Path::new(url.expose().strip_prefix("file:").unwrap_or(url.expose())).to_owned(),
            None => self.data_dir.join("media"),
        }
    }
}

/// An address that may hold a password: `Debug` and `Display` mask it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct SecretUrl(String);

impl SecretUrl {
    /// The address with its password.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The address with `***` for its password, and for every value of its query.
    pub fn masked(&self) -> String {
        mask(&self.0)
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Display for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// Masks the password and the query's values of an address; works on what is no valid address too.
pub(super) fn mask(url: &str) -> String {
    let (base, query) = url.split_once('?').map_or((url, None), |(base, query)| (base, Some(query)));
    let mut text =
        match base.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?))) {
            Some((scheme, (user, host))) => match user.split_once(':') {
                Some((name, _)) => format!("{scheme}://{name}:***@{host}"),
                None => format!("{scheme}://{user}@{host}"),
            },
            None => base.to_owned(),
        };
    for (index, pair) in query.into_iter().flat_map(|query| query.split('&')).enumerate() {
        text.push(if index == 0 { '?' } else { '&' });
        text.push_str(pair.split('=').next().unwrap_or_default());
        text.push_str("=***");
    }
    text
}

/// Empty text is no value.
fn unless_empty<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    T::deserialize(serde::de::value::StringDeserializer::<D::Error>::new(text)).map(Some)
}

fn web_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let Some(text) = unless_empty::<D, String>(deserializer)? else { return Ok(None) };
    let expected = || {
        serde::de::Error::custom(format!(
            "expected an http or https address without a query, found \"{text}\""
        ))
    };
    let url = url::Url::parse(&text).map_err(|_| expected())?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    if !is_web || url.query().is_some() || url.fragment().is_some() {
        return Err(expected());
    }
    Ok(Some(text.trim_end_matches('/').to_owned()))
}

fn time_zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    match jiff::tz::TimeZone::get(&name) {
        Ok(_) => Ok(name),
        Err(_) => Err(serde::de::Error::custom(format!(
            "expected the IANA name of a time zone such as \"Asia/Seoul\", found \"{name}\""
        ))),
    }
}
