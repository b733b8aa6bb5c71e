//! KakaoTalk's consult chat (상담톡): Kakao's own API, Happytalk's two, and Bizgo's.
//!
//! The four flavours share every decision; only [`wire`] and [`send`] know how each spells it.

mod account;
mod capabilities;
mod cidr;
mod flavour;
mod key;
mod open;
mod receive;
mod send;
mod sign;
mod wire;

use naru_core::adapter::{Flavour, HookSpec, MAX_HOOK_BODY, Platform, Words};
use naru_core::downgrade::bubbles;

/// What a customer types to end the session on Kakao's side.
const END_COMMAND: &str = "!종료";

/// KakaoTalk's consult chat.
pub static PLATFORM: Platform = Platform {
    name: "kakao",
    title: Words { ko: "카카오 상담톡", en: "KakaoTalk consult" },
    capabilities: capabilities::CAPABILITIES,
    flavours: &[
        Flavour {
            name: "direct",
            title: Words {
                ko: "카카오 직접 연결 (허브 파트너)", en: "Kakao itself (hub partner)"
            },
            narrow: capabilities::direct,
        },
        Flavour {
            name: "happytalk_v1",
            title: Words { ko: "해피톡 v1", en: "Happytalk v1" },
            narrow: capabilities::happytalk_v1,
        },
        Flavour {
            name: "happytalk_v3",
            title: Words { ko: "해피톡 v3", en: "Happytalk v3" },
            narrow: capabilities::happytalk_v3,
        },
        Flavour { name: "bizgo", title: Words { ko: "비즈고", en: "Bizgo" }, narrow: capabilities::bizgo },
    ],
    account: account::ACCOUNT,
    hooks: HookSpec {
        suffixes: &[
            "message",
            "reference",
            "expired_session",
            "cstalk/message",
            "cstalk/reference",
            "cstalk/expired_session",
            "cstalk/seen_info",
            "cstalk/result",
        ],
        get: false,
        max_body: MAX_HOOK_BODY,
    },
    media_hosts: &["kakao.com", "kakaocdn.net"],
    open: open::open,
    // Words, a small picture and buttons share one `LI` bubble; a picture too large for it stays `IM`, then `TX`.
    compose: bubbles::standard,
};
