//! The inbox's view follows the log in bites: nobody who reads may notice.
#![allow(clippy::unwrap_used, reason = "tests end where they fail")]

mod direct;

use direct::{create, found, join, listed, memory, note_id, push, step, texts, words};
use endpoint::storage::notes::empty_bin;
use endpoint::storage::ops::Sender;
use endpoint::storage::search;
use protocol::console::InboxQuery;
use protocol::limits::BIN_MS;
use protocol::op::Action;
use protocol::push::Verdict;
use rusqlite::Connection;

const NOW: i64 = 1_700_000_000_000;

/// What the view shows without being asked to catch up.
fn shown(db: &Connection) -> i64 {
    db.query_row("SELECT count(*) FROM note", [], |row| row.get(0)).unwrap()
}

fn desk() -> (Connection, Sender) {
    let db = memory();
    let ana = join(&db, "Ana");
    (db, ana)
}

#[test]
fn a_new_note_waits_for_its_turn_and_a_reader_never() {
    let (db, ana) = desk();
    push(&db, ana, &create("first"), NOW);
    push(&db, ana, &create("second"), NOW);
    assert_eq!(shown(&db), 0);
    assert_eq!(texts(&db), ["second", "first"]);
    assert_eq!(shown(&db), 2);
}

#[test]
fn a_note_that_is_edited_while_it_waits_keeps_its_place() {
    let (db, ana) = desk();
    push(&db, ana, &create("before"), NOW);
    let note = note_id();
    let created = step(note, &[], Action::Create(words("draft")));
    push(&db, ana, &created, NOW);
    push(&db, ana, &create("after"), NOW);
    let edit = step(note, &[created.op_id], Action::Edit(words("final")));
    push(&db, ana, &edit, NOW + 1);
    assert_eq!(shown(&db), 1, "what meets an earlier operation does not wait");
    // The index goes as far as the view does, not to the newest note in it.
    search::catch_up(&db).unwrap();
    assert_eq!(texts(&db), ["after", "final", "before"]);
    for (word, times) in [("before", 1), ("draft", 0), ("final", 1), ("after", 1)] {
        assert_eq!(found(&db, word), times, "{word}");
    }
    let received: Vec<i64> =
        listed(&db, &InboxQuery::default()).iter().map(|note| note.received_at_ms).collect();
    assert_eq!(received, [NOW, NOW, NOW], "when the note came, not when it changed");
}

#[test]
fn a_note_that_is_withdrawn_while_it_waits_is_never_listed() {
    let (db, ana) = desk();
    let note = note_id();
    let created = step(note, &[], Action::Create(words("regretted")));
    push(&db, ana, &created, NOW);
    push(&db, ana, &step(note, &[created.op_id], Action::Withdraw), NOW);
    assert_eq!(texts(&db), [""; 0]);
    assert_eq!(found(&db, "regretted"), 0);
    let bin = InboxQuery { withdrawn: true, ..InboxQuery::default() };
    assert_eq!(listed(&db, &bin).len(), 1);
}

#[test]
fn a_second_beginning_is_refused_while_the_first_waits() {
    let (db, ana) = desk();
    let note = note_id();
    let first = step(note, &[], Action::Create(words("first")));
    push(&db, ana, &first, NOW);
    let second = step(note, &[], Action::Create(words("second")));
    assert_eq!(push(&db, ana, &second, NOW).verdict, Verdict::StoredQuarantined);
    let ben = join(&db, "Ben");
    let edit = step(note, &[first.op_id], Action::Edit(words("not Ben's to say")));
    assert_eq!(push(&db, ben, &edit, NOW).verdict, Verdict::StoredQuarantined);
    assert_eq!(texts(&db), ["first"]);
}

#[test]
fn a_beginning_that_comes_after_its_words_were_withdrawn_and_gone_is_not_shown() {
    let (db, ana) = desk();
    let note = note_id();
    let created = step(note, &[], Action::Create(words("first words")));
    let edit = step(note, &[created.op_id], Action::Edit(words("regretted")));
    push(&db, ana, &edit, NOW);
    push(&db, ana, &step(note, &[edit.op_id], Action::Withdraw), NOW);
    empty_bin(&db, NOW + BIN_MS).unwrap();
    // Its device was offline for more than a month.
    push(&db, ana, &created, NOW + BIN_MS);
    assert_eq!(texts(&db), [""; 0]);
    assert_eq!(found(&db, "words"), 0);
}
