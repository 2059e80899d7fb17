//! The store's rules, one by one, over a real IndexedDB.

use js_sys::Uint8Array;
use protocol::enrol::EnrolAnswer;
use protocol::have::Held;
use protocol::limits::ATTACHMENT_CHUNK_BYTES;
use protocol::mail;
use protocol::op::SealedOp;
use protocol::pull::{Change, Emptied, PullAnswer, What};
use protocol::push::{Receipt, Verdict};
use protocol::{
    Action, Attachment, AttachmentId, BatchId, ClientTime, Code, DecisionId, DeviceId, Epoch, Kind,
    Mac, MacKey, Note, NoteId, OpBody, OpId, PublicKey, RemarkId, RepId, Reply, Seq, VisitId,
};
use sync::{PURGE_AFTER_MS, Parked, UploadEnd, Witness};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use super::attachments::{self, chunk_key};
use super::draft_media::{self, DraftMedia, Recording};
use super::drafts::DraftFor;
use super::moments::Event;
use super::notes::{NoteState, Standing, StoredNote};
use super::pull::Page;
use super::save::{self, Adoption, Save};
use super::sweep::Confirmation;
use super::uploads::{self, Upload};
use super::visits::{self, Visit};
use super::waiting::{self, Waiting};
use super::{
    CHANGES, CHUNKS, DRAFT_MEDIA, HELD, NOTES, OPS, OUTBOX, RECEIPTS, RECORDED, SHADOW, UPLOADED,
    UPLOADS, Written, drafts, epochs, identity, mail as mail_store, missing, notes, outbox, pull,
    put_row, replies, sweep, wipe,
};
use crate::connection::Connection;
use crate::crypto;
use crate::device::SaveError;
use crate::indexed_db::{ALL, everything};
use crate::json::RawText;
use crate::key::{self, KeyError};
use crate::lock::Lock;
use crate::memo;
use crate::storage_error::StorageError;

#[path = "../../tests/shim/mod.rs"]
mod shim;

use shim::note;

wasm_bindgen_test_configure!(run_in_browser);

const NOW_MS: i64 = 1_800_000_000_000;
const OLD_MS: i64 = NOW_MS - PURGE_AFTER_MS - 1;

/// A store with nothing in it, in epoch 1.
async fn fresh() -> Connection {
    shim::empty().await;
    let connection = Connection::default();
    assert_eq!(epochs::adopt(&connection, None, epoch(1)).await, Ok(Written::Done));
    connection
}

fn epoch(n: u64) -> Epoch {
    Epoch::new(n, [0; 10])
}

fn op_id(n: u64) -> OpId {
    OpId::new(n, [7; 10])
}

fn note_id(n: u64) -> NoteId {
    NoteId::new(n, [9; 10])
}

const fn witness(epoch: Epoch, server_time_ms: i64) -> Witness {
    Witness { epoch, server_time_ms }
}

fn body(note: u64, parents: &[u64], action: Action) -> OpBody {
    OpBody {
        schema: 1,
        note_id: note_id(note),
        parents: parents.iter().copied().map(op_id).collect(),
        saved_at: ClientTime { unix_ms: 5, utc_offset_minutes: 60 },
        action,
    }
}

fn create(note_n: u64, text: &str) -> OpBody {
    body(note_n, &[], Action::Create(note(text)))
}

fn edit(note_n: u64, parents: &[u64], text: &str) -> OpBody {
    body(note_n, parents, Action::Edit(note(text)))
}

/// Saves a new note, as the app does.
async fn save(connection: &Connection, n: u64, text: &str) -> SealedOp {
    let body = create(n, text);
    let op = body.seal(op_id(n)).unwrap();
    let view = StoredNote::begun(note_id(n), op_id(n), body.saved_at, note(text));
    let saving = Save { op: op.clone(), view, adoptions: Vec::new() };
    save::save(connection, &saving).await.unwrap();
    op
}

/// Saves a change of a note, as the app does.
async fn change(connection: &Connection, n: u64, body: OpBody) -> SealedOp {
    let op = body.seal(op_id(n)).unwrap();
    let change = save::Change { op: op.clone(), body };
    save::change(connection, &change).await.unwrap();
    op
}

async fn confirm(connection: &Connection, n: u64, at: Witness) -> Written {
    outbox::settle(connection, None, Some(at), &[receipt(n, Verdict::Stored)], &[], 1)
        .await
        .unwrap()
}

fn receipt(n: u64, verdict: Verdict) -> Receipt {
    let code = (verdict == Verdict::StoredQuarantined).then_some(Code::TextTooLong);
    Receipt { op_id: op_id(n), verdict, seq: Some(Seq(10)), code }
}

/// What a sweep of that moment finds in marketing's log.
async fn find(connection: &Connection, n: u64, seq: i64, at: Witness) {
    let held = [Held { op_id: op_id(n), seq: Some(Seq(seq)) }];
    assert_eq!(sweep::reconcile(connection, at, &held, &[]).await, Ok(Written::Done));
}

/// Everything in an object store that holds text, in the order of its keys.
async fn rows(connection: &Connection, name: &str) -> Vec<(String, String)> {
    connection
        .run(async |database| {
            let transaction = database.read(&[name])?;
            transaction.store(name)?.rows(&everything(), ALL).await
        })
        .await
        .unwrap()
}

async fn keys(connection: &Connection, name: &str) -> Vec<String> {
    connection
        .run(async |database| {
            let transaction = database.read(&[name])?;
            transaction.store(name)?.keys(&everything(), ALL)?.texts().await
        })
        .await
        .unwrap()
}

async fn stored(connection: &Connection, n: u64) -> StoredNote {
    notes::one(connection, note_id(n)).await.unwrap().unwrap()
}

