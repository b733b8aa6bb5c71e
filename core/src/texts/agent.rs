//! What agents read when a message cannot go out. Each refusal says that nothing was sent, why, and what would help.

use jiff::tz::TimeZone;

use super::{day_and_time, pick};
use crate::settings::Language;
use crate::time::Millis;

/// Kakao's session is over; Kakao does not say why.
pub fn kakao_session_ended(language: Language, at: Millis, zone: &TimeZone) -> String {
    let when = day_and_time(language, at, zone);
    match language {
        Language::Ko => format!(
            "보내지 않았어요. 카카오 상담이 {when}에 끝났습니다(이유는 카카오가 알려 주지 않아요). 고객이 다시 말을 걸면 답할 수 있어요."
        ),
        Language::En => format!(
            "Not sent. The Kakao session ended {when} (Kakao does not say why). You can answer once the customer writes again."
        ),
    }
}

/// On Kakao the customer must write first.
pub fn kakao_never_opened(language: Language) -> &'static str {
    pick(
        language,
        "보내지 않았어요. 카카오에서는 고객이 먼저 말을 걸어야 해요.",
        "Not sent. On Kakao the customer must write first.",
    )
}

/// Meta's 24 hours are over, and the channel may not use the seven days.
pub fn instagram_window(language: Language) -> &'static str {
    pick(
        language,
        "보내지 않았어요. 마지막 고객 메시지에서 24시간이 지났습니다. 상담원 답장은 7일까지 되지만 이 채널은 Meta 승인이 없어요.",
        "Not sent. 24 h have passed since the customer wrote. Agents may have 7 days, but Meta has not granted it to this channel.",
    )
}

/// Another platform's session is over, or was never opened (`ended` is `None`).
pub fn session_closed(language: Language, platform: &str, ended: Option<Millis>, zone: &TimeZone) -> String {
    let when = ended.map(|at| day_and_time(language, at, zone));
    match (language, when) {
        (Language::Ko, Some(when)) => format!(
            "보내지 않았어요. {platform} 상담이 {when}에 끝났습니다. 고객이 다시 말을 걸면 답할 수 있어요."
        ),
        (Language::Ko, None) => {
            format!("보내지 않았어요. {platform}에서는 고객이 먼저 말을 걸어야 해요.")
        }
        (Language::En, Some(when)) => format!(
            "Not sent. The {platform} session ended {when}. You can answer once the customer writes again."
        ),
        (Language::En, None) => format!("Not sent. On {platform} the customer must write first."),
    }
}

/// The channel is paused by an admin.
pub fn channel_paused(language: Language) -> &'static str {
    pick(
        language,
        "보내지 않았어요. 이 채널은 일시 중지되어 있어요. 채널 화면에서 다시 켜 주세요.",
        "Not sent. This channel is paused. Resume it on the channel's page.",
    )
}

/// The customer wants no messages.
pub fn opted_out(language: Language) -> &'static str {
    pick(
        language,
        "보내지 않았어요. 고객이 메시지를 받지 않겠다고 했어요.",
        "Not sent. The customer does not want messages.",
    )
}

/// What a refusal offers instead: another way to the customer.
pub fn send_by_sms(language: Language) -> &'static str {
    pick(language, "문자로 보내기", "Send SMS")
}

/// What a refusal offers instead: to keep the words inside.
pub fn keep_as_note(language: Language) -> &'static str {
    pick(language, "내부 대화로 남기기", "Keep as note")
}
