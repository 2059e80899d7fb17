//! Push: a receipt for each operation, and each operation stored exactly once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod fixture;

use fixture::{House, body_of, create, gap, header_of, note, op_id, wrap};
use protocol::console::{InboxPage, QuarantinePage};
use protocol::limits::{OP_BYTES_MAX, SCHEMA};
use protocol::note::Kind;
use protocol::op::Action;
use protocol::push::{PushAnswer, Verdict};
use protocol::{Code, Seq};

#[test]
fn each_operation_gets_its_receipt_in_order() {
    let house = House::open();
    let device = house.enrol("Ana");
    let ops = [gap("one"), gap("two"), gap("three")];
    let answer = house.push(&device, ops.iter().map(|op| &*op.json));
    assert_eq!(answer.epoch, house.storage.epoch());
    for (index, (receipt, op)) in answer.receipts.iter().zip(&ops).enumerate() {
        assert_eq!(receipt.op_id, op.op_id);
        assert_eq!(receipt.verdict, Verdict::Stored);
        assert_eq!(receipt.seq, Some(Seq(i64::try_from(index).unwrap() + 1)));
    }
    assert_eq!(answer.receipts.len(), 3);
}

#[test]
fn an_empty_batch_is_answered() {
    let house = House::open();
    let device = house.enrol("Ana");
    assert_eq!(house.push(&device, []).receipts, []);
}

#[test]
fn a_resend_is_a_duplicate_with_the_same_seq() {
    let house = House::open();
    let device = house.enrol("Ana");
    let op = gap("once");
    let first = house.push(&device, [&*op.json]);
    for _ in 0..3 {
        let again = house.push(&device, [&*op.json]);
        assert_eq!(again.receipts[0].verdict, Verdict::Duplicate);
        assert_eq!(again.receipts[0].seq, first.receipts[0].seq);
    }
    let twice_in_one = house.push(&device, [&*op.json, &*op.json]);
    assert_eq!(twice_in_one.receipts.len(), 2);
    assert_eq!(house.count("SELECT count(*) FROM op"), 1);
    assert_eq!(house.count("SELECT count(*) FROM note"), 1);
    assert_eq!(house.count("SELECT count(*) FROM quarantine"), 0);
}

