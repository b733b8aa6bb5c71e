//! Channels as they stand in a file for `naru apply`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use naru_core::adapter::Secret;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::manage::Credentials;

/// A channel of the file.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its platform.
    pub platform: String,
    /// Its name; with the platform, it says which channel is meant.
    pub name: String,
    /// Its credentials, those of files read.
    pub credentials: Credentials,
    /// Its settings; one that is not named stays as it is.
    pub settings: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    channel: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    platform: String,
    name: String,
    #[serde(default)]
    credentials: BTreeMap<String, Secret>,
    #[serde(default)]
    settings: Map<String, Value>,
}

/// Reads the channels of a file; the faults name it, and the channel.
pub fn read(path: &Path) -> Result<Vec<Wanted>, Vec<String>> {
    let text = fs::read_to_string(path).map_err(|error| vec![format!("{}: {error}", path.display())])?;
    let file: File = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        vec![format!("{}:{line}: {}", path.display(), error.message())]
    })?;
    if file.channel.is_empty() {
        return Err(vec![format!("{}: expected a [[channel]], found none", path.display())]);
    }
    let folder = path.parent().map(PathBuf::from).unwrap_or_default();
    let mut faults = twins(&file.channel);
    let mut wanted = Vec::new();
    for entry in file.channel {
        match credentials(&folder, &entry.credentials) {
            Ok(credentials) => wanted.push(Wanted {
                platform: entry.platform,
                name: entry.name,
                credentials,
                settings: entry.settings,
            }),
            Err(more) => faults.extend(more.into_iter().map(|fault| format!("{}: {fault}", entry.name))),
        }
    }
    if faults.is_empty() { Ok(wanted) } else { Err(faults) }
}

/// Two entries that mean the same channel.
fn twins(entries: &[Entry]) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    entries
        .iter()
        .filter(|entry| !seen.insert((&entry.platform, &entry.name)))
        .map(|entry| format!("{}: stands twice in the file on {}", entry.name, entry.platform))
        .collect()
}

/// The credentials, `x_file` replaced by what the file holds; a relative path counts from the channels' own file.
fn credentials(folder: &Path, written: &BTreeMap<String, Secret>) -> Result<Credentials, Vec<String>> {
    let mut read = Credentials::new();
    let mut faults = Vec::new();
    for (key, value) in written {
        let Some(field) = key.strip_suffix("_file") else {
            read.insert(key.clone(), value.clone());
            continue;
        };
        if written.contains_key(field) {
            faults.push(format!("expected {field} or {key}, found both"));
            continue;
        }
        let path = folder.join(value.expose());
        match fs::read_to_string(&path) {
            Ok(text) => {
                read.insert(field.to_owned(), Secret::new(text.trim_end_matches(['\r', '\n'])));
            }
            Err(error) => faults.push(format!("{key}: {}: {error}", path.display())),
        }
    }
    if faults.is_empty() { Ok(read) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("channels.toml");
        fs::write(&path, text).unwrap();
        let prefix = format!("{}/", folder.path().display());
        read(&path).unwrap_err().into_iter().map(|fault| fault.replace(&prefix, "")).collect()
    }

    #[test]
    fn a_secret_comes_from_its_file() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("secret"), "s3cret\n").unwrap();
        let path = folder.path().join("channels.toml");
        let text = "[[channel]]\nplatform = \"line\"\nname = \"가게\"\n[channel.credentials]\nchannel_secret_file = \"secret\"\n\
                    channel_access_token = \"t\"\n[channel.settings]\nlink_buttons = \"native\"\n";
        fs::write(&path, text).unwrap();
        let wanted = read(&path).unwrap().remove(0);
        assert_eq!(wanted.credentials["channel_secret"].expose(), "s3cret");
        assert_eq!(wanted.credentials["channel_access_token"].expose(), "t");
        assert_eq!(wanted.settings["link_buttons"], "native");
        assert!(!format!("{wanted:?}").contains("s3cret"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let head = "[[channel]]\nplatform = \"line\"\nname = \"a\"\n";
        assert_eq!(faults(""), ["channels.toml: expected a [[channel]], found none"]);
        assert!(
            faults(&format!("{head}colour = 1\n"))[0].starts_with("channels.toml:4: unknown field `colour`")
        );
        assert_eq!(faults(&format!("{head}{head}")), ["a: stands twice in the file on line"]);
        let both = format!("{head}[channel.credentials]\nx = \"1\"\nx_file = \"1\"\n");
        assert_eq!(faults(&both), ["a: expected x or x_file, found both"]);
        let missing = format!("{head}[channel.credentials]\nx_file = \"nowhere\"\n");
        assert!(faults(&missing)[0].starts_with("a: x_file: nowhere: "), "{:?}", faults(&missing));
    }
}
