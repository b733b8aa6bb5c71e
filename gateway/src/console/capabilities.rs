//! The capability table of one platform, in rows.

use naru_core::capabilities::{Capabilities, Level, Limit, MediaCaps, Unit};

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The key of the element's words.
    pub words: &'static str,
    /// How well it is supported.
    pub level: Level,
    /// The limits in figures.
    pub limit: String,
}

impl Row {
    /// The key of the level's words.
    pub(super) fn level_words(&self) -> &'static str {
        match self.level {
            Level::Native => "level.native",
            Level::Adapted => "level.adapted",
            Level::Text => "level.text",
            Level::Link => "level.link",
            Level::Dropped => "level.dropped",
            Level::Rejected => "level.rejected",
        }
    }

    /// The chip's colour.
    pub(super) fn tone(&self) -> &'static str {
        match self.level {
            Level::Native => "good",
            Level::Adapted | Level::Text | Level::Link => "",
            Level::Dropped | Level::Rejected => "warn",
        }
    }
}

fn size(limit: &Limit) -> String {
    let unit = match limit.unit {
        Unit::Chars => "chars",
        Unit::Graphemes => "graphemes",
        Unit::Utf16 => "UTF-16",
        Unit::Bytes => "bytes",
        Unit::SmsSegments => "segments",
        Unit::EuckrBytes => "EUC-KR bytes",
    };
    format!("≤ {} {unit}", limit.max)
}

fn media(caps: &MediaCaps) -> String {
    if matches!(caps.level, Level::Dropped | Level::Rejected) {
        return String::new();
    }
    let max = caps.max_bytes.max;
    let most = match max {
        0 => String::new(),
        bytes if bytes % (1 << 20) == 0 => format!("≤ {} MiB", bytes >> 20),
        bytes if bytes % 1_000_000 == 0 => format!("≤ {} MB", bytes / 1_000_000),
        bytes => format!("≤ {bytes} bytes"),
    };
    [most, caps.mimes.join(", ")].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// The rows, in the order of the capability literal.
pub(super) fn rows(caps: &Capabilities) -> Vec<Row> {
    let row = |words, level, limit| Row { words, level, limit };
    let none = String::new;
    let buttons = format!("≤ {} · {}", caps.link_buttons.max.max, size(&caps.link_buttons.label));
    let replies = format!("≤ {} · {}", caps.replies.max.max, size(&caps.replies.label));
    vec![
        row("element.text", Level::Native, size(&caps.text.limit)),
        row("element.marks", caps.text.marks, none()),
        row("element.mention", caps.text.mention, none()),
        row("element.link", caps.text.link, none()),
        row("element.link_buttons", caps.link_buttons.level, buttons),
        row("element.replies", caps.replies.level, replies),
        row("element.image", caps.image.level, media(&caps.image)),
        row("element.file", caps.file.level, media(&caps.file)),
        row("element.video", caps.video.level, media(&caps.video)),
        row("element.audio", caps.audio.level, media(&caps.audio)),
        row("element.form", caps.form.level, none()),
        row("element.location", caps.location, none()),
        row("element.sticker", caps.sticker, none()),
        row("element.typing", caps.typing, none()),
        row("element.mark_read", caps.mark_read, none()),
        row("element.block", caps.block, none()),
        row("element.profile", caps.profile, none()),
    ]
}
