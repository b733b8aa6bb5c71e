//! What customers do with their phones, and what the played Kakao posts because of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use naru_core::time::Millis;
use serde_json::{Map, Value, json};

use super::Played;
use super::dealer::Dealer;
use super::files::{Purpose, Stored};
use super::hooks::{self, Occasion, Topic};
use crate::sandbox::{Act, Hook, Tape};

/// What a customer types to end the session.
const END_COMMAND: &str = "!종료";

type Fields = Map<String, Value>;

/// One customer acting at one moment.
pub(super) struct Acting<'a> {
    pub(super) played: &'a mut Played,
    pub(super) tape: &'a Tape,
    pub(super) user: &'a str,
    pub(super) at: Millis,
}

impl Acting<'_> {
    /// Does it; the sentence says why it is impossible.
    pub(super) fn act(&mut self, act: &Act) -> Result<Vec<Hook>, String> {
        match act {
            Act::Unblock => return Ok(self.unblock()),
            Act::Unsend => return Err(
                "카카오톡은 메시지 삭제를 알려 주지 않아요. / KakaoTalk tells nobody of a deleted message."
                    .to_owned(),
            ),
            _ if self.played.state.has_blocked(self.user) => {
                return Err("채널을 차단한 상태예요. / You have blocked the channel.".to_owned());
            }
            Act::Leave => return self.leave(),
            Act::Block => return Ok(self.block()),
            _ if self.played.state.is_blocked(self.user) => {
                return Err(
                    "채널이 이 고객을 차단했어요. / The channel has blocked this customer.".to_owned()
                );
            }
            _ => {}
        }
        match act {
            Act::Text { text } => Ok(self.text(text)),
            Act::File { name, mime, data } => self.file(name, mime, data),
            Act::Sticker { package_id, sticker_id } => {
                let contents = json!([{"package_id": package_id, "sticker_id": sticker_id}]);
                Ok(self.say("emoticon", contents, Fields::new()))
            }
            Act::Tap { button } => self.tap(button),
            Act::Enter { reference } => Ok(self.enter(reference.as_deref())),
            Act::Leave | Act::Block | Act::Unblock | Act::Unsend => Ok(Vec::new()),
        }
    }

    /// Long texts arrive as a beginning and a file: over 1,000 characters, at Bizgo over 4,000.
    fn text(&mut self, text: &str) -> Vec<Hook> {
        let (limit, kept) = if self.played.dealer == Dealer::Bizgo { (4_000, 4_000) } else { (1_000, 300) };
        let mut own = Fields::new();
        let mut words = text.to_owned();
        if text.chars().count() > limit {
            words = text.chars().take(kept).collect();
            let url =
                self.keep("text.txt", "text/plain; charset=utf-8", Bytes::copy_from_slice(text.as_bytes()));
            own.insert("attachment".to_owned(), json!({"url": url}));
        }
        let mut hooks = self.say("text", self.words(&words), own);
        if text.trim() == END_COMMAND {
            hooks.extend(self.end());
        }
        hooks
    }

    /// Kakao lists strings, Bizgo objects.
    fn words(&self, text: &str) -> Value {
        if self.played.dealer == Dealer::Bizgo { json!([{"comment": text}]) } else { json!([text]) }
    }

    fn file(&mut self, name: &str, mime: &str, data: &str) -> Result<Vec<Hook>, String> {
        let bytes = STANDARD
            .decode(data)
            .map_err(|error| format!("expected base64, found something else: {error}"))?;
        let kind = match mime.split('/').next() {
            Some("image") => "photo",
            Some("video") => "video",
            Some("audio") => "audio",
            _ => "file",
        };
        let url = self.keep(name, mime, Bytes::from(bytes));
        Ok(self.say(kind, json!([{"url": url}]), Fields::new()))
    }

    fn keep(&mut self, name: &str, mime: &str, bytes: Bytes) -> String {
        let file = Stored { name: name.to_owned(), mime: mime.to_owned(), bytes, purpose: Purpose::Inbound };
        format!("{}{}", self.played.base, self.played.state.files.keep(file))
    }

    /// `BK` and `MD` answer with the caption, `BT` hands over to the bot and so ends the session, the others open
    /// something on the phone.
    fn tap(&mut self, button: &Value) -> Result<Vec<Hook>, String> {
        let field = |name: &str| button.get(name).and_then(Value::as_str);
        let caption = field("name").ok_or("expected a button with a name, found none")?.to_owned();
        let extra = field("extra").or_else(|| field("chat_extra")).map(str::to_owned);
        match field("type") {
            Some("BK" | "MD") => {
                let own = extra.map(|extra| ("extra".to_owned(), json!(extra))).into_iter().collect();
                Ok(self.say("text", self.words(&caption), own))
            }
            Some("BT") => Ok(self.end()),
            Some("WL" | "AL" | "BF") => Ok(Vec::new()),
            other => Err(format!("expected a button's type, found {other:?}")),
        }
    }

    /// The consult button opens the session before a word is said.
    fn enter(&mut self, extra: Option<&str>) -> Vec<Hook> {
        let Some((session, _)) = self.played.state.speak(self.user, self.at) else { return Vec::new() };
        vec![self.refer(&session, extra, true)]
    }

    /// A message; the first of a session is followed by its reference, as Kakao does it. At Bizgo, what was sent
    /// before is reported as seen.
    fn say(&mut self, kind: &str, contents: Value, own: Fields) -> Vec<Hook> {
        let Some((session, begins)) = self.played.state.speak(self.user, self.at) else { return Vec::new() };
        let mut posted = Vec::new();
        if self.played.dealer == Dealer::Bizgo && self.played.unseen.remove(self.user) {
            let number = self.played.state.next_number();
            let body = hooks::seen(self.occasion(&session, number));
            posted.push(hooks::hook(self.played.dealer, Topic::Seen, &body));
        }
        let number = self.played.state.next_serial(self.at);
        let mut fields = Fields::from_iter([("contents".to_owned(), contents)]);
        fields.extend(own);
        let body = hooks::message(self.occasion(&session, number), kind, fields);
        self.tape.hook(self.user, self.at, &Topic::Message.suffix(self.played.dealer), body.clone());
        posted.push(hooks::hook(self.played.dealer, Topic::Message, &body));
        if begins {
            posted.push(self.refer(&session, None, false));
        }
        posted
    }

    fn refer(&mut self, session: &str, extra: Option<&str>, shown: bool) -> Hook {
        let number = self.played.state.next_number();
        let body = hooks::reference(self.occasion(session, number), extra);
        if shown {
            self.tape.hook(self.user, self.at, &Topic::Reference.suffix(self.played.dealer), body.clone());
        }
        hooks::hook(self.played.dealer, Topic::Reference, &body)
    }

    fn occasion<'s>(&'s self, session: &'s str, number: u64) -> Occasion<'s> {
        Occasion { dealer: self.played.dealer, user: self.user, session, at: self.at, number }
    }

    fn leave(&mut self) -> Result<Vec<Hook>, String> {
        let hooks = self.end();
        if hooks.is_empty() {
            return Err("열린 상담이 없어요. / There is no open session.".to_owned());
        }
        Ok(hooks)
    }

    fn block(&mut self) -> Vec<Hook> {
        self.played.state.blocks_us(self.user, true);
        self.tape.line(self.user, self.at, "blocked");
        self.end()
    }

    fn unblock(&mut self) -> Vec<Hook> {
        if self.played.state.has_blocked(self.user) {
            self.played.state.blocks_us(self.user, false);
            self.tape.line(self.user, self.at, "unblocked");
        }
        Vec::new()
    }

    fn end(&mut self) -> Vec<Hook> {
        self.played.end(self.tape, self.user, self.at).into_iter().collect()
    }
}
