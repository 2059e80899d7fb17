//! "12 marked as read. Undo": what was done last, below everything.

use std::time::Duration;

use leptos::ev;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::deeds::use_deeds;
use crate::keys::{Command, command};
use crate::locale::use_locale;
use crate::page;
use crate::preferences::Preferences;
use crate::trouble::words;

/// As long as somebody may change their mind.
const SHOWN: Duration = Duration::from_secs(20);

/// The bar.
#[component]
pub(crate) fn UndoBar() -> impl IntoView {
    let texts = use_locale().texts;
    let deeds = use_deeds();
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    Effect::new(move |_| {
        stop();
        if deeds.last.with(Option::is_some) {
            let handle = set_timeout_with_handle(move || deeds.last.set(None), SHOWN);
            timer.set_value(handle.ok());
        }
    });
    on_cleanup(stop);
    let preferences = expect_context::<Preferences>();
    let listener = window_event_listener(ev::keydown, move |event| {
        let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
        let single_keys = preferences.single_keys.get_untracked();
        let pressed = command(&event.key(), modified, page::place_of_focus(), single_keys);
        if pressed == Some(Command::Undo) && !page::has_open_dialog() {
            event.prevent_default();
            deeds.undo();
        }
    });
    on_cleanup(move || listener.remove());
    let said = move || deeds.last.with(|last| last.as_ref().map(|done| done.said.clone()));
    let error = move || deeds.error.get().map(|error| words(&error, texts));
    let is_shown = move || deeds.last.with(Option::is_some) || deeds.error.with(Option::is_some);
    view! {
        <div class="undo-bar" data-shown=move || is_shown().then_some("true")>
            <p role="status">{said}</p>
            <p role="alert" class="error">{error}</p>
            <Show when=move || deeds.can_undo()>
                <button
                    type="button"
                    class="button"
                    data-testid="undo"
                    on:click=move |_| deeds.undo()
                >
                    {texts.work.undo}
                    <kbd>"u"</kbd>
                </button>
            </Show>
            <Show when=is_shown>
                <button
                    type="button"
                    class="button button-plain"
                    aria-label=texts.close
                    on:click=move |_| deeds.dismiss()
                >
                    "×"
                </button>
            </Show>
        </div>
    }
}
