//! Whatever is given to `sightline restore` as a copy: refused or right, never a panic.
#![no_main]

use endpoint::storage::copy;
use libfuzzer_sys::fuzz_target;
use rusqlite::Connection;

fuzz_target!(|data: &[u8]| {
    // SQLite owns what it reads, in memory that it has made itself.
    let size = data.len().next_multiple_of(512).max(512);
    let mut bytes = data.to_vec();
    bytes.resize(size, 0);
    let mut db = Connection::open_in_memory().expect("a database in memory");
    if db.deserialize_read_exact(rusqlite::MAIN_DB, &*bytes, size, true).is_err() {
        return;
    }
    let _ = copy::verify(&db);
});
