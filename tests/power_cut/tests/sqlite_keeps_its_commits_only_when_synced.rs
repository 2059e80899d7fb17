//! Why the endpoint's database is FULL and not NORMAL: the same cuts, under both
//! (SYNC.md, "What durable costs and is worth").
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]
#![allow(clippy::print_stdout, reason = "figures for the ledger")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread::sleep;
use std::time::Duration;

use power_cut::{PowerCut, cuts_or};
use rusqlite::Connection;
use tempfile::TempDir;

/// For the scribe to start and commit once.
const START: Duration = Duration::from_secs(60);

/// Rows told to be committed, and how many of these are gone, over all cuts.
struct Tally {
    committed: i64,
    lost: i64,
}

fn cut_power_while_committing(synchronous: &str) -> Tally {
    let mut tally = Tally { committed: 0, lost: 0 };
    for cut in 0..cuts_or(10) {
        // Another moment each time.
        let (committed, there) =
            one_cut(synchronous, Duration::from_millis(20 + 7 * u64::from(cut % 20)));
        tally.committed += committed;
        tally.lost += (committed - there).max(0);
    }
    println!("{synchronous}: {} rows committed, {} of them lost", tally.committed, tally.lost);
    tally
}

/// How many rows were told to be committed before the cut, and how many are there after it. The
/// load is counted from the first of them, however long the scribe takes to start.
fn one_cut(synchronous: &str, load: Duration) -> (i64, i64) {
    let folder = TempDir::new().unwrap();
    let database = folder.path().join("db.sqlite");
    Connection::open(&database).unwrap().execute_batch("PRAGMA journal_mode = WAL").unwrap();
    let cut = PowerCut::new(folder.path()).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_scribe"))
        .envs(cut.environment())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let order = format!("commit-for-ever {} {synchronous}\n", database.display());
    child.stdin.take().unwrap().write_all(order.as_bytes()).unwrap();
    let answers = BufReader::new(child.stdout.take().unwrap());
    let (tell, committing) = channel();
    let reading = std::thread::spawn(move || {
        let lines = answers.lines().map_while(Result::ok);
        let numbers = lines.filter_map(|line| line.parse::<i64>().ok());
        // Nobody listens after the first.
        numbers.inspect(|_| _ = tell.send(())).last()
    });
    committing.recv_timeout(START).unwrap();
    sleep(load);
    child.kill().unwrap();
    child.wait().unwrap();
    cut.cut().unwrap();
    (reading.join().unwrap().unwrap_or(0), rows(&database))
}

fn rows(database: &Path) -> i64 {
    let db = Connection::open(database).unwrap();
    let check: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    // The very table may be lost.
    db.query_row("SELECT count(*) FROM line", [], |row| row.get(0)).unwrap_or(0)
}

#[test]
fn full_syncing_keeps_every_commit() {
    let tally = cut_power_while_committing("FULL");
    assert!(tally.committed > 0, "nothing was committed: the test shows nothing");
    assert_eq!(tally.lost, 0);
}

#[test]
fn normal_syncing_loses_commits() {
    assert!(cut_power_while_committing("NORMAL").lost > 0);
}
