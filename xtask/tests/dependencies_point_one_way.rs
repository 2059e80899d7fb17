//! The dependency rules of docs/ARCHITECTURE.md, read from the manifests.

use std::collections::BTreeSet;
use std::path::Path;

/// What each crate may use of the others, and what must never reach it.
const RULES: [(&str, &[&str], &[&str]); 8] = [
    ("crates/protocol", &[], &["tokio", "web-sys", "js-sys", "getrandom", "jiff", "rusqlite"]),
    ("crates/sync", &["protocol"], &["tokio", "web-sys", "js-sys", "getrandom", "futures-util"]),
    ("crates/device", &["protocol", "sync"], &["leptos", "leptos_router", "tokio"]),
    ("crates/worker", &["protocol", "device"], &["leptos", "web-sys"]),
    ("crates/console", &["protocol"], &["indexed_db_futures"]),
    ("crates/endpoint", &["protocol"], &["leptos", "web-sys"]),
    ("crates/simulation", &["endpoint", "protocol", "sync"], &["tokio", "web-sys", "getrandom"]),
    (".", &["device", "protocol"], &["indexed_db_futures", "serde_json", "gloo-net"]),
];
const ROOMS: [&str; 8] =
    ["protocol", "sync", "device", "worker", "console", "endpoint", "simulation", "app"];

#[test]
fn of_every_crate() -> std::io::Result<()> {
    for (folder, may_use, must_not_use) in RULES {
        let used = dependencies(folder)?;
        for room in ROOMS.into_iter().filter(|room| !may_use.contains(room)) {
            assert!(!used.contains(room), "{folder} depends on {room}");
        }
        for outsider in must_not_use {
            assert!(!used.contains(*outsider), "{folder} depends on {outsider}");
        }
    }
    Ok(())
}

/// The names under `[dependencies]`, those with a table of their own included.
fn dependencies(folder: &str) -> std::io::Result<BTreeSet<String>> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder).join("Cargo.toml");
    let manifest = std::fs::read_to_string(manifest)?;
    let mut names = BTreeSet::new();
    let mut is_inside = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(table) = line.strip_prefix('[') {
            is_inside = table == "dependencies]" || table.ends_with("'.dependencies]");
            if let Some(name) = table.strip_prefix("dependencies.") {
                names.insert(name.trim_end_matches(']').to_owned());
            }
        } else if is_inside && let Some(name) = line.split(['=', '.', ' ']).next() {
            names.insert(name.to_owned());
        }
    }
    assert!(!names.is_empty() || folder == ".", "{folder} has no dependencies: read wrongly?");
    Ok(names)
}
