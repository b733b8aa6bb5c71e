//! Many rows in one statement: `json_each` on SQLite, `jsonb_to_recordset` on `PostgreSQL`, from one list of columns.

use std::sync::OnceLock;

use serde::Serialize;
use sqlx::AssertSqlSafe;

use super::error::{Result, StoreError};
use super::on;
use super::tx::Tx;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, ids and JSON documents.
    Text,
    /// Integers, times and flags.
    Integer,
}

impl Kind {
    fn postgres(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "bigint",
        }
    }
}

/// A column of a bulk statement: its name, which is also the field's name in the rows, and what it holds.
pub type Column = (&'static str, Kind);

/// One statement over many rows. Declared as a `static`; its two texts are made once.
///
/// `before` and `after` stand around the row source: `INSERT INTO t (a, b) SELECT r.a, r.b FROM` … `ON CONFLICT …`,
/// or `UPDATE t SET a = r.a FROM` … `WHERE t.id = r.id`. The rows are called `r`.
pub struct Bulk {
    before: &'static str,
    columns: &'static [Column],
    after: &'static str,
    texts: OnceLock<[String; 2]>,
}

impl Bulk {
    /// A statement `before` + rows of `columns` as `r` + `after`.
    pub const fn new(before: &'static str, columns: &'static [Column], after: &'static str) -> Self {
        Self { before, columns, after, texts: OnceLock::new() }
    }

    /// Runs the statement over the rows, which serialise to objects with the columns' names. Returns how many rows
    /// were changed. No rows, no statement.
    pub async fn run<R: Serialize>(&self, tx: &mut Tx, rows: &[R]) -> Result<u64> {
        if rows.is_empty() {
            return Ok(0);
        }
        let json = serde_json::to_string(rows)
            .map_err(|source| StoreError::Document { what: "bulk row", source })?;
        let texts = self.texts.get_or_init(|| [self.sqlite(), self.postgres()]);
        let sql = if tx.is_postgres() { &texts[1] } else { &texts[0] };
        let changed = match &mut tx.engine {
            super::tx::Engine::Sqlite(transaction) => sqlx::query(AssertSqlSafe(sql.as_str()))
                .bind(json)
                .execute(&mut **transaction)
                .await?
                .rows_affected(),
            super::tx::Engine::Postgres(transaction) => sqlx::query(AssertSqlSafe(sql.as_str()))
                .bind(json)
                .execute(&mut **transaction)
                .await?
                .rows_affected(),
        };
        Ok(changed)
    }

    fn sqlite(&self) -> String {
        let fields: Vec<String> =
            self.columns.iter().map(|(name, _)| format!("value ->> '$.{name}' AS {name}")).collect();
        format!("{} (SELECT {} FROM json_each($1)) AS r {}", self.before, fields.join(", "), self.after)
    }

    fn postgres(&self) -> String {
        let fields: Vec<String> =
            self.columns.iter().map(|(name, kind)| format!("{name} {}", kind.postgres())).collect();
        format!("{} jsonb_to_recordset($1::jsonb) AS r({}) {}", self.before, fields.join(", "), self.after)
    }
}

/// Runs a query whose single bind is a JSON list of texts (ids, keys), as `IN (SELECT value FROM json_each($1))` does
/// on SQLite and `jsonb_array_elements_text` on `PostgreSQL`. Give both twins.
pub(crate) async fn rows_of<T>(tx: &mut Tx, twins: [&'static str; 2], list: &[String]) -> Result<Vec<T>>
where
    T: for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow>
        + for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>
        + Send
        + Unpin,
{
    if list.is_empty() {
        return Ok(Vec::new());
    }
    let json = serde_json::to_string(list).map_err(|source| StoreError::Document { what: "list", source })?;
    let sql = twins[usize::from(tx.is_postgres())];
    Ok(on!(tx, conn => sqlx::query_as::<_, T>(sql).bind(json).fetch_all(conn).await)?)
}
