//! A storage error in words, with a way on. Never shown as an empty list (SYNC.md fault 10).

use device::StorageError;
use leptos::prelude::*;

use crate::i18n::use_texts;
use crate::session::use_session;

#[component]
pub(crate) fn StorageAlert(error: StorageError) -> impl IntoView {
    let t = use_texts();
    let session = use_session();
    view! {
        <div class="alert" role="alert" data-testid="storage-error">
            <p>{t.storage_error(&error)}</p>
            <button class="button" on:click=move |_| session.begin()>{t.try_again}</button>
        </div>
    }
}
