//! Draws parts as frames for the widget. A frame is stored by the gateway for the visitor's stream; that is "sent".

use std::collections::BTreeMap;
use std::ops::Range;

use naru_core::adapter::{
    Answer, Answers, Body, Call, Failure, Job, Next, Outcome, Outgoing, Receipt, Recipient, Repeat, Scope,
    Sink, Target,
};
use naru_core::content::{Card, CardItem, Cards, LinkButton, Media, MediaBlock};
use naru_core::downgrade::{MediaFacts, Part, PartBody};
use naru_core::ids::{MediaId, MessageId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::account::WebChat;
use super::capabilities::CAPABILITIES;

/// What a frame is about: the value of its `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FrameKind {
    /// A message; kept for the stream and for the history.
    Message,
    /// The conversation was ended on our side; kept.
    Closed,
    /// The visitor was blocked or unblocked; kept.
    Blocked,
    /// Our side has read the visitor's messages; shown to whoever is connected.
    Read,
    /// Somebody on our side types; shown to whoever is connected.
    Typing,
}

impl FrameKind {
    /// Whether the frame must be in the stream for those who connect later.
    pub fn is_kept(self) -> bool {
        matches!(self, Self::Message | Self::Closed | Self::Blocked)
    }
}

/// The next step of a job.
pub(super) fn next(account: &WebChat, job: &Job, answers: &Answers) -> Next {
    match job {
        Job::Send(outgoing) => send(outgoing, answers),
        Job::EndSession { to } => tell(answers, to, "end", FrameKind::Closed, Map::new()),
        Job::Block { to, blocked } => {
            tell(answers, to, "block", FrameKind::Blocked, fields(json!({ "blocked": blocked })))
        }
        Job::MarkRead { to, external_id, .. } => {
            tell(answers, to, "read", FrameKind::Read, fields(json!({ "client_id": external_id })))
        }
        Job::Typing { to, active } => {
            tell(answers, to, "typing", FrameKind::Typing, fields(json!({ "active": active })))
        }
        Job::Check => Next::Done(Outcome::Checked(account.identity())),
        Job::Profile { .. } => cannot("a visitor tells their profile themselves; there is none to ask for"),
        Job::Media { .. } => cannot("the web chat's media lie in our own store; there is nothing to fetch"),
        Job::Token => cannot("the web chat needs no token"),
        Job::Lookup(_) => Next::Failed(Failure::Unknown {
            reason: "a frame whose answer was lost is stored again under its own key".to_owned(),
        }),
    }
}

fn cannot(reason: &str) -> Next {
    Next::Failed(Failure::Rejected { code: "unsupported".to_owned(), reason: reason.to_owned() })
}

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// One frame that carries no message.
fn tell(
    answers: &Answers,
    to: &Recipient,
    step: &str,
    kind: FrameKind,
    mut body: Map<String, Value>,
) -> Next {
    if let Some(answer) = answers.get(step) {
        return failure(answer).map_or(Next::Done(Outcome::Acknowledged), Next::Failed);
    }
    address(&mut body, kind, to);
    Next::Call(Box::new(frame(step.to_owned(), Repeat::Safe, body, 0..0)))
}

/// The first step that has no answer yet; a step carries as many parts as a frame may hold.
fn send(outgoing: &Outgoing, answers: &Answers) -> Next {
    if outgoing.parts.iter().any(|part| matches!(part.body, PartBody::Override(_))) {
        return cannot("the web chat draws content only; it has no payload of its own");
    }
    for (index, parts) in frames(outgoing).into_iter().enumerate() {
        let step = step_name(index);
        let Some(answer) = answers.get(&step) else {
            let body = message(outgoing, &parts);
            return Next::Call(Box::new(frame(step, Repeat::Keyed, body, parts)));
        };
        if let Some(failure) = failure(answer) {
            return Next::Failed(failure);
        }
    }
    Next::Done(Outcome::Sent { changes: Vec::new() })
}

fn message(outgoing: &Outgoing, parts: &Range<usize>) -> Map<String, Value> {
    let drawn = outgoing.parts[parts.clone()].iter().map(|part| draw(part, &outgoing.media));
    let mut body = fields(json!({
        "message_id": outgoing.message,
        "author": outgoing.author,
        "first": parts.start,
        "parts": drawn.collect::<Vec<_>>(),
    }));
    if let Some(quote) = &outgoing.quote {
        body.insert("quote".to_owned(), Value::String(quote.clone()));
    }
    address(&mut body, FrameKind::Message, &outgoing.to);
    body
}

fn step_name(index: usize) -> String {
    format!("frame/{index}")
}

fn frames(outgoing: &Outgoing) -> Vec<Range<usize>> {
    let size = usize::try_from(CAPABILITIES.batch.max).unwrap_or(usize::MAX).max(1);
    let all = outgoing.parts.len();
    (0..all).step_by(size).map(|start| start..all.min(start.saturating_add(size))).collect()
}

fn address(body: &mut Map<String, Value>, kind: FrameKind, to: &Recipient) {
    body.insert("type".to_owned(), json!(kind));
    body.insert("to".to_owned(), json!(to.lane));
}

fn frame(step: String, repeat: Repeat, body: Map<String, Value>, parts: Range<usize>) -> Call {
    Call {
        step,
        repeat,
        target: Target::Widget,
        body: Body::Json(Value::Object(body)),
        parts,
        sink: Sink::Answer,
    }
}

