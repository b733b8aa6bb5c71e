//! Asks LINE who we are, and whether it would call us at all.

use naru_core::adapter::{AdapterIdentity, Answers, Body, Failure, Next, Outcome};
use naru_core::settings::Language;

use super::jobs::call;
use super::open::Line;
use super::{failure, wire};

/// Asks who we are, and whether LINE would call us at all.
pub(super) fn next(line: &Line, answers: &Answers) -> Next {
    let Some(info) = answers.get("info") else {
        return call("info", "GET", format!("{}/v2/bot/info", line.api), Body::Empty);
    };
    if !info.is_success() {
        return Next::Failed(failure::of(info, line.language));
    }
    if answers.get("webhook").is_none() {
        return call("webhook", "GET", format!("{}/v2/bot/channel/webhook/endpoint", line.api), Body::Empty);
    }
    match identity(line.language, answers) {
        Some(identity) => Next::Done(Outcome::Checked(identity)),
        None => Next::Failed(Failure::Retry { reason: failure::reason(info, line.language), after_ms: None }),
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
