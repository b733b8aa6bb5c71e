//! Whether cards keep every limit of their layout.

use crate::capabilities::{ItemCaps, LayoutCaps, Limit, Presence};
use crate::content::{Card, CardItem, Cards, Media, MediaBlock, MediaKind};
use crate::downgrade::context::drawn;
use crate::downgrade::{Context, media};

/// Why cards cannot be drawn in their layout, in words; `None` where they can.
pub(in crate::downgrade) fn unfit(cards: &Cards, context: &Context<'_>) -> Option<String> {
    let Some(caps) = context.capabilities.layout(cards.layout).filter(|caps| drawn(caps.level)) else {
        return Some("layout".to_owned());
    };
    let count = cards.cards.len();
    if count < caps.min_cards || !caps.max_cards.fits(count) {
        return Some(format!("{count} cards, {} to {}", caps.min_cards, caps.max_cards.max));
    }
    if caps.image == Presence::AllOrNone {
        let pictures = cards.cards.iter().filter(|card| card.image.is_some()).count();
        if pictures != 0 && pictures != count {
            return Some(format!("{pictures} pictures for {count} cards"));
        }
    }
    cards
        .cards
        .iter()
        .enumerate()
        .find_map(|(index, card)| card_unfit(card, caps, context).map(|why| format!("cards/{index}: {why}")))
}

fn card_unfit(card: &Card, caps: &LayoutCaps, context: &Context<'_>) -> Option<String> {
    let beside = card.title.is_some() || card.image.is_some();
    let body = if beside { caps.body_beside.or(caps.body) } else { caps.body };
    words("title", card.title.as_deref(), caps.title)
        .or_else(|| words("body", card.body.as_deref(), body))
        .or_else(|| picture("image", card.image.as_ref(), caps.image, context))
        .or_else(|| buttons(card, caps, context))
        .or_else(|| match caps.items {
            Some(items) => list(card, &items, context),
            None => has_list(card).then(|| "list".to_owned()),
        })
}

fn words(what: &str, text: Option<&str>, limit: Option<Limit>) -> Option<String> {
    let text = text?;
    match limit {
        None => Some(what.to_owned()),
        Some(limit) if limit.fits(text) => None,
        Some(limit) => Some(format!("{what} {} > {}", limit.unit.measure(text), limit.max)),
    }
}

fn picture(what: &str, image: Option<&Media>, rule: Presence, context: &Context<'_>) -> Option<String> {
    match (image, rule) {
        (None, Presence::Required) => Some(format!("{what} missing")),
        (Some(_), Presence::Never) => Some(what.to_owned()),
        (Some(image), _) => {
            let block = MediaBlock::of(image.clone());
            let fits =
                media::misfit(MediaKind::Image, &block, context).is_none() && media::is_rich(&block, context);
            (!fits).then(|| format!("{what} type or size"))
        }
        (None, _) => None,
    }
}

fn buttons(card: &Card, caps: &LayoutCaps, context: &Context<'_>) -> Option<String> {
    if !caps.buttons.fits(card.buttons.len()) {
        return Some(format!("{} buttons > {}", card.buttons.len(), caps.buttons.max));
    }
    let url = context.capabilities.link_buttons.url;
    card.buttons.iter().find_map(|button| {
        words("button", Some(&button.label), Some(caps.label))
            .or_else(|| words("button url", Some(&button.url), Some(url)))
    })
}

fn has_list(card: &Card) -> bool {
    !card.list.is_empty() || card.highlight.is_some() || card.summary.is_some() || card.footnote.is_some()
}

fn list(card: &Card, caps: &ItemCaps, context: &Context<'_>) -> Option<String> {
    let count = card.list.len();
    if count < caps.min || !caps.max.fits(count) {
        return Some(format!("{count} entries, {} to {}", caps.min, caps.max.max));
    }
    let items = card.list.iter().enumerate().find_map(|(index, item)| {
        let title = caps.first_title.filter(|_| index == 0).unwrap_or(caps.title);
        entry(item, title, caps.description, caps.image, context).map(|why| format!("list/{index}: {why}"))
    });
    items
        .or_else(|| highlight(card.highlight.as_ref()?, caps, context))
        .or_else(|| match (&card.summary, caps.summary) {
            (Some(summary), Some((title, value))) => words("summary", Some(&summary.title), Some(title))
                .or_else(|| words("summary", Some(&summary.description), Some(value))),
            (Some(_), None) => Some("summary".to_owned()),
            (None, _) => None,
        })
        .or_else(|| words("footnote", card.footnote.as_deref(), caps.footnote))
}

fn highlight(item: &CardItem, caps: &ItemCaps, context: &Context<'_>) -> Option<String> {
    let Some([without, with]) = caps.highlight else { return Some("highlight".to_owned()) };
    let (title, description) = if item.image.is_some() { with } else { without };
    entry(item, title, Some(description), Presence::Optional, context).map(|why| format!("highlight: {why}"))
}

fn entry(
    item: &CardItem,
    title: Limit,
    description: Option<Limit>,
    image: Presence,
    context: &Context<'_>,
) -> Option<String> {
    words("title", Some(&item.title), Some(title))
        .or_else(|| words("description", item.description.as_deref(), description))
        .or_else(|| picture("image", item.image.as_ref(), image, context))
}
