//! Sizes and the limits on them: every number with its unit and its source.

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Unicode scalar values.
    Chars,
    /// What a person sees as one character.
    Graphemes,
    /// UTF-16 code units.
    Utf16,
    /// UTF-8 bytes.
    Bytes,
    /// SMS segments, by GSM-7 or UCS-2.
    SmsSegments,
    /// Bytes in EUC-KR (CP949).
    EuckrBytes,
}

impl Unit {
    /// The size of `text` in this unit. Segments and EUC-KR bytes are those of a single SMS without a header.
    pub fn measure(self, text: &str) -> usize {
        match self {
            Self::Chars => text.chars().count(),
            Self::Graphemes => text.graphemes(true).count(),
            Self::Utf16 => text.encode_utf16().count(),
            Self::Bytes => text.len(),
            Self::SmsSegments => sms_segments(text),
            Self::EuckrBytes => text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum(),
        }
    }
}

/// GSM 03.38's basic alphabet beyond ASCII letters and digits; what is in neither table forces UCS-2.
const GSM_BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
const GSM_EXTENDED: &str = "^{}\\[~]|€";

/// Whether an SMS of these words goes out in GSM 03.38; otherwise it is written in UCS-2.
pub fn gsm_alphabet(text: &str) -> bool {
    text.chars().all(|c| gsm(c) || GSM_EXTENDED.contains(c))
}

fn gsm(c: char) -> bool {
    c.is_ascii_alphanumeric() || GSM_BASIC.contains(c)
}

fn sms_segments(text: &str) -> usize {
    let (units, single, joined) = if gsm_alphabet(text) {
        (text.chars().map(|c| if gsm(c) { 1 } else { 2 }).sum::<usize>(), 160, 153)
    } else {
        (text.encode_utf16().count(), 70, 67)
    };
    if units <= single { usize::from(units > 0) } else { units.div_ceil(joined) }
}

/// The largest text a platform takes somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// The largest allowed size.
    pub max: usize,
    /// What is counted.
    pub unit: Unit,
    /// Where the number comes from.
    pub source: &'static str,
}

impl Limit {
    /// A limit of `max` `unit`s, as `source` says.
    pub const fn new(max: usize, unit: Unit, source: &'static str) -> Self {
        Self { max, unit, source }
    }

    /// Whether `text` fits.
    pub fn fits(&self, text: &str) -> bool {
        self.unit.measure(text) <= self.max
    }
}

/// The largest number of things, or of bytes, that a platform takes somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The largest allowed number.
    pub max: u64,
    /// Where the number comes from.
    pub source: &'static str,
}

impl Count {
    /// At most `max`, as `source` says.
    pub const fn new(max: u64, source: &'static str) -> Self {
        Self { max, source }
    }

    /// Whether `number` fits.
    pub fn fits(&self, number: usize) -> bool {
        u64::try_from(number).is_ok_and(|number| number <= self.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unit_counts_its_own_way() {
        let family = "👨‍👩‍👧 가";
        assert_eq!(Unit::Chars.measure(family), 7);
        assert_eq!(Unit::Graphemes.measure(family), 3);
        assert_eq!(Unit::Utf16.measure(family), 10);
        assert_eq!(Unit::Bytes.measure(family), 22);
        assert_eq!(Unit::EuckrBytes.measure("a가"), 3);
    }

    #[test]
    fn segments_follow_the_alphabet() {
        assert_eq!(Unit::SmsSegments.measure(""), 0);
        assert_eq!(Unit::SmsSegments.measure(&"a".repeat(160)), 1);
        assert_eq!(Unit::SmsSegments.measure(&"a".repeat(161)), 2);
        assert_eq!(Unit::SmsSegments.measure(&"€".repeat(80)), 1);
        assert_eq!(Unit::SmsSegments.measure(&"가".repeat(71)), 2);
    }
}
