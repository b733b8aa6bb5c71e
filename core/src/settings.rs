//! The settings that every channel takes, whatever its platform.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::capabilities::OnReturn;

/// How link buttons are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkButtons {
    /// As a sentence with the address (inventory D03, D04).
    #[default]
    Text,
    /// As the platform's own buttons (C19).
    Native,
}

/// Whether marks survive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Formatting {
    /// They are stripped (D05).
    #[default]
    Strip,
    /// They stay where the platform has them (C29).
    Native,
}

/// The language of fallback texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Korean.
    #[default]
    Ko,
    /// English.
    En,
}

impl Language {
    /// The language that a BCP 47 tag asks for: Korean for `ko...`, English for every other tag.
    pub fn of_tag(tag: &str) -> Self {
        if tag.get(..2).is_some_and(|head| head.eq_ignore_ascii_case("ko")) { Self::Ko } else { Self::En }
    }
}

/// The settings that every channel takes. Unknown keys are the platform's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CommonSettings {
    /// How link buttons are drawn.
    pub link_buttons: LinkButtons,
    /// Whether marks survive.
    pub formatting: Formatting,
    /// The language of fallback texts when the contact's is unknown.
    pub language: Language,
    /// Seconds between closing a conversation and ending the platform's session (C20).
    pub session_end_delay: u32,
    /// Whether the notice of K25 is the first automatic message of every session, where the platform demands one.
    pub retention_notice: bool,
    /// How many days chats are kept.
    pub retention_days: u32,
    /// The address of the privacy policy, for that notice.
    pub privacy_url: Option<String>,
    /// Where a returning customer's message goes; the platform's own rule where it is not set.
    pub on_return: Option<OnReturn>,
    /// Whether the platform's end of a session closes the conversation; the platform's own rule where it is not set.
    pub close_on_session_end: Option<bool>,
    /// Which dealer or provider spells the platform.
    pub flavour: Option<String>,
}

impl Default for CommonSettings {
    fn default() -> Self {
        Self {
            link_buttons: LinkButtons::Text,
            formatting: Formatting::Strip,
            language: Language::Ko,
            session_end_delay: 600,
            retention_notice: true,
            retention_days: 365,
            privacy_url: None,
            on_return: None,
            close_on_session_end: None,
            flavour: None,
        }
    }
}

impl CommonSettings {
    /// Reads them out of a channel's settings; the error names the setting and what was expected.
    pub fn read(settings: &Map<String, Value>) -> Result<Self, String> {
        serde_json::from_value(Value::Object(settings.clone())).map_err(|error| error.to_string())
    }
}
