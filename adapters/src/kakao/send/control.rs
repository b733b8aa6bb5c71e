//! Ends sessions, blocks and unblocks customers, and asks whether the credentials work.

use naru_core::adapter::{AdapterIdentity, Answers, Body, Failure, Next, Outcome, Recipient, Repeat, Words};
use serde_json::{Value, json};

use super::code::{self, Purpose, Reading, pick};
use crate::kakao::flavour::Flavour;
use crate::kakao::open::Kakao;

/// A user key that no customer has: the check's call must meet nobody's session.
const NOBODY: &str = "naru_credentialcheck";

/// Ends the session. That there is none any more is as good as having ended it.
pub(in crate::kakao) fn end(kakao: &Kakao, to: &Recipient, answers: &Answers) -> Next {
    let path = if kakao.flavour == Flavour::Bizgo { "/cstalk/end" } else { "/chat/end" };
    let next = once(kakao, "end", path, user(kakao, &to.external_id), answers);
    match next {
        Next::Failed(Failure::SessionClosed { .. }) => Next::Done(Outcome::Acknowledged),
        other => other,
    }
}

/// Blocks or unblocks a customer; blocking also ends the session.
pub(in crate::kakao) fn block(kakao: &Kakao, to: &Recipient, blocked: bool, answers: &Answers) -> Next {
    let path = match (kakao.flavour == Flavour::Bizgo, blocked) {
        (false, true) => "/profile/user/block",
        (false, false) => "/profile/user/unblock",
        (true, true) => "/center/cstalk/profile/user/block",
        (true, false) => "/center/cstalk/profile/user/unblock",
    };
    let user = user(kakao, &to.external_id);
    let body = if kakao.flavour == Flavour::Bizgo { json!({"cstalk": user}) } else { user };
    once(kakao, "block", path, body, answers)
}

fn user(kakao: &Kakao, user_key: &str) -> Value {
    match kakao.flavour {
        Flavour::Bizgo => json!({"userKey": user_key}),
        Flavour::Direct | Flavour::HappytalkV1 | Flavour::HappytalkV3 => json!({"user_key": user_key}),
    }
}

/// One call, harmless when repeated, and done when it is answered well.
fn once(kakao: &Kakao, step: &str, path: &str, body: Value, answers: &Answers) -> Next {
    let Some(answer) = answers.get(step) else {
        let call = super::call(&kakao.base, path, step.to_owned(), Repeat::Safe, Body::Json(body));
        return Next::Call(Box::new(call));
    };
    match code::read(kakao.flavour, Purpose::Control, answer, kakao.language) {
        Reading::Done => Next::Done(Outcome::Acknowledged),
        Reading::MediaRefused(reason) => Next::Failed(Failure::Rejected { code: "media".to_owned(), reason }),
        Reading::Failed(failure) => Next::Failed(failure),
    }
}

/// Whether the credentials work. Kakao has no call for that question, so we ask for something harmless:
/// `/chat/end` for a customer who does not exist (it is refused for the customer only after the hub, the dealer and
/// the sender key were accepted), and at Bizgo the session of that customer, which changes nothing.
pub(in crate::kakao) fn check(kakao: &Kakao, answers: &Answers) -> Next {
    if answers.get(CHECK).is_none() {
        let call = match kakao.flavour {
            Flavour::Bizgo => {
                let path = format!("/center/cstalk/session?userKey={NOBODY}");
                super::call(&kakao.base, &path, CHECK.to_owned(), Repeat::Safe, Body::Empty)
            }
            Flavour::Direct | Flavour::HappytalkV1 | Flavour::HappytalkV3 => {
                let body = Body::Json(user(kakao, NOBODY));
                super::call(&kakao.base, "/chat/end", CHECK.to_owned(), Repeat::Safe, body)
            }
        };
        return Next::Call(Box::new(call));
    }
    match checked(kakao, answers) {
        Ok(identity) => Next::Done(Outcome::Checked(identity)),
        Err(failure) => Next::Failed(failure),
    }
}

/// Who the credentials belong to, once the check is answered well.
pub(in crate::kakao) fn identity(kakao: &Kakao, answers: &Answers) -> Option<AdapterIdentity> {
    answers.get(CHECK)?;
    checked(kakao, answers).ok()
}

const CHECK: &str = "check";

fn checked(kakao: &Kakao, answers: &Answers) -> Result<AdapterIdentity, Failure> {
    let reading =
        answers.get(CHECK).map(|answer| code::read(kakao.flavour, Purpose::Control, answer, kakao.language));
    match reading {
        Some(Reading::Failed(Failure::Rejected { code, reason })) if !proves(kakao.flavour, &code) => {
            Err(Failure::Rejected { code, reason })
        }
        Some(Reading::Failed(Failure::Rejected { code, reason })) if code == code::CHAT_OFF => {
            Ok(kakao.named(vec![reason]))
        }
        Some(Reading::Failed(
            failure @ (Failure::AuthBroken { .. }
            | Failure::Retry { .. }
            | Failure::Throttled { .. }
            | Failure::Unknown { .. }),
        )) => Err(failure),
        _ => Ok(kakao.named(remarks(kakao))),
    }
}

/// Whether a refusal speaks of the customer who does not exist, and so proves that all else was accepted.
fn proves(flavour: Flavour, code: &str) -> bool {
    match flavour {
        // The service answers only who has passed the gateway; what it thinks of nobody does not matter.
        Flavour::Bizgo => !code.starts_with("http-"),
        Flavour::Direct | Flavour::HappytalkV1 | Flavour::HappytalkV3 => {
            matches!(code, "-503" | "-511" | code::CHAT_OFF)
        }
    }
}

fn remarks(kakao: &Kakao) -> Vec<String> {
    let unproved = Words {
        ko: "비즈고는 API 키만 확인해 줘요. 발신 프로필 키는 첫 웹훅이 올 때 확인돼요.",
        en: "Bizgo proves the API key only; the sender key is proved by the first webhook.",
    };
    match kakao.flavour {
        Flavour::Bizgo => vec![pick(unproved, kakao.language).to_owned()],
        Flavour::Direct | Flavour::HappytalkV1 | Flavour::HappytalkV3 => Vec::new(),
    }
}
