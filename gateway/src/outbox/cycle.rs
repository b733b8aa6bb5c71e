//! One cycle of the outbox in one transaction: what has ended is settled, what is due is claimed, and the calls that
//! follow are stored before they leave.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use naru_core::desk::Menus;
use naru_core::downgrade::Report;
use naru_core::message::DeliveryState;
use naru_core::time::Millis;
use serde::Serialize;

use super::book::Book;
use super::claim::claim;
use super::news::{Line, tell};
use super::settle::{Drawn, Finished, Settling, Started, Writes, error};
use crate::app::App;
use crate::desk::commands::{CommandError, Origin, session_gone};
use crate::documents::stored;
use crate::store::rows::conversation::{self, ConversationRow};
use crate::store::rows::delivery::{self, NEVER, Settled};
use crate::store::rows::{call, channel, event, gate, message, part};
use crate::store::{Bulk, Kind, Result, StoreError, Tx};

/// How many overdue deliveries one cycle ends.
const OVERDUE: i64 = 256;

static KEEP_MENUS: Bulk = Bulk::new(
    "UPDATE conversation SET menus = r.menus FROM",
    &[("id", Kind::Text), ("menus", Kind::Text)],
    "WHERE conversation.id = r.id",
);

#[derive(Serialize)]
struct MenusRow {
    id: String,
    menus: String,
}

/// What a cycle brought.
pub(super) struct Turn {
    /// What the worker remembers now.
    pub book: Book,
    /// The calls that are to be made now.
    pub started: Vec<Started>,
    /// Whether more is due than was claimed.
    pub is_more: bool,
    /// When something is due next.
    pub next_due: Option<i64>,
}

/// Settles what has ended and claims at most `limit` deliveries.
pub(super) async fn turn(
    tx: &mut Tx,
    app: &App,
    mut book: Book,
    finished: Arc<Vec<Finished>>,
    limit: usize,
) -> Result<Turn> {
    let now = app.clock.now();
    let mut writes = Writes::default();
    for one in finished.iter() {
        Settling { book: &mut book, writes: &mut writes, now }.finished(one);
    }
    let mut all = Vec::new();
    mend(tx, app, &mut book, now).await?;
    write(tx, app, &mut writes, now, &mut all).await?;
    expire(tx, now, &mut all).await?;
    let mut started = std::mem::take(&mut writes.started);
    let mut is_more = false;
    if limit > 0 {
        // Claimed in the same transaction, so that a conversation's next message leaves with the commit that settles
        // the one before it.
        let mut claimed = Writes::default();
        is_more = claim(tx, app, &mut book, &mut claimed, limit, now).await?;
        write(tx, app, &mut claimed, now, &mut all).await?;
        started.extend(claimed.started);
    }
    let shut = book.shut(app, now.0);
    let due = delivery::next_due(tx, now.0, &shut).await?;
    let next_due = [due, book.next_open(now.0)].into_iter().flatten().min();
    let mut news = tell(tx, app, &all, now).await?;
    event::append(tx, &mut news).await?;
    Ok(Turn { book, started, is_more, next_due })
}

/// Holds what waits on channels whose credentials do not work, and lets go what was held on those that were mended.
async fn mend(tx: &mut Tx, app: &App, book: &mut Book, now: Millis) -> Result<()> {
    book.keep_gates(gate::all(tx).await?);
    for id in book.mended(app) {
        gate::open(tx, &id).await?;
        delivery::release(tx, &id, now.0).await?;
    }
    let broken = book.broken(app);
    for id in &broken {
        book.remember_held(id, now.0);
    }
    delivery::hold(tx, &broken, now.0).await
}

async fn write(tx: &mut Tx, app: &App, writes: &mut Writes, now: Millis, all: &mut Vec<Line>) -> Result<()> {
    call::end(tx, &writes.ended_calls).await?;
    call::insert(tx, &writes.new_calls).await?;
    let rows: Vec<Settled> = std::mem::take(&mut writes.rows).into_values().collect();
    delivery::settle(tx, &rows).await?;
    part::insert(tx, &writes.parts).await?;
    part::learn(tx, &writes.learned).await?;
    report(tx, &writes.changes).await?;
    remember(tx, &writes.drawn, now).await?;
    channels(tx, writes, now).await?;
    for over in &writes.over {
        let origin = Origin { trace_id: over.trace_id.clone(), causation_id: None };
        match session_gone(tx, app, &over.conversation_id, over.session_no, &origin).await {
            Ok(()) | Err(CommandError::NotFound(_) | CommandError::Refused(_)) => {}
            Err(CommandError::Store(error)) => return Err(error),
        }
    }
    all.append(&mut writes.lines);
    Ok(())
}

