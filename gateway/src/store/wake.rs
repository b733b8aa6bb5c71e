//! What a commit tells the rest of the process: there is new work of some kind.

use std::sync::Arc;

use tokio::sync::Notify;

/// The kinds of work that a commit can bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Journal rows wait to be read.
    Pipeline,
    /// Deliveries wait to be claimed.
    Outbox,
    /// Media wait to be fetched.
    Media,
    /// Domain events were appended.
    Events,
    /// A timer was set that may be due before the others.
    Timers,
    /// A channel was changed.
    Channels,
    /// Frames wait for web chat visitors.
    Frames,
}

impl Topic {
    const ALL: [Self; 7] =
        [Self::Pipeline, Self::Outbox, Self::Media, Self::Events, Self::Timers, Self::Channels, Self::Frames];

    fn bit(self) -> u8 {
        1 << (self as u8)
    }
}

/// A set of topics, gathered while a transaction runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Touched(u8);

impl Touched {
    pub(crate) fn add(&mut self, topic: Topic) {
        self.0 |= topic.bit();
    }
}

/// Wakes the workers after a commit. Each topic has one waiter that works until nothing is left, and any number of
/// streams that look again at every call.
#[derive(Clone, Default)]
pub struct Wakes(Arc<[Notify; 7]>);

impl Wakes {
    /// Waits until a commit has touched the topic since the last wait, or returns at once if it has.
    pub async fn wait(&self, topic: Topic) {
        self.0[topic as usize].notified().await;
    }

    /// A future that is ready at the next touch; create it before looking, await it after.
    pub fn watch(&self, topic: Topic) -> tokio::sync::futures::Notified<'_> {
        self.0[topic as usize].notified()
    }

    /// Wakes everybody who waits for a topic, and lets the next single waiter pass.
    pub fn wake(&self, topic: Topic) {
        self.0[topic as usize].notify_waiters();
        self.0[topic as usize].notify_one();
    }

    pub(crate) fn wake_all(&self, touched: Touched) {
        for topic in Topic::ALL {
            if touched.0 & topic.bit() != 0 {
                self.wake(topic);
            }
        }
    }
}
