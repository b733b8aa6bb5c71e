//! A failure on demand, for tests: `NARU_FAILPOINT=abort:TEXT` or `panic:TEXT` makes the decision about a customer's
//! message with exactly that text end the process, or panic. Compiled into debug builds only.

use naru_core::event::Event;

/// What happens at a failpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Failpoint {
    action: String,
    text: String,
}

#[cfg(debug_assertions)]
mod armed {
    use std::sync::{OnceLock, RwLock};

    use naru_core::content::plain_text;
    use naru_core::event::{Event, What};

    use super::Failpoint;

    fn all() -> &'static RwLock<Vec<Failpoint>> {
        static ARMED: OnceLock<RwLock<Vec<Failpoint>>> = OnceLock::new();
        ARMED.get_or_init(|| {
            let environment = std::env::var("NARU_FAILPOINT").ok();
            let first = environment.and_then(|spec| Failpoint::parse(&spec));
            RwLock::new(first.into_iter().collect())
        })
    }

    pub(super) fn set(spec: &str, is_armed: bool) {
        let Some(point) = Failpoint::parse(spec) else { return };
        let mut armed = all().write().expect("nobody panics while holding the lock");
        armed.retain(|other| *other != point);
        if is_armed {
            armed.push(point);
        }
    }

    pub(super) fn hit(event: &Event) {
        let What::Message(inbound) = &event.what else { return };
        let armed = all().read().expect("nobody panics while holding the lock").clone();
        if armed.is_empty() {
            return;
        }
        let text = plain_text(&inbound.content);
        let Some(point) = armed.iter().find(|point| point.text == text) else { return };
        if point.action == "abort" {
            std::process::abort();
        }
        panic!("a failpoint was hit");
    }
}

#[cfg_attr(not(debug_assertions), expect(dead_code, reason = "failpoints exist in debug builds only"))]
impl Failpoint {
    fn parse(spec: &str) -> Option<Self> {
        let (action, text) = spec.split_once(':')?;
        Some(Self { action: action.to_owned(), text: text.to_owned() })
    }
}

/// Arms a failpoint of this process, or disarms it. Does nothing in release builds.
pub fn arm(spec: &str, is_armed: bool) {
    #[cfg(debug_assertions)]
    armed::set(spec, is_armed);
    #[cfg(not(debug_assertions))]
    let _ = (spec, is_armed);
}

pub(super) fn hit(event: &Event) {
    #[cfg(debug_assertions)]
    armed::hit(event);
    #[cfg(not(debug_assertions))]
    let _ = event;
}
