//! What people do with messages on their way: try again, take back, give up; and what was held goes on.

use naru_core::adapter::Job;
use naru_core::message::{AuthorKind, DeliveryState};
use naru_core::session::{Session, may_send};
use naru_core::time::{DAY, HOUR};

use super::news::{Line, tell};
use crate::app::App;
use crate::documents::stored;
use crate::store::rows::delivery::{self, DeliveryRow, NEVER, Settled};
use crate::store::rows::{call, conversation, event, gate};
use crate::store::{Result, StoreError, Topic, Tx};

/// Why somebody's wish cannot be fulfilled.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// There is no such delivery.
    #[error("there is no delivery for {0}")]
    NotFound(String),
    /// It is in a state in which this cannot be done.
    #[error("expected a delivery that is {expected}, found one that is {found}")]
    State {
        /// The states in which it can be done.
        expected: &'static str,
        /// Its state.
        found: String,
    },
    /// The platform takes no messages in this conversation now.
    #[error("the session is closed: the customer must write first")]
    SessionClosed,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is done with a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Retry,
    Cancel,
    Skip,
}

/// Sends a message again that failed, expired, or whose outcome is unknown, from its first part that is not sent.
pub async fn retry_message(app: &App, message_id: &str) -> Result<(), ActError> {
    act(app, Named::Message(message_id.to_owned()), Act::Retry).await
}

/// Takes a message back that has not left.
pub async fn cancel_message(app: &App, message_id: &str) -> Result<(), ActError> {
    act(app, Named::Message(message_id.to_owned()), Act::Cancel).await
}

/// The same as [`retry_message`], by the delivery; it also tries at once what waits for its next try.
pub async fn retry(app: &App, delivery_id: &str) -> Result<(), ActError> {
    act(app, Named::Delivery(delivery_id.to_owned()), Act::Retry).await
}

/// The same as [`cancel_message`], by the delivery.
pub async fn cancel(app: &App, delivery_id: &str) -> Result<(), ActError> {
    act(app, Named::Delivery(delivery_id.to_owned()), Act::Cancel).await
}

/// Gives up on a delivery that waits, is held or is unknown, so that the conversation's next message goes.
pub async fn skip(app: &App, delivery_id: &str) -> Result<(), ActError> {
    act(app, Named::Delivery(delivery_id.to_owned()), Act::Skip).await
}

/// Lets what was held on a channel go on and opens its gates, in the transaction that mends the channel.
pub async fn release_held(tx: &mut Tx, channel_id: &str, now: i64) -> Result<()> {
    gate::open(tx, channel_id).await?;
    delivery::release(tx, channel_id, now).await
}

enum Named {
    Message(String),
    Delivery(String),
}

async fn act(app: &App, named: Named, act: Act) -> Result<(), ActError> {
    let work_app = app.clone();
    app.writer
        .run::<(), ActError, _>(move |tx| {
            Box::pin(async move {
                let (row, name) = match named {
                    Named::Message(id) => (delivery::of_message(tx, &id).await?, id),
                    Named::Delivery(id) => (delivery::get(tx, &id).await?, id),
                };
                let row = row.ok_or(ActError::NotFound(name))?;
                match act {
                    Act::Retry => again(tx, &work_app, row).await,
                    Act::Cancel => end(tx, &work_app, row, Act::Cancel).await,
                    Act::Skip => end(tx, &work_app, row, Act::Skip).await,
                }
            })
        })
        .await
}

async fn again(tx: &mut Tx, app: &App, row: DeliveryRow) -> Result<(), ActError> {
    let now = app.clock.now();
    let may_again = ["failed", "expired", "unknown", "queued"].contains(&row.state.as_str());
    if !may_again {
        return Err(ActError::State { expected: "failed, expired, unknown or queued", found: row.state });
    }
    let mut settled = Settled::of(&row, DeliveryState::Queued, now.0);
    (settled.next_at, settled.attempt, settled.error, settled.joined_to) = (now.0, 0, None, None);
    let patience = if row.automatic == 0 { DAY } else { HOUR };
    settled.deadline = Some(row.deadline.unwrap_or(0).max((now + patience).0));
    if row.state != "queued" {
        call::forget_failures(tx, &row.id).await?;
        under_present_session(tx, app, &row, &mut settled).await?;
    }
    delivery::settle(tx, &[settled]).await?;
    tx.touch(Topic::Outbox);
    Ok(())
}

/// A retry is a new acceptance: it belongs to the session of now, which must be open.
async fn under_present_session(
    tx: &mut Tx,
    app: &App,
    row: &DeliveryRow,
    settled: &mut Settled,
) -> Result<(), ActError> {
    let mut job: Job = stored("delivery.job", &row.job)?;
    let Job::Send(outgoing) = &mut job else { return Ok(()) };
    let channel = app.channels.find(&row.channel_id);
    let Some(conversation) = conversation::get(tx, &row.conversation_id).await? else { return Ok(()) };
    let session: Option<Session> =
        conversation.session.as_deref().map(|text| stored("conversation.session", text)).transpose()?;
    if let Some(channel) = channel {
        let author = if row.automatic == 0 { AuthorKind::Manager } else { outgoing.author };
        may_send(&channel.capabilities.session, session.as_ref(), author, app.clock.now())
            .map_err(|_| ActError::SessionClosed)?;
    }
    outgoing.to.session = session.and_then(|session| session.external_id);
    outgoing.reply_handle = None;
    settled.session_no = conversation.session_no;
    settled.job = Some(
        serde_json::to_string(&job)
            .map_err(|source| StoreError::Document { what: "delivery.job", source })?,
    );
    Ok(())
}

async fn end(tx: &mut Tx, app: &App, row: DeliveryRow, act: Act) -> Result<(), ActError> {
    let (states, expected): (&[&str], _) = match act {
        Act::Skip => (&["queued", "held", "unknown"], "queued, held or unknown"),
        Act::Retry | Act::Cancel => (&["queued", "held"], "queued or held"),
    };
    if !states.contains(&row.state.as_str()) {
        return Err(ActError::State { expected, found: row.state });
    }
    let now = app.clock.now();
    let mut settled = Settled::of(&row, DeliveryState::Cancelled, now.0);
    (settled.next_at, settled.joined_to) = (NEVER, None);
    delivery::settle(tx, &[settled]).await?;
    delivery::part(tx, std::slice::from_ref(&row.id), now.0).await?;
    let line = Line::of(&row, "delivery.cancelled");
    let mut news = tell(tx, app, &[line], now).await?;
    event::append(tx, &mut news).await?;
    tx.touch(Topic::Outbox);
    Ok(())
}