/// What a note shows: its words, the newest first, its state, and whether it is withdrawn.
async fn shown(connection: &Connection, n: u64) -> (Vec<String>, NoteState, bool) {
    let stored = stored(connection, n).await;
    let siblings = stored.siblings.iter().rev().map(|content| content.note.text.clone());
    let texts = [stored.note.text.clone()].into_iter().chain(siblings).collect();
    (texts, stored.state, stored.is_withdrawn)
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

// What is settled.

#[wasm_bindgen_test]
async fn what_is_settled_leaves_the_outbox_and_shows_as_sent_without_another_row() {
    let connection = fresh().await;
    save(&connection, 1, "one").await;
    change(&connection, 2, edit(1, &[1], "two")).await;
    let notes = rows(&connection, NOTES).await;
    for _ in 0..2 {
        for n in [1, 2] {
            let here = witness(epoch(1), NOW_MS);
            assert_eq!(confirm(&connection, n, here).await, Written::Done);
        }
        assert_eq!(rows(&connection, OUTBOX).await, []);
        assert_eq!(shown(&connection, 1).await, (texts(&["two"]), NoteState::Sent, false));
    }
    assert_eq!(notes::page(&connection, None, 9).await.unwrap(), [stored(&connection, 1).await]);
    assert_eq!(
        (rows(&connection, NOTES).await, rows(&connection, RECEIPTS).await),
        (notes, vec![])
    );
}

#[wasm_bindgen_test]
async fn of_a_batch_exactly_what_has_a_receipt_leaves_and_quarantine_shows_its_reason() {
    let connection = fresh().await;
    for n in 1..=7 {
        save(&connection, n, "words").await;
    }
    let parked = [Parked { op_id: op_id(5), code: Code::BatchTooLarge }];
    outbox::settle(&connection, None, None, &[], &parked, 1).await.unwrap();
    let receipts = [
        receipt(1, Verdict::Stored),
        receipt(2, Verdict::Duplicate),
        receipt(4, Verdict::StoredQuarantined),
        receipt(5, Verdict::Stored),
        receipt(7, Verdict::Stored),
        receipt(8, Verdict::Stored),
    ];
    let here = Some(witness(epoch(1), NOW_MS));
    assert_eq!(outbox::settle(&connection, None, here, &receipts, &[], 1).await, Ok(Written::Done));
    let left = [op_id(3), op_id(6)].map(|id| id.to_string());
    assert_eq!(
        (keys(&connection, OUTBOX).await, keys(&connection, HELD).await),
        (left.into(), vec![])
    );
    let page = notes::page(&connection, None, 9).await.unwrap();
    let states: Vec<NoteState> = page.iter().rev().map(|stored| stored.state).collect();
    use NoteState::{Held, Saved, Sent};
    assert_eq!(states, [Sent, Sent, Saved, Held, Sent, Saved, Sent]);
    assert_eq!(stored(&connection, 4).await.code, Some(Code::TextTooLong));
    // What was given up for lost and is found again by the sweep, in quarantine too.
    let confirmed = sweep::read_confirmed(&connection, None, 4).await;
    assert_eq!(confirmed, Ok(([1, 2, 4, 5].map(op_id).to_vec(), true)));
    let confirmed = sweep::read_confirmed(&connection, Some(op_id(2)), 1).await;
    assert_eq!(confirmed, Ok((vec![op_id(4)], true)));
    let confirmed = sweep::read_confirmed(&connection, Some(op_id(5)), 1).await;
    assert_eq!(confirmed, Ok((vec![op_id(7)], false)));
}

/// Simulation, seed 824566.
#[wasm_bindgen_test]
async fn a_deposit_is_settled_only_while_its_device_was_not_enrolled_anew() {
    let connection = fresh().await;
    save(&connection, 1, "one").await;
    let key = key::for_enrolment(&connection).await.unwrap();
    let own = identity::Identity::new(enrolled(1), key.public_key().await.unwrap());
    identity::write(&connection, &own, &key).await.unwrap();
    let deposited = [receipt(1, Verdict::StoredQuarantined)];
    let here = Some(witness(epoch(1), NOW_MS));
    let before = Some(DeviceId::new(99, [9; 10]));
    let late = outbox::settle(&connection, before, here, &deposited, &[], 1).await;
    assert_eq!((late, shown(&connection, 1).await.1), (Ok(Written::Refused), NoteState::Saved));
    let own = Some(own.device_id);
    let settled = outbox::settle(&connection, own, here, &deposited, &[], 1).await;
    assert_eq!((settled, shown(&connection, 1).await.1), (Ok(Written::Done), NoteState::Held));
}

#[wasm_bindgen_test]
async fn what_the_sweep_finds_in_the_log_is_not_held_any_more() {
    let connection = fresh().await;
    let here = witness(epoch(1), NOW_MS);
    save(&connection, 1, "one").await;
    let deposited = [receipt(1, Verdict::StoredQuarantined)];
    outbox::settle(&connection, None, Some(here), &deposited, &[], 1).await.unwrap();
    let in_quarantine = [Held { op_id: op_id(1), seq: None }];
    sweep::reconcile(&connection, here, &in_quarantine, &[]).await.unwrap();
    assert_eq!(shown(&connection, 1).await.1, NoteState::Held);
    find(&connection, 1, 10, here).await;
    assert_eq!(shown(&connection, 1).await.1, NoteState::Sent);
    assert_eq!(stored(&connection, 1).await.code, None);
}

#[wasm_bindgen_test]
async fn a_batch_is_what_waits_oldest_first_up_to_its_bounds() {
    let connection = fresh().await;
    for n in 1..=600 {
        save(&connection, n, "words").await;
    }
    // Confirmed in the midst of those that wait.
    confirm(&connection, 3, witness(epoch(1), NOW_MS)).await;
    let read = async |after: Option<u64>, ops_max, bytes_max| {
        let after = after.map(op_id);
        let batch = outbox::read_batch(&connection, after, ops_max, bytes_max).await.unwrap();
        for (op_id, text) in &batch.ops {
            assert!(text.contains(&op_id.to_string()), "{op_id} has another's text");
        }
        let bytes: Vec<usize> = batch.ops.iter().map(|(_, text)| text.len()).collect();
        let ops: Vec<OpId> = batch.ops.into_iter().map(|(op_id, _)| op_id).collect();
        (ops, batch.more, bytes)
    };
    let waiting = |numbers: &[u64]| numbers.iter().copied().map(op_id).collect::<Vec<_>>();
    let all: Vec<u64> = (1..=600).filter(|n| *n != 3).collect();
    let (ops, more, bytes) = read(None, 2_000, 9_999_999).await;
    assert_eq!((ops, more), (waiting(&all), false));
    let (ops, more, _) = read(Some(1), 3, 9_999_999).await;
    assert_eq!((ops, more), (waiting(&[2, 4, 5]), true));
    let (ops, more, _) = read(None, 2_000, bytes[0] + bytes[1]).await;
    assert_eq!((ops, more), (waiting(&[1, 2]), true));
    let (ops, more, _) = read(Some(598), 2_000, 1).await;
    assert_eq!((ops, more), (waiting(&[599]), true), "one at least");
    assert_eq!(read(Some(600), 9, 9).await, (vec![], false, vec![]));
}

#[wasm_bindgen_test]
async fn a_parked_operation_is_held_with_its_reason_until_somebody_tries_again() {
    let connection = fresh().await;
    save(&connection, 1, "one").await;
    let parked = [Parked { op_id: op_id(1), code: Code::BatchTooLarge }];
    let settled = outbox::settle(&connection, None, None, &[], &parked, 1).await;
    assert_eq!(settled, Ok(Written::Done));
    assert_eq!(stored(&connection, 1).await.code, Some(Code::BatchTooLarge));
    assert_eq!(shown(&connection, 1).await.1, NoteState::Held);
    assert_eq!(keys(&connection, HELD).await.len(), 1);
    outbox::release_held(&connection).await.unwrap();
    assert_eq!(shown(&connection, 1).await.1, NoteState::Saved);
    assert_eq!(
        (keys(&connection, HELD).await.len(), keys(&connection, OUTBOX).await.len()),
        (0, 1)
    );
}

#[wasm_bindgen_test]
async fn what_is_held_and_confirmed_after_all_is_sent() {
    let connection = fresh().await;
    save(&connection, 1, "one").await;
    let parked = [Parked { op_id: op_id(1), code: Code::BatchTooLarge }];
    outbox::settle(&connection, None, None, &[], &parked, 1).await.unwrap();
    confirm(&connection, 1, witness(epoch(1), NOW_MS)).await;
    assert_eq!(keys(&connection, HELD).await.len(), 0);
    assert_eq!(shown(&connection, 1).await.1, NoteState::Sent);
}

#[wasm_bindgen_test]
async fn a_note_tells_what_happened_to_it_and_what_of_it_is_sent() {
    let connection = fresh().await;
    save(&connection, 1, "one").await;
    change(&connection, 2, edit(1, &[1], "two")).await;
    confirm(&connection, 1, witness(epoch(1), NOW_MS)).await;
    change(&connection, 3, body(1, &[2], Action::Withdraw)).await;
    let told = stored(&connection, 1).await.moments().into_iter();
    let told: Vec<_> = told.map(|moment| (moment.event, moment.at_ms)).collect();
    let expected = [
        (Event::Saved, Some(1)),
        (Event::Sent, None),
        (Event::Edited, Some(2)),
        (Event::Withdrawn, Some(3)),
    ];
    assert_eq!(told, expected);
}

// Epochs.

#[wasm_bindgen_test]
async fn nothing_of_another_epoch_is_written_and_the_store_tells_what_it_knows() {
    let connection = fresh().await;
    save(&connection, 1, "one").await;
    epochs::adopt(&connection, Some(epoch(1)), epoch(2)).await.unwrap();
    let Written::EpochMoved(memory) = confirm(&connection, 1, witness(epoch(1), NOW_MS)).await
    else {
        panic!("written in a past epoch");
    };
    assert_eq!((memory.epoch, memory.past_epochs), (Some(epoch(2)), vec![epoch(1)]));
    assert!(memory.is_sweep_due);
    assert_eq!(keys(&connection, OUTBOX).await.len(), 1);
    assert_eq!(rows(&connection, RECEIPTS).await, []);
    let old = witness(epoch(1), NOW_MS);
    let moved = |written: Result<Written, StorageError>| {
        assert!(matches!(written, Ok(Written::EpochMoved(_))), "{written:?}");
    };
    moved(sweep::reconcile(&connection, old, &[], &[op_id(1)]).await);
    moved(sweep::finish(&connection, old, Some(Seq(99)), 1).await);
    moved(pull::apply(&connection, &page(epoch(1), None, Vec::new(), "a", false)).await);
    moved(epochs::adopt(&connection, Some(epoch(2)), epoch(1)).await);
    moved(epochs::adopt(&connection, Some(epoch(1)), epoch(3)).await);
    let end = UploadEnd::Complete { witness: old, log_seq: None };
    moved(uploads::settle(&connection, AttachmentId::new(1, [0; 10]), end).await);
}

#[wasm_bindgen_test]
async fn a_new_epoch_looks_after_every_upload_again() {
    let connection = fresh().await;
    save(&connection, 1, "one").await;
    let id = attach(&connection, 1, 2, b"photo").await;
    let end = UploadEnd::Complete { witness: witness(epoch(1), NOW_MS), log_seq: Some(Seq(5)) };
    assert_eq!(uploads::settle(&connection, id, end).await, Ok(Written::Done));
    assert_eq!(uploads::next(&connection, None).await, Ok(None));
    epochs::adopt(&connection, Some(epoch(1)), epoch(2)).await.unwrap();
    assert_eq!(uploads::next(&connection, None).await, Ok(Some(id)));
    assert_eq!(keys(&connection, UPLOADED).await.len(), 0);
}

// The sweep and the purge rule.

#[wasm_bindgen_test]
async fn what_a_restored_endpoint_lacks_goes_back_to_the_outbox_and_what_it_holds_is_marked() {
    let connection = fresh().await;
    let op = save(&connection, 1, "one").await;
    save(&connection, 2, "two").await;
    for n in [1, 2] {
        confirm(&connection, n, witness(epoch(1), NOW_MS)).await;
        find(&connection, n, 10, witness(epoch(1), NOW_MS)).await;
    }
    let confirmed = sweep::read_confirmed(&connection, None, 1).await;
    assert_eq!(confirmed, Ok((vec![op_id(1)], true)));
    let confirmed = sweep::read_confirmed(&connection, Some(op_id(1)), 5).await;
    assert_eq!(confirmed, Ok((vec![op_id(2)], false)));
    epochs::adopt(&connection, Some(epoch(1)), epoch(2)).await.unwrap();
    let held = [Held { op_id: op_id(2), seq: Some(Seq(3)) }];
    for _ in 0..2 {
        let here = witness(epoch(2), NOW_MS + 7);
        sweep::reconcile(&connection, here, &held, &[op_id(1)]).await.unwrap();
    }
    assert_eq!(shown(&connection, 1).await.1, NoteState::Saved);
    assert_eq!(shown(&connection, 2).await.1, NoteState::Sent);
    let batch = outbox::read_batch(&connection, None, 9, 9_999).await.unwrap();
    assert_eq!(batch.ops, [(op_id(1), op.json)]);
    let receipts = rows(&connection, RECEIPTS).await;
    assert_eq!(receipts.len(), 1);
    let confirmation: Confirmation = serde_json::from_str(&receipts[0].1).unwrap();
    assert_eq!((confirmation.epoch, confirmation.seq), (epoch(2), Some(Seq(3))));
    assert_eq!(confirmation.server_time_ms, Some(NOW_MS + 7));
}

#[wasm_bindgen_test]
async fn a_daily_sweep_does_not_make_a_confirmation_young_again() {
    let connection = fresh().await;
    save(&connection, 1, "one").await;
    confirm(&connection, 1, witness(epoch(1), OLD_MS)).await;
    find(&connection, 1, 10, witness(epoch(1), OLD_MS)).await;
    find(&connection, 1, 10, witness(epoch(1), NOW_MS)).await;
    sweep::finish(&connection, witness(epoch(1), NOW_MS), Some(Seq(10)), 1).await.unwrap();
    assert_eq!(keys(&connection, OPS).await.len(), 0);
}

#[wasm_bindgen_test]
async fn the_purge_takes_what_every_backup_has_and_leaves_the_note_in_the_list() {
    let connection = fresh().await;
    for (n, seq, at_ms) in [(1, 1, OLD_MS), (2, 9, OLD_MS), (3, 2, NOW_MS)] {
        save(&connection, n, "words").await;
        confirm(&connection, n, witness(epoch(1), at_ms)).await;
        find(&connection, n, seq, witness(epoch(1), at_ms)).await;
    }
    save(&connection, 4, "unsent").await;
    // Another tab offers it again since it was asked about.
    find(&connection, 4, 1, witness(epoch(1), OLD_MS)).await;
    let here = witness(epoch(1), NOW_MS);
    sweep::finish(&connection, here, None, 1).await.unwrap();
    assert_eq!(keys(&connection, OPS).await.len(), 4, "no backup, no purge");
    sweep::finish(&connection, here, Some(Seq(5)), 1).await.unwrap();
    let left = [op_id(2), op_id(3), op_id(4)].map(|id| id.to_string());
    assert_eq!(keys(&connection, OPS).await, left);
    assert_eq!(keys(&connection, RECEIPTS).await, left[..2]);
    assert_eq!(shown(&connection, 1).await, (texts(&["words"]), NoteState::Sent, false));
    // A purged note can be edited, and its edit names what it saw.
    assert_eq!(stored(&connection, 1).await.heads(), [op_id(1)]);
    change(&connection, 5, edit(1, &[1], "other words")).await;
    assert_eq!(shown(&connection, 1).await.0, texts(&["other words"]));
}

#[wasm_bindgen_test]
async fn an_attachment_goes_with_its_operation_and_only_once_every_backup_has_its_bytes() {
    let connection = fresh().await;
    save(&connection, 1, "one").await;
    let id = attach(&connection, 1, 2, b"photo").await;
    for n in [1, 2] {
        confirm(&connection, n, witness(epoch(1), OLD_MS)).await;
        find(&connection, n, 1, witness(epoch(1), OLD_MS)).await;
    }
    let here = witness(epoch(1), NOW_MS);
    let op = op_id(2).to_string();
    sweep::finish(&connection, here, Some(Seq(9)), 1).await.unwrap();
    assert_eq!(keys(&connection, OPS).await, [op.clone()], "the upload is not complete");
    let end = UploadEnd::Complete { witness: here, log_seq: Some(Seq(9)) };
    uploads::settle(&connection, id, end).await.unwrap();
    sweep::finish(&connection, here, Some(Seq(9)), 1).await.unwrap();
    assert_eq!(keys(&connection, OPS).await, [op], "the latest backup may be older than its bytes");
    assert_eq!(keys(&connection, CHUNKS).await.len(), 1);
    sweep::finish(&connection, here, Some(Seq(10)), 1).await.unwrap();
    for name in [OPS, RECEIPTS, CHUNKS, UPLOADS, UPLOADED] {
        assert_eq!(keys(&connection, name).await.len(), 0, "{name}");
    }
    assert_eq!(stored(&connection, 1).await.attachments().count(), 1);
}

// Pull.

fn page(
    epoch: Epoch,
    cursor_seen: Option<&str>,
    changes: Vec<String>,
    next_cursor: &str,
    has_more: bool,
) -> Page {
    PullAnswer {
        protocol: 1,
        request_id: BatchId::new(1, [0; 10]),
        cursor_seen: cursor_seen.map(str::to_owned),
        epoch,
        safe_seq: None,
        server_time_ms: NOW_MS,
        changes: changes.into_iter().map(RawText).collect(),
        emptied: Vec::new(),
        next_cursor: next_cursor.to_owned(),
        has_more,
    }
}

fn pulled(seq: i64, n: u64, body: &OpBody) -> String {
    let op = body.seal(op_id(n)).unwrap().json;
    let op: Box<serde_json::value::RawValue> = serde_json::from_str(&op).unwrap();
    serde_json::to_string(&Change { seq: Seq(seq), what: What::Op(&op) }).unwrap()
}

#[wasm_bindgen_test]
async fn a_withdrawal_is_shown_though_the_edit_that_it_saw_is_empty_by_now() {
    let connection = fresh().await;
    let first = page(epoch(1), None, vec![pulled(1, 1, &create(1, "one"))], "a", false);
    apply(&connection, &first).await;
    let (edit, mut withdrawal) = (op_id(2), create(1, "one"));
    (withdrawal.action, withdrawal.parents) = (Action::Withdraw, vec![edit]);
    let mut rest = page(epoch(1), Some("a"), vec![pulled(3, 3, &withdrawal)], "b", false);
    let (note_id, parents) = (withdrawal.note_id, vec![op_id(1)]);
    rest.emptied = vec![Emptied { op_id: edit, note_id, parents }];
    apply(&connection, &rest).await;
    assert!(shown(&connection, 1).await.2, "withdrawn");
}

#[wasm_bindgen_test]
async fn what_was_only_heard_of_is_forgotten_with_the_epoch_that_told_of_it() {
    let connection = fresh().await;
    let create = create(1, "one");
    let (note_id, edit) = (create.note_id, op_id(2));
    let mut told = page(epoch(1), None, vec![pulled(1, 1, &create)], "a", false);
    told.emptied = vec![Emptied { op_id: edit, note_id, parents: vec![op_id(1)] }];
    apply(&connection, &told).await;
    epochs::adopt(&connection, Some(epoch(1)), epoch(2)).await.unwrap();
    pull::begin_resync(&connection).await.unwrap();
    // The restored endpoint still has its words.
    let (mut with_words, parents) = (create.clone(), vec![op_id(1)]);
    with_words.parents = parents;
    let Action::Create(note) = create.action.clone() else { panic!("a creation") };
    with_words.action = Action::Edit(Note { text: "edited".to_owned(), ..note });
    let changes = vec![pulled(1, 1, &create), pulled(2, 2, &with_words)];
    apply(&connection, &page(epoch(2), None, changes, "b", false)).await;
    assert_eq!(shown(&connection, 1).await, (texts(&["edited"]), NoteState::Sent, false));
}

async fn apply(connection: &Connection, page: &Page) {
    assert_eq!(pull::apply(connection, page).await, Ok(Written::Done));
}

#[wasm_bindgen_test]
async fn a_page_is_applied_once_and_only_where_it_goes_on() {
    let connection = fresh().await;
    let first = page(epoch(1), None, vec![pulled(1, 1, &create(1, "one"))], "a", true);
    apply(&connection, &first).await;
    assert_eq!(shown(&connection, 1).await, (texts(&["one"]), NoteState::Sent, false));
    assert_eq!(pull::cursor(&connection).await, Ok(Some("a".to_owned())));
    // Late, for the second time, and one that goes on from elsewhere.
    let astray = page(epoch(1), Some("b"), vec![pulled(3, 3, &create(3, "three"))], "c", false);
    for page in [&first, &astray] {
        apply(&connection, page).await;
        assert_eq!(pull::cursor(&connection).await, Ok(Some("a".to_owned())));
        assert_eq!(keys(&connection, NOTES).await.len(), 1);
    }
    let second = page(epoch(1), Some("a"), vec![pulled(2, 2, &create(2, "two"))], "b", false);
    apply(&connection, &second).await;
    assert_eq!(keys(&connection, NOTES).await.len(), 2);
    // It is this device's to keep now: swept with the rest, and offered again where it is missing.
    let confirmed = sweep::read_confirmed(&connection, None, 9).await;
    assert_eq!(confirmed, Ok((vec![op_id(1), op_id(2)], false)));
}

#[wasm_bindgen_test]
async fn what_this_device_has_is_not_taken_from_a_page() {
    let connection = fresh().await;
    save(&connection, 1, "mine").await;
    save(&connection, 2, "purged").await;
    confirm(&connection, 2, witness(epoch(1), OLD_MS)).await;
    find(&connection, 2, 2, witness(epoch(1), OLD_MS)).await;
    sweep::finish(&connection, witness(epoch(1), NOW_MS), Some(Seq(5)), 1).await.unwrap();
    let all = vec![pulled(1, 1, &create(1, "mine")), pulled(2, 2, &create(2, "purged"))];
    apply(&connection, &page(epoch(1), None, all, "a", false)).await;
    assert_eq!(keys(&connection, OUTBOX).await.len(), 1, "its receipt is the push's to bring");
    assert_eq!(keys(&connection, OPS).await, [op_id(1).to_string()]);
    assert_eq!(shown(&connection, 1).await.1, NoteState::Saved);
    assert_eq!(keys(&connection, NOTES).await.len(), 2);
}

#[wasm_bindgen_test]
async fn a_change_of_an_unknown_kind_is_kept_as_it_came_until_a_resync_replaces_it() {
    let connection = fresh().await;
    let hologram = r#"{"seq":7,"what":{"hologram":{"a" : 1}},"also":"é"}"#;
    let newer_op = r#"{"seq":8,"what":{"op":{"op_id":"x","body":{"schema":9}}}}"#;
    let unknown = vec![hologram.to_owned(), newer_op.to_owned()];
    apply(&connection, &page(epoch(1), None, unknown, "a", false)).await;
    let kept = rows(&connection, CHANGES).await;
    assert_eq!(kept.iter().map(|row| &*row.1).collect::<Vec<_>>(), [hologram, newer_op]);
    assert_eq!(outbox::backlog(&connection).await.unwrap().unknown_changes, 2);

    epochs::adopt(&connection, Some(epoch(1)), epoch(2)).await.unwrap();
    pull::begin_resync(&connection).await.unwrap();
    assert_eq!(pull::cursor(&connection).await, Ok(None));
    let other = r#"{"seq":1,"what":{"hologram":{}}}"#;
    let first = vec![other.to_owned(), pulled(2, 2, &create(2, "two"))];
    apply(&connection, &page(epoch(2), None, first, "b", true)).await;
    assert_eq!(rows(&connection, CHANGES).await, kept, "not before the last page");
    apply(&connection, &page(epoch(2), Some("b"), Vec::new(), "c", false)).await;
    let swapped = rows(&connection, CHANGES).await;
    assert_eq!(swapped.iter().map(|row| &*row.1).collect::<Vec<_>>(), [other]);
    assert_eq!(keys(&connection, SHADOW).await.len(), 0);
    assert_eq!(shown(&connection, 2).await.0, texts(&["two"]));
}

#[wasm_bindgen_test]
async fn a_resync_never_touches_what_is_unsent() {
    let connection = fresh().await;
    save(&connection, 1, "unsent").await;
    let before = rows(&connection, OUTBOX).await;
    pull::begin_resync(&connection).await.unwrap();
    let changes = vec![pulled(1, 2, &create(2, "two"))];
    apply(&connection, &page(epoch(1), None, changes, "a", false)).await;
    assert_eq!(rows(&connection, OUTBOX).await, before);
    assert_eq!(keys(&connection, NOTES).await.len(), 2);
}

// The history of a note.

#[wasm_bindgen_test]
async fn edits_of_two_devices_both_stand_until_one_saw_both() {
    let connection = fresh().await;
    save(&connection, 1, "one").await;
    change(&connection, 2, edit(1, &[1], "here")).await;
    let there = vec![pulled(1, 3, &edit(1, &[1], "there"))];
    apply(&connection, &page(epoch(1), None, there, "a", false)).await;
    assert_eq!(shown(&connection, 1).await.0, texts(&["there", "here"]));
    assert_eq!(stored(&connection, 1).await.heads(), [op_id(3), op_id(2)]);
    change(&connection, 4, edit(1, &[2, 3], "both")).await;
    assert_eq!(shown(&connection, 1).await, (texts(&["both"]), NoteState::Saved, false));
}

#[wasm_bindgen_test]
async fn a_note_is_sent_once_all_of_its_operations_are() {
    let connection = fresh().await;
    save(&connection, 1, "one").await;
    change(&connection, 2, edit(1, &[1], "two")).await;
    // The receipt of the creation comes while the edit waits.
    confirm(&connection, 1, witness(epoch(1), NOW_MS)).await;
    assert_eq!(shown(&connection, 1).await.1, NoteState::Saved);
    let parked = [Parked { op_id: op_id(2), code: Code::TextTooLong }];
    outbox::settle(&connection, None, None, &[], &parked, 1).await.unwrap();
    assert_eq!(shown(&connection, 1).await.1, NoteState::Held);
    assert_eq!(stored(&connection, 1).await.code, Some(Code::TextTooLong));
    confirm(&connection, 2, witness(epoch(1), NOW_MS)).await;
    assert_eq!(shown(&connection, 1).await, (texts(&["two"]), NoteState::Sent, false));
}

#[wasm_bindgen_test]
async fn a_withdrawal_keeps_the_words_and_one_beside_an_edit_does_not_take_it_away() {
    let connection = fresh().await;
    save(&connection, 1, "one").await;
    change(&connection, 2, body(1, &[1], Action::Withdraw)).await;
    assert_eq!(shown(&connection, 1).await, (texts(&["one"]), NoteState::Saved, true));
    let there = vec![pulled(1, 3, &edit(1, &[1], "there"))];
    apply(&connection, &page(epoch(1), None, there, "a", false)).await;
    assert_eq!(shown(&connection, 1).await, (texts(&["there"]), NoteState::Saved, false));
}

/// The log's order is the order of arrival: a withdrawal may come before what it withdraws.
#[wasm_bindgen_test]
async fn the_order_of_arrival_changes_nothing() {
    let ops = [
        (1, create(1, "one")),
        (2, edit(1, &[1], "two")),
        (3, body(1, &[1], Action::Withdraw)),
        (4, edit(1, &[1], "four")),
    ];
    let mut expected = None;
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [2, 3, 1, 0], [1, 2, 0, 3]] {
        let connection = fresh().await;
        let changes = (1..).zip(order).map(|(seq, at)| pulled(seq, ops[at].0, &ops[at].1));
        apply(&connection, &page(epoch(1), None, changes.collect(), "a", false)).await;
        let shown = shown(&connection, 1).await;
        assert_eq!(shown.0, texts(&["four", "two"]), "{order:?}");
        let mut heads = stored(&connection, 1).await.heads();
        heads.sort_unstable();
        assert_eq!(*expected.get_or_insert((shown.clone(), heads.clone())), (shown, heads));
    }
}

