//! The plain text of a content: what a search finds, a list shows and a log says.

use super::{Block, Cards, Content, Location, MediaBlock, Span, Sticker};

/// The words of a content, one line per block; never markup, never an internal name.
pub fn plain_text(content: &Content) -> String {
    content.blocks.iter().map(block_text).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn block_text(block: &Block) -> String {
    match block {
        Block::Text(text) => text.spans.iter().map(span_text).collect(),
        Block::Buttons(row) => {
            row.buttons.iter().map(|b| format!("[{}] {}", b.label, b.url)).collect::<Vec<_>>().join("\n")
        }
        Block::Replies(menu) => {
            menu.replies.iter().map(|r| format!("[{}]", r.label)).collect::<Vec<_>>().join(" ")
        }
        Block::Image(media) => media_text(media, "이미지"),
        Block::File(media) => media_text(media, "파일"),
        Block::Video(media) => media_text(media, "동영상"),
        Block::Audio(media) => media_text(media, "음성"),
        Block::Form(form) => form.fields.iter().map(|f| f.label.as_str()).collect::<Vec<_>>().join("\n"),
        Block::Cards(cards) => cards_text(cards),
        Block::Location(place) => location_text(place),
        Block::Sticker(sticker) => sticker_text(sticker),
        Block::Unsupported(unknown) => format!("[{}]", unknown.kind),
    }
}

fn span_text(span: &Span) -> String {
    match span {
        Span::Text(span) => span.text.clone(),
        Span::Mention(span) => format!("@{}", span.mention.name),
        Span::Variable(span) => span.fallback.clone(),
    }
}

fn media_text(block: &MediaBlock, word: &str) -> String {
    let label = block.name.as_ref().or(block.alt.as_ref());
    let head = label.map_or_else(|| format!("[{word}]"), |label| format!("[{word}] {label}"));
    match &block.caption {
        Some(caption) => format!("{head}\n{caption}"),
        None => head,
    }
}

fn cards_text(cards: &Cards) -> String {
    let lines = cards.cards.iter().flat_map(|card| {
        let head = card.title.iter().chain(&card.body).cloned();
        let items = card.highlight.iter().chain(&card.list).map(|item| match &item.description {
            Some(description) => format!("{}: {description}", item.title),
            None => item.title.clone(),
        });
        let summary = card.summary.iter().map(|s| format!("{}: {}", s.title, s.description));
        head.chain(items).chain(summary).chain(card.footnote.iter().cloned()).collect::<Vec<_>>()
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn location_text(place: &Location) -> String {
    let words = place.title.iter().chain(&place.address).cloned().collect::<Vec<_>>().join(" ");
    if words.is_empty() {
        format!("[위치] {}, {}", place.latitude, place.longitude)
    } else {
        format!("[위치] {words}")
    }
}

fn sticker_text(sticker: &Sticker) -> String {
    sticker.alt.as_ref().map_or_else(|| "[스티커]".to_owned(), |alt| format!("[스티커] {alt}"))
}
