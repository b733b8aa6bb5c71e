//! `naru demo`: a whole gateway with played platforms and invented customers, on one machine, without a network.
//!
//! The played platforms listen on a loopback address of their own; the gateway reaches them by `settings.api_base`, as
//! it would reach a proxy. Twelve conversations of three days are seeded through the same hooks, pipeline and outbox
//! as any other, under a clock that is moved from then to now.

mod client;
mod crossing;
mod seed;
mod stage;
mod story;
mod visitor;

pub use client::{Client, Refused};
pub use stage::{Options, Stage, run};

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use crate::sandbox::Sandbox;

/// What a demo adds to a gateway.
pub struct Demo {
    /// The key that the page for programs may show.
    pub api_key: String,
    /// The played platforms.
    pub sandbox: Arc<Sandbox>,
    /// Where the played platforms listen, without a slash at the end.
    pub played_at: String,
    /// The gateway's own API.
    pub client: Client,
    /// The channels' ids by platform.
    pub channels: BTreeMap<String, String>,
}

impl Demo {
    /// Lets a platform speak like another dealer, and tells the channel about it.
    pub async fn switch_flavour(&self, platform: &str, flavour: &str) -> Result<(), String> {
        let phone = self.sandbox.phone(platform).ok_or_else(|| format!("nobody plays {platform}"))?;
        let channel =
            self.channels.get(platform).ok_or_else(|| format!("no channel is connected to {platform}"))?;
        if !phone.set_flavour(flavour) {
            return Err(format!("{platform} is not played as {flavour}"));
        }
        let account = phone.account(&format!("{}/{platform}", self.played_at));
        let change = json!({ "credentials": account.credentials, "settings": account.settings });
        self.client
            .patch(&format!("/channels/{channel}"), &change)
            .await
            .map_err(|error| error.to_string())?;
        Ok(())
    }
}
