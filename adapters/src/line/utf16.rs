//! LINE counts positions in UTF-16 units, Rust slices by UTF-8 bytes; this is the one place that knows both.

use std::ops::Range;

/// A text with the byte position of each of its UTF-16 units.
pub(super) struct Utf16<'a> {
    text: &'a str,
    /// `None` in the middle of a surrogate pair. One entry more than units: the text's end.
    bytes: Vec<Option<usize>>,
}

impl<'a> Utf16<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut bytes = Vec::with_capacity(text.len() + 1);
        for (position, char) in text.char_indices() {
            bytes.push(Some(position));
            bytes.resize(bytes.len() + char.len_utf16() - 1, None);
        }
        bytes.push(Some(text.len()));
        Self { text, bytes }
    }

    /// The bytes of `length` units from `index` on; `None` where these do not lie on characters of the text.
    pub(super) fn range(&self, index: usize, length: usize) -> Option<Range<usize>> {
        let position = |unit: usize| self.bytes.get(unit).copied().flatten();
        Some(position(index)?..position(index.checked_add(length)?)?)
    }

    /// The words at `length` units from `index` on.
    pub(super) fn slice(&self, index: usize, length: usize) -> Option<&'a str> {
        self.range(index, length).map(|range| &self.text[range])
    }
}

/// The longest beginning of `text` that measures at most `max` units and cuts no grapheme cluster.
pub(super) fn clip(text: &str, max: usize) -> &str {
    use unicode_segmentation::UnicodeSegmentation;
    let mut units = 0;
    let mut end = 0;
    for grapheme in text.graphemes(true) {
        units += grapheme.encode_utf16().count();
        if units > max {
            break;
        }
        end += grapheme.len();
    }
    &text[..end]
}
