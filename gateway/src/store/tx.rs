//! One transaction on either engine, carried through several functions.

use sqlx::{Postgres, Sqlite, Transaction};

use super::error::Result;
use super::on;
use super::wake::{Topic, Touched};

/// One transaction. Dropping it rolls back.
pub struct Tx {
    pub(crate) engine: Engine,
    touched: Touched,
}

/// The two engines.
pub(crate) enum Engine {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub(crate) fn new(engine: Engine) -> Self {
        Self { engine, touched: Touched::default() }
    }

    /// Whether the engine is `PostgreSQL`: chooses between twins, and nothing else.
    pub fn is_postgres(&self) -> bool {
        matches!(self.engine, Engine::Postgres(_))
    }

    /// Notes that the commit will bring work of this kind.
    pub fn touch(&mut self, topic: Topic) {
        self.touched.add(topic);
    }

    /// Runs a statement that takes no binds and returns nothing.
    pub async fn execute(&mut self, sql: &'static str) -> Result<()> {
        on!(self, conn => sqlx::query(sql).execute(conn).await.map(drop))?;
        Ok(())
    }

    pub(crate) async fn commit(self) -> Result<Touched> {
        match self.engine {
            Engine::Sqlite(transaction) => transaction.commit().await?,
            Engine::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(self.touched)
    }
}
