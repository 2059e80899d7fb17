//! Whatever calls itself an answer of the endpoint: no panic on the device, and nothing passes
//! for sealed that is not; and what is sealed, whatever it says, is read without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::have::HaveAnswer;
use protocol::mail::{Content, Letter};
use protocol::pull::{Change, PullAnswer, RawChange, What};
use protocol::push::PushAnswer;
use protocol::{MacKey, Op, OpBody, Sha256, history, seal};

fn read_letter(text: &str) {
    let Ok(Letter { content: Some(content), .. }) = serde_json::from_str(text) else { return };
    if let Ok(content) = serde_json::from_str::<Content>(content.get()) {
        assert!(content.key().contains('/'));
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let key = MacKey::from_bytes([7; 32]);
    assert!(seal::verify(&key, text).is_err(), "a seal was forged");
    let _ = serde_json::from_str::<PushAnswer>(text);
    let _ = serde_json::from_str::<HaveAnswer>(text);
    let Ok(page) = serde_json::from_str::<PullAnswer<RawChange>>(text) else { return };
    let mut links = Vec::new();
    for raw in &page.changes {
        let op = match Change::read(raw) {
            Some(Change { what: What::Op(op), .. }) => op,
            Some(Change { what: What::Mail(letter), .. }) => {
                read_letter(letter.get());
                continue;
            }
            None => continue,
        };
        let Ok(op) = serde_json::from_str::<Op<'_>>(op.get()) else { continue };
        if Sha256::of(op.body.get().as_bytes()) != op.sha256 {
            continue;
        }
        if let Ok(body) = serde_json::from_str::<OpBody>(op.body.get()) {
            links.extend(body.link(op.op_id));
        }
    }
    if let Some(heads) = history::heads(&links) {
        assert!(!heads.contents.is_empty());
    }
});
