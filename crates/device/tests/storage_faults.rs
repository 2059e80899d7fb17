//! The device's storage under injected faults (SYNC.md §3), in a real browser: nothing is ever
//! half saved, no error is read as "empty", and a dead handle is opened again.
#![cfg(target_arch = "wasm32")]

mod shim;

use device::{Device, Draft, NewMedia, NoteState, SaveError, StorageError};
use protocol::Kind;
use shim::{heal, js, note};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn draft(text: &str) -> Draft {
    Draft { text: text.to_owned(), fields: vec![("customer".to_owned(), "Dupont".to_owned())] }
}

/// A device with nothing stored and no fault.
async fn fresh() -> Device {
    shim::empty().await;
    Device::start()
}

/// The next `times` calls of this method throw this error instead.
async fn inject(method: &str, times: u32, error: &str) {
    let (interface, name) = method.split_once('.').unwrap();
    js(&format!(
        "(() => {{
            const target = {interface}.prototype, real = target.{name};
            let left = {times};
            target.{name} = function (...given) {{
                if (left-- > 0) throw new DOMException('injected', '{error}');
                return real.apply(this, given);
            }};
            (globalThis.mended ??= []).push(() => target.{name} = real);
        }})()"
    ))
    .await;
}

#[wasm_bindgen_test]
async fn a_saved_note_is_listed_waits_and_takes_its_draft_away() {
    let device = fresh().await;
    device.keep_draft(Kind::Need, &draft("half")).await.unwrap();
    assert_eq!(device.draft(Kind::Need).await.unwrap(), Some(draft("half")));
    let first = device.save(note("one")).await.unwrap();
    let second = device.save(note("two \u{1f469}\u{200d}\u{1f680} déjà\n")).await.unwrap();
    let listed = device.notes(None, 50).await.unwrap();
    assert_eq!(listed, [second.clone(), first.clone()]);
    assert_eq!(device.notes(Some(second.note_id), 50).await.unwrap(), [first.clone()]);
    assert_eq!(device.note(first.note_id).await.unwrap().unwrap().state, NoteState::Saved);
    assert_eq!(device.outlook().await.unwrap().pending, 2);
    assert_eq!(device.draft(Kind::Need).await.unwrap(), None);
    // Another tab, or the same one after a restart.
    assert_eq!(Device::start().notes(None, 50).await.unwrap(), listed);
}

#[wasm_bindgen_test]
async fn a_dead_handle_is_opened_again_and_the_save_goes_through() {
    let device = fresh().await;
    device.save(note("before")).await.unwrap();
    for error in ["InvalidStateError", "UnknownError"] {
        inject("IDBDatabase.transaction", 1, error).await;
        device.save(note(error)).await.unwrap();
        heal().await;
    }
    assert_eq!(device.notes(None, 50).await.unwrap().len(), 3);
}

#[wasm_bindgen_test]
async fn a_handle_that_the_browser_closed_is_opened_again() {
    let device = fresh().await;
    device.save(note("before")).await.unwrap();
    js("(() => {
        const real = IDBDatabase.prototype.transaction;
        IDBDatabase.prototype.transaction = function (...given) {
            IDBDatabase.prototype.transaction = real;
            this.close();
            return real.apply(this, given);
        };
    })()")
    .await;
    device.save(note("after")).await.unwrap();
    assert_eq!(device.outlook().await.unwrap().pending, 2);
}

#[wasm_bindgen_test]
async fn a_storage_that_stays_dead_is_an_error_and_never_empty() {
    let device = fresh().await;
    device.save(note("here")).await.unwrap();
    inject("IDBDatabase.transaction", 1_000, "UnknownError").await;
    assert!(matches!(device.notes(None, 50).await, Err(StorageError::Lost(_))));
    assert!(matches!(device.outlook().await, Err(StorageError::Lost(_))));
    assert!(matches!(device.identity().await, Err(StorageError::Lost(_))));
    let refused = device.save(note("not here")).await;
    assert!(matches!(refused, Err(SaveError::Storage(StorageError::Lost(_)))));
    heal().await;
    assert_eq!(device.notes(None, 50).await.unwrap().len(), 1);
}

