//! The rows that are printed, and what they add up to.

use std::collections::BTreeSet;
use std::fmt;

use crate::What;
use crate::load::Measured;
use crate::naru::{Books, Engine, Work};

/// The head of the rows.
pub(crate) const HEAD: &str =
    "what               conn    req/s  p50 ms  p99 ms p99.9 ms  CPU µs  RSS MB  notes";

/// One measurement.
pub(crate) struct Row {
    what: What,
    repetition: usize,
    connections: usize,
    per_second: f64,
    /// p50, p99 and p99.9 in microseconds.
    percentiles: [u32; 3],
    /// The server's processor time per request, in microseconds.
    processor: f64,
    /// The process's memory in MiB.
    memory: u64,
    /// An API send's p99 in microseconds meanwhile.
    send: Option<u32>,
    notes: String,
    wrong: bool,
}

impl Row {
    /// A row without books.
    #[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are far below 2^52")]
    pub(crate) fn new(what: What, repetition: usize, connections: usize, measured: &Measured) -> Self {
        let count = measured.latencies.len();
        Self {
            what,
            repetition,
            connections,
            per_second: count as f64 / measured.seconds,
            percentiles: [500, 990, 999].map(|part| percentile(&measured.latencies, part)),
            processor: measured.usage.server as f64 / count.max(1) as f64,
            memory: measured.usage.memory / 1024,
            send: None,
            notes: String::new(),
            wrong: measured.acknowledged > measured.sent,
        }
    }

    /// The same with what the database says: `acknowledged <= stored <= sent`, and every reply once.
    pub(crate) fn with(mut self, books: &Books, sends: Option<&[u32]>, measured: &Measured) -> Self {
        // The API's customer has written one webhook of its own.
        let own = u64::from(sends.is_some());
        let (sent, acknowledged) = (measured.sent + own, measured.acknowledged + own);
        let stored = u64::try_from(books.stored).unwrap_or(0);
        let is_kept = acknowledged <= stored && stored <= sent;
        self.notes = format!("acknowledged {acknowledged} <= stored {stored} <= sent {sent}");
        self.wrong |= !is_kept || measured.unanswered > 0 || books.twice > 0;
        if !matches!(self.what, What::Naru(_, Work::Acknowledge)) {
            let kept = format!(", in conversations {}, backlog {}", books.received, books.backlog);
            self.notes.push_str(&kept);
        }
        if let Some(sends) = sends {
            let p99 = percentile(sends, 990);
            self.send = Some(p99);
            let delivered = format!(
                ", delivered {}, unanswered {}, twice {}; API send p99 {:.1} ms of {}",
                books.arrived,
                measured.unanswered,
                books.twice,
                f64::from(p99) / 1000.0,
                sends.len()
            );
            self.notes.push_str(&delivered);
        }
        if self.wrong {
            self.notes += "  <- WRONG";
        }
        self
    }
}

/// The value below which so many thousandths lie.
fn percentile(ascending: &[u32], thousandths: usize) -> u32 {
    let at = (ascending.len() * thousandths).div_ceil(1000).saturating_sub(1);
    ascending.get(at).copied().unwrap_or(0)
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bare => f.pad("bare hyper"),
            Self::Naru(engine, work) => f.pad(&format!("{work} {engine}")),
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p99, p999] = self.percentiles.map(|micros| f64::from(micros) / 1000.0);
        write!(
            f,
            "{:<18} {:>4} {:>8.0} {p50:>7.2} {p99:>7.2} {p999:>8.2} {:>7.1} {:>7}  {}",
            self.what, self.connections, self.per_second, self.processor, self.memory, self.notes
        )
    }
}

/// Every row of the run.
#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

impl Table {
    pub(crate) fn add(&mut self, row: Row) {
        self.0.push(row);
    }

