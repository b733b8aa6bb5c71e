//! Everything but sending: profiles, media, read marks, the typing sign, and who we are.

use naru_core::adapter::{
    AdapterIdentity, Answer, Answers, Body, Call, Failure, HttpTarget, Next, Outcome, Recipient, Repeat,
    Sink, Target,
};
use naru_core::event::Profile;
use naru_core::settings::Language;
use naru_core::time::SECOND;
use serde_json::{Value, json};

use super::open::Line;
use super::{failure, wire};

/// How long the typing sign stays unless a message ends it, in seconds: LINE takes 5 to 60 in steps of 5.
const TYPING_S: u32 = 20;
/// How long to wait for a video that LINE is still preparing, in milliseconds.
const PREPARING: i64 = 5 * SECOND;

/// A call that may be made again.
fn call(step: &str, method: &str, url: String, body: Body) -> Next {
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
fn acknowledged(answer: &Answer) -> Next {
    if answer.is_success() { Next::Done(Outcome::Acknowledged) } else { Next::Failed(failure::of(answer)) }
}

/// Rejects what LINE cannot do, in words for the author.
pub(super) fn cannot(language: Language, ko: &str, en: &str) -> Next {
    let reason = match language {
        Language::Ko => ko,
        Language::En => en,
    };
    Next::Failed(Failure::Rejected { code: "unsupported".to_owned(), reason: reason.to_owned() })
}

/// Asks for a user, a member of a group or room, or the group itself.
pub(super) fn profile(line: &Line, of: &Recipient, answers: &Answers) -> Next {
    let Some(answer) = answers.get("profile") else {
        let (api, lane, user) = (&line.api, encode(&of.lane), encode(&of.external_id));
        let url = match (of.lane == of.external_id, of.lane.get(..1)) {
            (true, Some("C")) => format!("{api}/v2/bot/group/{lane}/summary"),
            // A room has neither name nor picture.
            (true, Some("R")) => return Next::Done(Outcome::Profile(Profile::default())),
            (false, Some("C")) => format!("{api}/v2/bot/group/{lane}/member/{user}"),
            (false, Some("R")) => format!("{api}/v2/bot/room/{lane}/member/{user}"),
            _ => format!("{api}/v2/bot/profile/{user}"),
        };
        return call("profile", "GET", url, Body::Empty);
    };
    match serde_json::from_slice::<wire::Profile>(&answer.body) {
        Ok(profile) if answer.is_success() => Next::Done(Outcome::Profile(known(profile))),
        _ => Next::Failed(failure::of(answer)),
    }
}

fn known(profile: wire::Profile) -> Profile {
    let mut fields = serde_json::Map::new();
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

/// Fetches what a customer sent. A large video is prepared first; LINE says 202 until then.
pub(super) fn media(line: &Line, reference: &str, answers: &Answers) -> Next {
    let url = format!("{}/v2/bot/message/{}/content", line.content, encode(reference));
    let Some(first) = answers.get("content") else { return fetch("content", url) };
    if first.status != 202 {
        return fetched(first);
    }
    let Some(status) = answers.get("transcoding") else {
        return call("transcoding", "GET", format!("{url}/transcoding"), Body::Empty);
    };
    if !status.is_success() {
        return Next::Failed(failure::of(status));
    }
    match status.json().unwrap_or_default()["status"].as_str() {
        Some("succeeded") => {
            answers.get("content-again").map_or_else(|| fetch("content-again", url), fetched)
        }
        Some("failed") => Next::Failed(Failure::Rejected {
            code: "transcoding".to_owned(),
            reason: "LINE could not prepare the video or recording".to_owned(),
        }),
        _ => preparing(),
    }
}

fn fetch(step: &str, url: String) -> Next {
    let Next::Call(fetch) = call(step, "GET", url, Body::Empty) else { unreachable!("`call` makes a call") };
    Next::Call(Box::new(Call { sink: Sink::Media, ..*fetch }))
}

fn fetched(answer: &Answer) -> Next {
    match (&answer.stored, answer.status) {
        (Some(stored), 200) => Next::Done(Outcome::Media(stored.clone())),
        (None, 200) | (_, 202) => preparing(),
        _ => Next::Failed(failure::of(answer)),
    }
}

fn preparing() -> Next {
    let reason = "LINE is still preparing the content".to_owned();
    Next::Failed(Failure::Retry { reason, after_ms: Some(PREPARING) })
}

/// Marks a message and all before it as read.
pub(super) fn mark_read(line: &Line, token: Option<&str>, answers: &Answers) -> Next {
    match (answers.get("read"), token) {
        (Some(answer), _) => acknowledged(answer),
        (None, Some(token)) => {
            let url = format!("{}/v2/bot/chat/markAsRead", line.api);
            call("read", "POST", url, Body::Json(json!({ "markAsReadToken": token })))
        }
        (None, None) => cannot(
            line.language,
            "이 메시지에는 읽음 토큰이 없어 읽음으로 표시할 수 없어요.",
            "This message came without a read token, so it cannot be marked as read.",
        ),
    }
}

/// Shows the loading sign; LINE has it in chats with one person only, and ends it by itself.
pub(super) fn typing(line: &Line, to: &Recipient, active: bool, answers: &Answers) -> Next {
    if let Some(answer) = answers.get("typing") {
        return acknowledged(answer);
    }
    if !active || to.lane != to.external_id || !to.lane.starts_with('U') {
        return Next::Done(Outcome::Acknowledged);
    }
    let url = format!("{}/v2/bot/chat/loading/start", line.api);
    call("typing", "POST", url, Body::Json(json!({"chatId": to.lane, "loadingSeconds": TYPING_S})))
}

/// Asks who we are, and whether LINE would call us at all.
pub(super) fn check(line: &Line, answers: &Answers) -> Next {
    let Some(info) = answers.get("info") else {
        return call("info", "GET", format!("{}/v2/bot/info", line.api), Body::Empty);
    };
    if !info.is_success() {
        return Next::Failed(failure::of(info));
    }
    if answers.get("webhook").is_none() {
        return call("webhook", "GET", format!("{}/v2/bot/channel/webhook/endpoint", line.api), Body::Empty);
    }
    match identity(line.language, answers) {
        Some(identity) => Next::Done(Outcome::Checked(identity)),
        None => Next::Failed(Failure::Retry {
            reason: "expected the bot's userId from /v2/bot/info, found none".to_owned(),
            after_ms: None,
        }),
    }
}

/// Who the credentials belong to, as the answers of a check say.
pub(super) fn identity(language: Language, answers: &Answers) -> Option<AdapterIdentity> {
    let info: wire::BotInfo = serde_json::from_slice(&answers.get("info")?.body).ok()?;
    let mut remarks = Vec::new();
    let mut remark =
        |ko: &str, en: &str| remarks.push(if language == Language::Ko { ko } else { en }.to_owned());
    if info.chat_mode.as_deref() == Some("bot") {
        remark(
            "LINE 공식 계정 관리자의 응답 설정에서 채팅이 꺼져 있어, 읽음 표시를 보내도 효과가 없습니다.",
            "Chat is off in the response settings of LINE Official Account Manager, so read marks have no effect.",
        );
    } else {
        remark(
            "LINE 공식 계정 관리자에서 직원이 쓴 글은 나루에 보이지 않습니다(LINE이 알려 주지 않음).",
            "What staff write in LINE Official Account Manager is not shown here: LINE does not tell it.",
        );
    }
    match answers
        .get("webhook")
        .map(|answer| (answer, serde_json::from_slice::<wire::WebhookEndpoint>(&answer.body)))
    {
        Some((answer, _)) if answer.status == 404 => remark(
            "LINE Developers 콘솔에 웹훅 주소가 아직 없습니다. 이 채널의 웹훅 주소를 붙여 넣으세요.",
            "No webhook URL is set in the LINE Developers Console yet. Paste this channel's address there.",
        ),
        Some((answer, Ok(endpoint))) if answer.is_success() && !endpoint.active => remark(
            "LINE Developers 콘솔에서 Use webhook이 꺼져 있어 메시지가 들어오지 않습니다.",
            "\"Use webhook\" is off in the LINE Developers Console, so no message comes in.",
        ),
        _ => {}
    }
    Some(AdapterIdentity {
        name: info.display_name.or(info.basic_id).unwrap_or_else(|| info.user_id.clone()),
        id: info.user_id,
        remarks,
    })
}

fn encode(segment: &str) -> String {
    urlencoding::encode(segment).into_owned()
}
