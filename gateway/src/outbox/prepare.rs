//! A message's way out, made before anything is stored: fitted to its platform, with its report and its durable job.

use std::cell::RefCell;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use naru_core::adapter::{Job, Outgoing, Recipient};
use naru_core::capabilities::CostClass;
use naru_core::content::{Block, Content, Media};
use naru_core::desk::Draft;
use naru_core::downgrade::{Context, Fitted, MediaFacts, Rejection, Report, fit, fit_override};
use naru_core::ids::{DeliveryId, MediaId, MessageId};
use naru_core::message::DeliveryState;
use naru_core::session::Session;
use naru_core::settings::Language;
use naru_core::time::{DAY, HOUR, Millis};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::channels::Channel;
use crate::store::rows::delivery::DeliveryRow;
use crate::store::rows::short_link::ShortLinkRow;

/// How long a person's message may wait for its platform, unless its sender says otherwise.
const PATIENCE: i64 = DAY;
/// How long an automatic message may wait: an hour later it would only confuse.
const AUTOMATIC_PATIENCE: i64 = HOUR;

/// To whom, and over what.
pub struct Outward<'a> {
    /// The gateway.
    pub app: &'a App,
    /// The channel.
    pub channel: &'a Channel,
    /// The conversation.
    pub conversation_id: &'a str,
    /// The platform's id of the customer.
    pub external_id: &'a str,
    /// The external conversation.
    pub lane: &'a str,
    /// The platform's session.
    pub session: Option<&'a Session>,
    /// Its number.
    pub session_no: i64,
    /// The customer's name, for variables.
    pub contact_name: Option<&'a str>,
    /// The customer's language, BCP 47.
    pub contact_language: Option<&'a str>,
    /// What is known of each medium, by id or by address.
    pub media: &'a BTreeMap<String, MediaFacts>,
}

/// What is to be done when something would be lost on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LostPolicy {
    /// Send the rest; the report says what is lost.
    #[default]
    Send,
    /// Send nothing and say what would be lost.
    Refuse,
}

/// How a message is to be sent.
#[derive(Clone, Debug, Default)]
pub struct SendOptions {
    /// When it is given up; the author's usual patience, unless given.
    pub deadline: Option<Millis>,
    /// What was decided together has one name; a name of its own, unless given.
    pub decision: Option<String>,
    /// The platform's own payload, which is drawn instead.
    pub channel_override: Option<Value>,
    /// What is to be done when something would be lost.
    pub on_loss: LostPolicy,
    /// How many options earlier menus of the same decision have numbered already.
    pub numbered_before: usize,
    /// What ties it to its cause.
    pub trace_id: String,
}

/// A message ready to be stored.
pub struct Prepared {
    /// What was changed on the way.
    pub report: Report,
    /// Its durable job.
    pub delivery: DeliveryRow,
    /// The short addresses in it, to be stored with it.
    pub short_links: Vec<ShortLinkRow>,
}

/// Why a message cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The platform cannot show it at all.
    Rejected(Rejection),
    /// Something would be lost, and its sender did not want that.
    WouldLose(Report),
}

/// A durable job without a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// End the platform's session.
    EndSession,
    /// Block or unblock the customer.
    Block {
        /// `false` to unblock.
        blocked: bool,
    },
}

/// Fits a message and makes its durable job. Pure but for the id of the job; stores nothing.
pub fn prepare(
    out: &Outward<'_>,
    message: MessageId,
    draft: &Draft,
    options: &SendOptions,
    now: Millis,
) -> Result<Prepared, Refused> {
    let short_links = RefCell::new(Vec::new());
    let fitted = fitted(out, message, &draft.content, options, &short_links, now)?;
    if options.on_loss == LostPolicy::Refuse && !fitted.report.lost.is_empty() {
        return Err(Refused::WouldLose(fitted.report));
    }
    let id: DeliveryId = out.app.ids.next(now);
    let parts = fitted.parts.len();
    let job = Job::Send(Box::new(Outgoing {
        delivery: id,
        message,
        to: recipient(out),
        author: draft.author,
        parts: fitted.parts,
        media: known_media(&draft.content, out.media),
        reply_handle: None,
        quote: draft.reply_to.clone(),
    }));
    let patience = if draft.author.is_automatic() { AUTOMATIC_PATIENCE } else { PATIENCE };
    let delivery = DeliveryRow {
        message_id: Some(message.to_string()),
        seq: draft.seq,
        decision: options.decision.clone().unwrap_or_else(|| id.to_string()),
        automatic: i64::from(draft.author.is_automatic()),
        parts: i64::try_from(parts).unwrap_or(i64::MAX),
        cost: Some(word(&cost(out, now))),
        deadline: Some(options.deadline.unwrap_or(now + patience).0),
        ..row(out, id, "send", &job, &options.trace_id, now)
    };
    Ok(Prepared { report: fitted.report, delivery, short_links: short_links.into_inner() })
}