#[wasm_bindgen_test]
async fn a_full_disk_saves_nothing_and_keeps_the_draft() {
    let device = fresh().await;
    device.keep_draft(Kind::Need, &draft("precious")).await.unwrap();
    inject("IDBObjectStore.put", 1_000, "QuotaExceededError").await;
    let refused = device.save(note("precious")).await;
    assert_eq!(refused, Err(SaveError::Storage(StorageError::Full)));
    heal().await;
    assert_eq!(device.outlook().await.unwrap().pending, 0);
    assert_eq!(device.notes(None, 50).await.unwrap(), []);
    assert_eq!(device.draft(Kind::Need).await.unwrap(), Some(draft("precious")));
}

/// Quota in the field: the transaction aborts, no request fails (fault 4).
#[wasm_bindgen_test]
async fn an_aborted_transaction_saves_nothing_of_it() {
    let device = fresh().await;
    device.save(note("before")).await.unwrap();
    js("(() => {
        const real = IDBTransaction.prototype.commit;
        IDBTransaction.prototype.commit = function () { this.abort(); };
        (globalThis.mended ??= []).push(() => IDBTransaction.prototype.commit = real);
    })()")
    .await;
    assert!(matches!(device.save(note("lost")).await, Err(SaveError::Storage(_))));
    heal().await;
    assert_eq!(device.notes(None, 50).await.unwrap().len(), 1);
    assert_eq!(device.outlook().await.unwrap().pending, 1);
}

#[wasm_bindgen_test]
async fn a_write_that_does_not_read_back_is_not_called_saved() {
    let device = fresh().await;
    js("(() => {
        const real = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (value, key) {
            return real.call(this, this.name === 'ops' ? 'rotten' : value, key);
        };
        (globalThis.mended ??= []).push(() => IDBObjectStore.prototype.put = real);
    })()")
    .await;
    let refused = device.save(note("one")).await;
    heal().await;
    assert!(matches!(refused, Err(SaveError::Storage(StorageError::Lost(_)))), "{refused:?}");
}

#[wasm_bindgen_test]
async fn a_newer_tab_may_upgrade_and_this_one_says_so() {
    let device = fresh().await;
    device.save(note("before")).await.unwrap();
    let upgraded = js("new Promise((done) => {
        const request = indexedDB.open('sightline', 200);
        request.onsuccess = () => { request.result.close(); done(true); };
        request.onblocked = request.onerror = () => done(false);
    })");
    assert!(upgraded.await, "this tab blocked the newer one");
    assert_eq!(device.notes(None, 50).await, Err(StorageError::Outdated));
}

#[wasm_bindgen_test]
async fn an_opening_that_was_given_up_blocks_no_newer_version() {
    let device = fresh().await;
    device.save(note("before")).await.unwrap();
    js("(() => {
        const real = setTimeout;
        globalThis.setTimeout = (work) => real(work, 0);
        (globalThis.mended ??= []).push(() => globalThis.setTimeout = real);
    })()")
    .await;
    let refused = Device::start().notes(None, 50).await;
    heal().await;
    assert_eq!(refused, Err(StorageError::Blocked));
    let is_free = js("new Promise((done) => {
        const request = indexedDB.deleteDatabase('sightline');
        request.onsuccess = () => done(true);
        setTimeout(() => done(false), 3_000);
    })");
    assert!(is_free.await, "a handle that nobody has blocks it");
}

/// The n-th call from now on of any method that a save uses does this instead, once. Whether it
/// came to it is in `globalThis.struck`. Time runs a hundred times as fast, so that giving up takes
/// no time.
async fn strike(n: u32, mishap: &str) {
    js(&format!(
        "(() => {{
            let calls = 0;
            globalThis.struck = false;
            const slow = setTimeout;
            globalThis.setTimeout = (work, ms) => slow(work, ms / 100);
            (globalThis.mended ??= []).push(() => globalThis.setTimeout = slow);
            const methods = [
                [IDBDatabase, 'transaction'], [IDBTransaction, 'objectStore'],
                [IDBTransaction, 'commit'], [IDBObjectStore, 'put'], [IDBObjectStore, 'get'],
                [IDBObjectStore, 'delete'],
            ];
            for (const [type, name] of methods) {{
                const real = type.prototype[name];
                type.prototype[name] = function (...given) {{
                    if (++calls !== {n}) return real.apply(this, given);
                    globalThis.struck = true;
                    {mishap};
                }};
                globalThis.mended.push(() => type.prototype[name] = real);
            }}
        }})()"
    ))
    .await;
}

