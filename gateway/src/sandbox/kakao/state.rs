//! What the played Kakao remembers: who talks with the channel, in which session, under which numbers.

use std::collections::{BTreeMap, BTreeSet};

use naru_core::time::{DAY, Millis};

use super::code::Refusal;
use super::files::Files;

/// A session lives so long after the customer's last message.
const IDLE: i64 = 30 * DAY;

/// The customers of the played channel: their user keys, and what the sandbox calls them.
pub(super) const CUSTOMERS: [(&str, &str); 5] = [
    ("Qm7xT2aVbN1c", "김하늘"),
    ("Xj1bW5wlE5SR", "이바다"),
    ("Pz9k-W3_t8Qa", "박강"),
    ("Rb4nY8sLd0Ke", "정나무"),
    ("Tg2vC6hMq7Zu", "최노을"),
];

/// Everything that is remembered.
#[derive(Debug)]
pub(super) struct State {
    rooms: BTreeMap<String, Room>,
    serials: BTreeSet<String>,
    sessions: u64,
    messages: u64,
    /// Whether the channel's chat is switched on.
    pub(super) chat_on: bool,
    /// The files on Kakao's servers.
    pub(super) files: Files,
}

/// A customer's chat room with the channel.
#[derive(Debug, Default)]
struct Room {
    session: Option<Session>,
    /// The channel blocked the customer.
    blocked: bool,
    /// The customer blocked the channel.
    has_blocked: bool,
}

#[derive(Debug)]
struct Session {
    id: String,
    expires: Millis,
}

impl Default for State {
    fn default() -> Self {
        let rooms = CUSTOMERS.iter().map(|(key, _)| ((*key).to_owned(), Room::default()));
        Self {
            rooms: rooms.collect(),
            serials: BTreeSet::new(),
            sessions: 412_903_376,
            messages: 0,
            chat_on: true,
            files: Files::default(),
        }
    }
}

impl State {
    /// Whether there is such a customer.
    pub(super) fn knows(&self, user: &str) -> bool {
        self.rooms.contains_key(user)
    }

    /// The customer's open session.
    pub(super) fn session(&self, user: &str) -> Option<&str> {
        self.rooms.get(user)?.session.as_ref().map(|session| session.id.as_str())
    }

    /// When the customer's open session ends by itself.
    pub(super) fn expires(&self, user: &str) -> Option<Millis> {
        self.rooms.get(user)?.session.as_ref().map(|session| session.expires)
    }

    /// Whether the customer has blocked the channel.
    pub(super) fn has_blocked(&self, user: &str) -> bool {
        self.rooms.get(user).is_some_and(|room| room.has_blocked)
    }

    /// Whether the channel has blocked the customer.
    pub(super) fn is_blocked(&self, user: &str) -> bool {
        self.rooms.get(user).is_some_and(|room| room.blocked)
    }

    /// The session that a word of the customer belongs to, and whether it begins with it. Each word renews it.
    pub(super) fn speak(&mut self, user: &str, at: Millis) -> Option<(String, bool)> {
        let room = self.rooms.get_mut(user)?;
        let begins = room.session.is_none();
        let sessions = &mut self.sessions;
        let session = room.session.get_or_insert_with(|| {
            *sessions += 1;
            Session { id: sessions.to_string(), expires: at }
        });
        session.expires = at + IDLE;
        Some((session.id.clone(), begins))
    }

    /// Ends the customer's session and tells which it was.
    pub(super) fn end(&mut self, user: &str) -> Option<String> {
        self.rooms.get_mut(user)?.session.take().map(|session| session.id)
    }

    /// Blocks or unblocks the customer for the channel.
    pub(super) fn block(&mut self, user: &str, blocked: bool) {
        if let Some(room) = self.rooms.get_mut(user) {
            room.blocked = blocked;
        }
    }

    /// The customer blocks or unblocks the channel.
    pub(super) fn blocks_us(&mut self, user: &str, blocks: bool) {
        if let Some(room) = self.rooms.get_mut(user) {
            room.has_blocked = blocks;
        }
    }