/// A durable job without a message, behind everything that was accepted before it: `seq` is the newest message's number.
pub fn prepare_job(out: &Outward<'_>, kind: JobKind, seq: i64, trace_id: &str, now: Millis) -> DeliveryRow {
    let id: DeliveryId = out.app.ids.next(now);
    let to = recipient(out);
    let (name, job) = match kind {
        JobKind::EndSession => ("end_session", Job::EndSession { to }),
        JobKind::Block { blocked } => ("block", Job::Block { to, blocked }),
    };
    DeliveryRow { seq, deadline: Some((now + PATIENCE).0), ..row(out, id, name, &job, trace_id, now) }
}

fn row(out: &Outward<'_>, id: DeliveryId, kind: &str, job: &Job, trace_id: &str, now: Millis) -> DeliveryRow {
    DeliveryRow {
        id: id.to_string(),
        kind: kind.to_owned(),
        message_id: None,
        conversation_id: out.conversation_id.to_owned(),
        channel_id: out.channel.row.id.clone(),
        seq: 0,
        session_no: out.session_no,
        decision: id.to_string(),
        state: DeliveryState::Queued.name().to_owned(),
        automatic: 1,
        parts: 0,
        parts_sent: 0,
        external_ids: "[]".to_owned(),
        job: serde_json::to_string(job).expect("a job is JSON"),
        error: None,
        cost: None,
        attempt: 0,
        next_at: now.0,
        deadline: None,
        unknown_until: None,
        joined_to: None,
        trace_id: trace_id.to_owned(),
        created_at: now.0,
        updated_at: now.0,
    }
}

fn fitted(
    out: &Outward<'_>,
    message: MessageId,
    content: &Content,
    options: &SendOptions,
    short_links: &RefCell<Vec<ShortLinkRow>>,
    now: Millis,
) -> Result<Fitted, Refused> {
    let shorten = |url: &str| {
        let (token, short) = short_address(out.app, url);
        short_links.borrow_mut().push(ShortLinkRow { token, url: url.to_owned(), created_at: now.0 });
        short
    };
    let variables = variables(out);
    let surroundings = Context {
        platform: out.channel.platform,
        capabilities: &out.channel.capabilities,
        link_buttons: out.channel.common.link_buttons,
        formatting: out.channel.common.formatting,
        language: out.contact_language.map_or(out.channel.common.language, Language::of_tag),
        message: Some(message),
        media: out.media,
        variables: &variables,
        short_link: Some(&shorten),
        numbered_before: options.numbered_before,
    };
    match &options.channel_override {
        Some(payload) => fit_override(payload.clone(), content, &surroundings),
        None => fit(content, &surroundings),
    }
    .map_err(Refused::Rejected)
}

/// The values that a message's variables may name.
fn variables(out: &Outward<'_>) -> BTreeMap<String, String> {
    let named = [
        ("contact.name", out.contact_name.map(str::to_owned)),
        ("contact.language", out.contact_language.map(str::to_owned)),
        ("channel.name", Some(out.channel.row.name.clone())),
    ];
    named.into_iter().filter_map(|(path, value)| Some((path.to_owned(), value?))).collect()
}

fn recipient(out: &Outward<'_>) -> Recipient {
    Recipient {
        external_id: out.external_id.to_owned(),
        lane: out.lane.to_owned(),
        session: out.session.and_then(|session| session.external_id.clone()),
    }
}

/// What the message will most likely cost; settled when it has left.
fn cost(out: &Outward<'_>, now: Millis) -> CostClass {
    let policy = out.channel.capabilities.cost;
    let is_free = out.session.is_some_and(|session| session.free_handle(now).is_some());
    if is_free { policy.by_reply_handle } else { policy.ordinary }
}

fn known_media(content: &Content, facts: &BTreeMap<String, MediaFacts>) -> BTreeMap<MediaId, MediaFacts> {
    media_of(content)
        .into_iter()
        .filter_map(|media| match media {
            Media::Stored(stored) => facts.get(&stored.id.to_string()),
            Media::Remote(remote) => facts.get(&remote.url),
            Media::Platform(_) => None,
        })
        .map(|facts| (facts.id, facts.clone()))
        .collect()
}

/// Every medium in a content, in reading order.
pub fn media_of(content: &Content) -> Vec<&Media> {
    let mut all = Vec::new();
    for block in &content.blocks {
        match block {
            Block::Image(block) | Block::File(block) | Block::Video(block) | Block::Audio(block) => {
                all.push(&block.media);
            }
            Block::Cards(cards) => {
                for card in &cards.cards {
                    let items = card.highlight.iter().chain(&card.list);
                    all.extend(card.image.iter().chain(items.filter_map(|item| item.image.as_ref())));
                }
            }
            _ => {}
        }
    }
    all
}

/// The short address that stands for a long one; whoever uses it stores it too.
pub fn short_link(app: &App, url: &str) -> String {
    short_address(app, url).1
}

fn short_address(app: &App, url: &str) -> (String, String) {
    let token = URL_SAFE_NO_PAD.encode(&Sha256::digest(url.as_bytes())[..9]);
    let short = format!("{}/l/{token}", app.public_url);
    (token, short)
}

fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}
