//! Every platform that Naru speaks, one folder each; an adapter sees only `naru-core`.
//!
//! To add a platform:
//! 1. a folder here with `mod.rs, capabilities.rs, account.rs, wire.rs, key.rs, receive.rs, send.rs`; `mod.rs` has
//!    `pub static PLATFORM: Platform`;
//! 2. a folder in `fixtures/` with the required cases (the contract tests name the missing ones);
//! 3. two lines below: its `mod` and its entry in [`PLATFORMS`].

pub mod kakao;
pub mod line;
pub mod webchat;

use naru_core::adapter::Platform;

/// The registry, in the inbox's fixed order of services (inventory I14).
pub static PLATFORMS: &[&Platform] = &[&kakao::PLATFORM, &line::PLATFORM, &webchat::PLATFORM];

/// The platform of that name.
pub fn platform(name: &str) -> Option<&'static Platform> {
    PLATFORMS.iter().copied().find(|platform| platform.name == name)
}
