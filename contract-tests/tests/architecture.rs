//! The arrows between the crates: `core <- adapters <- gateway`, and no I/O below the gateway.

use std::collections::BTreeSet;
use std::process::Command;

/// What does I/O, runs a runtime or speaks to a database; none of it may stand below the gateway.
const SHELL: [&str; 12] = [
    "tokio",
    "sqlx",
    "sqlx-core",
    "reqwest",
    "axum",
    "hyper",
    "hyper-util",
    "rustls",
    "mio",
    "lettre",
    "async-std",
    "tower",
];

/// The packages that a package is built with, all the way down. What only its tests need does not count.
fn below(package: &str) -> BTreeSet<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["tree", "--package", package, "--edges", "normal,build", "--prefix", "none"])
        .args(["--format", "{p}", "--offline", "--locked"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    let names = text.lines().filter_map(|line| line.split(' ').next());
    names.filter(|name| !name.is_empty() && *name != package).map(str::to_owned).collect()
}

#[test]
fn the_model_and_the_adapters_do_no_io() {
    for package in ["naru-core", "naru-adapters"] {
        let below = below(package);
        assert!(below.contains("serde"), "{package} is built with something: {below:?}");
        let found: Vec<_> = SHELL.iter().filter(|name| below.contains(**name)).collect();
        assert!(found.is_empty(), "{package} is built with {found:?}");
    }
    let gateway = below("naru-gateway");
    assert!(gateway.contains("tokio") && gateway.contains("sqlx"), "the walk sees the gateway's own needs");
}

#[test]
fn dependencies_point_one_way() {
    let own = |package: &str| {
        below(package).into_iter().filter(|name| name.starts_with("naru-")).collect::<Vec<_>>()
    };
    assert_eq!(own("naru-core"), Vec::<String>::new());
    assert_eq!(own("naru-adapters"), ["naru-core"]);
    assert_eq!(own("naru-gateway"), ["naru-adapters", "naru-core"]);
}
