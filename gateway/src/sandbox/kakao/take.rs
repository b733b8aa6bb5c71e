//! What the played Kakao does with a call, and what it answers: values in, values out.

use naru_core::time::Millis;
use serde_json::{Map, Value, json};

use super::check::{self, Uploads, bubbles};
use super::code::Refusal;
use super::dealer::{self, Dealer, SENDER_KEY, kst};
use super::files::{self, Stored};
use super::hooks::{self, Occasion, Topic};
use super::{KakaoPhone, Played};
use crate::sandbox::Trouble;

/// What a call asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// A bubble in the classic spelling.
    Write,
    /// A plain bubble.
    Plain,
    /// A rich bubble.
    Rich,
    /// The end of the session.
    End,
    /// The end of the session, with a bot taking over.
    EndWithBot,
    /// The customer blocked, or unblocked.
    Block(bool),
    /// The channel's chat switched on or off.
    Chat(bool),
    /// The customer's session (Bizgo).
    Session,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Taken {
    /// The customer that it concerns; empty where it concerns none, or never reached one.
    pub(super) user: String,
    pub(super) status: u16,
    pub(super) answer: Value,
    /// Whether the answer is lost on its way.
    pub(super) lost: bool,
}

type Fields = Map<String, Value>;

impl KakaoPhone {
    /// Takes a call whose caller was `admitted`.
    pub(super) fn take(
        &self,
        dealer: Dealer,
        ask: Ask,
        admitted: Result<(), Refusal>,
        body: &Value,
        now: Millis,
    ) -> Taken {
        let writes = matches!(ask, Ask::Write | Ask::Plain | Ask::Rich);
        let trouble = if writes { self.troubles.strike() } else { None };
        let refused = |(status, answer)| Taken { user: String::new(), status, answer, lost: false };
        if self.troubles.refuses_credentials() || trouble == Some(Trouble::AuthBroken) {
            return refused(dealer.refuse(Refusal::Unauthorized));
        }
        match trouble {
            Some(Trouble::Throttled) => return refused(dealer.throttle()),
            Some(Trouble::ServerError) => return refused((500, json!("Internal Server Error"))),
            _ => {}
        }
        let fields = own_fields(dealer, body);
        let user = fields.get("user_key").and_then(Value::as_str).unwrap_or_default().to_owned();
        let call = Call { kakao: self, dealer, ask, user: &user, now };
        let done = admitted.and_then(|()| call.done(&fields, &mut self.played()));
        let (user, (status, answer)) = match done {
            Ok((seen_by, more)) => (seen_by.then(|| user.clone()), dealer.accept(now, more)),
            Err(refusal) => (Some(user.clone()), dealer.refuse(refusal)),
        };
        let answer = if matches!(ask, Ask::Chat(_)) && status == 200 { chat_answer(answer) } else { answer };
        Taken { user: user.unwrap_or_default(), status, answer, lost: trouble == Some(Trouble::LostAnswer) }
    }

    /// Takes a file and answers with its address.
    pub(super) fn upload(
        &self,
        dealer: Dealer,
        admitted: Result<(), Refusal>,
        sender: &str,
        file: Stored,
        now: Millis,
    ) -> Taken {
        let kept = admitted.and_then(|()| {
            if self.troubles.refuses_credentials() {
                return Err(Refusal::Unauthorized);
            }
            if sender != SENDER_KEY {
                return Err(Refusal::Sender);
            }
            files::check(file.purpose, &file.bytes, dealer.file_limit())?;
            let (name, size, purpose) = (file.name.clone(), file.bytes.len(), file.purpose);
            let mut played = self.played();
            let path = played.state.files.keep(file);
            let url = format!("{}{path}", played.base);
            Ok((url, name, size, purpose))
        });
        let (status, answer) = match kept {
            Ok((url, name, size, purpose)) => uploaded(dealer, now, &url, &name, size, is_image(purpose)),
            Err(refusal) => dealer.refuse(refusal),
        };
        Taken { user: String::new(), status, answer, lost: false }
    }
}

/// The call's fields in Kakao's spelling.
fn own_fields(dealer: Dealer, body: &Value) -> Fields {
    let Some(fields) = body.as_object() else { return Fields::new() };
    match dealer {
        Dealer::Bizgo => {
            let inner = fields.get("cstalk").and_then(Value::as_object).unwrap_or(fields);
            dealer::snake(inner)
        }
        _ => fields.clone(),
    }
}

fn is_image(purpose: files::Purpose) -> bool {
    matches!(purpose, files::Purpose::Image | files::Purpose::RichImage)
}

fn uploaded(dealer: Dealer, now: Millis, url: &str, name: &str, size: usize, image: bool) -> (u16, Value) {
    match (dealer, image) {
        (Dealer::Bizgo, true) => dealer.accept(now, json!({"imgUrl": url})),
        (Dealer::Bizgo, false) => {
            dealer.accept(now, json!({"fileUrl": url, "fileName": name, "size": size.to_string()}))
        }
        (_, true) => (200, json!({"code": "0000", "image": url})),
        (_, false) => (200, json!({"code": "0000", "file": url, "name": name, "size": size})),
    }
}

