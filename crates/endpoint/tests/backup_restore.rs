//! Backups and restores by the real binary: what was restored is served as a new life, and every
//! note that a device still holds comes back once (SYNC.md §1, "Restore safety"; §2, 2 and 7).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod direct;
mod process;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Output;

use direct::{count, create, join, memory, push, texts};
use endpoint::storage::backup::{
    self, Legacy, begin_new_epoch, carry_over, forget, highest_seq, register, safe_seq,
};
use endpoint::storage::ops::Sender;
use endpoint::storage::{epoch, prepare};
use process::{Serving, assert_refused, run, said};
use protocol::op::SealedOp;
use protocol::push::Verdict;
use protocol::{Epoch, Seq, Sha256};
use rusqlite::{Connection, MAIN_DB, params};
use tempfile::TempDir;

const NOW: i64 = 1_750_000_000_000;

/// A data folder, a folder for backups, and one rep.
struct Place {
    folder: TempDir,
    ana: Sender,
}

impl Place {
    fn open() -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::create_dir(folder.path().join("data")).unwrap();
        let db = connect(&folder.path().join("data/sightline.sqlite"));
        let ana = join(&db, "Ana");
        Self { folder, ana }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn database(&self) -> PathBuf {
        self.data().join("sightline.sqlite")
    }

    /// The database, as the endpoint's own writer has it.
    fn db(&self) -> Connection {
        connect(&self.database())
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn sightline(&self, arguments: &[&str]) -> Output {
        run(&self.data(), arguments)
    }

    fn backup(&self, name: &str) -> String {
        said(&self.sightline(&["backup", &self.file(name)]))
    }

    fn restore(&self, name: &str) -> String {
        said(&self.sightline(&["restore", &self.file(name)]))
    }

    /// Writes so many notes, and tells what their device still holds of them.
    fn write(&self, name: &str, notes: usize) -> Vec<SealedOp> {
        let ops: Vec<_> = (0..notes).map(|index| create(&format!("{name} {index}"))).collect();
        assert!(self.offer(&ops).iter().all(|verdict| *verdict == Verdict::Stored));
        ops
    }

    fn offer(&self, ops: &[SealedOp]) -> Vec<Verdict> {
        let db = self.db();
        ops.iter().map(|op| push(&db, self.ana, op, NOW).verdict).collect()
    }

    fn epoch(&self) -> Epoch {
        epoch(&self.db()).unwrap()
    }

    fn safe_seq(&self) -> Option<i64> {
        safe_seq(&self.db()).unwrap().map(|seq| seq.0)
    }

    fn moved_aside(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.data()).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|file| file.to_str().unwrap().contains(".before-")).collect()
    }

    /// The files of the data folder, but for the lock's.
    fn files(&self) -> BTreeMap<PathBuf, String> {
        let files = std::fs::read_dir(self.data()).unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|file| file.extension().is_none_or(|it| it != "lock"));
        let hash = |file| Sha256::of(&std::fs::read(file).unwrap()).to_string();
        files.map(|file| (file.clone(), hash(file))).collect()
    }

    /// Starts it, and stops it once it serves.
    fn serve_once(&self) {
        let serving = Serving::start(&self.data());
        ureq::get(format!("http://{}/healthz", serving.address)).call().unwrap();
        serving.stop();
    }

    /// Why `serve` does not start.
    fn refusal(&self) -> Output {
        self.sightline(&["serve", "--listen", "127.0.0.1:0"])
    }
}

fn connect(file: &Path) -> Connection {
    let mut db = Connection::open(file).unwrap();
    prepare(&mut db).unwrap();
    db
}

