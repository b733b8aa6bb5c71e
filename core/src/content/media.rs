//! Pictures, documents, videos and recordings, wherever their bytes are.

use serde::{Deserialize, Serialize};

use crate::ids::MediaId;

/// A medium inside a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediaBlock {
    /// Where its bytes are.
    pub media: Media,
    /// What stands for it where it cannot be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt: Option<String>,
    /// The file's name; a label, never a path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Words that belong to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// How long it plays, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
}

impl MediaBlock {
    /// A medium with nothing said about it.
    pub fn of(media: Media) -> Self {
        Self { media, alt: None, name: None, caption: None, duration_ms: None }
    }
}

/// Where a medium's bytes are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Media {
    /// In our store, or on their way into it.
    Stored(StoredMedia),
    /// At an address: an author's, or a platform's that needs no credentials.
    Remote(RemoteMedia),
    /// With the platform, to be asked for by `Job::Media`.
    Platform(PlatformMedia),
}

/// A medium in our store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredMedia {
    /// Its id at `/media/{id}`.
    pub id: MediaId,
    /// Whether its bytes are there. Absent in what an author writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<MediaState>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Its type by its first bytes, not by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime: Option<String>,
    /// Its length in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

/// Whether a stored medium's bytes are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaState {
    /// Being fetched.
    Pending,
    /// There.
    Ready,
    /// Will never be there.
    Failed,
}

/// A medium at an address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoteMedia {
    /// The address.
    pub url: String,
}

/// A medium that its platform hands out on request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformMedia {
    /// What the adapter needs in order to ask for it, e.g. LINE's message id.
    pub reference: String,
}

/// The four kinds of media.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A document.
    File,
    /// A moving picture.
    Video,
    /// A recording.
    Audio,
}
