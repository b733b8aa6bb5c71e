//! Every rule of the inventory that is in force has a test that names it, and `docs/coverage.md` says which.

use std::fs;
use std::path::Path;

use naru_adapters::PLATFORMS;
use naru_contract_tests::coverage::Coverage;
use naru_contract_tests::diff;
use naru_contract_tests::fixture::{self, Mode, Shape, Tree};

fn found() -> Coverage {
    let shapes: Vec<_> = PLATFORMS.iter().map(|platform| Shape::of(platform)).collect();
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    Coverage::find(root, &Tree::find(&fixture::root(), &shapes).cases)
}

#[test]
fn every_rule_in_force_has_a_test_that_names_it() {
    let faults = found().faults();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_table_in_the_docs_is_the_one_of_the_source() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/coverage.md");
    let table = found().table();
    if Mode::of_environment() == Mode::Bless {
        fs::write(&path, &table).expect("docs/coverage.md can be written");
    }
    let differences = diff::text(&fs::read_to_string(&path).unwrap_or_default(), &table);
    let hint = "BLESS=1 cargo test -p naru-contract-tests --test coverage";
    assert!(differences.is_empty(), "docs/coverage.md has drifted ({hint}):\n{}", differences.join("\n"));
}
