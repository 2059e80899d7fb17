//! The whole device against an endpoint, in a real browser: enrolled by a key, sent once, offered
//! again after a restore, pulled, uploaded in pieces, and handed over when it is shut out.
#![cfg(target_arch = "wasm32")]

#[allow(dead_code, reason = "a part of it is for the other tests")]
mod endpoint;
mod shim;

use core::cell::Cell;
use std::rc::Rc;

use device::{Background, Device, DraftFor, EnrolError, Held, NewMedia, NoteState, StoredNote};
use endpoint::{Endpoint, Fate};
use protocol::{Action, ClientTime, Code, NoteId, OpBody, OpId};
use shim::note;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Longer than any wait of the engine that these tests provoke.
const LIMIT_MS: u32 = 30_000;

/// An endpoint, and a device that is enrolled there.
async fn enrolled() -> (Rc<Endpoint>, Device) {
    shim::empty().await;
    let endpoint = Endpoint::install().await;
    let device = Device::start();
    device.enrol("invitation", "My phone").await.unwrap();
    (endpoint, device)
}

async fn state(device: &Device, note: &StoredNote) -> NoteState {
    device.note(note.note_id).await.unwrap().unwrap().state
}

fn ids(endpoint: &Endpoint) -> Vec<OpId> {
    endpoint.log.borrow().iter().map(|(op_id, _)| *op_id).collect()
}

#[wasm_bindgen_test]
async fn a_lost_answer_to_an_enrolment_is_asked_for_again_with_the_same_key() {
    shim::empty().await;
    let endpoint = Endpoint::install().await;
    let device = Device::start();
    endpoint.fate("POST /api/v1/enrol", Fate::AnswerLost);
    let lost = device.enrol("invitation", "My phone").await;
    assert_eq!(lost, Err(EnrolError::Unreachable));
    assert_eq!(device.identity().await, Ok(None));
    // As after a reload.
    let device = Device::start();
    let identity = device.enrol("invitation", "My phone").await.unwrap();
    assert_eq!(identity.device_id, endpoint.device_id);
    let keys = endpoint.keys.borrow().clone();
    assert!(keys.len() == 2 && keys[0] == keys[1]);
    // Another enrolment is another key's.
    let other = device.enrol("invitation", "My phone").await;
    assert_eq!(other, Err(EnrolError::Refused(Code::InvitationUsed)));
    assert_eq!(device.identity().await, Ok(Some(identity)));
}

#[wasm_bindgen_test]
async fn a_note_is_sent_once_although_an_answer_is_lost() {
    let (endpoint, device) = enrolled().await;
    endpoint.fate("POST /api/v1/push", Fate::AnswerLost);
    let note = device.save(note("one")).await.unwrap();
    assert!(device.drain(LIMIT_MS).await);
    assert_eq!(state(&device, &note).await, NoteState::Sent);
    assert_eq!(ids(&endpoint), [note.op_id]);
    assert!(endpoint.count("POST /api/v1/push") >= 2);
}

#[wasm_bindgen_test]
async fn what_sends_may_come_after_the_first_note() {
    shim::empty().await;
    let endpoint = Endpoint::install().await;
    let asked = Rc::new(Cell::new(0));
    let count = Rc::clone(&asked);
    // Out of reach the first time.
    let device = Device::start_ahead(move || {
        let tries = count.replace(count.get() + 1);
        async move { (tries > 0).then(Background::here) }
    });
    let note = device.save(note("one")).await.unwrap();
    device.enrol("invitation", "My phone").await.unwrap();
    assert_eq!((asked.get(), endpoint.count("POST /api/v1/push")), (1, 0));
    assert_eq!(device.outlook().await.unwrap().pending, 1);
    assert!(device.drain(LIMIT_MS).await);
    assert_eq!(state(&device, &note).await, NoteState::Sent);
    assert_eq!((asked.get(), ids(&endpoint)), (2, vec![note.op_id]));
}

#[wasm_bindgen_test]
async fn what_is_not_sealed_by_the_endpoint_confirms_nothing() {
    let (endpoint, device) = enrolled().await;
    for fate in [Fate::Portal, Fate::Forged] {
        let pushes = endpoint.count("POST /api/v1/push");
        endpoint.lasting_fate("POST /api/v1/push", fate);
        let note = device.save(note("one")).await.unwrap();
        // It asks again: so it has done with the first answer.
        while endpoint.count("POST /api/v1/push") < pushes + 2 {
            gloo_timers::future::TimeoutFuture::new(20).await;
        }
        assert_eq!(state(&device, &note).await, NoteState::Saved, "{fate:?}");
        endpoint.forget_fates();
        assert!(device.drain(LIMIT_MS).await);
        assert_eq!(state(&device, &note).await, NoteState::Sent, "{fate:?}");
    }
}

#[wasm_bindgen_test]
async fn a_restored_endpoint_gets_everything_back_once() {
    let (endpoint, device) = enrolled().await;
    let first = device.save(note("one")).await.unwrap();
    assert!(device.drain(LIMIT_MS).await);
    endpoint.restore_empty();
    let second = device.save(note("two")).await.unwrap();
    assert!(device.drain(LIMIT_MS).await);
    let mut ids = ids(&endpoint);
    ids.sort_unstable();
    assert_eq!(ids, [first.op_id, second.op_id]);
    for note in [&first, &second] {
        assert_eq!(state(&device, note).await, NoteState::Sent);
    }
}

