//! A note in a line, where it is not the main thing: as a link into the inbox.

use leptos::prelude::*;
use protocol::console::InboxNote;

use crate::address::Address;
use crate::facts::subjects;
use crate::icons::Icon;
use crate::locale::use_locale;
use crate::state::State;

/// The line: kind, words, who, when, state.
#[component]
pub(crate) fn NoteLine(note: InboxNote) -> impl IntoView {
    let locale = use_locale();
    let kind = note.note.kind();
    let about: Vec<String> = subjects(&note.note).map(str::to_owned).collect();
    let href = Address { note: Some(note.note_id), ..Address::default() }.href();
    view! {
        <a
            class="note-line"
            href=href
            data-kind=kind.as_str()
        >
            <span class="row-kind">{Icon::from(kind).view()} {locale.texts.kind(kind)}</span>
            <span class="note-line-text" dir="auto">{note.note.text.clone()}</span>
            <span class="quiet">
                {note.rep.name.clone()}
                {about.into_iter().map(|it| view! { " · "<bdi>{it}</bdi> }).collect_view()}
                " · "
                {locale.day(note.received_at_ms)}
                " · "
                <State state=note.work.state />
            </span>
        </a>
    }
}