    /// The sessions that nobody has spoken in for too long; they end by this.
    pub(super) fn expire(&mut self, now: Millis) -> Vec<(String, String)> {
        let mut ended = Vec::new();
        for (user, room) in &mut self.rooms {
            if room.session.as_ref().is_some_and(|session| session.expires <= now) {
                ended.extend(room.session.take().map(|session| (user.clone(), session.id)));
            }
        }
        ended
    }

    /// Whether a message may be written to the customer now.
    pub(super) fn may_write(&self, user: &str, now: Millis) -> Result<(), Refusal> {
        let Some(room) = self.rooms.get(user) else { return Err(Refusal::UserKey) };
        if !self.chat_on {
            return Err(Refusal::ChatOff);
        }
        if room.blocked {
            return Err(Refusal::Blocked);
        }
        let open = room.session.as_ref().is_some_and(|session| session.expires > now);
        if open { Ok(()) } else { Err(Refusal::Session) }
    }

    /// Takes a serial number; each may be used once.
    pub(super) fn take_serial(&mut self, serial: &str) -> Result<(), Refusal> {
        if serial.is_empty() || serial.encode_utf16().count() > 30 {
            return Err(Refusal::Json);
        }
        if self.serials.insert(serial.to_owned()) { Ok(()) } else { Err(Refusal::Duplicate) }
    }

    /// A new message's number: 19 digits that count up with the time, beyond what a float can hold.
    pub(super) fn next_serial(&mut self, at: Millis) -> u64 {
        let millis = u64::try_from(at.0).unwrap_or(0);
        self.messages = (millis * 1_000_000).max(self.messages + 1);
        self.messages
    }

    /// A new number for everything else.
    pub(super) fn next_number(&mut self) -> u64 {
        self.messages += 1;
        self.messages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = CUSTOMERS[0].0;

    #[test]
    fn ses01_nobody_can_be_written_to_before_they_spoke_or_after_the_end() {
        let mut state = State::default();
        assert_eq!(state.may_write(USER, Millis(0)), Err(Refusal::Session));
        let (first, begins) = state.speak(USER, Millis(0)).expect("a customer");
        assert!(begins);
        assert_eq!(state.speak(USER, Millis(5)), Some((first.clone(), false)));
        assert_eq!(state.may_write(USER, Millis(5)), Ok(()));
        assert_eq!(state.end(USER), Some(first.clone()));
        assert_eq!(state.end(USER), None);
        assert_eq!(state.may_write(USER, Millis(5)), Err(Refusal::Session));
        let (second, _) = state.speak(USER, Millis(9)).expect("a customer");
        assert_ne!(first, second);
        assert_eq!(state.may_write("nobody", Millis(0)), Err(Refusal::UserKey));
    }

    #[test]
    fn c25_a_session_ends_thirty_days_after_the_last_word() {
        let mut state = State::default();
        let _ = state.speak(USER, Millis(0));
        let (id, _) = state.speak(USER, Millis(DAY)).expect("a customer");
        assert!(state.expire(Millis(30 * DAY)).is_empty());
        assert_eq!(state.may_write(USER, Millis(31 * DAY)), Err(Refusal::Session));
        assert_eq!(state.expire(Millis(31 * DAY)), [(USER.to_owned(), id)]);
        assert!(state.expire(Millis(31 * DAY)).is_empty());
    }

    #[test]
    fn a_serial_is_good_once() {
        let mut state = State::default();
        assert_eq!(state.take_serial("m1"), Ok(()));
        assert_eq!(state.take_serial("m1"), Err(Refusal::Duplicate));
        assert_eq!(state.take_serial(""), Err(Refusal::Json));
        assert_eq!(state.take_serial(&"m".repeat(31)), Err(Refusal::Json));
    }

    #[test]
    fn numbers_count_up_beyond_a_float() {
        let mut state = State::default();
        let at = Millis(1_794_981_600_123);
        let (first, second) = (state.next_serial(at), state.next_serial(at));
        assert!(first > 1 << 53 && second > first);
    }
}
