//! LINE Messaging API: signed webhooks in; free replies, keyed pushes and media by address out.

mod account;
mod capabilities;
mod failure;
mod jwt;
mod open;
mod token;
mod wire;

use naru_core::adapter::{HookSpec, MAX_HOOK_BODY, Platform, Words};
use naru_core::downgrade::{Context, Part, Report};

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
    media_hosts: &["api-data.line.me"],
    open: open::open,
    compose,
};

fn compose(parts: Vec<Part>, _context: &Context<'_>, _report: &mut Report) -> Vec<Part> {
    parts
}
