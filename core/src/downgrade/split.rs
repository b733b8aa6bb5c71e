//! Cuts words into pieces that fit a limit: at paragraphs, lines, sentences, words, and at last between graphemes.
//!
//! Nothing is added and nothing taken away: the pieces joined are the words. An address stays on one line with
//! itself and under the sentence that it belongs to, as long as both fit one piece.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::words::{plain, span_words};
use crate::capabilities::{Limit, Unit};
use crate::content::{Span, Text, TextSpan};

/// How good a place is to cut at; better ones come later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Between an address and its sentence, or inside an address or a mention.
    Glued,
    Grapheme,
    Word,
    Sentence,
    Line,
    Paragraph,
}

/// A place between two graphemes.
#[derive(Clone, Copy, Debug)]
struct Border {
    at: usize,
    rank: Rank,
}

/// The pieces of words, and whether a grapheme had to be cut because it is larger than a piece.
pub(super) struct Pieces {
    pub(super) texts: Vec<Text>,
    pub(super) cluster_cut: bool,
}

/// Cuts `text` into pieces within `limit`, the last within `last`.
pub(super) fn split(text: &Text, limit: Limit, last: Limit) -> Pieces {
    let words = plain(text);
    let borders = borders(&words, text, limit);
    let mut pieces = Pieces { texts: Vec::new(), cluster_cut: false };
    let mut start = 0;
    while !rest_fits(&words, start, &borders, last) {
        // What fits an ordinary part but not the last one is cut to the last one's size.
        let room = if rest_fits(&words, start, &borders, limit) { last } else { limit };
        let end = best_end(&words, start, &borders, room).unwrap_or_else(|| {
            pieces.cluster_cut = true;
            largest_char_end(&words, start, room)
        });
        push(&mut pieces.texts, text, &words, start..end);
        start = end;
    }
    push(&mut pieces.texts, text, &words, start..words.len());
    pieces
}

/// Whether everything from `start` on fits. Asked once per piece, so a long rest is not measured.
fn rest_fits(words: &str, start: usize, borders: &[Border], limit: Limit) -> bool {
    let left = borders.len() - borders.partition_point(|border| border.at <= start);
    left <= most_graphemes(limit) && limit.fits(&words[start..])
}

/// More graphemes than that fit no limit: every unit counts one at least as one, and a segment holds at most 160.
fn most_graphemes(limit: Limit) -> usize {
    match limit.unit {
        Unit::SmsSegments => limit.max.saturating_mul(160),
        _ => limit.max,
    }
}

/// A platform refuses a bubble of nothing but spaces, so such a piece is left out: it shows nothing.
fn push(texts: &mut Vec<Text>, text: &Text, words: &str, range: Range<usize>) {
    if !words[range.clone()].trim().is_empty() {
        texts.push(slice(text, range));
    }
}

/// The best border after `start` that keeps the piece within `room`: the best rank whose piece is not needlessly
/// small. `None` where not even one grapheme fits.
fn best_end(words: &str, start: usize, borders: &[Border], room: Limit) -> Option<usize> {
    // A piece of nothing but spaces is no bubble: the border must come after something that is seen.
    let blank = words[start..].len() - words[start..].trim_start().len();
    let first = borders.partition_point(|border| border.at <= start + blank);
    let window = &borders[first..borders.len().min(first + most_graphemes(room).max(1))];
    let fitting = window.partition_point(|border| room.fits(&words[start..border.at]));
    let window = &window[..fitting];
    let longest = window.last()?.at - start;
    let last = |rank: Rank| window.iter().rev().find(|border| border.rank >= rank).map(|border| border.at);
    let filled = |end: &usize| (end - start) * 3 >= longest;
    [Rank::Paragraph, Rank::Line, Rank::Sentence]
        .into_iter()
        .find_map(|rank| last(rank).filter(filled))
        .or_else(|| last(Rank::Word))
        .or_else(|| last(Rank::Grapheme))
        .or_else(|| last(Rank::Glued))
}

/// The last resort inside a grapheme that is larger than a whole piece: at least one character.
fn largest_char_end(words: &str, start: usize, room: Limit) -> usize {
    let ends = words[start..].char_indices().map(|(at, c)| start + at + c.len_utf8());
    let one = words[start..].chars().next().map_or(words.len(), |c| start + c.len_utf8());
    ends.take_while(|end| room.fits(&words[start..*end])).last().unwrap_or(one)
}

