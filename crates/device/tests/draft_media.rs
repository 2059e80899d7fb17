//! What a draft holds besides words, in a real browser: durable at once, a note's exactly once, and
//! without what a camera writes beside the picture.
#![cfg(target_arch = "wasm32")]

mod shim;

use device::{
    Device, Draft, DraftFor, Held, MemoEnd, MemoError, NewMedia, NoMicrophone, SaveError,
    StorageError, UploadState, photo,
};
use js_sys::{Array, Uint8Array};
use protocol::{Attachment, Code, Kind};
use shim::{blob, heal, js, note};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Blob;

wasm_bindgen_test_configure!(run_in_browser);

/// A device with nothing stored and no fault.
async fn fresh() -> Device {
    shim::empty().await;
    Device::start()
}

fn grain(length: usize, seed: usize) -> Vec<u8> {
    (0..length).map(|n| u8::try_from((n * 7 + seed) % 251).unwrap()).collect()
}

fn media(name: &str, media_type: &str, bytes: &[u8]) -> NewMedia {
    let content = blob(bytes);
    NewMedia { name: name.to_owned(), media_type: media_type.to_owned(), content }
}

async fn keep(device: &Device, name: &str, bytes: &[u8]) -> Attachment {
    device.keep_media(Kind::Need, media(name, "image/jpeg", bytes)).await.unwrap()
}

/// What a draft holds, all of it whole.
async fn held(device: &Device, of: impl Into<DraftFor>) -> Vec<Attachment> {
    let Held { media, unfinished } = device.draft_media(of).await.unwrap();
    assert_eq!(unfinished, None);
    media
}

async fn bytes_of(blob: &Blob) -> Vec<u8> {
    Uint8Array::new(&JsFuture::from(blob.array_buffer()).await.unwrap()).to_vec()
}

/// How many values there are in a store of the database.
async fn count(store: &str, expected: u32) -> bool {
    js(&format!(
        "new Promise((done, failed) => {{
            const opening = indexedDB.open('sightline');
            opening.onerror = failed;
            opening.onsuccess = () => {{
                const count = opening.result.transaction('{store}').objectStore('{store}').count();
                count.onsuccess = () => {{
                    opening.result.close();
                    done(count.result === {expected});
                }};
            }};
        }})"
    ))
    .await
}

// Kept with the draft.

#[wasm_bindgen_test]
async fn what_is_kept_is_found_again_whole_and_in_its_order() {
    let device = fresh().await;
    let (first, second) = (grain(600_000, 1), grain(10, 2));
    let kept = [keep(&device, "a.jpg", &first).await, keep(&device, "b.jpg", &second).await];
    drop(device);
    let device = Device::start();
    assert_eq!(held(&device, Kind::Need).await, kept);
    assert_eq!(held(&device, Kind::Gap).await, []);
    for (attachment, expected) in kept.iter().zip([first, second]) {
        let content = device.content(attachment).await.unwrap().unwrap();
        assert_eq!(content.type_(), "image/jpeg");
        assert!(bytes_of(&content).await == expected, "other bytes came back");
        assert_eq!(device.upload_state(attachment.attachment_id).await, Ok(None));
    }
    assert_eq!(device.outlook().await.unwrap().uploads, 0, "nothing is sent before it is saved");
}

#[wasm_bindgen_test]
async fn it_becomes_the_notes_exactly_once_and_leaves_the_draft() {
    let device = fresh().await;
    let kept = [keep(&device, "a.jpg", b"one").await, keep(&device, "b.jpg", b"two").await];
    device
        .keep_draft(Kind::Need, &Draft { text: "half".to_owned(), ..Draft::default() })
        .await
        .unwrap();
    let note_id = device.save_with(note("words"), &kept).await.unwrap();
    assert_eq!(held(&device, Kind::Need).await, []);
    assert_eq!(device.draft(Kind::Need).await, Ok(None));
    let device = Device::start();
    let stored = device.note(note_id).await.unwrap().unwrap();
    assert!(stored.attachments().eq(&kept), "{stored:?}");
    let outlook = device.outlook().await.unwrap();
    assert_eq!((outlook.pending, outlook.uploads), (3, 2));
    for attachment in &kept {
        let state = device.upload_state(attachment.attachment_id).await;
        assert_eq!(state, Ok(Some(UploadState::Waiting)));
        assert!(device.content(attachment).await.unwrap().is_some());
    }
    // Another tab still shows them, and saves as well.
    let other = device.save_with(note("other words"), &kept).await.unwrap();
    assert_eq!(device.note(other).await.unwrap().unwrap().attachments().count(), 0);
    let outlook = device.outlook().await.unwrap();
    assert_eq!((outlook.pending, outlook.uploads), (4, 2));
}

