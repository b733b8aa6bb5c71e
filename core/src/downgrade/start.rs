//! Turns each block into one part, after what the platform refuses went back to its author.

use super::choices::payload;
use super::{Context, Part, PartBody, Rejection, ReplyButton};
use crate::capabilities::Level;
use crate::content::{Block, Content, Media, MediaBlock, MediaKind, MediaState, Replies, Text};
use crate::texts;

/// Finds the first block that the platform cannot carry in any form.
pub(super) fn check(message: &Content, context: &Context<'_>) -> Result<(), Rejection> {
    if message.blocks.is_empty() {
        let detail = texts::nothing_to_send(context.language).to_owned();
        return Err(Rejection { path: "/blocks".to_owned(), rule: "text".to_owned(), detail });
    }
    for (index, block) in message.blocks.iter().enumerate() {
        let path = format!("/blocks/{index}");
        if let Some((rule, detail)) = refusal(block, context) {
            return Err(Rejection { path, rule: rule.to_owned(), detail });
        }
    }
    Ok(())
}

fn refusal(block: &Block, context: &Context<'_>) -> Option<(&'static str, String)> {
    let caps = context.capabilities;
    if let Block::Unsupported(unknown) = block {
        return Some(("unsupported", texts::unknown_block(context.language, &unknown.kind)));
    }
    if let Some(media) = medium(block).filter(|media| never_ready(media)) {
        return Some(("media", texts::media_failed(context.language, media.name.as_deref())));
    }
    let (level, rule, what) = match block {
        // A platform without text (a telephone call) takes no message at all (inventory D06).
        _ if caps.text.limit.max == 0 => (Level::Rejected, "D06", "message"),
        Block::Text(_) | Block::Unsupported(_) => return None,
        Block::Buttons(_) => (caps.link_buttons.level, "D03", "link_button"),
        Block::Replies(_) => (caps.replies.level, "D08", "reply_buttons"),
        Block::Image(_) => (caps.image.level, "D11", "image"),
        Block::File(_) => (caps.file.level, "D11", "file"),
        Block::Video(_) => (caps.video.level, "D11", "video"),
        Block::Audio(_) => (caps.audio.level, "D11", "audio"),
        Block::Form(_) => (caps.form.level, "D07", "form"),
        Block::Cards(cards) => {
            (caps.layout(cards.layout).map_or(Level::Text, |layout| layout.level), "cards", "cards")
        }
        Block::Location(_) => (caps.location, "location", "location"),
        Block::Sticker(_) => (caps.sticker, "sticker", "sticker"),
    };
    (level == Level::Rejected)
        .then(|| (rule, texts::not_drawn(context.language, context.platform_title(), what)))
}

fn medium(block: &Block) -> Option<&MediaBlock> {
    match block {
        Block::Image(media) | Block::File(media) | Block::Video(media) | Block::Audio(media) => Some(media),
        _ => None,
    }
}

fn never_ready(block: &MediaBlock) -> bool {
    match &block.media {
        Media::Stored(stored) => stored.state == Some(MediaState::Failed),
        Media::Remote(_) => false,
        Media::Platform(_) => true,
    }
}

/// One part per block. Reply buttons are counted over the whole message, from 0, for their payloads.
pub(super) fn parts(message: &Content, context: &Context<'_>) -> Vec<Part> {
    let mut replies = 0;
    let blocks = message.blocks.iter().enumerate();
    blocks
        .filter_map(|(index, block)| {
            let path = format!("/blocks/{index}");
            let part = match block {
                Block::Text(text) => Part::of(path, PartBody::Text(text.clone())),
                Block::Buttons(row) => Part { buttons: row.buttons.clone(), ..wordless(path) },
                Block::Replies(menu) => {
                    let first = replies;
                    replies += menu.replies.len();
                    Part { replies: native(menu, first, context), ..wordless(path) }
                }
                Block::Image(block) => medium_part(path, MediaKind::Image, block),
                Block::File(block) => medium_part(path, MediaKind::File, block),
                Block::Video(block) => medium_part(path, MediaKind::Video, block),
                Block::Audio(block) => medium_part(path, MediaKind::Audio, block),
                Block::Form(form) => Part::of(path, PartBody::Form(form.clone())),
                Block::Cards(cards) => Part::of(path, PartBody::Cards(cards.clone())),
                Block::Location(place) => Part::of(path, PartBody::Location(place.clone())),
                Block::Sticker(sticker) => Part::of(path, PartBody::Sticker(sticker.clone())),
                Block::Unsupported(_) => return None,
            };
            Some(part)
        })
        .collect()
}

/// A part of buttons that waits for words to stand under.
fn wordless(path: String) -> Part {
    Part::of(path, PartBody::Text(Text::default()))
}

fn native(menu: &Replies, first: usize, context: &Context<'_>) -> Vec<ReplyButton> {
    let buttons = menu.replies.iter().enumerate().map(|(offset, reply)| ReplyButton {
        label: reply.label.clone(),
        value: reply.value.clone(),
        payload: payload(context.message, first + offset),
    });
    buttons.collect()
}

fn medium_part(path: String, kind: MediaKind, block: &MediaBlock) -> Part {
    Part::of(path, PartBody::Media { kind, block: block.clone(), text: Text::default() })
}
