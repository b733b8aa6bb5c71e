//! Loads conversations, lets `naru_core::desk` decide, writes what it decided: one statement per table.
//!
//! The pipeline, the API's commands, timers and the outcomes of deliveries all go this way, each inside one writing
//! transaction: load and lock, decide in memory, write. Nothing is decided from what was read before.

pub mod commands;
mod effects;
mod flush;
mod jobs;
mod load;
mod media;
mod news;
mod outcomes;
mod quiet;
mod read_marks;
mod thread;
mod work;

pub(crate) use load::{conversations, people_of};
pub(crate) use media::stored_media;
pub(crate) use quiet::Found;
pub(crate) use thread::Thread;
pub(crate) use work::{Cause, Kept, Lane, Work};
