//! Reads the widget's requests.

use naru_core::adapter::{Malformed, Request};
use naru_core::content::{
    Block, Content, Media, MediaBlock, MediaState, Span, Text, TextSpan, Unsupported, read_content,
};
use naru_core::downgrade::choices;
use naru_core::event::{
    DeliveryReport, Event, FormAnswered, Inbound, Origin, OriginKind, Postback, Profile, ReportedState,
    Sender, What,
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::account::WebChat;
use super::wire::SeenState;
use super::{key, wire};

/// What a request says, with the visitor whom the gateway has found behind its token.
pub(super) fn receive(account: &WebChat, request: &Request) -> Result<Vec<Event>, Malformed> {
    let visitor = request.visitor.as_deref().ok_or_else(|| Malformed {
        expected: "a visitor that the gateway has recognised".to_owned(),
        found: "a request without one".to_owned(),
    })?;
    let posted = Posted { kind: &request.suffix, visitor, raw: &request.body, body: read_body(request)? };
    let event = match posted.kind {
        "visitor" => visited(account, &posted)?,
        "message" => message(&posted)?,
        "choice" => choice(&posted)?,
        "form" => form(&posted)?,
        "start" => start(&posted)?,
        "identify" => return identify(account, &posted),
        "typing" => posted.event(None, What::Typing { active: posted.read::<wire::Typing>()?.active })?,
        "seen" => seen(&posted)?,
        "page" => {
            let page = posted.read::<wire::Page>()?.page;
            posted.event(None, What::ProfileChanged(at_page(Profile::default(), Some(page))))?
        }
        other => {
            let what = What::Unsupported { name: other.to_owned(), raw: posted.body.clone() };
            posted.event(None, what)?
        }
    };
    Ok(vec![event])
}

/// One request of one visitor.
struct Posted<'a> {
    kind: &'a str,
    visitor: &'a str,
    raw: &'a [u8],
    body: Value,
}

impl Posted<'_> {
    fn read<T: DeserializeOwned>(&self) -> Result<T, Malformed> {
        serde_json::from_value(self.body.clone()).map_err(|error| Malformed {
            expected: format!("the body of a web chat's /{}", self.kind),
            found: error.to_string(),
        })
    }

    fn event(&self, client_id: Option<&str>, what: What) -> Result<Event, Malformed> {
        let key = match client_id {
            Some(id) if id.is_empty() || id.len() > key::LONGEST => {
                return Err(Malformed {
                    expected: format!("a client_id of 1 to {} bytes", key::LONGEST),
                    found: format!("one of {} bytes", id.len()),
                });
            }
            Some(id) => key::named(self.kind, self.visitor, id),
            None => key::unnamed(self.kind, self.visitor, self.raw),
        };
        Ok(Event {
            key,
            lane: self.visitor.to_owned(),
            at: None,
            sender: Some(Sender::of(self.visitor)),
            session: None,
            reply_handle: None,
            what,
        })
    }
}

fn read_body(request: &Request) -> Result<Value, Malformed> {
    let mut body: Value = serde_json::from_slice(&request.body).map_err(|error| Malformed {
        expected: "a JSON object in the body".to_owned(),
        found: error.to_string(),
    })?;
    let Value::Object(fields) = &mut body else {
        return Err(Malformed {
            expected: "a JSON object in the body".to_owned(),
            found: format!("{} bytes of other JSON", request.body.len()),
        });
    };
    // A bearer secret must not travel into events, which are shown.
    fields.remove("visitor_token");
    replace_nul(&mut body);
    Ok(body)
}

/// The store cannot hold U+0000; the raw bytes keep it.
fn replace_nul(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\0') => *text = text.replace('\0', "\u{fffd}"),
        Value::Array(items) => items.iter_mut().for_each(replace_nul),
        Value::Object(fields) => {
            fields.values_mut().for_each(replace_nul);
            if fields.keys().any(|name| name.contains('\0')) {
                *fields = std::mem::take(fields)
                    .into_iter()
                    .map(|(name, value)| (name.replace('\0', "\u{fffd}"), value))
                    .collect();
            }
        }
        _ => {}
    }
}

fn visited(account: &WebChat, posted: &Posted<'_>) -> Result<Event, Malformed> {
    let visit: wire::Visitor = posted.read()?;
    let claimed = visit.member_id.filter(|id| !id.is_empty());
    let member =
        claimed.as_ref().is_some_and(|member_id| account.proves(member_id, visit.member_hash.as_deref()));
    // Who claims to be a member without proof is a guest, and the claim's name and address are nobody's.
    let told = if claimed.is_some() && !member { None } else { visit.profile };
    let mut told = at_page(profile(told, member), visit.page);
    told.language = visit.language.or(told.language);
    let what = match claimed.filter(|_| member) {
        Some(member_id) => What::Identified { member_id, profile: told },
        None => What::ProfileChanged(told),
    };
    posted.event(visit.client_id.as_deref(), what)
}

fn identify(account: &WebChat, posted: &Posted<'_>) -> Result<Vec<Event>, Malformed> {
    let claim: wire::Identify = posted.read()?;
    if !account.proves(&claim.member_id, Some(&claim.member_hash)) {
        return Ok(Vec::new());
    }
    let what = What::Identified { member_id: claim.member_id, profile: profile(claim.profile, true) };
    Ok(vec![posted.event(claim.client_id.as_deref(), what)?])
}

