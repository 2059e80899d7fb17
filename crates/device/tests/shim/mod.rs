//! A browser that does as told (SYNC.md §3).

use js_sys::{Array, Uint8Array};
use protocol::note::Details;
use protocol::{Kind, Note};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// A note of these words.
#[allow(dead_code, reason = "not every test writes notes")]
pub fn note(text: &str) -> Note {
    Note {
        text: text.to_owned(),
        customer: None,
        product: None,
        visit_id: None,
        place: None,
        hypotheses: Vec::new(),
        details: Details::empty(Kind::Need),
    }
}

/// A file's content, as the browser has it.
#[allow(dead_code, reason = "few tests are about them")]
pub fn blob(bytes: &[u8]) -> Blob {
    let parts = Array::of1(&Uint8Array::from(bytes));
    Blob::new_with_u8_array_sequence(&parts).unwrap()
}

/// Runs JavaScript; a promise is awaited.
pub async fn js(script: &str) -> bool {
    let value = js_sys::eval(script).unwrap();
    JsFuture::from(js_sys::Promise::resolve(&value)).await.unwrap().is_truthy()
}

/// Nothing stored and no fault, in a browser without files for a second copy: what an earlier test
/// saved last may be copied only now. Deleting the database waits until every handle of an earlier
/// test has closed itself on `versionchange` (fault 6).
pub async fn empty() {
    heal().await;
    forget_timers().await;
    without_files().await;
    lose_database().await;
}

/// The same with such files, and none in them.
#[allow(dead_code, reason = "few tests are about them")]
pub async fn empty_with_files() {
    heal().await;
    forget_timers().await;
    js("if (globalThis.files) StorageManager.prototype.getDirectory = files").await;
    lose_database().await;
    js("navigator.storage.getDirectory()
        .then((root) => root.removeEntry('unsent', { recursive: true })).catch(() => {})")
    .await;
}

/// Takes the files away from the browser, healed or not, until [`empty_with_files`].
async fn without_files() {
    js("(() => {
        globalThis.files ??= StorageManager.prototype.getDirectory;
        StorageManager.prototype.getDirectory = () => Promise.reject(new TypeError('none'));
    })()")
    .await;
}

/// The database is gone, as when a browser finds it broken.
pub async fn lose_database() {
    let deleted = js("new Promise((done) => {
        const request = indexedDB.deleteDatabase('sightline');
        request.onsuccess = () => done(true);
        request.onerror = () => done(false);
    })");
    assert!(deleted.await, "the database could not be deleted");
}

/// What devices of earlier tests, which nobody can stop, were still to do.
async fn forget_timers() {
    js("for (let timer = setTimeout(() => {}); timer > 0; timer--) clearTimeout(timer)").await;
}

/// Takes every fault away.
pub async fn heal() {
    js("(globalThis.mended ??= []).splice(0).reverse().forEach((mend) => mend())").await;
}