async fn channels(tx: &mut Tx, writes: &Writes, now: Millis) -> Result<()> {
    for id in &writes.opened {
        gate::open(tx, id).await?;
    }
    for row in &writes.gates {
        gate::put(tx, row).await?;
    }
    let health: BTreeMap<_, _> =
        writes.health.iter().map(|(id, health, reason)| (id, (health, reason))).collect();
    for (id, (health, reason)) in health {
        channel::set_health(tx, id, health.name(), reason.as_deref(), now.0).await?;
    }
    delivery::hold(tx, &writes.broken, now.0).await
}

/// Notes that menus may be answered in words from now on. A message without one matters only where others are open.
async fn remember(tx: &mut Tx, drawn: &[Drawn], now: Millis) -> Result<()> {
    let mut ids: Vec<String> = drawn.iter().map(|drawn| drawn.conversation_id.clone()).collect();
    ids.sort();
    ids.dedup();
    let mut rows: HashMap<String, ConversationRow> =
        conversation::lock(tx, &ids).await?.into_iter().map(|row| (row.id.clone(), row)).collect();
    let mut changed: BTreeMap<String, String> = BTreeMap::new();
    for drawn in drawn {
        let Some(row) = rows.get_mut(&drawn.conversation_id) else { continue };
        let mut menus: Menus = stored("conversation.menus", &row.menus)?;
        let before = menus.clone();
        let has_menu = drawn
            .parts
            .iter()
            .any(|part| part.menu.is_some() || !part.replies.is_empty() || !part.quick_replies.is_empty());
        if !has_menu && before == Menus::default() {
            continue;
        }
        menus.sent(drawn.message, &drawn.decision, &drawn.parts, now);
        if menus != before {
            row.menus = serde_json::to_string(&menus).expect("menus are JSON");
            changed.insert(row.id.clone(), row.menus.clone());
        }
    }
    let rows: Vec<MenusRow> = changed.into_iter().map(|(id, menus)| MenusRow { id, menus }).collect();
    KEEP_MENUS.run(tx, &rows).await.map(drop)
}

/// Appends what was changed on the way to the messages' reports.
async fn report(tx: &mut Tx, changes: &[(String, Vec<naru_core::downgrade::Change>)]) -> Result<()> {
    let ids: Vec<String> = changes.iter().map(|(id, _)| id.clone()).collect();
    let mut learned = Vec::new();
    for row in message::by_ids(tx, &ids).await? {
        let mut report: Report =
            row.report.as_deref().map(|text| stored("message.report", text)).transpose()?.unwrap_or_default();
        let more = changes.iter().filter(|(id, _)| *id == row.id).flat_map(|(_, changes)| changes.clone());
        report.changes.extend(more);
        let report = serde_json::to_string(&report)
            .map_err(|source| StoreError::Document { what: "message.report", source })?;
        let learn = part::MessageLearned { id: row.id, external_id: None, extra: None, report: Some(report) };
        learned.push(learn);
    }
    part::learn(tx, &learned).await
}

/// Ends what waits behind something else until its own time is over.
async fn expire(tx: &mut Tx, now: Millis, all: &mut Vec<Line>) -> Result<()> {
    let rows = delivery::overdue(tx, now.0, OVERDUE).await?;
    let reason = "the message's time was over before the platform took it";
    let settled: Vec<Settled> = rows
        .iter()
        .map(|row| Settled {
            next_at: NEVER,
            error: Some(error("expired", reason)),
            ..Settled::of(row, DeliveryState::Expired, now.0)
        })
        .collect();
    delivery::settle(tx, &settled).await?;
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    delivery::part(tx, &ids, now.0).await?;
    all.extend(rows.iter().map(|row| Line::of(row, "delivery.failed")));
    Ok(())
}
