//! The web chat: our own channel, on which everything is native. Other platforms are downgraded against it.
//!
//! The "platform" is our own widget and our own gateway: the gateway knows which visitor stands behind a visitor
//! token before it asks this adapter, and a sent message is a frame that it stores for the visitor's stream.

mod account;
mod capabilities;
mod draw;
mod key;
mod receive;
mod send;
mod wire;

#[cfg(test)]
mod tests;

use naru_core::adapter::{
    Adapter, AdapterIdentity, Answers, Call, HookSpec, Job, MAX_HOOK_BODY, Malformed, Next, Platform,
    Receipt, Refused, Reply, Request, Response, Signed, Source, Verdict, Words,
};
use naru_core::downgrade::bubbles;
use naru_core::event::Event;
use naru_core::time::Millis;
use serde_json::json;

pub use account::{ALLOWED_ORIGINS, MEMBER_SECRET, is_member, origin_allowed};
pub use send::FrameKind;

use account::WebChat;

/// The web chat.
pub static PLATFORM: Platform = Platform {
    name: "webchat",
    title: Words { ko: "웹 채팅", en: "Web chat" },
    capabilities: capabilities::CAPABILITIES,
    flavours: &[],
    account: account::SPEC,
    hooks: HookSpec {
        suffixes: &[
            "visitor", "message", "choice", "form", "start", "identify", "typing", "seen", "page", "upload",
        ],
        get: false,
        max_body: MAX_HOOK_BODY,
    },
    media_hosts: &[],
    open: account::open,
    // Buttons stand in the bubble of the words before them; everything else is a bubble of its own.
    compose: |parts, context, _| bubbles::attach_buttons(parts, context),
};

impl Adapter for WebChat {
    fn verify(&self, request: &Request, _now: Millis) -> Verdict {
        if request.source == Source::Pulled {
            return Verdict::Accept;
        }
        if let Some(origin) = request.header("origin")
            && !self.allows(origin, request)
        {
            return Refused::elsewhere(format!(
                "expected a page of settings.allowed_origins or our own, found the origin {}",
                origin.chars().take(200).collect::<String>()
            ));
        }
        if request.visitor.is_none() && request.suffix != "visitor" {
            return Refused::signature("expected a visitor token of this channel, found none that is valid");
        }
        Verdict::Accept
    }

    fn receive(&self, request: &Request) -> Result<Vec<Event>, Malformed> {
        receive::receive(self, request)
    }

    fn respond(&self, _request: &Request, reply: &Reply) -> Response {
        match reply {
            Reply::Refused(refused) => Response::json(refused.status, &json!({ "reason": refused.reason })),
            Reply::Accepted | Reply::Unavailable => Response::of(reply.status()),
        }
    }

    fn next(&self, job: &Job, answers: &Answers, _now: Millis) -> Next {
        send::next(self, job, answers)
    }

    fn receipts(&self, job: &Job, answers: &Answers) -> Vec<Receipt> {
        send::receipts(job, answers)
    }

    fn sign(&self, call: &Call, _now: Millis) -> Signed {
        Signed::plain(call)
    }

    fn identity(&self, _answers: &Answers) -> Option<AdapterIdentity> {
        Some(self.identity())
    }
}
