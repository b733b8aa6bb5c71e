//! Connecting, changing and removing accounts.

use std::collections::BTreeMap;

use naru_core::adapter::{Account, FieldSpec, FieldType, Platform, Requirement, Secret};
use naru_core::content::Pointed;
use naru_core::ids::ChannelId;
use naru_core::settings::CommonSettings;
use naru_core::time::DAY;
use serde_json::{Map, Value};

use super::{Channel, place};
use crate::app::App;
use crate::clock::random;
use crate::secrets::hint;
use crate::store::rows::channel::{self, ChannelRow, SecretRow};
use crate::store::{StoreError, Tx};

/// How long a replaced credential may still verify webhooks that were signed with it.
const OLD_SECRET: i64 = DAY;

/// The settings that every platform takes besides its own.
const COMMON: &[&str] = &[
    "link_buttons",
    "formatting",
    "language",
    "session_end_delay",
    "retention_notice",
    "retention_days",
    "privacy_url",
    "on_return",
    "close_on_session_end",
    "api_base",
    "upload_base",
    "content_base",
];

/// The settings whose change sends the credentials to another host.
const HOSTS: &[&str] = &["api_base", "upload_base", "content_base"];

/// Credentials as they were entered.
pub type Credentials = BTreeMap<String, Secret>;

/// Checks a new account's fields; the places name every one that does not fit.
pub fn check_fields(
    platform: &Platform,
    credentials: &Credentials,
    settings: &Map<String, Value>,
) -> Result<(), Vec<Pointed>> {
    let mut errors = unknown_fields(platform, credentials, settings);
    for field in platform.account.credentials {
        let entered = credentials.get(field.name).is_some_and(|secret| !secret.expose().is_empty());
        if !entered && is_required(field, credentials, settings) {
            errors.push(pointed("credentials", field.name, "is required"));
        }
    }
    for field in platform.account.settings {
        match settings.get(field.name) {
            Some(value) if !value.is_null() => errors.extend(check_value(field, value)),
            _ if is_required(field, credentials, settings) && field.default.is_none() => {
                errors.push(pointed("settings", field.name, "is required"));
            }
            _ => {}
        }
    }
    if let Err(error) = CommonSettings::read(settings) {
        errors.push(Pointed { pointer: "/settings".to_owned(), detail: error });
    }
    errors.extend(HOSTS.iter().filter_map(|host| check_host(host, settings.get(*host)?)));
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn unknown_fields(
    platform: &Platform,
    credentials: &Credentials,
    settings: &Map<String, Value>,
) -> Vec<Pointed> {
    let names = |fields: &[FieldSpec]| fields.iter().map(|field| field.name).collect::<Vec<_>>();
    let known_credentials = names(platform.account.credentials);
    let mut known_settings = names(platform.account.settings);
    known_settings.extend(COMMON.iter().copied());
    let strange = |group: &str, name: &str, known: &[&str]| {
        let detail = format!("is unknown: expected one of {}", known.join(", "));
        (!known.contains(&name)).then(|| pointed(group, name, &detail))
    };
    let credentials = credentials.keys().filter_map(|name| strange("credentials", name, &known_credentials));
    let settings = settings.keys().filter_map(|name| strange("settings", name, &known_settings));
    credentials.chain(settings).collect()
}

fn pointed(group: &str, name: &str, detail: &str) -> Pointed {
    Pointed { pointer: format!("/{group}/{name}"), detail: detail.to_owned() }
}

fn is_required(field: &FieldSpec, credentials: &Credentials, settings: &Map<String, Value>) -> bool {
    match field.required {
        Requirement::Always => true,
        Requirement::Optional => false,
        Requirement::Unless { credential } => {
            credentials.get(credential).is_none_or(|secret| secret.expose().is_empty())
        }
        Requirement::When { setting, values } => {
            settings.get(setting).and_then(Value::as_str).is_some_and(|value| values.contains(&value))
        }
    }
}

fn check_value(field: &FieldSpec, value: &Value) -> Option<Pointed> {
    let expected = match field.kind {
        FieldType::Text | FieldType::LongText if value.is_string() => return None,
        FieldType::Text | FieldType::LongText => "expected text".to_owned(),
        FieldType::Url if value.as_str().is_some_and(is_base) => return None,
        FieldType::Url => "expected an http or https address without a query".to_owned(),
        FieldType::Number if value.is_number() => return None,
        FieldType::Number => "expected a number".to_owned(),
        FieldType::Boolean if value.is_boolean() => return None,
        FieldType::Boolean => "expected true or false".to_owned(),
        FieldType::Choice(options) if value.as_str().is_some_and(|text| options.contains(&text)) => {
            return None;
        }
        FieldType::Choice(options) => format!("expected one of {}", options.join(", ")),
        FieldType::List if value.as_array().is_some_and(|list| list.iter().all(Value::is_string)) => {
            return None;
        }
        FieldType::List => "expected a list of texts".to_owned(),
    };
    Some(pointed("settings", field.name, &format!("{expected}, found {value}")))
}

fn check_host(name: &str, value: &Value) -> Option<Pointed> {
    let fits = value.is_null() || value.as_str().is_some_and(is_base);
    (!fits).then(|| {
        pointed(
            "settings",
            name,
            &format!("expected an http or https address without a query, found {value}"),
        )
    })
}

fn is_base(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    })
}

