//! What Kakao's and the dealers' answers mean: which are passing, which concern the channel or the session, and which
//! the author must hear of.

use naru_core::adapter::{Answer, Failure, Scope, Words};
use naru_core::settings::Language;
use serde_json::Value;

use crate::kakao::flavour::Flavour;
use crate::kakao::wire::Fields;

/// What an answer says about its call.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Reading {
    /// It worked.
    Done,
    /// Kakao does not take the medium.
    MediaRefused(String),
    /// It did not work.
    Failed(Failure),
}

/// What a call was for; a lost or unreadable answer means something else for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Bringing a medium to Kakao.
    Upload,
    /// Writing a bubble.
    Write,
    /// Everything else.
    Control,
}

/// What follows from one of Kakao's codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Rejected,
    AuthBroken,
    SessionClosed,
    Duplicate,
    MediaRefused,
    Passing,
}

struct Code {
    number: i64,
    name: &'static str,
    effect: Effect,
    words: Words,
}

const fn code(number: i64, name: &'static str, effect: Effect, ko: &'static str, en: &'static str) -> Code {
    Code { number, name, effect, words: Words { ko, en } }
}

/// Kakao's codes, as Happytalk's developer centre lists them.
#[rustfmt::skip]
const CODES: &[Code] = &[
    code(-400, "ForbiddenException", Effect::Rejected, "카카오가 이 요청을 허용하지 않았어요", "Kakao does not allow this"),
    code(-500, "UnauthorizedException", Effect::AuthBroken, "카카오 인증에 실패했어요", "Kakao does not accept the credentials"),
    code(-501, "InvalidSenderException", Effect::AuthBroken, "발신 프로필 키가 틀렸거나 상담톡이 켜져 있지 않아요", "the sender key is wrong, or its profile does not use consult talk"),
    code(-502, "InvalidSessionException", Effect::SessionClosed, "상담이 끝났거나 열린 적이 없어요. 고객이 먼저 말을 걸어야 해요", "the session is over or never was; the customer must write first"),
    code(-503, "InvalidUserKeyException", Effect::Rejected, "카카오가 이 고객을 알지 못해요", "Kakao does not know this customer"),
    code(-504, "DuplicateSerialNumberException", Effect::Duplicate, "이미 보낸 메시지예요", "this message is there already"),
    code(-505, "InvalidImageException", Effect::MediaRefused, "카카오가 이 파일을 받지 않았어요", "Kakao does not take this file"),
    code(-506, "MessageLengthOverLimitException", Effect::Rejected, "글이 카카오의 1,000자를 넘어요", "the text is longer than Kakao's 1,000 characters"),
    code(-507, "InvalidHubPartnerException", Effect::AuthBroken, "허브 파트너 키가 틀렸어요", "the hub partner key is wrong"),
    code(-508, "InvalidProfileChatStatusException", Effect::Rejected, "카카오에서 이 채널의 채팅이 꺼져 있어요", "chat is switched off for this channel at Kakao"),
    code(-509, "InvalidJsonException", Effect::Rejected, "카카오가 이 메시지 형식을 읽지 못했어요", "Kakao cannot read this message"),
    code(-510, "InvalidMessageException", Effect::Rejected, "메시지에 글, 이미지나 버튼 값이 빠져 있어요", "the message lacks a text, a picture or a button's field"),
    code(-511, "BlockedUserMessageException", Effect::Rejected, "차단한 고객이에요", "this customer is blocked"),
    code(-512, "ContractNotFoundException", Effect::AuthBroken, "이 채널의 상담톡 계약이 없어요", "there is no consult contract for this channel"),
    code(-600, "FailedToSendMessageException", Effect::Passing, "카카오가 지금 보내지 못했어요", "Kakao could not send it now"),
    code(-601, "InternalSystemErrorException", Effect::Passing, "카카오 서버에 오류가 있어요", "Kakao has a fault"),
];

/// What chat being switched off is called among Kakao's codes.
pub(super) const CHAT_OFF: &str = "-508";

/// Reads an answer.
pub(super) fn read(flavour: Flavour, purpose: Purpose, answer: &Answer, language: Language) -> Reading {
    let reader = Reader { answer, purpose, language };
    match flavour {
        Flavour::Bizgo => reader.bizgo(),
        Flavour::Direct | Flavour::HappytalkV1 | Flavour::HappytalkV3 => reader.native(),
    }
}

