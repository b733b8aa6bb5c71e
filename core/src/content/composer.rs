//! The composer's small Markdown: `**bold**`, `*italic*`, `` `code` ``, `~~strike~~`, `[label](url)`,
//! `@[name](manager:ID)`, `@[name](team:ID)` and `{{path|fallback}}`.
//!
//! Only these are marks. What is no mark stays as it was typed, line breaks included; a backslash before a mark's
//! character makes it an ordinary one.

use super::{Block, Content, Mark, Mention, MentionKind, MentionSpan, Span, Text, TextSpan, VariableSpan};

/// Reads the composer's Markdown; what is no mark stays as it was typed.
pub fn parse_markdown(text: &str) -> Content {
    let mut out = Spans { spans: Vec::new(), looks: LOOKS };
    read(text, &Style::default(), &mut out);
    Content { blocks: vec![Block::Text(Text { spans: out.done() })] }
}

/// How deep marks may nest: each of the four once, and links inside.
const DEEPEST: usize = 8;

/// How many characters may be looked at in search of closing marks, over a whole text. What people write takes a few
/// thousand; a text of nothing but opened marks is read as typed from there on, so that no text takes long.
const LOOKS: usize = 500_000;

/// The marks and the link that hold at a place.
#[derive(Clone, Default)]
struct Style {
    marks: Vec<Mark>,
    link: Option<String>,
    depth: usize,
}

impl Style {
    fn with_mark(&self, mark: Mark) -> Self {
        let mut marks = self.marks.clone();
        marks.push(mark);
        marks.sort_unstable();
        marks.dedup();
        Self { marks, link: self.link.clone(), depth: self.depth + 1 }
    }

    fn with_link(&self, url: &str) -> Self {
        Self { marks: self.marks.clone(), link: Some(url.to_owned()), depth: self.depth + 1 }
    }
}

/// Spans under way; neighbours of the same style are one.
struct Spans {
    spans: Vec<Span>,
    looks: usize,
}

impl Spans {
    /// Looks at one more character; `None` once too many were looked at.
    fn look(&mut self) -> Option<()> {
        self.looks = self.looks.checked_sub(1)?;
        Some(())
    }

    fn words(&mut self, words: &str, style: &Style) {
        if words.is_empty() {
            return;
        }
        match self.spans.last_mut() {
            Some(Span::Text(last)) if last.marks == style.marks && last.link == style.link => {
                last.text.push_str(words);
            }
            _ => self.spans.push(Span::Text(TextSpan {
                text: words.to_owned(),
                marks: style.marks.clone(),
                link: style.link.clone(),
            })),
        }
    }

    fn done(self) -> Vec<Span> {
        if self.spans.is_empty() { vec![Span::plain("")] } else { self.spans }
    }
}

fn read(text: &str, style: &Style, out: &mut Spans) {
    let mut rest = text;
    let mut before = None;
    while let Some(first) = rest.chars().next() {
        if let Some(taken) = special(rest, before, style, out) {
            before = rest[..taken].chars().last();
            rest = &rest[taken..];
        } else {
            let taken = first.len_utf8();
            out.words(&rest[..taken], style);
            before = Some(first);
            rest = &rest[taken..];
        }
    }
}

/// Reads a mark, a link, a mention, a variable or an escape at the start of `rest`, and says how many bytes it took.
fn special(rest: &str, before: Option<char>, style: &Style, out: &mut Spans) -> Option<usize> {
    match rest.as_bytes().first()? {
        b'\\' => escape(rest, style, out),
        b'{' => variable(rest, out),
        b'@' => mention(rest, out),
        b'`' => code(rest, style, out),
        _ if style.depth >= DEEPEST => None,
        b'[' if style.link.is_none() => link(rest, style, out),
        b'*' => Some(stars(rest, before, style, out)),
        b'~' => Some(tildes(rest, style, out)),
        _ => None,
    }
}

fn escape(rest: &str, style: &Style, out: &mut Spans) -> Option<usize> {
    let next = rest[1..].chars().next()?;
    if !"\\*`~[]@{}".contains(next) {
        return None;
    }
    out.words(&rest[1..=next.len_utf8()], style);
    Some(1 + next.len_utf8())
}

/// `{{path|fallback}}`; the path is of letters, digits, `.`, `_` and `-`.
fn variable(rest: &str, out: &mut Spans) -> Option<usize> {
    let inner = rest.strip_prefix("{{")?;
    let end = inner.lines().next()?.find("}}")?;
    let (path, fallback) = inner[..end].split_once('|').unwrap_or((&inner[..end], ""));
    let path = path.trim();
    let named = !path.is_empty() && path.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    if !named || fallback.contains('\n') {
        return None;
    }
    out.spans.push(Span::Variable(VariableSpan {
        variable: path.to_owned(),
        fallback: fallback.trim().to_owned(),
    }));
    Some(end + 4)
}

/// `@[name](manager:ID)` or `@[name](team:ID)`.
fn mention(rest: &str, out: &mut Spans) -> Option<usize> {
    let (name, target, taken) = bracketed(rest.strip_prefix('@')?, out)?;
    let (kind, id) = target.split_once(':')?;
    let kind = match kind {
        "manager" => MentionKind::Manager,
        "team" => MentionKind::Team,
        _ => return None,
    };
    let id = Some(id.trim().to_owned()).filter(|id| !id.is_empty());
    out.spans.push(Span::Mention(MentionSpan { mention: Mention { kind, id, name: unescaped(name) } }));
    Some(taken + 1)
}

