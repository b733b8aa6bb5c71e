//! Whether cards keep every limit of their layout.

use crate::capabilities::{ItemCaps, LayoutCaps, Limit, Presence};
use crate::content::{Card, CardItem, Cards, Media, MediaBlock, MediaKind};
use crate::downgrade::context::drawn;
use crate::downgrade::{Context, media};
use crate::texts::{CardFault, CardPart};

/// What is wrong, and on which card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::downgrade) struct Unfit {
    pub(in crate::downgrade) card: Option<usize>,
    pub(in crate::downgrade) fault: CardFault,
}

/// Why cards cannot be drawn in their layout; `None` where they can.
pub(in crate::downgrade) fn unfit(cards: &Cards, context: &Context<'_>) -> Option<Unfit> {
    let all = |fault| Some(Unfit { card: None, fault });
    let Some(caps) = context.capabilities.layout(cards.layout).filter(|caps| drawn(caps.level)) else {
        return all(CardFault::Layout);
    };
    let count = cards.cards.len();
    if count < caps.min_cards || !caps.max_cards.fits(count) {
        return all(CardFault::Cards(count, caps.min_cards, caps.max_cards.max));
    }
    let pictures = cards.cards.iter().filter(|card| card.image.is_some()).count();
    if caps.image == Presence::AllOrNone && pictures != 0 && pictures != count {
        return all(CardFault::Mixed);
    }
    cards
        .cards
        .iter()
        .enumerate()
        .find_map(|(index, card)| Some(Unfit { card: Some(index), fault: card_fault(card, caps, context)? }))
}

fn card_fault(card: &Card, caps: &LayoutCaps, context: &Context<'_>) -> Option<CardFault> {
    let beside = card.title.is_some() || card.image.is_some();
    let body = if beside { caps.body_beside.or(caps.body) } else { caps.body };
    words(CardPart::Title, card.title.as_deref(), caps.title)
        .or_else(|| words(CardPart::Body, card.body.as_deref(), body))
        .or_else(|| picture(CardPart::Picture, card.image.as_ref(), caps.image, context))
        .or_else(|| buttons(card, caps, context))
        .or_else(|| match caps.items {
            Some(items) => list(card, &items, context),
            None => has_list(card).then_some(CardFault::Unknown(CardPart::List)),
        })
}

fn words(part: CardPart, text: Option<&str>, limit: Option<Limit>) -> Option<CardFault> {
    let text = text?;
    match limit {
        None => Some(CardFault::Unknown(part)),
        Some(limit) if limit.fits(text) => None,
        Some(limit) => Some(CardFault::Long(part, limit.unit.measure(text), limit.max)),
    }
}

fn picture(
    part: CardPart,
    image: Option<&Media>,
    rule: Presence,
    context: &Context<'_>,
) -> Option<CardFault> {
    match (image, rule) {
        (None, Presence::Required) => Some(CardFault::Missing(part)),
        (Some(_), Presence::Never) => Some(CardFault::Unknown(part)),
        (Some(image), _) => {
            let block = MediaBlock::of(image.clone());
            let fits =
                media::misfit(MediaKind::Image, &block, context).is_none() && media::is_rich(&block, context);
            (!fits).then_some(CardFault::Medium(part))
        }
        (None, _) => None,
    }
}

fn buttons(card: &Card, caps: &LayoutCaps, context: &Context<'_>) -> Option<CardFault> {
    if !caps.buttons.fits(card.buttons.len()) {
        return Some(CardFault::Buttons(card.buttons.len(), caps.buttons.max));
    }
    let url = context.capabilities.link_buttons.url;
    card.buttons.iter().find_map(|button| {
        words(CardPart::Button, Some(&button.label), Some(caps.label))
            .or_else(|| words(CardPart::Address, Some(&button.url), Some(url)))
    })
}

fn has_list(card: &Card) -> bool {
    !card.list.is_empty() || card.highlight.is_some() || card.summary.is_some() || card.footnote.is_some()
}

fn list(card: &Card, caps: &ItemCaps, context: &Context<'_>) -> Option<CardFault> {
    let count = card.list.len();
    if count < caps.min || !caps.max.fits(count) {
        return Some(CardFault::Entries(count, caps.min, caps.max.max));
    }
    let items = card.list.iter().enumerate().find_map(|(index, item)| {
        let title = caps.first_title.filter(|_| index == 0).unwrap_or(caps.title);
        entry(item, title, caps.description, caps.image, context)
    });
    items
        .or_else(|| highlight(card.highlight.as_ref()?, caps, context))
        .or_else(|| {
            let summary = card.summary.as_ref()?;
            let Some((title, value)) = caps.summary else {
                return Some(CardFault::Unknown(CardPart::Summary));
            };
            words(CardPart::Summary, Some(&summary.title), Some(title))
                .or_else(|| words(CardPart::Summary, Some(&summary.description), Some(value)))
        })
        .or_else(|| words(CardPart::Footnote, card.footnote.as_deref(), caps.footnote))
}

fn highlight(item: &CardItem, caps: &ItemCaps, context: &Context<'_>) -> Option<CardFault> {
    let Some([without, with]) = caps.highlight else {
        return Some(CardFault::Unknown(CardPart::Highlight));
    };
    let (title, description) = if item.image.is_some() { with } else { without };
    entry(item, title, Some(description), Presence::Optional, context)
}

fn entry(
    item: &CardItem,
    title: Limit,
    description: Option<Limit>,
    image: Presence,
    context: &Context<'_>,
) -> Option<CardFault> {
    words(CardPart::EntryTitle, Some(&item.title), Some(title))
        .or_else(|| words(CardPart::EntryWords, item.description.as_deref(), description))
        .or_else(|| picture(CardPart::EntryPicture, item.image.as_ref(), image, context))
}
