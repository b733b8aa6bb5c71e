//! What Kakao takes as a bubble in its newer spelling: plain and rich bubbles (inventory K01 to K11).

use serde_json::{Map, Value};

use super::{Uploads, at_most, button, list, required, text, words};
use crate::sandbox::kakao::code::Refusal;
use crate::sandbox::kakao::files::Purpose;

type Fields = Map<String, Value>;

/// A bubble of `/chat/send/plain`.
pub(in crate::sandbox::kakao) fn plain(body: &Fields, uploads: Uploads<'_>) -> Result<(), Refusal> {
    let attachment = attachment(body)?;
    match required(body, "chat_bubble_type")? {
        "TEXT" => words(body, 1_000),
        "IMAGE" => image(attachment, uploads, &[Purpose::Image]),
        "VIDEO" => file(attachment, uploads, Purpose::Video),
        "AUDIO" => file(attachment, uploads, Purpose::Audio),
        "FILE" => file(attachment, uploads, Purpose::File),
        _ => Err(Refusal::Json),
    }
}

/// A bubble of `/chat/send/rich`.
pub(in crate::sandbox::kakao) fn rich(body: &Fields, uploads: Uploads<'_>) -> Result<(), Refusal> {
    let attachment = attachment(body)?;
    let rules = match required(body, "chat_bubble_type")? {
        "TEXT" => words(body, 1_000).map(|()| 5),
        "IMAGE" => words(body, 1_000).and_then(|()| image(attachment, uploads, RICH)).map(|()| 5),
        "WIDE_IMAGE" => words(body, 76).and_then(|()| image(attachment, uploads, RICH)).map(|()| 2),
        "WIDE_ITEM_LIST" => wide_list(body, attachment, uploads).map(|()| 2),
        "ITEM_LIST" => item_list(body, attachment, uploads).map(|()| 5),
        "CAROUSEL_FEED" => return carousel(body, uploads),
        _ => Err(Refusal::Json),
    };
    buttons(attachment, rules?)?;
    let quick = list(attachment, "quick_replies", 10)?;
    quick.iter().try_for_each(|reply| button(reply, 14, "chat_extra"))
}

const RICH: &[Purpose] = &[Purpose::RichImage];

fn attachment(body: &Fields) -> Result<&Fields, Refusal> {
    static NONE: std::sync::LazyLock<Fields> = std::sync::LazyLock::new(Fields::new);
    match body.get("attachment") {
        None | Some(Value::Null) => Ok(&NONE),
        Some(attachment) => attachment.as_object().ok_or(Refusal::Json),
    }
}

fn object<'a>(body: &'a Fields, name: &str) -> Result<&'a Fields, Refusal> {
    body.get(name).and_then(Value::as_object).ok_or(Refusal::Message)
}

fn image(attachment: &Fields, uploads: Uploads<'_>, allowed: &[Purpose]) -> Result<(), Refusal> {
    uploads.expect(required(object(attachment, "image")?, "img_url")?, allowed)
}

fn file(attachment: &Fields, uploads: Uploads<'_>, allowed: Purpose) -> Result<(), Refusal> {
    let file = object(attachment, "file")?;
    required(file, "file_name")?;
    uploads.expect(required(file, "file_url")?, &[allowed]).map_err(|_| Refusal::Message)
}

fn buttons(attachment: &Fields, most: usize) -> Result<(), Refusal> {
    list(attachment, "buttons", most)?.iter().try_for_each(|item| button(item, 28, "extra"))
}

fn wide_list(body: &Fields, attachment: &Fields, uploads: Uploads<'_>) -> Result<(), Refusal> {
    required(body, "header")?;
    let items = list(object(attachment, "item")?, "list", 4)?;
    if items.len() < 3 {
        return Err(Refusal::Message);
    }
    for (index, item) in items.iter().enumerate() {
        let item = item.as_object().ok_or(Refusal::Json)?;
        required(item, "title")?;
        at_most(item, "title", if index == 0 { 25 } else { 30 })?;
        uploads.expect(required(item, "img_url")?, RICH)?;
    }
    Ok(())
}

fn item_list(body: &Fields, attachment: &Fields, uploads: Uploads<'_>) -> Result<(), Refusal> {
    at_most(body, "header", 16)?;
    at_most(body, "message", 700)?;
    at_most(body, "description", 200)?;
    if attachment.contains_key("image") {
        image(attachment, uploads, RICH)?;
    }
    let item = object(attachment, "item")?;
    let items = list(item, "list", 10)?;
    if items.len() < 2 {
        return Err(Refusal::Message);
    }
    for line in items {
        pair(line.as_object().ok_or(Refusal::Json)?, 6, 23)?;
    }
    if let Some(highlight) = item.get("highlight").and_then(Value::as_object) {
        let (title, description) = match text(highlight, "img_url") {
            Some(url) => uploads.expect(url, RICH).map(|()| (21, 13))?,
            None => (30, 19),
        };
        pair(highlight, title, description)?;
    }
    item.get("summary").and_then(Value::as_object).map_or(Ok(()), |summary| pair(summary, 6, 14))
}

fn pair(line: &Fields, title: usize, description: usize) -> Result<(), Refusal> {
    required(line, "title")?;
    at_most(line, "title", title)?;
    at_most(line, "description", description)
}

fn carousel(body: &Fields, uploads: Uploads<'_>) -> Result<(), Refusal> {
    let cards = list(object(body, "carousel")?, "list", 6)?;
    if cards.len() < 2 {
        return Err(Refusal::Message);
    }
    for card in cards {
        let card = card.as_object().ok_or(Refusal::Json)?;
        at_most(card, "header", 20)?;
        at_most(card, "message", 180)?;
        let attachment = attachment(card)?;
        image(attachment, uploads, RICH)?;
        buttons(attachment, 2)?;
    }
    Ok(())
}
