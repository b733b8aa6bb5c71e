//! Logs and numbers: how they are written, and the names of the numbers.

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object per line.
    Json,
}

/// Starts logging to standard error. `NARU_LOG` holds a filter such as `info,naru_gateway::outbox=debug`.
pub fn start_logs(format: LogFormat, default: &str) {
    let filter = EnvFilter::try_from_env("NARU_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start (tests) keeps the first one's way of writing.
    let _ = match format {
        LogFormat::Pretty => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
}

/// Webhooks by platform and verdict.
pub const HOOKS: &str = "naru_hooks_total";
/// Seconds from a webhook's first byte to its answer.
pub const HOOK_SECONDS: &str = "naru_hook_seconds";
/// Events by outcome (`applied`, `duplicate`, `parked`).
pub const EVENTS: &str = "naru_events_total";
/// Journal rows that wait to be worked.
pub const BACKLOG: &str = "naru_backlog_rows";
/// Deliveries by outcome (`delivery.sent`, `delivery.failed`, ...).
pub const DELIVERIES: &str = "naru_deliveries_total";
/// Calls to platforms by platform and outcome (`answered`, `lost`, `not_sent`, ...).
pub const CALLS: &str = "naru_calls_total";
/// Seconds that a call took.
pub const CALL_SECONDS: &str = "naru_call_seconds";
/// Rows and events that are parked.
pub const PARKED: &str = "naru_parked";

/// The process's numbers, to be read at `/metrics`.
pub fn start_metrics() -> PrometheusHandle {
    static HANDLE: std::sync::OnceLock<PrometheusHandle> = std::sync::OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let builder = PrometheusBuilder::new()
                .set_buckets(&[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 15.0])
                .expect("the list of buckets is not empty");
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            // Another recorder was installed by an embedding program: its numbers are where it shows them.
            let _ = metrics::set_global_recorder(recorder);
            handle
        })
        .clone()
}
