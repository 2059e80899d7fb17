//! The second copy of what is unsent, when the browser loses the database (SYNC.md fault 3).
#![cfg(target_arch = "wasm32")]

#[allow(dead_code, reason = "a part of it is for the other tests")]
mod endpoint;
mod shim;

use std::rc::Rc;

use device::{Device, NoteState};
use endpoint::{Endpoint, Fate};
use shim::note;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const LIMIT_MS: u32 = 30_000;
const REP: &str = "03030303-0303-0303-0303-030303030303";
/// Looks, 50 ms apart: a minute, for machines that have much else to do.
const LOOKS: u32 = 1_200;

/// An endpoint out of reach, and a device that was enrolled there.
async fn offline() -> (Rc<Endpoint>, Device) {
    shim::empty_with_files().await;
    let endpoint = Endpoint::install().await;
    let device = Device::start();
    device.enrol("invitation", "My phone").await.unwrap();
    endpoint.lasting_fate("POST /api/v1/push", Fate::Portal);
    (endpoint, device)
}

/// Waits until there are so many files in this rep's folder.
async fn copies(of: &str, count: usize) -> bool {
    names_come_to(of, &format!("names.length === {count}")).await
}

/// Waits until this holds of the `names` of the files in this rep's folder. A file has its name
/// before it has its content, and counts once it has both; so does one that cannot be read.
async fn names_come_to(of: &str, condition: &str) -> bool {
    let script = format!(
        "(async () => {{
            const root = await navigator.storage.getDirectory();
            for (let look = 0; look < {LOOKS}; look++) {{
                const names = [];
                try {{
                    const unsent = await root.getDirectoryHandle('unsent');
                    const rep = await unsent.getDirectoryHandle('{of}');
                    for await (const [name, handle] of rep.entries()) {{
                        const bytes = await handle.getFile().then((file) => file.size, () => 1);
                        if (bytes > 0) names.push(name);
                    }}
                }} catch {{}}
                if ({condition}) return true;
                await new Promise((done) => setTimeout(done, 50));
            }}
            return false;
        }})()"
    );
    shim::js(&script).await
}

/// Enrols by a new invitation, with the key of a new database.
async fn enrol_again(endpoint: &Endpoint, device: &Device) {
    endpoint.keys.borrow_mut().clear();
    endpoint.rep.set((3, "Awa Diop"));
    device.enrol("another invitation", "My phone").await.unwrap();
}

async fn texts(device: &Device) -> Vec<String> {
    device.notes(None, 9).await.unwrap().into_iter().map(|stored| stored.note.text).collect()
}

async fn until(holds: impl AsyncFn() -> bool) {
    for _ in 0..LOOKS {
        if holds().await {
            return;
        }
        shim::js("new Promise((done) => setTimeout(done, 50))").await;
    }
    panic!("never");
}

#[wasm_bindgen_test]
async fn what_was_unsent_comes_back_once_its_rep_has_enrolled_again() {
    let (endpoint, device) = offline().await;
    let first = device.save(note("first")).await.unwrap();
    device.edit(first.note_id, note("first, mended")).await.unwrap();
    device.save(note("second")).await.unwrap();
    assert!(copies(REP, 3).await);
    drop(device);
    shim::lose_database().await;

    let device = Device::start();
    assert_eq!(device.begin().await, Ok(None));
    until(async || device.outlook().await.unwrap().spared == 3).await;
    assert_eq!(texts(&device).await, [""; 0], "nobody's, until somebody enrols");
    endpoint.rep.set((4, "Ben Roy"));
    endpoint.keys.borrow_mut().clear();
    device.enrol("an invitation", "My phone").await.unwrap();
    assert!(copies(REP, 3).await);
    assert_eq!(texts(&device).await, [""; 0], "another rep's");

    enrol_again(&endpoint, &device).await;
    until(async || texts(&device).await.len() == 2).await;
    assert_eq!(texts(&device).await, ["second", "first, mended"]);
    endpoint.forget_fates();
    device.send_now().await.unwrap();
    assert!(device.drain(LIMIT_MS).await);
    assert_eq!(endpoint.log.borrow().len(), 3, "each once");
    // The next start takes away what is not unsent any more.
    let device = Device::start();
    device.begin().await.unwrap();
    assert!(copies(REP, 0).await);
    assert_eq!(texts(&device).await, ["second", "first, mended"]);
}

