//! Small pictures: a JPEG of at most 1 MB of every picture, and a still that stands for every video.
//!
//! LINE shows nothing without one. Pictures that are small JPEGs already are their own preview; others are made at the
//! first request and kept. We cannot decode videos, so one neutral still with a play sign stands for all of them.

use std::io::Cursor;
use std::path::Path;
use std::sync::OnceLock;

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageReader, Limits, Rgb, RgbImage};
use tokio::sync::Semaphore;

use super::MediaStore;
use crate::store::rows::media::MediaRow;

/// The largest preview that LINE takes, in bytes.
const LARGEST: u64 = 1_000_000;
/// The longer side of a preview, in pixels.
const SIDE: u32 = 1_024;
/// How well a preview is drawn, in per cent: at this size the JPEG stays far below the limit.
const QUALITY: u8 = 80;
/// The largest picture that is decoded, in pixels of either side, and the memory that this may take in bytes.
const DECODED: (u32, u64) = (20_000, 256 << 20);

/// Decoding takes memory and a processor: one at a time.
static TURN: Semaphore = Semaphore::const_new(1);

/// The preview of a medium as JPEG (or the picture itself, where it is small); `None` where it has none.
pub(super) async fn preview(store: &MediaStore, row: &MediaRow) -> Option<(Bytes, &'static str)> {
    let (mime, sha256) = (row.mime.as_deref()?, row.sha256.as_deref()?);
    if mime.starts_with("video/") {
        return Some((still(), "image/jpeg"));
    }
    let is_small = u64::try_from(row.size?).is_ok_and(|size| size <= LARGEST);
    match mime {
        "image/jpeg" if is_small => return Some((store.read_bytes(sha256).await.ok()?, "image/jpeg")),
        "image/png" if is_small => return Some((store.read_bytes(sha256).await.ok()?, "image/png")),
        _ if !mime.starts_with("image/") => return None,
        _ => {}
    }
    if let Ok(made) = tokio::fs::read(store.preview(sha256)).await {
        return Some((Bytes::from(made), "image/jpeg"));
    }
    let _turn = TURN.acquire().await.ok()?;
    let path = store.blob(sha256);
    let made = tokio::task::spawn_blocking(move || draw(&path)).await.ok()??;
    if let Err(error) = store.put_preview(sha256, &made).await {
        tracing::warn!(%error, media_id = row.id, "a preview could not be kept");
    }
    Some((Bytes::from(made), "image/jpeg"))
}

fn draw(path: &Path) -> Option<Vec<u8>> {
    let mut reader = ImageReader::open(path).ok()?.with_guessed_format().ok()?;
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(DECODED.0), Some(DECODED.0));
    limits.max_alloc = Some(DECODED.1);
    reader.limits(limits);
    encode(&reader.decode().ok()?.thumbnail(SIDE, SIDE))
}

/// JPEG knows no transparency: what was see-through becomes white, as chats show it.
fn encode(picture: &DynamicImage) -> Option<Vec<u8>> {
    let picture = picture.to_rgba8();
    let opaque = RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [r, g, b, alpha] = picture.get_pixel(x, y).0;
        let on_white = |c: u8| {
            let mixed = (u32::from(c) * u32::from(alpha) + 255 * (255 - u32::from(alpha))) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Rgb([on_white(r), on_white(g), on_white(b)])
    });
    let mut jpeg = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&opaque).ok()?;
    Some(jpeg.into_inner())
}

/// A dark picture with a white triangle that points to the right.
fn still() -> Bytes {
    static STILL: OnceLock<Bytes> = OnceLock::new();
    let draw = || {
        let picture = RgbImage::from_fn(640, 360, |x, y| {
            let (right, off_centre) = (x.saturating_sub(280), y.abs_diff(180));
            let is_sign = x >= 280 && right <= 100 && off_centre * 5 <= (100 - right) * 3;
            Rgb(if is_sign { [255; 3] } else { [38, 43, 51] })
        });
        Bytes::from(encode(&DynamicImage::ImageRgb8(picture)).expect("a small picture is encoded"))
    };
    STILL.get_or_init(draw).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_picture_becomes_a_small_jpeg() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large.png");
        let noise = |x: u32, y: u32| {
            Rgb([x * y % 251, (x ^ y) % 256, (x + y) % 256].map(|c| u8::try_from(c).unwrap()))
        };
        RgbImage::from_fn(1_500, 900, noise).save(&path).unwrap();
        let jpeg = draw(&path).unwrap();
        assert!(jpeg.len() as u64 <= LARGEST && jpeg.starts_with(b"\xff\xd8\xff"));
        let small = image::load_from_memory(&jpeg).unwrap();
        assert_eq!((small.width(), small.height()), (1_024, 614));
    }

    #[test]
    fn a_video_has_a_still_and_nonsense_has_none() {
        let still = image::load_from_memory(&still()).unwrap();
        assert_eq!((still.width(), still.height()), (640, 360));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, b"\x89PNG\r\n\x1a\nnonsense").unwrap();
        assert_eq!(draw(&path), None);
    }
}
