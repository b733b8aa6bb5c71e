//! Accepting a message: checked, recorded, fitted and put into the outbox in one transaction.

use std::collections::BTreeMap;

use naru_core::desk::Draft;
use naru_core::downgrade::{MediaFacts, Rejection, Report};
use naru_core::ids::MessageId;
use naru_core::session::{Refusal, Session};

use super::prepare::{Outward, Prepared, Refused, SendOptions, prepare};
use crate::app::App;
use crate::desk::commands::{self, Applied, CommandError, Origin};
use crate::documents::stored;
use crate::store::rows::idempotency::{self, IdempotencyRow};
use crate::store::rows::{contact, conversation, delivery, message, short_link};
use crate::store::{StoreError, Tx};

/// A request that must happen once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// Who sent it: an API key, or an operator.
    pub owner: String,
    /// The key that they gave it.
    pub key: String,
    /// The SHA-256 of the request, in hex.
    pub request_hash: String,
}

/// Why a message is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// There is no such conversation, or its channel is gone.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// An admin has paused the channel.
    #[error("the channel is paused")]
    Paused,
    /// We block the customer.
    #[error("the customer is blocked")]
    Blocked,
    /// The customer has blocked us or left.
    #[error("the customer does not want messages")]
    OptedOut,
    /// The platform does not allow it now.
    #[error("the platform does not allow it now")]
    Refused {
        /// Why.
        refusal: Refusal,
        /// The channel, whose language the refusal is told in.
        channel_id: String,
    },
    /// The platform cannot show it at all.
    #[error("{}", .0.detail)]
    Rejected(Rejection),
    /// Something would be lost, and its sender did not want that.
    #[error("something would be lost")]
    WouldLose(Report),
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    Mismatch,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Refused> for SendError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Rejected(rejection) => Self::Rejected(rejection),
            Refused::WouldLose(report) => Self::WouldLose(report),
        }
    }
}

/// A message to be accepted.
pub struct Acceptance {
    /// The conversation.
    pub conversation_id: String,
    /// What is said, and by whom.
    pub draft: Draft,
    /// How it is to be sent.
    pub options: SendOptions,
    /// The request that must happen once, where it must.
    pub idempotency: Option<Idempotency>,
    /// What is known of the media in it, by id or by address.
    pub media: BTreeMap<String, MediaFacts>,
}

/// The message that an earlier, equal request made; [`SendError::Mismatch`] where the request was another.
pub async fn known(app: &App, request: &Idempotency) -> Result<Option<String>, SendError> {
    known_in(&mut app.db.read().await?, request).await
}

async fn known_in(tx: &mut Tx, request: &Idempotency) -> Result<Option<String>, SendError> {
    match idempotency::find(tx, &request.owner, &request.key).await? {
        Some(row) if row.request_hash != request.request_hash => Err(SendError::Mismatch),
        found => Ok(found.map(|row| row.message_id)),
    }
}

/// Accepts a message and returns its id once it is durable.
pub async fn accept(app: &App, acceptance: Acceptance) -> Result<String, SendError> {
    let shared = app.clone();
    app.writer.run(move |tx| Box::pin(async move { accept_in(tx, &shared, acceptance).await })).await
}

/// The same inside a transaction.
pub async fn accept_in(tx: &mut Tx, app: &App, acceptance: Acceptance) -> Result<String, SendError> {
    if let Some(request) = &acceptance.idempotency
        && let Some(message_id) = known_in(tx, request).await?
    {
        return Ok(message_id);
    }
    let channel_id = admit(tx, app, &acceptance.conversation_id).await?;
    let origin = Origin {
        trace_id: acceptance.options.trace_id.clone(),
        causation_id: acceptance.idempotency.as_ref().map(|request| request.key.clone()),
    };
    let applied = commands::write(tx, app, &acceptance.conversation_id, acceptance.draft.clone(), &origin)
        .await
        .map_err(|error| match error {
            CommandError::NotFound(what) => SendError::NotFound(what),
            CommandError::Refused(refusal) => SendError::Refused { refusal, channel_id },
            CommandError::Store(error) => SendError::Store(error),
        })?;
    dispatch(tx, app, acceptance, applied).await
}

/// Whether anything at all may be sent in the conversation; returns its channel.
async fn admit(tx: &mut Tx, app: &App, conversation_id: &str) -> Result<String, SendError> {
    let row = conversation::get(tx, conversation_id).await?.ok_or(SendError::NotFound("conversation"))?;
    let channel = app.channels.find(&row.channel_id).ok_or(SendError::NotFound("channel"))?;
    if channel.is_paused() {
        return Err(SendError::Paused);
    }
    let identity = contact::identities(tx, &[row.identity_id]).await?.pop();
    match identity {
        Some(identity) if identity.blocked != 0 => Err(SendError::Blocked),
        Some(identity) if identity.unreachable != 0 => Err(SendError::OptedOut),
        _ => Ok(row.channel_id),
    }
}

/// Fits the recorded message and puts it into the outbox.
async fn dispatch(
    tx: &mut Tx,
    app: &App,
    acceptance: Acceptance,
    applied: Applied,
) -> Result<String, SendError> {
    let Applied { conversation, identity, message } = applied;
    let mut message = message.ok_or(SendError::NotFound("message"))?;
    let channel = app.channels.find(&conversation.channel_id).ok_or(SendError::NotFound("channel"))?;
    let contact = contact::get(tx, &conversation.contact_id).await?;
    let session: Option<Session> =
        conversation.session.as_deref().map(|text| stored("conversation.session", text)).transpose()?;
    let out = Outward {
        app,
        channel: &channel,
        conversation_id: &conversation.id,
        external_id: &identity.external_id,
        lane: &conversation.lane,
        session: session.as_ref(),
        session_no: conversation.session_no,
        contact_name: contact.as_ref().and_then(|contact| contact.name.as_deref()),
        contact_language: contact.as_ref().and_then(|contact| contact.language.as_deref()),
        media: &acceptance.media,
    };
    let id: MessageId = message.id.parse().map_err(|_| SendError::NotFound("message"))?;
    let draft = Draft { seq: message.seq, ..acceptance.draft };
    let mut options = acceptance.options;
    options.trace_id.clone_from(&message.trace_id);
    let now = app.clock.now();
    let Prepared { report, delivery, short_links } = prepare(&out, id, &draft, &options, now)?;
    message.report = Some(serde_json::to_string(&report).expect("a report is JSON"));
    message::put(tx, std::slice::from_ref(&message)).await?;
    short_link::insert(tx, &short_links).await?;
    delivery::insert(tx, &[delivery]).await?;
    if let Some(request) = acceptance.idempotency {
        remember(tx, request, &message.id, now.0).await?;
    }
    Ok(message.id)
}

/// Notes that the request has happened. On `PostgreSQL` another node may have been faster: then this one has not.
async fn remember(tx: &mut Tx, request: Idempotency, message_id: &str, now: i64) -> Result<(), SendError> {
    let row = IdempotencyRow {
        api_key_id: request.owner,
        idempotency_key: request.key,
        request_hash: request.request_hash,
        message_id: message_id.to_owned(),
        created_at: now,
    };
    if idempotency::insert(tx, &row).await? { Ok(()) } else { Err(SendError::Mismatch) }
}
