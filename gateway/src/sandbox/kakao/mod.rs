//! Kakao's consult talk, played: all four ways to it, sessions, uploads, codes, and customers with phones.

mod acts;
mod api;
mod check;
mod code;
mod dealer;
mod files;
mod hooks;
mod state;
mod take;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use naru_core::time::Millis;
use serde_json::{Map, Value, json};

use self::dealer::{Dealer, SENDER_KEY};
use self::hooks::{Occasion, Topic};
use self::state::{CUSTOMERS, State};
use super::{Account, Act, Customer, Hook, Phone, Screen, Tape, Troubles};
use crate::clock::Clock;

/// The played platform.
pub struct KakaoPhone {
    clock: Clock,
    tape: Tape,
    troubles: Troubles,
    played: Mutex<Played>,
}

/// What changes.
struct Played {
    state: State,
    /// Where the played platform lies, for the addresses of its files.
    base: String,
    /// Who passes on what customers do.
    dealer: Dealer,
    /// Who has not yet seen the newest message.
    unseen: BTreeSet<String>,
    /// What is to be posted because of calls.
    pending: Vec<Hook>,
}

impl Played {
    /// Ends a customer's session and tells of it; `None` where none is open.
    fn end(&mut self, tape: &Tape, user: &str, at: Millis) -> Option<Hook> {
        let session = self.state.end(user)?;
        Some(self.ended(tape, user, &session, at))
    }

    fn ended(&mut self, tape: &Tape, user: &str, session: &str, at: Millis) -> Hook {
        let number = self.state.next_number();
        let body = hooks::expired(Occasion { dealer: self.dealer, user, session, at, number });
        tape.line(user, at, "session_closed");
        hooks::hook(self.dealer, Topic::Expired, &body)
    }
}

impl KakaoPhone {
    /// A played Kakao that nobody has spoken with yet.
    pub fn new(clock: Clock) -> Self {
        let played = Played {
            state: State::default(),
            base: String::new(),
            dealer: Dealer::Direct,
            unseen: BTreeSet::new(),
            pending: Vec::new(),
        };
        Self { clock, tape: Tape::default(), troubles: Troubles::default(), played: Mutex::new(played) }
    }

    fn played(&self) -> MutexGuard<'_, Played> {
        self.played.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Phone for KakaoPhone {
    fn platform(&self) -> &'static str {
        "kakao"
    }

    fn api(self: Arc<Self>) -> Router {
        api::router(&self)
    }

    fn account(&self, base: &str) -> Account {
        let mut played = self.played();
        base.clone_into(&mut played.base);
        let dealer = played.dealer;
        let settings = [
            ("flavour".to_owned(), json!(dealer.name())),
            ("api_base".to_owned(), json!(format!("{base}{}", dealer.prefix()))),
        ];
        Account { credentials: dealer.credentials(), settings: Map::from_iter(settings) }
    }

    fn customers(&self) -> Vec<Customer> {
        CUSTOMERS
            .iter()
            .map(|(id, name)| Customer { id: (*id).to_owned(), name: (*name).to_owned() })
            .collect()
    }

    fn screen(&self, customer: &str) -> Screen {
        let played = self.played();
        let known = self.customers().into_iter().find(|known| known.id == customer);
        Screen {
            customer: known.unwrap_or_else(|| Customer { id: customer.to_owned(), name: String::new() }),
            entries: self.tape.of(customer),
            session_open: Some(played.state.session(customer).is_some()),
            blocked: played.state.has_blocked(customer),
        }
    }

    fn act(&self, customer: &str, act: &Act, at: Millis) -> Result<Vec<Hook>, String> {
        let mut played = self.played();
        if !played.state.knows(customer) {
            return Err(format!("expected one of the customers' ids, found \"{customer}\""));
        }
        acts::Acting { played: &mut played, tape: &self.tape, user: customer, at }.act(act)
    }

    fn pending(&self) -> Vec<Hook> {
        let now = self.clock.now();
        let mut played = self.played();
        for (user, session) in played.state.expire(now) {
            let hook = played.ended(&self.tape, &user, &session, now);
            played.pending.push(hook);
        }
        std::mem::take(&mut played.pending)
    }

    fn forge(&self, hook: Hook) -> Hook {
        let mut body: Value = serde_json::from_slice(&hook.body).unwrap_or_default();
        for name in ["sender_key", "senderKey"] {
            if body.get(name).is_some_and(|key| key == SENDER_KEY) {
                body[name] = json!("f".repeat(SENDER_KEY.len()));
            }
        }
        Hook { body: body.to_string().into(), ..hook }
    }

    fn troubles(&self) -> &Troubles {
        &self.troubles
    }

    fn tape(&self) -> &Tape {
        &self.tape
    }

    fn flavours(&self) -> Vec<&'static str> {
        let present = self.played().dealer;
        let others = Dealer::ALL.into_iter().filter(|dealer| *dealer != present);
        std::iter::once(present).chain(others).map(Dealer::name).collect()
    }

    fn set_flavour(&self, flavour: &str) -> bool {
        let Some(dealer) = Dealer::parse(flavour) else { return false };
        self.played().dealer = dealer;
        true
    }
}

#[cfg(test)]
mod tests;
