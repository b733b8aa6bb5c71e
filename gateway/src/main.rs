//! The `naru` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    naru_gateway::run(naru_adapters::PLATFORMS)
}