#[wasm_bindgen_test]
async fn what_was_written_before_any_enrolment_comes_back_at_the_next_start() {
    shim::empty_with_files().await;
    let device = Device::start();
    device.begin().await.unwrap();
    device.save(note("early")).await.unwrap();
    assert!(copies("nobody", 1).await);
    drop(device);
    shim::lose_database().await;
    let device = Device::start();
    device.begin().await.unwrap();
    until(async || texts(&device).await == ["early"]).await;
    assert_eq!(device.notes(None, 9).await.unwrap()[0].state, NoteState::Saved);
}

#[wasm_bindgen_test]
async fn what_has_no_copy_yet_is_copied_and_half_a_file_is_no_note() {
    let (_endpoint, device) = offline().await;
    let saved = device.save(note("copied at the next start")).await.unwrap();
    assert!(copies(REP, 1).await);
    let half = "01890000-0000-7000-8000-000000000000";
    let script = format!(
        "(async () => {{
            const root = await navigator.storage.getDirectory();
            const unsent = await root.getDirectoryHandle('unsent');
            const rep = await unsent.getDirectoryHandle('{REP}');
            await rep.removeEntry('{}');
            for (const name of ['{half}', 'no operation']) {{
                const file = await (await rep.getFileHandle(name, {{ create: true }})).createWritable();
                await file.write('{{\"op_id\":\"{half}\",\"sha256\":');
                await file.close();
            }}
            return true;
        }})()",
        saved.op_id
    );
    assert!(shim::js(&script).await);
    let device = Device::start();
    device.begin().await.unwrap();
    // The copy, and the file that is none of ours.
    let condition = format!(
        "names.length === 2 && names.includes('{}') && names.includes('no operation')",
        saved.op_id
    );
    assert!(names_come_to(REP, &condition).await);
    assert_eq!(texts(&device).await, ["copied at the next start"]);
}

#[wasm_bindgen_test]
async fn a_copy_that_cannot_be_read_now_comes_back_later() {
    let (endpoint, device) = offline().await;
    device.save(note("unreadable for a while")).await.unwrap();
    assert!(copies(REP, 1).await);
    drop(device);
    shim::lose_database().await;
    shim::js(
        "(() => {
            const real = FileSystemFileHandle.prototype.getFile;
            globalThis.reads = 0;
            FileSystemFileHandle.prototype.getFile = () => {
                globalThis.reads++;
                return Promise.reject(new DOMException('busy', 'NotReadableError'));
            };
            globalThis.readable = () => { FileSystemFileHandle.prototype.getFile = real; };
        })()",
    )
    .await;
    let device = Device::start();
    enrol_again(&endpoint, &device).await;
    until(async || shim::js("reads > 0").await).await;
    assert!(copies(REP, 1).await, "it is still there");
    assert_eq!(texts(&device).await, [""; 0]);
    shim::js("readable()").await;
    device.begin().await.unwrap();
    until(async || texts(&device).await == ["unreadable for a while"]).await;
}

#[wasm_bindgen_test]
async fn a_device_that_is_shut_out_keeps_no_copy() {
    let (endpoint, device) = offline().await;
    device.save(note("handed over")).await.unwrap();
    assert!(copies(REP, 1).await);
    endpoint.forget_fates();
    endpoint.is_revoked.set(true);
    device.send_now().await.unwrap();
    until(async || device.identity().await == Ok(None)).await;
    assert!(copies(REP, 0).await);
}

#[wasm_bindgen_test]
async fn a_browser_without_such_files_saves_as_well() {
    shim::empty().await;
    let device = Device::start();
    device.begin().await.unwrap();
    device.save(note("saved")).await.unwrap();
    let device = Device::start();
    device.begin().await.unwrap();
    assert_eq!(texts(&device).await, ["saved"]);
    assert_eq!(device.outlook().await.unwrap().spared, 0);
}
