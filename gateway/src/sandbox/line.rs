//! LINE, played: the Messaging API over its real wire format, and its customers' phones.
//!
//! The state lives in [`world`], pure: a call and a moment in, an answer out. [`route`] speaks HTTP around it, [`check`]
//! holds every message object against LINE's limits, [`hook`] writes and signs the webhooks.

mod check;
mod hook;
mod route;
mod template;
mod world;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::routing::any;
use naru_core::time::Millis;
use serde_json::{Map, Value, json};

use super::{Account, Act, Customer, Hook, Phone, Screen, Tape, Troubles};
use crate::clock::Clock;
use world::World;

/// The secret that signs the played webhooks; invented.
const CHANNEL_SECRET: &str = "5a11d0f7c3b94e82a6d0c1f2e3b4a596";
/// The long-lived token that the played API takes; invented.
const ACCESS_TOKEN: &str = "sandbox-line-channel-access-token";
/// The channel's id, for short-lived tokens.
const CHANNEL_ID: &str = "1650000001";
/// The bot's user id.
const BOT: &str = "Ub07b07b07b07b07b07b07b07b07b07b0";

/// LINE, played.
pub struct LinePhone {
    clock: Clock,
    world: Mutex<World>,
    troubles: Troubles,
    tape: Tape,
}

impl LinePhone {
    /// A played LINE with four customers who have befriended the bot.
    pub fn new(clock: Clock) -> Self {
        let customers = [
            ("U11111111111111111111111111111111", "김민아", "ko"),
            ("U22222222222222222222222222222222", "Kenji", "en"),
            ("U33333333333333333333333333333333", "서지안", "ko"),
            ("U44444444444444444444444444444444", "윤도현", "ko"),
        ];
        Self {
            clock,
            world: Mutex::new(World::new(&customers)),
            troubles: Troubles::default(),
            tape: Tape::default(),
        }
    }

    /// Sets how many messages may be pushed this month; `None`: as many as one likes. What was pushed still counts.
    pub fn set_quota(&self, limit: Option<u64>) {
        self.world().quota = limit;
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn customer(&self, id: &str) -> Customer {
        let name = self.world().friends.get(id).map(|friend| friend.name.clone()).unwrap_or_default();
        Customer { id: id.to_owned(), name }
    }
}

impl Phone for LinePhone {
    fn platform(&self) -> &'static str {
        "line"
    }

    fn api(self: Arc<Self>) -> Router {
        Router::new().route("/{*path}", any(route::serve)).with_state(self)
    }

    fn account(&self, base: &str) -> Account {
        let object = |value: Value| match value {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        Account {
            credentials: object(
                json!({"channel_secret": CHANNEL_SECRET, "channel_access_token": ACCESS_TOKEN}),
            ),
            settings: object(json!({"api_base": base, "content_base": base})),
        }
    }

    fn customers(&self) -> Vec<Customer> {
        let ids: Vec<_> = self.world().friends.keys().cloned().collect();
        ids.iter().map(|id| self.customer(id)).collect()
    }

    fn screen(&self, customer: &str) -> Screen {
        Screen {
            customer: self.customer(customer),
            entries: self.tape.of(customer),
            session_open: None,
            blocked: self.world().friends.get(customer).is_some_and(|friend| friend.blocked),
        }
    }

    fn act(&self, customer: &str, act: &Act, at: Millis) -> Result<Vec<Hook>, String> {
        let Some(event) = hook::event(&mut self.world(), customer, act, at)? else { return Ok(Vec::new()) };
        self.tape.hook(customer, at, "", event.clone());
        Ok(vec![hook::signed(&[event])])
    }

    fn forge(&self, hook: Hook) -> Hook {
        hook::forged(hook)
    }

    fn redeliver(&self, hook: &Hook) -> Hook {
        hook::redelivered(&mut self.world(), hook, self.clock.now())
    }

    fn troubles(&self) -> &Troubles {
        &self.troubles
    }

    fn tape(&self) -> &Tape {
        &self.tape
    }
}

#[cfg(test)]
mod tests;
