//! What people and programs on our side do to conversations: each is one function inside a writer's transaction, which
//! loads, decides and writes.

use naru_core::desk::{ClosedBy, Command, Draft, Due, Stimulus};
use naru_core::ids::TraceId;
use naru_core::session::{CloseCause, Refusal};
use naru_core::time::Millis;

use super::load::conversations;
use super::work::{Cause, Lane, Work};
use crate::app::App;
use crate::documents::{self, ConversationDoc};
use crate::store::rows::contact::IdentityRow;
use crate::store::rows::conversation::ConversationRow;
use crate::store::rows::message::MessageRow;
use crate::store::rows::{contact, conversation};
use crate::store::{Result, StoreError, Tx, rows_of};

/// Why a command was not followed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// There is no such conversation, or its channel is gone.
    #[error("there is no {0} of that id")]
    NotFound(&'static str),
    /// The platform does not allow it now.
    #[error("the platform does not allow it now: {0:?}")]
    Refused(Refusal),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who commands: what goes into `causation_id` and `trace_id` of everything that follows.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// What ties the command to what it causes; a fresh one where it is empty.
    pub trace_id: String,
    /// The command's own id, e.g. its `Idempotency-Key`.
    pub causation_id: Option<String>,
}

impl Origin {
    fn cause(&self, app: &App, now: Millis) -> Cause {
        let trace_id = if self.trace_id.is_empty() {
            app.ids.next::<TraceId>(now).to_string()
        } else {
            self.trace_id.clone()
        };
        Cause {
            trace_id,
            causation_id: self.causation_id.clone(),
            event_id: None,
            occurred_at: now,
            received_at: now,
        }
    }
}

/// Closes a conversation. Kakao's session ends `session_end_delay` later (inventory C20).
pub async fn close(
    tx: &mut Tx,
    app: &App,
    id: &str,
    by: ClosedBy,
    origin: &Origin,
) -> Result<ConversationDoc, CommandError> {
    command(tx, app, id, Command::Close(by), origin).await
}

/// Opens a conversation, or takes it by hand. Refused where the platform lets nobody write (inventory SES09).
pub async fn open(
    tx: &mut Tx,
    app: &App,
    id: &str,
    origin: &Origin,
) -> Result<ConversationDoc, CommandError> {
    command(tx, app, id, Command::Open, origin).await
}

/// Notes that a conversation's messages were seen.
pub async fn read(
    tx: &mut Tx,
    app: &App,
    id: &str,
    origin: &Origin,
) -> Result<ConversationDoc, CommandError> {
    command(tx, app, id, Command::Read, origin).await
}

async fn command(
    tx: &mut Tx,
    app: &App,
    id: &str,
    command: Command,
    origin: &Origin,
) -> Result<ConversationDoc, CommandError> {
    let now = app.clock.now();
    let cause = origin.cause(app, now);
    apply(tx, app, id, Stimulus::Command(command), &cause, now).await?;
    document(tx, app, id).await
}

/// A conversation's document as this transaction sees it.
pub async fn document(tx: &mut Tx, app: &App, id: &str) -> Result<ConversationDoc, CommandError> {
    let row = conversation::get(tx, id).await?.ok_or(CommandError::NotFound("conversation"))?;
    let documents = documents::conversations(tx, &app.channels, &[row], app.clock.now()).await?;
    documents.into_iter().next().ok_or(CommandError::NotFound("conversation"))
}

/// What a conversation is after a stimulus.
pub struct Applied {
    /// The conversation.
    pub conversation: ConversationRow,
    /// The customer's account.
    pub identity: IdentityRow,
    /// The message that was recorded, where one was.
    pub message: Option<MessageRow>,
}

/// Loads a conversation, lets the desk decide, writes.
async fn apply(
    tx: &mut Tx,
    app: &App,
    id: &str,
    stimulus: Stimulus<'_>,
    cause: &Cause,
    now: Millis,
) -> Result<Applied, CommandError> {
    let mut work = Work::new(app, now);
    conversations(tx, &mut work, &[id.to_owned()]).await?;
    let (mut lane, missing) = (taken(&work, app, id)?, CommandError::NotFound("conversation"));
    if let Some(refusal) = lane.apply(stimulus, cause)? {
        return Err(CommandError::Refused(refusal));
    }
    let applied = lane.applied(now).ok_or(missing)?;
    let kept = lane.finish();
    work.keep(kept);
    work.write(tx).await?;
    Ok(applied)
}

fn taken<'w>(work: &'w Work, app: &App, id: &str) -> Result<Lane<'w>, CommandError> {
    let thread = work.thread(id).cloned().ok_or(CommandError::NotFound("conversation"))?;
    let channel = app.channels.find(thread.channel_id()).ok_or(CommandError::NotFound("channel"))?;
    Ok(work.open(&channel, Some(thread)))
}

