//! Whether a webhook is LINE's: an HMAC over the bytes as they came, and the bot it names.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use naru_core::adapter::{Refused, Request, Verdict};
use serde::Deserialize;
use serde::de::IgnoredAny;
use sha2::Sha256;

/// LINE writes header names in changing case; the map of headers ignores it.
const HEADER: &str = "x-line-signature";

/// The outermost object, as far as the decision needs it.
#[derive(Deserialize)]
struct Envelope {
    destination: Option<String>,
    events: Option<Vec<IgnoredAny>>,
}

/// Accepts what one of the `secrets` signed and what is addressed to `identity` (any bot while it is empty). The
/// console's old Verify button signs nothing; its request holds no events and may pass, because it does nothing.
pub(super) fn verify(secrets: &[String], identity: &str, request: &Request) -> Verdict {
    let Some(signature) = request.header(HEADER) else {
        return match read(request) {
            Some(Envelope { events: Some(events), destination }) if events.is_empty() => {
                addressed(destination, identity)
            }
            _ => Refused::signature("the request carries no X-Line-Signature"),
        };
    };
    let Ok(signature) = STANDARD.decode(signature.trim()) else {
        return Refused::signature("X-Line-Signature is not base64");
    };
    if !secrets.iter().any(|secret| signed(secret, &request.body, &signature)) {
        return Refused::signature(
            "X-Line-Signature does not fit the body; is the channel secret the current one?",
        );
    }
    addressed(read(request).and_then(|envelope| envelope.destination), identity)
}

/// Compares in constant time.
fn signed(secret: &str, body: &[u8], signature: &[u8]) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(body);
    mac.verify_slice(signature).is_ok()
}

fn read(request: &Request) -> Option<Envelope> {
    serde_json::from_slice(&request.body).ok()
}

fn addressed(destination: Option<String>, identity: &str) -> Verdict {
    match destination {
        Some(destination) if !identity.is_empty() && destination != identity => Refused::elsewhere(format!(
            "the webhook is for the bot {destination}, this channel's is {identity}"
        )),
        _ => Verdict::Accept,
    }
}
