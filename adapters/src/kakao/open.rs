//! Opens an entered account, and answers the contract with the modules beside it.

use http::StatusCode;
use naru_core::adapter::{
    Account, AccountError, Adapter, AdapterIdentity, Answers, Call, Job, Malformed, Next, Receipt, Reply,
    Request, Response, Signed, Verdict,
};
use naru_core::event::Event;
use naru_core::settings::Language;
use naru_core::time::Millis;
use serde_json::{Value, json};

use super::cidr::Cidr;
use super::flavour::Flavour;
use super::sign::Credentials;
use super::{receive, send};

/// An opened account.
pub(super) struct Kakao {
    /// Who stands between us and Kakao.
    pub(super) flavour: Flavour,
    /// The API's address with its version, without a slash at its end.
    pub(super) base: String,
    /// The language of words for people.
    pub(super) language: Language,
    credentials: Credentials,
    /// The sender keys that webhooks may name: the current one, then those replaced lately.
    sender_keys: Vec<String>,
    inbound: Vec<Cidr>,
}

/// Opens an account; fails on what is missing or cannot be meant.
pub(super) fn open(account: &Account) -> Result<Box<dyn Adapter>, AccountError> {
    let flavour = Flavour::read(account.setting("flavour"))?;
    let sender_key = account.credential("sender_key")?.expose().to_owned();
    let previous = account.previous.get("sender_key").into_iter().flatten();
    let previous = previous.map(|secret| secret.expose().to_owned()).filter(|key| !key.is_empty());
    Ok(Box::new(Kakao {
        flavour,
        base: base(account, flavour)?,
        language: if account.setting("language") == Some("en") { Language::En } else { Language::Ko },
        credentials: Credentials::read(account, flavour)?,
        sender_keys: std::iter::once(sender_key.clone()).chain(previous).collect(),
        inbound: ranges(account.settings.get("inbound_cidrs"))?,
    }))
}

fn base(account: &Account, flavour: Flavour) -> Result<String, AccountError> {
    let text = account.setting("api_base").unwrap_or(flavour.api_base());
    let sound = url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none()
    });
    if sound {
        return Ok(text.trim_end_matches('/').to_owned());
    }
    let detail = format!("expected an http or https address without a query, found \"{text}\"");
    Err(AccountError { field: "api_base", detail })
}

/// The entered ranges: a list, or lines of one text.
fn ranges(entered: Option<&Value>) -> Result<Vec<Cidr>, AccountError> {
    let field = "inbound_cidrs";
    let lines: Vec<&str> = match entered {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) => text.split([',', '\n']).collect(),
        Some(Value::Array(items)) => {
            let texts: Option<_> = items.iter().map(Value::as_str).collect();
            let detail = "expected a list of ranges as texts, found another kind of value in it".to_owned();
            texts.ok_or(AccountError { field, detail })?
        }
        Some(other) => {
            let detail = format!("expected a list of ranges, found {other}");
            return Err(AccountError { field, detail });
        }
    };
    let read = |line: &str| {
        let detail = format!("expected a range such as 203.0.113.0/24, found \"{}\"", line.trim());
        Cidr::parse(line).ok_or(AccountError { field, detail })
    };
    lines.into_iter().filter(|line| !line.trim().is_empty()).map(read).collect()
}

impl Adapter for Kakao {
    fn verify(&self, request: &Request, _now: Millis) -> Verdict {
        receive::verify(request, self.flavour, &self.sender_keys, &self.inbound)
    }

    fn receive(&self, request: &Request) -> Result<Vec<Event>, Malformed> {
        receive::read(request, self.flavour)
    }

    /// Bizgo repeats what is not answered with its own words; Kakao and Happytalk take any 2xx.
    fn respond(&self, _request: &Request, reply: &Reply) -> Response {
        match (reply, self.flavour) {
            (Reply::Accepted, Flavour::Bizgo) => {
                Response::json(StatusCode::OK, &json!({"code": "A000", "result": "Success"}))
            }
            (Reply::Accepted, _) => Response::json(StatusCode::OK, &json!({"code": 0})),
            (other, _) => Response::of(other.status()),
        }
    }

    fn next(&self, job: &Job, answers: &Answers, _now: Millis) -> Next {
        match job {
            Job::Send(outgoing) => send::message::next(self, outgoing, answers),
            Job::EndSession { to } => send::control::end(self, to, answers),
            Job::Block { to, blocked } => send::control::block(self, to, *blocked, answers),
            Job::Check => send::control::check(self, answers),
            _ => Next::Failed(send::code::not_available(self.language)),
        }
    }

    fn receipts(&self, job: &Job, answers: &Answers) -> Vec<Receipt> {
        match job {
            Job::Send(outgoing) => send::message::receipts(self, outgoing, answers),
            _ => Vec::new(),
        }
    }

    fn sign(&self, call: &Call, _now: Millis) -> Signed {
        self.credentials.sign(call, &self.base)
    }

    fn identity(&self, answers: &Answers) -> Option<AdapterIdentity> {
        send::control::identity(self, answers)
    }
}

impl Kakao {
    /// Who the credentials belong to, by what may be shown of the sender key.
    pub(super) fn named(&self, remarks: Vec<String>) -> AdapterIdentity {
        let sender_key = self.credentials.sender_key();
        let tail =
            sender_key.char_indices().rev().nth(3).map_or(sender_key, |(start, _)| &sender_key[start..]);
        let name = match self.language {
            Language::Ko => format!("발신 프로필 …{tail}"),
            Language::En => format!("Sender profile …{tail}"),
        };
        AdapterIdentity { id: super::key::identity(sender_key), name, remarks }
    }
}

#[cfg(test)]
mod tests;
