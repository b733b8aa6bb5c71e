//! Brings a message's parts to Kakao, one after the other: for each its uploads, then its bubble.

use naru_core::adapter::{Answer, Answers, Call, Failure, Next, Outcome, Outgoing, Receipt};
use naru_core::content::Media;
use naru_core::downgrade::{Action, Change, MediaFacts, Part};
use naru_core::texts;
use serde_json::{Value, json};

use super::bubble::{self, Bubble, Wanted};
use super::code::{self, Purpose, Reading};
use super::spell::{self, Address};
use super::upload::{self, Uploaded};
use crate::kakao::flavour::Flavour;
use crate::kakao::key;
use crate::kakao::open::Kakao;
use crate::kakao::wire::Fields;

/// The next step of a message.
pub(in crate::kakao) fn next(kakao: &Kakao, outgoing: &Outgoing, answers: &Answers) -> Next {
    let mut changes = Vec::new();
    for index in 0..outgoing.parts.len() {
        match (Writing { kakao, outgoing, answers, index }).progress() {
            Progress::Written { change, .. } => changes.extend(change),
            Progress::Step(next) => return next,
        }
    }
    Next::Done(Outcome::Sent { changes })
}

/// One receipt for each part that is written.
pub(in crate::kakao) fn receipts(kakao: &Kakao, outgoing: &Outgoing, answers: &Answers) -> Vec<Receipt> {
    let progress = (0..outgoing.parts.len())
        .map(|index| (Writing { kakao, outgoing, answers, index }).progress())
        .map_while(|progress| match progress {
            Progress::Written { receipt, .. } => Some(receipt),
            Progress::Step(_) => None,
        });
    progress.collect()
}

/// How far a part has come.
enum Progress {
    Written { receipt: Receipt, change: Option<Change> },
    Step(Next),
}

/// What comes of one try to write a part.
enum Try {
    /// It is written, as the bubble of this name at the platform.
    Written(Option<String>),
    /// Kakao does not take one of its media.
    MediaRefused {
        wanted: usize,
        reason: String,
    },
    Step(Box<Next>),
}

impl Try {
    fn step(next: Next) -> Self {
        Self::Step(Box::new(next))
    }
}

/// One part on its way.
struct Writing<'a> {
    kakao: &'a Kakao,
    outgoing: &'a Outgoing,
    answers: &'a Answers,
    index: usize,
}

