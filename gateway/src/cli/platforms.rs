//! `naru platforms`: what every platform can do, from the same values that the downgrade reads.

use naru_core::adapter::Platform;
use naru_core::capabilities::{
    Capabilities, CostClass, Count, Level, Limit, MediaCaps, Receipt, Route, SessionPolicy, Unit,
};
use naru_core::time::{DAY, HOUR, MINUTE};
use serde_json::Value;

use super::Exit;
use super::args::TableFormat;
use super::dispatch::say;
use crate::api::PlatformDocument;

/// Prints the table.
pub(super) fn print(platforms: &[&'static Platform], format: TableFormat) -> Exit {
    match format {
        TableFormat::Table => say(&terminal_table(platforms)),
        TableFormat::Markdown => say(&markdown_table(platforms)),
        TableFormat::Json => {
            let list: Vec<_> = platforms.iter().copied().map(PlatformDocument::of).collect();
            say(&serde_json::to_string_pretty(&list).expect("a JSON value can be written"))
        }
    }
}

/// A line of the table: what it is about, and how a platform's capabilities answer it.
type Line = (&'static str, fn(&Capabilities) -> String);

const LINES: &[Line] = &[
    ("text", |c| limit(c.text.limit)),
    ("bold, italic, code", |c| level(c.text.marks)),
    ("mentions", |c| level(c.text.mention)),
    ("link buttons", |c| buttons(c.link_buttons.level, c.link_buttons.max, c.link_buttons.label)),
    ("reply buttons", |c| buttons(c.replies.level, c.replies.max, c.replies.label)),
    ("images", |c| media(&c.image)),
    ("files", |c| media(&c.file)),
    ("video", |c| media(&c.video)),
    ("audio", |c| media(&c.audio)),
    ("forms", |c| level(c.form.level)),
    ("cards", cards),
    ("location", |c| level(c.location)),
    ("who speaks first", |c| who(&c.session)),
    ("free to answer for", |c| window(&c.session)),
    ("receipts", |c| receipt(c.receipts)),
    ("cost", cost),
];

/// One row per line, one cell per platform; a flavour that differs is named behind the cell.
fn rows(platforms: &[&Platform]) -> Vec<Vec<String>> {
    let head =
        std::iter::once(String::new()).chain(platforms.iter().map(|platform| platform.name.to_owned()));
    let body = LINES.iter().map(|(name, cell)| {
        let cells = platforms.iter().map(|platform| with_flavours(platform, *cell));
        std::iter::once((*name).to_owned()).chain(cells).collect()
    });
    std::iter::once(head.collect()).chain(body).collect()
}

fn with_flavours(platform: &Platform, cell: fn(&Capabilities) -> String) -> String {
    let own = cell(&platform.capabilities_of(None));
    let mut others: Vec<(String, Vec<&str>)> = Vec::new();
    for flavour in platform.flavours {
        let other = cell(&platform.capabilities_of(Some(flavour.name)));
        match others.iter_mut().find(|(cell, _)| *cell == other) {
            _ if other == own => {}
            Some((_, names)) => names.push(flavour.name),
            None => others.push((other, vec![flavour.name])),
        }
    }
    let others = others.into_iter().map(|(cell, names)| format!("{}: {cell}", names.join(", ")));
    std::iter::once(own).chain(others).collect::<Vec<_>>().join("; ")
}

/// The table as Markdown, as it stands in the README.
pub fn markdown_table(platforms: &[&Platform]) -> String {
    let mut lines: Vec<_> =
        rows(platforms).into_iter().map(|cells| format!("| {} |", cells.join(" | "))).collect();
    lines.insert(1, format!("|{}", "---|".repeat(platforms.len() + 1)));
    lines.join("\n") + "\n"
}

/// The widest cell of a terminal's table; longer ones go on below.
const CELL: usize = 34;

fn terminal_table(platforms: &[&Platform]) -> String {
    let rows: Vec<Vec<Vec<String>>> =
        rows(platforms).iter().map(|cells| cells.iter().map(|cell| wrap(cell)).collect()).collect();
    let widths: Vec<usize> = (0..=platforms.len())
        .map(|column| {
            rows.iter().flat_map(|row| &row[column]).map(|line| line.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for (number, row) in rows.iter().enumerate() {
        for line in 0..row.iter().map(Vec::len).max().unwrap_or(0) {
            let cells = row.iter().zip(&widths).map(|(cell, width)| {
                let words = cell.get(line).map_or("", String::as_str);
                format!("{words:<width$}")
            });
            text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
            text.push('\n');
        }
        if number == 0 {
            text.push_str(&widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>().join("  "));
            text.push('\n');
        }
    }
    text
}

fn wrap(cell: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in cell.split(' ') {
        let last = lines.last_mut().expect("there is always a line");
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > CELL {
            lines.push(word.to_owned());
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines
}

fn level(level: Level) -> String {
    match level {
        Level::Native => "native",
        Level::Adapted => "adapted",
        Level::Text => "as text",
        Level::Link => "as a link",
        Level::Dropped => "dropped",
        Level::Rejected => "refused",
    }
    .to_owned()
}

fn limit(limit: Limit) -> String {
    format!("{} {}", thousands(limit.max as u64), unit(limit.unit))
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Chars => "characters",
        Unit::Graphemes => "graphemes",
        Unit::Utf16 => "UTF-16 units",
        Unit::Bytes => "bytes",
        Unit::SmsSegments => "SMS segments",
        Unit::EuckrBytes => "EUC-KR bytes",
    }
}

fn buttons(of: Level, max: Count, label: Limit) -> String {
    match of {
        Level::Native | Level::Adapted => {
            format!("{}, {} of {} {}", level(of), max.max, label.max, unit(label.unit))
        }
        _ => level(of),
    }
}

fn media(caps: &MediaCaps) -> String {
    match (caps.level, caps.route) {
        (Level::Native | Level::Adapted, route) => {
            let route = match route {
                Route::Upload => ", uploaded first",
                Route::Url { .. } => ", by address",
                Route::Own | Route::None => "",
            };
            format!("{} up to {}{route}", kinds(caps.mimes), size(caps.max_bytes.max))
        }
        (other, _) => level(other),
    }
}

fn kinds(mimes: &[&str]) -> String {
    let mut names = Vec::new();
    for mime in mimes {
        let name = match mime.split_once('/').map_or(*mime, |(_, kind)| kind) {
            "jpeg" => "jpg",
            "x-m4a" | "mp4a-latm" => "m4a",
            "mpeg" => "mp3",
            kind => kind,
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.len() {
        0 => "any".to_owned(),
        1..=4 => names.join(" "),
        more => format!("{more} types"),
    }
}

fn size(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    match bytes {
        b if b >= 1_000_000_000 && b.is_multiple_of(1_000_000_000) => format!("{} GB", b / 1_000_000_000),
        b if b >= 1024 * MIB && b % (1024 * MIB) == 0 => format!("{} GB", b / (1024 * MIB)),
        b if b >= 1_000_000 && b % 1_000_000 == 0 => format!("{} MB", b / 1_000_000),
        b if b >= MIB && b % MIB == 0 => format!("{} MB", b / MIB),
        b => format!("{} bytes", thousands(b)),
    }
}

fn cards(capabilities: &Capabilities) -> String {
    if capabilities.cards.is_empty() {
        return level(Level::Text);
    }
    let layouts: Vec<_> = capabilities
        .cards
        .iter()
        .map(|caps| {
            let name = serde_json::to_value(caps.layout).ok();
            let name = name.as_ref().and_then(Value::as_str).unwrap_or_default().replace('_', " ");
            if caps.level == Level::Native { name } else { format!("{name} ({})", level(caps.level)) }
        })
        .collect();
    layouts.join(", ")
}

fn who(session: &SessionPolicy) -> String {
    if session.business_may_start { "either" } else { "the customer" }.to_owned()
}

fn window(session: &SessionPolicy) -> String {
    match session.idle_ms {
        Some(ms) if ms % DAY == 0 => format!("{} days after the last message", ms / DAY),
        Some(ms) if ms % HOUR == 0 => format!("{} hours after the last message", ms / HOUR),
        Some(ms) => format!("{} minutes after the last message", ms / MINUTE),
        None => "always".to_owned(),
    }
}

fn receipt(receipt: Receipt) -> String {
    match receipt {
        Receipt::Sent => "sent",
        Receipt::Delivered => "delivered",
        Receipt::Read => "read",
    }
    .to_owned()
}

fn cost(capabilities: &Capabilities) -> String {
    let word = |class: CostClass| match class {
        CostClass::FreeReply => "free",
        CostClass::PaidPush => "counts as a push",
        CostClass::Segments => "by segment",
        CostClass::None => "none",
    };
    let (ordinary, reply) = (capabilities.cost.ordinary, capabilities.cost.by_reply_handle);
    match capabilities.session.reply_handle_ms {
        Some(_) if ordinary != reply => format!("{}; {} by reply token", word(ordinary), word(reply)),
        _ => word(ordinary).to_owned(),
    }
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
