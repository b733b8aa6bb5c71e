//! Kakao 상담톡: webhooks, message types in, bubbles and buttons out, calls, each in the spelling of its flavour.

use super::{Word, flavoured, word};
use crate::fixture::Group::{Jobs, Receive, Send};

/// The spellings that pass Kakao's own webhooks through.
const NATIVE: &[&str] = &["direct", "happytalk-v1", "happytalk-v3"];
/// The spellings that write with `/chat/write`.
const CLASSIC: &[&str] = &["direct", "happytalk-v1"];
const V3: &[&str] = &["happytalk-v3"];
const BIZGO: &[&str] = &["bizgo"];
/// The spellings that have rich bubbles.
const RICH: &[&str] = &["happytalk-v3", "bizgo"];

pub(super) const WORDS: &[Word] = &[
    // Webhooks.
    flavoured(Receive, "text", "/hooks/kakao/k3y/message", NATIVE),
    flavoured(Receive, "reference", "/hooks/kakao/k3y/reference", NATIVE),
    flavoured(Receive, "expired-session", "/hooks/kakao/k3y/expired_session", NATIVE),
    flavoured(Receive, "text", "/hooks/kakao/k3y/cstalk/message", BIZGO),
    flavoured(Receive, "reference", "/hooks/kakao/k3y/cstalk/reference", BIZGO),
    flavoured(Receive, "expired-session", "/hooks/kakao/k3y/cstalk/expired_session", BIZGO),
    flavoured(Receive, "seen-info", "/hooks/kakao/k3y/cstalk/seen_info", BIZGO),
    flavoured(Receive, "result", "/hooks/kakao/k3y/cstalk/result", BIZGO),
    // Message types that customers send.
    flavoured(Receive, "text", r#""type":"text""#, NATIVE),
    flavoured(Receive, "photo", r#""type":"photo""#, NATIVE),
    flavoured(Receive, "video", r#""type":"video""#, NATIVE),
    flavoured(Receive, "audio", r#""type":"audio""#, NATIVE),
    flavoured(Receive, "file", r#""type":"file""#, NATIVE),
    flavoured(Receive, "photo", r#""url":"#, BIZGO),
    flavoured(Receive, "video", r#""url":"#, BIZGO),
    flavoured(Receive, "audio", r#""url":"#, BIZGO),
    flavoured(Receive, "file", r#""url":"#, BIZGO),
    word(Receive, "text-legacy", r#""content":"#),
    word(Receive, "text-longer", r#""attachment":"#),
    word(Receive, "extra", r#""extra":"#),
    word(Receive, "photos", r#""comment":"#),
    // Bubbles and buttons.
    flavoured(Send, "text", r#""message_type":"TX""#, CLASSIC),
    flavoured(Send, "image", r#""message_type":"IM""#, CLASSIC),
    flavoured(Send, "file", r#""message_type":"FI""#, CLASSIC),
    flavoured(Send, "audio", r#""message_type":"AU""#, CLASSIC),
    flavoured(Send, "link-buttons", r#""message_type":"LI""#, CLASSIC),
    flavoured(Send, "text", r#""chat_bubble_type":"TEXT""#, V3),
    flavoured(Send, "image", r#""chat_bubble_type":"IMAGE""#, V3),
    flavoured(Send, "video", r#""chat_bubble_type":"VIDEO""#, V3),
    flavoured(Send, "audio", r#""chat_bubble_type":"AUDIO""#, V3),
    flavoured(Send, "file", r#""chat_bubble_type":"FILE""#, V3),
    flavoured(Send, "wide-image", r#""chat_bubble_type":"WIDE_IMAGE""#, V3),
    flavoured(Send, "wide-item-list", r#""chat_bubble_type":"WIDE_ITEM_LIST""#, V3),
    flavoured(Send, "carousel-feed", r#""chat_bubble_type":"CAROUSEL_FEED""#, V3),
    flavoured(Send, "item-list", r#""chat_bubble_type":"ITEM_LIST""#, V3),
    flavoured(Send, "text", r#""msgType":"TEXT""#, BIZGO),
    flavoured(Send, "image", r#""msgType":"IMAGE""#, BIZGO),
    flavoured(Send, "file", r#""msgType":"FILE""#, BIZGO),
    flavoured(Send, "wide-image", r#""msgType":"WIDE""#, BIZGO),
    flavoured(Send, "wide-item-list", r#""msgType":"WIDE_ITEM_LIST""#, BIZGO),
    flavoured(Send, "carousel-feed", r#""msgType":"CAROUSEL_FEED""#, BIZGO),
    flavoured(Send, "item-list", r#""msgType":"ITEM_LIST""#, BIZGO),
    word(Send, "link-buttons", r#""type":"WL""#),
    word(Send, "reply-buttons", r#""type":"BK""#),
    flavoured(Send, "second-row", r#""quick_reply":"#, CLASSIC),
    flavoured(Send, "second-row", r#""quick_replies":"#, V3),
    flavoured(Send, "second-row", r#""quickReplies":"#, BIZGO),
    // Calls.
    flavoured(Send, "text", "/chat/write", CLASSIC),
    flavoured(Send, "text", "/chat/send/plain", V3),
    flavoured(Send, "link-buttons", "/chat/send/rich", V3),
    flavoured(Send, "text", "/cstalk/plain", BIZGO),
    flavoured(Send, "link-buttons", "/cstalk/rich", BIZGO),
    flavoured(Send, "image", "/image/upload", NATIVE),
    flavoured(Send, "file", "/file/upload", NATIVE),
    flavoured(Send, "image", "/file/cstalk/image", BIZGO),
    flavoured(Send, "file", "/file/cstalk", BIZGO),
    flavoured(Send, "image-with-words", "image_type: link", CLASSIC),
    flavoured(Send, "image-with-words", "rich", RICH),
    flavoured(Jobs, "end-session", "/chat/end", NATIVE),
    flavoured(Jobs, "end-session", "/cstalk/end", BIZGO),
    word(Jobs, "block", "/profile/user/block"),
    word(Jobs, "unblock", "/profile/user/unblock"),
];
