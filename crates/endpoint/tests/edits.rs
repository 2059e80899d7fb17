//! Edits and withdrawals: what the inbox shows is what the heads of a note's history say
//! (SYNC.md §1, "Edits and withdrawals"; §2, invariants 9 and 13).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod direct;

use direct::{
    count, create, detail, found, join, listed, memory, note_id, push, step, texts, words,
};
use endpoint::export::{self, Format};
use endpoint::storage::notes::{empty_bin, state_hash};
use endpoint::storage::ops::Sender;
use proptest::prelude::*;
use protocol::console::InboxQuery;
use protocol::history::{Heads, Link, heads, state_hash as hash_of};
use protocol::limits::{ATTACHMENT_BYTES_MAX, BIN_MS, PARENTS_MAX};
use protocol::note::{CompetitorSighting, Details, Kind};
use protocol::op::{Op, SealedOp};
use protocol::push::Verdict;
use protocol::{Action, Attachment, AttachmentId, Code, Note, NoteId, OpBody, OpId, Sha256};
use rusqlite::Connection;

const NOW: i64 = 1_750_000_000_000;

/// One rep's desk.
struct Desk {
    db: Connection,
    ana: Sender,
}

impl Desk {
    fn open() -> Self {
        let db = memory();
        let ana = join(&db, "Ana");
        Self { db, ana }
    }

    /// Takes an operation in, and tells its id.
    fn put(&self, note_id: NoteId, parents: &[OpId], action: Action) -> OpId {
        let op = step(note_id, parents, action);
        let receipt = push(&self.db, self.ana, &op, NOW);
        assert_eq!((receipt.verdict, receipt.code), (Verdict::Stored, None));
        op.op_id
    }

    fn create(&self, text: &str) -> (NoteId, OpId) {
        let note_id = note_id();
        (note_id, self.put(note_id, &[], Action::Create(words(text))))
    }

    fn edit(&self, note_id: NoteId, parents: &[OpId], text: &str) -> OpId {
        self.put(note_id, parents, Action::Edit(words(text)))
    }

    fn withdraw(&self, note_id: NoteId, parents: &[OpId]) -> OpId {
        self.put(note_id, parents, Action::Withdraw)
    }

    fn withdrawn(&self) -> Vec<String> {
        let query = InboxQuery { withdrawn: true, ..InboxQuery::default() };
        listed(&self.db, &query).into_iter().map(|note| note.note.text).collect()
    }

    fn actions(&self, note_id: NoteId) -> Vec<String> {
        let history = detail(&self.db, note_id).unwrap().history;
        history.into_iter().map(|entry| entry.action).collect()
    }
}

#[test]
fn an_edit_replaces_the_words_and_moves_nothing_in_the_list() {
    let desk = Desk::open();
    let (note, created) = desk.create("first");
    desk.create("later");
    let before = listed(&desk.db, &InboxQuery::default());
    desk.edit(note, &[created], "second");
    let after = listed(&desk.db, &InboxQuery::default());
    assert_eq!(texts(&desk.db), ["later", "second"]);
    assert_eq!(after[1].seq, before[1].seq);
    assert_eq!(after[1].received_at_ms, before[1].received_at_ms);
    assert_eq!(desk.actions(note), ["create", "edit"]);
}

#[test]
fn search_finds_the_new_words_and_the_old_ones_no_more() {
    let desk = Desk::open();
    let (note, created) = desk.create("artichoke");
    assert_eq!(found(&desk.db, "artichoke"), 1);
    let edited = desk.edit(note, &[created], "broccoli");
    assert_eq!((found(&desk.db, "artichoke"), found(&desk.db, "broccoli")), (0, 1));
    // Not yet in the index when it is edited again.
    let (young, created) = desk.create("cauliflower");
    desk.edit(young, &[created], "daikon");
    assert_eq!((found(&desk.db, "cauliflower"), found(&desk.db, "daikon")), (0, 1));
    let of_another_kind = Note {
        customer: Some("Lefèvre".to_owned()),
        details: Details::empty(Kind::Need),
        ..words("endive")
    };
    desk.put(note, &[edited], Action::Edit(of_another_kind));
    let needs = |kind, q: &str| {
        let query = InboxQuery { kind, q: Some(q.to_owned()), ..InboxQuery::default() };
        listed(&desk.db, &query).len()
    };
    assert_eq!(needs(Some(Kind::Need), "lefevre"), 1);
    assert_eq!(needs(Some(Kind::Gap), "lefevre"), 0);
    let check = "INSERT INTO note_search (note_search) VALUES ('integrity-check')";
    desk.db.execute(check, []).unwrap();
}

