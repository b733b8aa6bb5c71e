//! What a conversation's state and control become when something happens. The tests list every transition.

use serde::{Deserialize, Serialize};

/// Where a conversation stands in the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// A program talks, or nobody has written yet: not in the inbox, no alerts (inventory C28).
    Bot,
    /// Waits to be assigned automatically.
    Queued,
    /// Waits for somebody to take it.
    Unassigned,
    /// Somebody answers, or should.
    Open,
    /// Set aside until a time.
    Held,
    /// Over.
    Closed,
}

impl State {
    /// All states.
    pub const ALL: [Self; 6] =
        [Self::Bot, Self::Queued, Self::Unassigned, Self::Open, Self::Held, Self::Closed];

    /// The state's name in the API and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::Queued => "queued",
            Self::Unassigned => "unassigned",
            Self::Open => "open",
            Self::Held => "held",
            Self::Closed => "closed",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// Who leads a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// A workflow.
    Workflow,
    /// The AI agent.
    Ai,
    /// A person.
    Human,
    /// Nobody yet.
    None,
}

impl Control {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Workflow, Self::Ai, Self::Human, Self::None];

    /// The name in the API and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Workflow => "workflow",
            Self::Ai => "ai",
            Self::Human => "human",
            Self::None => "none",
        }
    }

    /// The control of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|control| control.name() == name)
    }

    /// Whether a program leads.
    pub fn is_program(self) -> bool {
        matches!(self, Self::Workflow | Self::Ai)
    }
}

/// Who closed a conversation (inventory C08).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosedBy {
    /// A person on our side.
    Manager,
    /// A workflow.
    Workflow,
    /// A program, over the API.
    Api,
    /// The platform ended its session.
    PlatformSessionEnd,
    /// The customer left the room or typed the end command.
    CustomerLeft,
}

impl ClosedBy {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Manager, Self::Workflow, Self::Api, Self::PlatformSessionEnd, Self::CustomerLeft];

    /// The name in the API and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Manager => "manager",
            Self::Workflow => "workflow",
            Self::Api => "api",
            Self::PlatformSessionEnd => "platform_session_end",
            Self::CustomerLeft => "customer_left",
        }
    }

    /// The cause of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.name() == name)
    }

    /// Whether we closed it: only then do workflows about closing start by default.
    pub fn is_ours(self) -> bool {
        matches!(self, Self::Manager | Self::Workflow | Self::Api)
    }
}

/// What moves a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Move {
    /// The customer came in without a word.
    Entered,
    /// The customer wrote.
    CustomerWrote,
    /// A person on our side wrote.
    ManagerWrote,
    /// A program wrote.
    ProgramWrote,
    /// A person opened it, or took it by hand.
    Open,
    /// It waits to be assigned automatically.
    Queue,
    /// It waits for somebody to take it.
    Release,
    /// A person set it aside.
    Hold,
    /// The time for which it was set aside is over.
    HoldEnded,
    /// It is over.
    Close,
    /// A workflow began to talk.
    WorkflowBegan,
    /// The AI agent began to talk.
    AiBegan,
    /// The program that led has ended.
    ProgramEnded,
}

impl Move {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Entered,
        Self::CustomerWrote,
        Self::ManagerWrote,
        Self::ProgramWrote,
        Self::Open,
        Self::Queue,
        Self::Release,
        Self::Hold,
        Self::HoldEnded,
        Self::Close,
        Self::WorkflowBegan,
        Self::AiBegan,
        Self::ProgramEnded,
    ];
}

/// What state and control become. Total: what changes nothing is listed nowhere and gives the same back.
pub fn step(state: State, control: Control, cause: Move) -> (State, Control) {
    use State::{Bot, Closed, Held, Open, Queued, Unassigned};
    match (state, cause) {
        // A customer's word reaches the inbox unless a program listens; what was set aside or over opens again.
        (Bot, Move::CustomerWrote) if control.is_program() => (Bot, control),
        (Bot | Held, Move::CustomerWrote) | (Held, Move::HoldEnded) => (Open, control),
        (Closed, Move::CustomerWrote) => (Open, Control::None),
        // A person's word or hand takes the control from every program (C05: also where it was over).
        (_, Move::ManagerWrote | Move::Open) => (Open, Control::Human),
        (Bot | Unassigned | Open, Move::Queue) => (Queued, control),
        (Bot | Queued | Open, Move::Release) => (Unassigned, control),
        (Bot | Queued | Unassigned | Open, Move::Hold) => (Held, control),
        (_, Move::Close) => (Closed, Control::None),
        (Bot | Queued | Unassigned | Open | Held, Move::WorkflowBegan) if control != Control::Human => {
            (state, Control::Workflow)
        }
        (Bot | Queued | Unassigned | Open | Held, Move::AiBegan) if control != Control::Human => {
            (state, Control::Ai)
        }
        (_, Move::ProgramEnded) if control.is_program() => (state, Control::None),
        _ => (state, control),
    }
}

#[cfg(test)]
mod tests;