#[test]
fn after_a_restore_what_devices_still_hold_is_there_once() {
    let place = Place::open();
    let old = place.epoch();
    let serving = Serving::start(&place.data());
    let early = place.write("early", 20);
    // While the endpoint runs and others write.
    let (told, meanwhile) = std::thread::scope(|scope| {
        let writer = scope.spawn(|| place.write("meanwhile", 200));
        let told = place.backup("monday");
        (told, writer.join().unwrap())
    });
    assert!(told.starts_with("Backup 1: "), "{told}");
    let late = place.write("late", 20);
    let all: Vec<SealedOp> = early.into_iter().chain(meanwhile).chain(late).collect();
    let restore = ["restore", &place.file("monday")];
    assert_refused(&place.sightline(&restore), "stop it first");
    serving.stop();

    let said = place.restore("monday");
    assert!(said.contains("Restored"), "{said}");
    assert_ne!(place.epoch(), old);
    let serving = Serving::start(&place.data());
    let missing = all.len() - texts_of(&place).len();
    assert!(missing >= 20, "the restored copy lacks what came after it");
    let verdicts = place.offer(&all);
    let stored = verdicts.iter().filter(|verdict| **verdict == Verdict::Stored).count();
    assert_eq!(stored, missing);
    assert!(verdicts.iter().all(|verdict| verdict.is_confirmed()));
    assert_eq!(texts_of(&place).len(), all.len());
    serving.stop();
    let aside = place.moved_aside();
    assert_eq!(aside.len(), 1, "{aside:?}");
    assert_eq!(count(&connect(&aside[0]), "SELECT count(*) FROM op"), 240);
}

fn texts_of(place: &Place) -> BTreeSet<String> {
    let ndjson = said(&place.sightline(&["export", "--format", "ndjson"]));
    let lines: Vec<_> = ndjson.lines().map(str::to_owned).collect();
    let texts: BTreeSet<_> = lines.iter().cloned().collect();
    assert_eq!(texts.len(), lines.len());
    texts
}

#[test]
fn a_backup_counts_what_is_in_the_copy_and_overwrites_nothing() {
    let place = Place::open();
    place.write("note", 3);
    assert_eq!(place.safe_seq(), None, "without a backup nothing may be dropped");
    place.backup("one");
    place.write("note", 4);
    assert_eq!(place.safe_seq(), Some(3));
    place.backup("two");
    assert_eq!(place.safe_seq(), Some(3), "the oldest could still be restored");
    let before = std::fs::read(place.file("one")).unwrap();
    assert_refused(&place.sightline(&["backup", &place.file("one")]), "cannot make");
    assert_eq!(std::fs::read(place.file("one")).unwrap(), before);
    assert_refused(&place.sightline(&["backup", &place.file("no/folder")]), "folder that exists");
    let list = said(&place.sightline(&["backup", "--list"]));
    let lines: Vec<_> = list.lines().collect();
    assert!(lines[0].starts_with("1 ") && lines[0].contains("1 to 3"), "{list}");
    assert!(lines[1].starts_with("2 ") && lines[1].contains("1 to 7"), "{list}");
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(place.file("one")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "customers' words are nobody else's business");
}

#[test]
fn a_forgotten_backup_counts_no_more_and_is_not_restored() {
    let place = Place::open();
    for (name, notes) in [("one", 1), ("two", 2), ("three", 3)] {
        place.write(name, notes);
        place.backup(name);
    }
    let told = said(&place.sightline(&["backup", "--forget", "1"]));
    assert!(told.contains("Never restore") && told.contains(&place.file("one")), "{told}");
    assert_eq!(place.safe_seq(), Some(3));
    said(&place.sightline(&["backup", "--forget", &place.file("two")]));
    assert_eq!(place.safe_seq(), Some(6));
    for unknown in ["1", "9", "nowhere"] {
        assert_refused(&place.sightline(&["backup", "--forget", unknown]), "--list");
    }
    // Known by what is in it, wherever it lies.
    std::fs::rename(place.file("one"), place.file("renamed")).unwrap();
    assert_refused(&place.sightline(&["restore", &place.file("renamed")]), "forgotten");
    assert!(place.moved_aside().is_empty());
    assert_eq!(count(&place.db(), "SELECT count(*) FROM op"), 6);
    place.restore("three");
    assert_refused(&place.sightline(&["restore", &place.file("two")]), "forgotten");
}