#[wasm_bindgen_test]
async fn what_another_device_of_the_rep_wrote_is_pulled_page_by_page() {
    let (endpoint, device) = enrolled().await;
    let mine = device.save(note("mine")).await.unwrap();
    assert!(device.drain(LIMIT_MS).await);
    for (n, text) in [(1, "theirs"), (2, "theirs too")] {
        let body = OpBody {
            schema: 1,
            note_id: NoteId::new(n, [1; 10]),
            parents: Vec::new(),
            saved_at: ClientTime { unix_ms: 5, utc_offset_minutes: 0 },
            action: Action::Create(note(text)),
        };
        let op = body.seal(OpId::new(n, [1; 10])).unwrap();
        endpoint.log.borrow_mut().push((op.op_id, op.json));
    }
    // A device that begins anew asks for news.
    let device = Device::start();
    assert!(device.drain(LIMIT_MS).await);
    let texts: Vec<_> =
        device.notes(None, 9).await.unwrap().into_iter().map(|one| one.note.text).collect();
    assert_eq!(texts, ["mine", "theirs too", "theirs"]);
    assert_eq!(state(&device, &mine).await, NoteState::Sent);
}

#[wasm_bindgen_test]
async fn an_edit_in_flight_and_a_withdrawal_arrive_with_what_they_saw() {
    let (endpoint, device) = enrolled().await;
    let saved = device.save(note("one")).await.unwrap();
    device.edit(saved.note_id, note("two")).await.unwrap();
    device.withdraw(saved.note_id).await.unwrap();
    assert!(device.drain(LIMIT_MS).await);
    let shown = device.note(saved.note_id).await.unwrap().unwrap();
    assert_eq!((shown.note.text.as_str(), shown.is_withdrawn), ("two", true));
    assert_eq!(shown.state, NoteState::Sent);
    let parents: Vec<Vec<OpId>> = endpoint
        .log
        .borrow()
        .iter()
        .map(|(_, text)| {
            let op: protocol::Op<'_> = serde_json::from_str(text).unwrap();
            serde_json::from_str::<OpBody>(op.body.get()).unwrap().parents
        })
        .collect();
    let ids = ids(&endpoint);
    assert_eq!(parents, [vec![], vec![ids[0]], vec![ids[1]]]);
    assert!(matches!(
        device.edit(NoteId::new(1, [0; 10]), note("nowhere")).await,
        Err(device::SaveError::NoSuchNote)
    ));
}

fn media(name: &str, media_type: &str, bytes: &[u8]) -> NewMedia {
    let content = shim::blob(bytes);
    NewMedia { name: name.to_owned(), media_type: media_type.to_owned(), content }
}

#[wasm_bindgen_test]
async fn a_photo_goes_up_piece_by_piece_from_where_the_endpoint_is() {
    let (endpoint, device) = enrolled().await;
    let saved = device.save(note("one")).await.unwrap();
    // The second piece arrives and nobody hears of it.
    endpoint.fate("PATCH", Fate::Well);
    endpoint.fate("PATCH", Fate::AnswerLost);
    let bytes: Vec<u8> = (0_u32..700_000).map(|n| (n % 251) as u8).collect();
    let new = media("étagère.jpg", "image/jpeg", &bytes);
    let of = DraftFor::Edit(saved.note_id);
    let kept = device.keep_media(of, new).await.unwrap();
    device.adopt(saved.note_id, &[kept]).await.unwrap();
    assert!(device.drain(LIMIT_MS).await);
    let shown = device.note(saved.note_id).await.unwrap().unwrap();
    let attachment = shown.attachments().next().unwrap();
    assert_eq!(attachment.name.as_deref(), Some("étagère.jpg"));
    assert!(endpoint.has_whole(attachment));
    assert_eq!(device.outlook().await.unwrap().uploads, 0);
    assert_eq!(endpoint.count("PATCH"), 3, "no piece is sent twice");
    // A restored endpoint may have the note and not the photo.
    endpoint.restore_empty();
    device.save(note("two")).await.unwrap();
    assert!(device.drain(LIMIT_MS).await);
    assert!(endpoint.has_whole(attachment));
}

#[wasm_bindgen_test]
async fn an_empty_file_is_refused_and_the_note_stays_as_it_is() {
    let (_endpoint, device) = enrolled().await;
    let saved = device.save(note("one")).await.unwrap();
    let of = DraftFor::Edit(saved.note_id);
    let refused = device.keep_media(of, media("x", "image/png", &[])).await;
    assert_eq!(refused, Err(device::SaveError::Attachment(Code::AttachmentTooLarge)));
    assert_eq!(device.draft_media(of).await, Ok(Held::default()));
    assert_eq!(device.note(saved.note_id).await.unwrap().unwrap().attachments().count(), 0);
}

#[wasm_bindgen_test]
async fn a_device_that_is_shut_out_hands_over_what_it_holds_and_then_holds_nothing() {
    let (endpoint, device) = enrolled().await;
    device.save(note("sent")).await.unwrap();
    assert!(device.drain(LIMIT_MS).await);
    endpoint.is_revoked.set(true);
    let held = device.save(note("unsent")).await.unwrap();
    assert!(device.drain(LIMIT_MS).await);
    assert_eq!(*endpoint.quarantine.borrow(), [held.op_id]);
    assert_eq!(device.identity().await, Ok(None));
    assert_eq!(device.notes(None, 9).await, Ok(vec![]));
}

#[wasm_bindgen_test]
async fn a_worker_has_nothing_to_drain_before_enrolment_and_gives_up_in_time() {
    shim::empty().await;
    let endpoint = Endpoint::install().await;
    let device = Device::start();
    device.save(note("one")).await.unwrap();
    assert!(device.drain(LIMIT_MS).await, "nobody can do more");
    device.enrol("invitation", "My phone").await.unwrap();
    endpoint.lasting_fate("POST /api/v1/push", Fate::Portal);
    device.save(note("two")).await.unwrap();
    let worker = Device::start();
    assert!(!worker.drain(1_000).await);
    assert_eq!(worker.outlook().await.unwrap().pending, 2);
}
