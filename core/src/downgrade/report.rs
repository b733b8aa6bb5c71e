//! What a downgrade changed, element by element. What is kept is not listed.

use serde::{Deserialize, Serialize};

/// Everything that was changed in a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The changes, in the order of the passes.
    #[serde(default)]
    pub changes: Vec<Change>,
    /// What the customer will not see in any form.
    #[serde(default)]
    pub lost: Vec<Loss>,
}

impl Report {
    /// Adds a change.
    pub fn change(&mut self, path: &str, what: &str, action: Action, rule: &str, detail: impl Into<String>) {
        self.changes.push(Change {
            path: path.to_owned(),
            what: what.to_owned(),
            action,
            rule: Some(rule.to_owned()).filter(|rule| !rule.is_empty()),
            detail: detail.into(),
        });
    }

    /// Adds an element that is gone, and its change.
    pub fn lose(&mut self, path: &str, what: &str, rule: &str, detail: impl Into<String>) {
        let detail = detail.into();
        self.lost.push(Loss { path: path.to_owned(), what: what.to_owned(), detail: detail.clone() });
        self.change(path, what, Action::Dropped, rule, detail);
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The element, as a JSON pointer into the content.
    pub path: String,
    /// Which kind of element: `mention`, `mark`, `link`, `link_button`, `reply_buttons`, `text`, `image`, ...
    pub what: String,
    /// What was done to it.
    pub action: Action,
    /// The inventory's id of the rule, where there is one.
    pub rule: Option<String>,
    /// What stands there now, in words.
    pub detail: String,
}

/// What was done to an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Something else stands there.
    Replaced,
    /// The words stayed, their dress is gone.
    Stripped,
    /// It became several.
    Split,
    /// Another element of the platform's stands in.
    Adapted,
    /// An address to it stands there.
    Linked,
    /// It is gone.
    Dropped,
}

/// An element that the customer will not see in any form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// The element, as a JSON pointer into the content.
    pub path: String,
    /// Which kind of element.
    pub what: String,
    /// Why it is gone.
    pub detail: String,
}
