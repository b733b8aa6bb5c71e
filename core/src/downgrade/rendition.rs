//! A fit as the API's preview shows it (interface, section 4 "Preview").

use serde::Serialize;

use super::words::words_limit;
use super::{Change, Context, Fitted, Loss, Part, PartBody, PartKind, Rejection};
use crate::capabilities::{Capabilities, CostClass, Limit, Unit, gsm_alphabet};
use crate::content::{Block, Cards, Content, Form, Location, MediaBlock, Sticker, plain_text};

/// What one target would show. The caller adds `target`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rendition {
    /// Whether anything was changed.
    pub verdict: Verdict,
    /// What is drawn.
    pub parts: Vec<Drawn>,
    /// Why it is rejected.
    pub reason: Option<Reason>,
    /// What was changed.
    pub changes: Vec<Change>,
    /// What the customer will not see in any form.
    pub lost: Vec<Loss>,
    /// What it would cost.
    pub cost: Cost,
    /// Whether the customer must have written first.
    pub session: SessionNeed,
}

/// Whether anything was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing was.
    AsIs,
    /// Something was.
    Changed,
    /// It cannot be sent.
    Rejected,
}

/// Why it cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The element, as a JSON pointer into the content.
    pub path: String,
    /// The inventory's id of the rule, or the name of the capability.
    pub rule: String,
    /// What the author can do about it.
    pub detail: String,
}

/// One part as the platform draws it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Drawn {
    /// Which kind of part.
    pub kind: PartKind,
    /// The block it comes from, as a JSON pointer into the content.
    pub path: String,
    /// Its words; empty where it has none.
    pub text: String,
    /// How long its words are, and may be.
    pub size: Option<Size>,
    /// Native link buttons on it.
    pub buttons: Vec<DrawnButton>,
    /// Native reply buttons on it, the second row behind the first.
    pub replies: Vec<DrawnReply>,
    /// The medium, where it shows one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<MediaBlock>,
    /// The cards, where it shows some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cards: Option<Cards>,
    /// The place, where it shows one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The sticker, where it shows one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sticker: Option<Sticker>,
    /// The questions, where it asks some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<Form>,
}

/// How long a part's words are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Size {
    /// What they measure.
    pub value: usize,
    /// What they may measure.
    pub max: usize,
    /// What is counted.
    pub unit: Unit,
}

/// A link button as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DrawnButton {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub url: String,
}

/// A reply button as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DrawnReply {
    /// What it says.
    pub label: String,
    /// What `choice.value` will be.
    pub value: String,
}

/// What a message would cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// How it is charged.
    pub class: CostClass,
    /// How many segments, where they are charged.
    pub segments: Option<usize>,
    /// How its letters are written, where that decides the price.
    pub encoding: Option<Encoding>,
}

/// How an SMS's letters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// GSM 03.38.
    Gsm7,
    /// UCS-2.
    Ucs2,
    /// EUC-KR.
    Euckr,
}

/// Whether the customer must have written first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SessionNeed {
    /// Whether a session must be open.
    pub required: bool,
}

/// Whether a free way to answer is at hand (LINE's reply token).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyHandle {
    /// One is.
    Fresh,
    /// None is, or it is not known.
    None,
}

/// The rendition of a fit.
pub fn rendition(
    fitted: &Result<Fitted, Rejection>,
    context: &Context<'_>,
    handle: ReplyHandle,
) -> Rendition {
    let session = SessionNeed { required: !context.capabilities.session.business_may_start };
    match fitted {
        Ok(fitted) => Rendition {
            verdict: if fitted.report.changes.is_empty() && fitted.report.lost.is_empty() {
                Verdict::AsIs
            } else {
                Verdict::Changed
            },
            parts: fitted.parts.iter().map(|part| drawn(part, context)).collect(),
            reason: None,
            changes: fitted.report.changes.clone(),
            lost: fitted.report.lost.clone(),
            cost: cost(&fitted.parts, context, handle),
            session,
        },
        Err(rejection) => {
            let reason = Reason {
                path: rejection.path.clone(),
                rule: rejection.rule.clone(),
                detail: rejection.detail.clone(),
            };
            refused(reason, context.capabilities)
        }
    }
}

/// The rendition of what cannot be sent: a rejected content, or a document that is not valid.
pub fn refused(reason: Reason, capabilities: &Capabilities) -> Rendition {
    Rendition {
        verdict: Verdict::Rejected,
        parts: Vec::new(),
        reason: Some(reason),
        changes: Vec::new(),
        lost: Vec::new(),
        cost: Cost { class: CostClass::None, segments: None, encoding: None },
        session: SessionNeed { required: !capabilities.session.business_may_start },
    }
}

impl Drawn {
    /// Its words, or what stands in words for a part that has none.
    pub fn in_words(&self) -> String {
        if !self.text.is_empty() {
            return self.text.clone();
        }
        let media = self.media.clone().map(|block| match self.kind {
            PartKind::File => Block::File(block),
            PartKind::Video => Block::Video(block),
            PartKind::Audio => Block::Audio(block),
            _ => Block::Image(block),
        });
        let block = media
            .or_else(|| self.cards.clone().map(Block::Cards))
            .or_else(|| self.location.clone().map(Block::Location))
            .or_else(|| self.sticker.clone().map(Block::Sticker))
            .or_else(|| self.form.clone().map(Block::Form));
        block.map(|block| plain_text(&Content::block(block))).unwrap_or_default()
    }
}

fn drawn(part: &Part, context: &Context<'_>) -> Drawn {
    let text = part.plain();
    let size = part.text().and_then(|_| words_limit(part, context)).map(|Limit { max, unit, .. }| Size {
        value: unit.measure(&text),
        max,
        unit,
    });
    let buttons = part.buttons.iter().map(|b| DrawnButton { label: b.label.clone(), url: b.url.clone() });
    let replies = part.replies.iter().chain(&part.quick_replies);
    let replies = replies.map(|r| DrawnReply { label: r.label.clone(), value: r.value.clone() });
    let mut drawn = Drawn {
        kind: part.kind(),
        path: part.path.clone(),
        text,
        size,
        buttons: buttons.collect(),
        replies: replies.collect(),
        media: None,
        cards: None,
        location: None,
        sticker: None,
        form: None,
    };
    match &part.body {
        PartBody::Media { block, .. } => drawn.media = Some(block.clone()),
        PartBody::Cards(cards) => drawn.cards = Some(cards.clone()),
        PartBody::Location(place) => drawn.location = Some(place.clone()),
        PartBody::Sticker(sticker) => drawn.sticker = Some(sticker.clone()),
        PartBody::Form(form) => drawn.form = Some(form.clone()),
        PartBody::Text(_) | PartBody::Override(_) => {}
    }
    drawn
}

fn cost(parts: &[Part], context: &Context<'_>, handle: ReplyHandle) -> Cost {
    let policy = context.capabilities.cost;
    let class = match handle {
        ReplyHandle::Fresh => policy.by_reply_handle,
        ReplyHandle::None => policy.ordinary,
    };
    if class != CostClass::Segments {
        return Cost { class, segments: None, encoding: None };
    }
    let words: Vec<String> = parts.iter().map(Part::plain).collect();
    let encoding = match context.capabilities.text.limit.unit {
        Unit::EuckrBytes => Encoding::Euckr,
        _ if words.iter().all(|words| gsm_alphabet(words)) => Encoding::Gsm7,
        _ => Encoding::Ucs2,
    };
    let segments = words.iter().map(|words| Unit::SmsSegments.measure(words)).sum();
    Cost { class, segments: Some(segments), encoding: Some(encoding) }
}
