//! The rescue file: from a device that reaches nobody to another one of the same rep's.
#![cfg(target_arch = "wasm32")]

#[allow(dead_code, reason = "a part of it is for the other tests")]
mod endpoint;
mod shim;

use std::rc::Rc;

use device::{Device, DraftFor, NewMedia, NoteState, Rescue, RescueError};
use endpoint::{Endpoint, Fate};
use shim::note;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const PASSPHRASE: &str = "correct horse";
/// More than one piece of an attachment.
const PHOTO_BYTES: usize = 300_000;

/// A device of this rep's that reaches nobody.
async fn offline(rep: (u8, &'static str)) -> (Rc<Endpoint>, Device) {
    shim::empty().await;
    let endpoint = Endpoint::install().await;
    endpoint.rep.set(rep);
    let device = Device::start();
    device.enrol("invitation", "My phone").await.unwrap();
    endpoint.lasting_fate("POST /api/v1/push", Fate::Portal);
    (endpoint, device)
}

fn photo() -> NewMedia {
    let bytes: Vec<u8> = (0..PHOTO_BYTES).map(|n| (n % 251) as u8).collect();
    let content = shim::blob(&bytes);
    NewMedia { media_type: "image/jpeg".to_owned(), name: "étal.jpg".to_owned(), content }
}

/// Two notes, one of them edited and with a photo, in a file; the database is lost then.
async fn rescued() -> Rescue {
    let (_endpoint, device) = offline((3, "Awa Diop")).await;
    let first = device.save(note("first")).await.unwrap();
    device.save(note("second")).await.unwrap();
    device.edit(first.note_id, note("first, edited")).await.unwrap();
    let kept = device.keep_media(DraftFor::Edit(first.note_id), photo()).await.unwrap();
    device.adopt(first.note_id, &[kept]).await.unwrap();
    device.rescue(PASSPHRASE).await.unwrap().unwrap()
}

#[wasm_bindgen_test]
async fn what_is_unsent_comes_in_on_another_device_once_photos_included() {
    let rescue = rescued().await;
    assert_eq!((rescue.ops, rescue.attachments), (4, 1));
    let (_endpoint, other) = offline((3, "Awa Diop")).await;
    assert_eq!(other.bring_in(&rescue.file, PASSPHRASE).await, Ok(4));
    assert_eq!(other.bring_in(&rescue.file, PASSPHRASE).await, Ok(0), "twice does no harm");
    let notes = other.notes(None, 9).await.unwrap();
    let told: Vec<_> = notes.iter().map(|it| (it.note.text.as_str(), it.state)).collect();
    assert_eq!(told, [("second", NoteState::Saved), ("first, edited", NoteState::Saved)]);
    let outlook = other.outlook().await.unwrap();
    assert_eq!((outlook.pending, outlook.uploads), (4, 1));
    // The photo is there whole: it can be rescued from here again.
    let again = other.rescue(PASSPHRASE).await.unwrap().unwrap();
    assert_eq!((again.ops, again.attachments), (4, 1));
    assert!(again.file.len() > PHOTO_BYTES);
}

#[wasm_bindgen_test]
async fn a_wrong_passphrase_or_one_changed_byte_opens_nothing() {
    let Rescue { mut file, .. } = rescued().await;
    let (_endpoint, other) = offline((3, "Awa Diop")).await;
    let refused = other.bring_in(&file, "correct house").await;
    assert_eq!(refused, Err(RescueError::NotOpened));
    for at in [30, file.len() / 2, file.len() - 1] {
        file[at] ^= 1;
        assert_eq!(other.bring_in(&file, PASSPHRASE).await, Err(RescueError::NotOpened), "{at}");
        file[at] ^= 1;
    }
    let cut = &file[..file.len() - 1];
    assert_eq!(other.bring_in(cut, PASSPHRASE).await, Err(RescueError::NotOpened));
    for other_file in [&b"%PDF-1.7"[..], b""] {
        let refused = other.bring_in(other_file, PASSPHRASE).await;
        assert_eq!(refused, Err(RescueError::NotOurs));
    }
    assert_eq!(other.notes(None, 9).await, Ok(vec![]));
}

#[wasm_bindgen_test]
async fn another_persons_notes_stay_out() {
    let Rescue { file, .. } = rescued().await;
    let (_endpoint, other) = offline((4, "Boris Petit")).await;
    let refused = other.bring_in(&file, PASSPHRASE).await;
    assert_eq!(refused, Err(RescueError::OfAnother("Awa Diop".to_owned())));
    shim::empty().await;
    let refused = Device::start().bring_in(&file, PASSPHRASE).await;
    assert_eq!(refused, Err(RescueError::NotEnrolled));
}

#[wasm_bindgen_test]
async fn there_is_no_file_of_nothing_and_none_with_a_short_passphrase() {
    let (_endpoint, device) = offline((3, "Awa Diop")).await;
    assert_eq!(device.rescue(PASSPHRASE).await, Ok(None));
    assert_eq!(device.rescue("seven77").await, Err(RescueError::PassphraseTooShort));
}
