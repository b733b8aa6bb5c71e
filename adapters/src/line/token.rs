//! Channel access tokens: a long-lived one as entered, or 15-minute ones that are fetched by signing key or secret.

use std::collections::BTreeMap;
use std::fmt;

use naru_core::adapter::{
    Account, AccountError, Answer, Body, Call, Failure, HttpTarget, Next, Outcome, Repeat, Secret, Signed,
    Sink, Target, TokenGrant,
};
use naru_core::settings::Language;
use naru_core::time::{MINUTE, Millis, SECOND};
use serde_json::Value;

use super::failure;
use super::jwt::Signer;

/// Where a fetched token lies among the credentials.
const TOKEN: &str = "stateless_token";
/// Where its end lies, in milliseconds since 1970.
const UNTIL: &str = "stateless_token_until";
/// LINE's tokens live 15 minutes; they are renewed at 12.
const RENEW_BEFORE: i64 = 3 * MINUTE;
/// The step that fetches a token.
pub(super) const STEP: &str = "token";

/// What signs calls.
pub(super) enum Credentials {
    /// A token of the console's, without end.
    LongLived(Secret),
    /// Tokens of 15 minutes.
    Stateless {
        /// The channel's id.
        channel_id: String,
        /// What proves that we may have them.
        proof: Proof,
        /// The token of now, and when it ends.
        token: Option<(Secret, Millis)>,
    },
}

/// What proves to LINE that a token may be issued.
pub(super) enum Proof {
    /// A JWT made with the registered key.
    Assertion(Box<Signer>),
    /// The channel secret itself.
    ChannelSecret(Secret),
}

impl Credentials {
    /// Reads them; a long-lived token wins where both kinds are entered.
    pub(super) fn read(account: &Account) -> Result<Self, AccountError> {
        if let Ok(token) = account.credential("channel_access_token") {
            return Ok(Self::LongLived(token.clone()));
        }
        let Ok(channel_id) = account.credential("channel_id") else {
            let detail = "is required, or channel_id, private_key and key_id instead".to_owned();
            return Err(AccountError { field: "channel_access_token", detail });
        };
        let proof = match account.credential("private_key") {
            Ok(key) => Proof::Assertion(Box::new(Signer::read(
                key.expose(),
                account.credential("key_id")?.expose(),
            )?)),
            Err(_) => Proof::ChannelSecret(account.credential("channel_secret")?.clone()),
        };
        let channel_id = channel_id.expose().trim().to_owned();
        Ok(Self::Stateless { channel_id, proof, token: stored(account) })
    }

    /// Whether a token must be fetched before the next call.
    pub(super) fn needs_token(&self, now: Millis) -> bool {
        match self {
            Self::LongLived(_) => false,
            Self::Stateless { token, .. } => {
                token.as_ref().is_none_or(|(_, until)| until.since(now) < RENEW_BEFORE)
            }
        }
    }

    /// Puts the proof on the call for a token, and the token on every other call.
    pub(super) fn sign(&self, call: &Call, now: Millis) -> Signed {
        let signed = Signed::plain(call);
        match self {
            Self::Stateless { channel_id, proof, .. } if call.step == STEP => {
                prove(signed, channel_id, proof, now)
            }
            Self::LongLived(token) | Self::Stateless { token: Some((token, _)), .. } => {
                signed.header("authorization", format!("Bearer {}", token.expose()))
            }
            Self::Stateless { token: None, .. } => signed,
        }
    }
}

fn stored(account: &Account) -> Option<(Secret, Millis)> {
    let token = account.credential(TOKEN).ok()?.clone();
    let until = account.credential(UNTIL).ok()?.expose().parse().ok()?;
    Some((token, Millis(until)))
}

fn prove(mut bare: Signed, channel_id: &str, proof: &Proof, now: Millis) -> Signed {
    if let Body::Form(pairs) = &mut bare.body {
        match proof {
            Proof::Assertion(signer) => {
                let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
                pairs.push(("client_assertion_type".to_owned(), kind.to_owned()));
                pairs.push(("client_assertion".to_owned(), signer.assertion(channel_id, now)));
            }
            Proof::ChannelSecret(secret) => {
                pairs.push(("client_id".to_owned(), channel_id.to_owned()));
                pairs.push(("client_secret".to_owned(), secret.expose().to_owned()));
            }
        }
    }
    bare
}

/// The next step of fetching a token.
pub(super) fn next(api: &str, answer: Option<&Answer>, language: Language) -> Next {
    match answer {
        None => Next::Call(Box::new(Call {
            step: STEP.to_owned(),
            repeat: Repeat::Safe,
            target: Target::Http(HttpTarget {
                method: "POST".to_owned(),
                url: format!("{api}/oauth2/v3/token"),
                headers: Vec::new(),
            }),
            body: Body::Form(vec![("grant_type".to_owned(), "client_credentials".to_owned())]),
            parts: 0..0,
            sink: Sink::Answer,
        })),
        Some(answer) => read(answer, language),
    }
}

fn read(answer: &Answer, language: Language) -> Next {
    let body = answer.json().unwrap_or_default();
    if let (true, Some(token)) = (answer.is_success(), body["access_token"].as_str()) {
        let life = body["expires_in"].as_i64().unwrap_or(15 * 60).saturating_mul(SECOND);
        let until = answer.at + life;
        let credentials = BTreeMap::from([
            (TOKEN.to_owned(), Secret::new(token)),
            (UNTIL.to_owned(), Secret::new(until.0.to_string())),
        ]);
        return Next::Done(Outcome::Token(TokenGrant { credentials, until }));
    }
    Next::Failed(match answer.status {
        400..=403 => Failure::AuthBroken { reason: oauth_reason(answer, &body, language) },
        _ => failure::of(answer, language),
    })
}

/// The OAuth endpoints spell their errors otherwise than the rest: `error` and `error_description`.
fn oauth_reason(answer: &Answer, body: &Value, language: Language) -> String {
    let words = ["error", "error_description"].into_iter().filter_map(|key| body[key].as_str());
    let words = words.collect::<Vec<_>>().join(": ");
    if words.is_empty() { failure::reason(answer, language) } else { words }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof(…)")
    }
}
