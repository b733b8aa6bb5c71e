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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_utf16_units_and_never_cut_a_character() {
        let units = Utf16::of("👍가@민수");
        assert_eq!(units.slice(0, 2), Some("👍"));
        assert_eq!(units.slice(2, 1), Some("가"));
        assert_eq!(units.slice(3, 3), Some("@민수"));
        assert_eq!(units.slice(6, 0), Some(""));
        assert_eq!(units.slice(1, 2), None, "the middle of a surrogate pair");
        assert_eq!(units.slice(0, 1), None, "half of a surrogate pair");
        assert_eq!(units.slice(5, 2), None, "past the end");
        assert_eq!(units.slice(usize::MAX, 2), None, "past every end");
    }

    #[test]
    fn clipping_keeps_whole_clusters() {
        assert_eq!(clip("가나다", 2), "가나");
        assert_eq!(clip("a👨‍👩‍👧", 8), "a");
        assert_eq!(clip("a👨‍👩‍👧", 9), "a👨‍👩‍👧");
        assert_eq!(clip("", 5), "");
    }
}
