//! A note as a row of a list.

use device::StoredNote;
use leptos::prelude::*;
use leptos_router::components::A;

use super::icon::{self, Icon};
use super::state::State;
use crate::i18n::{format, use_language, use_texts};

#[component]
pub(crate) fn NoteRow(stored: StoredNote) -> impl IntoView {
    let t = use_texts();
    let language = use_language();
    let StoredNote { note_id, saved_at, state, note, siblings, is_withdrawn, .. } = stored;
    let kind = note.kind();
    let about: Vec<String> = [note.competitor(), note.customer.as_deref(), note.product.as_deref()]
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .collect();
    view! {
        <li
            class="note-row"
            data-testid="note-item"
            data-note-id=note_id.to_string()
            data-state=state.as_str()
            data-kind=kind.as_str()
            data-withdrawn=is_withdrawn.then_some("true")
        >
            <A href=format!("/notes/{note_id}")>
                <span class="note-mark"><Icon path=icon::of_kind(kind) /></span>
                <span class="note-body">
                    <span class="visually-hidden">{(t.kind_key)(kind)}": "</span>
                    <span class="note-first">{note.text.clone()}</span>
                    <span class="note-about">
                        <State state />
                        {is_withdrawn.then(|| view! { <span>{t.withdrawn}</span> })}
                        {(!siblings.is_empty()).then(|| view! { <span>{t.more_versions}</span> })}
                        <time>{format::time(language, format::unix_ms(saved_at))}</time>
                        {about.into_iter().map(|name| view! { <span>{name}</span> }).collect_view()}
                    </span>
                </span>
            </A>
        </li>
    }
}
