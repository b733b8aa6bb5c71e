//! Days and hours as people write them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::settings::Language;
use crate::time::Millis;

/// Korea's time zone: the default of every channel. The database of zones is compiled in.
pub fn seoul() -> TimeZone {
    TimeZone::get("Asia/Seoul").unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(9)))
}

/// A day without its year: `12월 21일`, `21 Dec`.
pub fn day(language: Language, at: Millis, zone: &TimeZone) -> String {
    let form = match language {
        Language::Ko => "%-m월 %-d일",
        Language::En => "%-d %b",
    };
    written(form, at, zone)
}

/// A day and an hour: `11월 21일 14:03`, `21 Nov 14:03`.
pub fn day_and_time(language: Language, at: Millis, zone: &TimeZone) -> String {
    format!("{} {}", day(language, at, zone), written("%H:%M", at, zone))
}

fn written(form: &str, at: Millis, zone: &TimeZone) -> String {
    let stamp = Timestamp::from_millisecond(at.0).unwrap_or_default();
    stamp.to_zoned(zone.clone()).strftime(form).to_string()
}