#[wasm_bindgen_test]
async fn a_withdrawal_without_its_words_waits_for_them() {
    let connection = fresh().await;
    let withdrawal = vec![pulled(1, 2, &body(1, &[1], Action::Withdraw))];
    apply(&connection, &page(epoch(1), None, withdrawal, "a", false)).await;
    assert_eq!(notes::one(&connection, note_id(1)).await, Ok(None));
    let words = vec![pulled(2, 1, &create(1, "one"))];
    apply(&connection, &page(epoch(1), Some("a"), words, "b", false)).await;
    assert_eq!(shown(&connection, 1).await, (texts(&["one"]), NoteState::Sent, true));
}

// Attachments.

/// Attaches these bytes to a note, by an operation of this number.
async fn attach(connection: &Connection, note: u64, op: u64, bytes: &[u8]) -> AttachmentId {
    try_attach(connection, note, op, bytes).await.unwrap()
}

async fn try_attach(
    connection: &Connection,
    note: u64,
    op: u64,
    bytes: &[u8],
) -> Result<AttachmentId, StorageError> {
    let attachment_id = AttachmentId::new(op, [3; 10]);
    let attachment = Attachment {
        attachment_id,
        sha256: crypto::sha256(bytes).await.unwrap(),
        bytes: bytes.len() as u64,
        media_type: "image/jpeg".to_owned(),
        name: Some("shelf.jpg".to_owned()),
    };
    let draft = DraftFor::Edit(note_id(note));
    draft_media::keep(connection, draft, &attachment, Uint8Array::from(bytes)).await?;
    let upload = Upload { op_id: op_id(op), attachment: attachment.clone(), code: None };
    let body = body(note, &[note], Action::Attach(attachment));
    let op = body.seal(op_id(op)).unwrap();
    save::adopt(connection, &[Adoption { op, body, draft, upload }]).await?;
    Ok(attachment_id)
}

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect()
}

