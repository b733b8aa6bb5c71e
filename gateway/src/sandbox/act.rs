//! What customers do, what platforms post because of it, and what can be made to go wrong.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a customer does with the phone. As JSON: `{"act": "text", "text": "..."}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// Writes.
    Text {
        /// What.
        text: String,
    },
    /// Sends a file: the platform decides by its type whether that is a picture, a film, a recording or a document.
    File {
        /// The file's name.
        name: String,
        /// Its MIME type.
        mime: String,
        /// Its bytes, in base64.
        data: String,
    },
    /// Sends a sticker of the platform's own, where it has some.
    Sticker {
        /// The package.
        package_id: String,
        /// The sticker.
        sticker_id: String,
    },
    /// Taps a button or a quick reply.
    Tap {
        /// The button exactly as it stood on the wire (Kakao: a `links[]` or `quick_reply[]` element; LINE: an `action`).
        button: Value,
    },
    /// Comes in from somewhere before writing (Kakao's `reference`, LINE's `follow`).
    Enter {
        /// The button's or page's own word, where the platform carries one.
        reference: Option<String>,
    },
    /// Leaves the room: on Kakao the session ends; LINE says nothing, so there it is not possible.
    Leave,
    /// Blocks us.
    Block,
    /// Unblocks us.
    Unblock,
    /// Takes the last message back, where the platform allows that.
    Unsend,
}

/// A webhook that a platform is about to post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// What follows the channel's hook address: empty, or `/message`.
    pub suffix: String,
    /// The headers, the signature among them.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Bytes,
}

/// Something that goes wrong at a platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The next sends are answered "too many requests", in the platform's own words.
    Throttled,
    /// The next sends are taken and then the connection breaks: nobody learns of it.
    LostAnswer,
    /// The next sends are answered with a server's fault and not taken.
    ServerError,
    /// The credentials are refused until this is taken back.
    AuthBroken,
    /// The month's paid messages are used up until this is taken back (LINE; free replies still go).
    QuotaUsedUp,
}

/// What is going wrong now. Each kind that hits single calls counts down; [`Troubles::strike`] says which one does.
#[derive(Debug, Default)]
pub struct Troubles(Mutex<BTreeMap<Trouble, u32>>);

impl Troubles {
    /// The next `times` sends meet this trouble; 0 takes it back. `AuthBroken` and `QuotaUsedUp` do not count down.
    pub fn set(&self, trouble: Trouble, times: u32) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if times == 0 {
            left.remove(&trouble);
        } else {
            left.insert(trouble, times);
        }
    }

    /// The trouble that hits the call at hand, counted down. Asked once at the start of every sending call; other calls
    /// (profile, content) ask [`Troubles::refuses_credentials`] alone.
    pub fn strike(&self) -> Option<Trouble> {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let order = [Trouble::AuthBroken, Trouble::Throttled, Trouble::ServerError, Trouble::LostAnswer];
        let hit = order.into_iter().find(|trouble| left.contains_key(trouble))?;
        if hit != Trouble::AuthBroken {
            match left.get_mut(&hit) {
                Some(times) if *times > 1 => *times -= 1,
                _ => drop(left.remove(&hit)),
            }
        }
        Some(hit)
    }

    /// Whether credentials are refused now.
    pub fn refuses_credentials(&self) -> bool {
        self.has(Trouble::AuthBroken)
    }

    /// Whether paid messages are used up now.
    pub fn quota_is_used_up(&self) -> bool {
        self.has(Trouble::QuotaUsedUp)
    }

    fn has(&self, trouble: Trouble) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&trouble)
    }

    /// What is going wrong now, and how often it still will.
    pub fn now(&self) -> BTreeMap<Trouble, u32> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// An answer that never arrives: hyper gives the connection up while the body is being written.
pub fn lost_answer() -> axum::response::Response {
    let broken = futures::stream::once(async {
        Err::<Bytes, _>(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
    });
    axum::response::Response::new(axum::body::Body::from_stream(broken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trouble_counts_down_and_broken_credentials_stay_broken() {
        let troubles = Troubles::default();
        troubles.set(Trouble::Throttled, 2);
        assert_eq!(
            [troubles.strike(), troubles.strike(), troubles.strike()],
            [Some(Trouble::Throttled), Some(Trouble::Throttled), None]
        );
        troubles.set(Trouble::AuthBroken, 1);
        assert_eq!([troubles.strike(), troubles.strike()], [Some(Trouble::AuthBroken); 2]);
        troubles.set(Trouble::AuthBroken, 0);
        assert_eq!(troubles.strike(), None);
    }

    #[test]
    fn an_act_is_read_by_its_name() {
        let act: Act =
            serde_json::from_value(serde_json::json!({"act": "text", "text": "안녕"})).expect("an act");
        assert_eq!(act, Act::Text { text: "안녕".to_owned() });
        assert!(serde_json::from_value::<Act>(serde_json::json!({"act": "dance"})).is_err());
    }
}
