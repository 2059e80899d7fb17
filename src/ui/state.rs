//! How a note stands, as a mark and a word: never by colour alone.

use device::Standing;
use leptos::prelude::*;

use crate::i18n::{Texts, use_texts};

#[component]
pub(crate) fn State(
    standing: Standing,
    /// One word, where there is room for no more.
    #[prop(optional)]
    is_short: bool,
) -> impl IntoView {
    let t = use_texts();
    let (mark, word) = match standing {
        Standing::Saved if is_short => ("○", t.saved_at),
        standing => told(t, standing),
    };
    view! {
        <span class="state" data-state=standing.as_str()>
            <span aria-hidden="true">{mark}</span>
            {word}
        </span>
    }
}

/// Its mark and its word.
pub(crate) const fn told(t: &Texts, standing: Standing) -> (&'static str, &'static str) {
    match standing {
        Standing::Saved => ("○", t.saved),
        Standing::Sent => ("✓", t.sent),
        Standing::Read => ("✓✓", t.read),
        Standing::Classified => ("◆", t.classified),
        Standing::Decided => ("★", t.decided),
        Standing::Declined => ("–", t.declined),
        Standing::Held => ("!", t.held),
    }
}