#[wasm_bindgen_test]
async fn an_attachment_lies_in_pieces_that_read_back_whole() {
    let connection = fresh().await;
    save(&connection, 1, "one").await;
    let whole = bytes(600_000);
    let id = attach(&connection, 1, 2, &whole).await;
    assert_eq!(keys(&connection, CHUNKS).await.len(), 3);
    let mut read = Vec::new();
    for n in 0..3 {
        let key = chunk_key(id, n * ATTACHMENT_CHUNK_BYTES as u64);
        read.extend(attachments::read(&connection, &key).await.unwrap().unwrap());
    }
    assert!(read == whole, "other bytes came back");
    let attached: Vec<_> =
        stored(&connection, 1).await.attachments().map(|one| one.attachment_id).collect();
    assert_eq!(attached, [id]);
    assert_eq!(shown(&connection, 1).await.0, texts(&["one"]));
    assert_eq!(keys(&connection, OUTBOX).await.len(), 2);
}

#[wasm_bindgen_test]
async fn a_disk_too_full_for_a_photo_keeps_the_words_and_nothing_of_the_photo() {
    let connection = fresh().await;
    save(&connection, 1, "one").await;
    shim::js(
        "(() => {
            const real = IDBObjectStore.prototype.put;
            IDBObjectStore.prototype.put = function (value, key) {
                if (this.name === 'chunks' && key.endsWith('/000001')) this.transaction.abort();
                return real.call(this, value, key);
            };
            (globalThis.mended ??= []).push(() => IDBObjectStore.prototype.put = real);
        })()",
    )
    .await;
    assert!(try_attach(&connection, 1, 2, &bytes(600_000)).await.is_err());
    shim::heal().await;
    assert_eq!(keys(&connection, CHUNKS).await.len(), 0);
    assert_eq!(keys(&connection, UPLOADS).await.len(), 0);
    assert_eq!(keys(&connection, DRAFT_MEDIA).await.len(), 0);
    assert_eq!(keys(&connection, OUTBOX).await, [op_id(1).to_string()]);
    assert_eq!(stored(&connection, 1).await.attachments().count(), 0);
}

