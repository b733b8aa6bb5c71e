//! Fetches the whole of a long text, where a message holds only its beginning (Kakao's over 1,000 characters).
//!
//! Only the lanes of such messages wait, three seconds at most; the others go on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use naru_core::content::Content;
use naru_core::event::{Inbound, What};
use serde_json::{Map, Value};

use super::read::Webhook;
use crate::app::App;
use crate::channels::Channel;
use crate::store::Topic;

/// How long a text may take; then its beginning stands alone and says so.
const PATIENCE: Duration = Duration::from_secs(3);

/// A fetched text, or why there is none.
pub type Fetched = Result<String, String>;

/// Fetches the text at an address that a platform named: from the platform's own hosts only, at most 1 MiB.
pub type FetchText = Arc<dyn Fn(Arc<Channel>, String) -> BoxFuture<'static, Fetched> + Send + Sync>;

/// Texts that are on their way or have come, by their address.
#[derive(Clone, Default)]
pub(super) struct Texts(Arc<Mutex<HashMap<String, Option<Fetched>>>>);

impl Texts {
    /// Puts fetched texts into a webhook's messages. `false` while one is still on its way.
    pub(super) fn fill(&self, app: &App, fetch: &FetchText, webhook: &mut Webhook) -> bool {
        let Ok(told) = &mut webhook.told else { return true };
        let channel = Arc::clone(&told.channel);
        let mut is_ready = true;
        for event in &mut told.events {
            let What::Message(inbound) = &mut event.what else { continue };
            let Some(url) = inbound.full_text_url.clone() else { continue };
            match self.get(app, fetch, &channel, &url) {
                Some(Ok(text)) => {
                    inbound.content = Content::text(text);
                    inbound.full_text_url = None;
                }
                Some(Err(reason)) => truncated(inbound, &reason),
                None => is_ready = false,
            }
        }
        is_ready
    }

    fn get(&self, app: &App, fetch: &FetchText, channel: &Arc<Channel>, url: &str) -> Option<Fetched> {
        let mut known = self.0.lock().expect("nobody panics while holding the lock");
        if let Some(state) = known.get(url) {
            return state.clone();
        }
        known.insert(url.to_owned(), None);
        let (texts, app, url) = (self.clone(), app.clone(), url.to_owned());
        let text = fetch(Arc::clone(channel), url.clone());
        tokio::spawn(async move {
            let fetched = tokio::time::timeout(PATIENCE, text)
                .await
                .unwrap_or_else(|_| Err(format!("no answer within {} s", PATIENCE.as_secs())));
            let mut known = texts.0.lock().expect("nobody panics while holding the lock");
            known.insert(url, Some(fetched));
            app.wakes.wake(Topic::Pipeline);
        });
        None
    }

    /// Forgets texts that no waiting message needs any more.
    pub(super) fn rest(&self) {
        let mut known = self.0.lock().expect("nobody panics while holding the lock");
        known.retain(|_, state| state.is_none());
    }
}

/// Keeps the beginning and says that it is only that.
fn truncated(inbound: &mut Inbound, reason: &str) {
    let mut extra = match std::mem::take(&mut inbound.extra) {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    extra.insert("truncated".to_owned(), Value::Bool(true));
    extra.insert("truncated_because".to_owned(), Value::String(reason.to_owned()));
    inbound.extra = Value::Object(extra);
}
