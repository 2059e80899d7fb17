//! The storage's own functions over a connection, as a simulator drives them: no HTTP, no clock.
#![allow(dead_code, reason = "each surface uses its own part")]

use std::sync::atomic::{AtomicU64, Ordering};

use endpoint::storage::ops::{self, Sender};
use endpoint::storage::{notes, prepare, search, view};
use protocol::console::{InboxNote, InboxQuery, NoteDetail};
use protocol::limits::SCHEMA;
use protocol::note::{Details, Kind};
use protocol::op::SealedOp;
use protocol::push::Receipt;
use protocol::{Action, ClientTime, DeviceId, Note, NoteId, OpBody, OpId, RepId};
use rusqlite::{Connection, params};

/// Ids of their own for everything, in the order of making.
pub fn fresh() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(1_700_000_000_000);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

pub fn op_id() -> OpId {
    OpId::new(fresh(), [1; 10])
}

pub fn note_id() -> NoteId {
    NoteId::new(fresh(), [2; 10])
}

/// A database in memory.
pub fn memory() -> Connection {
    let mut db = Connection::open_in_memory().unwrap();
    prepare(&mut db).unwrap();
    db
}

/// A device of a rep of this name, enrolled without ceremony.
pub fn join(db: &Connection, rep: &str) -> Sender {
    let (rep_id, device_id) = (RepId::new(fresh(), [3; 10]), DeviceId::new(fresh(), [4; 10]));
    db.execute(
        "INSERT INTO rep (rep_id, name, created_at_ms) VALUES (?1, ?2, 0)",
        params![rep_id.as_bytes(), rep],
    )
    .unwrap();
    db.execute(
        "INSERT INTO device (device_id, rep_id, name, key_hash, enrolled_at_ms)
         VALUES (?1, ?2, 'Pixel', ?1, 0)",
        params![device_id.as_bytes(), rep_id.as_bytes()],
    )
    .unwrap();
    Sender { device_id, rep_id }
}

/// A gap with these words.
pub fn words(text: &str) -> Note {
    let details = Details::empty(Kind::Gap);
    Note {
        text: text.to_owned(),
        customer: None,
        product: None,
        visit_id: None,
        place: None,
        hypotheses: Vec::new(),
        details,
    }
}

/// An operation on this note by somebody who had seen these.
pub fn step(note_id: NoteId, parents: &[OpId], action: Action) -> SealedOp {
    let saved_at = ClientTime { unix_ms: 1_700_000_000_000, utc_offset_minutes: 60 };
    let body = OpBody { schema: SCHEMA, note_id, parents: parents.to_vec(), saved_at, action };
    body.seal(op_id()).unwrap()
}

/// One that creates a note of its own.
pub fn create(text: &str) -> SealedOp {
    step(note_id(), &[], Action::Create(words(text)))
}

pub fn push(db: &Connection, sender: Sender, op: &SealedOp, now_ms: i64) -> Receipt {
    ops::accept(db, sender, &op.json, now_ms).unwrap().unwrap()
}

/// What the inbox lists, newest first.
pub fn listed(db: &Connection, query: &InboxQuery) -> Vec<InboxNote> {
    search::catch_up(db).unwrap();
    notes::page(db, query).unwrap().notes
}

pub fn texts(db: &Connection) -> Vec<String> {
    let notes = listed(db, &InboxQuery::default());
    notes.into_iter().map(|note| note.note.text).collect()
}

/// How many notes of the inbox have these words.
pub fn found(db: &Connection, q: &str) -> usize {
    listed(db, &InboxQuery { q: Some(q.to_owned()), ..InboxQuery::default() }).len()
}

pub fn detail(db: &Connection, note_id: NoteId) -> Option<NoteDetail> {
    view::catch_up(db).unwrap();
    notes::detail(db, note_id).unwrap()
}

/// What SQL tells, past all of the endpoint's own code, once the view shows all of the log.
pub fn count(db: &Connection, sql: &str) -> i64 {
    view::catch_up(db).unwrap();
    db.query_row(sql, [], |row| row.get(0)).unwrap()
}