#[test]
fn edits_that_did_not_see_each_other_are_both_shown_and_found_until_one_saw_both() {
    let desk = Desk::open();
    let (note, created) = desk.create("draft");
    let phone = desk.edit(note, &[created], "from the phone");
    let sighting = Note {
        customer: Some("Dupont".to_owned()),
        details: Details::Competitor(CompetitorSighting {
            competitor: Some("Acme".to_owned()),
            ..CompetitorSighting::default()
        }),
        ..words("from the laptop")
    };
    let laptop = desk.put(note, &[created], Action::Edit(sighting.clone()));
    let shown = listed(&desk.db, &InboxQuery::default());
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].note, sighting);
    assert_eq!(shown[0].siblings, [words("from the phone")]);
    let third = desk.edit(note, &[created], "from the tablet");
    for q in ["phone", "laptop", "tablet", "dupont", "acme"] {
        assert_eq!(found(&desk.db, q), 1, "{q}");
    }
    assert_eq!(found(&desk.db, "draft"), 0);
    desk.edit(note, &[phone, laptop, third], "from both");
    let shown = detail(&desk.db, note).unwrap().note;
    assert_eq!((shown.note, shown.siblings), (words("from both"), vec![]));
    assert_eq!(found(&desk.db, "phone"), 0);
}

#[test]
fn a_withdrawn_note_leaves_the_list_the_search_and_the_exports_but_not_the_bin() {
    let desk = Desk::open();
    let (note, created) = desk.create("regretted");
    desk.create("kept");
    desk.withdraw(note, &[created]);
    assert_eq!(texts(&desk.db), ["kept"]);
    assert_eq!(found(&desk.db, "regretted"), 0);
    assert_eq!(desk.withdrawn(), ["regretted"]);
    let shown = detail(&desk.db, note).unwrap().note;
    assert!(shown.is_withdrawn);
    assert_eq!(desk.actions(note), ["create", "withdraw"]);
    let export = |withdrawn, format| {
        let mut output = Vec::new();
        let query = InboxQuery { withdrawn, ..InboxQuery::default() };
        export::write(&desk.db, &query, format, &mut output).unwrap();
        String::from_utf8(output).unwrap()
    };
    assert!(!export(false, Format::Ndjson).contains("regretted"));
    assert!(export(true, Format::Ndjson).contains("\"is_withdrawn\":true"));
    assert!(export(true, Format::Csv).lines().any(|line| line.contains(",yes,new,")));
    assert!(!export(true, Format::Csv).contains("kept"));
}

#[test]
fn an_export_holds_the_words_of_every_sibling() {
    let desk = Desk::open();
    let (note, created) = desk.create("draft");
    desk.edit(note, &[created], "one");
    desk.edit(note, &[created], "two");
    assert_eq!(found(&desk.db, "one"), 1, "the words of one end where those of the next begin");
    let mut csv = Vec::new();
    export::write(&desk.db, &InboxQuery::default(), Format::Csv, &mut csv).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    let rows: Vec<_> = csv.lines().skip(1).collect();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.starts_with(&note.to_string())));
    assert!(rows[0].contains(",two,") && rows[1].contains(",one,"), "{csv}");
}

