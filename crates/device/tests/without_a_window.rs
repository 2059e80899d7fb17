//! The device in a service worker, where there is no window: the same engine sends in the
//! background.
#![cfg(target_arch = "wasm32")]

#[allow(dead_code, reason = "a part of it is for the other tests")]
mod endpoint;
mod shim;

use device::{Device, NoteState};
use endpoint::{Endpoint, Fate};
use shim::note;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_service_worker);

const LIMIT_MS: u32 = 30_000;

#[wasm_bindgen_test]
async fn a_worker_sends_what_a_closed_page_left_behind() {
    assert!(web_sys::window().is_none(), "this is a page");
    shim::empty().await;
    let endpoint = Endpoint::install().await;
    let page = Device::start();
    page.enrol("invitation", "My phone").await.unwrap();
    for _ in 0..2 {
        endpoint.fate("POST /api/v1/push", Fate::AnswerLost);
    }
    let saved = page.save(note("left behind")).await.unwrap();
    let worker = Device::start_in_worker();
    assert!(worker.drain(LIMIT_MS).await);
    assert_eq!(worker.note(saved.note_id).await.unwrap().unwrap().state, NoteState::Sent);
    assert_eq!(endpoint.log.borrow().len(), 1);
}
