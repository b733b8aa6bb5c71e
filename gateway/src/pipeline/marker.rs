//! Notes which rows are being worked, so that a row that ends the process is found after the restart.
//!
//! One small file in the data folder, written before each batch and never synced: it has to outlive the process, not
//! the machine. What a lost or old marker costs is nothing: rows that are done are not pending any more.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tracing::warn;

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Noted {
    /// The rows being worked.
    working: Vec<String>,
    /// Rows of earlier batches that ended with the process: they are worked one at a time.
    suspects: BTreeSet<String>,
}

/// The marker file.
pub(super) struct Marker {
    path: PathBuf,
    noted: Noted,
}

impl Marker {
    /// Reads what the process before this one left. The second value is the row that was being worked alone, if any.
    pub(super) fn open(path: PathBuf) -> (Self, Option<String>) {
        let before: Noted = std::fs::read(&path)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        let alone = match before.working.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        };
        let mut noted = Noted { working: Vec::new(), suspects: before.suspects };
        noted.suspects.extend(before.working);
        (Self { path, noted }, alone)
    }

    /// Whether a row was being worked when the process ended.
    pub(super) fn suspects(&self, id: &str) -> bool {
        self.noted.suspects.contains(id)
    }

    /// Notes the rows before they are worked.
    pub(super) fn begin(&mut self, ids: &[String]) {
        self.noted.working = ids.to_vec();
        self.write();
    }

    /// Notes that rows were worked without harm. Nothing is written before the next batch begins.
    pub(super) fn end(&mut self, ids: &[String]) {
        self.noted.working.clear();
        for id in ids {
            self.noted.suspects.remove(id);
        }
    }

    /// Forgets everything, because nothing is left to be worked.
    pub(super) fn rest(&mut self) {
        if self.noted != Noted::default() || self.path.exists() {
            self.noted = Noted::default();
            let _ = std::fs::remove_file(&self.path);
        }
    }

    fn write(&self) {
        let text = serde_json::to_vec(&self.noted).expect("lists of ids are JSON");
        if let Err(error) = std::fs::write(&self.path, text) {
            warn!(%error, path = %self.path.display(), "the marker of the rows being worked cannot be written");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(list: &[&str]) -> Vec<String> {
        list.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn rows_of_an_unfinished_batch_are_suspects_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("marker");
        let (mut marker, alone) = Marker::open(path.clone());
        assert_eq!(alone, None);
        marker.begin(&ids(&["a", "b"]));
        let (mut marker, alone) = Marker::open(path.clone());
        assert_eq!(alone, None);
        assert!(marker.suspects("a") && marker.suspects("b"));
        marker.begin(&ids(&["a"]));
        marker.end(&ids(&["a"]));
        marker.begin(&ids(&["b"]));
        let (marker, alone) = Marker::open(path);
        assert_eq!(alone, Some("b".to_owned()));
        assert!(!marker.suspects("a") && marker.suspects("b"));
    }

    #[test]
    fn a_finished_process_leaves_no_suspects() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("marker");
        let (mut marker, _) = Marker::open(path.clone());
        marker.begin(&ids(&["a"]));
        marker.end(&ids(&["a"]));
        marker.rest();
        assert!(!Marker::open(path).0.suspects("a"));
    }
}
