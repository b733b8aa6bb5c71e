//! Opens an entered account.

use naru_core::adapter::{
    Account, AccountError, Adapter, AdapterIdentity, Answers, Call, Failure, Job, Malformed, Next, Receipt,
    Request, Signed, Verdict,
};
use naru_core::event::Event;
use naru_core::time::Millis;

use super::flavour::Flavour;

/// An opened account.
pub(super) struct Kakao {
    flavour: Flavour,
    sender_key: String,
}

/// Opens an account; fails on what is missing or cannot be meant.
pub(super) fn open(account: &Account) -> Result<Box<dyn Adapter>, AccountError> {
    let flavour = Flavour::read(account.setting("flavour"))?;
    Ok(Box::new(Kakao { flavour, sender_key: account.credential("sender_key")?.expose().to_owned() }))
}

impl Adapter for Kakao {
    fn verify(&self, _request: &Request, _now: Millis) -> Verdict {
        Verdict::Accept
    }
    fn receive(&self, _request: &Request) -> Result<Vec<Event>, Malformed> {
        Ok(Vec::new())
    }
    fn next(&self, _job: &Job, _answers: &Answers, _now: Millis) -> Next {
        let reason = format!("{} is not built yet: {}", self.flavour.api_base(), self.sender_key.len());
        Next::Failed(Failure::Unknown { reason })
    }
    fn receipts(&self, _job: &Job, _answers: &Answers) -> Vec<Receipt> {
        Vec::new()
    }
    fn sign(&self, call: &Call, _now: Millis) -> Signed {
        Signed::plain(call)
    }
    fn identity(&self, _answers: &Answers) -> Option<AdapterIdentity> {
        None
    }
}