/// Whichever call into IndexedDB goes wrong, and in whichever way: a save either says that the
/// note is saved, and it is there once and waits to be sent, or says that it is not, and then it
/// may be there whole (the fault came after the commit) but never in part.
async fn a_mishap_at_any_call(mishap: &str) {
    for n in 1.. {
        let device = fresh().await;
        device.notes(None, 1).await.unwrap();
        strike(n, mishap).await;
        let saved = device.save(note("one")).await;
        let struck = js("globalThis.struck").await;
        heal().await;
        let device = Device::start();
        let listed = device.notes(None, 50).await.unwrap();
        let pending = device.outlook().await.unwrap().pending;
        assert_eq!(listed.len(), pending as usize, "half saved, by call {n}");
        match saved {
            Ok(stored) => assert_eq!(listed, [stored], "call {n}"),
            Err(_) => assert!(listed.len() <= 1, "call {n}"),
        }
        if !struck {
            assert!(n > 8, "a save makes more calls than {n}");
            return;
        }
    }
}

/// The same where the draft holds a photo: the note is there with it and the draft is empty, or
/// there is no note and the draft has it still. Never is it in both, and never in neither.
async fn a_mishap_while_a_photo_is_taken_over(mishap: &str) {
    for n in 1.. {
        let device = fresh().await;
        let new = NewMedia {
            name: "shelf.jpg".to_owned(),
            media_type: "image/jpeg".to_owned(),
            content: shim::blob(b"photo"),
        };
        let kept = [device.keep_media(Kind::Need, new).await.unwrap()];
        strike(n, mishap).await;
        let saved = device.save_with(note("one"), &kept).await;
        let struck = js("globalThis.struck").await;
        heal().await;
        let device = Device::start();
        let listed = device.notes(None, 50).await.unwrap();
        let held = device.draft_media(Kind::Need).await.unwrap().media;
        let outlook = device.outlook().await.unwrap();
        match &*listed {
            [] => {
                assert!(saved.is_err(), "call {n}");
                assert_eq!(held, kept, "call {n}");
                assert_eq!((outlook.pending, outlook.uploads), (0, 0), "call {n}");
            }
            [stored] => {
                assert!(stored.attachments().eq(&kept), "call {n}: {stored:?}");
                assert_eq!(held, [], "call {n}");
                assert_eq!((outlook.pending, outlook.uploads), (2, 1), "call {n}");
            }
            more => panic!("call {n}: {more:?}"),
        }
        assert!(device.content(&kept[0]).await.unwrap().is_some(), "call {n}");
        if !struck {
            assert!(n > 12, "a save with a photo makes more calls than {n}");
            return;
        }
    }
}

#[wasm_bindgen_test]
async fn a_throw_at_any_call_takes_a_photo_over_once_or_not_at_all() {
    let throw = "throw new DOMException('injected', 'UnknownError')";
    a_mishap_while_a_photo_is_taken_over(throw).await;
}

#[wasm_bindgen_test]
async fn an_abort_at_any_call_takes_a_photo_over_once_or_not_at_all() {
    a_mishap_while_a_photo_is_taken_over(
        "const done = real.apply(this, given);
         (this.abort ? this : this.transaction.abort ? this.transaction : done).abort();
         return done",
    )
    .await;
}

#[wasm_bindgen_test]
async fn a_throw_at_any_call_saves_all_or_nothing() {
    a_mishap_at_any_call("throw new DOMException('injected', 'UnknownError')").await;
}

#[wasm_bindgen_test]
async fn an_abort_at_any_call_saves_all_or_nothing() {
    a_mishap_at_any_call(
        "const done = real.apply(this, given);
         (this.abort ? this : this.transaction.abort ? this.transaction : done).abort();
         return done",
    )
    .await;
}

/// Nobody ever hears of the end of a request, or of the transaction (fault 2).
#[wasm_bindgen_test]
async fn a_call_that_never_answers_saves_all_or_nothing() {
    a_mishap_at_any_call(
        "const silent = real.apply(this, given);
         const target = silent ?? this;
         for (const event of ['success', 'error', 'complete', 'abort']) {
             target.addEventListener?.(event, (it) => it.stopImmediatePropagation(), true);
         }
         return silent",
    )
    .await;
}

/// What a request found reads as nothing (fault 9).
#[wasm_bindgen_test]
async fn a_null_at_any_call_saves_all_or_nothing() {
    a_mishap_at_any_call(
        "const request = real.apply(this, given);
         if (request instanceof IDBRequest) Object.defineProperty(request, 'result', { value: null });
         return request",
    )
    .await;
}
