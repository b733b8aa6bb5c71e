//! How long a recording or a video plays, by its own header. LINE takes no recording without its length.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// More boxes than any sound file has before its header.
const MOST_BOXES: u32 = 256;

/// The length in milliseconds of what lies at `path`; `None` where the header does not tell.
pub(super) fn read(path: &Path, mime: &str) -> Option<u64> {
    let mut file = File::open(path).ok()?;
    let millis = match mime {
        "audio/mp4" | "video/mp4" | "video/quicktime" => mp4(&mut file).ok()?,
        "audio/mpeg" => mp3(&mut file).ok()?,
        _ => None,
    };
    millis.filter(|millis| *millis > 0)
}

/// ISO base media: `mvhd` inside `moov` holds the time scale and the length in it.
fn mp4(file: &mut (impl Read + Seek)) -> io::Result<Option<u64>> {
    if find(file, *b"moov")?.is_none() || find(file, *b"mvhd")?.is_none() {
        return Ok(None);
    }
    let mut head = [0; 32];
    file.read_exact(&mut head)?;
    let number =
        |at: usize| u64::from(u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]));
    let (scale, length) = match head[0] {
        0 => (number(12), number(16)),
        _ => (number(20), number(24) << 32 | number(28)),
    };
    Ok(length.checked_mul(1_000).and_then(|length| length.checked_div(scale)))
}

/// Goes to the inside of the next box of that kind; its length, where there is one.
fn find(file: &mut (impl Read + Seek), kind: [u8; 4]) -> io::Result<Option<u64>> {
    for _ in 0..MOST_BOXES {
        let mut head = [0; 8];
        if file.read_exact(&mut head).is_err() {
            return Ok(None);
        }
        let short = u64::from(u32::from_be_bytes([head[0], head[1], head[2], head[3]]));
        let inside = if short == 1 {
            let mut long = [0; 8];
            file.read_exact(&mut long)?;
            u64::from_be_bytes(long).checked_sub(16)
        } else {
            short.checked_sub(8)
        };
        // A box of length 0 reaches to the end of the file: nothing follows it.
        let Some(inside) = inside else { return Ok((head[4..] == kind).then_some(0)) };
        if head[4..] == kind {
            return Ok(Some(inside));
        }
        file.seek(SeekFrom::Current(i64::try_from(inside).unwrap_or(i64::MAX)))?;
    }
    Ok(None)
}

/// kbit/s of MPEG audio layer III: version 1, then versions 2 and 2.5.
const RATES: [[u64; 15]; 2] = [
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/// MP3: the number of frames where the first one tells it (`Xing`, `Info`), else the size by the rate.
fn mp3(file: &mut (impl Read + Seek)) -> io::Result<Option<u64>> {
    let size = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    let mut tag = [0; 10];
    file.read_exact(&mut tag)?;
    let mut start = 0;
    if tag.starts_with(b"ID3") {
        start = 10 + tag[6..].iter().fold(0, |length, byte| length << 7 | u64::from(byte & 0x7f));
    }
    file.seek(SeekFrom::Start(start))?;
    let mut frame = Vec::new();
    file.take(512).read_to_end(&mut frame)?;
    Ok(frame_length(&frame, size.saturating_sub(start)))
}

fn frame_length(frame: &[u8], size: u64) -> Option<u64> {
    let head = frame.get(..4)?;
    let is_layer_three = head[0] == 0xff && head[1] & 0xe6 == 0xe2;
    if !is_layer_three {
        return None;
    }
    let version = head[1] >> 3 & 3;
    let (table, samples) = if version == 3 { (0, 1_152) } else { (1, 576) };
    let rate = *RATES[table].get(usize::from(head[2] >> 4))?;
    let divisor = match version {
        3 => 1,
        2 => 2,
        0 => 4,
        _ => return None,
    };
    let hertz: u64 = [44_100, 48_000, 32_000].get(usize::from(head[2] >> 2 & 3))? / divisor;
    let mark = frame.windows(4).position(|bytes| bytes == b"Xing" || bytes == b"Info");
    if let Some(told) = mark.and_then(|mark| frame.get(mark + 4..mark + 12)) {
        // Bit 0 of the flags: the number of frames follows.
        if told[3] & 1 == 1 {
            let frames = u64::from(u32::from_be_bytes([told[4], told[5], told[6], told[7]]));
            return Some(frames * samples * 1_000 / hertz);
        }
    }
    (size * 8).checked_div(rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: [u8; 4], inside: &[u8]) -> Vec<u8> {
        let length = u32::try_from(inside.len() + 8).unwrap();
        [&length.to_be_bytes()[..], &kind, inside].concat()
    }

    fn length(mime: &str, bytes: &[u8]) -> Option<u64> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, bytes).unwrap();
        read(&path, mime)
    }

    #[test]
    fn an_mp4_tells_its_length_wherever_its_header_stands() {
        let mut header = vec![0; 100];
        header[12..16].copy_from_slice(&44_100_u32.to_be_bytes());
        header[16..20].copy_from_slice(&(44_100_u32 * 3 / 2).to_be_bytes());
        let moov = boxed(*b"moov", &[boxed(*b"free", b"...."), boxed(*b"mvhd", &header)].concat());
        let file = [boxed(*b"ftyp", b"M4A "), boxed(*b"mdat", &[7; 500]), moov.clone()].concat();
        assert_eq!(length("audio/mp4", &file), Some(1_500));
        let mut long = vec![0; 100];
        long[0] = 1;
        long[20..24].copy_from_slice(&1_000_u32.to_be_bytes());
        long[24..32].copy_from_slice(&4_200_u64.to_be_bytes());
        let file = boxed(*b"moov", &boxed(*b"mvhd", &long));
        assert_eq!(length("video/mp4", &file), Some(4_200));
        for cut in 0..moov.len() - 80 {
            assert_eq!(length("audio/mp4", &moov[..cut]), None, "cut at {cut}");
        }
        assert_eq!(length("audio/mp4", &boxed(*b"moov", &boxed(*b"mvhd", &[0; 100]))), None, "no time scale");
    }

    #[test]
    fn an_mp3_tells_its_frames_or_is_measured_by_its_rate() {
        // MPEG 1, layer III, 128 kbit/s, 44.1 kHz.
        let head = [0xff, 0xfb, 0x90, 0x00];
        let mut steady = head.to_vec();
        steady.resize(16_000, 0);
        assert_eq!(length("audio/mpeg", &steady), Some(1_000));
        let tagged = [&b"ID3\x04\x00\x00\x00\x00\x01\x00"[..], &[0; 128], &steady].concat();
        assert_eq!(length("audio/mpeg", &tagged), Some(1_000));
        let mut varying = head.to_vec();
        varying.resize(36, 0);
        varying.extend(b"Xing\x00\x00\x00\x01");
        varying.extend(383_u32.to_be_bytes());
        varying.resize(600, 0);
        assert_eq!(length("audio/mpeg", &varying), Some(10_004));
        assert_eq!(length("audio/mpeg", b"ID3"), None);
        assert_eq!(length("audio/mpeg", &[0; 600]), None);
        assert_eq!(length("audio/ogg", &steady), None);
    }
}