#[wasm_bindgen_test]
async fn what_an_edit_holds_becomes_the_notes_as_well() {
    let device = fresh().await;
    let saved = device.save(note("words")).await.unwrap();
    let of = DraftFor::Edit(saved.note_id);
    let kept = device.keep_media(of, media("a.pdf", "application/pdf", b"pdf")).await.unwrap();
    for _ in 0..2 {
        device.adopt(saved.note_id, core::slice::from_ref(&kept)).await.unwrap();
        let stored = device.note(saved.note_id).await.unwrap().unwrap();
        assert!(stored.attachments().eq([&kept]), "{stored:?}");
    }
    assert_eq!(held(&device, of).await, []);
    assert_eq!(device.outlook().await.unwrap().pending, 2);
}

#[wasm_bindgen_test]
async fn what_is_removed_is_gone_and_so_are_its_pieces() {
    let device = fresh().await;
    let kept = keep(&device, "a.jpg", &grain(600_000, 1)).await;
    assert!(count("chunks", 3).await);
    device.remove_media(Kind::Need, kept.attachment_id).await.unwrap();
    assert_eq!(held(&device, Kind::Need).await, []);
    assert!(count("chunks", 0).await && count("draft_media", 0).await);
    assert_eq!(device.content(&kept).await, Ok(None));
}

// Where there is no room.

#[wasm_bindgen_test]
async fn a_full_disk_keeps_the_words_and_nothing_of_the_photo() {
    let device = fresh().await;
    let words = Draft { text: "precious".to_owned(), ..Draft::default() };
    device.keep_draft(Kind::Need, &words).await.unwrap();
    js("(() => {
        const real = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (value, key) {
            if (this.name === 'chunks' && key.endsWith('/000001')) {
                throw new DOMException('injected', 'QuotaExceededError');
            }
            return real.call(this, value, key);
        };
        (globalThis.mended ??= []).push(() => IDBObjectStore.prototype.put = real);
    })()")
    .await;
    let refused = device.keep_media(Kind::Need, media("a.jpg", "image/jpeg", &grain(600_000, 1)));
    assert_eq!(refused.await, Err(SaveError::Storage(StorageError::Full)));
    heal().await;
    assert_eq!(device.draft(Kind::Need).await, Ok(Some(words)));
    assert_eq!(held(&device, Kind::Need).await, []);
    assert!(count("chunks", 0).await);
    device.save(note("precious")).await.unwrap();
}

/// Counts how often the bytes of a file are read, in `globalThis.reads`.
async fn count_reads() {
    js("(() => {
        const real = Blob.prototype.arrayBuffer;
        globalThis.reads = 0;
        Blob.prototype.arrayBuffer = function () { reads++; return real.call(this); };
        (globalThis.mended ??= []).push(() => Blob.prototype.arrayBuffer = real);
    })()")
    .await;
}

#[wasm_bindgen_test]
async fn what_does_not_fit_beside_the_words_is_refused_before_it_is_read() {
    let device = fresh().await;
    count_reads().await;
    js("(() => {
        const real = StorageManager.prototype.estimate;
        StorageManager.prototype.estimate = async () => ({ quota: 100e6, usage: 99e6 });
        (globalThis.mended ??= []).push(() => StorageManager.prototype.estimate = real);
    })()")
    .await;
    let refused = device.keep_media(Kind::Need, media("a.jpg", "image/jpeg", b"photo")).await;
    assert_eq!(refused, Err(SaveError::Storage(StorageError::Full)));
    assert!(matches!(
        device.record(Kind::Need, "Memo").await.err(),
        Some(MemoError::Storage(StorageError::Full))
    ));
    assert!(js("reads === 0").await);
    device.save(note("words")).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_file_above_the_limit_is_refused_before_it_is_read() {
    let device = fresh().await;
    count_reads().await;
    let part = Uint8Array::new_with_length(1024 * 1024);
    let parts: Array = (0..129).map(|_| part.clone()).collect();
    let content = Blob::new_with_u8_array_sequence(&parts).unwrap();
    let new = NewMedia { name: "film.mp4".into(), media_type: "video/mp4".into(), content };
    let refused = device.keep_media(Kind::Need, new).await;
    assert_eq!(refused, Err(SaveError::Attachment(Code::AttachmentTooLarge)));
    assert!(js("reads === 0").await);
}

