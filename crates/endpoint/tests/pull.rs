//! Pull: every change of a rep to each of their devices, in the order of the log, without a gap
//! and without a repeat (SYNC.md §2, invariant 8).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod fixture;

use std::sync::atomic::{AtomicBool, Ordering};

use endpoint::storage;
use fixture::{Answer, Device, House, batch_id, body_of, gap, note, op_id, wrap};
use protocol::limits::{BIN_MS, PULL_CHANGES_MAX};
use protocol::note::Kind;
use protocol::op::Action;
use protocol::pull::{Change, PullAnswer, RawChange, What};
use protocol::{Epoch, NoteId, OpId, RemarkId, RepId, Seq, mail};

type Page = PullAnswer<RawChange>;

fn ask(house: &House, device: &Device, query: &str) -> Answer {
    house.get_as(device, &format!("/api/v1/pull?request_id={}{query}", batch_id()))
}

fn page(house: &House, device: &Device, cursor: Option<&str>, limit: u16) -> Page {
    let cursor = cursor.map_or_else(String::new, |cursor| format!("&cursor={cursor}"));
    ask(house, device, &format!("&limit={limit}{cursor}")).sealed_for(device)
}

fn read(page: &Page) -> Vec<(Seq, OpId)> {
    let read = |raw: &RawChange| {
        let change = Change::read(raw).unwrap();
        let What::Op(op) = change.what else { panic!("a letter") };
        (change.seq, serde_json::from_str::<protocol::Op<'_>>(op.get()).unwrap().op_id)
    };
    page.changes.iter().map(read).collect()
}

/// Everything from the beginning, in pages of this size.
fn everything(house: &House, device: &Device, limit: u16) -> Vec<(Seq, OpId)> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = page(house, device, cursor.as_deref(), limit);
        assert_eq!(page.cursor_seen, cursor);
        assert!(page.changes.len() <= usize::from(limit));
        all.extend(read(&page));
        cursor = Some(page.next_cursor);
        if !page.has_more {
            return all;
        }
    }
}

#[test]
fn pages_of_two_devices_join_in_the_order_of_the_log() {
    let house = House::open();
    let (phone, laptop, ben) = (house.enrol("Ana"), house.enrol("Ana"), house.enrol("Ben"));
    let (reader, bens_reader) = (house.enrol("Ana"), house.enrol("Ben"));
    let mut expected = Vec::new();
    for index in 0..30 {
        let device = [&phone, &laptop, &ben][index % 3];
        let ops = [gap("one"), gap("two")];
        let answer = house.push(device, ops.iter().map(|op| &*op.json));
        if index % 3 < 2 {
            expected.extend(answer.receipts.iter().map(|it| (it.seq.unwrap(), it.op_id)));
        }
    }
    for limit in [1, 2, 7, 39, 40, 41, PULL_CHANGES_MAX] {
        assert_eq!(everything(&house, &reader, limit), expected, "{limit} a page");
        assert_eq!(everything(&house, &phone, limit).len(), 20, "what it wrote itself it knows");
    }
    assert_eq!(everything(&house, &bens_reader, 7).len(), 20);
}

#[test]
fn another_rep_sees_nothing() {
    let house = House::open();
    let (ana, ben) = (house.enrol("Ana"), house.enrol("Ben"));
    house.push(&ana, [&*gap("secret words").json, &wrap(op_id(), "{}")]);
    let answer = ask(&house, &ben, "");
    assert!(!String::from_utf8_lossy(&answer.body).contains("secret words"));
    let page: Page = answer.sealed_for(&ben);
    assert!(page.changes.is_empty() && !page.has_more);
}

