//! Gates: channels that must wait before a host is called again.

use sqlx::FromRow;

use crate::store::{Result, Tx, on};

/// A closed gate.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct GateRow {
    /// The channel.
    pub channel_id: String,
    /// The host that is not to be called.
    pub host: String,
    /// When the next call may probe it.
    pub open_at: i64,
    /// How often in a row it was closed.
    pub failures: i64,
    /// What the platform said.
    pub reason: String,
    /// `throttled`, `quota` or `failing`.
    pub class: String,
}

const ALL: &str = "SELECT channel_id, host, open_at, failures, reason, class FROM channel_gate";
const PUT: &str = "INSERT INTO channel_gate (channel_id, host, open_at, failures, reason, class) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (channel_id, host) DO UPDATE SET open_at = excluded.open_at, \
    failures = excluded.failures, reason = excluded.reason, class = excluded.class";
const DROP: &str = "DELETE FROM channel_gate WHERE channel_id = $1";

/// Every closed gate.
pub async fn all(tx: &mut Tx) -> Result<Vec<GateRow>> {
    Ok(on!(tx, conn => sqlx::query_as(ALL).fetch_all(conn).await)?)
}

/// Closes a gate, or closes it for longer.
pub async fn put(tx: &mut Tx, gate: &GateRow) -> Result<()> {
    Ok(on!(tx, conn => sqlx::query(PUT).bind(&gate.channel_id).bind(&gate.host).bind(gate.open_at)
        .bind(gate.failures).bind(&gate.reason).bind(&gate.class).execute(conn).await.map(drop))?)
}

/// Opens every gate of a channel.
pub async fn open(tx: &mut Tx, channel_id: &str) -> Result<()> {
    Ok(on!(tx, conn => sqlx::query(DROP).bind(channel_id).execute(conn).await.map(drop))?)
}