#[wasm_bindgen_test]
async fn a_spoilt_piece_is_noticed_at_the_save_and_later() {
    let connection = fresh().await;
    save(&connection, 1, "one").await;
    let id = attach(&connection, 1, 2, b"photo").await;
    shim::js(
        "(() => {
            const real = IDBObjectStore.prototype.put;
            IDBObjectStore.prototype.put = function (value, key) {
                if (this.name === 'chunks') value.bytes = new Uint8Array([1, 2, 3]).buffer;
                return real.call(this, value, key);
            };
            (globalThis.mended ??= []).push(() => IDBObjectStore.prototype.put = real);
        })()",
    )
    .await;
    assert!(matches!(try_attach(&connection, 1, 2, b"photo").await, Err(StorageError::Lost(_))));
    shim::heal().await;
    assert_eq!(attachments::read(&connection, &chunk_key(id, 0)).await, Ok(None));
}

#[wasm_bindgen_test]
async fn uploads_come_one_after_the_other_and_a_held_one_is_passed_over() {
    let connection = fresh().await;
    save(&connection, 1, "one").await;
    let first = attach(&connection, 1, 2, b"a").await;
    let second = attach(&connection, 1, 3, b"b").await;
    assert_eq!(uploads::next(&connection, None).await, Ok(Some(first)));
    assert_eq!(uploads::next(&connection, Some(first)).await, Ok(Some(second)));
    let held = UploadEnd::Held(Code::AttachmentMismatch);
    uploads::settle(&connection, first, held).await.unwrap();
    assert_eq!(uploads::next(&connection, None).await, Ok(Some(second)));
    let backlog = outbox::backlog(&connection).await.unwrap();
    assert_eq!((backlog.uploads, backlog.held), (1, 1));
    outbox::release_held(&connection).await.unwrap();
    assert_eq!(uploads::next(&connection, None).await, Ok(Some(first)));
}

// Visits.

fn visit(n: u64, customer: &str) -> Visit {
    let unix_ms = i64::try_from(n).unwrap();
    let started_at = ClientTime { unix_ms, utc_offset_minutes: 60 };
    let visit_id = VisitId::new(n, [3; 10]);
    Visit { visit_id, customer: customer.to_owned(), started_at, finished_at: None }
}

#[wasm_bindgen_test]
async fn one_visit_runs_at_a_time_and_the_newest_comes_first() {
    let connection = fresh().await;
    let (first, second) = (visit(1_000, "Dupont"), visit(2_000, "Lefèvre"));
    for visit in [&first, &second, &second] {
        visits::start(&connection, visit).await.unwrap();
    }
    let ended = Visit { finished_at: Some(second.started_at), ..first.clone() };
    let page = visits::page(&connection, None, 9).await.unwrap();
    assert_eq!(page, [second.clone(), ended.clone()]);
    let rest = visits::page(&connection, Some(second.visit_id), 9).await.unwrap();
    assert_eq!(rest, [ended.clone()]);
    let end = ClientTime { unix_ms: 3_000, utc_offset_minutes: 60 };
    for visit in [&second, &first] {
        visits::finish(&connection, visit.visit_id, end).await.unwrap();
    }
    let finished = Visit { finished_at: Some(end), ..second.clone() };
    assert_eq!(visits::one(&connection, second.visit_id).await, Ok(Some(finished)));
    let still = visits::one(&connection, first.visit_id).await;
    assert_eq!(still, Ok(Some(ended)), "a visit ends once");
}

