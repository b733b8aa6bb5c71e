//! Opens an entered account, and answers the contract with the modules beside it.

use naru_core::adapter::{
    Account, AccountError, Adapter, AdapterIdentity, Answers, Call, Failure, Job, Malformed, Next, Outcome,
    Receipt, Request, Signed, Target, Verdict,
};
use naru_core::event::Event;
use naru_core::settings::Language;
use naru_core::time::Millis;

use super::token::Credentials;

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
    fn verify(&self, _request: &Request, _now: Millis) -> Verdict {
        naru_core::adapter::Refused::signature("not built yet")
    }
    fn receive(&self, _request: &Request) -> Result<Vec<Event>, Malformed> {
        Ok(Vec::new())
    }
    fn next(&self, job: &Job, answers: &Answers, _now: Millis) -> Next {
        match job {
            Job::Token => super::token::next(&self.api, answers.get(super::token::STEP)),
            _ => Next::Failed(Failure::Unknown { reason: "not built yet".to_owned() }),
        }
    }
    fn receipts(&self, _job: &Job, _answers: &Answers) -> Vec<Receipt> {
        Vec::new()
    }
    fn sign(&self, call: &Call, now: Millis) -> Signed {
        let ours = match &call.target {
            Target::Http(target) => {
                [&self.api, &self.content].iter().any(|host| target.url.starts_with(*host))
            }
            Target::Widget => false,
        };
        if ours { self.credentials.sign(call, now) } else { Signed::plain(call) }
    }
    fn identity(&self, answers: &Answers) -> Option<AdapterIdentity> {
        let _ = (answers, &self.secrets, &self.identity, self.language, Outcome::Acknowledged);
        None
    }
    fn needs_token(&self, now: Millis) -> bool {
        self.credentials.needs_token(now)
    }
}