/// `[label](url)`, where the address is `http` or `https`; the label may carry marks.
fn link(rest: &str, style: &Style, out: &mut Spans) -> Option<usize> {
    let (label, url, taken) = bracketed(rest, out)?;
    let is_address = (url.starts_with("https://") || url.starts_with("http://"))
        && !url.contains(char::is_whitespace)
        && url.split_once("//").is_some_and(|(_, host)| !host.is_empty());
    if !is_address {
        return None;
    }
    read(label, &style.with_link(url), out);
    Some(taken)
}

/// `[first](second)` on one line: both, and how many bytes they take. Brackets nest, parentheses in an address too.
fn bracketed<'a>(rest: &'a str, out: &mut Spans) -> Option<(&'a str, &'a str, usize)> {
    let label_end = closing(rest, '[', ']', out)?;
    let behind = &rest[label_end + 1..];
    let target_end = closing(behind, '(', ')', out)?;
    let (label, target) = (&rest[1..label_end], &behind[1..target_end]);
    let taken = label_end + 1 + target_end + 1;
    (!label.trim().is_empty() && !target.is_empty()).then_some((label, target, taken))
}

/// Where the bracket that opens `rest` is closed, on the same line.
fn closing(rest: &str, open: char, close: char, out: &mut Spans) -> Option<usize> {
    let mut depth = 0_usize;
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        out.look()?;
        match c {
            '\n' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == open => depth += 1,
            c if c == close => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(next) if c == '\\' && "\\[]".contains(*next) => {}
            _ => out.push(c),
        }
    }
    out
}

/// `` `words` `` on one line, taken literally: nothing inside is a mark.
fn code(rest: &str, style: &Style, out: &mut Spans) -> Option<usize> {
    let end = 1 + rest[1..].find('`')?;
    let words = &rest[1..end];
    if words.trim().is_empty() || words.contains('\n') {
        return None;
    }
    out.words(words, &style.with_mark(Mark::Code));
    Some(end + 1)
}

/// One star is italic, two are bold, three are both; a longer row is what somebody typed to hide letters. A lone star
/// inside a word or a sum (`2*3*4`) is no mark.
fn stars(rest: &str, before: Option<char>, style: &Style, out: &mut Spans) -> usize {
    let row = row(rest, '*');
    let marks: &[Mark] = match row {
        1 if !before.is_some_and(|c| c.is_ascii_alphanumeric()) => &[Mark::Italic],
        2 => &[Mark::Bold],
        3 => &[Mark::Bold, Mark::Italic],
        _ => &[],
    };
    marked(rest, row, marks, style, out).unwrap_or_else(|| literally(rest, row, style, out))
}

fn tildes(rest: &str, style: &Style, out: &mut Spans) -> usize {
    let row = row(rest, '~');
    let marks: &[Mark] = if row == 2 { &[Mark::Strike] } else { &[] };
    marked(rest, row, marks, style, out).unwrap_or_else(|| literally(rest, row, style, out))
}

/// How many of one character stand in a row.
fn row(rest: &str, sign: char) -> usize {
    rest.bytes().take_while(|byte| char::from(*byte) == sign).count()
}

fn literally(rest: &str, row: usize, style: &Style, out: &mut Spans) -> usize {
    out.words(&rest[..row], style);
    row
}

/// Words between two rows of marks of the same length. They begin and end with something that is seen.
fn marked(rest: &str, row: usize, marks: &[Mark], style: &Style, out: &mut Spans) -> Option<usize> {
    let (sign, inner) = rest.split_at(row);
    let opens = !marks.is_empty()
        && !inner.starts_with(char::is_whitespace)
        && !marks.iter().any(|mark| style.marks.contains(mark));
    let end = opens.then(|| mark_end(inner, sign, out)).flatten()?;
    let inside = marks.iter().fold(style.clone(), |style, mark| style.with_mark(*mark));
    read(&inner[..end], &inside, out);
    Some(row + end + row)
}

/// Where a mark is closed: behind something that is seen, outside of code and escapes, in the same paragraph.
fn mark_end(inner: &str, sign: &str, out: &mut Spans) -> Option<usize> {
    let first = sign.chars().next()?;
    let mut at = 0;
    while at < inner.len() {
        out.look()?;
        let rest = &inner[at..];
        if rest.starts_with("\n\n") {
            return None;
        }
        let row = row(rest, first);
        if row == 0 {
            at += step(rest);
            continue;
        }
        // Three stars close two marks; the inner one is read first.
        let end = if row == 3 && first == '*' { at + row - sign.len() } else { at };
        let same = row == sign.len() || (row == 3 && first == '*');
        if at > 0 && same && closes(inner, at, at + row, sign) {
            return Some(end);
        }
        at += row;
    }
    None
}

/// How far to look on: over an escape, over code, or over one character.
fn step(rest: &str) -> usize {
    let one = |rest: &str| rest.chars().next().map_or(0, char::len_utf8);
    match rest.as_bytes().first() {
        Some(b'\\') => 1 + one(&rest[1..]),
        Some(b'`') => rest[1..].find(['`', '\n']).map_or(1, |end| end + 2),
        _ => one(rest),
    }
}

fn closes(inner: &str, at: usize, after: usize, sign: &str) -> bool {
    let inside_word = sign == "*" && inner[after..].starts_with(|c: char| c.is_ascii_alphanumeric());
    !inner[..at].ends_with(char::is_whitespace) && !inside_word
}

#[cfg(test)]
mod tests;
