//! A visitor's files: streamed into the media store, one at a time, with the visitor's token in the head.

use axum::body::Body;
use axum::response::Response;
use http::request::Parts;

use super::WebChat;
use super::visitor::bearer;
use crate::api::problem::{Problem, Slug};
use crate::channels::Channel;

impl WebChat {
    /// `POST .../upload`.
    pub(super) async fn upload(
        &self,
        channel: &Channel,
        parts: &Parts,
        body: Body,
    ) -> Result<Response, Problem> {
        let _known = self.require(channel, bearer(&parts.headers)).await?;
        drop(body);
        Err(Problem::new(Slug::Unavailable, "files cannot be stored yet"))
    }
}
