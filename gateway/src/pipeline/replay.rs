//! Reads webhooks again that were applied already: what they say now, against what they said then.
//!
//! Where the content differs, the message gets the new content, keeps its `seq`, and `message.updated` says
//! `"cause": "replay"`. Events that were not seen then are appended. Nothing is sent, and nothing is triggered.

use futures::FutureExt;
use naru_core::content::{Block, Content, Unsupported, plain_text};
use naru_core::desk::Draft;
use naru_core::event::{Event, What};
use naru_core::ids::EventId;
use naru_core::message::{AuthorKind, Direction};
use naru_core::time::Millis;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::read::{Told, Webhook, read};
use crate::app::App;
use crate::desk::{Cause, Found, Work, conversations};
use crate::documents;
use crate::store::rows::event::{self, EventRow};
use crate::store::rows::{journal, message};
use crate::store::{Result, Tx};

/// Which webhooks are read again.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// These; where it is empty, every accepted one that the other two fields leave.
    pub ids: Vec<String>,
    /// Of this channel.
    pub channel_id: Option<String>,
    /// Arrived at or after this time.
    pub since: Millis,
}

/// What a replay changed, or would change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReplayReport {
    /// Whether it only said so.
    pub dry_run: bool,
    /// How many webhooks were read again.
    pub webhooks: usize,
    /// How many events say what they said.
    pub unchanged: usize,
    /// What differs, webhook by webhook.
    pub differences: Vec<Difference>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Difference {
    /// The webhook.
    pub journal_id: String,
    /// The event's key; none where the webhook cannot be read at all.
    pub event_key: Option<String>,
    /// `changed`, `new`, `unreadable` or `pending`.
    pub what: String,
    /// The message.
    pub message_id: Option<String>,
    /// What it said.
    pub before: Option<String>,
    /// What it says now, or why it cannot be read.
    pub after: Option<String>,
}

/// So many webhooks in one transaction.
const CHUNK: usize = 64;

/// Reads webhooks again, oldest first. With `dry_run` nothing is written.
pub async fn replay(app: &App, selection: Selection, dry_run: bool) -> Result<ReplayReport> {
    let mut report = ReplayReport { dry_run, ..ReplayReport::default() };
    let mut after = String::new();
    loop {
        let ids = if selection.ids.is_empty() {
            let mut tx = app.db.read().await?;
            let channel = selection.channel_id.as_deref();
            let limit = i64::try_from(CHUNK).unwrap_or(i64::MAX);
            journal::selected(&mut tx, channel, selection.since.0, &after, limit).await?
        } else {
            selection.ids.iter().skip(report.webhooks).take(CHUNK).cloned().collect()
        };
        let Some(last) = ids.last() else { return Ok(report) };
        after.clone_from(last);
        report.webhooks += ids.len();
        let part = chunk(app, ids, dry_run).await?;
        report.unchanged += part.unchanged;
        report.differences.extend(part.differences);
    }
}

async fn chunk(app: &App, ids: Vec<String>, dry_run: bool) -> Result<ReplayReport> {
    let mut tx = app.db.read().await?;
    let rows = journal::of_ids(&mut tx, &ids).await?;
    drop(tx);
    let mut webhooks = Vec::with_capacity(rows.len());
    for row in rows {
        let large = super::large_body(app, row.body_ref.as_deref()).await;
        webhooks.push(read(app, row, large));
    }
    if dry_run {
        let mut tx = app.db.read().await?;
        return Ok(compare(&mut tx, app, &webhooks).await?.report);
    }
    let inner = app.clone();
    app.writer
        .run(move |tx| {
            async move {
                let compared = compare(tx, &inner, &webhooks).await?;
                event::put(tx, &compared.rows).await?;
                compared.work.write(tx).await?;
                Ok(compared.report)
            }
            .boxed()
        })
        .await
}

/// What a chunk says now against what it said then, and what has to be written for it.
struct Compared {
    work: Work,
    rows: Vec<EventRow>,
    report: ReplayReport,
}

async fn compare(tx: &mut Tx, app: &App, webhooks: &[Webhook]) -> Result<Compared> {
    let mut compared =
        Compared { work: Work::new(app, app.clock.now()), rows: Vec::new(), report: ReplayReport::default() };
    for webhook in webhooks {
        match &webhook.told {
            Ok(told) => compared.webhook(tx, webhook, told).await?,
            Err(reason) => compared.differ(webhook, None, "unreadable", None, None, Some(reason.clone())),
        }
    }
    Ok(compared)
}

impl Compared {
    fn differ(
        &mut self,
        webhook: &Webhook,
        key: Option<&str>,
        what: &str,
        message_id: Option<String>,
        before: Option<String>,
        after: Option<String>,
    ) {
        self.report.differences.push(Difference {
            journal_id: webhook.id.clone(),
            event_key: key.map(str::to_owned),
            what: what.to_owned(),
            message_id,
            before,
            after,
        });
    }

    async fn webhook(&mut self, tx: &mut Tx, webhook: &Webhook, told: &Told) -> Result<()> {
        let channel = told.channel.row.id.as_str();
        let keys: Vec<(&str, &str)> = told.events.iter().map(|event| (channel, event.key.as_str())).collect();
        let states = event::known(tx, &keys).await?;
        let rows = event::by_keys(tx, &keys).await?;
        for now in &told.events {
            let state = states.iter().find(|known| known.event_key == now.key).and_then(|k| k.state.clone());
            let stored = rows.iter().find(|row| row.event_key == now.key);
            match (stored, state) {
                (_, Some(_)) => self.differ(webhook, Some(&now.key), "pending", None, None, None),
                (Some(row), None) => self.again(tx, webhook, told, row, now).await?,
                (None, None) if self.rows.iter().any(|row| row.event_key == now.key) => {}
                (None, None) => self.unseen(tx, webhook, told, now).await?,
            }
        }
        Ok(())
    }