#[test]
fn an_operation_comes_back_byte_for_byte() {
    let house = House::open();
    let ana = house.enrol("Ana");
    let body = serde_json::to_string(&body_of(Action::Create(note(Kind::Need, "é\n\"x\""))));
    let body = body.unwrap().replace(r#""text""#, r#""mood" : [1, 2],  "text""#);
    let op = wrap(op_id(), &body);
    house.push(&ana, [&*op]);
    let page = page(&house, &house.enrol("Ana"), None, 9);
    let What::Op(pulled) = Change::read(&page.changes[0]).unwrap().what else { panic!("a letter") };
    assert_eq!(pulled.get(), op);
}

#[test]
fn where_nothing_is_new_the_cursor_stays() {
    let house = House::open();
    let (phone, ana) = (house.enrol("Ana"), house.enrol("Ana"));
    let empty = page(&house, &ana, None, 9);
    assert_eq!(empty.cursor_seen, None);
    let still = page(&house, &ana, Some(&empty.next_cursor), 9);
    assert_eq!(still.next_cursor, empty.next_cursor);
    assert_eq!(still.epoch, house.storage.epoch());
    house.push(&phone, [&*gap("x").json]);
    let one = page(&house, &ana, Some(&empty.next_cursor), 9);
    assert_eq!(one.changes.len(), 1);
    assert_ne!(one.next_cursor, empty.next_cursor);
    assert!(page(&house, &ana, Some(&one.next_cursor), 9).changes.is_empty());
}

#[test]
fn what_is_set_aside_is_no_change() {
    let house = House::open();
    let ana = house.enrol("Ana");
    house.push(&ana, [&*wrap(op_id(), "{}"), &gap("good").json]);
    assert_eq!(everything(&house, &house.enrol("Ana"), 9).len(), 1);
}

#[test]
fn words_that_were_withdrawn_and_are_gone_come_to_nobody_and_leave_no_gap() {
    let house = House::open();
    let ana = house.enrol("Ana");
    let created = body_of(Action::Create(note(Kind::Gap, "taken back")));
    let create = created.seal(op_id()).unwrap();
    let mut withdrawn = created;
    withdrawn.parents = vec![create.op_id];
    withdrawn.action = Action::Withdraw;
    let withdraw = withdrawn.seal(op_id()).unwrap();
    let kept = gap("kept");
    house.push(&ana, [&*create.json, &withdraw.json, &kept.json]);
    let reader = house.enrol("Ana");
    assert_eq!(everything(&house, &reader, 1).len(), 3);
    let late = endpoint::clock::now_ms() + BIN_MS;
    house.write(move |db| storage::notes::empty_bin(db, late)).unwrap();
    let left = [(Seq(2), withdraw.op_id), (Seq(3), kept.op_id)];
    for limit in [1, 2, 3] {
        assert_eq!(everything(&house, &reader, limit), left);
    }
}

#[test]
fn a_cursor_is_good_for_its_own_device_alone() {
    let house = House::open();
    let (phone, laptop) = (house.enrol("Ana"), house.enrol("Ana"));
    house.push(&phone, [&*gap("x").json]);
    let cursor = page(&house, &phone, None, 9).next_cursor;
    let refused = |device: &Device, cursor: &str| {
        let answer = ask(&house, device, &format!("&cursor={cursor}"));
        answer.assert_problem(400, "cursor_invalid");
    };
    refused(&laptop, &cursor);
    let mut flipped = cursor.clone().into_bytes();
    for at in 0..flipped.len() {
        let was = std::mem::replace(&mut flipped[at], b'A');
        if was != b'A' {
            refused(&phone, std::str::from_utf8(&flipped).unwrap());
        }
        flipped[at] = was;
    }
    for wrong in ["", "0", "1", "null", "%00", &cursor[1..], &format!("{cursor}A")] {
        refused(&phone, wrong);
    }
    assert_eq!(page(&house, &phone, Some(&cursor), 9).changes.len(), 0);
}

#[test]
fn a_cursor_of_an_earlier_life_is_gone() {
    let house = House::open();
    let ana = house.enrol("Ana");
    house.push(&ana, [&*gap("x").json]);
    let cursor = page(&house, &ana, None, 9).next_cursor;
    let epoch = Epoch::new(7, [7; 10]);
    let sql = "UPDATE meta SET value = ?1 WHERE name = 'epoch'";
    house.write(move |db| Ok(db.execute(sql, [epoch.as_bytes().as_slice()])?)).unwrap();
    ask(&house, &ana, &format!("&cursor={cursor}")).assert_problem(410, "cursor_gone");
    assert_eq!(page(&house, &ana, None, 9).epoch, epoch);
}

#[test]
fn queries_that_cannot_be() {
    let house = House::open();
    let ana = house.enrol("Ana");
    for (query, parameter) in [
        ("", "request_id"),
        ("?request_id=", "request_id"),
        ("?request_id=17", "request_id"),
        (&*format!("?request_id={}&limit=-1", batch_id()), "limit"),
        (&*format!("?request_id={}&limit=99999", batch_id()), "limit"),
        (&*format!("?request_id={}&limit=", batch_id()), "limit"),
    ] {
        let answer = house.get_as(&ana, &format!("/api/v1/pull{query}"));
        assert_eq!(answer.assert_problem(400, "bad_query"), parameter, "{query}");
    }
    let ops: Vec<_> = (0..PULL_CHANGES_MAX + 1).map(|_| gap("x")).collect();
    house.push(&house.enrol("Ana"), ops.iter().map(|op| &*op.json));
    assert_eq!(page(&house, &ana, None, 0).changes.len(), 1, "a page has at least one");
    let most = page(&house, &ana, None, u16::MAX);
    assert_eq!(most.changes.len(), usize::from(PULL_CHANGES_MAX));
    assert!(most.has_more);
}

#[test]
fn whoever_follows_while_two_devices_write_misses_nothing() {
    let house = House::open();
    let devices = [house.enrol("Ana"), house.enrol("Ana")];
    let reader = house.enrol("Ana");
    let is_over = AtomicBool::new(false);
    let followed = std::thread::scope(|scope| {
        let writing: Vec<_> = devices
            .iter()
            .map(|device| {
                scope.spawn(|| {
                    for _ in 0..60 {
                        let ops = [gap("one"), gap("two"), gap("three")];
                        house.push(device, ops.iter().map(|op| &*op.json));
                    }
                })
            })
            .collect();
        let following = scope.spawn(|| {
            let (mut all, mut cursor) = (Vec::new(), None);
            loop {
                let was_over = is_over.load(Ordering::SeqCst);
                let page = page(&house, &reader, cursor.as_deref(), 50);
                all.extend(read(&page));
                cursor = Some(page.next_cursor);
                if was_over && !page.has_more {
                    return all;
                }
            }
        });
        writing.into_iter().for_each(|writing| writing.join().unwrap());
        is_over.store(true, Ordering::SeqCst);
        following.join().unwrap()
    });
    assert_eq!(followed, everything(&house, &reader, PULL_CHANGES_MAX));
    assert_eq!(followed.len(), 360);
}

/// Else a page could hold a later operation of one device and lack an earlier one of another, and
/// its cursor would pass that one for ever.
#[test]
fn all_that_one_read_sees_is_of_one_moment() {
    let house = House::open();
    let file = house.folder.path().join("sightline.sqlite");
    let seen = house.read(move |db| {
        let count = || db.query_row("SELECT count(*) FROM meta", [], |row| row.get::<_, i64>(0));
        let before = count()?;
        let writer = rusqlite::Connection::open(file)?;
        writer.execute("INSERT INTO meta VALUES ('meanwhile', 1)", [])?;
        Ok((before, count()?))
    });
    let (before, after) = seen.unwrap();
    assert_eq!(before, after);
    assert_eq!(house.count("SELECT count(*) FROM meta"), before + 1, "the next read sees it");
}

/// A remark to a rep, or to everyone, under a key of its own.
fn tell(house: &House, to: Option<RepId>, n: u64, text: &'static str) {
    let letter = mail::Content::Remark(mail::Remark {
        remark_id: RemarkId::new(n, [5; 10]),
        note_id: NoteId::new(1, [1; 10]),
        by: "marc@example.org".to_owned(),
        at_ms: 1,
        text: text.to_owned(),
    });
    house
        .write(move |db| match text {
            "" => storage::mail::take_back(db, to, &letter.key()),
            _ => storage::mail::post(db, to, &letter),
        })
        .unwrap();
}

/// What a device is told from a cursor on, in pages of this size: the words, or none where
/// something is taken back; and the cursor behind it.
fn told(house: &House, device: &Device, from: Option<&str>, limit: u16) -> (Vec<String>, String) {
    let (mut words, mut cursor) = (Vec::new(), from.map(str::to_owned));
    loop {
        let page = page(house, device, cursor.as_deref(), limit);
        assert!(page.changes.len() <= usize::from(limit));
        for raw in &page.changes {
            let What::Mail(letter) = Change::read(raw).unwrap().what else { continue };
            let letter: mail::Letter<'_> = serde_json::from_str(letter.get()).unwrap();
            let content = letter.content.map(|content| content.get());
            words.push(match content.map(serde_json::from_str).transpose().unwrap() {
                Some(mail::Content::Remark(remark)) => remark.text,
                Some(content) => panic!("{content:?}"),
                None => String::new(),
            });
        }
        cursor = Some(page.next_cursor.clone());
        if !page.has_more {
            return (words, page.next_cursor);
        }
    }
}

#[test]
fn marketing_tells_each_rep_the_last_word_and_no_other_rep_hears_it() {
    let house = House::open();
    let (ana, ben, phone) = (house.enrol("Ana"), house.enrol("Ben"), house.enrol("Ana"));
    let [of_ana, of_ben] = [&ana, &ben].map(|device| rep_of(&house, device));
    house.push(&phone, [&*gap("one").json, &*gap("two").json]);
    tell(&house, Some(of_ana), 1, "for Ana");
    tell(&house, Some(of_ben), 1, "for Ben");
    tell(&house, None, 2, "for all");
    tell(&house, Some(of_ana), 3, "soon taken back");
    tell(&house, Some(of_ana), 3, "");
    for limit in [1, 2, 3, PULL_CHANGES_MAX] {
        assert_eq!(told(&house, &ana, None, limit).0, ["for Ana", "for all", ""], "{limit} a page");
        assert_eq!(everything_but_mail(&house, &ana, limit), 2);
        assert_eq!(told(&house, &ben, None, limit).0, ["for Ben", "for all"], "{limit} a page");
    }
    let (_, cursor) = told(&house, &ana, None, 9);
    assert_eq!(told(&house, &ana, Some(&cursor), 9).0, [""; 0]);
    // The same again is no news.
    tell(&house, None, 2, "for all");
    assert_eq!(told(&house, &ana, Some(&cursor), 9).0, [""; 0]);
    tell(&house, Some(of_ana), 1, "for Ana, otherwise");
    tell(&house, None, 2, "");
    assert_eq!(told(&house, &ana, Some(&cursor), 9).0, ["for Ana, otherwise", ""]);
    assert_eq!(told(&house, &ana, None, 1).0, ["", "for Ana, otherwise", ""]);
}

fn rep_of(house: &House, device: &Device) -> RepId {
    let device_id = device.id;
    let query = "SELECT rep_id FROM device WHERE device_id = ?1";
    let rep_id = house.read(move |db| {
        Ok(db.query_row(query, [device_id.as_bytes().as_slice()], |row| row.get(0))?)
    });
    RepId::from_bytes(rep_id.unwrap())
}

fn everything_but_mail(house: &House, device: &Device, limit: u16) -> usize {
    let (mut ops, mut cursor) = (0, None);
    loop {
        let page = page(house, device, cursor.as_deref(), limit);
        let is_op = |raw: &&RawChange| matches!(Change::read(raw).unwrap().what, What::Op(_));
        ops += page.changes.iter().filter(is_op).count();
        cursor = Some(page.next_cursor);
        if !page.has_more {
            return ops;
        }
    }
}
