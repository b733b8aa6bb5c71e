//! Reads spans.

use serde_json::Value;

use super::place::Place;
use crate::content::{Mark, Mention, MentionKind, MentionSpan, Span, TextSpan, VariableSpan};

const MARKS: [(&str, Mark); 4] =
    [("bold", Mark::Bold), ("italic", Mark::Italic), ("code", Mark::Code), ("strike", Mark::Strike)];
const KINDS: [(&str, MentionKind); 3] =
    [("manager", MentionKind::Manager), ("team", MentionKind::Team), ("customer", MentionKind::Customer)];

pub(super) fn read(value: &Value, at: &mut Place<'_>) -> Option<Span> {
    let keys: &[&str] = match value.as_object() {
        Some(object) if object.contains_key("mention") => &["mention"],
        Some(object) if object.contains_key("variable") => &["variable", "fallback"],
        _ => &["text", "marks", "link"],
    };
    let object = at.object(value, keys)?;
    match keys[0] {
        "mention" => mention(&object["mention"], &mut at.key("mention")),
        "variable" => {
            let variable = at.words(object, "variable")?;
            let named = variable.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
            if !named {
                return at
                    .key("variable")
                    .problem(format!("expected a path such as contact.name, found \"{variable}\""));
            }
            let fallback = match object.get("fallback") {
                Some(value) => at.key("fallback").text(value)?,
                None => String::new(),
            };
            Some(Span::Variable(VariableSpan { variable, fallback }))
        }
        _ => {
            let text = at.required(object, "text");
            let text = text.and_then(|value| at.key("text").text(value));
            let mut marks = at.list_or_none(object, "marks", MARKS.len(), |value, at| at.word(value, &MARKS));
            marks.sort_unstable();
            marks.dedup();
            let link = object.get("link").filter(|link| !link.is_null());
            let link = link.and_then(|value| at.key("link").url(value));
            Some(Span::Text(TextSpan { text: text?, marks, link }))
        }
    }
}

fn mention(value: &Value, at: &mut Place<'_>) -> Option<Span> {
    let object = at.object(value, &["kind", "id", "name"])?;
    let kind = at.one_of(object, "kind", &KINDS);
    let id = at.words_or_none(object, "id");
    let name = at.words(object, "name");
    Some(Span::Mention(MentionSpan { mention: Mention { kind: kind?, id, name: name? } }))
}
