//! One module per aggregate: its SQL, its rows, its functions.

pub mod api_key;
pub mod call;
pub mod channel;
pub mod contact;
pub mod conversation;
pub mod delivery;
pub mod event;
pub mod frame;
pub mod gate;
pub mod idempotency;
pub mod journal;
pub mod media;
pub mod message;
pub mod operator;
pub mod part;
pub mod quiet;
pub mod short_link;
pub mod timer;
pub mod visitor;

use serde::Serialize;

use super::{Result, StoreError, Tx, on};

/// A `LIKE` pattern for "holds these words"; lower case, with `\` before what `LIKE` would read as a sign.
pub(crate) fn containing(words: &str) -> String {
    let mut pattern = String::from("%");
    for c in words.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Like `rows_of`, for a list of anything: the one bind is its JSON.
pub(crate) async fn rows_of_json<T, K>(tx: &mut Tx, twins: [&'static str; 2], list: &[K]) -> Result<Vec<T>>
where
    T: for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow>
        + for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>
        + Send
        + Unpin,
    K: Serialize,
{
    if list.is_empty() {
        return Ok(Vec::new());
    }
    let json = serde_json::to_string(list).map_err(|source| StoreError::Document { what: "list", source })?;
    let sql = twins[usize::from(tx.is_postgres())];
    Ok(on!(tx, conn => sqlx::query_as::<_, T>(sql).bind(json).fetch_all(conn).await)?)
}

/// Runs a statement whose one bind is a JSON list. No list, no statement.
pub(crate) async fn execute_with_list<K: Serialize>(
    tx: &mut Tx,
    twins: [&'static str; 2],
    list: &[K],
) -> Result<()> {
    if list.is_empty() {
        return Ok(());
    }
    let json = serde_json::to_string(list).map_err(|source| StoreError::Document { what: "list", source })?;
    let sql = twins[usize::from(tx.is_postgres())];
    on!(tx, conn => sqlx::query(sql).bind(json).execute(conn).await.map(drop))?;
    Ok(())
}