#[wasm_bindgen_test]
async fn a_visit_has_the_notes_that_were_written_during_it() {
    let connection = fresh().await;
    let meeting = visit(5_000, "Dupont");
    visits::start(&connection, &meeting).await.unwrap();
    save(&connection, 4_000, "before").await;
    for n in [5_001, 5_002] {
        let mut body = create(n, "during");
        let Action::Create(said) = &mut body.action else { panic!() };
        said.visit_id = Some(meeting.visit_id);
        let view = StoredNote::begun(note_id(n), op_id(n), body.saved_at, said.clone());
        let op = body.seal(op_id(n)).unwrap();
        save::save(&connection, &Save { op, view, adoptions: Vec::new() }).await.unwrap();
    }
    confirm(&connection, 5_001, witness(epoch(1), NOW_MS)).await;
    let found = visits::notes_of(&connection, &meeting).await.unwrap();
    let found: Vec<_> = found.iter().map(|stored| (stored.note_id, stored.state)).collect();
    assert_eq!(found, [(note_id(5_002), NoteState::Saved), (note_id(5_001), NoteState::Sent)]);
}

// What drafts hold besides words.

fn recording(n: u64) -> Recording {
    let attachment_id = AttachmentId::new(n, [3; 10]);
    Recording { attachment_id, media_type: "audio/webm".to_owned(), name: "memo.webm".to_owned() }
}

/// Says so many seconds, and is cut off.
async fn record(connection: &Connection, of: DraftFor, recording: &Recording, seconds: u32) {
    for second in 0..seconds {
        let bytes = Uint8Array::from(&[u8::try_from(second).unwrap(); 3][..]);
        draft_media::keep_second(connection, of, recording, second, &bytes).await.unwrap();
    }
}

#[wasm_bindgen_test]
async fn a_memo_that_a_crash_left_is_made_whole_of_its_seconds_in_their_order() {
    let connection = fresh().await;
    let (of, recording) = (DraftFor::New(Kind::Need), recording(1));
    record(&connection, of, &recording, 12).await;
    connection.drop_handle();
    let held = draft_media::read(&connection, of).await;
    assert_eq!(held, Ok(vec![DraftMedia::Recording(recording.clone())]));
    let memo = memo::rescue(&connection, of, &recording).await.unwrap().unwrap();
    assert_eq!((memo.attachment_id, memo.bytes), (recording.attachment_id, 36));
    let expected: Vec<u8> = (0..12).flat_map(|second| [second; 3]).collect();
    assert_eq!(memo.sha256, crypto::sha256(&expected).await.unwrap());
    assert_eq!(draft_media::read(&connection, of).await, Ok(vec![DraftMedia::Whole(memo)]));
    assert_eq!(keys(&connection, RECORDED).await.len(), 0);
    // Another kind's draft holds nothing of it.
    assert_eq!(draft_media::read(&connection, DraftFor::New(Kind::Gap)).await, Ok(vec![]));
}

#[wasm_bindgen_test]
async fn a_memo_that_another_tab_records_is_left_to_it() {
    let connection = fresh().await;
    let (of, recording) = (DraftFor::New(Kind::Need), recording(1));
    record(&connection, of, &recording, 2).await;
    let other_tab = Lock::named(&format!("sightline-memo-{}", recording.attachment_id));
    assert!(other_tab.acquire(false, || {}).await);
    assert_eq!(memo::rescue(&connection, of, &recording).await, Ok(None));
    assert_eq!(keys(&connection, RECORDED).await.len(), 2);
    other_tab.release();
    let whole = memo::rescue(&connection, of, &recording).await.unwrap();
    assert!(whole.is_some());
    // Whoever read the draft before it was whole finds it all the same.
    assert_eq!(memo::rescue(&connection, of, &recording).await.unwrap(), whole);
}

#[wasm_bindgen_test]
async fn a_memo_cut_off_on_a_full_disk_waits_for_room_with_every_second() {
    let connection = fresh().await;
    let (of, recording) = (DraftFor::New(Kind::Need), recording(1));
    record(&connection, of, &recording, 3).await;
    shim::js(
        "(() => {
            const real = IDBObjectStore.prototype.put;
            IDBObjectStore.prototype.put = function (value, key) {
                if (this.name === 'chunks') throw new DOMException('full', 'QuotaExceededError');
                return real.call(this, value, key);
            };
            (globalThis.mended ??= []).push(() => IDBObjectStore.prototype.put = real);
        })()",
    )
    .await;
    let full = Err(SaveError::Storage(StorageError::Full));
    assert_eq!(memo::rescue(&connection, of, &recording).await, full);
    shim::heal().await;
    assert_eq!(keys(&connection, RECORDED).await.len(), 3);
    assert_eq!(memo::rescue(&connection, of, &recording).await.unwrap().unwrap().bytes, 9);
}

#[wasm_bindgen_test]
async fn what_a_note_took_keeps_its_pieces_when_the_draft_lets_go_of_it() {
    let connection = fresh().await;
    save(&connection, 1, "one").await;
    let id = attach(&connection, 1, 2, b"photo").await;
    draft_media::remove(&connection, DraftFor::Edit(note_id(1)), id).await.unwrap();
    assert!(attachments::read(&connection, &chunk_key(id, 0)).await.unwrap().is_some());
}

#[wasm_bindgen_test]
async fn a_database_of_version_2_keeps_its_notes_and_gets_room_for_media() {
    shim::empty().await;
    let stores = missing(0).into_iter().filter(|name| !missing(2).contains(name));
    let stores = stores.map(|name| format!("'{name}'")).collect::<Vec<_>>().join(",");
    let script = format!(
        "new Promise((done, failed) => {{
            const request = indexedDB.open('sightline', 2);
            request.onerror = failed;
            request.onupgradeneeded = () =>
                [{stores}].forEach((name) => request.result.createObjectStore(name));
            request.onsuccess = () => {{
                const put = request.result.transaction('drafts', 'readwrite');
                put.objectStore('drafts').put('{{\"text\":\"old\"}}', 'need');
                put.oncomplete = () => {{ request.result.close(); done(true); }};
            }};
        }})"
    );
    assert!(shim::js(&script).await);
    let connection = Connection::default();
    let draft = drafts::read(&connection, DraftFor::New(Kind::Need)).await.unwrap();
    assert_eq!(draft.unwrap().text, "old");
    record(&connection, DraftFor::New(Kind::Need), &recording(1), 1).await;
    assert_eq!(keys(&connection, RECORDED).await.len(), 1);
}

// Identity.

fn enrolled(rep: u8) -> EnrolAnswer {
    EnrolAnswer {
        device_id: DeviceId::new(1, [1; 10]),
        rep_id: RepId::from_bytes([rep; 16]),
        rep_name: "Awa".to_owned(),
        epoch: epoch(1),
        receipt_key: MacKey::from_bytes([1; 32]),
        admission: Mac::from_bytes([2; 32]),
    }
}

#[wasm_bindgen_test]
async fn a_key_is_kept_and_works_when_it_comes_back_and_its_secret_half_stays_hidden() {
    let connection = fresh().await;
    let made = key::for_enrolment(&connection).await.unwrap();
    let public_key = made.public_key().await.unwrap();
    connection.drop_handle();
    let again = key::for_enrolment(&connection).await.unwrap();
    assert_eq!(again.public_key().await.unwrap(), public_key, "a retry asks with the same key");
    let answer = identity::Identity::new(enrolled(1), public_key);
    identity::write(&connection, &answer, &again).await.unwrap();
    connection.drop_handle();
    let kept = key::of_device(&connection).await.unwrap().unwrap();
    let signature = kept.sign(b"message").await.unwrap();
    assert!(made.verifies(&signature, b"message").await.unwrap());
    assert!(!made.verifies(&signature, b"messages").await.unwrap());
    assert_eq!(identity::read(&connection).await, Ok(Some(answer)));
    let next = key::for_enrolment(&connection).await.unwrap();
    assert_ne!(next.public_key().await.unwrap(), public_key, "the next enrolment has its own");
    js_sys::Reflect::set(&js_sys::global(), &"pair".into(), kept.to_store()).unwrap();
    let hidden =
        shim::js("crypto.subtle.exportKey('pkcs8', pair.privateKey).then(() => 0, () => 1)");
    assert!(hidden.await, "the private half was shown");
}

