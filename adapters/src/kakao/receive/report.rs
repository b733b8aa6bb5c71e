//! What only Bizgo tells: that messages were seen, and what became of a call that it had accepted.

use naru_core::adapter::Malformed;
use naru_core::event::{DeliveryReport, Event, ReportedState, What};
use naru_core::session::CloseCause;
use serde_json::{Map, Value};

use super::Incoming;
use crate::kakao::key;
use crate::kakao::wire::Fields;

/// Bizgo's code for success.
const DONE: &str = "A000";

impl Incoming<'_> {
    /// Everything sent before was seen; the report names no message.
    pub(super) fn seen(&self) -> Result<Vec<Event>, Malformed> {
        let key = self.report_key("seen");
        Ok(vec![self.event(key, What::Read { external_id: None })?])
    }

    /// The later result of a sent message or of the end of a session.
    pub(super) fn result(&self) -> Result<Vec<Event>, Malformed> {
        let code = self.fields.text("reportCode");
        let done = code.as_deref() == Some(DONE);
        match self.fields.text("requestType").as_deref() {
            Some("end") if done => self.ended(CloseCause::Agent),
            Some("endwithbot") if done => self.ended(CloseCause::Handover),
            Some(request @ ("end" | "endwithbot")) => {
                let what = What::Notice { name: format!("{request}_failed"), fields: failure(self.fields) };
                Ok(vec![self.event(self.report_key(request), what)?])
            }
            _ if code.is_none() => Ok(vec![self.unknown("result")]),
            _ => self.delivery(code.filter(|_| !done)),
        }
    }

    fn delivery(&self, code: Option<String>) -> Result<Vec<Event>, Malformed> {
        let id = self
            .fields
            .text("msgKey")
            .ok_or_else(|| Malformed { expected: "msgKey as text".to_owned(), found: "none".to_owned() })?;
        let reason = code.as_ref().and_then(|_| self.fields.text("reportText"));
        let state = if code.is_none() { ReportedState::Sent } else { ReportedState::Failed };
        let key = key::of_id(&id, "result");
        let report =
            DeliveryReport { external_id: id, reference: self.fields.text("ref"), state, code, reason };
        Ok(vec![self.event(key, What::Delivery(report))?])
    }

    fn report_key(&self, kind: &str) -> String {
        match self.fields.text("msgKey") {
            Some(id) => key::of_id(&id, kind),
            None => key::of_body(self.fields.time(), kind, self.bytes),
        }
    }
}

fn failure(fields: Fields<'_>) -> Value {
    let named = [("code", "reportCode"), ("reason", "reportText")];
    let found = named
        .into_iter()
        .filter_map(|(ours, theirs)| Some((ours.to_owned(), Value::String(fields.text(theirs)?))));
    Value::Object(found.collect::<Map<_, _>>())
}
