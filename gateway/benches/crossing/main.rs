//! Measures how fast a customer's message crosses Naru, beside a bare HTTP server in the same run.
//!
//! `docs/performance.md` says how to run it and how to read what it prints.

mod bare;
mod line;
mod load;
mod machine;
mod naru;
mod options;
mod process;
mod table;

use std::time::Duration;

use naru_gateway::clock::random;
use tokio::runtime::{Builder, Runtime};

use load::Window;
use naru::{Engine, Gateway, Work};
use options::Options;
use table::{Row, Table};

/// One measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    what: What,
    connections: usize,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// Bare hyper: 200 after an HMAC check.
    Bare,
    /// The gateway, over an engine, doing so much of its work.
    Naru(Engine, Work),
}

fn main() {
    let options = match Options::read(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(words) => {
            eprintln!("{words}");
            std::process::exit(2);
        }
    };
    let (server, load) = (runtime("naru"), runtime(machine::LOAD_THREAD));
    let engines = server.block_on(naru::engines(&options.engines));
    println!("{}", machine::describe());
    process::measure(&load);
    let mut table = Table::default();
    for repetition in 1..=options.repetitions {
        println!(
            "\nrepetition {repetition} of {}, load average {}",
            options.repetitions,
            machine::load_average()
        );
        println!("{}", table::HEAD);
        let mut cells = cells(&options, &engines);
        shuffle(&mut cells);
        for cell in cells {
            let row = measure(cell, repetition, &options, &server, &load);
            println!("{row}");
            table.add(row);
        }
    }
    println!("\nload average at the end {}", machine::load_average());
    print!("{table}");
}

/// The server and the load have threads of their own, so that their processor time can be told apart.
fn runtime(name: &'static str) -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name(name)
        .enable_all()
        .build()
        .expect("a runtime starts")
}

fn cells(options: &Options, engines: &[Engine]) -> Vec<Cell> {
    let mut whats = vec![What::Bare];
    for engine in engines {
        whats.extend(options.works.iter().map(|work| What::Naru(*engine, *work)));
    }
    let connections = |what| options.connections.iter().map(move |n| Cell { what, connections: *n });
    whats.into_iter().flat_map(connections).collect()
}

fn shuffle(cells: &mut [Cell]) {
    for end in (1..cells.len()).rev() {
        let drawn = usize::try_from(u32::from_le_bytes(random())).unwrap_or(0);
        cells.swap(end, drawn % (end + 1));
    }
}

fn measure(cell: Cell, repetition: usize, options: &Options, server: &Runtime, load: &Runtime) -> Row {
    let window = Window {
        connections: cell.connections,
        warm_up: Duration::from_millis(500),
        length: Duration::from_secs(options.seconds),
    };
    match cell.what {
        What::Bare => {
            let address = server.block_on(bare::start());
            let measured = load.block_on(load::drive(address, "/", window, None));
            Row::new(cell.what, repetition, cell.connections, &measured)
        }
        What::Naru(engine, work) => {
            let line = load.block_on(line::FakeLine::start());
            let gateway = server.block_on(Gateway::open(engine, work, &line));
            let api = load.block_on(gateway.customer_of_the_api(&line));
            let waiting = (work == Work::Crossing).then(|| line.clone());
            let measured = load.block_on(async {
                let sends = api.map(|api| tokio::spawn(api.send_until_stopped()));
                let measured = load::drive(gateway.address, &gateway.path, window, waiting).await;
                (measured, sends)
            });
            let (measured, sends) = measured;
            let sends = sends.map(|sends| {
                gateway.stop_sends();
                load.block_on(sends).expect("the API's client does not panic")
            });
            let books = server.block_on(gateway.close());
            Row::new(cell.what, repetition, cell.connections, &measured).with(
                &books,
                sends.as_deref(),
                &measured,
            )
        }
    }
}
