//! Platforms that are played: their APIs on loopback, speaking the real wire formats, and their customers' phones.
//!
//! A played platform knows nothing of Naru's model. It takes calls as the real one does ([`Phone::api`]), keeps what
//! it received on a [`Tape`], and turns what a customer does into the webhooks that the real one would send
//! ([`Phone::act`]). The pages at `/sandbox` draw a phone from the tape's wire JSON alone, so that what they show is
//! what would have arrived. [`Sandbox`] carries the webhooks to the gateway over HTTP, like anybody else.
//!
//! To add a platform: implement [`Phone`] in a file of its own, draw its wire in `static/phone-<name>.js`, and name it
//! in `demo`.

mod act;
mod bench;
mod kakao;
mod line;
pub(crate) mod pages;
mod tape;

pub use act::{Act, Hook, Trouble, Troubles, lost_answer};
pub use bench::{BenchError, Sandbox, Told};
pub use kakao::KakaoPhone;
pub use line::LinePhone;
pub use tape::{Entry, Tape, WireCall};

use std::sync::Arc;

use axum::Router;
use naru_core::time::Millis;
use serde::Serialize;
use serde_json::{Map, Value};

/// One played platform and its customers' phones.
///
/// Implementations hold their state behind locks of their own, never across an `await`, and read no clock but the one
/// they were made with. They must not check less than the real platform does (lengths, counts, tokens, sessions):
/// what would be refused there is refused here, with the platform's own status, code and sentence.
pub trait Phone: Send + Sync {
    /// The platform's name, as in the registry.
    fn platform(&self) -> &'static str;

    /// Its API as axum routes, with the platform's own paths (`/v2/bot/message/push`). The caller nests it under
    /// `/<platform>` of a loopback address and gives that address to [`Phone::account`]. It also serves, without
    /// credentials, the files that customers sent and that Naru uploaded, where the real platform does.
    ///
    /// Each call is put on the [`Tape`] together with the answer it got, also a refused one.
    fn api(self: Arc<Self>) -> Router;

    /// What a channel must be given so that it talks to this platform at `base` (no slash at its end), in its present
    /// flavour: the `credentials` and `settings` of `POST /api/v1/channels`.
    fn account(&self, base: &str) -> Account;

    /// The customers whose phones can be taken in hand, first the one that is shown at first.
    fn customers(&self) -> Vec<Customer>;

    /// What one customer's phone holds, oldest first.
    fn screen(&self, customer: &str) -> Screen;

    /// What the platform posts when the customer does something at `at`. It also puts the act on the tape, because the
    /// customer sees their own bubble at once. The sentence says why the act is impossible now (e.g. no session to leave).
    fn act(&self, customer: &str, act: &Act, at: Millis) -> Result<Vec<Hook>, String>;

    /// What the platform posts of itself since this was last asked: because of a call (Kakao's `expired_session` after
    /// `/chat/end`, Bizgo's results) or of the time. Whoever carries webhooks asks after every change of the tape.
    fn pending(&self) -> Vec<Hook> {
        Vec::new()
    }

    /// The same webhook as a forger would send it: a wrong signature, or another sender's key.
    fn forge(&self, hook: Hook) -> Hook;

    /// The same webhook delivered once more, as the platform does when it saw no 2xx, or for reasons of its own.
    fn redeliver(&self, hook: &Hook) -> Hook {
        hook.clone()
    }

    /// What goes wrong from now on; the API asks it at every call.
    fn troubles(&self) -> &Troubles;

    /// The tape of everything that happened.
    fn tape(&self) -> &Tape;

    /// The dealers that it can play, the present one first; empty where there is only one way.
    fn flavours(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// Speaks like another dealer from now on; `false` where it does not know that one. Sessions stay open.
    fn set_flavour(&self, flavour: &str) -> bool {
        let _ = flavour;
        false
    }
}

/// What a channel is given to talk to a played platform.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Account {
    /// `credentials` of `POST /api/v1/channels`.
    pub credentials: Map<String, Value>,
    /// `settings` of the same.
    pub settings: Map<String, Value>,
}

/// A customer of a played platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Customer {
    /// The platform's id of them (`user_key`, `userId`).
    pub id: String,
    /// What the sandbox calls them; Naru learns it only where the platform tells.
    pub name: String,
}

/// What one customer's phone holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Screen {
    /// Whose phone it is.
    pub customer: Customer,
    /// What happened, oldest first, as wire JSON.
    pub entries: Vec<Entry>,
    /// Whether the platform's session is open; `None` where the platform has none.
    pub session_open: Option<bool>,
    /// Whether the customer has blocked us.
    pub blocked: bool,
}
