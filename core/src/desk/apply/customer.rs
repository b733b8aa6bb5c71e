//! What a platform tells.

use serde_json::{Map, Value, json};

use super::{Desk, Draft};
use crate::content::{Block, Content, Unsupported};
use crate::desk::menus::{Choice, pressed};
use crate::desk::route::{is_late, session_over};
use crate::desk::{Effect, Move, News};
use crate::event::{Event, FormAnswered, Inbound, Origin, OriginKind, Postback, Profile, Sender, What};
use crate::message::{AuthorKind, Direction};
use crate::session::CloseCause;
use crate::texts::LineWord;
use crate::time::Millis;

/// Whether what the customer said is news of the platform's session.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counts {
    /// It opens or extends the session.
    Yes,
    /// It came after the session it belongs to.
    Late,
    /// It is no word of the customer's.
    No,
}

impl Desk<'_> {
    pub(super) fn told(&mut self, event: &Event, arrived: Millis, offered: Option<&Content>) {
        if let Some(profile) = own_profile(event.sender.as_ref()) {
            self.effects.push(Effect::Learn(profile.clone()));
        }
        match &event.what {
            What::Message(inbound) => self.message(event, inbound, arrived, offered),
            What::Postback(postback) => self.postback(event, postback, arrived, offered),
            What::FormAnswered(form) => self.form(event, form, arrived, offered),
            What::Unsupported { name, raw } => {
                let block = Block::Unsupported(Unsupported { kind: name.clone(), raw: raw.clone() });
                let inbound = Inbound::of(None, Content::block(block));
                self.say(event, &inbound, None, arrived, Counts::No);
            }
            What::Edited(edited) => self.effects.push(Effect::Edit {
                external_id: edited.external_id.clone(),
                content: edited.content.clone(),
                at: event.at.unwrap_or(arrived),
            }),
            What::Unsent { external_id } => self
                .effects
                .push(Effect::Unsend { external_id: external_id.clone(), at: event.at.unwrap_or(arrived) }),
            What::Entered(origin) => self.entered(origin),
            What::SessionClosed { cause } => self.session_closed(event, *cause, arrived),
            What::Read { external_id } => {
                self.effects.push(Effect::Seen { external_id: external_id.clone() });
            }
            What::Typing { active } => self.tell(News::Typing { active: *active }),
            What::Delivery(report) => self.effects.push(Effect::Receipt(report.clone())),
            What::Echo(inbound) => self.effects.push(Effect::Echo(Box::new(inbound.clone()))),
            What::ProfileChanged(profile) => self.effects.push(Effect::Learn(profile.clone())),
            What::Identified { member_id, profile } => {
                self.effects
                    .push(Effect::Identify { member_id: member_id.clone(), profile: profile.clone() });
            }
            other => self.membership(event, other),
        }
        self.keep_handle(event, arrived);
    }

    /// Coming and going, which is shown as a line.
    fn membership(&mut self, event: &Event, what: &What) {
        let members = |members: &[String]| json!({"members": members});
        match what {
            What::Followed { unblocked } => {
                self.view.unreachable = false;
                let word = if *unblocked { LineWord::Unblocked } else { LineWord::Followed };
                self.line(event, word, json!({"notice": "followed"}));
                self.tell(News::Followed { unblocked: *unblocked });
            }
            What::Unfollowed => {
                self.view.unreachable = true;
                self.line(event, LineWord::Unfollowed, json!({"notice": "unfollowed"}));
                self.tell(News::Unfollowed);
            }
            What::Joined => {
                self.view.unreachable = false;
                self.line(event, LineWord::Joined, json!({"notice": "joined"}));
            }
            What::Left => {
                self.view.unreachable = true;
                self.line(event, LineWord::Left, json!({"notice": "left"}));
            }
            What::MembersJoined { members: who } => {
                self.line(event, LineWord::MembersJoined(who.len()), members(who));
            }
            What::MembersLeft { members: who } => {
                self.line(event, LineWord::MembersLeft(who.len()), members(who));
            }
            What::Notice { name, fields } => {
                self.notice_line(event, name, fields);
                self.tell(News::Notice { name: name.clone(), fields: fields.clone() });
            }
            _ => {}
        }
    }

    fn keep_handle(&mut self, event: &Event, arrived: Millis) {
        let Some(handle) = &event.reply_handle else { return };
        if self.rules.policy.business_may_start {
            self.begin_session(event.session.as_deref(), event.at.unwrap_or(arrived));
        }
        if let Some(session) = self.view.session.as_mut().filter(|session| session.closed_at.is_none()) {
            session.keep_handle(self.rules.policy, handle.clone(), arrived);
        }
    }

    fn message(&mut self, event: &Event, inbound: &Inbound, arrived: Millis, offered: Option<&Content>) {
        let words = crate::content::plain_text(&inbound.content);
        let choice = match &inbound.payload {
            Some(payload) => Some(pressed(payload, Some(&words), offered)),
            None => self.view.menus.typed(&words, self.now),
        };
        let counts = if is_late(&self.view, event, arrived) { Counts::Late } else { Counts::Yes };
        self.say(event, inbound, choice, arrived, counts);
        if counts == Counts::Yes && self.rules.policy.end_command == Some(words.trim()) {
            self.end_session(event.at.unwrap_or(arrived), CloseCause::UserLeft);
        }
    }

    fn postback(&mut self, event: &Event, postback: &Postback, arrived: Millis, offered: Option<&Content>) {
        let choice = pressed(&postback.payload, postback.label.as_deref(), offered);
        let mut inbound = Inbound::of(None, Content::text(choice.label.clone()));
        if !postback.params.is_null() {
            inbound.extra = json!({"params": postback.params});
        }
        self.say(event, &inbound, Some(choice), arrived, Counts::Yes);
        let seq = self.view.seq;
        self.tell(News::Postback { payload: postback.payload.clone(), params: postback.params.clone(), seq });
    }

    fn form(&mut self, event: &Event, form: &FormAnswered, arrived: Millis, offered: Option<&Content>) {
        let fields = offered.into_iter().flat_map(|content| &content.blocks).find_map(|block| match block {
            Block::Form(form) => Some(form.fields.as_slice()),
            _ => None,
        });
        let fields = fields.unwrap_or_default();
        let label =
            |key: &str| fields.iter().find(|field| field.key == key).map_or(key, |f| &f.label).to_owned();
        let lines: Vec<String> =
            form.answers.iter().map(|(key, answer)| format!("{}: {}", label(key), shown(answer))).collect();
        let mut inbound = Inbound::of(form.external_id.clone(), Content::text(lines.join("\n")));
        inbound.extra = json!({"form": {"message_id": form.message_id, "answers": form.answers,
            "consent": form.consent}});
        self.say(event, &inbound, None, arrived, Counts::Yes);
        // Without a yes, what was answered stays in the conversation and goes nowhere else.
        if form.consent == Some(true) {
            let kept = fields.iter().filter_map(|field| {
                let place = field.save_to.as_deref()?.strip_prefix("contact.")?;
                Some((place.to_owned(), form.answers.get(&field.key)?.clone()))
            });
            self.effects.push(Effect::Learn(of_fields(kept.collect())));
        }
    }

    /// Records what the customer said, and lets it open the session and the conversation.
    fn say(
        &mut self,
        event: &Event,
        inbound: &Inbound,
        choice: Option<Choice>,
        arrived: Millis,
        counts: Counts,
    ) {
        if counts == Counts::Yes && !self.view.blocked {
            self.hear(event, arrived);
        }
        let seq = self.append(self.draft(event, inbound, choice));
        if !self.view.blocked {
            self.view.unread += 1;
            if counts != Counts::Late {
                self.step(Move::CustomerWrote);
            }
        }
        self.tell(News::MessageReceived { seq });
        if counts == Counts::Yes && !self.view.blocked {
            self.notice();
        }
    }

    fn hear(&mut self, event: &Event, arrived: Millis) {
        let at = event.at.unwrap_or(arrived);
        if let Some(cause) = session_over(&self.view, event, arrived) {
            self.end_session(at, cause);
        }
        self.begin_session(event.session.as_deref(), at);
        if let Some(session) = &mut self.view.session {
            session.heard(self.rules.policy, at);
        }
    }

    /// The notice of K25 goes out exactly once in a session, when the customer has spoken in it.
    fn notice(&mut self) {
        let Some(session) = &mut self.view.session else { return };
        if self.rules.wants_notice() && !session.notice_sent {
            session.notice_sent = true;
            self.effects.push(Effect::SendNotice);
        }
    }

    fn draft(&self, event: &Event, inbound: &Inbound, choice: Option<Choice>) -> Draft {
        let sender = event.sender.as_ref();
        let member = sender.filter(|sender| sender.group.is_some());
        let mut extra = match &inbound.extra {
            Value::Object(fields) => fields.clone(),
            _ => Map::new(),
        };
        if let Some(token) = &inbound.read_token {
            extra.insert("read_token".to_owned(), Value::String(token.clone()));
        }
        if let Some(member) = member {
            extra.insert("member".to_owned(), Value::String(member.external_id.clone()));
        }
        Draft {
            seq: 0,
            direction: Direction::In,
            author: AuthorKind::Customer,
            author_id: None,
            author_name: sender.and_then(|sender| sender.profile.as_ref()).and_then(|p| p.name.clone()),
            text: self.readable(&inbound.content),
            content: inbound.content.clone(),
            choice,
            external_id: inbound.external_id.clone(),
            reply_to: inbound.reply_to.clone(),
            extra: Value::Object(extra),
            at: event.at,
        }
    }

    /// The customer came in. The session waits for their first word (inventory SES04), and whichever of the two comes
    /// first, the conversation knows its origin (K23).
    fn entered(&mut self, origin: &Origin) {
        if self.view.origin.kind == OriginKind::None || self.view.origin.reference.is_none() {
            self.view.origin = origin.clone();
        }
        self.step(Move::Entered);
        self.tell(News::Entered(origin.clone()));
    }

    fn session_closed(&mut self, event: &Event, cause: CloseCause, arrived: Millis) {
        let at = event.at.unwrap_or(arrived);
        let is_this = self.view.session.as_ref().is_some_and(|session| {
            session.is_named(event.session.as_deref()) && (event.session.is_some() || at >= session.opened_at)
        });
        if is_this {
            self.end_session(at, cause);
        }
    }
}

/// A group's member is not the group: what is told of the member is not learned of the group.
fn own_profile(sender: Option<&Sender>) -> Option<&Profile> {
    sender.filter(|sender| sender.group.is_none())?.profile.as_ref()
}

fn shown(answer: &Value) -> String {
    match answer {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn of_fields(mut fields: Map<String, Value>) -> Profile {
    let mut take = |name: &str| match fields.remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    let (name, language) = (take("name"), take("language"));
    Profile { name, language, fields, ..Profile::default() }
}
