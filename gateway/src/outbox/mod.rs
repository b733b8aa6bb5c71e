//! Everything that goes out: what is accepted, how it is brought, how it ends.

mod prepare;

pub use prepare::{
    JobKind, LostPolicy, Outward, Prepared, Refused, SendOptions, media_of, prepare, prepare_job, short_link,
};

/// What the outbox keeps in memory. Cheap to clone.
#[derive(Clone, Default)]
pub struct Outbox {}
