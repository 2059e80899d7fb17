//! The list of notes with their states, and one note beside or instead of it.

mod attachments;
mod detail;

use device::{StorageError, StoredNote};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_params_map;
use protocol::NoteId;

use crate::i18n::{Language, Texts, format, use_language, use_texts};
use crate::session::use_session;
use crate::ui::note_row::NoteRow;
use crate::ui::storage_alert::StorageAlert;
use detail::Detail;

/// Notes that one look at the list takes.
const PAGE: u32 = 50;

const DAY_MS: f64 = 86_400_000.0;

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
            <div class="notes-list"><List /></div>
            <div class="notes-detail">{detail}</div>
        </div>
    }
}

#[component]
fn List() -> impl IntoView {
    let t = use_texts();
    let language = use_language();
    let session = use_session();
    let shown = RwSignal::new(PAGE);
    // With how many of them are to be shown: by now it may be more.
    let read = RwSignal::new_local(None::<(u32, Result<Vec<StoredNote>, StorageError>)>);
    Effect::new(move || {
        session.changes.track();
        let (device, limit) = (session.device(), shown.get());
        spawn_local(async move {
            // One more than is shown tells whether there are more.
            let notes = device.notes(None, limit.saturating_add(1)).await;
            let _ = read.try_set(Some((limit, notes)));
        });
    });
    let list = move || {
        read.get().map(|(limit, read)| match read {
            Err(error) => view! { <StorageAlert error /> }.into_any(),
            Ok(notes) if notes.is_empty() => view! { <p class="empty">{t.notes_empty}</p> }.into_any(),
            Ok(notes) => {
                let limit = limit as usize;
                let has_more = notes.len() > limit;
                let days = by_day(t, language, notes.into_iter().take(limit));
                view! {
                    {days.into_iter().map(|(day, notes)| view! { <Day day notes /> }).collect_view()}
                    <Show when=move || has_more>
                        <button
                            class="button more"
                            data-testid="notes-more"
                            on:click=move |_| shown.update(|shown| *shown += PAGE)
                        >
                            {t.show_more}
                        </button>
                    </Show>
                }
                .into_any()
            }
        })
    };
    view! {
        <h1>{t.notes_title}</h1>
        {list}
    }
}

#[component]
fn Day(day: String, notes: Vec<StoredNote>) -> impl IntoView {
    view! {
        <section class="day">
            <h2>{day}</h2>
            <ul class="notes">
                {notes.into_iter().map(|stored| view! { <NoteRow stored /> }).collect_view()}
            </ul>
        </section>
    }
}

/// Runs of notes of one local day, each under its name.
fn by_day(
    t: &Texts,
    language: Language,
    notes: impl Iterator<Item = StoredNote>,
) -> Vec<(String, Vec<StoredNote>)> {
    let today = format::midnight(js_sys::Date::now());
    let mut days: Vec<(f64, Vec<StoredNote>)> = Vec::new();
    for stored in notes {
        let day = format::midnight(format::unix_ms(stored.saved_at));
        match days.last_mut() {
            Some((last, notes)) if *last == day => notes.push(stored),
            _ => days.push((day, vec![stored])),
        }
    }
    let name = |day: f64| {
        // Half a day of slack: the clocks change twice a year.
        match ((today - day + DAY_MS / 2.0) / DAY_MS).floor() {
            0.0 => t.today.to_owned(),
            1.0 => t.yesterday.to_owned(),
            _ => format::day(language, day),
        }
    };
    days.into_iter().map(|(day, notes)| (name(day), notes)).collect()
}