#[test]
fn words_written_beside_a_withdrawal_stand() {
    let desk = Desk::open();
    let (note, created) = desk.create("draft");
    desk.withdraw(note, &[created]);
    let edited = desk.edit(note, &[created], "still true");
    assert_eq!(texts(&desk.db), ["still true"]);
    assert_eq!(desk.withdrawn(), [""; 0]);
    assert_eq!(found(&desk.db, "true"), 1);
    desk.withdraw(note, &[edited]);
    assert_eq!(desk.withdrawn(), ["still true"]);
}

#[test]
fn an_edit_or_a_withdrawal_may_come_before_what_it_is_about() {
    let desk = Desk::open();
    // The creation is under way; its edit is shown at once, and again as the note's own later.
    let (note, other) = (note_id(), note_id());
    let beginning = step(note, &[], Action::Create(words("draft")));
    desk.edit(note, &[beginning.op_id], "edited");
    assert_eq!(texts(&desk.db), ["edited"]);
    let place = listed(&desk.db, &InboxQuery::default())[0].seq;
    assert_eq!(push(&desk.db, desk.ana, &beginning, NOW).verdict, Verdict::Stored);
    assert_eq!(texts(&desk.db), ["edited"]);
    assert_eq!(listed(&desk.db, &InboxQuery::default())[0].seq, place);
    // Nothing to show of a withdrawal alone; what it took back never shows up in the list.
    let beginning = step(other, &[], Action::Create(words("taken back")));
    desk.withdraw(other, &[beginning.op_id]);
    assert!(detail(&desk.db, other).is_none());
    assert_eq!(push(&desk.db, desk.ana, &beginning, NOW).verdict, Verdict::Stored);
    assert_eq!(texts(&desk.db), ["edited"]);
    assert_eq!(desk.withdrawn(), ["taken back"]);
}

#[test]
fn a_note_whose_creation_is_in_quarantine_is_shown_as_edited() {
    let desk = Desk::open();
    let note = note_id();
    let beginning = step(note, &[], Action::Create(words("")));
    let receipt = push(&desk.db, desk.ana, &beginning, NOW);
    assert_eq!(receipt.code, Some(Code::TextEmpty));
    desk.edit(note, &[beginning.op_id], "now with words");
    assert_eq!(texts(&desk.db), ["now with words"]);
}

#[test]
fn nobody_changes_the_note_of_another() {
    let desk = Desk::open();
    let ben = join(&desk.db, "Ben");
    let (note, created) = desk.create("Ana's");
    let waiting = note_id();
    desk.withdraw(waiting, &[created]);
    let photo = Attachment {
        attachment_id: AttachmentId::new(1, [0; 10]),
        sha256: Sha256::of(b""),
        bytes: 1,
        media_type: "image/png".to_owned(),
        name: None,
    };
    for (note, action, code) in [
        (note, Action::Edit(words("Ben's")), Code::NoteOfAnother),
        (note, Action::Withdraw, Code::NoteOfAnother),
        (note, Action::Attach(photo), Code::NoteOfAnother),
        (note, Action::Create(words("Ben's")), Code::IdReuse),
        (waiting, Action::Create(words("Ben's")), Code::NoteOfAnother),
    ] {
        let op = step(note, &[created], action);
        for _ in 0..2 {
            let receipt = push(&desk.db, ben, &op, NOW);
            assert_eq!(receipt.verdict, Verdict::StoredQuarantined);
            assert_eq!(receipt.code, Some(code));
        }
    }
    assert_eq!(texts(&desk.db), ["Ana's"]);
    assert_eq!(count(&desk.db, "SELECT count(*) FROM op"), 2);
    assert_eq!(count(&desk.db, "SELECT count(*) FROM quarantine"), 5);
}

#[test]
fn a_second_creation_of_a_note_is_kept_in_quarantine() {
    let desk = Desk::open();
    let (note, created) = desk.create("first");
    desk.edit(note, &[created], "edited");
    let again = step(note, &[], Action::Create(words("second")));
    assert_eq!(push(&desk.db, desk.ana, &again, NOW).code, Some(Code::IdReuse));
    assert_eq!(texts(&desk.db), ["edited"]);
}