/// Whether new settings would send the credentials to another host than before.
pub fn moves_host(before: &Map<String, Value>, after: &Map<String, Value>) -> bool {
    HOSTS.iter().any(|host| before.get(*host) != after.get(*host))
}

/// An account as the adapter is opened with, before it is stored.
pub fn account(credentials: &Credentials, settings: &Map<String, Value>, identity: &str) -> Account {
    Account {
        credentials: credentials.clone(),
        previous: BTreeMap::new(),
        settings: settings.clone(),
        identity: identity.to_owned(),
    }
}

/// A new channel's row.
pub fn new_row(app: &App, platform: &Platform, name: &str, settings: &Map<String, Value>) -> ChannelRow {
    let now = app.clock.now();
    let id: ChannelId = app.ids.next(now);
    ChannelRow {
        id: id.to_string(),
        platform: platform.name.to_owned(),
        name: name.to_owned(),
        hook_key: crate::auth::hex(&random::<16>()),
        settings: Value::Object(settings.clone()).to_string(),
        identity: String::new(),
        health: "ok".to_owned(),
        health_reason: None,
        paused: 0,
        created_at: now.0,
        updated_at: now.0,
        deleted_at: None,
    }
}

/// Seals credentials and stores them as the newest generation of each.
pub async fn put_credentials(
    tx: &mut Tx,
    app: &App,
    channel_id: &str,
    credentials: &Credentials,
) -> Result<(), StoreError> {
    let now = app.clock.now();
    for (field, value) in credentials {
        let sealed = app.vault.seal(&place(channel_id, field), value);
        let row = SecretRow {
            channel_id: channel_id.to_owned(),
            field: field.clone(),
            generation: now.0,
            key_id: sealed.key_id,
            nonce: sealed.nonce,
            sealed: sealed.sealed,
            hint: hint(value),
            set_at: now.0,
            valid_until: None,
        };
        channel::put_secret(tx, &row, (now + OLD_SECRET).0).await?;
    }
    Ok(())
}

/// The credentials of a channel as the adapter sees them, opened again from the store.
pub async fn open_credentials(app: &App, channel: &Channel) -> Result<Credentials, StoreError> {
    let mut opened = Credentials::new();
    for row in channel::secrets(&mut app.db.read().await?).await? {
        if row.channel_id != channel.row.id || row.valid_until.is_some() {
            continue;
        }
        let sealed = crate::secrets::Sealed { key_id: row.key_id, nonce: row.nonce, sealed: row.sealed };
        if let Ok(value) = app.vault.open(&place(&channel.row.id, &row.field), &sealed) {
            opened.insert(row.field, value);
        }
    }
    Ok(opened)
}
