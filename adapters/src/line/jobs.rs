//! Jobs of one call: profiles, read marks, the typing sign.

use naru_core::adapter::{
    Answer, Answers, Body, Call, HttpTarget, Next, Outcome, Recipient, Repeat, Sink, Target, Words,
};
use naru_core::event::Profile;
use naru_core::settings::Language;
use serde_json::{Map, Value, json};

use super::open::Line;
use super::{failure, wire};

/// How long the typing sign stays unless a message ends it, in seconds: LINE takes 5 to 60 in steps of 5.
const TYPING_S: u32 = 20;

/// A call that may be made again.
pub(super) fn call(step: &str, method: &str, url: String, body: Body) -> Next {
    Next::Call(Box::new(Call {
        step: step.to_owned(),
        repeat: Repeat::Safe,
        target: Target::Http(HttpTarget { method: method.to_owned(), url, headers: Vec::new() }),
        body,
        parts: 0..0,
        sink: Sink::Answer,
    }))
}

/// Ends a job of one call without an answer of interest.
fn acknowledged(answer: &Answer, language: Language) -> Next {
    if answer.is_success() {
        Next::Done(Outcome::Acknowledged)
    } else {
        Next::Failed(failure::of(answer, language))
    }
}

/// Rejects what LINE cannot do, in words for the author.
pub(super) fn cannot(language: Language, words: Words) -> Next {
    Next::Failed(failure::rejected("unsupported", words, language))
}

/// Asks for a user, a member of a group or room, or the group itself.
pub(super) fn profile(line: &Line, of: &Recipient, answers: &Answers) -> Next {
    let Some(answer) = answers.get("profile") else {
        let (api, group, user) = (&line.api, encode(&of.lane), encode(&of.external_id));
        let url = match (of.lane == of.external_id, of.lane.get(..1)) {
            (true, Some("C")) => format!("{api}/v2/bot/group/{group}/summary"),
            // A room has neither name nor picture.
            (true, Some("R")) => return Next::Done(Outcome::Profile(Profile::default())),
            (false, Some("C")) => format!("{api}/v2/bot/group/{group}/member/{user}"),
            (false, Some("R")) => format!("{api}/v2/bot/room/{group}/member/{user}"),
            _ => format!("{api}/v2/bot/profile/{user}"),
        };
        return call("profile", "GET", url, Body::Empty);
    };
    match serde_json::from_slice::<wire::Profile>(&answer.body) {
        Ok(profile) if answer.is_success() => Next::Done(Outcome::Profile(known(profile))),
        _ => Next::Failed(failure::of(answer, line.language)),
    }
}

fn known(profile: wire::Profile) -> Profile {
    let mut fields = Map::new();
    if let Some(status) = profile.status_message {
        fields.insert("status_message".to_owned(), Value::String(status.replace('\0', "\u{fffd}")));
    }
    Profile {
        name: profile.display_name.or(profile.group_name).map(|name| name.replace('\0', "\u{fffd}")),
        language: profile.language,
        picture_url: profile.picture_url,
        member: false,
        fields,
    }
}

/// Marks a message and all before it as read.
pub(super) fn mark_read(line: &Line, token: Option<&str>, answers: &Answers) -> Next {
    match (answers.get("read"), token) {
        (Some(answer), _) => acknowledged(answer, line.language),
        (None, Some(token)) => {
            let url = format!("{}/v2/bot/chat/markAsRead", line.api);
            call("read", "POST", url, Body::Json(json!({ "markAsReadToken": token })))
        }
        (None, None) => cannot(
            line.language,
            Words {
                ko: "이 메시지에는 읽음 토큰이 없어 읽음으로 표시할 수 없어요.",
                en: "This message came without a read token, so it cannot be marked as read.",
            },
        ),
    }
}

/// Shows the loading sign; LINE has it in chats with one person only, and ends it by itself.
pub(super) fn typing(line: &Line, to: &Recipient, active: bool, answers: &Answers) -> Next {
    if let Some(answer) = answers.get("typing") {
        return acknowledged(answer, line.language);
    }
    if !active || to.lane != to.external_id || !to.lane.starts_with('U') {
        return Next::Done(Outcome::Acknowledged);
    }
    let url = format!("{}/v2/bot/chat/loading/start", line.api);
    call("typing", "POST", url, Body::Json(json!({"chatId": to.lane, "loadingSeconds": TYPING_S})))
}

/// One segment of a path.
pub(super) fn encode(segment: &str) -> String {
    urlencoding::encode(segment).into_owned()
}
