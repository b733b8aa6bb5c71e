//! The contract that every adapter keeps, as files: a request and what it must become, a content and the calls that
//! bring it to its platform. `fixtures/README.md` describes the files; `tests/fixtures.rs` runs them.

pub mod coverage;
pub mod diff;
pub mod fixture;
pub mod inventory;
pub mod openapi;
pub mod required;
pub mod vocabulary;
