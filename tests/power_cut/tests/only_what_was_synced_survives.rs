//! The power cut itself, on a program that writes, syncs and is killed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use power_cut::{PowerCut, Taken};
use tempfile::TempDir;

/// A program that does as it is told, in a folder whose power can be cut.
struct Scribe {
    folder: TempDir,
    cut: PowerCut,
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Scribe {
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let cut = PowerCut::new(folder.path()).unwrap();
        Self::start_on(folder, cut)
    }

    fn start_on(folder: TempDir, cut: PowerCut) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_scribe"))
            .current_dir(folder.path())
            .envs(cut.environment())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let orders = child.stdin.take().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Self { folder, cut, child, orders, answers }
    }

    /// Gives an order and waits until it is done.
    fn told(&mut self, order: &str) {
        writeln!(self.orders, "{order}").unwrap();
        assert_eq!(self.answer(), "done", "{order}");
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn kill_and_cut(&mut self) -> Taken {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.cut.cut().unwrap()
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }
}

#[test]
fn what_was_written_after_the_last_sync_is_gone() {
    let mut scribe = Scribe::start();
    scribe.told("append half first");
    scribe.told("sync half");
    scribe.told("append half second");
    scribe.told("append never synced");
    let taken = scribe.kill_and_cut();
    assert_eq!(taken, Taken { files: 2, bytes: 17 });
    assert_eq!(scribe.read("half"), "first");
    assert_eq!(scribe.read("never"), "", "a name lasts, its content does not");
    assert_eq!(scribe.cut.cut().unwrap(), Taken::default(), "nothing is left to take");
}

#[test]
fn a_power_cut_takes_every_process_and_no_other() {
    let (mut scribe, mut other) = (Scribe::start(), Scribe::start());
    scribe.told("append file unsynced");
    scribe.cut.kill_all().unwrap();
    assert!(!scribe.child.wait().unwrap().success());
    other.told("append file here");
}

#[test]
fn a_kill_alone_loses_nothing() {
    let mut scribe = Scribe::start();
    scribe.told("append file unsynced");
    scribe.child.kill().unwrap();
    scribe.child.wait().unwrap();
    assert_eq!(scribe.read("file"), "unsynced");
}

#[test]
fn what_was_there_before_counts_as_synced() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("deep")).unwrap();
    fs::write(folder.path().join("deep/file"), "before").unwrap();
    let cut = PowerCut::new(folder.path()).unwrap();
    let mut scribe = Scribe::start_on(folder, cut);
    scribe.told("append deep/file after");
    scribe.kill_and_cut();
    assert_eq!(scribe.read("deep/file"), "before");
}

#[test]
fn a_file_that_cannot_be_read_by_its_writer_is_synced_too() {
    let mut scribe = Scribe::start();
    scribe.told("append-and-sync log one");
    scribe.told("append-and-sync log two");
    scribe.told("append log three");
    scribe.kill_and_cut();
    assert_eq!(scribe.read("log"), "onetwo");
}

#[test]
fn a_renamed_file_keeps_what_was_synced_under_its_old_name() {
    let mut scribe = Scribe::start();
    scribe.told("append-and-sync current old");
    scribe.told("append draft new");
    scribe.told("sync draft");
    scribe.told("append draft er");
    scribe.told("rename draft current");
    scribe.kill_and_cut();
    assert_eq!(scribe.read("current"), "new");
    assert!(!scribe.path("draft").exists());
}

#[test]
fn a_file_renamed_over_another_without_a_sync_is_empty() {
    let mut scribe = Scribe::start();
    scribe.told("append-and-sync current old");
    scribe.told("append draft new");
    scribe.told("rename draft current");
    scribe.kill_and_cut();
    assert_eq!(scribe.read("current"), "");
}

#[test]
fn a_file_in_the_place_of_a_removed_one_inherits_nothing() {
    let mut scribe = Scribe::start();
    for _ in 0..20 {
        scribe.told("append-and-sync file old");
        scribe.told("remove file");
    }
    // Most likely on the same inode.
    scribe.told("append file new");
    scribe.kill_and_cut();
    assert_eq!(scribe.read("file"), "");
}

#[test]
fn writes_that_go_through_to_the_disk_need_no_sync() {
    let mut scribe = Scribe::start();
    scribe.told("write-through log one");
    scribe.told("write-through log two");
    scribe.told("append log three");
    scribe.kill_and_cut();
    assert_eq!(scribe.read("log"), "onetwo");
}

#[test]
fn a_write_that_goes_through_takes_no_other_bytes_along() {
    let mut scribe = Scribe::start();
    scribe.told("append-and-sync file aaaaaa");
    scribe.told("append file bbbbbb");
    scribe.told("write-through-at file 2 XX");
    scribe.kill_and_cut();
    assert_eq!(scribe.read("file"), "aaXXaa");
}

#[test]
fn syncs_of_many_threads_leave_the_newest_copy() {
    let mut scribe = Scribe::start();
    scribe.told("sync-from-many-threads file");
    scribe.kill_and_cut();
    assert_eq!(scribe.read("file"), "line\n".repeat(8 * 50));
}

#[test]
fn syncs_that_it_is_deaf_to_do_not_count() {
    let folder = TempDir::new().unwrap();
    let cut = PowerCut::new(folder.path()).unwrap().deaf_to("-wal");
    let mut scribe = Scribe::start_on(folder, cut);
    scribe.told("append-and-sync db heard");
    scribe.told("append-and-sync db-wal not");
    scribe.kill_and_cut();
    assert_eq!((scribe.read("db"), scribe.read("db-wal")), ("heard".into(), String::new()));
}
