//! Who is connected to this process: a stored frame pokes its visitor's streams, a passing one goes straight to them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::broadcast;

/// So many passing frames may wait for one slow stream; it loses the oldest beyond that.
const WAITING: usize = 16;

/// A visitor may have so many tabs open at once.
const MOST_TABS: usize = 10;

/// The connected visitors of this process, by channel and external id. Cheap to clone.
#[derive(Clone, Default)]
pub struct Streams(Arc<Mutex<Open>>);

type Open = HashMap<(String, String), broadcast::Sender<News>>;

/// What a stream is told.
#[derive(Clone, Debug)]
pub(super) enum News {
    /// Frames were stored: look again.
    Stored,
    /// Something that is shown now or never.
    Passing(Arc<Value>),
}

impl Streams {
    fn open(&self) -> MutexGuard<'_, Open> {
        // Whoever panicked has left the map whole: every change of it is one call.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Joins a visitor's streams; `None` when too many are open already.
    pub(super) fn join(&self, channel_id: &str, visitor: &str) -> Option<broadcast::Receiver<News>> {
        let mut open = self.open();
        // Whoever has left is swept out by whoever comes.
        open.retain(|_, sender| sender.receiver_count() > 0);
        let sender = open
            .entry((channel_id.to_owned(), visitor.to_owned()))
            .or_insert_with(|| broadcast::channel(WAITING).0);
        (sender.receiver_count() < MOST_TABS).then(|| sender.subscribe())
    }

    /// Tells a visitor's streams; nobody hears it where none is open.
    pub(super) fn tell(&self, channel_id: &str, visitor: &str, news: News) {
        let open = self.open();
        if let Some(sender) = open.get(&(channel_id.to_owned(), visitor.to_owned())) {
            // An error only says that the last stream has just left.
            let _ = sender.send(news);
        }
    }

    /// Lets every stream look again.
    pub(super) fn look_again(&self) {
        for sender in self.open().values() {
            // An error only says that the last stream has just left.
            let _ = sender.send(News::Stored);
        }
    }

    /// Whether the visitor is connected here.
    pub fn is_connected(&self, channel_id: &str, visitor: &str) -> bool {
        let open = self.open();
        open.get(&(channel_id.to_owned(), visitor.to_owned())).is_some_and(|s| s.receiver_count() > 0)
    }
}