#[test]
fn the_body_is_kept_byte_for_byte() {
    let house = House::open();
    let device = house.enrol("Ana");
    // Fields of a newer app and odd spacing, both covered by the hash.
    let body = serde_json::to_string(&body_of(Action::Create(note(Kind::Need, "é\n\"x\""))));
    let body = body.unwrap().replace(r#""text""#, r#""mood" : [1, 2],  "text""#);
    let answer = house.push(&device, [&*wrap(op_id(), &body)]);
    assert_eq!(answer.receipts[0].verdict, Verdict::Stored);
    let stored = house
        .write(|db| Ok(db.query_row("SELECT body FROM op", [], |row| row.get::<_, String>(0))?));
    assert_eq!(stored.unwrap(), body);
}

#[test]
fn a_reused_op_id_is_kept_in_quarantine_and_the_first_stands() {
    let house = House::open();
    let device = house.enrol("Ana");
    let first = gap("first");
    house.push(&device, [&*first.json]);
    let body = serde_json::to_string(&body_of(Action::Create(note(Kind::Gap, "second")))).unwrap();
    let answer = house.push(&device, [&*wrap(first.op_id, &body)]);
    assert_eq!(answer.receipts[0].verdict, Verdict::StoredQuarantined);
    assert_eq!(answer.receipts[0].code, Some(Code::IdReuse));
    assert_eq!(answer.receipts[0].op_id, first.op_id);
    assert_eq!(house.count("SELECT count(*) FROM op"), 1);
    assert_eq!(house.count("SELECT count(*) FROM quarantine WHERE raw LIKE '%second%'"), 1);
}

#[test]
fn nobody_overwrites_a_note_that_exists() {
    let house = House::open();
    let (ana, ben) = (house.enrol("Ana"), house.enrol("Ben"));
    let body = body_of(Action::Create(note(Kind::Gap, "Ana's words")));
    house.push(&ana, [&*body.seal(op_id()).unwrap().json]);
    let mut other = body;
    other.action = Action::Create(note(Kind::Gap, "Ben's words"));
    for device in [&ben, &ana] {
        let op = other.seal(op_id()).unwrap();
        let answer = house.push(device, [&*op.json]);
        assert_eq!(answer.receipts[0].verdict, Verdict::StoredQuarantined);
        assert_eq!(answer.receipts[0].code, Some(Code::IdReuse));
    }
    assert_eq!(house.count("SELECT count(*) FROM note WHERE text = 'Ana''s words'"), 1);
    assert_eq!(house.count("SELECT count(*) FROM note"), 1);
    assert_eq!(house.count("SELECT count(*) FROM op"), 1);
    assert_eq!(house.count("SELECT count(*) FROM quarantine"), 2);
}

#[test]
fn one_bad_operation_holds_up_no_other() {
    let house = House::open();
    let device = house.enrol("Ana");
    let mut ops = Vec::new();
    for index in 0..50 {
        ops.push(gap(&format!("good {index}")).json);
        ops.push(wrap(op_id(), r#"{"broken":true}"#));
    }
    let answer = house.push(&device, ops.iter().map(|op| &**op));
    let verdicts = |wanted| answer.receipts.iter().filter(|it| it.verdict == wanted).count();
    assert_eq!(verdicts(Verdict::Stored), 50);
    assert_eq!(verdicts(Verdict::StoredQuarantined), 50);
}

#[test]
fn what_breaks_a_rule_is_quarantined_once_however_often_it_is_sent() {
    let house = House::open();
    let device = house.enrol("Ana");
    let op = wrap(op_id(), r#"{"broken":true}"#);
    for _ in 0..3 {
        let answer = house.push(&device, [&*op]);
        assert_eq!(answer.receipts[0].verdict, Verdict::StoredQuarantined);
        assert_eq!(answer.receipts[0].code, Some(Code::MalformedOp));
    }
    let page: QuarantinePage =
        house.get("/api/v1/quarantine", &[("cookie", &house.marketer())]).json();
    assert_eq!(page.total, 1);
    assert_eq!(page.entries[0].raw, op);
    assert_eq!(page.entries[0].rep.name, "Ana");
    assert_eq!(page.entries[0].device_id, device.id);
}

#[test]
fn every_rule_has_its_own_code() {
    let house = House::open();
    let device = house.enrol("Ana");
    let good = serde_json::to_string(&body_of(Action::Create(note(Kind::Gap, "x")))).unwrap();
    let newer =
        good.replace(&format!("\"schema\":{SCHEMA}"), &format!("\"schema\":{}", SCHEMA + 1));
    let empty = good.replace("\"x\"", "\"  \"");
    let long = good.replace("\"x\"", &format!("\"{}\"", "é".repeat(10_001)));
    let unhashed = wrap(op_id(), &good).replace("\"x\"", "\"y\"");
    let cases = [
        (wrap(op_id(), &good.replace(r#""gap""#, r#""mood""#)), Code::UnknownKind),
        (wrap(op_id(), &newer), Code::FutureSchema),
        (wrap(op_id(), &newer.replace(r#""gap""#, r#""mood""#)), Code::FutureSchema),
        (wrap(op_id(), &empty), Code::TextEmpty),
        (wrap(op_id(), &long), Code::TextTooLong),
        (wrap(op_id(), "null"), Code::MalformedOp),
        (unhashed, Code::HashMismatch),
    ];
    for (op, code) in &cases {
        let answer = house.push(&device, [&**op]);
        assert_eq!(answer.receipts[0].verdict, Verdict::StoredQuarantined, "{op}");
        assert_eq!(answer.receipts[0].code, Some(*code), "{op}");
    }
    let kept = house.count("SELECT count(*) FROM quarantine");
    assert_eq!(usize::try_from(kept).unwrap(), cases.len());
    assert_eq!(house.count("SELECT count(*) FROM note"), 0);
}

#[test]
fn an_operation_without_a_readable_id_is_kept_and_gets_no_receipt() {
    let house = House::open();
    let device = house.enrol("Ana");
    let good = gap("good");
    let answer = house.push(&device, ["17", r#"{"op_id":"x"}"#, &good.json, "null"]);
    assert_eq!(answer.receipts.len(), 1);
    assert_eq!(answer.receipts[0].op_id, good.op_id);
    assert_eq!(house.count("SELECT count(*) FROM quarantine"), 3);
}

#[test]
fn an_oversize_operation_is_rejected_and_the_rest_goes_in() {
    let house = House::open();
    let device = house.enrol("Ana");
    let (huge, good) = (gap(&"x".repeat(OP_BYTES_MAX)), gap("good"));
    let answer = house.push(&device, [&*huge.json, &*good.json]);
    assert_eq!(answer.receipts[0].verdict, Verdict::Rejected);
    assert_eq!(answer.receipts[0].code, Some(Code::BatchTooLarge));
    assert_eq!(answer.receipts[1].verdict, Verdict::Stored);
    assert_eq!(house.count("SELECT count(*) FROM quarantine"), 0);
}

#[test]
fn another_device_may_offer_what_is_stored_but_changes_nothing() {
    let house = House::open();
    let (ana, ben) = (house.enrol("Ana"), house.enrol("Ben"));
    let op = gap("Ana's");
    house.push(&ana, [&*op.json]);
    assert_eq!(house.push(&ben, [&*op.json]).receipts[0].verdict, Verdict::Duplicate);
    let page: InboxPage = house.get("/api/v1/notes", &[("cookie", &house.marketer())]).json();
    assert_eq!(page.notes[0].rep.name, "Ana");
}

#[test]
fn a_hundred_pushes_at_once_store_each_operation_once() {
    let house = House::open();
    let device = house.enrol("Ana");
    let ops: Vec<_> = (0..20).map(|index| gap(&format!("note {index}"))).collect();
    std::thread::scope(|scope| {
        for _ in 0..100 {
            scope.spawn(|| {
                let answer = house.push(&device, ops.iter().map(|op| &*op.json));
                assert!(answer.receipts.iter().all(|it| it.verdict.is_confirmed()));
            });
        }
    });
    assert_eq!(house.count("SELECT count(*) FROM op"), 20);
    assert_eq!(house.count("SELECT count(*) FROM note"), 20);
    let metrics = String::from_utf8(house.get("/metrics", &[]).body).unwrap();
    assert!(metrics.contains("sightline_pushes_total 100\n"), "{metrics}");
    assert!(metrics.contains("sightline_ops_total{verdict=\"stored\"} 20\n"), "{metrics}");
    assert!(metrics.contains("sightline_ops_total{verdict=\"duplicate\"} 1980\n"), "{metrics}");
    assert!(metrics.contains("sightline_notes 20\n"), "{metrics}");
}

#[test]
fn a_compressed_push_is_the_same_push() {
    use std::io::Write;
    let house = House::open();
    let device = house.enrol("Ana");
    let op = create(note(Kind::Need, &"mots répétés ".repeat(500)));
    let json = header_of(&device).encode([&*op.json]).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(json.as_bytes()).unwrap();
    let bytes = gzip.finish().unwrap();
    let answer: PushAnswer =
        house.push_raw(&device, &[("content-encoding", "gzip")], &bytes).json();
    assert_eq!(answer.receipts[0].verdict, Verdict::Stored);
}

#[test]
fn every_commit_is_synced_to_the_disk() {
    let house = House::open();
    let pragma = |name: &'static str| {
        let read = move |db: &rusqlite::Connection| {
            Ok(db.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))?)
        };
        house.write(read).unwrap()
    };
    assert_eq!(pragma("journal_mode"), rusqlite::types::Value::Text("wal".to_owned()));
    assert_eq!(pragma("synchronous"), rusqlite::types::Value::Integer(2), "FULL");
    assert_eq!(pragma("foreign_keys"), rusqlite::types::Value::Integer(1));
}

#[test]
fn a_write_that_panics_or_fails_takes_nothing_of_the_others_with_it() {
    let house = House::open();
    let insert = |name: &'static str| {
        move |db: &rusqlite::Connection| Ok(db.execute("INSERT INTO meta VALUES (?1, 1)", [name])?)
    };
    std::thread::scope(|scope| {
        for index in 0..60 {
            let house = &house;
            scope.spawn(move || match index % 3 {
                0 => {
                    let name = Box::leak(format!("good {index}").into_boxed_str());
                    assert_eq!(house.write(insert(name)), Ok(1));
                }
                1 => {
                    let done: Result<(), _> = house.write(move |db| {
                        insert("failed")(db)?;
                        Err(endpoint::storage::StorageError::Busy)
                    });
                    assert_eq!(done, Err(endpoint::storage::StorageError::Busy));
                }
                _ => {
                    let done: Result<(), _> = house.write(move |db| {
                        insert("panicked")(db)?;
                        panic!("planted");
                    });
                    assert!(done.is_err());
                }
            });
        }
    });
    assert_eq!(house.count("SELECT count(*) FROM meta WHERE name LIKE 'good%'"), 20);
    assert_eq!(house.count("SELECT count(*) FROM meta WHERE name IN ('failed', 'panicked')"), 0);
}

#[test]
fn a_full_disk_is_told_and_nothing_of_the_batch_is_kept() {
    let house = House::open();
    let device = house.enrol("Ana");
    let small = gap("before");
    house.push(&device, [&*small.json]);
    // As many pages as there are: the next that is needed fails like on a full disk.
    house.write(|db| Ok(db.pragma_update(None, "max_page_count", 1)?)).unwrap();
    let ops: Vec<_> =
        (0..200).map(|index| gap(&format!("{index} {}", "x".repeat(9_000)))).collect();
    let json = header_of(&device).encode(ops.iter().map(|op| &*op.json)).unwrap();
    house.push_raw(&device, &[], json.as_bytes()).assert_problem(507, "storage_full");
    assert_eq!(house.count("SELECT count(*) FROM op"), 1);
    house.write(|db| Ok(db.pragma_update(None, "max_page_count", 1_000_000)?)).unwrap();
    let answer = house.push(&device, ops.iter().map(|op| &*op.json));
    assert!(answer.receipts.iter().all(|it| it.verdict == Verdict::Stored));
    assert_eq!(house.count("SELECT count(*) FROM op"), 201);
}
