//! Writes and syncs as it is told, one order a line on standard input, and says `done` after each:
//! the process that the tests of power cuts kill.
#![allow(clippy::print_stdout, reason = "it answers its test on standard output")]

use std::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};

use rusqlite::Connection;

/// `O_DSYNC` of Linux on x86-64 and AArch64.
const O_DSYNC: i32 = 0o10000;

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    for order in io::stdin().lines() {
        let order = order?;
        let words: Vec<&str> = order.split(' ').collect();
        obey(&words)?;
        println!("done");
    }
    Ok(())
}

fn obey(order: &[&str]) -> Outcome {
    match *order {
        ["append", file, text] => append(file, text).map(drop),
        // Appends through a descriptor that cannot be read, as LevelDB does.
        ["append-and-sync", file, text] => Ok(append(file, text)?.sync_data()?),
        // Syncs through another descriptor than the one that wrote.
        ["sync", file] => Ok(File::open(file)?.sync_all()?),
        ["write-through", file, text] => {
            let mut options = OpenOptions::new();
            let mut file = options.create(true).append(true).custom_flags(O_DSYNC).open(file)?;
            Ok(file.write_all(text.as_bytes())?)
        }
        ["write-through-at", file, at, text] => {
            let file = OpenOptions::new().write(true).custom_flags(O_DSYNC).open(file)?;
            Ok(file.write_all_at(text.as_bytes(), at.parse()?)?)
        }
        ["rename", from, to] => Ok(fs::rename(from, to)?),
        ["remove", file] => Ok(fs::remove_file(file)?),
        ["sync-from-many-threads", file] => sync_from_many_threads(file),
        ["commit-for-ever", database, synchronous] => commit_for_ever(database, synchronous),
        _ => Err(format!("unknown order: {order:?}").into()),
    }
}

fn append(file: &str, text: &str) -> Result<File, Box<dyn Error>> {
    let mut file = OpenOptions::new().create(true).append(true).open(file)?;
    file.write_all(text.as_bytes())?;
    Ok(file)
}

/// Eight threads, each of which appends a line and syncs it, 50 times.
fn sync_from_many_threads(file: &str) -> Outcome {
    let write = || {
        for _ in 0..50 {
            append(file, "line\n")
                .and_then(|it| Ok(it.sync_data()?))
                .map_err(|it| it.to_string())?;
        }
        Ok::<(), String>(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(write)).collect();
        threads.into_iter().try_for_each(|it| Ok(it.join().map_err(|_| "a thread panicked")??))
    })
}

/// Commits a row at a time and says its number once it is told that it is committed.
fn commit_for_ever(database: &str, synchronous: &str) -> Outcome {
    let db = Connection::open(database)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", synchronous)?;
    db.execute_batch("CREATE TABLE IF NOT EXISTS line (number INTEGER PRIMARY KEY)")?;
    loop {
        db.execute("INSERT INTO line DEFAULT VALUES", [])?;
        println!("{}", db.last_insert_rowid());
    }
}
