//! Who a visitor is: tokens, and when a browser's next visitor is somebody else.

use http::{HeaderMap, header};
use naru_core::event::{Event, What};
use naru_core::ids::IdentityId;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::WebChat;
use super::refuse;
use crate::api::problem::{Problem, Slug};
use crate::channels::Channel;
use crate::clock;
use crate::store::StoreError;
use crate::store::rows::visitor::{self, VisitorRow};

/// A visitor token has 256 random bits.
const TOKEN_BYTES: usize = 32;

/// A visitor and the token that they showed or were just given.
pub(super) struct Known {
    pub(super) token: String,
    pub(super) row: VisitorRow,
}

/// The token of a request: in `Authorization: Bearer`, in the body, or (streams) in the query.
pub(super) fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned()).filter(|token| !token.is_empty())
}

/// What is kept of a token.
fn hash(token: &str) -> String {
    crate::auth::hex(&Sha256::digest(token.as_bytes()))
}

/// The member that a request proves its visitor to be.
pub(super) fn proven(events: &[Event]) -> Option<&str> {
    events.iter().find_map(|event| match &event.what {
        What::Identified { member_id, .. } => Some(member_id.as_str()),
        _ => None,
    })
}

impl WebChat {
    /// The visitor behind a token of this channel.
    pub(super) async fn find(
        &self,
        channel: &Channel,
        token: Option<String>,
    ) -> Result<Option<Known>, Problem> {
        let Some(token) = token else { return Ok(None) };
        let look = async {
            let mut tx = self.app.db.read().await?;
            visitor::find(&mut tx, &channel.row.id, &hash(&token)).await
        };
        match look.await {
            Ok(row) => Ok(row.map(|row| Known { token, row })),
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// The visitor behind a token; whoever shows none is refused.
    pub(super) async fn require(&self, channel: &Channel, token: Option<String>) -> Result<Known, Problem> {
        self.find(channel, token).await?.ok_or_else(refuse::visitor)
    }

    /// A visitor whom nobody knows yet.
    pub(super) fn newcomer(&self, channel: &Channel) -> Known {
        let now = self.app.clock.now();
        let token = clock::token::<TOKEN_BYTES>();
        let id: IdentityId = self.app.ids.next(now);
        let row = VisitorRow {
            token_hash: hash(&token),
            channel_id: channel.row.id.clone(),
            external_id: format!("v-{id}"),
            member_id: None,
            profile: "{}".to_owned(),
            created_at: now.0,
            seen_at: now.0,
        };
        Known { token, row }
    }

    /// Stores a visitor, with what this visit tells of them.
    pub(super) async fn keep(&self, known: &mut Known, is_new: bool, visit: &Visit) -> Result<(), Problem> {
        let row = &mut known.row;
        row.seen_at = self.app.clock.now().0;
        row.member_id = visit.member.clone().or(row.member_id.take());
        row.profile = json!({ "page": visit.page, "language": visit.language }).to_string();
        let row = row.clone();
        let stored = self.app.writer.run::<(), StoreError, _>(move |tx| {
            Box::pin(async move {
                if is_new { visitor::insert(tx, &row).await } else { visitor::update(tx, &row).await }
            })
        });
        stored.await.map_err(|error| unavailable(&error))
    }
}

/// What a visit tells besides the profile.
pub(super) struct Visit {
    /// The member whom the visitor has proven to be.
    pub(super) member: Option<String>,
    page: Option<String>,
    language: Option<String>,
}

impl Visit {
    /// Reads it from a request's body.
    pub(super) fn of(body: &Map<String, Value>, member: Option<&str>) -> Self {
        let text = |name: &str| Some(body.get(name)?.as_str()?.chars().take(2_048).collect());
        Self { member: member.map(str::to_owned), page: text("page"), language: text("language") }
    }

    /// Whether the browser still has the same visitor: a guest may become a member; a member who is gone, or has
    /// become another one, leaves the browser to somebody new.
    pub(super) fn is_of(&self, known: &VisitorRow) -> bool {
        known.member_id.is_none() || known.member_id == self.member
    }
}

/// A store that does not work is logged here and named no further.
pub(super) fn unavailable(error: &StoreError) -> Problem {
    tracing::warn!(%error, "the web chat could not reach its store");
    Problem::new(Slug::Unavailable, "nothing can be stored or read now").retry_after(1)
}