/// The well-known fields of a page's `profile` go where every platform's go; the rest keeps its name.
fn profile(told: Option<Map<String, Value>>, member: bool) -> Profile {
    let mut fields = told.unwrap_or_default();
    let mut take = |name: &str| match fields.remove(name) {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        _ => None,
    };
    let (name, language, picture_url) = (take("name"), take("language"), take("picture_url"));
    Profile { name, language, picture_url, member, fields }
}

fn at_page(mut profile: Profile, page: Option<String>) -> Profile {
    if let Some(page) = page {
        profile.fields.insert("page".to_owned(), Value::String(page));
    }
    profile
}

fn message(posted: &Posted<'_>) -> Result<Event, Malformed> {
    let message: wire::Message = posted.read()?;
    let what = match read_content(&message.content) {
        Ok(content) => What::Message(Inbound::of(Some(message.client_id.clone()), of_a_visitor(content))),
        Err(_) => What::Unsupported { name: "message".to_owned(), raw: message.content },
    };
    posted.event(Some(&message.client_id), what)
}

/// Takes from a visitor's content what a visitor may say; the rest is kept raw and shown as unsupported.
fn of_a_visitor(content: Content) -> Content {
    Content { blocks: content.blocks.into_iter().map(block_of_a_visitor).collect() }
}

fn block_of_a_visitor(block: Block) -> Block {
    match block {
        Block::Text(text) => Block::Text(Text { spans: text.spans.into_iter().map(words_only).collect() }),
        Block::Image(media) if is_stored(&media) => Block::Image(uploaded(media)),
        Block::File(media) if is_stored(&media) => Block::File(uploaded(media)),
        Block::Video(media) if is_stored(&media) => Block::Video(uploaded(media)),
        Block::Audio(media) if is_stored(&media) => Block::Audio(uploaded(media)),
        Block::Location(_) | Block::Sticker(_) => block,
        other => {
            let raw = serde_json::to_value(&other).unwrap_or_default();
            let kind = raw.get("type").and_then(Value::as_str).unwrap_or("block").to_owned();
            Block::Unsupported(Unsupported { kind, raw })
        }
    }
}

/// A visitor alerts nobody by a mention and reads no variable.
fn words_only(span: Span) -> Span {
    match span {
        Span::Text(span) => {
            let link = span.link.filter(|link| is_web(link));
            Span::Text(TextSpan { link, ..span })
        }
        Span::Mention(span) => Span::plain(format!("@{}", span.mention.name)),
        Span::Variable(span) => Span::plain(span.fallback),
    }
}

fn is_web(link: &str) -> bool {
    url::Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

fn is_stored(block: &MediaBlock) -> bool {
    matches!(block.media, Media::Stored(_))
}

/// An upload ends before the message that names it begins, so that its bytes are there.
fn uploaded(mut block: MediaBlock) -> MediaBlock {
    if let Media::Stored(stored) = &mut block.media {
        stored.state = Some(MediaState::Ready);
        stored.reason = None;
    }
    block
}

fn choice(posted: &Posted<'_>) -> Result<Event, Malformed> {
    let choice: wire::Choice = posted.read()?;
    let message = choice.message_id.parse().map_err(|_| Malformed {
        expected: "the id of a message in message_id".to_owned(),
        found: choice.message_id.chars().take(80).collect(),
    })?;
    let what = What::Postback(Postback {
        payload: choices::value_payload(message, &choice.value),
        label: choice.label,
        params: Value::Null,
    });
    posted.event(Some(&choice.client_id), what)
}

fn form(posted: &Posted<'_>) -> Result<Event, Malformed> {
    let form: wire::Form = posted.read()?;
    let what = What::FormAnswered(FormAnswered {
        message_id: form.message_id,
        answers: form.answers,
        consent: form.consent,
        external_id: Some(form.client_id.clone()),
    });
    posted.event(Some(&form.client_id), what)
}

fn start(posted: &Posted<'_>) -> Result<Event, Malformed> {
    let start: wire::Start = posted.read()?;
    let origin = match start.campaign {
        Some(campaign) => Origin { kind: OriginKind::Campaign, reference: Some(campaign) },
        None => Origin { kind: OriginKind::Page, reference: Some(start.page.clone()) },
    };
    let mut event = posted.event(start.client_id.as_deref(), What::Entered(origin))?;
    if let Some(sender) = &mut event.sender {
        sender.profile = Some(at_page(Profile::default(), Some(start.page)));
    }
    Ok(event)
}

fn seen(posted: &Posted<'_>) -> Result<Event, Malformed> {
    let seen: wire::Seen = posted.read()?;
    let what = match (seen.state, seen.message_id) {
        (SeenState::Read, external_id) => What::Read { external_id },
        (SeenState::Delivered, Some(external_id)) => What::Delivery(DeliveryReport {
            external_id,
            reference: None,
            state: ReportedState::Delivered,
            code: None,
            reason: None,
        }),
        (SeenState::Delivered, None) => {
            return Err(Malformed {
                expected: "the message_id of what the browser has received".to_owned(),
                found: "none".to_owned(),
            });
        }
    };
    posted.event(None, what)
}
