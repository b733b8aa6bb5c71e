//! Applies a batch of webhooks to their conversations, inside one slice of the writer's commit.

mod lane;
mod load;
mod record;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use naru_core::time::Millis;

use super::plan::{LaneKey, LanePlan, Plan, plan};
use super::read::Webhook;
use crate::app::App;
use crate::desk::Work;
use crate::store::rows::journal;
use crate::store::{Result, Tx};
use record::Record;

/// Applies what the webhooks tell: loads every lane in one query per table, decides lane by lane, writes one statement
/// per table. A lane whose decision fails is parked from the failing event on; its neighbours are applied.
pub(super) async fn apply(tx: &mut Tx, app: &App, webhooks: &[Webhook], now: Millis) -> Result<()> {
    let ids: Vec<String> = webhooks.iter().map(|webhook| webhook.id.clone()).collect();
    let claimed = journal::claim(tx, &ids).await?;
    let webhooks: Vec<Webhook> =
        webhooks.iter().filter(|webhook| claimed.contains(&webhook.id)).cloned().collect();
    load::lock_lanes(tx, &webhooks).await?;
    let plan = plan(tx, app, &webhooks, now).await?;
    let mut work = Work::new(app, now);
    load::load(tx, &mut work, &plan).await?;
    let mut record = Record::default();
    let Plan { lanes, repeated, behind } = plan;
    for (key, lane) in lanes {
        let may_go = lane.may_go(behind.get(&key));
        decide(&mut work, &mut record, &key, &lane, may_go);
    }
    record.repeated = repeated;
    record.write(tx, &webhooks).await?;
    work.write(tx).await
}

/// Applies what is told in passing: it leaves no row of its own, so that it can neither wait nor be parked.
pub(super) async fn pass(tx: &mut Tx, app: &App, told: Webhook, now: Millis) -> Result<()> {
    let webhooks = [told];
    load::lock_lanes(tx, &webhooks).await?;
    let plan = plan(tx, app, &webhooks, now).await?;
    let mut work = Work::new(app, now);
    load::load(tx, &mut work, &plan).await?;
    for (key, lane) in plan.lanes {
        let (kept, _went) = lane::decide(&work, &key, &lane, lane.events.len(), &mut 0)?;
        work.keep(kept);
    }
    work.write(tx).await
}

/// Decides one lane. When an event's decision fails, those before it are decided again without it, which is the same
/// decision as before: it is parked, and those behind it wait.
fn decide(work: &mut Work, record: &mut Record, key: &LaneKey, plan: &LanePlan, may_go: usize) {
    let mut upto = may_go;
    let mut failure = None;
    loop {
        let mut at = 0;
        let decided = catch_unwind(AssertUnwindSafe(|| lane::decide(work, key, plan, upto, &mut at)));
        match decided {
            Ok(Ok((kept, applied))) => {
                work.keep(kept);
                record.applied(key, plan, applied);
                break;
            }
            Ok(Err(error)) => failure = Some((at, error.to_string())),
            Err(panic) => failure = Some((at, panic_text(&*panic))),
        }
        if upto == 0 {
            break;
        }
        upto = at.min(upto.saturating_sub(1));
    }
    if let Some((at, error)) = &failure {
        tracing::error!(lane = %key.1, %error, "an event could not be applied and is parked");
        record.parked(key, &plan.events[*at], error);
        upto = at + 1;
    }
    record.waiting(key, &plan.events[upto.min(plan.events.len())..]);
}

/// What a panic says.
pub(super) fn panic_text(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a bug without a message".to_owned())
}
