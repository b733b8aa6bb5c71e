//! Fetches what a customer sent. LINE prepares large videos and recordings first, and shrinks what it likes.

use naru_core::adapter::{Answer, Answers, Body, Call, Failure, Next, Outcome, Sink, Words};
use naru_core::time::SECOND;

use super::failure;
use super::jobs::{call, encode};
use super::open::Line;

/// How long to wait for content that LINE is still preparing, in milliseconds.
const PREPARING: i64 = 5 * SECOND;

/// Fetches what a customer sent. A large video is prepared first; LINE says 202 until then.
pub(super) fn next(line: &Line, reference: &str, answers: &Answers) -> Next {
    let url = format!("{}/v2/bot/message/{}/content", line.content, encode(reference));
    let Some(first) = answers.get("content") else { return fetch("content", url) };
    if first.status != 202 {
        return fetched(line, first);
    }
    let Some(status) = answers.get("transcoding") else {
        return call("transcoding", "GET", format!("{url}/transcoding"), Body::Empty);
    };
    if !status.is_success() {
        return Next::Failed(failure::of(status, line.language));
    }
    match status.json().unwrap_or_default()["status"].as_str() {
        Some("succeeded") => answers
            .get("content-again")
            .map_or_else(|| fetch("content-again", url), |answer| fetched(line, answer)),
        Some("failed") => {
            let words = Words {
                ko: "LINE이 동영상이나 음성을 준비하지 못했어요.",
                en: "LINE could not prepare the video or recording.",
            };
            Next::Failed(failure::rejected("transcoding", words, line.language))
        }
        _ => preparing(line),
    }
}

fn fetch(step: &str, url: String) -> Next {
    match call(step, "GET", url, Body::Empty) {
        Next::Call(fetch) => Next::Call(Box::new(Call { sink: Sink::Media, ..*fetch })),
        other => other,
    }
}

fn fetched(line: &Line, answer: &Answer) -> Next {
    match (&answer.stored, answer.status) {
        (Some(stored), 200) => Next::Done(Outcome::Media(stored.clone())),
        (None, 200) | (_, 202) => preparing(line),
        _ => Next::Failed(failure::of(answer, line.language)),
    }
}

fn preparing(line: &Line) -> Next {
    let words = Words {
        ko: "LINE이 아직 파일을 준비하고 있어요.",
        en: "LINE is still preparing the content.",
    };
    let reason = failure::pick(words, line.language).to_owned();
    Next::Failed(Failure::Retry { reason, after_ms: Some(PREPARING) })
}
