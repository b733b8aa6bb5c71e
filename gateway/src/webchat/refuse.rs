//! What a page's developer is told when a request of the web chat cannot be taken.

use http::StatusCode;

use crate::api::problem::{Problem, Slug};

/// No visitor token of this channel.
pub(super) fn visitor() -> Problem {
    Problem::new(Slug::Unauthorized, "expected a visitor token of this channel, found none that is valid")
}

/// Too many requests of one visitor or one address.
pub(super) fn too_fast() -> Problem {
    Problem::new(Slug::TooMany, "too many requests of this visitor or address").retry_after(1)
}

/// A body that could not be read to its end.
pub(super) fn unread(status: StatusCode) -> Problem {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Slug::TooLarge, "the body is too large"),
        StatusCode::REQUEST_TIMEOUT => Problem::new(Slug::TooSlow, "the body came too slowly"),
        StatusCode::SERVICE_UNAVAILABLE => {
            Problem::new(Slug::Unavailable, "too many bodies are being read at once").retry_after(1)
        }
        _ => Problem::new(Slug::BrokenJson, "the connection broke before the body's end"),
    }
}
