//! What a message would look like on a platform, without sending it: the same for the command, the API and the
//! console's composer.

mod rendition;
mod words;

pub use naru_core::downgrade::rendition::{Cost, Drawn, Reason, ReplyHandle, Verdict};
pub use rendition::{Rendition, Target};
pub use words::{change_in_words, verdict_in_words};

use std::collections::BTreeMap;

use naru_core::adapter::Platform;
use naru_core::content::Content;
use naru_core::downgrade::{Context, MediaFacts, fit, rendition::rendition as draw};
use naru_core::settings::CommonSettings;
use serde_json::{Map, Value};

/// What a content is rendered for.
pub struct Request<'a> {
    /// The platform.
    pub platform: &'a Platform,
    /// The channel's settings, or the ones to try.
    pub settings: &'a Map<String, Value>,
    /// What is known of each medium, by id or by address.
    pub media: &'a BTreeMap<String, MediaFacts>,
    /// The values of variables, by path.
    pub variables: &'a BTreeMap<String, String>,
    /// Whether a free way to answer is at hand.
    pub handle: ReplyHandle,
    /// Makes a short address for a long one, where there is a public address.
    pub short_link: Option<&'a dyn Fn(&str) -> String>,
}

/// Renders a content; the error says which setting is not valid, and why.
pub fn render(message: &Content, request: &Request<'_>) -> Result<Rendition, String> {
    let settings = CommonSettings::read(request.settings)?;
    let capabilities = request.platform.capabilities_of(settings.flavour.as_deref());
    let context = Context {
        platform: request.platform,
        capabilities: &capabilities,
        link_buttons: settings.link_buttons,
        formatting: settings.formatting,
        language: settings.language,
        message: None,
        media: request.media,
        variables: request.variables,
        short_link: request.short_link,
        numbered_before: 0,
    };
    let target = Target {
        platform: request.platform.name.to_owned(),
        channel_id: None,
        settings: request.settings.clone(),
    };
    Ok(Rendition::of(target, draw(&fit(message, &context), &context, request.handle)))
}
