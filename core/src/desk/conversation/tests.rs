use super::*;

/// Every state under every move, with nobody in control. Columns: bot, queued, unassigned, open, held, closed.
const TABLE: [(Move, [State; 6]); 13] = {
    use State::{Bot, Closed, Held, Open, Queued, Unassigned};
    [
        (Move::Entered, [Bot, Queued, Unassigned, Open, Held, Closed]),
        (Move::CustomerWrote, [Open, Queued, Unassigned, Open, Open, Open]),
        (Move::ManagerWrote, [Open, Open, Open, Open, Open, Open]),
        (Move::ProgramWrote, [Bot, Queued, Unassigned, Open, Held, Closed]),
        (Move::Open, [Open, Open, Open, Open, Open, Open]),
        (Move::Queue, [Queued, Queued, Queued, Queued, Held, Closed]),
        (Move::Release, [Unassigned, Unassigned, Unassigned, Unassigned, Held, Closed]),
        (Move::Hold, [Held, Held, Held, Held, Held, Closed]),
        (Move::HoldEnded, [Bot, Queued, Unassigned, Open, Open, Closed]),
        (Move::Close, [Closed, Closed, Closed, Closed, Closed, Closed]),
        (Move::WorkflowBegan, [Bot, Queued, Unassigned, Open, Held, Closed]),
        (Move::AiBegan, [Bot, Queued, Unassigned, Open, Held, Closed]),
        (Move::ProgramEnded, [Bot, Queued, Unassigned, Open, Held, Closed]),
    ]
};

#[test]
fn every_transition_is_listed() {
    let listed: Vec<Move> = TABLE.iter().map(|(cause, _)| *cause).collect();
    assert_eq!(listed, Move::ALL);
    for (cause, becomes) in TABLE {
        for (state, expected) in State::ALL.into_iter().zip(becomes) {
            assert_eq!(step(state, Control::None, cause).0, expected, "{} under {cause:?}", state.name());
        }
    }
}

#[test]
fn control_follows_who_acts() {
    for control in Control::ALL {
        for state in State::ALL {
            let after = |cause| step(state, control, cause).1;
            assert_eq!(after(Move::ManagerWrote), Control::Human);
            assert_eq!(after(Move::Open), Control::Human);
            assert_eq!(after(Move::Close), Control::None);
            let ended = if control.is_program() { Control::None } else { control };
            assert_eq!(after(Move::ProgramEnded), ended);
            let begun =
                if state == State::Closed || control == Control::Human { control } else { Control::Workflow };
            assert_eq!(after(Move::WorkflowBegan), begun);
            for cause in [Move::Entered, Move::ProgramWrote, Move::Queue, Move::Release, Move::Hold] {
                assert_eq!(after(cause), control);
            }
        }
    }
}

#[test]
fn c28_while_a_program_listens_a_new_conversation_stays_with_it() {
    for control in [Control::Workflow, Control::Ai] {
        assert_eq!(step(State::Bot, control, Move::CustomerWrote), (State::Bot, control));
    }
    assert_eq!(step(State::Bot, Control::Human, Move::CustomerWrote).0, State::Open);
}

#[test]
fn every_name_reads_back() {
    assert!(State::ALL.into_iter().all(|state| State::parse(state.name()) == Some(state)));
    assert!(Control::ALL.into_iter().all(|control| Control::parse(control.name()) == Some(control)));
    assert!(ClosedBy::ALL.into_iter().all(|by| ClosedBy::parse(by.name()) == Some(by)));
    assert_eq!(State::parse("lost"), None);
}

#[test]
fn c08_only_our_own_closing_starts_workflows_about_closing() {
    let ours: Vec<ClosedBy> = ClosedBy::ALL.into_iter().filter(|by| by.is_ours()).collect();
    assert_eq!(ours, [ClosedBy::Manager, ClosedBy::Workflow, ClosedBy::Api]);
}
