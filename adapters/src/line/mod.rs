//! LINE Messaging API: signed webhooks in; free replies, keyed pushes and media by address out.

mod account;
mod address;
mod capabilities;
mod cards;
mod check;
mod compose;
mod draw;
mod failure;
mod jobs;
mod jwt;
mod key;
mod media;
mod message;
mod open;
mod receive;
mod send;
mod token;
mod utf16;
mod verify;
mod wire;

use naru_core::adapter::{HookSpec, MAX_HOOK_BODY, Platform, Words};

/// LINE's API host.
const API_BASE: &str = "https://api.line.me";
/// LINE's host for what customers sent.
const CONTENT_BASE: &str = "https://api-data.line.me";

/// LINE.
pub static PLATFORM: Platform = Platform {
    name: "line",
    title: Words { ko: "라인", en: "LINE" },
    capabilities: capabilities::CAPABILITIES,
    flavours: &[],
    account: account::ACCOUNT,
    hooks: HookSpec { suffixes: &[""], get: false, max_body: MAX_HOOK_BODY },
    media_hosts: &["api-data.line.me", "line-scdn.net"],
    open: open::open,
    compose: compose::compose,
};

#[cfg(test)]
mod tests;