    /// The baseline of the same repetition and number of connections.
    fn ratio(&self, row: &Row) -> Option<f64> {
        let bare = self.0.iter().find(|bare| {
            bare.what == What::Bare
                && (bare.repetition, bare.connections) == (row.repetition, row.connections)
        })?;
        (bare.per_second > 0.0).then(|| row.per_second / bare.per_second)
    }

    /// The middle of a number over the repetitions.
    fn middle(&self, what: What, connections: usize, number: impl Fn(&Row) -> Option<f64>) -> Option<f64> {
        let rows = self.0.iter().filter(|row| row.what == what && row.connections == connections);
        let mut all: Vec<f64> = rows.filter_map(number).collect();
        all.sort_by(f64::total_cmp);
        let (low, high) = (all.get(all.len().checked_sub(1)? / 2)?, all.get(all.len() / 2)?);
        Some(f64::midpoint(*low, *high))
    }

    fn goals(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let goals = [
            (
                "acknowledgement / bare, 64 connections, SQLite, at least 0.40",
                Engine::Sqlite,
                Work::Acknowledge,
                0.40,
            ),
            (
                "acknowledgement / bare, 64 connections, PostgreSQL, at least 0.30",
                Engine::Postgres,
                Work::Acknowledge,
                0.30,
            ),
            ("crossing / bare, 64 connections, SQLite, at least 0.05", Engine::Sqlite, Work::Crossing, 0.05),
            (
                "crossing / bare, 64 connections, PostgreSQL, at least 0.05",
                Engine::Postgres,
                Work::Crossing,
                0.05,
            ),
        ];
        for (words, engine, work, least) in goals {
            let found = self.middle(What::Naru(engine, work), 64, |row| self.ratio(row));
            goal(f, words, found, found.is_some_and(|found| found >= least))?;
        }
        for (words, engine) in [("SQLite", Engine::Sqlite), ("PostgreSQL", Engine::Postgres)] {
            let words = format!("API send p99 in ms meanwhile, 64 connections, {words}, under 50");
            let found = self.middle(What::Naru(engine, Work::Crossing), 64, |row| {
                row.send.map(|micros| f64::from(micros) / 1000.0)
            });
            goal(f, &words, found, found.is_some_and(|found| found < 50.0))?;
        }
        Ok(())
    }
}

fn goal(f: &mut fmt::Formatter<'_>, words: &str, found: Option<f64>, met: bool) -> fmt::Result {
    match found {
        Some(found) => writeln!(f, "{words}: {found:.3} {}", if met { "met" } else { "NOT met" }),
        None => writeln!(f, "{words}: not measured"),
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nMiddle of the repetitions; \"/ bare\" is to bare hyper of the same repetition\n")?;
        writeln!(
            f,
            "| what | connections | requests/s | / bare | p50 ms | p99 ms | p99.9 ms | CPU µs | RSS MB |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|---|---|")?;
        let kinds: BTreeSet<(What, usize)> = self.0.iter().map(|row| (row.what, row.connections)).collect();
        for (what, connections) in kinds {
            let of = |number: &dyn Fn(&Row) -> f64| {
                self.middle(what, connections, |row| Some(number(row))).unwrap_or(0.0)
            };
            let millis = |at: usize| of(&|row| f64::from(row.percentiles[at]) / 1000.0);
            let ratio = self.middle(what, connections, |row| self.ratio(row));
            writeln!(
                f,
                "| {what} | {connections} | {:.0} | {:.2} | {:.2} | {:.2} | {:.2} | {:.0} | {:.0} |",
                of(&|row| row.per_second),
                ratio.unwrap_or(0.0),
                millis(0),
                millis(1),
                millis(2),
                of(&|row| row.processor),
                of(&|row| f64::from(u32::try_from(row.memory).unwrap_or(u32::MAX))),
            )?;
        }
        writeln!(f)?;
        self.goals(f)?;
        let wrong = self.0.iter().filter(|row| row.wrong).count();
        writeln!(f, "measurements whose books do not add up: {wrong} of {}", self.0.len())
    }
}
