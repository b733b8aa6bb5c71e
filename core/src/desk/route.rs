//! Whether an event goes on in the conversation that its lane leads to, or begins a new one.

use super::{Rules, State, View};
use crate::capabilities::OnReturn;
use crate::event::{Event, What};
use crate::session::CloseCause;
use crate::time::Millis;

/// Where an event goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Into the conversation that the lane leads to.
    Same,
    /// Into a new one.
    New {
        /// Why the platform's session of the one before is over, where its ledger does not know yet.
        over: Option<CloseCause>,
    },
}

/// Where an event goes. A conversation whose platform session was closed stays closed and a new one begins, where the
/// platform or the channel's settings say so; otherwise the same one opens again.
pub fn route(view: &View, rules: &Rules<'_>, event: &Event, arrived: Millis) -> Route {
    if !returns(&event.what) || is_late(view, event, arrived) {
        return Route::Same;
    }
    let over = session_over(view, event, arrived);
    let session_closed = over.is_some() || view.session.as_ref().is_some_and(|s| s.closed_at.is_some());
    if rules.on_return() == OnReturn::Same {
        return Route::Same;
    }
    // Only an admin's own word divides what the platform holds together.
    let divided = rules.settings.on_return.is_some() && view.state == State::Closed;
    match (session_closed, divided) {
        (true, _) => Route::New { over },
        (false, true) => Route::New { over: view.session.as_ref().map(|_| CloseCause::Agent) },
        (false, false) => Route::Same,
    }
}

/// Whether the customer does something that could begin a conversation.
fn returns(what: &What) -> bool {
    matches!(what, What::Message(_) | What::Postback(_) | What::FormAnswered(_) | What::Entered(_))
}

/// Whether an event belongs to a session that the ledger has closed or replaced already.
pub(super) fn is_late(view: &View, event: &Event, arrived: Millis) -> bool {
    let (Some(session), Some(named)) = (&view.session, event.session.as_deref()) else { return false };
    let at = event.at.unwrap_or(arrived);
    if session.is_named(Some(named)) {
        session.closed_at.is_some_and(|closed| at <= closed)
    } else {
        at < session.opened_at
    }
}

/// Why the ledger's session is over by this event's word, where the ledger does not know it yet.
pub(super) fn session_over(view: &View, event: &Event, arrived: Millis) -> Option<CloseCause> {
    let session = view.session.as_ref().filter(|session| session.closed_at.is_none())?;
    if !session.is_named(event.session.as_deref()) {
        return Some(CloseCause::Unknown);
    }
    let at = event.at.unwrap_or(arrived);
    session.expires_at.is_some_and(|end| end <= at).then_some(CloseCause::Idle)
}
