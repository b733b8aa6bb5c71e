//! Everything that goes out: what is accepted, how it is brought, how it ends.
//!
//! A delivery is a durable job. The worker claims the first due one of each conversation, stores its next call, makes
//! it, stores the answer, and so on until the job has ended; see [`worker`] for the cycle.

mod accept;
mod acts;
mod book;
mod claim;
mod cycle;
mod exchange;
mod lookup;
mod memory;
mod news;
mod prepare;
mod running;
mod schedule;
mod settle;
mod token;
mod worker;

pub use accept::{Acceptance, Idempotency, SendError, accept, accept_in, known};
pub use acts::{ActError, cancel, cancel_message, release_held, retry, retry_message, skip};
pub(crate) use lookup::fetch_medium;
pub use lookup::{check_account, run_job};
pub use memory::Outbox;
pub use prepare::{
    JobKind, LostPolicy, Outward, Prepared, Refused, SendOptions, media_of, prepare, prepare_job, short_link,
};
pub use schedule::wait;
pub use worker::start;

pub use crate::media::{facts as media_facts, facts_in as media_facts_in, resolve as fetch_media};