#[wasm_bindgen_test]
async fn a_photo_that_does_not_read_back_is_not_called_kept_and_does_not_come_back() {
    let device = fresh().await;
    js("(() => {
        const real = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (value, key) {
            if (this.name === 'chunks') value.bytes = new Uint8Array([1, 2, 3]).buffer;
            return real.call(this, value, key);
        };
        (globalThis.mended ??= []).push(() => IDBObjectStore.prototype.put = real);
    })()")
    .await;
    let refused = device.keep_media(Kind::Need, media("a.jpg", "image/jpeg", b"photo")).await;
    heal().await;
    assert!(matches!(refused, Err(SaveError::Storage(StorageError::Lost(_)))), "{refused:?}");
    assert_eq!(held(&device, Kind::Need).await, []);
}

// Photos.

/// A picture drawn by this JavaScript on a canvas of this size, `context` being its pen; with these
/// bytes put in right after the first two.
async fn drawn(width: u32, height: u32, pen: &str, media_type: &str, inserted: &[u8]) -> Blob {
    let script = format!(
        "(async () => {{
            const canvas = new OffscreenCanvas({width}, {height});
            const context = canvas.getContext('2d');
            {pen};
            return canvas.convertToBlob({{ type: '{media_type}' }});
        }})()"
    );
    let promise = js_sys::eval(&script).unwrap().unchecked_into::<js_sys::Promise>();
    let picture: Blob = JsFuture::from(promise).await.unwrap().unchecked_into();
    let mut bytes = bytes_of(&picture).await;
    bytes.splice(2..2, inserted.iter().copied());
    blob(&bytes)
}

/// An EXIF segment that says: turned by a quarter (orientation 6), at 48° north.
fn exif() -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08".to_vec();
    tiff.extend(b"\0\x02");
    tiff.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
    tiff.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x26");
    tiff.extend(b"\0\0\0\0");
    tiff.extend(b"\0\x02");
    tiff.extend(b"\0\x01\0\x02\0\0\0\x02N\0\0\0");
    tiff.extend(b"\0\x02\0\x05\0\0\0\x03\0\0\0\x44");
    tiff.extend(b"\0\0\0\0");
    tiff.extend([0, 0, 0, 48, 0, 0, 0, 1, 0, 0, 0, 51, 0, 0, 0, 1, 0, 0, 0, 29, 0, 0, 0, 1]);
    let mut segment = b"\xff\xe1".to_vec();
    segment.extend(u16::try_from(2 + 6 + tiff.len()).unwrap().to_be_bytes());
    segment.extend(b"Exif\0\0");
    segment.extend(tiff);
    segment
}

/// Whether this JavaScript holds for the picture, which it reads through `width`, `height` and
/// `at(x, y)`, the colour of a pixel as [r, g, b].
async fn shows(picture: &Blob, condition: &str) -> bool {
    js_sys::Reflect::set(&js_sys::global(), &"picture".into(), picture).unwrap();
    js(&format!(
        "(async () => {{
            const bitmap = await createImageBitmap(picture);
            const {{ width, height }} = bitmap;
            const context = new OffscreenCanvas(width, height).getContext('2d');
            context.drawImage(bitmap, 0, 0);
            const at = (x, y) => [...context.getImageData(x, y, 1, 1).data].slice(0, 3);
            return {condition};
        }})()"
    ))
    .await
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

const HALVES: &str = "context.fillStyle = 'red'; context.fillRect(0, 0, 1e4, 1e4);
    context.fillStyle = 'blue'; context.fillRect(canvas.width / 2, 0, 1e4, 1e4)";

#[wasm_bindgen_test]
async fn a_photo_stands_upright_and_does_not_tell_where_it_was_taken() {
    for (size, expected) in [((600, 400), (400, 600)), ((3_000, 2_000), (1_365, 2_048))] {
        let photo = drawn(size.0, size.1, HALVES, "image/jpeg", &exif()).await;
        assert!(has(&bytes_of(&photo).await, b"Exif"));
        let redrawn = photo::redraw(&photo).await.unwrap();
        let bytes = bytes_of(&redrawn).await;
        assert!(bytes.starts_with(b"\xff\xd8\xff"), "no JPEG");
        assert!(!has(&bytes, b"Exif") && !has(&bytes, b"\xff\xe1"));
        let (width, height) = expected;
        // A quarter to the right: what was on the left is on top.
        let upright = format!(
            "width === {width} && height === {height}
                && at(20, 20)[0] > 200 && at(width - 20, 20)[0] > 200
                && at(20, height - 20)[2] > 200 && at(width - 20, height - 20)[2] > 200"
        );
        assert!(shows(&redrawn, &upright).await, "{size:?}");
    }
}

