//! Media that come to us by request: the API's and the web chat's uploads, and the addresses that authors name.

use std::time::Duration;

use bytes::Bytes;
use futures::{Stream, future};
use naru_core::content::{Block, Content, Media, MediaState, Pointed, StoredMedia};

use super::describe::ready_row;
use super::{StoreFailure, describe};
use crate::app::App;
use crate::egress::{CallError, Sinking};
use crate::store::rows::media::{self, MediaRow};
use crate::store::{Result, StoreError};

/// How long an author's address may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why an upload was not stored.
#[derive(Debug, thiserror::Error)]
pub enum UploadError<E> {
    /// It broke off, or is too large, or the disk failed.
    #[error(transparent)]
    Bytes(#[from] StoreFailure<E>),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Stores an upload of at most `limit` bytes as it streams in. `channel_id` for a visitor's upload, which only that
/// channel's messages may name. The row is durable when this returns.
pub async fn store_stream<S, E>(
    app: &App,
    stream: S,
    name: &str,
    limit: u64,
    channel_id: Option<&str>,
) -> Result<MediaRow, UploadError<E>>
where
    S: Stream<Item = Result<Bytes, E>>,
{
    let blob = app.media.store_stream(stream, limit).await?;
    let mut row = ready_row(app, &blob, name).await;
    row.channel_id = channel_id.map(str::to_owned);
    put(app, row.clone()).await?;
    Ok(row)
}

async fn put(app: &App, row: MediaRow) -> Result<()> {
    app.writer.run::<(), StoreError, _>(move |tx| Box::pin(async move { media::put(tx, &[row]).await })).await
}

/// Fetches what an author's content names by address into the store, and checks what it names by id. Afterwards every
/// medium of the content is a stored one. The places in the errors begin with `/content`.
pub async fn resolve(app: &App, content: &mut Content) -> Result<(), Vec<Pointed>> {
    let done = future::join_all(media_in(content).into_iter().map(|(pointer, media)| async move {
        let (field, detail) = resolved(app, media).await.err()?;
        Some(Pointed { pointer: format!("/content{pointer}/{field}"), detail })
    }))
    .await;
    let errors: Vec<Pointed> = done.into_iter().flatten().collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

async fn resolved(app: &App, media: &mut Media) -> Result<(), (&'static str, String)> {
    let row = match &*media {
        Media::Remote(remote) => fetched(app, &remote.url).await.map_err(|detail| ("url", detail))?,
        Media::Stored(stored) => known(app, &stored.id.to_string()).await.map_err(|detail| ("id", detail))?,
        Media::Platform(_) => {
            return Err((
                "reference",
                "expected a url or an id: only a platform's own messages have references".into(),
            ));
        }
    };
    let id = row.id.parse().map_err(|_| ("id", "expected a medium's id".to_owned()))?;
    let size = row.size.and_then(|size| u64::try_from(size).ok());
    *media =
        Media::Stored(StoredMedia { id, state: Some(MediaState::Ready), reason: None, mime: row.mime, size });
    Ok(())
}

async fn fetched(app: &App, url: &str) -> Result<MediaRow, String> {
    let sink = Sinking { store: &app.media, limit: app.config.limits.fetch_bytes };
    let (blob, name) = app.egress.fetch(url, None, sink, PATIENCE).await.map_err(|error| sentence(&error))?;
    let row = ready_row(app, &blob, name.as_deref().unwrap_or("file")).await;
    put(app, row.clone()).await.map_err(|error| error.to_string())?;
    Ok(row)
}

fn sentence(error: &CallError) -> String {
    format!("the address could not be fetched: {error}")
}

async fn known(app: &App, id: &str) -> Result<MediaRow, String> {
    let found = async {
        let mut tx = app.db.read().await?;
        media::get(&mut tx, id).await
    };
    match found.await {
        Ok(Some(row)) if row.state == "ready" => Ok(row),
        Ok(Some(row)) => {
            Err(format!("expected a medium whose bytes are there, found one that is {}", row.state))
        }
        Ok(None) => Err(format!("there is no medium {id}")),
        Err(error) => Err(error.to_string()),
    }
}

/// Every medium of a content with its place.
fn media_in(content: &mut Content) -> Vec<(String, &mut Media)> {
    let mut all = Vec::new();
    for (n, block) in content.blocks.iter_mut().enumerate() {
        match block {
            Block::Image(block) | Block::File(block) | Block::Video(block) | Block::Audio(block) => {
                all.push((format!("/blocks/{n}/media"), &mut block.media));
            }
            Block::Cards(cards) => {
                for (c, card) in cards.cards.iter_mut().enumerate() {
                    let place = format!("/blocks/{n}/cards/{c}");
                    all.extend(card.image.iter_mut().map(|media| (format!("{place}/image"), media)));
                    let first = card.highlight.iter_mut().filter_map(|item| item.image.as_mut());
                    all.extend(first.map(|media| (format!("{place}/highlight/image"), media)));
                    let list = card.list.iter_mut().enumerate();
                    all.extend(list.filter_map(|(i, item)| {
                        Some((format!("{place}/list/{i}/image"), item.image.as_mut()?))
                    }));
                }
            }
            _ => {}
        }
    }
    all
}

/// A clean name for an upload whose sender gave none.
pub fn name_or(name: Option<&str>, fallback: &str) -> String {
    describe::clean_name(name.unwrap_or_default(), fallback)
}
