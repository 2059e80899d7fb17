//! What is chosen, taken, pasted, dropped or shared: photos are drawn anew, then all goes to the
//! disk, one after the other.

use core::cell::RefCell;
use std::collections::VecDeque;

use device::{NewMedia, SaveError, photo, shared};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, Event, File, FileList, HtmlInputElement};

use super::{Kept, Media};
use crate::ui::icon::{self, Icon};

/// A file that is to be kept.
#[derive(Clone)]
pub(crate) struct Incoming {
    pub(super) file: File,
    /// Where it was left by whoever shared it into the app; taken away from there at last.
    shared: Option<shared::Key>,
    /// The rep said so of a picture that cannot be drawn anew.
    is_as_it_is: bool,
}

impl Incoming {
    /// What another app shared.
    pub(crate) fn shared(file: File, key: shared::Key) -> Self {
        Self { file, shared: Some(key), is_as_it_is: false }
    }

    pub(super) fn taken_as_it_is(self) -> Self {
        Self { is_as_it_is: true, ..self }
    }

    /// It is kept, or not wanted: nobody has to look after it any more.
    pub(super) fn forget(&self) {
        if let Some(key) = self.shared.clone() {
            spawn_local(async move { shared::forget(&key).await });
        }
    }
}

impl From<File> for Incoming {
    fn from(file: File) -> Self {
        Self { file, shared: None, is_as_it_is: false }
    }
}

/// What waits for its turn. It outlives the form: whoever leaves finds all of it in the draft.
#[derive(Default)]
pub(super) struct Queue(RefCell<VecDeque<Incoming>>);

impl Queue {
    fn next(&self) -> Option<Incoming> {
        self.0.borrow_mut().pop_front()
    }
}

impl Media {
    /// Takes these files in, one after the other: two photos at once may be too much for a phone.
    pub(crate) fn take(self, files: impl IntoIterator<Item = Incoming>) {
        let queue = self.queue.get_value();
        queue.0.borrow_mut().extend(files);
        if self.is_taking.get_untracked() || queue.0.borrow().is_empty() {
            return;
        }
        self.is_taking.set(true);
        let device = self.device.get_value();
        spawn_local(async move {
            while let Some(incoming) = queue.next() {
                self.keep(&device, incoming).await;
            }
            let _ = self.is_taking.try_set(false);
        });
    }

    async fn keep(self, device: &device::Device, incoming: Incoming) {
        let file = &incoming.file;
        let (name, media_type) = (file.name(), file.type_());
        let new = if is_picture(&media_type, &name) && !incoming.is_as_it_is {
            match photo::redraw(file).await {
                Ok(content) => {
                    let media_type = photo::MEDIA_TYPE.to_owned();
                    NewMedia { name: renamed(&name), media_type, content }
                }
                Err(photo::Undecodable) => {
                    return self.doubt(Some(&name), &[self.t.picture_unread], Some(incoming));
                }
            }
        } else {
            NewMedia { name, media_type, content: file.clone().into() }
        };
        let content = new.content.clone();
        match device.keep_media(self.of, new).await {
            Ok(attachment) => {
                self.add(Kept::new(attachment, Some(&content)));
                incoming.forget();
            }
            Err(error) => {
                if !matches!(error, SaveError::Storage(_)) {
                    // Another time it would be no better.
                    incoming.forget();
                }
                let words = [self.t.not_kept, self.t.save_error(&error)];
                self.tell(Some(&incoming.file.name()), &words);
            }
        }
    }
}

/// Whether it is a picture, which may tell where it was taken. Some phones do not tell the type.
fn is_picture(media_type: &str, name: &str) -> bool {
    const ENDS: [&str; 9] = ["jpg", "jpeg", "heic", "heif", "png", "webp", "avif", "tif", "tiff"];
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    media_type.starts_with("image/") || end.is_some_and(|end| ENDS.contains(&&*end))
}

/// The name of a picture that is a JPEG now.
fn renamed(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    format!("{stem}.jpg")
}

/// All files of a list.
fn files_of(files: Option<FileList>) -> Vec<Incoming> {
    let files = files.iter().flat_map(|files| (0..files.length()).filter_map(|n| files.get(n)));
    files.map(Incoming::from).collect()
}

/// Takes pasted pictures in. Where there are words as well, as from a spreadsheet, only the words
/// are pasted, by the browser and as plain text.
pub(crate) fn take_pasted(media: Media, event: &ClipboardEvent) {
    let Some(pasted) = event.clipboard_data() else { return };
    let has_words = pasted.get_data("text/plain").is_ok_and(|words| !words.is_empty());
    let files = files_of(pasted.files());
    if !has_words && !files.is_empty() {
        event.prevent_default();
        media.take(files);
    }
}

/// Takes dropped files in; dropped words are the browser's.
pub(crate) fn take_dropped(media: Media, event: &DragEvent) {
    let Some(dropped) = event.data_transfer().filter(carries_files) else { return };
    // Else the browser would leave the app for the file.
    event.prevent_default();
    if event.type_() == "drop" {
        media.take(files_of(dropped.files()));
    }
}

fn carries_files(dragged: &DataTransfer) -> bool {
    dragged.types().iter().any(|kind| kind.as_string().as_deref() == Some("Files"))
}

/// A key that opens the camera, the photos or the files.
#[component]
pub(super) fn FileInput(
    media: Media,
    label: &'static str,
    testid: &'static str,
    accept: &'static str,
    is_camera: bool,
) -> impl IntoView {
    let choose = move |event: Event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        media.take(files_of(input.files()));
        // The same file may be chosen again after it was removed.
        input.set_value("");
    };
    let icon = match (is_camera, accept.is_empty()) {
        (true, _) => icon::CAMERA,
        (false, false) => icon::PICTURE,
        (false, true) => icon::FILE,
    };
    view! {
        <label class="button media-key" class:media-camera=is_camera>
            <Icon path=icon />
            {label}
            <input
                type="file"
                class="visually-hidden"
                accept=accept
                capture=is_camera.then_some("environment")
                multiple=!is_camera
                data-testid=testid
                on:change=choose
            />
        </label>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_told_by_its_type_or_its_name() {
        for (media_type, name, expected) in [
            ("image/jpeg", "IMG_1", true),
            ("", "IMG_1.HEIC", true),
            ("application/octet-stream", "a.b.jpeg", true),
            ("application/pdf", "offer.pdf", false),
            ("audio/mp4", "memo.m4a", false),
            ("", "jpg", false),
            ("", "", false),
        ] {
            assert_eq!(is_picture(media_type, name), expected, "{media_type} {name}");
        }
    }

    #[test]
    fn a_picture_drawn_anew_is_called_what_it_is() {
        assert_eq!(renamed("IMG_1.HEIC"), "IMG_1.jpg");
        assert_eq!(renamed("offre 12.50 €.png"), "offre 12.50 €.jpg");
        assert_eq!(renamed("image"), "image.jpg");
        assert_eq!(renamed(""), ".jpg");
    }
}
