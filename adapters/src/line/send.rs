//! Brings a message to LINE: the free reply token first, then pushes that carry a retry key, five objects a call.

use std::ops::Range;

use naru_core::adapter::{
    Answer, Answers, Body, Call, Failure, HttpTarget, Next, Outcome, Outgoing, Receipt, Repeat, Sink, Target,
    Words,
};
use naru_core::settings::Language;
use serde_json::{Value, json};

use super::capabilities::BATCH;
use super::open::Line;
use super::{draw, failure, key, wire};

/// What one call carries.
struct Batch {
    number: usize,
    parts: Range<usize>,
    /// The objects, and after each how many of a part's objects are complete with it is told by `ends`.
    objects: Vec<Value>,
    /// For each part the position of its first object.
    starts: Vec<usize>,
}

/// How a batch stands.
enum Stand {
    /// It is on the platform, as this answer says.
    Sent(Answer),
    /// This call is next.
    Call(Box<Call>),
    /// It ended otherwise.
    Failed(Failure),
}

/// The next step of bringing a message.
pub(super) fn next(line: &Line, outgoing: &Outgoing, answers: &Answers) -> Next {
    let batches = match batches(line, outgoing) {
        Ok(batches) => batches,
        Err(failure) => return Next::Failed(failure),
    };
    for batch in &batches {
        match stand(line, outgoing, batch, answers) {
            Stand::Sent(_) => {}
            Stand::Call(call) => return Next::Call(call),
            Stand::Failed(failure) => return Next::Failed(failure),
        }
    }
    Next::Done(Outcome::Sent { changes: Vec::new() })
}

/// One receipt per part of each batch that is on the platform.
pub(super) fn receipts(line: &Line, outgoing: &Outgoing, answers: &Answers) -> Vec<Receipt> {
    let mut receipts = Vec::new();
    for batch in batches(line, outgoing).unwrap_or_default() {
        let Stand::Sent(answer) = stand(line, outgoing, &batch, answers) else { break };
        let sent: Vec<_> = serde_json::from_slice::<wire::Sent>(&answer.body)
            .map(|body| body.sent_messages)
            .unwrap_or_default();
        for (part, start) in batch.parts.clone().zip(&batch.starts) {
            receipts.push(receipt(part, sent.get(*start)));
        }
    }
    receipts
}

fn receipt(part: usize, sent: Option<&wire::SentMessage>) -> Receipt {
    let external_id = sent.and_then(|sent| match &sent.id {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    });
    let quote = sent.and_then(|sent| sent.quote_token.as_ref());
    Receipt { part, external_id, extra: quote.map_or(Value::Null, |token| json!({ "quote_token": token })) }
}

/// Parts are never torn: a part whose objects no longer fit begins the next call.
fn batches(line: &Line, outgoing: &Outgoing) -> Result<Vec<Batch>, Failure> {
    let mut batches: Vec<Batch> = Vec::new();
    for (part, objects) in draw::parts(outgoing, line.language)?.into_iter().enumerate() {
        match batches.last_mut() {
            Some(batch) if batch.objects.len() + objects.len() <= BATCH => {
                batch.starts.push(batch.objects.len());
                batch.objects.extend(objects);
                batch.parts.end = part + 1;
            }
            _ => {
                let number = batches.len();
                batches.push(Batch { number, parts: part..part + 1, objects, starts: vec![0] });
            }
        }
    }
    if batches.is_empty() {
        let words = Words {
            ko: "LINE에 보여줄 내용이 없어요.",
            en: "The message has nothing that LINE could show.",
        };
        return Err(failure::rejected("empty", words, line.language));
    }
    Ok(batches)
}

fn stand(line: &Line, outgoing: &Outgoing, batch: &Batch, answers: &Answers) -> Stand {
    match &outgoing.reply_handle {
        Some(token) if batch.number == 0 => {
            by_reply(line, token, batch, answers).unwrap_or_else(|| by_push(line, outgoing, batch, answers))
        }
        _ => by_push(line, outgoing, batch, answers),
    }
}

/// `None` where LINE has refused the token for certain. A reply whose answer was lost is made once more: a used token
/// is refused, so nothing is doubled; but then that refusal no longer says whether the first one arrived.
fn by_reply(line: &Line, token: &str, batch: &Batch, answers: &Answers) -> Option<Stand> {
    let (first, again) = ("reply/0", "reply-again/0");
    let lost = |step: &str| answers.lost(step) > 0;
    let call = |step: &str| Some(Stand::Call(Box::new(reply(line, token, batch, step))));
    let unknown = || {
        let words = Words {
            ko: "답장이 도착했는지 LINE이 알려 주지 않았고, 답장 토큰은 한 번만 쓸 수 있어요.",
            en: "LINE did not say whether the reply arrived, and its token works only once.",
        };
        let reason = failure::pick(words, line.language).to_owned();
        Some(Stand::Failed(Failure::Unknown { reason }))
    };
    let (answer, repeated) = match (answers.get(first), answers.get(again)) {
        (_, Some(answer)) => (answer, true),
        (Some(answer), None) if answer.status >= 500 && !lost(first) => {
            return if lost(again) { unknown() } else { call(again) };
        }
        (Some(answer), None) => (answer, lost(first)),
        (None, None) if answers.lost(first) > 1 => return unknown(),
        (None, None) => return call(first),
    };
    match answer.status {
        200..=299 => Some(Stand::Sent(answer.clone())),
        500..=599 => unknown(),
        400 if is_token_refused(answer) => {
            if repeated {
                unknown()
            } else {
                None
            }
        }
        _ => Some(Stand::Failed(failure::of(answer, line.language))),
    }
}

fn is_token_refused(answer: &Answer) -> bool {
    failure::reason(answer, Language::En).to_ascii_lowercase().contains("reply token")
}

fn reply(line: &Line, token: &str, batch: &Batch, step: &str) -> Call {
    let body = json!({"replyToken": token, "messages": batch.objects});
    post(&line.api, "reply", step.to_owned(), Vec::new(), body, batch)
}

fn by_push(line: &Line, outgoing: &Outgoing, batch: &Batch, answers: &Answers) -> Stand {
    let step = format!("push/{}", batch.number);
    let Some(answer) = answers.get(&step) else {
        let key = key::retry(outgoing.delivery, batch.number).to_string();
        let headers = vec![("x-line-retry-key".to_owned(), key)];
        let body = json!({"to": outgoing.to.lane, "messages": batch.objects});
        return Stand::Call(Box::new(post(&line.api, "push", step, headers, body, batch)));
    };
    match answer.status {
        200..=299 => Stand::Sent(answer.clone()),
        409 if answer.header("x-line-accepted-request-id").is_some() => Stand::Sent(answer.clone()),
        409 => Stand::Failed(Failure::Unknown { reason: failure::reason(answer, line.language) }),
        _ => Stand::Failed(failure::of(answer, line.language)),
    }
}

/// Both kinds may be made again: a push by its retry key, a reply because its token works once.
fn post(
    api: &str,
    kind: &str,
    step: String,
    headers: Vec<(String, String)>,
    body: Value,
    batch: &Batch,
) -> Call {
    Call {
        step,
        repeat: Repeat::Keyed,
        target: Target::Http(HttpTarget {
            method: "POST".to_owned(),
            url: format!("{api}/v2/bot/message/{kind}"),
            headers,
        }),
        body: Body::Json(body),
        parts: batch.parts.clone(),
        sink: Sink::Answer,
    }
}
