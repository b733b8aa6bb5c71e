//! A bubble as we think of it, before a flavour spells it.

use naru_core::content::{Card, Cards, LinkButton, Media, MediaBlock, MediaKind};
use naru_core::downgrade::{Part, PartBody, ReplyButton};
use serde_json::Value;

use super::upload::Uploaded;

/// What one call writes.
pub(super) enum Bubble<'a> {
    /// Words, with buttons and a picture above them where there are any.
    Words {
        text: String,
        image: Option<Uploaded>,
        buttons: &'a [LinkButton],
        replies: &'a [ReplyButton],
        quick: &'a [ReplyButton],
    },
    /// A picture alone.
    Image(Uploaded),
    /// A document, a video or a recording.
    Document { kind: MediaKind, file: Uploaded },
    /// Cards; their pictures in the order of [`media_of`].
    Cards { cards: &'a Cards, images: Vec<Uploaded> },
    /// The author's own payload.
    Override(&'a Value),
}

/// A medium that a part needs on Kakao's servers.
pub(super) struct Wanted<'a> {
    pub(super) media: &'a Media,
    /// What the customer reads where the medium has no name of its own.
    pub(super) label: Option<&'a str>,
    pub(super) kind: MediaKind,
    /// Whether it shares its bubble with words or buttons, which Kakao wants to know at the upload.
    pub(super) rich: bool,
}

/// The media of a part, in the order in which [`draw`] wants them back.
pub(super) fn media_of(part: &Part) -> Vec<Wanted<'_>> {
    match &part.body {
        PartBody::Media { kind, block, .. } => {
            let rich = *kind == MediaKind::Image && is_rich(part);
            vec![Wanted { media: &block.media, label: label(block), kind: *kind, rich }]
        }
        PartBody::Cards(cards) => cards.cards.iter().flat_map(images_of).map(card_image).collect(),
        _ => Vec::new(),
    }
}

/// The pictures of a card: its own, its highlight's, then its list's.
pub(super) fn images_of(card: &Card) -> impl Iterator<Item = &Media> {
    let items = card.highlight.iter().chain(&card.list);
    card.image.iter().chain(items.filter_map(|item| item.image.as_ref()))
}

fn card_image(media: &Media) -> Wanted<'_> {
    Wanted { media, label: None, kind: MediaKind::Image, rich: true }
}

fn label(block: &MediaBlock) -> Option<&str> {
    block.name.as_deref().or(block.alt.as_deref())
}

/// Whether words or buttons stand in the part.
fn is_rich(part: &Part) -> bool {
    part.text().is_some()
        || !(part.buttons.is_empty() && part.replies.is_empty() && part.quick_replies.is_empty())
}

/// The part's bubble, with its media where Kakao keeps them; `None` where the part's media are not all there.
pub(super) fn draw(part: &Part, mut uploaded: Vec<Uploaded>) -> Option<Bubble<'_>> {
    match &part.body {
        PartBody::Media { kind: MediaKind::Image, .. } if is_rich(part) => Some(words(part, uploaded.pop())),
        PartBody::Media { kind: MediaKind::Image, .. } => uploaded.pop().map(Bubble::Image),
        PartBody::Media { kind, .. } => uploaded.pop().map(|file| Bubble::Document { kind: *kind, file }),
        PartBody::Cards(cards) => Some(Bubble::Cards { cards, images: uploaded }),
        PartBody::Override(payload) => Some(Bubble::Override(payload)),
        _ => Some(words(part, None)),
    }
}

/// What a part carries besides its medium: its words and buttons.
pub(super) fn rest(part: &Part) -> Option<Bubble<'_>> {
    is_rich(part).then(|| words(part, None))
}

fn words(part: &Part, image: Option<Uploaded>) -> Bubble<'_> {
    Bubble::Words {
        text: part.plain(),
        image,
        buttons: &part.buttons,
        replies: &part.replies,
        quick: &part.quick_replies,
    }
}
