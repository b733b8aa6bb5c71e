//! Why a message is not accepted, as a problem with a sentence for the agent.

use http::{HeaderMap, header};
use jiff::tz::TimeZone;
use naru_core::session::Refusal;
use naru_core::settings::Language;
use naru_core::texts;

use super::problem::{Problem, Slug};
use crate::app::App;
use crate::channels::Channel;
use crate::outbox::SendError;

/// The problem that tells why a message is not accepted, in the language that the client asks for.
pub(super) fn problem(app: &App, headers: &HeaderMap, error: SendError) -> Problem {
    let language = asked_language(headers);
    match error {
        SendError::NotFound(what) => Problem::new(Slug::NotFound, format!("there is no such {what}")),
        SendError::Paused => {
            Problem::new(Slug::ChannelPaused, texts::channel_paused(language.unwrap_or(app.config.locale)))
        }
        SendError::Blocked => Problem::new(Slug::Blocked, error.to_string()),
        SendError::OptedOut => Problem::new(Slug::OptedOut, error.to_string()),
        SendError::Refused { refusal, channel_id } => {
            let channel = app.channels.find(&channel_id);
            let sentence = channel.map(|channel| sentence(app, &channel, &refusal, language));
            Problem::new(Slug::SessionClosed, sentence.unwrap_or_else(|| "the session is closed".to_owned()))
        }
        SendError::Rejected(rejection) => {
            let pointer = format!("/content{}", rejection.path);
            Problem::new(Slug::Rejected, rejection.detail).with_place(pointer)
        }
        SendError::WouldLose(report) => {
            let mut problem =
                Problem::new(Slug::WouldLose, "nothing was sent, because something would be lost");
            problem.errors = report
                .lost
                .into_iter()
                .map(|loss| naru_core::content::Pointed {
                    pointer: format!("/content{}", loss.path),
                    detail: loss.detail,
                })
                .collect();
            problem
        }
        SendError::Mismatch => Problem::new(
            Slug::IdempotencyMismatch,
            "the Idempotency-Key was used for another body or conversation: choose a new one",
        ),
        SendError::Store(error) => error.into(),
    }
}

/// The language of `Accept-Language`, where it names one.
fn asked_language(headers: &HeaderMap) -> Option<Language> {
    let tag = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?.split([',', ';']).next()?.trim();
    (!tag.is_empty() && tag != "*").then(|| Language::of_tag(tag))
}

/// What a refusal says to an agent.
pub(super) fn sentence(
    app: &App,
    channel: &Channel,
    refusal: &Refusal,
    language: Option<Language>,
) -> String {
    let language = language.unwrap_or(channel.common.language);
    let zone = TimeZone::get(&app.config.time_zone).unwrap_or(TimeZone::UTC);
    let is_kakao = channel.capabilities.session.kind == "kakao_session";
    let title = match language {
        Language::Ko => channel.platform.title.ko,
        Language::En => channel.platform.title.en,
    };
    match refusal {
        Refusal::NeverOpened if is_kakao => texts::kakao_never_opened(language).to_owned(),
        Refusal::NeverOpened => texts::session_closed(language, title, None, &zone),
        Refusal::Ended { at, .. } if is_kakao => texts::kakao_session_ended(language, *at, &zone),
        Refusal::Ended { at, .. } | Refusal::WindowOver { at, .. } => {
            texts::session_closed(language, title, Some(*at), &zone)
        }
    }
}
