//! A moment in time, counted in milliseconds; the only clock of the model is the `now` it is given.

use std::fmt;
use std::ops::{Add, Sub};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Milliseconds since 1970-01-01T00:00:00Z. As JSON: RFC 3339 with milliseconds, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(pub i64);

/// One second in milliseconds.
pub const SECOND: i64 = 1_000;
/// One minute in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// One hour in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// One day in milliseconds.
pub const DAY: i64 = 24 * HOUR;

/// The furthest moments that are written: the first that RFC 3339 has (year 0), and the last that the calendar holds
/// in every time zone (the end of year 9999).
const RANGE: (i64, i64) = (-62_167_219_200_000, 253_402_207_200_000);

impl Millis {
    /// Reads an RFC 3339 time; `None` where the text is not one.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|stamp| Self(stamp.as_millisecond()))
    }

    /// Reads a date as HTTP headers and mails write it (`Sat, 21 Nov 2026 10:01:30 GMT`).
    pub fn parse_http_date(text: &str) -> Option<Self> {
        let zoned = jiff::fmt::rfc2822::parse(text).ok()?;
        Some(Self(zoned.timestamp().as_millisecond()))
    }

    /// Milliseconds from `earlier` to this moment, negative when it lies before.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<i64> for Millis {
    type Output = Self;
    fn add(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

impl Sub<i64> for Millis {
    type Output = Self;
    fn sub(self, millis: i64) -> Self {
        Self(self.0.saturating_sub(millis))
    }
}

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stamp = jiff::Timestamp::from_millisecond(self.0.clamp(RANGE.0, RANGE.1))
            .expect("a clamped time is inside the calendar");
        write!(f, "{stamp:.3}")
    }
}

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Millis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| de::Error::custom(format!("expected an RFC 3339 time, found \"{text}\"")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_with_milliseconds_in_utc() {
        assert_eq!(Millis(1_794_981_600_123).to_string(), "2026-11-18T06:00:00.123Z");
        assert_eq!(Millis(0).to_string(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Millis(i64::MAX).to_string(), "9999-12-30T22:00:00.000Z");
        assert_eq!(Millis(i64::MIN).to_string(), "0000-01-01T00:00:00.000Z");
    }

    #[test]
    fn a_written_time_reads_back_as_itself() {
        for millis in [0, -1, 1_794_981_600_123, 253_402_207_200_000] {
            assert_eq!(Millis::parse(&Millis(millis).to_string()), Some(Millis(millis)));
        }
        assert_eq!(Millis::parse("2026-11-21T10:10:10.111+09:00"), Some(Millis(1_795_223_410_111)));
        assert_eq!(Millis::parse("yesterday"), None);
    }
}
