//! Credentials at rest: one XChaCha20-Poly1305 box per value, bound to its row and its master key.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use naru_core::adapter::Secret;

use crate::clock::random;

/// What can go wrong with the master keys or a sealed value.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The key file cannot be read or written.
    #[error("the master key file {path}: {source}")]
    File {
        /// Where.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line of the key file is not a key.
    #[error(
        "expected lines of \"<name> <32 bytes in base64>\" in the master key file, found another at line {0}"
    )]
    Line(usize),
    /// Others may read the key file.
    #[error("the master key file {0} can be read by others: chmod 600 it")]
    Readable(String),
    /// A value was sealed by a key that is not in the file.
    #[error("no master key named {0}: restore the key file that belongs to this database")]
    UnknownKey(String),
    /// A value was changed, or belongs to another row.
    #[error("a sealed value does not open: it was changed, or the key file belongs to another database")]
    Broken,
}

/// A sealed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The master key that sealed it.
    pub key_id: String,
    /// The nonce.
    pub nonce: Vec<u8>,
    /// The box.
    pub sealed: Vec<u8>,
}

/// The master keys. The last one in the file seals; all open.
#[derive(Clone)]
pub struct Vault {
    keys: BTreeMap<String, [u8; 32]>,
    newest: String,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("newest", &self.newest).finish_non_exhaustive()
    }
}

impl Vault {
    /// Opens the key file, or makes it with one new key and mode 0600 where it does not exist.
    pub fn open_or_create(path: &Path) -> Result<Self, SecretError> {
        let failed = |source| SecretError::File { path: path.display().to_string(), source };
        match std::fs::read_to_string(path) {
            Ok(text) => {
                check_mode(path)?;
                Self::parse(&text)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let vault = Self::random();
                write_private(path, &vault.text()).map_err(failed)?;
                Ok(vault)
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// A vault of one new key.
    pub fn random() -> Self {
        let newest = "k1".to_owned();
        Self { keys: BTreeMap::from([(newest.clone(), random())]), newest }
    }

    fn text(&self) -> String {
        let lines: Vec<String> =
            self.keys.iter().map(|(name, key)| format!("{name} {}\n", STANDARD.encode(key))).collect();
        lines.concat()
    }

    fn parse(text: &str) -> Result<Self, SecretError> {
        let mut keys = BTreeMap::new();
        let mut newest = String::new();
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let (name, key) = line.trim().split_once(' ').ok_or(SecretError::Line(number))?;
            let bytes = STANDARD.decode(key.trim()).map_err(|_| SecretError::Line(number))?;
            keys.insert(name.to_owned(), bytes.try_into().map_err(|_| SecretError::Line(number))?);
            name.clone_into(&mut newest);
        }
        if keys.is_empty() { Err(SecretError::Line(1)) } else { Ok(Self { keys, newest }) }
    }

    /// Seals a value for the row that `place` names (`table|row|field`).
    pub fn seal(&self, place: &str, value: &Secret) -> Sealed {
        let nonce = random::<24>();
        let cipher = XChaCha20Poly1305::new(&self.keys[&self.newest].into());
        let bound = bind(place, &self.newest);
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: value.expose().as_bytes(), aad: bound.as_bytes() })
            .expect("a credential is far smaller than the cipher's limit");
        Sealed { key_id: self.newest.clone(), nonce: nonce.to_vec(), sealed }
    }

    /// Opens a value that was sealed for the same `place`.
    pub fn open(&self, place: &str, sealed: &Sealed) -> Result<Secret, SecretError> {
        let key =
            self.keys.get(&sealed.key_id).ok_or_else(|| SecretError::UnknownKey(sealed.key_id.clone()))?;
        let nonce: [u8; 24] = sealed.nonce.as_slice().try_into().map_err(|_| SecretError::Broken)?;
        let bound = bind(place, &sealed.key_id);
        let bytes = XChaCha20Poly1305::new(&(*key).into())
            .decrypt(&XNonce::from(nonce), Payload { msg: &sealed.sealed, aad: bound.as_bytes() })
            .map_err(|_| SecretError::Broken)?;
        String::from_utf8(bytes).map(Secret::new).map_err(|_| SecretError::Broken)
    }
}

fn bind(place: &str, key_id: &str) -> String {
    format!("{place}|{key_id}")
}

/// What may be shown of a secret: its last four characters, where it is long enough to hide the rest.
pub fn hint(value: &Secret) -> String {
    let length = value.expose().chars().count();
    if length < 12 {
        return "…".to_owned();
    }
    let tail: String = value.expose().chars().skip(length - 4).collect();
    format!("…{tail}")
}

#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), SecretError> {
    use std::os::unix::fs::PermissionsExt;
    let failed = |source| SecretError::File { path: path.display().to_string(), source };
    let mode = std::fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode.trailing_zeros() >= 6 { Ok(()) } else { Err(SecretError::Readable(path.display().to_string())) }
}

#[cfg(not(unix))]
fn check_mode(_path: &Path) -> Result<(), SecretError> {
    Ok(())
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_in_its_own_row() {
        let vault = Vault::random();
        let sealed = vault.seal("channel_secret|a|channel_secret", &Secret::new("s3cret"));
        assert_eq!(vault.open("channel_secret|a|channel_secret", &sealed).unwrap().expose(), "s3cret");
        assert!(matches!(vault.open("channel_secret|b|channel_secret", &sealed), Err(SecretError::Broken)));
        assert!(matches!(
            Vault::random().open("channel_secret|a|channel_secret", &sealed),
            Err(SecretError::Broken)
        ));
    }

    #[test]
    fn the_key_file_is_made_once_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let sealed = Vault::open_or_create(&path).unwrap().seal("p", &Secret::new("x"));
        assert_eq!(Vault::open_or_create(&path).unwrap().open("p", &sealed).unwrap().expose(), "x");
        assert!(matches!(Vault::parse("k1 short"), Err(SecretError::Line(1))));
    }

    #[test]
    fn a_hint_shows_the_tail_of_a_long_secret_and_nothing_of_a_short_one() {
        assert_eq!(hint(&Secret::new("abcdefgh9f2c")), "…9f2c");
        assert_eq!(hint(&Secret::new("hunter2")), "…");
    }
}
