//! `naru demo`: everything running, on this machine alone.

use naru_core::adapter::Platform;

use super::args::DemoArgs;
use super::{Exit, settle};
use crate::{demo, telemetry};

pub(super) fn demo(args: DemoArgs, platforms: &'static [&'static Platform]) -> Exit {
    // The demo's own lines say what happens; the log keeps quiet unless something is really wrong, or it is asked.
    telemetry::start_logs(telemetry::LogFormat::Pretty, "error");
    settle(demo::run(demo::Options { listen: args.listen, data: args.data }, platforms))
}
