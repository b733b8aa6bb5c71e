//! Durable jobs that the desk itself orders: the notice of K25, the end of a session, blocking.

use std::collections::BTreeMap;

use naru_core::content::Content;
use naru_core::desk::{Command, Draft, Stimulus};
use naru_core::message::AuthorKind;
use naru_core::settings::Language;
use naru_core::texts;

use super::effects::json_of;
use super::work::{Cause, Lane};
use crate::outbox::{JobKind, Outward, SendOptions, prepare, prepare_job};
use crate::store::Result;

impl Lane<'_> {
    /// K25: how long chats are kept, before any other automatic message of the session.
    pub(super) fn notice(&mut self, cause: &Cause) -> Result<()> {
        let settings = &self.channel.common;
        let known = self.contact.as_ref().and_then(|contact| contact.language.as_deref());
        let language = known.map_or(settings.language, Language::of_tag);
        let policy = settings.privacy_url.as_deref();
        let text = texts::retention_notice(language, &self.channel.row.name, settings.retention_days, policy);
        let draft = Draft::out(AuthorKind::System, Content::text(text));
        let command = Command::Write(Box::new(draft.clone()));
        if self.apply(Stimulus::Command(command), cause)?.is_some() {
            return Ok(());
        }
        let Some(id) = self.last_message.clone() else { return Ok(()) };
        let (Some(out), Ok(message)) = (self.outward(), id.parse()) else { return Ok(()) };
        let seq = self.thread.as_ref().map_or(0, |thread| thread.view.seq);
        let options = SendOptions { trace_id: cause.trace_id.clone(), ..SendOptions::default() };
        let Ok(prepared) = prepare(&out, message, &Draft { seq, ..draft }, &options, self.work.now) else {
            return Ok(());
        };
        if let Some(row) = self.out.messages.get_mut(&id) {
            row.report = Some(json_of(&prepared.report));
        }
        self.out.jobs.push(prepared.delivery);
        self.out.short_links.extend(prepared.short_links);
        Ok(())
    }

    /// Orders a job without a message, behind everything that was accepted before it.
    pub(super) fn order(&mut self, kind: JobKind, cause: &Cause) {
        let seq = self.thread.as_ref().map_or(0, |thread| thread.view.seq);
        let Some(out) = self.outward() else { return };
        let row = prepare_job(&out, kind, seq, &cause.trace_id, self.work.now);
        self.out.jobs.push(row);
    }

    fn outward(&self) -> Option<Outward<'_>> {
        static NO_MEDIA: BTreeMap<String, naru_core::downgrade::MediaFacts> = BTreeMap::new();
        let (thread, identity) = (self.thread.as_ref()?, self.identity.as_ref()?);
        Some(Outward {
            app: &self.work.app,
            channel: &self.channel,
            conversation_id: thread.id(),
            external_id: &identity.external_id,
            lane: thread.lane(),
            session: thread.view.session.as_ref(),
            session_no: thread.view.session_no,
            contact_name: self.contact.as_ref().and_then(|contact| contact.name.as_deref()),
            contact_language: self.contact.as_ref().and_then(|contact| contact.language.as_deref()),
            media: &NO_MEDIA,
        })
    }
}