#[wasm_bindgen_test]
async fn a_large_photo_is_made_smaller_and_a_small_one_is_not_made_larger() {
    let large = drawn(5_000, 2_500, HALVES, "image/png", &[]).await;
    let redrawn = photo::redraw(&large).await.unwrap();
    let is_scaled = "width === 2048 && height === 1024
        && at(20, 500)[0] > 200 && at(2000, 500)[2] > 200";
    assert!(shows(&redrawn, is_scaled).await);
    let small = drawn(3, 2, "context.clearRect(0, 0, 3, 2)", "image/png", &[]).await;
    let redrawn = photo::redraw(&small).await.unwrap();
    // What is transparent becomes white, not black.
    assert!(shows(&redrawn, "width === 3 && height === 2 && at(1, 1)[0] > 250").await);
}

#[wasm_bindgen_test]
async fn what_is_no_picture_or_half_a_header_is_told() {
    for bytes in [&b""[..], b"%PDF-1.7", b"\xff\xd8\xff\xe0\0\x10JFIF", &[0; 1_000]] {
        let broken = blob(bytes);
        assert_eq!(photo::redraw(&broken).await, Err(photo::Undecodable), "{bytes:?}");
    }
}

// Voice memos, by the browser's fake microphone.

/// Waits so long, in milliseconds.
async fn pass(ms: u32) {
    js(&format!("new Promise((done) => setTimeout(() => done(true), {ms}))")).await;
}

/// How long the sound is, in seconds.
async fn is_longer_than(sound: &Blob, seconds: f64) -> bool {
    js_sys::Reflect::set(&js_sys::global(), &"sound".into(), sound).unwrap();
    js(&format!(
        "(async () => {{
            const bytes = await sound.arrayBuffer();
            const decoded = await new OfflineAudioContext(1, 48000, 48000).decodeAudioData(bytes);
            return decoded.duration > {seconds};
        }})()"
    ))
    .await
}

#[wasm_bindgen_test]
async fn each_second_of_a_memo_is_kept_at_once_and_the_whole_of_it_at_the_end() {
    let device = fresh().await;
    let memo = device.record(Kind::Need, "Memo").await.unwrap();
    let stopping = memo.clone();
    let (kept, stopped) = futures_util::join!(memo.keep(), async {
        pass(2_600).await;
        let is_kept = count("recorded", 2).await;
        stopping.stop();
        is_kept
    });
    assert!(stopped, "not two seconds are kept");
    let (whole, end) = kept;
    assert_eq!(end, MemoEnd::Stopped);
    let attachment = whole.unwrap().unwrap();
    assert!(attachment.media_type.starts_with("audio/"), "{attachment:?}");
    assert!(attachment.name.as_ref().unwrap().starts_with("Memo."), "{attachment:?}");
    assert!(count("recorded", 0).await);
    let device = Device::start();
    assert_eq!(held(&device, Kind::Need).await, [attachment.clone()]);
    let content = device.content(&attachment).await.unwrap().unwrap();
    assert!(is_longer_than(&content, 1.8).await);
}

/// Waits until the microphone was asked for, and keeps its track in `globalThis.track`.
async fn watch_microphone() {
    js("(() => {
        const real = MediaDevices.prototype.getUserMedia;
        MediaDevices.prototype.getUserMedia = async function (wanted) {
            const stream = await real.call(this, wanted);
            globalThis.track = stream.getAudioTracks()[0];
            return stream;
        };
        (globalThis.mended ??= []).push(() => MediaDevices.prototype.getUserMedia = real);
    })()")
    .await;
}

#[wasm_bindgen_test]
async fn what_was_said_before_the_microphone_went_away_is_kept() {
    let device = fresh().await;
    watch_microphone().await;
    let memo = device.record(Kind::Need, "Memo").await.unwrap();
    let ((whole, end), ()) = futures_util::join!(memo.keep(), async {
        pass(1_600).await;
        js("(track.stop(), track.dispatchEvent(new Event('ended')))").await;
    });
    assert_eq!(end, MemoEnd::MicrophoneLost);
    let content = device.content(&whole.unwrap().unwrap()).await.unwrap().unwrap();
    assert!(is_longer_than(&content, 0.8).await);
}

