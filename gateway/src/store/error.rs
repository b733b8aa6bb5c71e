//! What can go wrong with the database.

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The engine refused or could not be reached.
    #[error("the database: {0}")]
    Sql(#[from] sqlx::Error),
    /// A stored document cannot be read.
    #[error("a stored {what} cannot be read: {source}")]
    Document {
        /// Which column of which table.
        what: &'static str,
        /// What the parser said.
        source: serde_json::Error,
    },
    /// A row that another row names is not there.
    #[error("the {what} {id} is missing")]
    Missing {
        /// What is missing.
        what: &'static str,
        /// The row that names it.
        id: String,
    },
    /// The database was written by a newer version.
    #[error("expected a database of version {ours} or older, found version {found}: run a newer naru")]
    Newer {
        /// The newest version that this binary knows.
        ours: i64,
        /// The version that was found.
        found: i64,
    },
    /// The address is of no engine that we know.
    #[error("expected sqlite:... or postgres:..., found {0}")]
    Url(String),
    /// A commit failed; nothing of it is stored.
    #[error("the commit failed: {0}")]
    Commit(String),
    /// The writer has stopped, because the process is ending.
    #[error("the database writer has stopped")]
    Stopped,
    /// More is waiting to be written than may wait.
    #[error("too much is waiting to be written")]
    Full,
}

/// The result of a database function.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