#[test]
fn what_is_no_whole_backup_is_refused_and_changes_nothing() {
    let place = Place::open();
    place.write("a word that nobody else wrote", 50);
    let broken = Connection::open(place.database()).unwrap();
    broken
        .execute(
            "INSERT INTO quarantine (device_id, raw_sha256, code, raw, received_at_ms)
        SELECT device_id, zeroblob(32), 'malformed_op', 'x', 0 FROM device",
            [],
        )
        .unwrap();
    assert_refused(&place.sightline(&["backup", &place.file("wrong")]), "damaged");
    assert!(!Path::new(&place.file("wrong")).exists(), "half a copy is worse than none");
    broken.execute("DELETE FROM quarantine", []).unwrap();
    drop(broken);
    place.backup("good");
    let good = std::fs::read(place.file("good")).unwrap();
    let before = place.files();
    let refused = |bytes: &[u8], what: &str| {
        std::fs::write(place.file("bad"), bytes).unwrap();
        assert_refused(&place.sightline(&["restore", &place.file("bad")]), what);
        assert_eq!(place.files(), before);
    };
    refused(b"", "cannot restore");
    refused(b"this is no database, whatever its name says", "no database of Sightline");
    refused(&good[..good.len() / 2], "damaged");
    // One letter of one note is another: only its hash can tell.
    let word = b"a word that nobody";
    let at = good.windows(word.len()).position(|window| window == word).unwrap();
    let mut flipped = good.clone();
    let places: Vec<_> =
        (0..good.len() - word.len()).filter(|at| &good[*at..at + word.len()] == word).collect();
    places.iter().for_each(|at| flipped[*at] ^= 1);
    assert!(places.contains(&at));
    refused(&flipped, "damaged");
    let mut structure = good.clone();
    structure[4096..4200].fill(0xff);
    refused(&structure, "damaged");
    let pragma = |name: &str, value: i64| {
        std::fs::write(place.file("bad"), &good).unwrap();
        let db = Connection::open(place.file("bad")).unwrap();
        db.pragma_update(None, name, value).unwrap();
        drop(db);
        std::fs::read(place.file("bad")).unwrap()
    };
    refused(&pragma("user_version", 9_999), "newer version");
    refused(&pragma("application_id", 7), "no database of Sightline");
    assert_refused(&place.sightline(&["restore", &place.file("absent")]), "cannot restore");
    let itself = place.database();
    assert_refused(&place.sightline(&["restore", itself.to_str().unwrap()]), "itself");
    assert_eq!(place.files(), before);
    place.restore("good");
}

#[test]
fn one_endpoint_at_a_time_serves_a_database() {
    let place = Place::open();
    let serving = Serving::start(&place.data());
    assert_refused(&place.refusal(), "at work");
    serving.kill_now();
    drop(serving);
    place.serve_once();
}

#[test]
fn a_database_that_was_put_back_by_hand_is_not_served() {
    let place = Place::open();
    place.write("early", 3);
    place.serve_once();
    std::fs::copy(place.database(), place.file("by hand")).unwrap();
    let late = place.write("late", 2);
    place.serve_once();
    let newest = std::fs::read(place.database()).unwrap();
    std::fs::copy(place.file("by hand"), place.database()).unwrap();
    assert_refused(&place.refusal(), "sightline restore");
    // Nor is one of another life, nor an empty one in its place.
    std::fs::remove_file(place.database()).unwrap();
    assert_refused(&place.refusal(), "missing");
    said(&place.sightline(&["invite", "--rep", "Zoë"]));
    assert_refused(&place.refusal(), "sightline restore");
    // The one that was served is.
    std::fs::remove_file(place.database()).unwrap();
    std::fs::write(place.database(), newest).unwrap();
    place.serve_once();
    // And the older one, once it was restored.
    let old = place.epoch();
    let told = place.restore("by hand");
    assert!(told.contains("not made by `sightline backup`"), "{told}");
    assert_ne!(place.epoch(), old);
    let serving = Serving::start(&place.data());
    assert_eq!(place.offer(&late), [Verdict::Stored; 2]);
    serving.stop();
}

