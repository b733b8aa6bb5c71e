//! Whether anything is still under way: what the demo's past and the tests wait for.

use crate::store::{Result, Tx, on};

const UNDER_WAY: &str = "SELECT CAST((SELECT COUNT(*) FROM journal_state WHERE state = 'pending') \
    + (SELECT COUNT(*) FROM event_state WHERE state = 'pending') \
    + (SELECT COUNT(*) FROM delivery WHERE state IN ('queued', 'sending') AND next_at <= $1) AS BIGINT)";

/// Whether every webhook was applied, and every delivery has left or waits for a time after `now`.
pub async fn is_quiet(tx: &mut Tx, now: i64) -> Result<bool> {
    let under_way: i64 = on!(tx, conn => sqlx::query_scalar(UNDER_WAY).bind(now).fetch_one(conn).await)?;
    Ok(under_way == 0)
}
