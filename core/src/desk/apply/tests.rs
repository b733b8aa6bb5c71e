use super::*;
use crate::capabilities::{OnReturn, SessionPolicy};
use crate::content::{Content, Field, FieldKind, Form};
use crate::desk::{Route, route};
use crate::event::{Event, FormAnswered, Inbound, Origin, OriginKind, Sender, What};
use crate::settings::CommonSettings;
use crate::time::{DAY, MINUTE};
use serde_json::json;

const KAKAO: SessionPolicy = SessionPolicy {
    kind: "kakao_session",
    business_may_start: false,
    idle_ms: Some(30 * DAY),
    human_agent_ms: None,
    source: "test",
    reports_end: true,
    can_end: true,
    end_closes_conversation: true,
    on_return: OnReturn::New,
    end_command: Some("!종료"),
    reply_handle_ms: None,
    retention_notice: true,
};

fn event(session: Option<&str>, at: i64, what: What) -> Event {
    Event {
        key: "k".to_owned(),
        lane: "Q1".to_owned(),
        at: Some(Millis(at)),
        sender: Some(Sender::of("Q1")),
        session: session.map(str::to_owned),
        reply_handle: None,
        what,
    }
}

fn says(session: &str, at: i64, text: &str) -> Event {
    event(Some(session), at, What::Message(Inbound::of(None, Content::text(text))))
}

struct Told {
    settings: CommonSettings,
    view: View,
    effects: Vec<Effect>,
}

impl Told {
    fn new() -> Self {
        Self { settings: CommonSettings::default(), view: View::default(), effects: Vec::new() }
    }

    fn apply(&mut self, stimulus: Stimulus<'_>, now: i64) -> Option<Refusal> {
        let rules = Rules { policy: &KAKAO, settings: &self.settings };
        let decision = apply(self.view.clone(), stimulus, &rules, Millis(now));
        self.view = decision.view;
        self.effects = decision.effects;
        decision.refusal
    }

    fn hear(&mut self, event: &Event) {
        let arrived = event.at.unwrap();
        self.apply(Stimulus::Event { event, arrived, offered: None }, arrived.0);
    }

    fn route(&self, event: &Event) -> Route {
        let rules = Rules { policy: &KAKAO, settings: &self.settings };
        route(&self.view, &rules, event, event.at.unwrap())
    }
}

#[test]
fn k25_the_notice_is_asked_for_once_in_a_session() {
    let mut told = Told::new();
    told.hear(&says("1", 0, "안녕"));
    assert!(told.effects.contains(&Effect::SendNotice));
    told.hear(&says("1", 1, "거기요"));
    assert!(!told.effects.contains(&Effect::SendNotice));
}

#[test]
fn ses01_nobody_speaks_before_the_customer() {
    let mut told = Told::new();
    told.hear(&event(Some("1"), 0, What::Entered(Origin { kind: OriginKind::Reference, reference: None })));
    let draft = Draft::out(crate::message::AuthorKind::Bot, Content::text("어서 오세요"));
    let refusal = told.apply(Stimulus::Command(crate::desk::Command::Write(Box::new(draft))), 1);
    assert_eq!(refusal, Some(Refusal::NeverOpened));
    assert_eq!((told.view.seq, told.view.state), (0, State::Bot));
}

#[test]
fn a_late_message_of_a_closed_session_opens_nothing() {
    let mut told = Told::new();
    told.hear(&says("1", 0, "안녕"));
    told.hear(&event(Some("1"), 100, What::SessionClosed { cause: CloseCause::Unknown }));
    let late = says("1", 50, "늦은 말");
    assert_eq!(told.route(&late), Route::Same);
    told.hear(&late);
    assert_eq!((told.view.state, told.view.seq, told.view.unread), (State::Closed, 2, 2));
    assert_eq!(told.route(&says("2", 200, "다시")), Route::New { over: None });
}