#[test]
fn a_restore_that_broke_off_is_begun_again() {
    let place = Place::open();
    let early = place.write("early", 3);
    place.backup("one");
    place.serve_once();
    // As a power cut leaves it between moving the old database aside and the new one in.
    std::fs::rename(place.database(), place.data().join("sightline.sqlite.before-1")).unwrap();
    std::fs::write(place.data().join("sightline.sqlite.restoring"), "half").unwrap();
    assert_refused(&place.refusal(), "missing");
    place.restore("one");
    place.serve_once();
    assert_eq!(place.offer(&early), [Verdict::Duplicate; 3]);
}

#[test]
fn a_broken_database_does_not_hinder_its_restore() {
    let place = Place::open();
    let notes = place.write("early", 30);
    place.backup("one");
    std::fs::write(place.database(), "broken beyond reading").unwrap();
    std::fs::write(place.data().join("sightline.sqlite-wal"), "its journal").unwrap();
    let told = place.restore("one");
    assert!(told.contains("Revoke again"), "{told}");
    assert_eq!(place.offer(&notes), [Verdict::Duplicate; 30]);
    let journal = place.moved_aside().into_iter().find(|it| it.to_str().unwrap().ends_with("-wal"));
    assert_eq!(std::fs::read_to_string(journal.unwrap()).unwrap(), "its journal");
    assert_eq!(place.safe_seq(), Some(0), "nobody knows which copies there are");
}

#[test]
fn who_was_in_has_to_come_in_anew_and_who_was_shut_out_stays_out() {
    let place = Place::open();
    let ben = join(&place.db(), "Ben");
    let invitation = said(&place.sightline(&["invite", "--rep", "Ana"]));
    let add = ["user", "add", "--email", "marie@example.org", "--role", "admin"];
    said(&place.sightline(&add));
    place.db().execute("INSERT INTO session VALUES (zeroblob(32), 1, ?1)", [i64::MAX]).unwrap();
    place.backup("one");
    let zoe = join(&place.db(), "Zoë");
    let revoke = |device: Sender| {
        place
            .db()
            .execute(
                "UPDATE device SET revoked_at_ms = 5 WHERE device_id = ?1",
                [device.device_id.as_bytes().as_slice()],
            )
            .unwrap();
    };
    revoke(ben);
    revoke(zoe);
    let told = place.restore("one");
    assert!(told.contains("again now: Pixel of Ben, Pixel of Zoë."), "{told}");
    let db = place.db();
    assert_eq!(count(&db, "SELECT count(*) FROM session"), 0);
    let open = "SELECT count(*) FROM invitation WHERE expires_at_ms > unixepoch('subsec') * 1000";
    assert_eq!(count(&db, open), 0, "{invitation} may have been used since");
    let open = "SELECT count(*) FROM sign_in_link WHERE expires_at_ms > unixepoch('subsec') * 1000";
    assert_eq!(count(&db, open), 0);
    for device in [ben, zoe] {
        let revoked = "SELECT revoked_at_ms FROM device WHERE device_id = ?1 AND rep_id = ?2";
        let ids = params![device.device_id.as_bytes(), device.rep_id.as_bytes()];
        assert_eq!(db.query_row(revoked, ids, |row| row.get::<_, i64>(0)).unwrap(), 5);
    }
    assert_eq!(count(&db, "SELECT count(*) FROM device WHERE revoked_at_ms IS NULL"), 1);
}

/// A log in memory, and what a simulator does with it.
struct Life {
    db: Connection,
    ana: Sender,
}

impl Life {
    fn begin() -> Self {
        let db = memory();
        let ana = join(&db, "Ana");
        Self { db, ana }
    }

    fn write(&self, notes: usize) -> Vec<SealedOp> {
        let ops: Vec<_> = (0..notes).map(|index| create(&format!("note {index}"))).collect();
        ops.iter().for_each(|op| _ = push(&self.db, self.ana, op, NOW));
        ops
    }

    /// A copy that bears this name.
    fn copy(&self, name: u8) -> Vec<u8> {
        let mut copy = memory();
        restore_bytes(&mut copy, &bytes(&self.db));
        let highest = highest_seq(&copy).unwrap();
        register(&self.db, &[name; 16], &format!("copy {name}"), highest, NOW).unwrap();
        backup::sign(&copy, &[name; 16]).unwrap();
        bytes(&copy)
    }

