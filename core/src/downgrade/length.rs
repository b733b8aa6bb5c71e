//! Splits words that are longer than a part may be, in the platform's own unit (inventory D10).

use super::split::split;
use super::words::{has_buttons, text_mut, words_limit};
use super::{Action, Context, Part, PartBody, Report};
use crate::capabilities::{Limit, Unit};
use crate::content::Text;
use crate::texts;

/// Splits every part that is too long. Its picture, its buttons and its menu stay with the last piece.
pub(super) fn pass(parts: Vec<Part>, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    parts.into_iter().flat_map(|part| fit(part, context, report)).collect()
}

fn fit(part: Part, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    let limit = context.capabilities.text.limit;
    let last = words_limit(&part, context);
    let Some(text) = part.text().cloned() else { return vec![part] };
    // Where a picture may carry no words at all, every piece stands before it.
    let Some(last) = last else { return apart(part, text, context, report) };
    if last.fits(&part.plain()) {
        return vec![part];
    }
    let pieces = split(&text, limit, last);
    if pieces.cluster_cut {
        let detail = texts::cluster_cut(context.language, &shown(limit));
        report.change(&part.path, "grapheme", Action::Split, "D10", detail);
    }
    if pieces.texts.len() > 1 {
        let detail = texts::split_into(context.language, pieces.texts.len(), &shown(limit));
        report.change(&part.path, "text", Action::Split, "D10", detail);
    }
    let mut texts = pieces.texts;
    let tail = texts.pop().unwrap_or_default();
    let mut out: Vec<Part> =
        texts.into_iter().map(|text| Part::of(part.path.as_str(), PartBody::Text(text))).collect();
    let mut carrier = part;
    if let Some(text) = text_mut(&mut carrier) {
        *text = tail;
    }
    if carrier.text().is_some() || has_buttons(&carrier) || !matches!(carrier.body, PartBody::Text(_)) {
        out.push(carrier);
    }
    out
}

fn apart(mut part: Part, text: Text, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    if let Some(own) = text_mut(&mut part) {
        *own = Text::default();
    }
    let mut out = fit(Part::of(part.path.as_str(), PartBody::Text(text)), context, report);
    if let Some(last) = out.last_mut() {
        last.menu = part.menu.take();
    }
    out.push(part);
    out
}

fn shown(limit: Limit) -> String {
    let unit = match limit.unit {
        Unit::Chars => "chars",
        Unit::Graphemes => "graphemes",
        Unit::Utf16 => "utf16",
        Unit::Bytes => "bytes",
        Unit::SmsSegments => "sms_segments",
        Unit::EuckrBytes => "euckr_bytes",
    };
    format!("{} {unit}", limit.max)
}