impl<'a> Writing<'a> {
    fn part(&self) -> &'a Part {
        &self.outgoing.parts[self.index]
    }

    /// A refused medium is uploaded once more; if it is refused again, its address is written in its place.
    fn progress(&self) -> Progress {
        let mut refused = None;
        for tried in [key::Bubble::First, key::Bubble::Again] {
            match self.attempt(tried) {
                Try::Written(id) => return self.written(id, None),
                Try::Step(next) => return Progress::Step(*next),
                Try::MediaRefused { wanted, reason } => refused = Some((wanted, reason)),
            }
        }
        let (wanted, reason) = refused.expect("a part that is neither written nor waiting lacks a medium");
        self.linked(wanted, reason)
    }

    fn written(&self, external_id: Option<String>, change: Option<Change>) -> Progress {
        let receipt = Receipt { part: self.index, external_id, extra: Value::Null };
        Progress::Written { receipt, change }
    }

    /// Uploads what is needed and writes the part as it was fitted.
    fn attempt(&self, tried: key::Bubble) -> Try {
        let wanted = bubble::media_of(self.part());
        let mut uploaded = Vec::with_capacity(wanted.len());
        for (number, wanted) in wanted.iter().enumerate() {
            match self.uploaded(number, wanted, tried) {
                Ok(place) => uploaded.push(place),
                Err(other) => return other,
            }
        }
        match bubble::draw(self.part(), uploaded) {
            Some(bubble) => self.write(&bubble, tried, true),
            None => Try::MediaRefused { wanted: 0, reason: String::new() },
        }
    }

    fn uploaded(&self, number: usize, wanted: &Wanted<'_>, tried: key::Bubble) -> Result<Uploaded, Try> {
        let Some(facts) = self.facts(wanted.media) else {
            // Kakao takes no address but its own, and there are no bytes to upload.
            return Err(Try::MediaRefused { wanted: number, reason: String::new() });
        };
        let mut step = format!("upload/{}/{number}", self.index);
        if tried == key::Bubble::Again {
            step.push_str("/again");
        }
        let Some(answer) = self.answers.get(&step) else {
            let call = upload::call(self.kakao.flavour, &self.kakao.base, step, wanted, facts);
            return Err(Try::step(Next::Call(Box::new(call))));
        };
        match self.read(answer, Purpose::Upload) {
            Reading::Done => upload::read(self.kakao.flavour, answer, facts).ok_or_else(|| {
                let reason = format!("expected the upload's address, found none in the answer of {step}");
                Try::step(Next::Failed(Failure::Retry { reason, after_ms: None }))
            }),
            Reading::MediaRefused(reason) => Err(Try::MediaRefused { wanted: number, reason }),
            Reading::Failed(failure) => Err(Try::step(Next::Failed(failure))),
        }
    }

    /// Writes one bubble of the part; the last one brings the part to the customer.
    fn write(&self, bubble: &Bubble<'_>, name: key::Bubble, last: bool) -> Try {
        let step = match name {
            key::Bubble::First => format!("write/{}", self.index),
            key::Bubble::Again => format!("write/{}/again", self.index),
            key::Bubble::Link => format!("write/{}/link", self.index),
            key::Bubble::Rest => format!("write/{}/rest", self.index),
        };
        let serial = key::serial(self.outgoing.delivery, self.index, name);
        let Some(answer) = self.answers.get(&step) else {
            if self.writes_once() && self.answers.lost(&step) > 0 {
                return Try::step(Next::Failed(code::lost(self.kakao.language)));
            }
            return Try::step(Next::Call(Box::new(self.call(bubble, step, serial, last))));
        };
        match self.read(answer, Purpose::Write) {
            Reading::Done => Try::Written(self.external_id(answer, serial)),
            Reading::MediaRefused(reason) => Try::MediaRefused { wanted: 0, reason },
            Reading::Failed(failure) => Try::step(Next::Failed(failure)),
        }
    }

    fn call(&self, bubble: &Bubble<'_>, step: String, serial: String, last: bool) -> Call {
        let reference = format!("{}/{}", self.outgoing.delivery, self.index);
        let address = Address { to: &self.outgoing.to, serial, reference };
        let call = spell::write(self.kakao.flavour, &self.kakao.base, step, address, bubble);
        let parts = if last { self.index..self.index + 1 } else { self.index..self.index };
        Call { parts, ..call }
    }

    /// Kakao knows a bubble by the serial number that we gave it; Bizgo by the key that it gave us.
    fn external_id(&self, answer: &Answer, serial: String) -> Option<String> {
        if self.kakao.flavour != Flavour::Bizgo {
            return Some(serial);
        }
        let json = answer.json()?;
        let data = Fields(json.as_object()?).object("data")?;
        data.text("msgKey").or_else(|| data.object("data")?.text("msgKey"))
    }

    fn read(&self, answer: &Answer, purpose: Purpose) -> Reading {
        let reading = code::read(self.kakao.flavour, purpose, answer, self.kakao.language);
        if purpose == Purpose::Write && self.writes_once() { code::once_only(reading) } else { reading }
    }

    /// Whether a repeated call would write a second bubble.
    fn writes_once(&self) -> bool {
        self.kakao.flavour == Flavour::Bizgo
    }

    fn facts(&self, media: &Media) -> Option<&'a MediaFacts> {
        match media {
            Media::Stored(stored) => self.outgoing.media.get(&stored.id),
            Media::Remote(remote) => self.outgoing.media.values().find(|facts| facts.url == remote.url),
            Media::Platform(_) => None,
        }
    }

    /// Writes the refused medium's address, then what the part carries besides it.
    fn linked(&self, number: usize, reason: String) -> Progress {
        let wanted = bubble::media_of(self.part());
        let refused = wanted.get(number).and_then(|wanted| Some((wanted, self.link_text(wanted)?)));
        let Some((wanted, text)) = refused.filter(|_| wanted.len() == 1) else {
            let code = "-505".to_owned();
            return Progress::Step(Next::Failed(Failure::Rejected { code, reason }));
        };
        let rest = bubble::rest(self.part());
        let link = Bubble::Words { text: text.clone(), image: None, buttons: &[], replies: &[], quick: &[] };
        let bubbles = [(Some(link), key::Bubble::Link), (rest, key::Bubble::Rest)];
        let last = if bubbles[1].0.is_some() { key::Bubble::Rest } else { key::Bubble::Link };
        let mut id = None;
        for (bubble, name) in bubbles.iter().filter_map(|(bubble, name)| Some((bubble.as_ref()?, *name))) {
            match self.write(bubble, name, name == last) {
                Try::Written(written) => id = written,
                Try::Step(next) => return Progress::Step(*next),
                Try::MediaRefused { reason, .. } => {
                    let code = "-505".to_owned();
                    return Progress::Step(Next::Failed(Failure::Rejected { code, reason }));
                }
            }
        }
        let what = json!(wanted.kind).as_str().unwrap_or("image").to_owned();
        let detail = if reason.is_empty() { text } else { format!("{text}\n{reason}") };
        let change =
            Change { path: self.part().path.clone(), what, action: Action::Linked, rule: None, detail };
        self.written(id, Some(change))
    }

    /// The medium as its name and address; `None` where it has no address that a customer could open.
    fn link_text(&self, wanted: &Wanted<'_>) -> Option<String> {
        let language = self.kakao.language;
        let named = |fallback: &str| wanted.label.unwrap_or(fallback).to_owned();
        match (self.facts(wanted.media), wanted.media) {
            (Some(facts), _) => {
                Some(texts::media_link(language, &named(&facts.name), facts.bytes, None, &facts.url))
            }
            (None, Media::Remote(remote)) => {
                Some(format!("{}\n{}", named(texts::media_word(language, wanted.kind)), remote.url))
            }
            (None, _) => None,
        }
    }
}

#[cfg(test)]
mod tests;
