//! The connected accounts in memory: what ingress, pipeline, outbox and API ask at every step.

pub mod file;
pub mod manage;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, RwLock};

use naru_core::adapter::{Account, Adapter, Platform, Secret};
use naru_core::capabilities::Capabilities;
use naru_core::ids::ChannelId;
use naru_core::settings::CommonSettings;
use naru_core::time::Millis;
use serde_json::{Map, Value};
use tracing::warn;

use crate::secrets::{Sealed, Vault};
use crate::store::rows::channel::{self, ChannelRow, SecretRow};
use crate::store::{Db, Result, StoreError};

/// How the connection to a platform's account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Works.
    Ok,
    /// Fails again and again, and is tried again and again.
    Degraded,
    /// The credentials do not work; the outbox is held until an admin has entered new ones.
    AuthBroken,
    /// The platform's quota is used up.
    Quota,
    /// An admin has paused it.
    Paused,
}

impl Health {
    /// The name in the API and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Degraded => "degraded",
            Self::AuthBroken => "auth_broken",
            Self::Quota => "quota",
            Self::Paused => "paused",
        }
    }

    fn parse(name: &str) -> Self {
        [Self::Degraded, Self::AuthBroken, Self::Quota]
            .into_iter()
            .find(|h| h.name() == name)
            .unwrap_or(Self::Ok)
    }
}

/// What may be shown of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretHint {
    /// Its last characters.
    pub hint: String,
    /// When it was entered.
    pub set_at: Millis,
}

/// One connected account.
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// Its row.
    pub row: ChannelRow,
    /// Its platform.
    pub platform: &'static Platform,
    /// What its flavour can do.
    pub capabilities: Capabilities,
    /// Its settings as they were entered.
    pub settings: Map<String, Value>,
    /// The settings that every channel has.
    pub common: CommonSettings,
    /// What may be shown of its credentials.
    pub hints: BTreeMap<String, SecretHint>,
    /// Its translator; the sentence says why there is none.
    pub adapter: std::result::Result<Box<dyn Adapter>, String>,
}

impl Channel {
    /// How it is; an admin's pause hides everything else.
    pub fn health(&self) -> Health {
        if self.row.paused != 0 { Health::Paused } else { Health::parse(&self.row.health) }
    }

    /// Whether an admin has paused it.
    pub fn is_paused(&self) -> bool {
        self.row.paused != 0
    }
}

#[derive(Default)]
struct Snapshot {
    by_id: HashMap<ChannelId, Arc<Channel>>,
    by_key: HashMap<String, Arc<Channel>>,
    order: Vec<Arc<Channel>>,
}

/// All connected accounts. Cheap to clone; every answer is of one moment.
#[derive(Clone, Default)]
pub struct Channels(Arc<RwLock<Arc<Snapshot>>>);

impl Channels {
    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.0.read().expect("no reader panics while it holds the lock"))
    }

    /// The channel of that id.
    pub fn get(&self, id: ChannelId) -> Option<Arc<Channel>> {
        self.snapshot().by_id.get(&id).cloned()
    }

    /// The channel of that id, as text.
    pub fn find(&self, id: &str) -> Option<Arc<Channel>> {
        self.get(id.parse().ok()?)
    }

    /// The channel that a hook's address names.
    pub fn by_key(&self, platform: &str, key: &str) -> Option<Arc<Channel>> {
        self.snapshot().by_key.get(key).filter(|channel| channel.platform.name == platform).cloned()
    }

    /// Every channel, oldest first.
    pub fn all(&self) -> Vec<Arc<Channel>> {
        self.snapshot().order.clone()
    }

    /// Reads everything again. Called at the start and whenever `Topic::Channels` was touched.
    pub async fn reload(
        &self,
        db: &Db,
        vault: &Vault,
        platforms: &'static [&'static Platform],
        now: Millis,
    ) -> Result<()> {
        let mut tx = db.read().await?;
        let rows = channel::all(&mut tx).await?;
        let mut secrets: HashMap<String, Vec<SecretRow>> = HashMap::new();
        for secret in channel::secrets(&mut tx).await? {
            secrets.entry(secret.channel_id.clone()).or_default().push(secret);
        }
        drop(tx);
        let mut snapshot = Snapshot::default();
        for row in rows {
            let secrets = secrets.remove(&row.id).unwrap_or_default();
            let Some(platform) = platforms.iter().find(|platform| platform.name == row.platform) else {
                warn!(channel_id = %row.id, platform = %row.platform, "a channel's platform is not in this binary");
                continue;
            };
            let channel = Arc::new(open(row, &secrets, platform, vault, now)?);
            snapshot.by_id.insert(channel.id, Arc::clone(&channel));
            snapshot.by_key.insert(channel.row.hook_key.clone(), Arc::clone(&channel));
            snapshot.order.push(channel);
        }
        *self.0.write().expect("no writer panics while it holds the lock") = Arc::new(snapshot);
        Ok(())
    }
}

/// The row that a sealed credential is bound to.
pub fn place(channel_id: &str, field: &str) -> String {
    format!("channel_secret|{channel_id}|{field}")
}

fn open(
    row: ChannelRow,
    secrets: &[SecretRow],
    platform: &'static Platform,
    vault: &Vault,
    now: Millis,
) -> Result<Channel> {
    let settings: Map<String, Value> = serde_json::from_str(&row.settings)
        .map_err(|source| StoreError::Document { what: "channel.settings", source })?;
    let common = CommonSettings::read(&settings).unwrap_or_default();
    let mut account =
        Account { settings: settings.clone(), identity: row.identity.clone(), ..Account::default() };
    let mut hints = BTreeMap::new();
    let mut trouble = None;
    for secret in secrets.iter().filter(|s| s.valid_until.is_none_or(|until| until > now.0)) {
        let sealed = Sealed {
            key_id: secret.key_id.clone(),
            nonce: secret.nonce.clone(),
            sealed: secret.sealed.clone(),
        };
        match vault.open(&place(&row.id, &secret.field), &sealed) {
            Ok(value) => keep(&mut account, &mut hints, secret, value),
            Err(error) => trouble = Some(format!("{}: {error}", secret.field)),
        }
    }
    let adapter = match trouble {
        Some(trouble) => Err(trouble),
        None => (platform.open)(&account).map_err(|error| error.to_string()),
    };
    Ok(Channel {
        id: row.id.parse().map_err(|_| StoreError::Url(format!("channel id {}", row.id)))?,
        capabilities: platform.capabilities_of(common.flavour.as_deref()),
        platform,
        settings,
        common,
        hints,
        adapter,
        row,
    })
}

fn keep(account: &mut Account, hints: &mut BTreeMap<String, SecretHint>, secret: &SecretRow, value: Secret) {
    if secret.valid_until.is_none() {
        hints.insert(
            secret.field.clone(),
            SecretHint { hint: secret.hint.clone(), set_at: Millis(secret.set_at) },
        );
        account.credentials.insert(secret.field.clone(), value);
    } else {
        account.previous.entry(secret.field.clone()).or_default().push(value);
    }
}