    /// The life that begins from this copy, where this one is known or lost.
    fn restored(&self, copy: &[u8], is_known: bool) -> Self {
        let mut db = memory();
        restore_bytes(&mut db, copy);
        let legacy = Legacy::read(&db, &self.db).unwrap();
        begin_new_epoch(&db, "restored", Epoch::new(direct::fresh(), [0; 10]), NOW).unwrap();
        carry_over(&db, is_known.then_some(&legacy), "aside", NOW).unwrap();
        Self { db, ana: self.ana }
    }

    fn safe(&self) -> Option<i64> {
        safe_seq(&self.db).unwrap().map(|Seq(seq)| seq)
    }

    fn forget(&self, file: &str) {
        let known = backup::list(&self.db).unwrap();
        let found: Vec<_> = known.iter().filter(|it| it.file == file).collect();
        assert_eq!(found.len(), 1, "{file} in {known:?}");
        assert!(forget(&self.db, found[0].id, NOW).unwrap());
    }
}

fn bytes(db: &Connection) -> Vec<u8> {
    db.serialize(MAIN_DB).unwrap().to_vec()
}

fn restore_bytes(db: &mut Connection, bytes: &[u8]) {
    db.deserialize_read_exact(MAIN_DB, bytes, bytes.len(), false).unwrap();
}

#[test]
fn copies_of_an_abandoned_time_hold_back_what_devices_may_drop() {
    let first = Life::begin();
    first.write(10);
    let a = first.copy(1);
    first.write(10);
    first.copy(2);
    assert_eq!(first.safe(), Some(10));
    // The older one is restored; the newer still lies on some disk.
    let second = first.restored(&a, true);
    assert_eq!(second.safe(), Some(10));
    second.write(20);
    second.copy(3);
    second.forget("restored");
    assert_eq!(second.safe(), Some(10), "copy 2 has other operations from 11 on");
    second.forget("copy 2");
    assert_eq!(second.safe(), Some(10), "and so has the database that was moved aside");
    second.forget("aside");
    assert_eq!(second.safe(), Some(30), "only copy 3 is left");
}

#[test]
fn after_several_restores_only_what_the_logs_share_is_safe() {
    let first = Life::begin();
    first.write(10);
    let a = first.copy(1);
    first.write(10);
    let b = first.copy(2);
    let second = first.restored(&a, true);
    second.write(20);
    second.copy(3);
    // Back to the other branch: its 11 to 20 are in no copy of the second life.
    let third = second.restored(&b, true);
    assert_eq!(third.safe(), Some(10));
    third.write(5);
    third.copy(4);
    for file in ["aside", "copy 3"] {
        assert_eq!(third.safe(), Some(10));
        let known = backup::list(&third.db).unwrap();
        for backup in known.iter().filter(|it| it.file == file && it.forgotten_at_ms.is_none()) {
            forget(&third.db, backup.id, NOW).unwrap();
        }
    }
    assert_eq!(third.safe(), Some(10), "copy 1 is of the common beginning");
    third.forget("copy 1");
    assert_eq!(third.safe(), Some(20));
}

#[test]
fn where_the_database_before_is_lost_nothing_is_dropped_until_somebody_says_so() {
    let first = Life::begin();
    first.write(10);
    let a = first.copy(1);
    let second = first.restored(&a, false);
    second.write(5);
    second.copy(2);
    assert_eq!(second.safe(), Some(0));
    second.forget("aside");
    assert_eq!(second.safe(), Some(10));
}

#[test]
fn a_restored_life_is_a_new_one_with_the_same_notes() {
    let first = Life::begin();
    let held = first.write(3);
    let a = first.copy(1);
    let later = first.write(2);
    let second = first.restored(&a, true);
    assert_ne!(epoch(&first.db).unwrap(), epoch(&second.db).unwrap());
    assert_eq!(backup::copy_id(&second.db).unwrap(), None, "what is served is no copy");
    assert_eq!(texts(&second.db).len(), 3);
    for op in held.iter().chain(&later) {
        assert!(push(&second.db, second.ana, op, NOW).verdict.is_confirmed());
    }
    assert_eq!(texts(&second.db).len(), 5);
}
