//! What a voice memo says, as somebody types it; the search finds it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::AttachmentId;
use protocol::limits::TEXT_CHARS_MAX;

use crate::account::use_account;
use crate::api::{self, ApiError};
use crate::live::use_live;
use crate::locale::use_locale;
use crate::trouble::words;

/// The field below a player.
#[component]
pub(super) fn Transcript(id: AttachmentId, known: Option<String>) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let (account, live) = (use_account(), use_live());
    let kept = RwSignal::new(known.unwrap_or_default());
    let text = RwSignal::new(kept.get_untracked());
    let error = RwSignal::new(None::<ApiError>);
    let is_changed = move || text.with(|text| kept.with(|kept| text.trim() != kept.trim()));
    let field_id = format!("transcript-{id}");
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let words = text.get_untracked();
        error.set(None);
        spawn_local(async move {
            match account.heed(api::transcript(id, words.clone()).await) {
                Ok(()) => {
                    kept.try_set(words);
                    live.tell();
                }
                Err(failed) => {
                    error.try_set(Some(failed));
                }
            }
        });
    };
    view! {
        <form class="transcript" on:submit=save>
            <label for=field_id.clone()>{texts.transcript}</label>
            <textarea
                id=field_id
                class="input"
                rows="3"
                maxlength=TEXT_CHARS_MAX.to_string()
                data-testid="transcript-text"
                prop:value=move || text.get()
                on:input=move |event| text.set(event_target_value(&event))
            ></textarea>
            <p class="error" role="alert">
                {move || error.get().map(|error| words(&error, locale.texts))}
            </p>
            <Show when=is_changed>
                <button type="submit" class="button" data-testid="transcript-save">
                    {texts.keep}
                </button>
            </Show>
        </form>
    }
}
