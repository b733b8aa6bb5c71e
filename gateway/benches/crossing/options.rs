//! What to measure, from the command line.

use crate::naru::{Engine, Work};

const USAGE: &str = "expected pairs of: --seconds N (of each measurement, 2), --repetitions N (2), \
    --connections N,N (1,16,64,256), --engines sqlite,postgres (both), --what ack,burst,crossing (ack,crossing)";

/// What to measure.
pub(crate) struct Options {
    pub(crate) seconds: u64,
    pub(crate) repetitions: usize,
    pub(crate) connections: Vec<usize>,
    pub(crate) engines: Vec<Engine>,
    pub(crate) works: Vec<Work>,
}

impl Options {
    /// Reads pairs of name and value; cargo's own `--bench` is passed over.
    pub(crate) fn read(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            seconds: 2,
            repetitions: 2,
            connections: vec![1, 16, 64, 256],
            engines: vec![Engine::Sqlite, Engine::Postgres],
            works: vec![Work::Acknowledge, Work::Crossing],
        };
        let mut arguments = arguments.filter(|argument| argument != "--bench");
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("{name} has no value: {USAGE}"))?;
            options.set(&name, &value).map_err(|found| format!("{name} {found}: {USAGE}"))?;
        }
        Ok(options)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let wrong = |part: &str| part.to_owned();
        match name {
            "--seconds" => self.seconds = value.parse().map_err(|_| wrong(value))?,
            "--repetitions" => self.repetitions = value.parse().map_err(|_| wrong(value))?,
            "--connections" => self.connections = list(value, |part| part.parse().ok())?,
            "--engines" => self.engines = list(value, Engine::parse)?,
            "--what" => self.works = list(value, Work::parse)?,
            _ => return Err("is unknown".to_owned()),
        }
        Ok(())
    }
}

fn list<T>(value: &str, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, String> {
    value.split(',').map(|part| read(part.trim()).ok_or_else(|| part.to_owned())).collect()
}