    /// An event that was applied before.
    async fn again(
        &mut self,
        tx: &mut Tx,
        webhook: &Webhook,
        told: &Told,
        row: &EventRow,
        now: &Event,
    ) -> Result<()> {
        let then: Event = documents::stored("event.body", &row.body)?;
        if says_the_same(&then, now) {
            self.report.unchanged += 1;
            return Ok(());
        }
        let message = match &row.message_id {
            Some(id) => message::get(tx, id).await?.filter(|message| message.unsent_at.is_none()),
            None => None,
        };
        let (Some(message), Some((content, extra))) = (message, content_of(&now.what)) else {
            self.differ(webhook, Some(&now.key), "changed", None, Some(kind(&then)), Some(kind(now)));
            self.rows.push(EventRow { body: json(now), kind: now.what.name().to_owned(), ..row.clone() });
            return Ok(());
        };
        let (id, before) = (message.id.clone(), message.text.clone());
        self.differ(webhook, Some(&now.key), "changed", Some(id), Some(before), Some(plain_text(&content)));
        self.rows.push(EventRow { body: json(now), kind: now.what.name().to_owned(), ..row.clone() });
        let conversation = message.conversation_id.clone();
        conversations(tx, &mut self.work, std::slice::from_ref(&conversation)).await?;
        let Some(thread) = self.work.thread(&conversation).cloned() else { return Ok(()) };
        let mut lane = self.work.open(&told.channel, Some(thread));
        let before = content_of(&then.what).map(|(content, _)| content);
        let found = Found { content: &content, before: before.as_ref(), extra: &extra };
        lane.correct(message, &found, &cause(webhook, &row.id, now))?;
        let kept = lane.finish();
        self.work.keep(kept);
        Ok(())
    }

    /// An event that was not seen then, because an older version could not read it.
    async fn unseen(&mut self, tx: &mut Tx, webhook: &Webhook, told: &Told, now: &Event) -> Result<()> {
        let id: EventId = self.work.ids().next(self.work.now());
        let mut row = EventRow {
            channel_id: webhook.channel_id.clone(),
            event_key: now.key.clone(),
            id: id.to_string(),
            journal_id: webhook.id.clone(),
            lane: now.lane.clone(),
            kind: now.what.name().to_owned(),
            at: now.at.map(|at| at.0),
            body: json(now),
            conversation_id: None,
            message_id: None,
            duplicates: 0,
            trace_id: webhook.trace_id.clone(),
            received_at: webhook.arrived.0,
        };
        let content = content_of(&now.what);
        let text = content.as_ref().map_or_else(|| kind(now), |(content, _)| plain_text(content));
        self.differ(webhook, Some(&now.key), "new", None, None, Some(text));
        self.work.load_lanes(tx, &[(&webhook.channel_id, &now.lane)]).await?;
        let thread = self.work.thread_of_lane(&webhook.channel_id, &now.lane).cloned();
        if let (Some(thread), Some((content, extra))) = (thread, content) {
            let mut lane = self.work.open(&told.channel, Some(thread));
            lane.append_quietly(draft(now, content, extra), &cause(webhook, &row.id, now))?;
            row.conversation_id = lane.thread().map(|thread| thread.id().to_owned());
            row.message_id = lane.thread().and_then(|thread| lane.message_numbered(thread.view.seq));
            let kept = lane.finish();
            self.work.keep(kept);
        }
        self.rows.push(row);
        Ok(())
    }
}

fn draft(event: &Event, content: Content, extra: Value) -> Draft {
    let mut draft = Draft::out(AuthorKind::Customer, content);
    draft.direction = Direction::In;
    draft.external_id = match &event.what {
        What::Message(inbound) => inbound.external_id.clone(),
        _ => None,
    };
    draft.extra = extra;
    draft.at = event.at;
    draft
}

fn cause(webhook: &Webhook, event_id: &str, event: &Event) -> Cause {
    Cause {
        trace_id: webhook.trace_id.clone(),
        causation_id: Some(event_id.to_owned()),
        event_id: Some(event_id.to_owned()),
        occurred_at: event.at.unwrap_or(webhook.arrived),
        received_at: webhook.arrived,
    }
}

/// What a message-like event says.
fn content_of(what: &What) -> Option<(Content, Value)> {
    match what {
        What::Message(inbound) => Some((inbound.content.clone(), inbound.extra.clone())),
        What::Unsupported { name, raw } => {
            let block = Block::Unsupported(Unsupported { kind: name.clone(), raw: raw.clone() });
            Some((Content::block(block), Value::Null))
        }
        _ => None,
    }
}

/// Whether an event says what it said. A long text was fetched then and is not fetched again.
fn says_the_same(then: &Event, now: &Event) -> bool {
    let (mut then, mut now) = (then.clone(), now.clone());
    if let (What::Message(then), What::Message(now)) = (&mut then.what, &mut now.what)
        && now.full_text_url.is_some()
    {
        now.full_text_url = None;
        then.full_text_url = None;
        now.content = then.content.clone();
        now.extra = then.extra.clone();
    }
    then == now
}

fn kind(event: &Event) -> String {
    event.what.name().to_owned()
}

fn json(event: &Event) -> String {
    serde_json::to_string(event).expect("an event is JSON")
}
