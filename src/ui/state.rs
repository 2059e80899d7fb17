//! A note's state, as a mark and a word: never by colour alone.

use device::NoteState;
use leptos::prelude::*;

use crate::i18n::use_texts;

#[component]
pub(crate) fn State(
    state: NoteState,
    /// One word, where there is room for no more.
    #[prop(optional)]
    is_short: bool,
) -> impl IntoView {
    let t = use_texts();
    let (mark, word) = match state {
        NoteState::Saved if is_short => ("○", t.saved_at),
        NoteState::Saved => ("○", t.saved),
        NoteState::Sent => ("✓", t.sent),
        NoteState::Held => ("!", t.held),
    };
    view! {
        <span class="state" data-state=state.as_str()>
            <span aria-hidden="true">{mark}</span>
            {word}
        </span>
    }
}
