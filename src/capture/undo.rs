//! Undo: the note that was just saved is taken back, and its words stand in the form again.

use device::{Device, DraftFor, SaveError};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use protocol::{Kind, NoteId};

use super::form;
use crate::i18n::use_texts;
use crate::session::use_session;

/// The words become a draft before the note is withdrawn: whatever happens, they are somewhere.
async fn undo(device: &Device, note_id: NoteId) -> Result<Kind, SaveError> {
    let stored = device.note(note_id).await?.ok_or(SaveError::NoSuchNote)?;
    let kind = stored.note.kind();
    device.keep_draft(DraftFor::New(kind), &form::write(&stored.note)).await?;
    device.withdraw(note_id).await?;
    Ok(kind)
}

#[component]
pub(crate) fn Undo(note_id: NoteId) -> impl IntoView {
    let t = use_texts();
    let session = use_session();
    let navigate = use_navigate();
    let failure = RwSignal::new(None::<&'static str>);
    let click = move |_| {
        let navigate = navigate.clone();
        spawn_local(async move {
            match undo(&session.device(), note_id).await {
                Ok(kind) => navigate(&format!("/new/{kind}"), Default::default()),
                Err(error) => failure.set(Some(t.save_error(&error))),
            }
        });
    };
    view! {
        <button class="button button-plain" data-testid="undo" on:click=click>{t.undo}</button>
        <p class="error" role="alert">{move || failure.get()}</p>
    }
}
