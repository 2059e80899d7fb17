//! Whatever is given to `sightline restore` as a copy: refused or right, never a panic. Every second
//! input is a true copy with some of its bytes changed: by chance alone, hardly any input would get
//! past SQLite's own first look.
#![no_main]

use std::sync::LazyLock;

use endpoint::storage::ops::{self, Sender};
use endpoint::storage::{copy, prepare};
use libfuzzer_sys::fuzz_target;
use protocol::limits::SCHEMA;
use protocol::note::{Details, Kind};
use protocol::{Action, ClientTime, DeviceId, Note, NoteId, OpBody, OpId, RepId};
use rusqlite::{Connection, MAIN_DB, params};

static TRUE_COPY: LazyLock<Vec<u8>> = LazyLock::new(|| true_copy().expect("a true copy"));

fuzz_target!(|data: &[u8]| {
    match data.split_first() {
        Some((kind, changes)) if kind % 2 == 1 => {
            let mut bytes = TRUE_COPY.clone();
            for change in changes.chunks_exact(4) {
                let [at @ .., byte] = change else { continue };
                let at = at.iter().fold(0, |at, byte| at << 8 | usize::from(*byte)) % bytes.len();
                bytes[at] = *byte;
            }
            look_at(bytes);
        }
        _ => look_at(data.to_vec()),
    }
});

fn look_at(mut bytes: Vec<u8>) {
    // SQLite owns what it reads, in memory that it has made itself.
    let size = bytes.len().next_multiple_of(512).max(512);
    bytes.resize(size, 0);
    let mut db = Connection::open_in_memory().expect("a database in memory");
    if db.deserialize_read_exact(MAIN_DB, &*bytes, size, true).is_err() {
        return;
    }
    let _ = copy::verify(&db);
}

/// A small database with one note of each kind, and something in quarantine.
fn true_copy() -> Result<Vec<u8>, Box<dyn core::error::Error>> {
    let mut db = Connection::open_in_memory()?;
    db.pragma_update(None, "page_size", 1_024)?;
    prepare(&mut db)?;
    let (rep_id, device_id) = (RepId::new(1, [3; 10]), DeviceId::new(1, [4; 10]));
    db.execute(
        "INSERT INTO rep (rep_id, name, created_at_ms) VALUES (?1, 'Ana', 0)",
        [rep_id.as_bytes()],
    )?;
    db.execute(
        "INSERT INTO device (device_id, rep_id, name, key_hash, enrolled_at_ms)
         VALUES (?1, ?2, 'Pixel', ?1, 0)",
        params![device_id.as_bytes(), rep_id.as_bytes()],
    )?;
    let sender = Sender { device_id, rep_id };
    for (n, kind) in (1..).zip(Kind::ALL) {
        let note = Note {
            text: "They pay 12,50 € — « déjà vu »".to_owned(),
            customer: None,
            product: None,
            visit_id: None,
            place: None,
            hypotheses: Vec::new(),
            details: Details::empty(kind),
        };
        let body = OpBody {
            schema: SCHEMA,
            note_id: NoteId::new(n, [1; 10]),
            parents: Vec::new(),
            saved_at: ClientTime { unix_ms: 1_700_000_000_000, utc_offset_minutes: 60 },
            action: Action::Create(note),
        };
        ops::accept(&db, sender, &body.seal(OpId::new(n, [1; 10]))?.json, 5)?;
    }
    ops::accept(&db, sender, r#"{"op_id":"none"}"#, 5)?;
    copy::verify(&db)?;
    Ok(db.serialize(MAIN_DB)?.to_vec())
}
