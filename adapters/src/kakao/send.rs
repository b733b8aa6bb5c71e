//! Draws fitted parts as Kakao's bubbles, and ends sessions, blocks customers and checks accounts.
//!
//! Pictures and files go to Kakao's own servers first; the address that the upload's answer gives is what the
//! message names. Answers are found by the step's name, so after a crash nothing is uploaded or written twice.

mod bubble;
pub(super) mod code;
pub(super) mod control;
pub(super) mod message;
mod spell;
mod upload;

use naru_core::adapter::{Body, Call, HttpTarget, Repeat, Sink, Target};

/// A call to the API that stands for no part yet.
fn call(base: &str, path: &str, step: String, repeat: Repeat, body: Body) -> Call {
    let method = if body == Body::Empty { "GET" } else { "POST" };
    let target = HttpTarget { method: method.to_owned(), url: format!("{base}{path}"), headers: Vec::new() };
    Call { step, repeat, target: Target::Http(target), body, parts: 0..0, sink: Sink::Answer }
}