/// The centre's calls say 200 where the others say 0.
fn chat_answer(mut answer: Value) -> Value {
    if answer.get("code").is_some_and(|code| code == 0 || code == "0") {
        answer = json!({"code": "200"});
    }
    answer
}

/// One admitted call.
struct Call<'a> {
    kakao: &'a KakaoPhone,
    dealer: Dealer,
    ask: Ask,
    user: &'a str,
    now: Millis,
}

impl Call<'_> {
    /// Does it; tells whether the customer sees something of it, and what only this call answers.
    fn done(&self, fields: &Fields, played: &mut Played) -> Result<(bool, Value), Refusal> {
        if self.ask != Ask::Session && fields.get("sender_key").and_then(Value::as_str) != Some(SENDER_KEY) {
            return Err(Refusal::Sender);
        }
        match self.ask {
            Ask::Chat(on) => {
                played.state.chat_on = on;
                Ok((false, Value::Null))
            }
            _ if !played.state.knows(self.user) => Err(Refusal::UserKey),
            Ask::Write | Ask::Plain | Ask::Rich => self.write(fields, played),
            Ask::End | Ask::EndWithBot => self.end(fields, played),
            Ask::Block(blocked) => {
                played.state.block(self.user, blocked);
                if blocked {
                    self.close(played);
                }
                Ok((true, Value::Null))
            }
            Ask::Session => Ok((false, self.session(played))),
        }
    }

    fn write(&self, fields: &Fields, played: &mut Played) -> Result<(bool, Value), Refusal> {
        let allowed = played.state.may_write(self.user, self.now);
        // Bizgo takes the call first and tells later that nobody could be reached.
        if self.dealer != Dealer::Bizgo {
            allowed?;
        }
        let uploads = Uploads { files: &played.state.files, base: &played.base };
        match self.ask {
            Ask::Write => check::classic(fields, uploads)?,
            Ask::Plain => bubbles::plain(fields, uploads)?,
            _ => bubbles::rich(fields, uploads)?,
        }
        if self.dealer == Dealer::Bizgo {
            let key = self.result(played, "write", fields, allowed);
            if allowed.is_ok() {
                played.unseen.insert(self.user.to_owned());
            }
            return Ok((allowed.is_ok(), json!({"msgKey": key})));
        }
        let serial = fields.get("serial_number").and_then(Value::as_str).unwrap_or_default();
        played.state.take_serial(serial)?;
        Ok((true, Value::Null))
    }

    fn end(&self, fields: &Fields, played: &mut Played) -> Result<(bool, Value), Refusal> {
        let session = played.state.session(self.user).map(str::to_owned);
        if self.dealer == Dealer::Bizgo {
            let allowed = session.map(|_| ()).ok_or(Refusal::Session);
            let request = if self.ask == Ask::End { "end" } else { "endwithbot" };
            let key = self.result(played, request, fields, allowed);
            self.close(played);
            return Ok((true, json!({"msgKey": key})));
        }
        match (session, self.ask) {
            (Some(session), ask) => {
                self.close(played);
                let name = if ask == Ask::End { "sessionId" } else { "session_id" };
                Ok((true, json!({name: session})))
            }
            (None, Ask::End) => Err(Refusal::Session),
            (None, _) => Ok((true, Value::Null)),
        }
    }

    fn close(&self, played: &mut Played) {
        let hook = played.end(&self.kakao.tape, self.user, self.now);
        played.pending.extend(hook);
    }

    /// Puts Bizgo's later result among what is to be posted, and tells its key.
    fn result(
        &self,
        played: &mut Played,
        request: &str,
        fields: &Fields,
        allowed: Result<(), Refusal>,
    ) -> String {
        let number = played.state.next_number();
        let key = hooks::message_key(self.now, number);
        let session = played.state.session(self.user).unwrap_or_default().to_owned();
        let occasion =
            Occasion { dealer: Dealer::Bizgo, user: self.user, session: &session, at: self.now, number };
        let code = allowed.map_or_else(
            |refusal| (refusal.code().to_string(), refusal.name()),
            |()| ("A000".to_owned(), "Success"),
        );
        let reference = fields.get("ref").and_then(Value::as_str);
        let body = hooks::result(occasion, &key, request, reference, (&code.0, code.1));
        played.pending.push(hooks::hook(Dealer::Bizgo, Topic::Result, &body));
        key
    }

    fn session(&self, played: &Played) -> Value {
        let session = played.state.session(self.user).zip(played.state.expires(self.user));
        session.map_or(Value::Null, |(id, expires)| {
            json!({"session": {
                "sessionId": id.parse::<u64>().unwrap_or(0),
                "senderKey": SENDER_KEY,
                "startedType": "UM",
                "expiredAt": kst(expires),
            }})
        })
    }
}
