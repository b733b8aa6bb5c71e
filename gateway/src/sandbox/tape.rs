//! What a played platform keeps of everything that happened, by customer.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use naru_core::time::Millis;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;

/// How many entries one phone keeps.
const KEPT: usize = 400;

/// A call as a platform received it, and what it answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WireCall {
    /// The method.
    pub method: String,
    /// The path below the platform's address, with its query.
    pub path: String,
    /// The body: JSON as it came; a multipart body as its fields, files by name, type and size.
    pub body: Value,
    /// The answer's status; 0 where the connection broke instead.
    pub status: u16,
    /// The answer's body.
    pub answer: Value,
}

/// One thing on a phone.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Entry {
    /// The platform received a call that concerns this customer.
    Call {
        /// Its place on the tape; counts up over all customers.
        n: u64,
        /// When.
        at: Millis,
        /// What.
        call: WireCall,
    },
    /// The customer did something: one event, as it stands in the webhook's JSON.
    Hook {
        /// Its place on the tape.
        n: u64,
        /// When.
        at: Millis,
        /// Below which suffix it was posted.
        suffix: String,
        /// The event (Kakao: the whole body; LINE: one element of `events`).
        event: Value,
    },
    /// The phone itself says something, e.g. that the session ended.
    Line {
        /// Its place on the tape.
        n: u64,
        /// When.
        at: Millis,
        /// What, by the name under which the pages hold its words: `session_closed`, `blocked`.
        what: &'static str,
    },
}

#[derive(Debug, Default)]
struct Reel {
    count: u64,
    entries: BTreeMap<String, VecDeque<Entry>>,
}

/// Everything that happened on a played platform, by customer. Waiting for the next thing is a `watch`.
#[derive(Debug)]
pub struct Tape {
    reel: Mutex<Reel>,
    told: watch::Sender<u64>,
}

impl Default for Tape {
    fn default() -> Self {
        Self { reel: Mutex::default(), told: watch::channel(0).0 }
    }
}

impl Tape {
    fn put(&self, customer: &str, make: impl FnOnce(u64) -> Entry) {
        let mut reel = self.reel.lock().unwrap_or_else(PoisonError::into_inner);
        reel.count += 1;
        let n = reel.count;
        let kept = reel.entries.entry(customer.to_owned()).or_default();
        kept.push_back(make(n));
        if kept.len() > KEPT {
            kept.pop_front();
        }
        drop(reel);
        self.told.send_replace(n);
    }

    /// Keeps a call and its answer. Also refused calls: a phone draws only those with a good answer, the tests read all.
    pub fn call(&self, customer: &str, at: Millis, call: WireCall) {
        self.put(customer, |n| Entry::Call { n, at, call });
    }

    /// Keeps what the customer did, as it stands in the webhook.
    pub fn hook(&self, customer: &str, at: Millis, suffix: &str, event: Value) {
        self.put(customer, |n| Entry::Hook { n, at, suffix: suffix.to_owned(), event });
    }

    /// Keeps what the phone itself says.
    pub fn line(&self, customer: &str, at: Millis, what: &'static str) {
        self.put(customer, |n| Entry::Line { n, at, what });
    }

    /// What happened with one customer, oldest first.
    pub fn of(&self, customer: &str) -> Vec<Entry> {
        let reel = self.reel.lock().unwrap_or_else(PoisonError::into_inner);
        reel.entries.get(customer).map(|kept| kept.iter().cloned().collect()).unwrap_or_default()
    }

    /// The calls of one customer, oldest first; what tests look at.
    pub fn calls_of(&self, customer: &str) -> Vec<WireCall> {
        let call = |entry| match entry {
            Entry::Call { call, .. } => Some(call),
            Entry::Hook { .. } | Entry::Line { .. } => None,
        };
        self.of(customer).into_iter().filter_map(call).collect()
    }

    /// Tells the number of the newest entry, and waits for the next.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.told.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tape_keeps_each_customers_things_in_order_and_tells_of_them() {
        let tape = Tape::default();
        let told = tape.watch();
        tape.line("a", Millis(1), "session_closed");
        tape.hook("b", Millis(2), "/message", Value::Null);
        tape.hook("a", Millis(3), "/message", Value::from("x"));
        assert_eq!(*told.borrow(), 3);
        let order: Vec<u64> = tape
            .of("a")
            .iter()
            .map(|entry| match entry {
                Entry::Call { n, .. } | Entry::Hook { n, .. } | Entry::Line { n, .. } => *n,
            })
            .collect();
        assert_eq!(order, [1, 3]);
        assert!(tape.of("nobody").is_empty());
    }
}
