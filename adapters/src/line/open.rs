//! Opens an entered account, and answers the contract with the modules beside it.

use naru_core::adapter::{
    Account, AccountError, Adapter, AdapterIdentity, Answers, Call, Failure, Job, Malformed, Next, Outcome,
    Receipt, Request, Signed, Target, Verdict, Words,
};
use naru_core::event::Event;
use naru_core::settings::Language;
use naru_core::time::Millis;

use super::token::Credentials;
use super::{check, failure, jobs, media, receive, send, token, verify};

/// An opened account.
pub(super) struct Line {
    /// The secrets that webhooks may be signed with: the current one, then those replaced lately.
    pub(super) secrets: Vec<String>,
    /// What signs calls.
    pub(super) credentials: Credentials,
    /// Host of the API, without a slash at its end.
    pub(super) api: String,
    /// Host of the content, without a slash at its end.
    pub(super) content: String,
    /// The bot's user id; empty before the first check.
    pub(super) identity: String,
    /// The language of words for people.
    pub(super) language: Language,
}

/// Opens an account; fails on what is missing or cannot be meant.
pub(super) fn open(account: &Account) -> Result<Box<dyn Adapter>, AccountError> {
    let mut secrets = vec![account.credential("channel_secret")?.expose().to_owned()];
    let previous = account.previous.get("channel_secret").into_iter().flatten();
    secrets.extend(previous.map(|secret| secret.expose().to_owned()).filter(|secret| !secret.is_empty()));
    Ok(Box::new(Line {
        secrets,
        credentials: Credentials::read(account)?,
        api: base(account, "api_base", super::API_BASE)?,
        content: base(account, "content_base", super::CONTENT_BASE)?,
        identity: account.identity.clone(),
        language: if account.setting("language") == Some("en") { Language::En } else { Language::Ko },
    }))
}

fn base(account: &Account, field: &'static str, default: &str) -> Result<String, AccountError> {
    let text = account.setting(field).unwrap_or(default);
    let sound = url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none()
    });
    if sound {
        return Ok(text.trim_end_matches('/').to_owned());
    }
    let detail = format!("expected an http or https address without a query, found \"{text}\"");
    Err(AccountError { field, detail })
}

impl Adapter for Line {
    fn verify(&self, request: &Request, _now: Millis) -> Verdict {
        verify::verify(&self.secrets, &self.identity, request)
    }

    fn receive(&self, request: &Request) -> Result<Vec<Event>, Malformed> {
        receive::receive(&request.body)
    }

    fn next(&self, job: &Job, answers: &Answers, _now: Millis) -> Next {
        match job {
            Job::Send(outgoing) => send::next(self, outgoing, answers),
            Job::Profile { of } => jobs::profile(self, of, answers),
            Job::Media { reference } => media::next(self, reference, answers),
            Job::Token => token::next(&self.api, answers.get(token::STEP), self.language),
            Job::Check => check::next(self, answers),
            Job::MarkRead { token, .. } => jobs::mark_read(self, token.as_deref(), answers),
            Job::Typing { to, active } => jobs::typing(self, to, *active, answers),
            // LINE has no session that could be ended: nothing is to be done, and it is done.
            Job::EndSession { .. } => Next::Done(Outcome::Acknowledged),
            Job::Block { .. } => jobs::cannot(
                self.language,
                Words {
                    ko: "LINE에서는 공식 계정이 고객을 차단할 수 없어요.",
                    en: "On LINE an official account cannot block a customer.",
                },
            ),
            Job::Lookup(_) => {
                let words = Words {
                    ko: "LINE에는 보낸 메시지가 어떻게 되었는지 물어볼 방법이 없어요.",
                    en: "LINE cannot be asked what became of a message.",
                };
                Next::Failed(Failure::Unknown { reason: failure::pick(words, self.language).to_owned() })
            }
        }
    }

    fn receipts(&self, job: &Job, answers: &Answers) -> Vec<Receipt> {
        match job {
            Job::Send(outgoing) => send::receipts(self, outgoing, answers),
            _ => Vec::new(),
        }
    }

    /// The token goes to LINE's two hosts and to nobody else.
    fn sign(&self, call: &Call, now: Millis) -> Signed {
        let Target::Http(target) = &call.target else { return Signed::plain(call) };
        let path =
            [&self.api, &self.content].into_iter().find_map(|host| target.url.strip_prefix(host.as_str()));
        match path {
            Some(path) if path.starts_with('/') => self.credentials.sign(call, now),
            _ => Signed::plain(call),
        }
    }

    fn identity(&self, answers: &Answers) -> Option<AdapterIdentity> {
        check::identity(self.language, answers)
    }

    fn needs_token(&self, now: Millis) -> bool {
        self.credentials.needs_token(now)
    }
}
