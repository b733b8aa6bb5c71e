//! What bytes are: their type by their first bytes and never by their name, a picture's measures, a clean name.

use naru_core::ids::MediaId;
use naru_core::time::Millis;

use super::{Blob, MediaStore, duration};
use crate::app::App;
use crate::clock;
use crate::store::rows::media::MediaRow;

/// The longest name that is kept, in characters; a file system's and most platforms' limit is 255 bytes.
const NAME: usize = 120;

/// What was found out about a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// The type.
    pub mime: String,
    /// Width and height in pixels, where it is a picture that we can read.
    pub pixels: Option<(u32, u32)>,
    /// How long it plays, in milliseconds, where its header tells.
    pub duration_ms: Option<u64>,
}

/// Looks at a blob.
pub async fn describe(store: &MediaStore, blob: &Blob) -> Described {
    let mime = sniff(&blob.head);
    let pixels = if mime.starts_with("image/") { measure(store, blob).await } else { None };
    let duration_ms = playing_time(store, blob, &mime).await;
    Described { mime, pixels, duration_ms }
}

async fn playing_time(store: &MediaStore, blob: &Blob, mime: &str) -> Option<u64> {
    if !(mime.starts_with("audio/") || mime.starts_with("video/")) {
        return None;
    }
    let (path, mime) = (store.blob(&blob.sha256), mime.to_owned());
    tokio::task::spawn_blocking(move || duration::read(&path, &mime)).await.ok()?
}

async fn measure(store: &MediaStore, blob: &Blob) -> Option<(u32, u32)> {
    let path = store.blob(&blob.sha256);
    let read =
        move || image::ImageReader::open(path).ok()?.with_guessed_format().ok()?.into_dimensions().ok();
    tokio::task::spawn_blocking(read).await.ok()?
}

/// The type that the first bytes tell: a known signature, else text, else just bytes.
pub fn sniff(head: &[u8]) -> String {
    if let Some(kind) = infer::get(head) {
        return match kind.mime_type() {
            // Platforms and browsers know these by their registered names.
            "audio/x-wav" => "audio/wav".to_owned(),
            "audio/m4a" | "audio/x-m4a" => "audio/mp4".to_owned(),
            "audio/x-flac" => "audio/flac".to_owned(),
            other => other.to_owned(),
        };
    }
    let is_text = match std::str::from_utf8(head) {
        Ok(_) => true,
        // The last character may be cut off by the end of the head.
        Err(error) => error.error_len().is_none() && head.len() - error.valid_up_to() < 4,
    };
    let mime = if is_text && !head.is_empty() && !head.contains(&0) {
        "text/plain"
    } else {
        "application/octet-stream"
    };
    mime.to_owned()
}

/// A name that is only a label: no path, no control, no invisible and no direction-turning character, nothing that a
/// shell or a web server would read. `fallback` where nothing is left.
pub fn clean_name(name: &str, fallback: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| is_visible(*c)).collect();
    let kept = kept.replace([':', '*', '?', '"', '<', '>', '|'], "_");
    let kept = kept.trim().trim_start_matches('.').trim();
    if kept.is_empty() { fallback.to_owned() } else { shortened(kept) }
}

fn is_visible(c: char) -> bool {
    !c.is_control()
        && !matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}' | '\u{e0000}'..='\u{e007f}')
}

/// The beginning of a long name, with its ending.
fn shortened(name: &str) -> String {
    let length = name.chars().count();
    if length <= NAME {
        return name.to_owned();
    }
    let ending =
        name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.chars().count() <= 10);
    let ending = ending.map_or_else(String::new, |ending| format!(".{ending}"));
    let room = NAME - ending.chars().count();
    name.chars().take(room).collect::<String>() + &ending
}

/// A stored medium's new row, ready.
pub async fn ready_row(app: &App, blob: &Blob, name: &str) -> MediaRow {
    let now = app.clock.now();
    let described = describe(&app.media, blob).await;
    let id: MediaId = app.ids.next(now);
    let mut row = blank_row(id, name, now);
    fill(&mut row, blob, &described);
    row
}

fn blank_row(id: MediaId, name: &str, now: Millis) -> MediaRow {
    MediaRow {
        id: id.to_string(),
        token: clock::token::<24>(),
        sha256: None,
        name: clean_name(name, "file"),
        mime: None,
        size: None,
        width: None,
        height: None,
        duration_ms: None,
        state: "pending".to_owned(),
        reason: None,
        source: None,
        channel_id: None,
        conversation_id: None,
        message_id: None,
        tries: 0,
        next_at: None,
        trace_id: None,
        created_at: now.0,
    }
}

/// Writes into a row what was found out about its bytes.
pub(super) fn fill(row: &mut MediaRow, blob: &Blob, described: &Described) {
    row.sha256 = Some(blob.sha256.clone());
    row.mime = Some(described.mime.clone());
    row.size = Some(i64::try_from(blob.size).unwrap_or(i64::MAX));
    row.width = described.pixels.map(|(width, _)| i64::from(width));
    row.height = described.pixels.map(|(_, height)| i64::from(height));
    let told = described.duration_ms.and_then(|millis| i64::try_from(millis).ok());
    row.duration_ms = row.duration_ms.or(told);
    "ready".clone_into(&mut row.state);
    row.reason = None;
    row.next_at = None;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_is_told_by_the_bytes() {
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n0000"), "image/png");
        assert_eq!(sniff(b"\xff\xd8\xff\xe0"), "image/jpeg");
        assert_eq!(sniff(b"%PDF-1.7"), "application/pdf");
        assert_eq!(sniff("주문 번호, 이름".as_bytes()), "text/plain");
        assert_eq!(sniff(&"가".as_bytes()[..2]), "text/plain");
        assert_eq!(sniff(b"\x00\x01\x02"), "application/octet-stream");
        assert_eq!(sniff(b""), "application/octet-stream");
    }

    #[test]
    fn a_name_is_only_a_label() {
        let clean = |name: &str| clean_name(name, "file");
        assert_eq!(clean("../../etc/passwd"), "passwd");
        assert_eq!(clean("C:\\Users\\x\\보증서.pdf"), "보증서.pdf");
        assert_eq!(clean("\u{200b}.htaccess"), "htaccess");
        assert_eq!(clean("gpj.\u{202e}exe.png"), "gpj.exe.png");
        assert_eq!(clean("a\r\nb\0.txt"), "ab.txt");
        assert_eq!(clean("..."), "file");
        assert_eq!(clean("\u{202e}"), "file");
        let long = clean(&format!("{}.pdf", "가".repeat(300)));
        assert!(long.chars().count() == 120 && long.strip_suffix(".pdf").is_some());
    }
}
