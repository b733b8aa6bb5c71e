//! What production refuses.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

use super::{Config, Environment};

/// Why these settings may not run with `env = "production"`; empty in development, or where all is well.
pub fn unsafe_settings(config: &Config) -> Vec<String> {
    if config.env == Environment::Development {
        return Vec::new();
    }
    let rules = [
        (
            config.master_key_file.is_none(),
            "`master_key_file` is not set: name a file that lies apart from `data_dir`, so that a copy of the data \
             does not hold its own key"
                .to_owned(),
        ),
        (
            config.public_url.is_none(),
            "`public_url` is not set: platforms call it, and signatures are made over it".to_owned(),
        ),
        (
            config.public_url.as_ref().is_some_and(|url| !url.starts_with("https://")),
            "`public_url` is not https: customers' words and agents' cookies would travel in the open".to_owned(),
        ),
        (
            config.egress.allow_private_network,
            "`egress.allow_private_network` is true: a customer's address could reach machines of your own network"
                .to_owned(),
        ),
    ];
    let broken = rules.into_iter().filter(|(broken, _)| *broken).map(|(_, sentence)| sentence);
    let readable = [Some(config.data_dir.as_path()), config.master_key_file.as_deref()];
    let readable = readable.into_iter().flatten().filter_map(readable_by_others);
    broken.chain(readable).map(|sentence| format!("env = \"production\" refuses: {sentence}")).collect()
}

/// Makes the data folder, for its owner alone. One that is there stays as it is.
pub fn create_data_dir(path: &Path) -> std::io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn readable_by_others(path: &Path) -> Option<String> {
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o007 != 0).then(|| {
        format!("{} is open to everyone on this machine (mode {mode:03o}): chmod o-rwx it", path.display())
    })
}
