//! How far a note has come, as a mark and a word: never by colour alone.

use leptos::prelude::*;
use protocol::console::work::WorkState;

use crate::locale::use_locale;

/// The mark; the word beside it says the same.
const fn mark(state: WorkState) -> &'static str {
    match state {
        WorkState::New => "●",
        WorkState::Read => "✓",
        WorkState::Classified => "◆",
        WorkState::Decided => "★",
        WorkState::Declined => "–",
    }
}

/// The state.
#[component]
pub(crate) fn State(state: WorkState) -> impl IntoView {
    let texts = &use_locale().texts.work;
    view! {
        <span class="state" data-state=state.as_str()>
            <span aria-hidden="true">{mark(state)}</span>
            " "
            {texts.state(state)}
        </span>
    }
}
