//! What Naru tells: the stream of domain events, from the table and, when that is read up, from the next commit.

use futures::Stream;
use futures::stream;

use crate::app::App;
use crate::documents::{self, EventDoc};
use crate::store::rows::event::{self, DomainEventRow};
use crate::store::{Result, Topic, Tx};

/// So many events are read at once.
const PAGE: i64 = 200;

/// Which events are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only of this conversation.
    pub conversation_id: Option<String>,
    /// Only of this channel.
    pub channel_id: Option<String>,
}

/// The events behind a position, in the order of their commits.
pub async fn after(tx: &mut Tx, position: i64, limit: i64, filter: &Filter) -> Result<Vec<DomainEventRow>> {
    let (conversation, channel) = (filter.conversation_id.as_deref(), filter.channel_id.as_deref());
    event::after(tx, position, conversation, channel, limit).await
}

/// The position that a cursor names: an event's id, or a position. `None` where it names neither.
pub async fn position(tx: &mut Tx, cursor: &str) -> Result<Option<i64>> {
    match cursor.parse() {
        Ok(position) => Ok(Some(position)),
        Err(_) => event::position_of(tx, cursor).await,
    }
}

struct Source {
    app: App,
    filter: Filter,
    position: i64,
    ready: std::collections::VecDeque<DomainEventRow>,
}

/// Every event behind a position, for ever: first what the table holds, then each as it is committed. Ends with the
/// process, or after an error, which is its last item.
pub fn stream(
    app: &App,
    position: i64,
    filter: Filter,
) -> impl Stream<Item = Result<EventDoc>> + Send + 'static {
    let source = Source { app: app.clone(), filter, position, ready: std::collections::VecDeque::new() };
    stream::unfold(Some(source), |source| async move {
        let mut source = source?;
        match source.next().await {
            Ok(Some(event)) => Some((Ok(event), Some(source))),
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    })
}

impl Source {
    async fn next(&mut self) -> Result<Option<EventDoc>> {
        loop {
            if let Some(row) = self.ready.pop_front() {
                self.position = row.position;
                return documents::event(&row).map(Some);
            }
            // Watch before looking: what is committed in between wakes us at once.
            let app = self.app.clone();
            let watch = app.wakes.watch(Topic::Events);
            tokio::pin!(watch);
            watch.as_mut().enable();
            let mut tx = self.app.db.read().await?;
            self.ready = after(&mut tx, self.position, PAGE, &self.filter).await?.into();
            drop(tx);
            if self.ready.is_empty() {
                tokio::select! {
                    () = app.shutdown.cancelled() => return Ok(None),
                    () = watch => {}
                    // Another node of a cluster may have written.
                    () = tokio::time::sleep(std::time::Duration::from_secs(1)), if app.db.is_postgres() => {}
                }
            }
        }
    }
}
