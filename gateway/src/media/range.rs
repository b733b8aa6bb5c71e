//! Which part of the bytes a reader asks for, so that a broken download goes on where it stopped.

/// The part that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// Everything.
    Whole,
    /// `length` bytes from `start` on.
    Part {
        /// The first byte.
        start: u64,
        /// How many.
        length: u64,
    },
    /// A part that does not exist.
    Impossible,
}

/// Reads a `Range` header. What we do not understand, and several ranges at once, give everything.
pub(super) fn read(header: Option<&str>, size: u64) -> Range {
    let Some(spec) = header.and_then(|header| header.trim().strip_prefix("bytes=")) else {
        return Range::Whole;
    };
    let Some((first, last)) = spec.split_once('-').filter(|(_, last)| !last.contains(',')) else {
        return Range::Whole;
    };
    match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
        (Ok(start), _) if start >= size => Range::Impossible,
        (Ok(start), Ok(end)) if end < start => Range::Whole,
        (Ok(start), Ok(end)) => Range::Part { start, length: end.min(size - 1) - start + 1 },
        (Ok(start), Err(_)) if last.trim().is_empty() => Range::Part { start, length: size - start },
        (Err(_), Ok(0)) if first.trim().is_empty() => Range::Impossible,
        (Err(_), Ok(_)) if first.trim().is_empty() && size == 0 => Range::Impossible,
        (Err(_), Ok(tail)) if first.trim().is_empty() => {
            let length = tail.min(size);
            Range::Part { start: size - length, length }
        }
        _ => Range::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_browsers_write_them() {
        let read = |header| read(Some(header), 10);
        assert_eq!(read("bytes=0-3"), Range::Part { start: 0, length: 4 });
        assert_eq!(read("bytes=4-"), Range::Part { start: 4, length: 6 });
        assert_eq!(read("bytes=-3"), Range::Part { start: 7, length: 3 });
        assert_eq!(read("bytes=-99"), Range::Part { start: 0, length: 10 });
        assert_eq!(read("bytes=8-99"), Range::Part { start: 8, length: 2 });
        assert_eq!(read("bytes=10-"), Range::Impossible);
        assert_eq!(read("bytes=-0"), Range::Impossible);
        for odd in ["bytes=3-1", "bytes=0-1,4-5", "bytes=a-b", "bytes=-", "items=0-1", ""] {
            assert_eq!(read(odd), Range::Whole, "{odd}");
        }
        assert_eq!(super::read(None, 10), Range::Whole);
        assert_eq!(super::read(Some("bytes=0-"), 0), Range::Impossible);
    }
}