/// Every place between two graphemes, with its rank.
fn borders(words: &str, text: &Text, limit: Limit) -> Vec<Border> {
    let sentences: Vec<usize> = ends(words.split_sentence_bounds()).collect();
    let glued = glued(words, text, limit);
    let mut glue = glued.iter().peekable();
    ends(words.graphemes(true))
        .map(|at| {
            while glue.next_if(|range| range.end <= at).is_some() {}
            let inside = glue.peek().is_some_and(|range| range.start < at);
            let rank =
                if inside { Rank::Glued } else { rank(words, at, sentences.binary_search(&at).is_ok()) };
            Border { at, rank }
        })
        .collect()
}

fn ends<'a>(pieces: impl Iterator<Item = &'a str>) -> impl Iterator<Item = usize> {
    pieces.scan(0, |at, piece| {
        *at += piece.len();
        Some(*at)
    })
}

fn rank(words: &str, at: usize, sentence: bool) -> Rank {
    let (before, after) = words.split_at(at);
    // A piece starts with what is seen, so the break comes after the last of several spaces.
    if after.starts_with(char::is_whitespace) {
        return Rank::Grapheme;
    }
    let blank = &before[before.trim_end().len()..];
    match blank.matches('\n').count() {
        2.. => Rank::Paragraph,
        1 => Rank::Line,
        _ if sentence && !blank.is_empty() => Rank::Sentence,
        _ if !blank.is_empty() => Rank::Word,
        _ => Rank::Grapheme,
    }
}

/// The ranges that should stay in one piece, in order and without overlap: mentions, addresses, and addresses that
/// stand alone on a line together with the line before.
fn glued(words: &str, text: &Text, limit: Limit) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for span in &text.spans {
        let end = at + span_words(span).len();
        if matches!(span, Span::Mention(_)) {
            ranges.push(at..end);
        }
        at = end;
    }
    let mut start = 0;
    // The start of the line that an address on the next line belongs to.
    let mut sentence: Option<usize> = None;
    for line in words.split_inclusive('\n') {
        let shown = line.trim_end();
        if is_address(shown.trim_start()) {
            let end = start + shown.len();
            let whole = sentence.unwrap_or(start)..end;
            let fits = limit.fits(&words[whole.clone()]);
            ranges.push(if fits { whole } else { start.saturating_sub(1)..end });
        } else {
            let whole = start..start + shown.len();
            if is_labelled(shown) && limit.fits(shown) {
                ranges.push(whole);
            } else {
                ranges.extend(addresses(shown, start));
            }
            sentence = (!shown.is_empty()).then_some(start);
        }
        if shown.is_empty() {
            sentence = None;
        }
        start += line.len();
    }
    merge(ranges)
}

fn merge(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The addresses inside a line, as ranges of the whole text.
fn addresses(line: &str, start: usize) -> impl Iterator<Item = Range<usize>> {
    ["https://", "http://"].into_iter().flat_map(move |scheme| {
        line.match_indices(scheme).map(move |(at, _)| {
            let length = line[at..].find(char::is_whitespace).unwrap_or(line.len() - at);
            start + at..start + at + length
        })
    })
}

/// Whether a line is a label with its address, as an SMS has it: `[label] https://...`.
fn is_labelled(line: &str) -> bool {
    line.strip_prefix('[').and_then(|rest| rest.rsplit_once("] ")).is_some_and(|(_, url)| is_address(url))
}

/// Whether a line is one address and nothing else.
pub(super) fn is_address(line: &str) -> bool {
    (line.starts_with("https://") || line.starts_with("http://")) && !line.contains(char::is_whitespace)
}

/// The spans of a stretch of a text, by bytes of its words. A mention that is cut becomes words.
pub(super) fn slice(text: &Text, range: Range<usize>) -> Text {
    let mut spans = Vec::new();
    let mut start = 0;
    for span in &text.spans {
        let words = span_words(span);
        let end = start + words.len();
        let (from, to) = (range.start.max(start), range.end.min(end));
        if from < to {
            spans.push(if from == start && to == end {
                span.clone()
            } else {
                piece(span, &words[from - start..to - start])
            });
        }
        start = end;
    }
    Text { spans }
}

fn piece(span: &Span, words: &str) -> Span {
    match span {
        Span::Text(span) => Span::Text(TextSpan { text: words.to_owned(), ..span.clone() }),
        Span::Mention(_) | Span::Variable(_) => Span::plain(words),
    }
}
