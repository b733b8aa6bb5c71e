//! A rendition, and for whom it was made.

use std::ops::Deref;

use naru_core::capabilities::Capabilities;
use naru_core::content::Pointed;
use naru_core::downgrade::rendition::{self, Reason};
use serde::Serialize;
use serde_json::{Map, Value};

/// What a content looks like on one platform.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rendition {
    /// For whom it was rendered.
    pub target: Target,
    #[serde(flatten)]
    drawn: rendition::Rendition,
    /// What is wrong with the document itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Pointed>,
}

/// For whom something was rendered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Target {
    /// The platform.
    pub platform: String,
    /// The channel, where one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<String>,
    /// The settings that were tried.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub settings: Map<String, Value>,
}

impl Rendition {
    pub(super) fn of(target: Target, drawn: rendition::Rendition) -> Self {
        Self { target, drawn, errors: Vec::new() }
    }

    /// A rendition of a document that is not valid.
    pub fn refused(
        target: Target,
        reason: Reason,
        errors: Vec<Pointed>,
        capabilities: &Capabilities,
    ) -> Self {
        Self { target, drawn: rendition::refused(reason, capabilities), errors }
    }
}

impl Deref for Rendition {
    type Target = rendition::Rendition;
    fn deref(&self) -> &rendition::Rendition {
        &self.drawn
    }
}
