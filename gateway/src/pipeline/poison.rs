//! What is done when a batch cannot be written: it is halved until the row that cannot stands alone, and that is parked.

use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use tracing::error;

use super::read::Webhook;
use crate::app::App;
use crate::store::rows::journal::{self, JournalStateRow};
use crate::store::{Result, StoreError};

/// How often a row may end the process before it is parked.
pub(super) const TRIES: i64 = 3;

/// Applies a batch. An error of the database's that is no row's fault is returned: the batch is worked again later.
pub(super) fn work(app: &App, webhooks: Arc<[Webhook]>) -> BoxFuture<'_, Result<()>> {
    async move {
        if webhooks.is_empty() {
            return Ok(());
        }
        let (inner, batch) = (app.clone(), Arc::clone(&webhooks));
        let written: Result<()> = app
            .writer
            .slice(move |tx| {
                async move {
                    let now = inner.clock.now();
                    super::apply::apply(tx, &inner, &batch, now).await
                }
                .boxed()
            })
            .await;
        let Err(error) = written else { return Ok(()) };
        if is_passing(app, &error) {
            return Err(error);
        }
        if let [one] = &webhooks[..] {
            return park(app, one, error.to_string()).await;
        }
        let (first, second) = webhooks.split_at(webhooks.len() / 2);
        work(app, first.into()).await?;
        work(app, second.into()).await
    }
    .boxed()
}

/// Parks a row, visible and to be retried by hand.
pub(super) async fn park(app: &App, webhook: &Webhook, reason: String) -> Result<()> {
    error!(journal_id = %webhook.id, trace_id = %webhook.trace_id, error = %reason, "a webhook could not be applied and is parked");
    let row = JournalStateRow {
        journal_id: webhook.id.clone(),
        state: "parked".to_owned(),
        tries: webhook.tries,
        error: Some(reason),
        next_at: None,
    };
    app.writer.run(move |tx| async move { journal::put_states(tx, &[row]).await }.boxed()).await
}

/// Whether an error is no row's fault.
pub(crate) fn is_passing(app: &App, error: &StoreError) -> bool {
    match error {
        // A bug in the slice itself looks like a stopped writer.
        StoreError::Stopped => app.shutdown.is_cancelled(),
        StoreError::Sql(sqlx::Error::Database(error)) => {
            let code = error.code().unwrap_or_default();
            let sqlite = code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 10 | 13 | 14))
                && code.len() < 5;
            let postgres = code.len() == 5
                && (matches!(&code[..2], "08" | "40" | "53" | "57" | "58") || code == "55P03");
            sqlite || postgres
        }
        StoreError::Commit(_)
        | StoreError::Full
        | StoreError::Sql(
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed,
        ) => true,
        _ => false,
    }
}
