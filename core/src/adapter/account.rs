//! What an admin enters for an account, as data, and the entered account.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The same words in Korean and English.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Words {
    /// Korean.
    pub ko: &'static str,
    /// English.
    pub en: &'static str,
}

/// What an admin must or may enter.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct AccountSpec {
    /// Stored encrypted, never shown again.
    pub credentials: &'static [FieldSpec],
    /// Stored and shown as they are, beside the settings that every platform takes.
    pub settings: &'static [FieldSpec],
}

/// One field of an account.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct FieldSpec {
    /// Its key in `credentials` or `settings`.
    pub name: &'static str,
    /// What the form calls it.
    pub label: Words,
    /// Where the admin finds it.
    pub help: Words,
    /// Whether it must be entered.
    pub required: Requirement,
    /// What is entered.
    pub kind: FieldType,
    /// What holds when it is left out.
    pub default: Option<&'static str>,
}

/// Whether a field must be entered.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Requirement {
    /// Always.
    Always,
    /// Never.
    Optional,
    /// When the setting has one of the values.
    When {
        /// The setting's name.
        setting: &'static str,
        /// The values.
        values: &'static [&'static str],
    },
    /// When the other credential is not entered.
    Unless {
        /// The other credential.
        credential: &'static str,
    },
}

/// What is entered in a field.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// One line.
    Text,
    /// Several lines (a key file).
    LongText,
    /// An `http` or `https` address without a query.
    Url,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
    /// One of these.
    Choice(&'static [&'static str]),
    /// A list of lines.
    List,
}

/// A value that must not be seen: its `Debug` hides it, and it has no `Display` and no `Serialize`.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Hides `value`.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, to be used and not kept.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// An entered account.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// The credentials by name. A platform's own short-lived token lies here too, under the names that
    /// [`super::TokenGrant`] gave.
    pub credentials: BTreeMap<String, Secret>,
    /// Credentials that were replaced less than 24 h ago; good for `verify` only.
    pub previous: BTreeMap<String, Vec<Secret>>,
    /// The settings by name.
    pub settings: Map<String, Value>,
    /// The identity that an earlier check read; empty before the first one.
    pub identity: String,
}

impl Account {
    /// A credential that must be there.
    pub fn credential(&self, name: &'static str) -> Result<&Secret, AccountError> {
        self.credentials
            .get(name)
            .filter(|secret| !secret.expose().is_empty())
            .ok_or(AccountError { field: name, detail: "is required".to_owned() })
    }

    /// A setting of text, where it is entered and not empty.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }
}

/// A field that an account cannot be opened with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {detail}")]
pub struct AccountError {
    /// The field.
    pub field: &'static str,
    /// What is wrong with it.
    pub detail: String,
}
