//! Puts the gateway together, runs it, ends it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use naru_core::adapter::Platform;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::{App, Parts};
use crate::channels::Channels;
use crate::clock::{Clock, Ids};
use crate::config::Config;
use crate::egress::{Egress, Reach};
use crate::media::MediaStore;
use crate::outbox::Outbox;
use crate::secrets::{SecretError, Vault};
use crate::store::rows::journal;
use crate::store::{Db, StoreError, Wakes, Writer};
use crate::{api, console, ingress, telemetry, webchat};

/// Why the gateway cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be made.
    #[error("the data folder {path}: {source}")]
    DataDir {
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Somebody else listens there.
    #[error(
        "{0} is taken by another program: choose another address with --listen, e.g. --listen 127.0.0.1:8090"
    )]
    Busy(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The master keys.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Opens the data folder, the keys and the database, and puts the shared parts together. Starts no worker.
pub async fn open(
    config: &Config,
    platforms: &'static [&'static Platform],
    clock: Clock,
) -> Result<App, StartError> {
    install_tls();
    let data_dir = config.data_dir.clone();
    let failed = |source| StartError::DataDir { path: data_dir.clone(), source };
    crate::config::create_data_dir(&data_dir).map_err(failed)?;
    let vault = Vault::open_or_create(&config.master_key_file())?;
    let db = Db::open(&config.database_url()).await?;
    let wakes = Wakes::default();
    let media_dir = config.media_dir();
    let media = MediaStore::open(&media_dir)
        .map_err(|source| StartError::DataDir { path: media_dir.clone(), source })?;
    let reach = if config.egress.allow_private_network { Reach::Private } else { Reach::Public };
    let parts = Parts {
        egress: Egress::new(reach, clock.clone()),
        media,
        outbox: Outbox::default(),
        writer: Writer::start(&db, &wakes),
        db,
        wakes,
        clock,
        ids: Ids::default(),
        vault,
        platforms,
        channels: Channels::default(),
        bodies: ingress::BodyBudget::new(config.limits.body_memory_bytes),
        known_keys: api::guard::KnownKeys::default(),
        overload: api::Overload::default(),
        metrics: telemetry::start_metrics(),
        public_url: config.public_url().trim_end_matches('/').to_owned(),
        data_dir,
        config: config.clone(),
        streams: crate::webchat::Streams::default(),
        shutdown: CancellationToken::new(),
        tasks: TaskTracker::new(),
    };
    Ok(App::new(parts).await?)
}

/// How often the backlog is measured.
const MEASURE: Duration = Duration::from_secs(1);

/// Notes every second whether more webhooks wait than `limits.backlog_rows`; then ingress answers 503.
async fn watch_backlog(app: App) {
    let bound = i64::try_from(app.config.limits.backlog_rows).unwrap_or(i64::MAX);
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(MEASURE) => {}
        }
        let waiting = match app.db.read().await {
            Ok(mut tx) => journal::backlog(&mut tx, bound.saturating_add(1)).await,
            Err(error) => Err(error),
        };
        // A database that cannot be asked says nothing about the backlog; `/readyz` tells about it.
        if let Ok(rows) = waiting {
            app.overload.set(rows > bound);
        }
    }
}

/// Starts every worker.
pub fn start_workers(app: &App) {
    app.tasks.spawn(app.clone().follow_channels());
    app.tasks.spawn(watch_backlog(app.clone()));
    crate::pipeline::start(app);
    app.tasks.spawn(webchat::follow(app.clone()));
    crate::media::start(app);
    crate::outbox::start(app);
}

/// Every route of the gateway; `more` are the routes of a program that embeds it.
pub fn routes(app: &App, more: Router) -> Router {
    machine_routes(app).merge(console::router(app, None)).merge(more)
}

/// The routes that programs and platforms call: everything but the console.
pub fn machine_routes(app: &App) -> Router {
    Router::new()
        .merge(ingress::router(app))
        .merge(webchat::router(app))
        .merge(api::router(app))
        .merge(crate::media::router(app))
}

/// Takes an address; says in a sentence when it is taken.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        std::io::ErrorKind::AddrInUse => StartError::Busy(address),
        _ => StartError::Listen { address, source },
    })
}

/// Serves the numbers on an address of their own, where the configuration names one.
pub async fn serve_metrics(app: &App) -> Result<(), StartError> {
    let Some(address) = app.config.metrics.listen else { return Ok(()) };
    let listener = bind(address).await?;
    let (router, limits) = (api::metrics_router(app), app.config.limits.clone());
    let (shutdown, tasks) = (app.shutdown.clone(), app.tasks.clone());
    app.tasks.spawn(async move { ingress::serve(listener, router, &limits, shutdown, tasks).await });
    Ok(())
}

/// Serves until `app.shutdown`, then lets the open requests, calls and commits end.
pub async fn serve(app: &App, listener: TcpListener, router: Router) {
    ingress::serve(listener, router, &app.config.limits, app.shutdown.clone(), app.tasks.clone()).await;
    drain(app).await;
}

/// Ends the process's work: at most `limits.drain_seconds`.
pub async fn drain(app: &App) {
    app.shutdown.cancel();
    app.tasks.close();
    let longest = Duration::from_secs(app.config.limits.drain_seconds);
    if tokio::time::timeout(longest, app.tasks.wait()).await.is_err() {
        tracing::warn!(
            seconds = longest.as_secs(),
            "some work did not end in time; it goes on at the next start"
        );
    }
    app.db.close().await;
}

/// Cancels `shutdown` on Ctrl-C or SIGTERM; a second one ends the process at once.
pub async fn watch_signals(shutdown: CancellationToken) {
    next_signal().await;
    shutdown.cancel();
    next_signal().await;
    std::process::exit(130);
}

#[cfg(unix)]
async fn next_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).expect("the process may handle SIGTERM");
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn next_signal() {
    let _ = tokio::signal::ctrl_c().await;
}

/// One TLS provider for everything in the process.
pub fn install_tls() {
    // A second installation (tests) finds the first one in place.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
