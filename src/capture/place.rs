//! The place of a note: asked for by one tap, coarse, never required.

use device::PlaceError;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::form::{Form, Input};
use crate::i18n::use_texts;
use crate::session::use_session;

#[component]
pub(super) fn PlaceInput(form: Form) -> impl IntoView {
    let t = use_texts();
    let session = use_session();
    let content = form.input(Input::Place);
    let is_asking = RwSignal::new(false);
    let failure = RwSignal::new(None::<&'static str>);
    let ask = move |_| {
        if is_asking.get_untracked() {
            return;
        }
        is_asking.set(true);
        failure.set(None);
        spawn_local(async move {
            match session.device().place().await {
                Ok(place) => _ = content.try_set(place.to_string()),
                Err(PlaceError::Denied) => _ = failure.try_set(Some(t.place_denied)),
                Err(PlaceError::Unknown) => _ = failure.try_set(Some(t.place_unknown)),
            }
            let _ = is_asking.try_set(false);
        });
    };
    let button = move || {
        let (label, testid) = match (is_asking.get(), content.with(String::is_empty)) {
            (true, _) => (t.place_asking, "note-place"),
            (false, true) => (t.place_add, "note-place"),
            (false, false) => (t.remove, "note-place-remove"),
        };
        view! {
            <button
                type="button"
                class="button"
                data-testid=testid
                on:click=move |event| {
                    if content.with_untracked(String::is_empty) {
                        ask(event);
                    } else {
                        content.set(String::new());
                    }
                }
            >
                {label}
            </button>
        }
    };
    view! {
        <div class="field">
            <span class="label">{t.place}</span>
            <div class="place">
                <span data-testid="note-place-found">{move || content.get()}</span>
                {button}
            </div>
            <p class="quiet">{t.place_explained}</p>
            <p class="error" role="alert">{move || failure.get()}</p>
        </div>
    }
}
