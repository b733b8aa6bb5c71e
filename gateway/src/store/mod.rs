//! The database: one SQL text for SQLite and `PostgreSQL`, one writer with group commit, readers beside it.
//!
//! House style of the modules here, one per aggregate: SQL in consts at the top, `$n` binds, ids as text, times as
//! integers of milliseconds, JSON as text; then functions that take `&mut Tx`. Twins (`*_SQLITE`, `*_POSTGRES`) stand
//! side by side and are only bulk input, row locks and some DDL. A statement per batch, never per row: see `bulk.rs`.

mod bulk;
mod checkpoint;
mod db;
mod error;
pub mod migrations;
pub mod rows;
mod tx;
mod wake;
mod writer;

pub(crate) use bulk::rows_of;
pub use bulk::{Bulk, Column, Kind};
pub use db::Db;
pub use error::{Result, StoreError};
pub use tx::Tx;
pub use wake::{Topic, Wakes};
pub use writer::{Journaled, Writer};

/// Runs the same expression on whichever engine a transaction is of: `on!(tx, conn => query.execute(conn).await)`.
macro_rules! on {
    ($tx:expr, $conn:ident => $body:expr) => {
        match &mut $tx.engine {
            $crate::store::tx::Engine::Sqlite(transaction) => {
                let $conn = &mut **transaction;
                $body
            }
            $crate::store::tx::Engine::Postgres(transaction) => {
                let $conn = &mut **transaction;
                $body
            }
        }
    };
}
pub(crate) use on;