#[test]
fn what_breaks_a_rule_is_kept_in_quarantine_by_its_code() {
    let desk = Desk::open();
    let (note, created) = desk.create("draft");
    let photo = |bytes| Attachment {
        attachment_id: AttachmentId::new(1, [0; 10]),
        sha256: Sha256::of(b"x"),
        bytes,
        media_type: "image/png".to_owned(),
        name: None,
    };
    let code = |op: &SealedOp| push(&desk.db, desk.ana, op, NOW).code;
    assert_eq!(code(&step(note, &[created], Action::Edit(words(" ")))), Some(Code::TextEmpty));
    let too_large = Action::Attach(photo(ATTACHMENT_BYTES_MAX + 1));
    assert_eq!(code(&step(note, &[created], too_large)), Some(Code::AttachmentTooLarge));
    let parents = vec![created; PARENTS_MAX + 1];
    assert_eq!(code(&step(note, &parents, Action::Withdraw)), Some(Code::MalformedOp));
    let own = step(note, &[created], Action::Withdraw);
    let op: Op<'_> = serde_json::from_str(&own.json).unwrap();
    let mut body: OpBody = serde_json::from_str(op.body.get()).unwrap();
    body.parents = vec![own.op_id];
    assert_eq!(code(&body.seal(own.op_id).unwrap()), Some(Code::MalformedOp));
    assert_eq!(texts(&desk.db), ["draft"]);
    let (most, allowed) = (vec![created; PARENTS_MAX], Action::Attach(photo(ATTACHMENT_BYTES_MAX)));
    assert_eq!(code(&step(note, &most, allowed)), None);
    assert_eq!(texts(&desk.db), ["draft"], "an attachment stands beside the words");
    assert_eq!(desk.actions(note), ["create", "attach"]);
}

#[test]
fn after_thirty_days_in_the_bin_the_words_are_gone_and_the_operations_stay() {
    let desk = Desk::open();
    let (note, created) = desk.create("regretted");
    desk.edit(note, &[created], "deeply regretted");
    let resend = create("kept");
    push(&desk.db, desk.ana, &resend, NOW);
    let bodies = "SELECT count(*) FROM op WHERE body LIKE '%regretted%'";
    let last = step(note, &[created], Action::Edit(words("regretted beside")));
    push(&desk.db, desk.ana, &last, NOW);
    let seen: Vec<OpId> =
        detail(&desk.db, note).unwrap().history.into_iter().map(|entry| entry.op_id).collect();
    desk.withdraw(note, &seen);
    let rest = "SELECT group_concat(hex(op_id) || hex(sha256) || seq) FROM op ORDER BY seq";
    let rest = |db: &Connection| db.query_row(rest, [], |row| row.get::<_, String>(0)).unwrap();
    let before = rest(&desk.db);
    empty_bin(&desk.db, NOW + BIN_MS - 1).unwrap();
    assert_eq!(desk.withdrawn().len(), 1);
    assert_eq!(count(&desk.db, bodies), 3);
    empty_bin(&desk.db, NOW + BIN_MS).unwrap();
    assert_eq!(desk.withdrawn(), [""; 0]);
    assert_eq!(texts(&desk.db), ["kept"]);
    assert!(detail(&desk.db, note).is_none());
    assert_eq!(count(&desk.db, bodies), 0);
    assert_eq!(rest(&desk.db), before);
    // The op that its device still holds is no new one, and brings nothing back.
    assert_eq!(push(&desk.db, desk.ana, &last, NOW).verdict, Verdict::Duplicate);
    assert_eq!(desk.withdrawn(), [""; 0]);
    // Words that the withdrawal had not seen, from a device that was away for long.
    desk.edit(note, &[created], "not withdrawn at all");
    assert_eq!(texts(&desk.db), ["not withdrawn at all", "kept"]);
    let check = "INSERT INTO note_search (note_search) VALUES ('integrity-check')";
    desk.db.execute(check, []).unwrap();
}

