//! Photos: chosen or taken, listed by name, and attached once the words are saved (SYNC.md fault 4:
//! text before media).

use device::{Device, NewAttachment};
use js_sys::Uint8Array;
use leptos::prelude::*;
use protocol::NoteId;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, File, HtmlInputElement};

use crate::i18n::{Texts, use_texts};

/// A file that was chosen and is not attached yet.
#[derive(Clone)]
pub(crate) struct Photo(File);

/// One button, and the names of what was chosen.
#[component]
pub(crate) fn Photos(chosen: RwSignal<Vec<Photo>, LocalStorage>) -> impl IntoView {
    let t = use_texts();
    let choose = move |event: Event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        let files = input.files();
        let files = files.iter().flat_map(|files| (0..files.length()).filter_map(|n| files.get(n)));
        chosen.update(|chosen| chosen.extend(files.map(Photo)));
        // The same file may be chosen again after it was removed.
        input.set_value("");
    };
    let row = move |(index, photo): (usize, Photo)| {
        view! {
            <li>
                {photo.0.name()}
                <button
                    type="button"
                    class="button button-plain"
                    aria-label=format!("{} {}", t.remove, photo.0.name())
                    on:click=move |_| chosen.update(|chosen| drop(chosen.remove(index)))
                >
                    {t.remove}
                </button>
            </li>
        }
    };
    view! {
        <div class="photos">
            <label class="button">
                {t.photo}
                <input
                    type="file"
                    class="visually-hidden"
                    accept="image/*"
                    multiple
                    data-testid="note-photo"
                    on:change=choose
                />
            </label>
            <ul>{move || chosen.get().into_iter().enumerate().map(row).collect_view()}</ul>
        </div>
    }
}

/// Attaches what was chosen, one after the other; what is attached leaves the list.
///
/// # Errors
/// Why the first one on the list is not attached, in words.
pub(crate) async fn attach_all(
    t: &'static Texts,
    device: &Device,
    note_id: NoteId,
    chosen: RwSignal<Vec<Photo>, LocalStorage>,
) -> Result<(), &'static str> {
    while let Some(photo) = chosen.with_untracked(|chosen| chosen.first().cloned()) {
        let bytes = read(&photo.0).await.ok_or(t.photo_unreadable)?;
        let new = NewAttachment { media_type: photo.0.type_(), name: photo.0.name(), bytes };
        device.attach(note_id, new).await.map_err(|error| t.save_error(&error))?;
        chosen.update(|chosen| drop(chosen.remove(0)));
    }
    Ok(())
}

/// None where the file is gone or was changed since it was chosen.
async fn read(file: &File) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}
