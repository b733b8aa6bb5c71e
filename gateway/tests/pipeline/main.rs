//! From a stored webhook to the inbox, on both engines.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod choices;
mod commands;
mod order;
mod poison;
mod replay;
mod sessions;
mod shown;
mod world;