#[test]
fn a_note_withdrawn_again_beside_words_that_are_gone_follows_its_history() {
    let desk = Desk::open();
    let (note, created) = desk.create("regretted");
    let seen = desk.withdraw(note, &[created]);
    empty_bin(&desk.db, NOW + BIN_MS).unwrap();
    // Written before the withdrawal was known there, by a device that was away for long.
    let edited = desk.edit(note, &[created], "beside");
    let first = desk.withdraw(note, &[edited]);
    let second = desk.withdraw(note, &[first]);
    assert_eq!(desk.withdrawn(), ["beside"]);
    let history = [
        (created, vec![], false),
        (seen, vec![created], true),
        (edited, vec![created], false),
        (first, vec![edited], true),
        (second, vec![first], true),
    ];
    let links =
        history.map(|(op_id, parents, is_withdrawal)| Link { op_id, parents, is_withdrawal });
    let expected = hash_of([(note, heads(&links).unwrap())]);
    assert_eq!(state_hash(&desk.db, desk.ana.rep_id).unwrap(), expected);
}

#[test]
fn the_state_hash_is_the_one_that_a_device_computes() {
    let desk = Desk::open();
    join(&desk.db, "Ben");
    let (plain, only) = desk.create("plain");
    let (forked, created) = desk.create("draft");
    let one = desk.edit(forked, &[created], "one");
    let two = desk.edit(forked, &[created], "two");
    let (gone, last) = desk.create("gone");
    desk.withdraw(gone, &[last]);
    let says =
        |contents: &[OpId], is_withdrawn| Heads { contents: contents.to_vec(), is_withdrawn };
    let expected = [
        (gone, says(&[last], true)),
        (forked, says(&[one, two], false)),
        (plain, says(&[only], false)),
    ];
    assert_eq!(state_hash(&desk.db, desk.ana.rep_id).unwrap(), hash_of(expected));
}

/// A history of a few notes that saw each other in all possible ways.
fn histories() -> impl Strategy<Value = Vec<(usize, Vec<prop::sample::Index>, u8)>> {
    let parents = prop::collection::vec(any::<prop::sample::Index>(), 0..3);
    prop::collection::vec((0..3_usize, parents, 0..4_u8), 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    /// Whichever operation comes first, inbox and device show the same in the end.
    #[test]
    fn the_order_of_intake_changes_nothing(
        plan in histories(),
        order in Just(()).prop_perturb(|(), random| random),
    ) {
        let mut links: Vec<(NoteId, Vec<Link>)> = (0..3).map(|_| (note_id(), vec![])).collect();
        let mut ops = Vec::new();
        for (which, seen, what) in plan {
            let (note, history) = &mut links[which];
            let is_first = history.is_empty();
            let parents: Vec<OpId> = if is_first { vec![] } else {
                seen.iter().map(|index| index.get(history).op_id).collect()
            };
            let is_withdrawal = !is_first && what == 0;
            let action = match what {
                _ if is_first => Action::Create(words("created")),
                0 => Action::Withdraw,
                _ => Action::Edit(words(&format!("edit {}", ops.len()))),
            };
            let op = step(*note, &parents, action);
            history.push(Link { op_id: op.op_id, parents, is_withdrawal });
            ops.push(op);
        }
        let device = links.iter().filter_map(|(note, links)| heads(links).map(|it| (*note, it)));
        let expected = hash_of(device.collect::<Vec<_>>());
        let desk = Desk::open();
        let mut random = order;
        while !ops.is_empty() {
            let op = ops.swap_remove(random.random_range(0..ops.len()));
            prop_assert_eq!(push(&desk.db, desk.ana, &op, NOW).verdict, Verdict::Stored);
            if random.random_range(0..3) == 0 {
                found(&desk.db, "edit");
            }
        }
        prop_assert_eq!(state_hash(&desk.db, desk.ana.rep_id).unwrap(), expected);
        // Whoever looks for words that are shown finds the note.
        for note in listed(&desk.db, &InboxQuery::default()) {
            for text in note.siblings.iter().chain([&note.note]).map(|words| &words.text) {
                prop_assert!(found(&desk.db, text) >= 1, "{}", text);
            }
        }
    }
}