#[wasm_bindgen_test]
async fn a_key_that_comes_back_as_nothing_or_cannot_be_stored_is_told_before_anyone_is_asked() {
    let connection = fresh().await;
    for mishap in [
        "get = function (key) {
            const request = real.call(this, key);
            if (this.name === 'keys') Object.defineProperty(request, 'result', { value: null });
            return request;
        }",
        "put = function (value, key) {
            if (this.name === 'keys') throw new DOMException('a key', 'DataCloneError');
            return real.call(this, value, key);
        }",
    ] {
        let method = mishap.split(' ').next().unwrap();
        shim::js(&format!(
            "(() => {{
                const real = IDBObjectStore.prototype.{method};
                IDBObjectStore.prototype.{mishap};
                (globalThis.mended ??= []).push(() => IDBObjectStore.prototype.{method} = real);
            }})()"
        ))
        .await;
        assert_eq!(key::for_enrolment(&connection).await.err(), Some(KeyError::NotKept));
        shim::heal().await;
        shim::empty().await;
    }
}

/// What 0.1 left behind: notes, and an identity with a secret and no key.
#[wasm_bindgen_test]
async fn a_database_of_the_first_version_keeps_its_notes_and_enrols_again() {
    shim::empty().await;
    let saved = StoredNote::begun(
        note_id(1),
        op_id(1),
        ClientTime { unix_ms: 5, utc_offset_minutes: 60 },
        note("old"),
    );
    let (view, key) = (serde_json::to_string(&saved).unwrap(), notes::newest_first_key(note_id(1)));
    let waiting = format!(r#"{{"note_id":"{}","bytes":9}}"#, note_id(1));
    let script = format!(
        "new Promise((done, fail) => {{
            const request = indexedDB.open('sightline', 1);
            request.onupgradeneeded = () => {{
                for (const name of ['ops', 'outbox', 'held', 'receipts', 'notes', 'drafts', 'meta'])
                    request.result.createObjectStore(name);
            }};
            request.onsuccess = () => {{
                const all = request.result.transaction(['notes', 'outbox', 'meta'], 'readwrite');
                all.objectStore('notes').put({view:?}, '{key}');
                all.objectStore('outbox').put({waiting:?}, '{}');
                all.objectStore('meta').put('{{\"device_id\":\"{}\",\"rep_id\":\"{}\",' +
                    '\"rep_name\":\"Awa\",\"epoch\":\"{}\",\"secret\":\"00\"}}', 'identity');
                all.oncomplete = () => {{ request.result.close(); done(true); }};
            }};
            request.onerror = fail;
        }})",
        op_id(1),
        DeviceId::new(1, [0; 10]),
        RepId::from_bytes([1; 16]),
        epoch(1),
    );
    assert!(shim::js(&script).await);
    let connection = Connection::default();
    assert_eq!(notes::page(&connection, None, 9).await, Ok(vec![saved]));
    assert_eq!(identity::read(&connection).await, Ok(None));
    let owner = identity::owner(&connection).await.unwrap().unwrap();
    assert!(!owner.is_another(&enrolled(1)) && owner.is_another(&enrolled(2)));
    assert_eq!(outbox::backlog(&connection).await.unwrap().pending, 1);
}

#[wasm_bindgen_test]
async fn a_wipe_takes_everything_and_only_when_nothing_waits() {
    let connection = fresh().await;
    let key = key::for_enrolment(&connection).await.unwrap();
    let public_key: PublicKey = key.public_key().await.unwrap();
    let own = identity::Identity::new(enrolled(1), public_key);
    identity::write(&connection, &own, &key).await.unwrap();
    save(&connection, 1, "one").await;
    let wiped = async |device_id, n| wipe::wipe(&connection, device_id, Some(epoch(n))).await;
    assert_eq!(wiped(own.device_id, 1).await, Ok(Written::Refused));
    let parked = [Parked { op_id: op_id(1), code: Code::BatchTooLarge }];
    outbox::settle(&connection, None, None, &[], &parked, 1).await.unwrap();
    let held = wiped(own.device_id, 1).await;
    assert_eq!(held, Ok(Written::Refused), "held is not handed over");
    confirm(&connection, 1, witness(epoch(1), NOW_MS)).await;
    assert_eq!(keys(&connection, NOTES).await.len(), 1);
    let of_another = wiped(DeviceId::new(99, [9; 10]), 1).await;
    assert_eq!(of_another, Ok(Written::Refused), "another device");
    epochs::adopt(&connection, Some(epoch(1)), epoch(2)).await.unwrap();
    let late = wiped(own.device_id, 1).await;
    assert!(matches!(late, Ok(Written::EpochMoved(_))), "restored since: {late:?}");
    assert_eq!(wiped(own.device_id, 2).await, Ok(Written::Done));
    assert_eq!(identity::read(&connection).await, Ok(None));
    assert!(key::of_device(&connection).await.unwrap().is_none());
    for name in [OPS, OUTBOX, HELD, RECEIPTS, NOTES] {
        assert_eq!(keys(&connection, name).await.len(), 0, "{name}");
    }
}

/// A letter of a pull: a remark under a key of its own, none where it is taken back.
fn letter(seq: i64, n: u64, text: Option<&str>) -> String {
    let remark = |text: &str| {
        mail::Content::Remark(mail::Remark {
            remark_id: RemarkId::new(n, [5; 10]),
            note_id: note_id(1),
            by: "marc@example.org".to_owned(),
            at_ms: 1,
            text: text.to_owned(),
        })
    };
    let key = remark("").key();
    let content = text.map(|text| serde_json::value::to_raw_value(&remark(text)).unwrap());
    let letter = mail::Letter { key, content: content.as_deref() };
    let letter = serde_json::value::to_raw_value(&letter).unwrap();
    serde_json::to_string(&Change { seq: Seq(seq), what: What::Mail(&letter) }).unwrap()
}

async fn remarks(connection: &Connection) -> Vec<(String, bool)> {
    let received = super::mail::of_kind(connection, "remark").await.unwrap();
    let said = |received: super::mail::Received| match received.content {
        mail::Content::Remark(remark) => (remark.text, received.is_seen),
        content => panic!("{content:?}"),
    };
    received.into_iter().map(said).collect()
}

#[wasm_bindgen_test]
async fn the_last_word_under_a_key_stands_and_is_new_until_it_is_looked_at() {
    let connection = fresh().await;
    let all = vec![letter(3, 1, Some("first")), letter(4, 2, Some("other"))];
    apply(&connection, &page(epoch(1), None, all, "a", false)).await;
    assert_eq!(super::mail::unseen(&connection).await, Ok(2));
    let key = format!("remark/{}", RemarkId::new(1, [5; 10]));
    assert_eq!(super::mail::mark_seen(&connection, &key).await, Ok(true));
    assert_eq!(super::mail::mark_seen(&connection, &key).await, Ok(false));
    assert_eq!(super::mail::unseen(&connection).await, Ok(1));

    let next = vec![letter(6, 1, Some("second")), letter(7, 2, None), letter(2, 1, Some("old"))];
    apply(&connection, &page(epoch(1), Some("a"), next, "b", false)).await;
    assert_eq!(remarks(&connection).await, [("second".to_owned(), false)]);
}

#[wasm_bindgen_test]
async fn a_resync_replaces_the_mail_at_its_end_and_what_was_looked_at_is_not_new() {
    let connection = fresh().await;
    let all = vec![letter(3, 1, Some("kept")), letter(4, 2, Some("lost by the restore"))];
    apply(&connection, &page(epoch(1), None, all, "a", false)).await;
    let key = format!("remark/{}", RemarkId::new(1, [5; 10]));
    super::mail::mark_seen(&connection, &key).await.unwrap();

    epochs::adopt(&connection, Some(epoch(1)), epoch(2)).await.unwrap();
    pull::begin_resync(&connection).await.unwrap();
    let first = vec![letter(1, 1, Some("kept")), letter(2, 3, Some("new"))];
    apply(&connection, &page(epoch(2), None, first, "b", true)).await;
    assert_eq!(remarks(&connection).await.len(), 2, "not before the last page");
    apply(&connection, &page(epoch(2), Some("b"), Vec::new(), "c", false)).await;
    let expected = [("new".to_owned(), false), ("kept".to_owned(), true)];
    assert_eq!(remarks(&connection).await, expected);
    assert_eq!(keys(&connection, SHADOW).await.len(), 0);
}