/// What the platform has no call for.
pub(in crate::kakao) fn not_available(language: Language) -> Failure {
    let words = Words {
        ko: "카카오 상담톡에는 없는 기능이에요", en: "KakaoTalk consult cannot do this"
    };
    Failure::Rejected { code: "not-available".to_owned(), reason: pick(words, language).to_owned() }
}

/// A call whose answer never came, where a second one would write twice.
pub(super) fn lost(language: Language) -> Failure {
    let words = Words {
        ko: "답이 오지 않아 보냈는지 알 수 없어요. 두 번 보내지 않으려고 다시 보내지 않았어요",
        en: "no answer came; it was not sent again, because that could send it twice",
    };
    Failure::Unknown { reason: pick(words, language).to_owned() }
}

pub(super) fn pick(words: Words, language: Language) -> &'static str {
    match language {
        Language::Ko => words.ko,
        Language::En => words.en,
    }
}

struct Reader<'a> {
    answer: &'a Answer,
    purpose: Purpose,
    language: Language,
}

impl Reader<'_> {
    /// The status comes first: no code makes a 429 anything else, and without a 2xx nothing has worked.
    fn native(&self) -> Reading {
        let json = self.answer.json();
        let fields = json.as_ref().and_then(Value::as_object).map(Fields);
        let told = fields.and_then(|fields| fields.text("code"));
        let said = fields.and_then(|fields| fields.text("message"));
        if self.answer.status == 429 {
            return Reading::Failed(self.throttled());
        }
        let number = told.as_deref().and_then(|digits| digits.trim().parse::<i64>().ok());
        if let Some(code) = CODES.iter().find(|code| number == Some(code.number)) {
            return self.known(code, said.as_deref());
        }
        match (self.answer.is_success(), number) {
            (true, Some(0)) => Reading::Done,
            // The centre's calls (block, chat on and off) may say 200.
            (true, Some(200)) if self.purpose == Purpose::Control => Reading::Done,
            (true, None) => Reading::Failed(self.unreadable()),
            (true, Some(_)) => self.rejected(told.unwrap_or_default(), said.as_deref()),
            (false, _) => self.by_status(said.as_deref()),
        }
    }

    fn known(&self, code: &Code, said: Option<&str>) -> Reading {
        let mut reason = format!("{} ({} {})", pick(code.words, self.language), code.number, code.name);
        if let Some(said) = said.filter(|said| *said != code.name) {
            reason = format!("{reason}: {}", short(said));
        }
        Reading::Failed(match code.effect {
            // Our serial numbers are unique: the bubble that Kakao has by this number is this one.
            Effect::Duplicate => return Reading::Done,
            Effect::MediaRefused => return Reading::MediaRefused(reason),
            Effect::Rejected => Failure::Rejected { code: code.number.to_string(), reason },
            Effect::AuthBroken => Failure::AuthBroken { reason },
            Effect::SessionClosed => Failure::SessionClosed { reason },
            Effect::Passing => Failure::Retry { reason, after_ms: self.answer.retry_after_ms() },
        })
    }

    /// Two layers: the gateway's `common.authCode`, then the service's `data.code`.
    fn bizgo(&self) -> Reading {
        let json = self.answer.json();
        let fields = json.as_ref().and_then(Value::as_object).map(Fields);
        let common = fields.and_then(|fields| fields.object("common"));
        let data = fields.and_then(|fields| fields.object("data"));
        let gate = common.and_then(|common| common.text("authCode"));
        let code = data.and_then(|data| data.text("code"));
        let said = data
            .and_then(|data| data.text("result"))
            .or_else(|| common.and_then(|common| common.text("authResult")));
        if self.answer.status == 429 || code.as_deref() == Some("A020") {
            return Reading::Failed(self.throttled());
        }
        match (gate.as_deref(), code.as_deref()) {
            (Some("A401" | "A403"), _) => Reading::Failed(self.auth_broken(gate.as_deref())),
            (Some("A000") | None, Some(code)) => self.bizgo_service(code, said.as_deref()),
            (Some(gate), _) if gate != "A000" => self.bizgo_other(gate, said.as_deref()),
            _ if self.answer.is_success() => Reading::Failed(self.unreadable()),
            _ => self.by_status(said.as_deref()),
        }
    }

    fn bizgo_service(&self, code: &str, said: Option<&str>) -> Reading {
        let kakao = CODES.iter().find(|known| code.parse() == Ok(known.number));
        match code {
            "A000" if self.answer.is_success() => Reading::Done,
            "A000" => self.by_status(said),
            "A910" | "A920" | "A999" => {
                Reading::Failed(self.fault(&format!("{code} {}", said.unwrap_or_default())))
            }
            _ if kakao.is_some() => kakao.map_or(Reading::Done, |known| self.known(known, said)),
            _ if is_file_code(code) => Reading::MediaRefused(refusal(code, said, self.language)),
            _ => self.bizgo_other(code, said),
        }
    }

    fn bizgo_other(&self, code: &str, said: Option<&str>) -> Reading {
        match self.answer.status {
            401 | 403 | 404 | 405 | 408 | 500..=599 => self.by_status(said),
            _ => self.rejected(code.to_owned(), said),
        }
    }

    fn by_status(&self, said: Option<&str>) -> Reading {
        let status = self.answer.status;
        match status {
            401 | 403 => Reading::Failed(self.auth_broken(said)),
            404 | 405 | 300..=399 => Reading::Failed(self.wrong_address()),
            408 | 500..=599 => Reading::Failed(self.fault(&format!("HTTP {status}"))),
            413 | 415 if self.purpose == Purpose::Upload => {
                Reading::MediaRefused(refusal(&format!("HTTP {status}"), said, self.language))
            }
            _ => self.rejected(format!("http-{status}"), said),
        }
    }

    fn rejected(&self, code: String, said: Option<&str>) -> Reading {
        let reason = refusal(&code, said, self.language);
        Reading::Failed(Failure::Rejected { code, reason })
    }

    fn auth_broken(&self, said: Option<&str>) -> Failure {
        let words = Words {
            ko: "인증에 실패했어요. 키와 등록된 서버 IP를 확인해 주세요",
            en: "the credentials were not accepted; check the keys and the registered IP address",
        };
        let said = said.map_or_else(String::new, |said| format!(": {}", short(said)));
        let reason = format!("{} (HTTP {}){said}", pick(words, self.language), self.answer.status);
        Failure::AuthBroken { reason }
    }

    fn wrong_address(&self) -> Failure {
        let words = Words {
            ko: "그 주소에 API가 없어요. API 주소를(직접 연결이면 허브 파트너 키도) 확인해 주세요",
            en: "there is no API at that address; check the API address (and the hub partner key, if you have one)",
        };
        Failure::AuthBroken {
            reason: format!("{} (HTTP {})", pick(words, self.language), self.answer.status),
        }
    }

    fn throttled(&self) -> Failure {
        let words = Words { ko: "너무 빨리 보냈어요", en: "too many calls" };
        let reason = format!("{} (HTTP {})", pick(words, self.language), self.answer.status);
        Failure::Throttled { reason, after_ms: self.answer.retry_after_ms(), scope: Scope::Channel }
    }

    /// A fault on the other side. Whether a bubble was written before it cannot be known where a repetition would
    /// write it twice.
    fn fault(&self, said: &str) -> Failure {
        let words = Words { ko: "상대 서버에 오류가 있어요", en: "the other side has a fault" };
        let reason = format!("{} ({})", pick(words, self.language), short(said.trim()));
        Failure::Retry { reason, after_ms: self.answer.retry_after_ms() }
    }

    fn unreadable(&self) -> Failure {
        let words = Words {
            ko: "답을 읽지 못했어요. 결과 코드가 있는 JSON이 와야 해요",
            en: "expected JSON with a result code, found something else",
        };
        let reason = format!("{} (HTTP {})", pick(words, self.language), self.answer.status);
        Failure::Retry { reason, after_ms: None }
    }
}

/// Bizgo's A2xx are about files.
fn is_file_code(code: &str) -> bool {
    code.len() == 4 && code.starts_with("A2")
}

fn refusal(code: &str, said: Option<&str>, language: Language) -> String {
    let words = Words { ko: "보내지 못했어요", en: "it was refused" };
    let said = said.map_or_else(String::new, |said| format!(": {}", short(said)));
    format!("{} ({code}){said}", pick(words, language))
}

/// A sentence of the other side, cut to what a line can show.
fn short(text: &str) -> String {
    const LONGEST: usize = 200;
    if text.chars().count() <= LONGEST {
        text.to_owned()
    } else {
        text.chars().take(LONGEST).chain(['…']).collect()
    }
}

/// Turns "again later" into "cannot be known" for a call that must not be repeated.
pub(super) fn once_only(reading: Reading) -> Reading {
    match reading {
        Reading::Failed(Failure::Retry { reason, .. }) => Reading::Failed(Failure::Unknown { reason }),
        other => other,
    }
}

#[cfg(test)]
mod tests;
