//! The API as a program meets it: who may do what, what is refused and how, and what happens once.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod openapi;
mod problems;
mod roles;
mod sends;
mod world;