#[test]
fn a_newer_session_says_that_the_one_before_is_over() {
    let mut told = Told::new();
    told.hear(&says("1", 0, "안녕"));
    assert_eq!(told.route(&says("2", 10, "다시")), Route::New { over: Some(CloseCause::Unknown) });
    assert_eq!(told.route(&says("1", 31 * DAY, "오랜만")), Route::New { over: Some(CloseCause::Idle) });
    told.settings.on_return = Some(OnReturn::Same);
    assert_eq!(told.route(&says("2", 10, "다시")), Route::Same);
}

#[test]
fn a_timer_that_names_an_older_session_is_ignored() {
    let mut told = Told::new();
    told.hear(&says("1", 0, "안녕"));
    told.hear(&says("1", 10 * DAY, "또"));
    let no = told.view.session_no;
    told.apply(Stimulus::Due(Due::SessionEnd { session_no: no - 1 }), 50 * DAY);
    assert!(told.effects.is_empty() && told.view.session.as_ref().unwrap().closed_at.is_none());
    told.apply(Stimulus::Due(Due::SessionSoon { session_no: no }), 29 * DAY);
    assert!(matches!(told.effects[..], [Effect::Timer { due: Due::SessionSoon { .. }, .. }]));
    told.apply(Stimulus::Due(Due::SessionEnd { session_no: no }), 40 * DAY);
    assert_eq!(told.view.closed_by, Some(ClosedBy::PlatformSessionEnd));
}

#[test]
fn c20_the_end_call_waits_and_names_its_close() {
    let mut told = Told::new();
    told.hear(&says("1", 0, "안녕"));
    told.apply(Stimulus::Command(crate::desk::Command::Close(ClosedBy::Manager)), 1_000);
    let due = Due::EndSession { closed_at: 1_000 };
    assert!(told.effects.contains(&Effect::Timer { due, at: Millis(1_000 + 10 * MINUTE) }));
    told.hear(&says("1", 2_000, "잠깐만요"));
    told.apply(Stimulus::Due(due), 1_000 + 10 * MINUTE);
    assert!(told.effects.is_empty());
}

#[test]
fn a_blocked_customers_words_are_kept_and_disturb_nobody() {
    let mut told = Told::new();
    told.hear(&says("1", 0, "안녕"));
    told.apply(Stimulus::Command(crate::desk::Command::Block), 1);
    told.hear(&says("1", 2, "왜요"));
    assert_eq!((told.view.seq, told.view.unread, told.view.state), (2, 1, State::Closed));
}

#[test]
fn a_form_saves_to_the_contact_only_with_consent() {
    let field = Field {
        key: "phone".to_owned(),
        label: "연락처".to_owned(),
        kind: FieldKind::Phone,
        required: true,
        save_to: Some("contact.phone".to_owned()),
        options: Vec::new(),
    };
    let offered = Content::block(crate::content::Block::Form(Form { fields: vec![field] }));
    for (consent, is_learned) in [(Some(true), true), (Some(false), false), (None, false)] {
        let answers = json!({"phone": "010-0000-0000"}).as_object().unwrap().clone();
        let form = FormAnswered { message_id: String::new(), answers, consent, external_id: None };
        let event = event(Some("1"), 0, What::FormAnswered(form));
        let mut told = Told::new();
        told.apply(Stimulus::Event { event: &event, arrived: Millis(0), offered: Some(&offered) }, 0);
        assert_eq!(told.effects.iter().any(|effect| matches!(effect, Effect::Learn(_))), is_learned);
        let Some(Effect::Append(draft)) = told.effects.iter().find(|e| matches!(e, Effect::Append(_))) else {
            panic!("the answer is a message");
        };
        assert_eq!(draft.text, "연락처: 010-0000-0000");
    }
}

#[test]
fn the_same_stimulus_gives_the_same_decision() {
    let rules = Rules { policy: &KAKAO, settings: &CommonSettings::default() };
    let event = says("1", 0, "안녕");
    let stimulus = || Stimulus::Event { event: &event, arrived: Millis(5), offered: None };
    let once = apply(View::default(), stimulus(), &rules, Millis(5));
    assert_eq!(once, apply(View::default(), stimulus(), &rules, Millis(5)));
}