#[wasm_bindgen_test]
async fn what_an_older_app_could_not_read_is_read_by_this_one() {
    let connection = fresh().await;
    let raw = letter(3, 1, Some("early"));
    connection
        .run(async |database| {
            let transaction = database.write(&[CHANGES])?;
            super::put(&transaction.store(CHANGES)?, "0000000000000003", &raw)?;
            transaction.commit().await
        })
        .await
        .unwrap();
    apply(&connection, &page(epoch(1), None, Vec::new(), "a", false)).await;
    assert_eq!(remarks(&connection).await, [("early".to_owned(), false)]);
    assert_eq!(keys(&connection, CHANGES).await.len(), 0);
}

#[wasm_bindgen_test]
async fn a_note_tells_how_far_it_has_come_once_it_is_sent() {
    let connection = fresh().await;
    save(&connection, 1, "one").await;
    save(&connection, 2, "two").await;
    let progress = mail::Progress {
        note_id: note_id(1),
        read_at_ms: Some(5),
        classified_at_ms: Some(6),
        topic: None,
        decided_at_ms: None,
        decisions: Vec::new(),
        declined: None,
    };
    apply(&connection, &page(epoch(1), None, vec![told(1, progress)], "a", false)).await;

    let standings = async || {
        let notes = notes::page(&connection, None, 9).await.unwrap();
        notes.iter().map(StoredNote::standing).collect::<Vec<_>>()
    };
    assert_eq!(standings().await, [Standing::Saved, Standing::Saved]);
    confirm(&connection, 1, witness(epoch(1), NOW_MS)).await;
    confirm(&connection, 2, witness(epoch(1), NOW_MS)).await;
    assert_eq!(standings().await, [Standing::Sent, Standing::Classified]);
    let one = notes::one(&connection, note_id(1)).await.unwrap().unwrap();
    let events: Vec<Event> = one.moments().iter().map(|moment| moment.event).collect();
    assert_eq!(events, [Event::Saved, Event::Sent, Event::Read, Event::Classified]);
}

/// What marketing tells of a note, as it travels.
fn told(seq: i64, progress: mail::Progress) -> String {
    let content = mail::Content::Progress(progress);
    let text = serde_json::value::to_raw_value(&content).unwrap();
    let letter = mail::Letter { key: content.key(), content: Some(&text) };
    let letter = serde_json::value::to_raw_value(&letter).unwrap();
    serde_json::to_string(&Change { seq: Seq(seq), what: What::Mail(&letter) }).unwrap()
}

#[wasm_bindgen_test]
async fn notes_that_led_to_a_decision_are_found_however_old() {
    let connection = fresh().await;
    let decision = |n| DecisionId::new(n, [3; 10]);
    let progress = |n, decisions| mail::Progress {
        note_id: note_id(n),
        read_at_ms: Some(5),
        classified_at_ms: None,
        topic: None,
        decided_at_ms: None,
        decisions,
        declined: None,
    };
    let changes = vec![
        told(1, progress(1, vec![decision(8), decision(7)])),
        told(2, progress(2, Vec::new())),
        told(3, progress(3, vec![decision(9), decision(7)])),
    ];
    apply(&connection, &page(epoch(1), None, changes, "a", false)).await;
    let led = mail_store::led_to(&connection, &[decision(7), decision(8)]).await.unwrap();
    let expected =
        [(decision(7), note_id(3)), (decision(8), note_id(1)), (decision(7), note_id(1))];
    assert_eq!(led, expected);
    assert_eq!(mail_store::led_to(&connection, &[decision(1)]).await, Ok(Vec::new()));
    let all = mail_store::progress(&connection).await.unwrap();
    let all: Vec<_> = all.into_iter().map(|progress| progress.note_id).collect();
    assert_eq!(all, [note_id(3), note_id(2), note_id(1)]);
}

#[wasm_bindgen_test]
async fn all_notes_on_a_customer_are_found_and_those_of_a_time() {
    /// More than two reads look through.
    const NOTES_IN_ALL: u64 = 1_100;
    let connection = fresh().await;
    let on = |n, customer: &str| {
        let of = Note { customer: Some(customer.to_owned()), ..note("words") };
        let saved_at = ClientTime { unix_ms: 5, utc_offset_minutes: 60 };
        StoredNote {
            state: NoteState::Sent,
            ..StoredNote::begun(note_id(n), op_id(n), saved_at, of)
        }
    };
    connection
        .run(async |database| {
            let transaction = database.write(&[NOTES])?;
            let notes = transaction.store(NOTES)?;
            for n in 1..=NOTES_IN_ALL {
                let stored = on(n, if n % 500 == 1 { "Dupont" } else { "Moulin" });
                put_row(&notes, &notes::newest_first_key(stored.note_id), &stored)?;
            }
            transaction.commit().await
        })
        .await
        .unwrap();
    let ids = |found: Vec<StoredNote>| -> Vec<NoteId> {
        found.into_iter().map(|stored| stored.note_id).collect()
    };
    let theirs = notes::of_customer(&connection, |name| name == "Dupont").await.unwrap();
    assert_eq!(ids(theirs), [note_id(1_001), note_id(501), note_id(1)]);
    let all = notes::of_customer(&connection, |_| true).await.unwrap();
    assert_eq!(all.len(), 1_100);
    let of_time = notes::since(&connection, NOTES_IN_ALL - 1).await.unwrap();
    assert_eq!(ids(of_time), [note_id(NOTES_IN_ALL), note_id(NOTES_IN_ALL - 1)]);
}

#[wasm_bindgen_test]
async fn a_reply_waits_in_the_outbox_and_changes_no_note() {
    let connection = fresh().await;
    save(&connection, 1, "one").await;
    confirm(&connection, 1, witness(epoch(1), NOW_MS)).await;
    let remark = |text: &str| Action::Reply(Reply::Remark { text: text.to_owned() });
    for (n, of_note, text) in [(2, 1, "in its thread"), (3, 9, "of its own")] {
        let body = body(of_note, &[], remark(text));
        replies::save(&connection, &body.seal(op_id(n)).unwrap(), &body).await.unwrap();
    }
    let given = replies::all(&connection).await.unwrap();
    let given: Vec<_> = given.into_iter().map(|it| (it.op_id, it.is_sent)).collect();
    assert_eq!(given, [(op_id(3), false), (op_id(2), false)]);
    assert_eq!(keys(&connection, OUTBOX).await.len(), 2);
    assert_eq!(keys(&connection, NOTES).await.len(), 1);
    assert_eq!(shown(&connection, 1).await.0, texts(&["one"]));

    confirm(&connection, 2, witness(epoch(1), NOW_MS)).await;
    assert!(replies::all(&connection).await.unwrap()[1].is_sent);
    // From the rep's other device.
    let other = pulled(7, 4, &body(8, &[], remark("elsewhere")));
    apply(&connection, &page(epoch(1), None, vec![other], "a", false)).await;
    assert_eq!(replies::all(&connection).await.unwrap().len(), 3);
}

#[wasm_bindgen_test]
async fn what_waits_is_counted_as_a_rep_counts_it() {
    let connection = fresh().await;
    let waiting = async || waiting::told_apart(&connection).await.unwrap().1;
    assert_eq!(waiting().await, Some(Waiting::default()));
    save(&connection, 1, "one").await;
    let reply = body(9, &[], Action::Reply(Reply::Remark { text: "yes".to_owned() }));
    replies::save(&connection, &reply.seal(op_id(2)).unwrap(), &reply).await.unwrap();
    // A change makes no second note of it.
    change(&connection, 3, edit(1, &[1], "two")).await;
    save(&connection, 4, "three").await;
    assert_eq!(waiting().await, Some(Waiting { notes: 2, replies: 1 }));
    confirm(&connection, 2, witness(epoch(1), NOW_MS)).await;
    confirm(&connection, 4, witness(epoch(1), NOW_MS)).await;
    assert_eq!(waiting().await, Some(Waiting { notes: 1, replies: 0 }));
    // So many that nobody looks at each.
    for n in 5..=203 {
        change(&connection, n, edit(1, &[n - 2], "more")).await;
    }
    assert_eq!(waiting().await, None);
}
