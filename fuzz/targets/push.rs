//! Whatever a device pushes: no panic, a receipt for each operation that has a name, and the same
//! once more stores nothing more.
#![no_main]

use std::cell::RefCell;

use endpoint::exchange::{self, Caller, Intake};
use endpoint::storage;
use libfuzzer_sys::fuzz_target;
use protocol::push::{PushRequest, Verdict};
use protocol::{DeviceId, RepId};
use rusqlite::{Connection, params};

struct Desk {
    db: Connection,
    caller: Caller,
}

fn open() -> Desk {
    let mut db = Connection::open_in_memory().expect("a database in memory");
    storage::prepare(&mut db).expect("its schema");
    let (device_id, rep_id) = (DeviceId::from_bytes([1; 16]), RepId::from_bytes([2; 16]));
    db.execute("INSERT INTO rep VALUES (?1, 'Ana', 0)", [rep_id.as_bytes()]).expect("a rep");
    db.execute(
        "INSERT INTO device (device_id, rep_id, name, key_hash, enrolled_at_ms)
         VALUES (?1, ?2, '', ?1, 0)",
        params![device_id.as_bytes(), rep_id.as_bytes()],
    )
    .expect("a device");
    Desk { db, caller: Caller { device_id, rep_id, is_revoked: false } }
}

fn rows(db: &Connection) -> (i64, i64, i64) {
    let count = |table| {
        db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).expect(table)
    };
    (count("op"), count("note"), count("quarantine"))
}

thread_local! {
    static DESK: RefCell<Desk> = RefCell::new(open());
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    // Either a whole request, or the text of one operation.
    let wrapped = format!(
        r#"{{"protocol":1,"schema":1,"device_id":"01010101-0101-0101-0101-010101010101",
            "epoch_seen":null,"batch_id":"01010101-0101-0101-0101-010101010101","ops":[{text}]}}"#
    );
    let request: PushRequest<'_> = match serde_json::from_str(text) {
        Ok(request) => request,
        Err(_) => match serde_json::from_str(&wrapped) {
            Ok(request) => request,
            Err(_) => return,
        },
    };
    DESK.with_borrow_mut(|desk| {
        let intake = Intake::read(&request);
        let transaction = desk.db.transaction().expect("a transaction");
        let push = |now_ms| exchange::push(&transaction, &desk.caller, &intake, now_ms);
        let first = push(1).expect("the database does not fail");
        let before = rows(&transaction);
        let again = push(2).expect("the database does not fail");
        assert_eq!(before, rows(&transaction), "the same once more stored something");
        assert_eq!(first.is_ok(), again.is_ok());
        if let (Ok(first), Ok(again)) = (first, again) {
            assert!(first.receipts.len() <= request.ops.len());
            assert_eq!(first.receipts.len(), again.receipts.len());
            assert!(again.receipts.iter().all(|receipt| receipt.verdict != Verdict::Stored));
        }
        // Nothing is committed: every input meets the same database.
    });
});