#[wasm_bindgen_test]
async fn a_memo_ends_at_its_limit_and_the_microphone_is_let_go() {
    let device = fresh().await;
    watch_microphone().await;
    let memo = device.record(Kind::Need, "Memo").await.unwrap();
    js("(() => {
        const real = setTimeout;
        globalThis.setTimeout = (work, ms) => real(work, ms === 600000 ? 1500 : ms);
        (globalThis.mended ??= []).push(() => globalThis.setTimeout = real);
    })()")
    .await;
    let (whole, end) = memo.keep().await;
    heal().await;
    assert_eq!(end, MemoEnd::Limit);
    assert!(whole.unwrap().is_some());
    assert!(js("track.readyState === 'ended'").await);
}

#[wasm_bindgen_test]
async fn a_disk_that_fills_up_keeps_what_was_said_until_then() {
    let device = fresh().await;
    let memo = device.record(Kind::Need, "Memo").await.unwrap();
    js("(() => {
        const real = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (value, key) {
            if (this.name === 'recorded' && key.endsWith('/000001')) {
                throw new DOMException('injected', 'QuotaExceededError');
            }
            return real.call(this, value, key);
        };
        (globalThis.mended ??= []).push(() => IDBObjectStore.prototype.put = real);
    })()")
    .await;
    let (whole, end) = memo.keep().await;
    heal().await;
    assert_eq!(end, MemoEnd::NotKept(StorageError::Full));
    let whole = whole.unwrap().unwrap();
    assert_eq!(held(&device, Kind::Need).await, [whole]);
}

#[wasm_bindgen_test]
async fn a_memo_that_does_not_fit_whole_hides_nothing_else_and_is_tried_again() {
    let device = fresh().await;
    let photo = keep(&device, "a.jpg", b"photo").await;
    let memo = device.record(Kind::Need, "Memo").await.unwrap();
    js("(() => {
        const real = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (value, key) {
            if (this.name === 'chunks') throw new DOMException('injected', 'QuotaExceededError');
            return real.call(this, value, key);
        };
        (globalThis.mended ??= []).push(() => IDBObjectStore.prototype.put = real);
    })()")
    .await;
    let stopping = memo.clone();
    let ((whole, _), ()) = futures_util::join!(memo.keep(), async {
        pass(1_600).await;
        stopping.stop();
    });
    let full = SaveError::Storage(StorageError::Full);
    assert_eq!(whole, Err(full.clone()));
    let cut = Held { media: vec![photo.clone()], unfinished: Some(full) };
    assert_eq!(device.draft_media(Kind::Need).await, Ok(cut));
    heal().await;
    let found = held(&device, Kind::Need).await;
    let [first, second] = &*found else { panic!("{found:?}") };
    assert_eq!(*first, photo);
    let content = device.content(second).await.unwrap().unwrap();
    assert!(is_longer_than(&content, 0.8).await);
}

#[wasm_bindgen_test]
async fn a_microphone_that_is_denied_missing_or_busy_is_told() {
    let device = fresh().await;
    for (error, expected) in [
        ("NotAllowedError", NoMicrophone::Denied),
        ("NotFoundError", NoMicrophone::Missing),
        ("NotReadableError", NoMicrophone::Busy),
    ] {
        js(&format!(
            "(() => {{
                const real = MediaDevices.prototype.getUserMedia;
                MediaDevices.prototype.getUserMedia = () =>
                    Promise.reject(new DOMException('injected', '{error}'));
                (globalThis.mended ??= []).push(() => MediaDevices.prototype.getUserMedia = real);
            }})()"
        ))
        .await;
        let refused = device.record(Kind::Need, "Memo").await.err();
        heal().await;
        assert_eq!(refused, Some(MemoError::NoMicrophone(expected)));
    }
    js("(() => {
        const real = MediaRecorder;
        delete globalThis.MediaRecorder;
        (globalThis.mended ??= []).push(() => globalThis.MediaRecorder = real);
    })()")
    .await;
    let refused = device.record(Kind::Need, "Memo").await.err();
    heal().await;
    assert_eq!(refused, Some(MemoError::NoMicrophone(NoMicrophone::Unsupported)));
    assert_eq!(held(&device, Kind::Need).await, []);
}
