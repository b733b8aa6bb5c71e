//! The files on the played Kakao's servers: what Naru uploaded, and what customers sent.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::code::Refusal;

const MB: usize = 1024 * 1024;

/// What an upload is for; each use has rules of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A picture alone.
    Image,
    /// A picture in a bubble with words or buttons (`image_type` `link` or `rich`).
    RichImage,
    /// A document.
    File,
    /// A video.
    Video,
    /// A recording.
    Audio,
    /// What a customer sent; it cannot be sent back.
    Inbound,
}

/// A file.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) name: String,
    pub(super) mime: String,
    pub(super) bytes: Bytes,
    pub(super) purpose: Purpose,
}

/// All files, by their number; the number stands in their address.
#[derive(Debug, Default)]
pub(super) struct Files {
    stored: BTreeMap<u64, Stored>,
}

impl Files {
    /// Keeps a file and tells its path.
    pub(super) fn keep(&mut self, file: Stored) -> String {
        let id = self.stored.len() as u64 + 1;
        let path = format!("/dn/{id}/{}", urlencoding::encode(&file.name));
        self.stored.insert(id, file);
        path
    }

    /// The file of that number.
    pub(super) fn get(&self, id: u64) -> Option<&Stored> {
        self.stored.get(&id)
    }

    /// The file that an address names, where it is one of ours.
    pub(super) fn at(&self, base: &str, url: &str) -> Option<&Stored> {
        let id = url.strip_prefix(base)?.strip_prefix("/dn/")?.split('/').next()?;
        self.get(id.parse().ok()?)
    }
}

/// Refuses what Kakao, or the dealer with `dealer_limit`, would not take.
pub(super) fn check(purpose: Purpose, bytes: &[u8], dealer_limit: usize) -> Result<(), Refusal> {
    let size = bytes.len();
    match purpose {
        Purpose::Image if size > 5 * MB || picture(bytes).is_none() => Err(Refusal::Image),
        Purpose::RichImage => check_rich(bytes),
        Purpose::Audio if size > 10 * MB => Err(Refusal::File),
        Purpose::File | Purpose::Video | Purpose::Audio if size > dealer_limit || size == 0 => {
            Err(Refusal::File)
        }
        _ => Ok(()),
    }
}

/// jpg or png, at most 0.5 MB, at least 500 pixels wide, between 2:1 and 3:4.
fn check_rich(bytes: &[u8]) -> Result<(), Refusal> {
    let Some(picture) = picture(bytes).filter(|picture| picture.kind != Kind::Gif) else {
        return Err(Refusal::Image);
    };
    let (w, h) = (u64::from(picture.width), u64::from(picture.height));
    if bytes.len() > MB / 2 || w < 500 || w > 2 * h || 4 * w < 3 * h {
        return Err(Refusal::ImageSize);
    }
    Ok(())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Jpeg,
    Png,
    Gif,
}

struct Picture {
    kind: Kind,
    width: u32,
    height: u32,
}

/// A picture's kind and size, read from its head.
fn picture(bytes: &[u8]) -> Option<Picture> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        return Some(Picture { kind: Kind::Png, width: number(16)?, height: number(20)? });
    }
    if bytes.starts_with(b"GIF8") {
        let number = |at: usize| Some(u32::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
        return Some(Picture { kind: Kind::Gif, width: number(6)?, height: number(8)? });
    }
    jpeg(bytes)
}

/// Walks a JPEG's segments to the frame header.
fn jpeg(bytes: &[u8]) -> Option<Picture> {
    let number = |at: usize| Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let mut at = bytes.starts_with(&[0xff, 0xd8]).then_some(2)?;
    loop {
        let marker = bytes.get(at..at + 2).filter(|marker| marker[0] == 0xff)?[1];
        let is_frame = (0xc0..=0xcf).contains(&marker) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            let (height, width) = (u32::from(number(at + 5)?), u32::from(number(at + 7)?));
            return Some(Picture { kind: Kind::Jpeg, width, height });
        }
        at += 2 + usize::from(number(at + 2)?);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A PNG's head with these measures: enough for anybody who reads only the head.
    pub(in crate::sandbox::kakao) fn png(width: u32, height: u32, size: usize) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.resize(size.max(bytes.len()), 0);
        bytes
    }

    fn jpg(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc2, 0, 11, 8];
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes
    }

    #[test]
    fn a_rich_picture_keeps_kakaos_rules() {
        let rich = |bytes: &[u8]| check(Purpose::RichImage, bytes, usize::MAX);
        assert_eq!(rich(&png(720, 720, 1_000)), Ok(()));
        assert_eq!(rich(&jpg(1_000, 500)), Ok(()));
        assert_eq!(rich(&jpg(1_001, 500)), Err(Refusal::ImageSize));
        assert_eq!(rich(&png(600, 801, 100)), Err(Refusal::ImageSize));
        assert_eq!(rich(&png(499, 499, 100)), Err(Refusal::ImageSize));
        assert_eq!(rich(&png(720, 720, MB)), Err(Refusal::ImageSize));
        assert_eq!(rich(b"GIF89a\xd0\x02\xd0\x02"), Err(Refusal::Image));
        assert_eq!(rich(b"not a picture"), Err(Refusal::Image));
    }

    #[test]
    fn a_plain_picture_may_be_a_gif_of_any_shape_up_to_five_megabytes() {
        assert_eq!(check(Purpose::Image, b"GIF89a\x01\x00\x01\x00", usize::MAX), Ok(()));
        assert_eq!(check(Purpose::Image, &png(1, 1, 5 * MB + 1), usize::MAX), Err(Refusal::Image));
    }

    #[test]
    fn the_smaller_limit_holds() {
        assert_eq!(check(Purpose::File, &[0; 30], 20), Err(Refusal::File));
        assert_eq!(check(Purpose::File, &[0; 20], 20), Ok(()));
        assert_eq!(check(Purpose::Audio, &vec![0; 10 * MB + 1], usize::MAX), Err(Refusal::File));
    }
}
