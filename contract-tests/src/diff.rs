//! Says in words where two JSON documents differ, one line per place.

use serde_json::Value;

/// The differences of `found` from `expected`, each with its JSON pointer; empty where there are none.
pub fn json(expected: &Value, found: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    walk("", expected, found, &mut lines);
    lines
}

fn walk(at: &str, expected: &Value, found: &Value, lines: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(left), Value::Object(right)) => {
            for (key, value) in left {
                let place = format!("{at}/{}", escape(key));
                match right.get(key) {
                    Some(other) => walk(&place, value, other, lines),
                    None => lines.push(format!("{place}: expected {}, found nothing", short(value))),
                }
            }
            for (key, value) in right.iter().filter(|(key, _)| !left.contains_key(*key)) {
                lines.push(format!("{at}/{}: expected nothing, found {}", escape(key), short(value)));
            }
        }
        (Value::Array(left), Value::Array(right)) => {
            for (index, pair) in left.iter().zip(right).enumerate() {
                walk(&format!("{at}/{index}"), pair.0, pair.1, lines);
            }
            for (index, value) in left.iter().enumerate().skip(right.len()) {
                lines.push(format!("{at}/{index}: expected {}, found nothing", short(value)));
            }
            for (index, value) in right.iter().enumerate().skip(left.len()) {
                lines.push(format!("{at}/{index}: expected nothing, found {}", short(value)));
            }
        }
        _ if expected == found => {}
        _ => lines.push(format!("{at}: expected {}, found {}", short(expected), short(found))),
    }
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Long values are cut: the file itself has the rest.
fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The differences of two texts, line by line: `-` is expected, `+` is found, three lines of context around each.
pub fn text(expected: &str, found: &str) -> Vec<String> {
    let (left, right): (Vec<_>, Vec<_>) = (expected.lines().collect(), found.lines().collect());
    let head = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let tail = left[head..].iter().rev().zip(right[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (left_end, right_end) = (left.len() - tail, right.len() - tail);
    if head == left_end && head == right_end {
        return Vec::new();
    }
    let before = left[head.saturating_sub(3)..head].iter().map(|line| format!("  {line}"));
    let gone = left[head..left_end].iter().map(|line| format!("- {line}"));
    let come = right[head..right_end].iter().map(|line| format!("+ {line}"));
    let after = left[left_end..].iter().take(3).map(|line| format!("  {line}"));
    std::iter::once(format!("@ line {}", head + 1))
        .chain(before)
        .chain(gone)
        .chain(come)
        .chain(after)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_difference_names_its_place() {
        let expected = json!({"a": [1, 2, 3], "b": {"c/d": true}, "gone": null});
        let found = json!({"a": [1, 5], "b": {"c/d": false}, "new": "x"});
        assert_eq!(
            super::json(&expected, &found),
            [
                "/a/1: expected 2, found 5",
                "/a/2: expected 3, found nothing",
                "/b/c~1d: expected true, found false",
                "/gone: expected null, found nothing",
                "/new: expected nothing, found \"x\"",
            ]
        );
        assert!(super::json(&expected, &expected).is_empty());
    }

    #[test]
    fn texts_differ_by_lines_with_context() {
        assert_eq!(text("a\nb\nc\nd", "a\nb\nX\nd"), ["@ line 3", "  a", "  b", "- c", "+ X", "  d"]);
        assert!(text("same\n", "same\n").is_empty());
    }
}
