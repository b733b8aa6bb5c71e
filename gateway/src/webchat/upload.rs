//! A visitor's files: streamed into the media store under a size cap and a deadline, named later by a message.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::Stream;
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use naru_core::content::{Block, Media};
use naru_core::downgrade::MediaFacts;
use naru_core::event::{Event, What};
use serde_json::json;

use super::visitor::{bearer, unavailable};
use super::{WebChat, refuse};
use crate::api::problem::{Problem, Slug};
use crate::channels::Channel;
use crate::media::{StoreFailure, UploadError, store_stream};
use crate::store::rows::media::{self, MediaRow};

/// One gigabyte per file (inventory L09).
const LARGEST: u64 = 1 << 30;

/// An upload that takes longer fails (inventory L09).
const DEADLINE: Duration = Duration::from_mins(5);

/// So many files may be in one message (inventory L09).
const MOST_FILES: usize = 10;

/// What is known of the files that a message names, by id.
pub(super) type Attached = BTreeMap<String, MediaFacts>;

impl WebChat {
    /// `POST .../upload`: the bytes as the body (`X-File-Name`, percent-encoded), or a form with the field `file`. The
    /// token stands in `Authorization`, in the query, or in the form before the file.
    pub(super) async fn upload(
        &self,
        channel: &Channel,
        parts: &Parts,
        body: Body,
    ) -> Result<Response, Problem> {
        let token = bearer(&parts.headers).or_else(|| in_query(parts));
        let is_form = of_type(&parts.headers, "multipart/form-data");
        let storing = async {
            if is_form {
                self.upload_form(channel, parts, token, body).await
            } else {
                self.admit(channel, token).await?;
                self.store(body.into_data_stream(), &name_of(&parts.headers), channel).await
            }
        };
        let row = tokio::time::timeout(DEADLINE, storing)
            .await
            .map_err(|_| Problem::new(Slug::TooSlow, "an upload may take five minutes"))??;
        let answer = json!({
            "media_id": row.id,
            "url": row.url(&self.app.public_url),
            "name": row.name,
            "mime": row.mime,
            "size": row.size,
        });
        let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
        Ok((headers, answer.to_string()).into_response())
    }

    async fn upload_form(
        &self,
        channel: &Channel,
        parts: &Parts,
        mut token: Option<String>,
        body: Body,
    ) -> Result<MediaRow, Problem> {
        let wrong = |error: &dyn std::fmt::Display| Problem::new(Slug::Invalid, format!("the form: {error}"));
        let mut request = Request::new(body);
        *request.headers_mut() = parts.headers.clone();
        let mut form = Multipart::from_request(request, &()).await.map_err(|error| wrong(&error))?;
        while let Some(field) = form.next_field().await.map_err(|error| wrong(&error))? {
            match field.name() {
                Some("visitor_token") => token = Some(field.text().await.map_err(|error| wrong(&error))?),
                Some("file") => {
                    self.admit(channel, token).await?;
                    let name = field.file_name().unwrap_or_default().to_owned();
                    return self.store(field, &name, channel).await;
                }
                _ => {}
            }
        }
        Err(Problem::new(Slug::Invalid, "expected the field `file`, found none"))
    }

    async fn admit(&self, channel: &Channel, token: Option<String>) -> Result<(), Problem> {
        let known = self.require(channel, token).await?;
        self.limits.act(&known.row.external_id)
    }

    async fn store<S, E>(&self, bytes: S, name: &str, channel: &Channel) -> Result<MediaRow, Problem>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
    {
        let stored = store_stream(&self.app, bytes, name, LARGEST, Some(&channel.row.id)).await;
        stored.map_err(|error| match error {
            UploadError::Bytes(StoreFailure::TooLarge { .. }) => {
                refuse::unread(StatusCode::PAYLOAD_TOO_LARGE)
            }
            UploadError::Bytes(StoreFailure::Source(_)) => refuse::unread(StatusCode::BAD_REQUEST),
            UploadError::Bytes(StoreFailure::Disk(error)) => {
                tracing::warn!(%error, "a visitor's file could not be stored");
                Problem::new(Slug::Unavailable, "the file could not be stored").retry_after(5)
            }
            UploadError::Store(error) => unavailable(&error),
        })
    }

    /// What is known of the files that a message names; they must have been uploaded to this channel.
    pub(super) async fn attached(&self, channel: &Channel, events: &[Event]) -> Result<Attached, Problem> {
        let ids = named(events);
        if ids.len() > MOST_FILES {
            let detail = format!("expected at most {MOST_FILES} files in a message, found {}", ids.len());
            return Err(Problem::at("/content/blocks", detail));
        }
        let look = async {
            let mut tx = self.app.db.read().await?;
            media::by_ids(&mut tx, &ids).await
        };
        let rows = look.await.map_err(|error| unavailable(&error))?;
        let ours = rows.iter().filter(|row| row.channel_id.as_ref() == Some(&channel.row.id));
        let known: Attached =
            ours.filter_map(|row| Some((row.id.clone(), row.facts(&self.app.public_url)?))).collect();
        match ids.iter().find(|id| !known.contains_key(*id)) {
            Some(id) => Err(Problem::at("/content/blocks", format!("there is no uploaded file {id}"))),
            None => Ok(known),
        }
    }
}

/// The stored media that a message names.
fn named(events: &[Event]) -> Vec<String> {
    let contents = events.iter().filter_map(|event| match &event.what {
        What::Message(inbound) => Some(&inbound.content),
        _ => None,
    });
    let media = contents.flat_map(|content| &content.blocks).filter_map(|block| match block {
        Block::Image(block) | Block::File(block) | Block::Video(block) | Block::Audio(block) => {
            Some(&block.media)
        }
        _ => None,
    });
    media
        .filter_map(|media| match media {
            Media::Stored(stored) => Some(stored.id.to_string()),
            _ => None,
        })
        .collect()
}

fn in_query(parts: &Parts) -> Option<String> {
    let query = parts.uri.query()?;
    let token = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "visitor_token");
    token.map(|(_, value)| value.into_owned())
}

fn of_type(headers: &HeaderMap, wanted: &str) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with(wanted))
}

fn name_of(headers: &HeaderMap) -> String {
    let told = headers.get("x-file-name").and_then(|name| name.to_str().ok()).unwrap_or_default();
    urlencoding::decode(told).unwrap_or_default().into_owned()
}
