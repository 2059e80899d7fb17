//! Whatever a device hands in as a cursor: refused as such, never a panic, never a page.
#![no_main]

use std::cell::RefCell;

use endpoint::exchange::{self, Caller};
use endpoint::storage;
use libfuzzer_sys::fuzz_target;
use protocol::{BatchId, Code, DeviceId, RepId};
use rusqlite::Connection;

fn open() -> Connection {
    let mut db = Connection::open_in_memory().expect("a database in memory");
    storage::prepare(&mut db).expect("its schema");
    db
}

thread_local! {
    static DB: RefCell<Connection> = RefCell::new(open());
}

fuzz_target!(|data: &[u8]| {
    let Ok(cursor) = std::str::from_utf8(data) else { return };
    let (device_id, rep_id) = (DeviceId::from_bytes([1; 16]), RepId::from_bytes([2; 16]));
    let caller = Caller { device_id, rep_id, is_revoked: false };
    DB.with_borrow(|db| {
        let request_id = BatchId::from_bytes([3; 16]);
        let page = exchange::pull(db, &caller, Some(cursor), 200, request_id, 1);
        let refused = page.expect("the database does not fail").map(|page| page.next_cursor);
        assert_eq!(refused, Err(Code::CursorInvalid), "a cursor was forged");
    });
});
