//! What the downgrade and the adapters must know of the media in a content.

use std::collections::BTreeMap;

use naru_core::content::{Content, Media};
use naru_core::downgrade::MediaFacts;

use crate::app::App;
use crate::outbox::media_of;
use crate::store::rows::media;
use crate::store::{Result, Tx};

/// What is known of each stored medium of a content, by id; of those whose bytes are not there yet, nothing.
pub async fn facts_in(tx: &mut Tx, app: &App, content: &Content) -> Result<BTreeMap<String, MediaFacts>> {
    let ids: Vec<String> = media_of(content)
        .into_iter()
        .filter_map(|media| match media {
            Media::Stored(stored) => Some(stored.id.to_string()),
            Media::Remote(_) | Media::Platform(_) => None,
        })
        .collect();
    let rows = media::by_ids(tx, &ids).await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.id.clone(), row.facts(&app.public_url)?))).collect())
}

/// The same, read on its own.
pub async fn facts(app: &App, content: &Content) -> Result<BTreeMap<String, MediaFacts>> {
    if media_of(content).is_empty() {
        return Ok(BTreeMap::new());
    }
    facts_in(&mut app.db.read().await?, app, content).await
}
