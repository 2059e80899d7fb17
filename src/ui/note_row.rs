//! A note as a row of a list.

use device::{StoredNote, begun_ms};
use leptos::prelude::*;
use leptos_router::components::A;
use protocol::Note;

use super::icon::{self, Icon};
use super::state::State;
use crate::i18n::{format, use_language, use_texts};
use crate::notes::query::{Query, details};

/// Characters that a row shows of the words, at least.
const FIRST_CHARS: usize = 70;

/// The same of a name or a detail.
const NAME_CHARS: usize = 12;

/// What changes in the note changes in the row; the link stays, with the focus if it has it.
#[component]
pub(crate) fn NoteRow(
    #[prop(into)] stored: Signal<StoredNote>,
    /// What is searched: it is marked.
    #[prop(optional)]
    query: Option<Memo<Query>>,
    /// Its place among the notes of its list, from 1, and how many those are: where not all of them
    /// are in the page, and the page stays where it is scrolled.
    #[prop(optional)]
    place: Option<Signal<(usize, usize)>>,
) -> impl IntoView {
    let t = use_texts();
    let language = use_language();
    let (note_id, kind) = stored.with_untracked(|stored| (stored.note_id, stored.note.kind()));
    let begun = format::time(language, format::date_ms(begun_ms(note_id)));
    let body = move || {
        let query = query.map(|query| query.get()).unwrap_or_default();
        stored.with(|stored| {
            let StoredNote { state, note, siblings, is_withdrawn, .. } = stored;
            let first = marked(&query, &query.excerpt(&note.text, FIRST_CHARS));
            let names = names(&query, note);
            view! {
                <span class="note-mark"><Icon path=icon::of_kind(kind) /></span>
                <span class="note-body">
                    <span class="visually-hidden">{(t.kind_key)(kind)}": "</span>
                    <span class="note-first">{first}</span>
                    <span class="note-about">
                        <State state=*state is_short=place.is_some() />
                        {is_withdrawn.then(|| view! { <span>{t.withdrawn}</span> })}
                        {(!siblings.is_empty()).then(|| view! { <span>{t.more_versions}</span> })}
                        <time>{begun.clone()}</time>
                        {names}
                    </span>
                </span>
            }
        })
    };
    view! {
        <li
            class="note-row"
            data-testid="note-item"
            data-note-id=note_id.to_string()
            data-state=move || stored.with(|stored| stored.state.as_str())
            data-kind=kind.as_str()
            data-withdrawn=move || stored.with(|stored| stored.is_withdrawn.then_some("true"))
            aria-posinset=move || place.map(|place| place.get().0.to_string())
            aria-setsize=move || place.map(|place| place.get().1.to_string())
        >
            <A href=format!("/notes/{note_id}") scroll=place.is_none()>
                {body}
            </A>
        </li>
    }
}

/// Whom and what it is about, what matches first. Its details only where they match: otherwise
/// nobody would see why it was found.
fn names(query: &Query, note: &Note) -> impl IntoView + use<> {
    let names = [note.competitor(), note.customer.as_deref(), note.product.as_deref()];
    let (found, others): (Vec<_>, Vec<_>) =
        names.into_iter().flatten().partition(|name| query.touches(name));
    let details = details(note).into_iter().flatten().filter(|text| query.touches(text));
    let texts = details.chain(found).chain(others).enumerate().map(|(index, text)| {
        let separator = if index == 0 { "" } else { " · " };
        view! {
            {separator}
            {marked(query, &query.excerpt(text, NAME_CHARS))}
        }
    });
    let texts = texts.collect_view();
    (!texts.is_empty()).then(|| view! { <span class="note-names">{texts}</span> })
}

/// A text with what is searched marked in it.
fn marked(query: &Query, text: &str) -> impl IntoView + use<> {
    let pieces = query.pieces(text).into_iter().map(|piece| {
        let text = piece.text.to_owned();
        if piece.is_match { view! { <mark>{text}</mark> }.into_any() } else { text.into_any() }
    });
    pieces.collect_view()
}
