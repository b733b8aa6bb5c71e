//! The gateway: webhooks in, journal, pipeline, outbox, API, console and sandbox, in one binary.
//!
//! The way of a message in: `ingress` -> `store` (journal) -> `pipeline` -> `events`; out: `api` or `console` ->
//! `outbox` -> `egress`. Everything that is decided is decided in `naru-core`; here it is loaded and written.

pub mod api;
pub mod app;
pub mod auth;
pub mod channels;
pub mod cli;
pub mod clock;
pub mod config;
pub mod console;
pub mod demo;
pub mod desk;
pub mod documents;
pub mod egress;
pub mod events;
pub mod ingress;
pub mod media;
pub mod outbox;
pub mod pipeline;
pub mod preview;
pub mod run;
pub mod sandbox;
pub mod scrub;
pub mod secrets;
pub mod store;
pub mod telemetry;
#[doc(hidden)]
pub mod testing;
pub mod timers;
pub mod webchat;

use std::process::ExitCode;

use naru_core::adapter::Platform;

/// Runs the `naru` command with these platforms in the binary. A binary of one's own adds its platforms to
/// `naru_adapters::PLATFORMS` and calls this.
pub fn run(platforms: &'static [&'static Platform]) -> ExitCode {
    cli::run(platforms)
}