impl Lane<'_> {
    fn applied(&self, now: Millis) -> Option<Applied> {
        let message = self.last_message.as_ref().and_then(|id| self.out.messages.get(id)).cloned();
        Some(Applied {
            conversation: self.thread.as_ref()?.row(now),
            identity: self.identity.clone()?,
            message,
        })
    }
}

/// Records a message for the customer: its number, what it does to state and control, `message.sent`. Whoever calls it
/// has fitted the content and puts the delivery into the outbox in the same transaction.
pub async fn write(
    tx: &mut Tx,
    app: &App,
    id: &str,
    draft: Draft,
    origin: &Origin,
) -> Result<Applied, CommandError> {
    let now = app.clock.now();
    let cause = origin.cause(app, now);
    apply(tx, app, id, Stimulus::Command(Command::Write(Box::new(draft))), &cause, now).await
}

/// A platform refused a message because its session is over: the ledger closes, if it still names that session.
pub async fn session_gone(
    tx: &mut Tx,
    app: &App,
    id: &str,
    session_no: i64,
    origin: &Origin,
) -> Result<(), CommandError> {
    let now = app.clock.now();
    let cause = origin.cause(app, now);
    let over = Stimulus::SessionOver { session_no, at: now, cause: CloseCause::Unknown };
    apply(tx, app, id, over, &cause, now).await.map(drop)
}

/// Parts of a message are on the platform: its menus may be answered in words from now on. To be called for every
/// message, also for one without a menu, because a number answers only the last.
pub async fn parts_sent(
    tx: &mut Tx,
    id: &str,
    message: naru_core::ids::MessageId,
    decision: &str,
    parts: &[naru_core::downgrade::Part],
    now: Millis,
) -> Result<()> {
    let Some(mut row) = conversation::lock(tx, &[id.to_owned()]).await?.pop() else { return Ok(()) };
    let mut menus: naru_core::desk::Menus = documents::stored("conversation.menus", &row.menus)?;
    menus.sent(message, decision, parts, now);
    row.menus = super::effects::json_of(&menus);
    conversation::put(tx, &[row]).await
}

/// A timer of a conversation is due. A conversation or channel that is gone needs no timers.
pub(crate) async fn due(tx: &mut Tx, app: &App, id: &str, due: Due, now: Millis) -> Result<()> {
    let origin = Origin { trace_id: String::new(), causation_id: Some(format!("timer:{}", due.kind())) };
    let cause = origin.cause(app, now);
    match apply(tx, app, id, Stimulus::Due(due), &cause, now).await {
        Ok(_) | Err(CommandError::NotFound(_) | CommandError::Refused(_)) => Ok(()),
        Err(CommandError::Store(error)) => Err(error),
    }
}

const NEWEST: [&str; 2] = [
    "SELECT l.conversation_id FROM conversation c JOIN lane l ON l.conversation_id = c.id \
     WHERE c.contact_id IN (SELECT value FROM json_each($1)) ORDER BY c.id",
    "SELECT l.conversation_id FROM conversation c JOIN lane l ON l.conversation_id = c.id \
     WHERE c.contact_id IN (SELECT jsonb_array_elements_text($1::jsonb)) ORDER BY c.id",
];

/// Blocks or unblocks every account of a customer, on the platform too where it can be told.
pub async fn block(
    tx: &mut Tx,
    app: &App,
    contact_id: &str,
    blocked: bool,
    origin: &Origin,
) -> Result<(), CommandError> {
    let now = app.clock.now();
    let cause = origin.cause(app, now);
    let ids = [contact_id.to_owned()];
    let newest: Vec<(String,)> = rows_of(tx, NEWEST, &ids).await?;
    let mut work = Work::new(app, now);
    let newest: Vec<String> = newest.into_iter().map(|(id,)| id).collect();
    conversations(tx, &mut work, &newest).await?;
    for id in newest {
        let Ok(mut lane) = taken(&work, app, &id) else { continue };
        let command = if blocked { Command::Block } else { Command::Unblock };
        lane.apply(Stimulus::Command(command), &cause)?;
        let kept = lane.finish();
        work.keep(kept);
    }
    work.write(tx).await?;
    // Accounts that have never written have no conversation; the mark is all there is to set.
    let mut identities = contact::identities_of(tx, &ids).await?;
    if identities.is_empty() {
        return Err(CommandError::NotFound("contact"));
    }
    identities.retain(|identity| identity.blocked != i64::from(blocked));
    for identity in &mut identities {
        identity.blocked = i64::from(blocked);
        identity.updated_at = now.0;
    }
    Ok(contact::put_identities(tx, &identities).await?)
}
