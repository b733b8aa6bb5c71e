//! What every part of the running gateway shares.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use naru_core::adapter::Platform;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::api::Overload;
use crate::api::guard::KnownKeys;
use crate::channels::Channels;
use crate::clock::{Clock, Ids};
use crate::config::Config;
use crate::egress::Egress;
use crate::ingress::BodyBudget;
use crate::media::MediaStore;
use crate::outbox::Outbox;
use crate::secrets::Vault;
use crate::store::{Db, Topic, Wakes, Writer};

/// How long a channel that another process has changed may look as before.
const OTHERS: Duration = Duration::from_secs(3);

/// What every part of the running gateway shares. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The shared parts.
pub struct Parts {
    /// The database, for reading.
    pub db: Db,
    /// The one writer.
    pub writer: Writer,
    /// What commits tell.
    pub wakes: Wakes,
    /// The clock.
    pub clock: Clock,
    /// The maker of ids.
    pub ids: Ids,
    /// The master keys.
    pub vault: Vault,
    /// The platforms in this binary.
    pub platforms: &'static [&'static Platform],
    /// The connected accounts.
    pub channels: Channels,
    /// The configuration.
    pub config: Config,
    /// The memory that request bodies may hold.
    pub bodies: BodyBudget,
    /// API keys that were checked a moment ago.
    pub known_keys: KnownKeys,
    /// Whether the backlog is beyond its bound.
    pub overload: Overload,
    /// The process's numbers.
    pub metrics: PrometheusHandle,
    /// The one HTTP client.
    pub egress: Egress,
    /// Where media lie.
    pub media: MediaStore,
    /// What the outbox keeps in memory.
    pub outbox: Outbox,
    /// Where files are kept.
    pub data_dir: PathBuf,
    /// The address under which the world reaches us, without a slash at the end.
    pub public_url: String,
    /// The web chat visitors who are connected to this process.
    pub streams: crate::webchat::Streams,
    /// Ends everything.
    pub shutdown: CancellationToken,
    /// The tasks that must end before the process does.
    pub tasks: TaskTracker,
}

impl std::ops::Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Puts the parts together and reads the channels.
    pub async fn new(parts: Parts) -> crate::store::Result<Self> {
        let app = Self(Arc::new(parts));
        app.reload_channels().await?;
        Ok(app)
    }

    /// Reads the channels again.
    pub async fn reload_channels(&self) -> crate::store::Result<()> {
        self.channels.reload(&self.db, &self.vault, self.platforms, self.clock.now()).await?;
        // What waited for a channel (paused, held) may go now.
        self.wakes.wake(Topic::Outbox);
        Ok(())
    }

    /// Keeps the channels in memory fresh until the end.
    pub async fn follow_channels(self) {
        loop {
            tokio::select! {
                () = self.shutdown.cancelled() => return,
                () = self.wakes.wait(Topic::Channels) => {}
                // Another process may have changed them: `naru apply` beside a running gateway, or another node.
                () = tokio::time::sleep(OTHERS) => {}
            }
            if let Err(error) = self.reload_channels().await {
                tracing::error!(%error, "the channels could not be read again");
            }
        }
    }
}