/// What our own gateway's answer to a frame means; `None` where the frame is stored.
fn failure(answer: &Answer) -> Option<Failure> {
    let reason = || {
        let said = answer.json().and_then(|body| Some(body.get("reason")?.as_str()?.to_owned()));
        said.unwrap_or_else(|| format!("the web chat's stream answered {}", answer.status))
    };
    let after_ms =
        answer.header("retry-after").and_then(|s| s.parse::<i64>().ok()).map(|s| s.saturating_mul(1_000));
    match answer.status {
        200..=299 => None,
        401 | 403 => Some(Failure::AuthBroken { reason: reason() }),
        429 => Some(Failure::Throttled { reason: reason(), after_ms, scope: Scope::Conversation }),
        500..=599 | 408 => Some(Failure::Retry { reason: reason(), after_ms }),
        status => Some(Failure::Rejected { code: status.to_string(), reason: reason() }),
    }
}

/// What is stored for the stream: one receipt per part.
pub(super) fn receipts(job: &Job, answers: &Answers) -> Vec<Receipt> {
    let Job::Send(outgoing) = job else { return Vec::new() };
    let stored = |(index, _): &(usize, Range<usize>)| {
        answers.get(&step_name(*index)).is_some_and(|answer| failure(answer).is_none())
    };
    let receipt =
        |part| Receipt { part, external_id: Some(external_id(outgoing.message, part)), extra: Value::Null };
    frames(outgoing)
        .into_iter()
        .enumerate()
        .filter(stored)
        .flat_map(|(_, parts)| parts.map(receipt))
        .collect()
}

/// The first part bears the message's own id, by which the browser says that it was received and seen.
fn external_id(message: MessageId, part: usize) -> String {
    if part == 0 { message.to_string() } else { format!("{message}/{part}") }
}

type Facts = BTreeMap<MediaId, MediaFacts>;

/// A part as the widget draws it: `kind`, and under that name or `text` what it shows.
fn draw(part: &Part, facts: &Facts) -> Value {
    let mut drawn = fields(json!({ "path": part.path }));
    let mut put = |name: &str, value: Value| drawn.insert(name.to_owned(), value);
    match &part.body {
        PartBody::Text(text) => {
            put("kind", json!("text"));
            put("spans", json!(text.spans));
        }
        PartBody::Media { kind, block, text } => {
            put("kind", json!(kind));
            put("media", draw_media(block, facts));
            put("spans", json!(text.spans));
        }
        PartBody::Cards(cards) => {
            put("kind", json!("cards"));
            put("layout", json!(cards.layout));
            put("cards", draw_cards(cards, facts));
        }
        PartBody::Location(place) => {
            put("kind", json!("location"));
            put("location", json!(place));
        }
        PartBody::Sticker(sticker) => {
            put("kind", json!("sticker"));
            put("sticker", json!(sticker));
        }
        PartBody::Form(form) => {
            put("kind", json!("form"));
            put("fields", json!(form.fields));
        }
        // Refused before anything is drawn.
        PartBody::Override(_) => {
            put("kind", json!("override"));
        }
    }
    if !part.buttons.is_empty() {
        put("buttons", json!(part.buttons));
    }
    if !part.replies.is_empty() {
        let replies = part.replies.iter().map(|r| json!({ "label": r.label, "value": r.value }));
        put("replies", replies.collect());
    }
    Value::Object(drawn)
}

/// A medium with the address that its bytes are served at.
fn draw_media(block: &MediaBlock, facts: &Facts) -> Value {
    let mut drawn = fields(place(&block.media, facts));
    let said = [
        ("alt", block.alt.as_ref().map(|alt| json!(alt))),
        ("name", block.name.as_ref().map(|name| json!(name))),
        ("caption", block.caption.as_ref().map(|caption| json!(caption))),
        ("duration_ms", block.duration_ms.map(|duration| json!(duration))),
    ];
    drawn.extend(said.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    Value::Object(drawn)
}

fn place(media: &Media, facts: &Facts) -> Value {
    match media {
        Media::Stored(stored) => match facts.get(&stored.id) {
            Some(facts) => {
                let mut drawn = fields(json!(facts));
                drawn.retain(|_, value| !value.is_null());
                Value::Object(drawn)
            }
            None => json!({ "id": stored.id }),
        },
        Media::Remote(remote) => json!({ "url": remote.url }),
        Media::Platform(_) => json!({}),
    }
}

fn draw_cards(cards: &Cards, facts: &Facts) -> Value {
    cards.cards.iter().map(|card| draw_card(card, facts)).collect()
}

fn draw_card(card: &Card, facts: &Facts) -> Value {
    let items = |items: &[CardItem]| items.iter().map(|item| draw_item(item, facts)).collect::<Vec<_>>();
    let mut drawn = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        drawn.extend(value.map(|value| (name.to_owned(), value)));
    };
    put("title", card.title.as_ref().map(|title| json!(title)));
    put("body", card.body.as_ref().map(|body| json!(body)));
    put("image", card.image.as_ref().map(|image| place(image, facts)));
    put("buttons", some_buttons(&card.buttons));
    put("highlight", card.highlight.as_ref().map(|item| draw_item(item, facts)));
    put("list", Some(items(&card.list)).filter(|list| !list.is_empty()).map(|list| json!(list)));
    put("summary", card.summary.as_ref().map(|summary| json!(summary)));
    put("footnote", card.footnote.as_ref().map(|footnote| json!(footnote)));
    Value::Object(drawn)
}

fn some_buttons(buttons: &[LinkButton]) -> Option<Value> {
    (!buttons.is_empty()).then(|| json!(buttons))
}

fn draw_item(item: &CardItem, facts: &Facts) -> Value {
    let mut drawn = fields(json!({ "title": item.title }));
    drawn.extend(item.description.as_ref().map(|words| ("description".to_owned(), json!(words))));
    drawn.extend(item.image.as_ref().map(|image| ("image".to_owned(), place(image, facts))));
    Value::Object(drawn)
}
