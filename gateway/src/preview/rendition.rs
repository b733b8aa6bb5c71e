//! A rendition: the parts, what was changed, what it costs, and whether it may be sent at all.

use naru_core::capabilities::{Capabilities, CostClass, Unit};
use naru_core::content::{Block, Content, LinkButton, MediaKind, Pointed, plain_text};
use naru_core::downgrade::{
    Change, Context, Fitted, Loss, Part, PartBody, PartKind, Rejection, ReplyButton, words_limit,
};
use serde::Serialize;
use serde_json::{Map, Value};

/// What a content looks like on one platform.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rendition {
    /// For whom it was rendered.
    pub target: Target,
    /// Whether something was changed.
    pub verdict: Verdict,
    /// What is drawn, one to one.
    pub parts: Vec<RenderedPart>,
    /// Why it cannot be sent.
    pub reason: Option<Reason>,
    /// Every change.
    pub changes: Vec<Change>,
    /// What the customer will not see in any form.
    pub lost: Vec<Loss>,
    /// What it costs.
    pub cost: Cost,
    /// Who may speak.
    pub session: SessionNeed,
    /// What is wrong with the document itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<DocumentFault>,
}

/// For whom something was rendered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Target {
    /// The platform.
    pub platform: String,
    /// The settings that were tried.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub settings: Map<String, Value>,
}

/// Whether something was changed.
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

/// One bubble.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RenderedPart {
    /// What it is.
    pub kind: PartKind,
    /// The block it comes from, as a JSON pointer.
    pub path: String,
    /// Its words, or what stands for it in words.
    pub text: String,
    /// How much of the allowed words it uses; `None` where it carries none.
    pub size: Option<Size>,
    /// Its link buttons.
    pub buttons: Vec<LinkButton>,
    /// Its reply buttons, a second row included.
    pub replies: Vec<RenderedReply>,
    /// What is drawn where it is more than words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<PartBody>,
}

/// One reply button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RenderedReply {
    /// What it says.
    pub label: String,
    /// What `choice.value` will be.
    pub value: String,
}

/// How much of the allowed words a part uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Size {
    /// The words' size.
    pub value: usize,
    /// The largest allowed size.
    pub max: usize,
    /// What is counted.
    pub unit: Unit,
}

/// Why a message cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The inventory's id of the rule, or the name of the capability; `content` for a document that is not valid.
    pub rule: String,
    /// What the author can do about it.
    pub detail: String,
}

/// What is wrong with a document.
pub type DocumentFault = Pointed;

/// What a message costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// How it is counted.
    pub class: CostClass,
    /// How many segments, where segments are counted.
    pub segments: Option<usize>,
    /// The alphabet that the segments are counted in.
    pub encoding: Option<&'static str>,
}

/// Who may speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SessionNeed {
    /// Whether the customer must have written first.
    pub required: bool,
}

impl Rendition {
    pub(super) fn of(target: Target, fitted: Result<Fitted, Rejection>, context: &Context<'_>) -> Self {
        match fitted {
            Ok(fitted) => Self::drawn(target, fitted, context),
            Err(rejection) => {
                let reason = Reason { rule: rejection.rule, detail: rejection.detail };
                Self::refused(target, reason, Vec::new(), context.capabilities)
            }
        }
    }

    fn drawn(target: Target, fitted: Fitted, context: &Context<'_>) -> Self {
        let is_changed = !fitted.report.changes.is_empty();
        Self {
            target,
            verdict: if is_changed { Verdict::Changed } else { Verdict::AsIs },
            cost: Cost::of(&fitted.parts, context.capabilities),
            parts: fitted.parts.into_iter().map(|part| RenderedPart::of(part, context)).collect(),
            reason: None,
            changes: fitted.report.changes,
            lost: fitted.report.lost,
            session: SessionNeed::of(context.capabilities),
            errors: Vec::new(),
        }
    }

    /// A rendition of what cannot be sent: a rejected content, or a document that is not valid.
    pub fn refused(
        target: Target,
        reason: Reason,
        errors: Vec<DocumentFault>,
        capabilities: &Capabilities,
    ) -> Self {
        Self {
            target,
            verdict: Verdict::Rejected,
            parts: Vec::new(),
            reason: Some(reason),
            changes: Vec::new(),
            lost: Vec::new(),
            cost: Cost::of(&[], capabilities),
            session: SessionNeed::of(capabilities),
            errors,
        }
    }
}

impl RenderedPart {
    fn of(part: Part, context: &Context<'_>) -> Self {
        let words = part.plain();
        let size = words_limit(&part, context).filter(|_| part.text().is_some()).map(|limit| Size {
            value: limit.unit.measure(&words),
            max: limit.max,
            unit: limit.unit,
        });
        let replies = part.replies.iter().chain(&part.quick_replies).map(RenderedReply::of).collect();
        let text = if words.is_empty() { stand_in(&part.body) } else { words };
        Self {
            kind: part.kind(),
            path: part.path,
            text,
            size,
            buttons: part.buttons,
            replies,
            content: (!matches!(part.body, PartBody::Text(_))).then_some(part.body),
        }
    }
}

/// What stands in words for a part that has none.
fn stand_in(body: &PartBody) -> String {
    let block = match body {
        PartBody::Text(_) | PartBody::Override(_) => return String::new(),
        PartBody::Media { kind, block, .. } => match kind {
            MediaKind::Image => Block::Image(block.clone()),
            MediaKind::File => Block::File(block.clone()),
            MediaKind::Video => Block::Video(block.clone()),
            MediaKind::Audio => Block::Audio(block.clone()),
        },
        PartBody::Cards(cards) => Block::Cards(cards.clone()),
        PartBody::Location(place) => Block::Location(place.clone()),
        PartBody::Sticker(sticker) => Block::Sticker(sticker.clone()),
        PartBody::Form(form) => Block::Form(form.clone()),
    };
    plain_text(&Content::block(block))
}

impl RenderedReply {
    fn of(reply: &ReplyButton) -> Self {
        Self { label: reply.label.clone(), value: reply.value.clone() }
    }
}

impl Cost {
    fn of(parts: &[Part], capabilities: &Capabilities) -> Self {
        let class = capabilities.cost.ordinary;
        let segments = (class == CostClass::Segments)
            .then(|| parts.iter().map(|part| Unit::SmsSegments.measure(&part.plain())).sum());
        Self { class, segments, encoding: None }
    }
}

impl SessionNeed {
    fn of(capabilities: &Capabilities) -> Self {
        Self { required: !capabilities.session.business_may_start }
    }
}
