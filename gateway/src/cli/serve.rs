//! `naru serve`: the gateway until Ctrl-C.

use naru_core::adapter::Platform;
use naru_core::time::DAY;

use super::args::ServeArgs;
use super::dispatch::say;
use super::{Exit, load_config, settle};
use crate::app::App;
use crate::auth::sessions;
use crate::clock::Clock;
use crate::config::{Config, Flag, LogFormat};
use crate::store::rows::operator;
use crate::{run, telemetry};

/// How long the link that sets up the first administrator works.
const SETUP_LINK: i64 = DAY;

pub(super) fn serve(args: ServeArgs, platforms: &'static [&'static Platform]) -> Exit {
    let listen = args.listen.map(|listen| ("--listen", "listen", listen.to_string()));
    let data = args.data.as_ref().map(|data| ("--data", "data_dir", data.display().to_string()));
    let flags = listen.into_iter().chain(data).map(|(name, key, value)| Flag { name, key, value }).collect();
    let config = match load_config(args.config, flags) {
        Ok(config) => config,
        Err(exit) => return exit,
    };
    let format = match config.log.format {
        LogFormat::Pretty => telemetry::LogFormat::Pretty,
        LogFormat::Json => telemetry::LogFormat::Json,
    };
    telemetry::start_logs(format, &config.log.level);
    settle(run_until_signal(&config, platforms))
}

async fn run_until_signal(
    config: &Config,
    platforms: &'static [&'static Platform],
) -> Result<(), run::StartError> {
    let listener = run::bind(config.listen).await?;
    let app = run::open(config, platforms, Clock::system()).await?;
    run::start_workers(&app);
    greet(&app, &listener).await?;
    tokio::spawn(run::watch_signals(app.shutdown.clone()));
    run::serve_metrics(&app).await?;
    let router = run::routes(&app, axum::Router::new());
    run::serve(&app, listener, router).await;
    Ok(())
}

/// Says where the console is, and how the first administrator gets in.
async fn greet(app: &App, listener: &tokio::net::TcpListener) -> Result<(), run::StartError> {
    let address = listener.local_addr().map_or(app.config.listen, |address| address);
    let mut words = format!("Naru {} listens on http://{address}", env!("CARGO_PKG_VERSION"));
    if operator::count(&mut app.db.read().await?).await? == 0 {
        let clock = app.clock.clone();
        let token = app
            .writer
            .run(move |tx| Box::pin(async move { sessions::make_link(tx, &clock, None, SETUP_LINK).await }))
            .await?;
        let base = &app.public_url;
        words.push_str("\nSet up the first administrator (works once, for a day): ");
        words.extend([base.as_str(), "/setup?t=", &token]);
    }
    say(&words);
    Ok(())
}
