//! Puts a call's body on a request; media are streamed from the store and never held in memory.

use naru_core::adapter::{Body, FormField};
use naru_core::ids::MediaId;
use reqwest::RequestBuilder;
use reqwest::multipart::{Form, Part};

use super::CallError;
use crate::media::MediaStore;

/// A stored medium that a call carries.
#[derive(Clone)]
pub struct Attachment {
    /// The medium.
    pub media: MediaId,
    /// Where its bytes lie.
    pub store: MediaStore,
    /// Their hash.
    pub sha256: String,
}

pub(super) async fn put(
    request: RequestBuilder,
    body: &Body,
    media: &[Attachment],
) -> Result<RequestBuilder, CallError> {
    Ok(match body {
        Body::Empty => request,
        Body::Json(value) => request.json(value),
        Body::Form(pairs) => request.form(pairs),
        Body::Multipart(fields) => request.multipart(form(fields, media).await?),
    })
}

async fn form(fields: &[FormField], media: &[Attachment]) -> Result<Form, CallError> {
    let mut form = Form::new();
    for field in fields {
        form = match field {
            FormField::Text { name, value } => form.text(name.clone(), value.clone()),
            FormField::Media { name, media: id, file_name, mime } => {
                let attachment = media
                    .iter()
                    .find(|attachment| attachment.media == *id)
                    .ok_or_else(|| CallError::Media(format!("the medium {id} has no bytes")))?;
                form.part(name.clone(), part(attachment, file_name, mime).await?)
            }
        };
    }
    Ok(form)
}

async fn part(attachment: &Attachment, file_name: &str, mime: &str) -> Result<Part, CallError> {
    let cannot = |error: std::io::Error| CallError::Media(error.to_string());
    let (stream, length) = attachment.store.stream(&attachment.sha256).await.map_err(cannot)?;
    Part::stream_with_length(reqwest::Body::wrap_stream(stream), length)
        .file_name(file_name.to_owned())
        .mime_str(mime)
        .map_err(|_| CallError::Media(format!("expected a MIME type, found {mime}")))
}
