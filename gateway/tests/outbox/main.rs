//! What goes out, against a scripted platform on loopback, on every engine.

#![expect(clippy::unwrap_used, reason = "a failure of the test's own plumbing is a failure of the test")]

mod failures;
mod fake;
mod media;
mod order;
mod restart;
mod world;
