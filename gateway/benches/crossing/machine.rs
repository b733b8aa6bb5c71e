//! What the machine says of this process: processor time by thread, memory, load, and how fast its disk is.

use std::fs;
use std::io::Write;
use std::time::Duration;

use naru_gateway::clock::Clock;

/// How the threads of the load are called; every other thread is the server's.
pub(crate) const LOAD_THREAD: &str = "load";

/// Linux counts processor time in hundredths of a second for programs (`USER_HZ`).
const TICK_MICROS: u64 = 10_000;

/// What the process has used so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// Processor time of the server's threads, in microseconds.
    pub(crate) server: u64,
    /// Memory of the whole process, in KiB.
    pub(crate) memory: u64,
}

impl Usage {
    /// The processor time since then, and the memory now.
    pub(crate) fn since(self, before: &Self) -> Self {
        Self { server: self.server.saturating_sub(before.server), memory: self.memory }
    }
}

/// What this process has used so far. Zeros where there is no `/proc`.
pub(crate) fn usage() -> Usage {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let stats = tasks.filter_map(|task| fs::read_to_string(task.path().join("stat")).ok());
    Usage { server: stats.filter_map(|stat| server_micros(&stat)).sum(), memory: resident("self") }
}

/// The time of one thread, unless it is the load's. The name stands in brackets and may hold anything.
fn server_micros(stat: &str) -> Option<u64> {
    let (head, rest) = stat.rsplit_once(')')?;
    let (_, name) = head.split_once('(')?;
    if name.starts_with(LOAD_THREAD) {
        return None;
    }
    // Behind the name: the state is field 3, user time field 14, system time field 15.
    let mut fields = rest.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some((user + system) * TICK_MICROS)
}

/// A process's resident memory in KiB.
pub(crate) fn resident(process: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// The load average of the last 1, 5 and 15 minutes.
pub(crate) fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_else(|_| "unknown".to_owned());
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}

/// The machine in one line.
pub(crate) fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let sync = mean_sync().map_or_else(|error| error.to_string(), |mean| format!("{mean:.2?}"));
    format!("{cores} cores, kernel {}, fdatasync of a 4 KiB append {sync} on average", kernel.trim())
}

fn mean_sync() -> std::io::Result<Duration> {
    const TIMES: u32 = 200;
    let mut file = tempfile::tempfile()?;
    let started = Clock::system().instant();
    for _ in 0..TIMES {
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
    }
    Ok(started.elapsed() / TIMES)
}
