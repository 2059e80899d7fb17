//! A note as a row of a list.

use device::StoredNote;
use leptos::prelude::*;
use protocol::Note;

use super::icon::{self, Icon};
use super::state::State;
use crate::i18n::{format, use_language, use_texts};
use crate::notes::query::{Query, details};

/// Characters that a row shows of the words, at least.
const FIRST_CHARS: usize = 70;

/// The same of a name or a detail.
const NAME_CHARS: usize = 12;

/// A row's place in a list of which not all is in the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Listed {
    /// From 1.
    pub(crate) place: usize,
    /// How many notes there are in the list, once that is known.
    pub(crate) of: Option<usize>,
    /// Whether the note is open beside the list.
    pub(crate) is_open: bool,
}

#[component]
pub(crate) fn NoteRow(
    stored: StoredNote,
    /// What is searched: it is marked.
    #[prop(optional)]
    query: Query,
    /// With it the row has one height whatever it says, and the page stays where it is scrolled when
    /// the note is opened.
    #[prop(optional)]
    listed: Option<Listed>,
) -> impl IntoView {
    let t = use_texts();
    let language = use_language();
    let begun = format::time(language, format::date_ms(stored.begun_ms()));
    let standing = stored.standing();
    let StoredNote { note_id, note, siblings, is_withdrawn, .. } = stored;
    let kind = note.kind();
    let first = marked(&query, &query.excerpt(&note.text, FIRST_CHARS));
    let names = names(&query, &note);
    // -1: not known (WAI-ARIA 1.2).
    let of = |listed: Listed| listed.of.map_or_else(|| "-1".to_owned(), |of| of.to_string());
    // A plain link, as there are many of them: the router takes the click all the same. And erased:
    // each list of rows would be a copy of all that builds one.
    view! {
        <li
            class="note-row"
            data-testid="note-item"
            data-note-id=note_id.to_string()
            data-state=standing.as_str()
            data-kind=kind.as_str()
            data-withdrawn=is_withdrawn.then_some("true")
            aria-posinset=listed.map(|listed| listed.place.to_string())
            aria-setsize=listed.map(of)
        >
            <a
                href=format!("/notes/{note_id}")
                data-noscroll=listed.is_some()
                aria-current=listed.is_some_and(|listed| listed.is_open).then_some("page")
            >
                <span class="note-mark"><Icon path=icon::of_kind(kind) /></span>
                <span class="note-body">
                    <span class="visually-hidden">{(t.kind_key)(kind)}": "</span>
                    <span class="note-first">{first}</span>
                    <span class="note-about">
                        <State standing is_short=listed.is_some() />
                        {is_withdrawn.then(|| view! { <span>{t.withdrawn}</span> })}
                        {(!siblings.is_empty()).then(|| view! { <span>{t.more_versions}</span> })}
                        <time>{begun}</time>
                        {names}
                    </span>
                </span>
            </a>
        </li>
    }
    .into_any()
}

/// Whom and what it is about, what matches first. Its details only where they match: otherwise
/// nobody would see why it was found.
fn names(query: &Query, note: &Note) -> AnyView {
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
    (!texts.is_empty()).then(|| view! { <span class="note-names">{texts}</span> }).into_any()
}

/// A text with what is searched marked in it.
fn marked(query: &Query, text: &str) -> AnyView {
    let pieces = query.pieces(text).into_iter().map(|piece| {
        let text = piece.text.to_owned();
        if piece.is_match { view! { <mark>{text}</mark> }.into_any() } else { text.into_any() }
    });
    pieces.collect_view().into_any()
}
