//! Takes cards apart that the platform cannot draw: pictures, words and buttons one after the other, in the cards'
//! order (inventory K08-K11).

mod check;

pub(super) use check::unfit;

use super::{Action, Context, Part, PartBody, Report};
use crate::content::{Card, CardItem, Cards, Layout, Media, MediaBlock, MediaKind, Text};
use crate::texts;

/// Keeps cards within every limit of their layout, deals too many over several rows, and takes the others apart.
/// The link buttons of a kept card stay on it whatever `link_buttons` says: they are part of the card.
pub(super) fn pass(parts: Vec<Part>, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    let mut out = Vec::with_capacity(parts.len());
    for part in parts {
        match part.body {
            PartBody::Cards(cards) => fit(&mut out, part.path, cards, context, report),
            _ => out.push(part),
        }
    }
    out
}

fn fit(out: &mut Vec<Part>, path: String, cards: Cards, context: &Context<'_>, report: &mut Report) {
    let Some(unfit) = unfit(&cards, context) else {
        out.push(Part::of(path, PartBody::Cards(cards)));
        return;
    };
    if let Some(rows) = dealt(&cards, context) {
        let detail = format!("{} → {}", cards.cards.len(), sizes(&rows));
        report.change(&path, "cards", Action::Split, rule(cards.layout), detail);
        out.extend(rows.into_iter().map(|row| Part::of(path.as_str(), PartBody::Cards(row))));
        return;
    }
    let detail = texts::cards_apart(context.language, unfit.card, unfit.fault);
    report.change(&path, "cards", Action::Replaced, rule(cards.layout), detail);
    for (index, card) in cards.cards.into_iter().enumerate() {
        take_apart(out, &format!("{path}/cards/{index}"), card);
    }
}

/// The inventory's id of a layout.
pub(super) fn rule(layout: Layout) -> &'static str {
    match layout {
        Layout::Wide => "K08",
        Layout::WideList => "K09",
        Layout::Carousel => "K10",
        Layout::ItemList => "K11",
    }
}

fn sizes(rows: &[Cards]) -> String {
    rows.iter().map(|row| row.cards.len().to_string()).collect::<Vec<_>>().join(" + ")
}

/// Too many cards as several rows of almost equal length, where each row then fits.
fn dealt(cards: &Cards, context: &Context<'_>) -> Option<Vec<Cards>> {
    let caps = context.capabilities.layout(cards.layout)?;
    let max = usize::try_from(caps.max_cards.max).ok()?.max(1);
    let count = cards.cards.len();
    if count <= max {
        return None;
    }
    let rows = count.div_ceil(max);
    let (each, longer) = (count / rows, count % rows);
    let mut rest = cards.cards.iter().cloned();
    let dealt: Vec<Cards> = (0..rows)
        .map(|row| {
            let cards_of_row = rest.by_ref().take(each + usize::from(row < longer)).collect();
            Cards { layout: cards.layout, cards: cards_of_row }
        })
        .collect();
    dealt.iter().all(|row| unfit(row, context).is_none()).then_some(dealt)
}

/// A card as parts: words until a picture comes, then the picture, then words again; its buttons last.
fn take_apart(out: &mut Vec<Part>, path: &str, card: Card) {
    let mut pile = Pile { out, path, lines: Vec::new() };
    pile.picture(card.image, None);
    pile.lines.extend(card.title.into_iter().chain(card.body));
    for item in card.highlight.into_iter().chain(card.list) {
        pile.item(item);
    }
    pile.lines.extend(card.summary.map(|summary| format!("{}: {}", summary.title, summary.description)));
    pile.lines.extend(card.footnote);
    pile.finish();
    if !card.buttons.is_empty() {
        out.push(Part { buttons: card.buttons, ..Part::of(path, PartBody::Text(Text::default())) });
    }
}

/// Lines that wait for a part of their own.
struct Pile<'a> {
    out: &'a mut Vec<Part>,
    path: &'a str,
    lines: Vec<String>,
}

impl Pile<'_> {
    fn picture(&mut self, media: Option<Media>, alt: Option<&str>) {
        let Some(media) = media else { return };
        self.finish();
        let block = MediaBlock { alt: alt.map(str::to_owned), ..MediaBlock::of(media) };
        let body = PartBody::Media { kind: MediaKind::Image, block, text: Text::default() };
        self.out.push(Part::of(self.path, body));
    }

    /// An entry's words, then its picture: so the words join their own picture, not the one before or after.
    fn item(&mut self, item: CardItem) {
        if item.image.is_some() {
            self.finish();
        }
        let alt = item.title.clone();
        self.lines.push(match item.description {
            Some(description) => format!("{}: {description}", item.title),
            None => item.title,
        });
        self.picture(item.image, Some(&alt));
    }

    fn finish(&mut self) {
        let words = std::mem::take(&mut self.lines).join("\n");
        if !words.trim().is_empty() {
            self.out.push(Part::of(self.path, PartBody::Text(Text::plain(words))));
        }
    }
}
