//! The list of notes with their states, and one note beside or instead of it.

mod attachments;
mod book;
mod detail;
mod filter;
mod filters;
mod finder;
mod history;
mod keys;
mod layout;
mod list;
mod marketing;
pub(crate) mod query;
mod verbs;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use protocol::NoteId;

use crate::i18n::use_texts;
use detail::Detail;
pub(crate) use finder::{FinderSeat, use_finder_seat};
use list::List;

/// A note for tests.
#[cfg(test)]
pub(crate) fn test_note(n: u64) -> device::StoredNote {
    book::tests::stored(n, protocol::Kind::Need, "x")
}

#[component]
pub(crate) fn Notes() -> impl IntoView {
    let t = use_texts();
    let params = use_params_map();
    let open = Memo::new(move |_| params.with(|params| params.get("id")));
    let detail = move || {
        open.get().map(|id| match id.parse::<NoteId>() {
            Ok(note_id) => view! { <Detail note_id /> }.into_any(),
            Err(_) => view! { <p class="empty">{t.note_missing}</p> }.into_any(),
        })
    };
    view! {
        <div class="notes-screen" class:notes-open=move || open.with(Option::is_some)>
            <div class="notes-list"><List open /></div>
            <div class="notes-detail">{detail}</div>
        </div>
    }
}
