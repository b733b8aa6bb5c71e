//! The web chat: every hook that is journaled or read, every block that it draws.

use super::{Word, word};
use crate::fixture::Group::{Receive, Send};

pub(super) const WORDS: &[Word] = &[
    // Hooks.
    word(Receive, "visitor", "/hooks/webchat/k3y/visitor"),
    word(Receive, "message", "/hooks/webchat/k3y/message"),
    word(Receive, "choice", "/hooks/webchat/k3y/choice"),
    word(Receive, "form", "/hooks/webchat/k3y/form"),
    word(Receive, "form-consent", r#""consent":"#),
    word(Receive, "start", "/hooks/webchat/k3y/start"),
    word(Receive, "start-campaign", r#""campaign":"#),
    word(Receive, "identify", "/hooks/webchat/k3y/identify"),
    word(Receive, "typing", "/hooks/webchat/k3y/typing"),
    word(Receive, "seen", "/hooks/webchat/k3y/seen"),
    word(Receive, "page", "/hooks/webchat/k3y/page"),
    word(Receive, "upload", "/hooks/webchat/k3y/upload"),
    // Members and guests.
    word(Receive, "member", r#""member_hash":"#),
    word(Receive, "wrong-hash", r#""member_hash":"#),
    // What visitors see.
    word(Send, "text-marks", r#""marks":"#),
    word(Send, "text-mention", r#""mention":"#),
    word(Send, "link", r#""link":"#),
    word(Send, "link-buttons-colours", r#""color":"#),
    word(Send, "reply-buttons", r#""replies":"#),
    word(Send, "form", r#""fields":"#),
    word(Send, "image", r#""kind":"image""#),
    word(Send, "file", r#""kind":"file""#),
    word(Send, "video", r#""kind":"video""#),
    word(Send, "audio", r#""kind":"audio""#),
    word(Send, "cards-carousel", r#""layout":"carousel""#),
    word(Send, "cards-wide", r#""layout":"wide""#),
    word(Send, "cards-wide-list", r#""layout":"wide_list""#),
    word(Send, "cards-item-list", r#""layout":"item_list""#),
    word(Send, "location", r#""latitude":"#),
    word(Send, "sticker", r#""sticker_id":"#),
];
