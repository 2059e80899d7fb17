//! The list: search and filter first, then the notes by day. However many there are, only those
//! near the viewport are in the page.

use leptos::ev;
use leptos::html::{Div, Input};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use protocol::NoteId;

use super::filter::{Found, find};
use super::filters::Filters;
use super::finder::use_finder;
use super::keys;
use super::layout::{Day, Part, View, Window, days, length, window as window_of};
use super::query::Query;
use crate::i18n::{Language, Texts, format, use_language, use_texts};
use crate::session::use_session;
use crate::ui::note_row::NoteRow;
use crate::ui::storage_alert::StorageAlert;

const DAY_MS: f64 = 86_400_000.0;

/// Rows that are read before they come into view.
const ROWS_AHEAD: usize = 100;

/// The list as it stands on the screen; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Screen {
    pub(super) list: NodeRef<Div>,
    /// As high as a row, and as wide as a day's heading is high: the style sheet alone says how much
    /// that is, and it grows with the size of the text.
    probe: NodeRef<Div>,
    pub(super) found: Memo<Found>,
    pub(super) days: Memo<Vec<Day>>,
    pub(super) view: RwSignal<View>,
    window: Memo<Window>,
    query: Memo<Query>,
}

impl Screen {
    /// Measures what the viewport shows. False where the list is hidden.
    pub(super) fn measure(self) -> bool {
        let (Some(list), Some(probe)) = (self.list.get_untracked(), self.probe.get_untracked())
        else {
            return false;
        };
        let (list, probe) = (list.get_bounding_client_rect(), probe.get_bounding_client_rect());
        let (row, heading) = (probe.height(), probe.width());
        if row <= 0.0 {
            return false;
        }
        let height = window().inner_height().ok().and_then(|height| height.as_f64());
        let height = height.unwrap_or(View::default().height);
        let view = View { top: -list.top(), height, row, heading };
        if self.view.get_untracked() != view {
            self.view.set(view);
        }
        true
    }
}

#[component]
pub(super) fn List(open: Memo<Option<String>>) -> impl IntoView {
    let t = use_texts();
    let session = use_session();
    let finder = use_finder();
    let book = finder.book;
    Effect::new(move || {
        session.changes.track();
        book.look();
    });

    let query = Memo::new(move |_| Query::new(&finder.typed.get()));
    let found = Memo::new(move |_| {
        book.entries.with(|entries| {
            query.with(|query| finder.filter.with(|filter| find(entries, query, filter)))
        })
    });
    let days = Memo::new(move |_| found.with(|found| days(&found.ids, midnight)));
    let view = RwSignal::new(View::default());
    let window = Memo::new(move |_| days.with(|days| window_of(days, view.get())));
    let screen =
        Screen { list: NodeRef::new(), probe: NodeRef::new(), found, days, view, window, query };
    follow_scrolling(screen, open);
    keys::listen(screen, open);
    let is_asked =
        move || !query.with(Query::is_empty) || finder.filter.with(|filter| !filter.is_empty());
    Effect::new(move || {
        let end = window.with(|window| window.parts.last().map_or(0, |part| part.rows.end));
        // What is asked for may be in any note.
        book.want(if is_asked() { usize::MAX } else { end + ROWS_AHEAD });
    });

    let is_empty = Memo::new(move |_| found.with(|found| found.ids.is_empty()));
    let is_none = Memo::new(move |_| book.entries.with(Vec::is_empty));
    let list = move || match book.read.get() {
        None => None,
        Some(Err(error)) => Some(view! { <StorageAlert error /> }.into_any()),
        Some(Ok(())) if is_none.get() => {
            Some(view! { <p class="empty">{t.notes_empty}</p> }.into_any())
        }
        Some(Ok(())) if is_empty.get() => Some(view! { <NoMatch /> }.into_any()),
        Some(Ok(())) => Some(view! { <Days screen /> }.into_any()),
    };
    view! {
        <h1>{t.notes_title}</h1>
        <Search screen />
        <Filters found />
        <p class="quiet list-told" role="status" data-testid="notes-found">
            <Told screen />
        </p>
        <div
            class="windowed"
            data-testid="notes-rows"
            data-whole=move || book.is_whole.get().to_string()
            data-count=move || found.with(|found| found.ids.len()).to_string()
            node_ref=screen.list
        >
            <div class="row-probe" aria-hidden="true" node_ref=screen.probe></div>
            {list}
        </div>
    }
}

/// How many were found, once it is known; said only where something is asked for.
#[component]
fn Told(screen: Screen) -> impl IntoView {
    let t = use_texts();
    let language = use_language();
    let finder = use_finder();
    let is_filtered = move || finder.filter.with(|filter| !filter.is_empty());
    move || {
        if screen.query.with(Query::is_empty) && !is_filtered() {
            return String::new();
        }
        if !finder.book.is_whole.get() {
            return t.still_reading.to_owned();
        }
        let count = screen.found.with(|found| found.ids.len());
        format::plural(language, t.found, u32::try_from(count).unwrap_or(u32::MAX))
    }
}

/// The search: as you type.
#[component]
fn Search(screen: Screen) -> impl IntoView {
    let t = use_texts();
    let finder = use_finder();
    let navigate = use_navigate();
    let field = NodeRef::<Input>::new();
    Effect::new(move || {
        if !finder.is_called.get() || field.get().is_none() {
            return;
        }
        finder.is_called.set(false);
        let navigate = navigate.clone();
        if !screen.measure() && screen.list.get_untracked().is_some_and(|it| it.is_connected()) {
            // A phone shows a note in the list's place.
            navigate("/notes", leptos_router::NavigateOptions::default());
        }
        request_animation_frame(move || {
            if let Some(field) = field.try_get_untracked().flatten() {
                let _ = field.focus();
                field.select();
            }
        });
    });
    let to_the_list = move |event: ev::KeyboardEvent| {
        if matches!(event.key().as_str(), "Enter" | "ArrowDown") {
            event.prevent_default();
            keys::focus_first(screen);
        }
    };
    view! {
        <div class="field search">
            <label class="visually-hidden" for="notes-search">{t.search}</label>
            <input
                id="notes-search"
                class="input"
                type="search"
                enterkeyhint="search"
                autocomplete="off"
                placeholder=t.search
                data-testid="notes-search"
                aria-keyshortcuts="/"
                node_ref=field
                prop:value=move || finder.typed.get()
                on:focus=move |_| finder.book.prepare_search()
                on:input=move |event| finder.typed.set(event_target_value(&event))
                on:keydown=to_the_list
            />
            <p class="quiet keys-help" aria-hidden="true">{t.keys_help}</p>
        </div>
    }
}

/// Nothing has what is asked for; not said before all notes are read.
#[component]
fn NoMatch() -> impl IntoView {
    let t = use_texts();
    let finder = use_finder();
    move || {
        finder.book.is_whole.get().then(|| {
            view! {
                <div class="empty" data-testid="notes-no-match">
                    <p>{t.no_match}</p>
                    <button
                        class="button"
                        data-testid="notes-clear"
                        on:click=move |_| {
                            finder.clear();
                            finder.call();
                        }
                    >
                        {t.show_all}
                    </button>
                </div>
            }
        })
    }
}

#[component]
fn Days(screen: Screen) -> impl IntoView {
    let before = move || format!("{}px", screen.window.with(|window| window.before));
    let behind = move || format!("{}px", screen.window.with(|window| window.behind));
    let midnights = move || {
        screen
            .window
            .with(|window| window.parts.iter().map(|part| part.midnight).collect::<Vec<_>>())
    };
    view! {
        <div aria-hidden="true" style:height=before></div>
        <For each=midnights key=|midnight| *midnight let(midnight)>
            <DayPart screen midnight />
        </For>
        <div aria-hidden="true" style:height=behind></div>
    }
}

/// What is in the page of one day, as high as all of it.
#[component]
fn DayPart(screen: Screen, midnight: i64) -> impl IntoView {
    let t = use_texts();
    let language = use_language();
    let finder = use_finder();
    let part = Memo::new(move |_| {
        screen
            .window
            .with(|window| window.parts.iter().find(|part| part.midnight == midnight).cloned())
    });
    let part = move || part.get().unwrap_or(Part { midnight, of: 0, first: 0, rows: 0..0 });
    let row_height = Memo::new(move |_| screen.view.with(|view| view.row));
    let above = move || {
        let Part { first, rows, .. } = part();
        format!("{}px", length(rows.start - first) * row_height.get())
    };
    let below = move || {
        let Part { of, first, rows, .. } = part();
        format!("{}px", length(first + of - rows.end) * row_height.get())
    };
    let ids =
        move || screen.found.with(|found| found.ids.get(part().rows).unwrap_or_default().to_vec());
    let row = move |note_id: NoteId| {
        // What it last said, should it leave the list while it is on the screen.
        let stored = Memo::new(move |last: Option<&Option<_>>| {
            finder.book.stored(note_id).or_else(|| last.cloned().flatten())
        });
        let place = Signal::derive(move || {
            let Part { of, first, .. } = part();
            let place = screen.found.with(|found| found.place(note_id)).unwrap_or(first);
            (place.saturating_sub(first) + 1, of)
        });
        let stored_now = stored.get_untracked()?;
        let stored = Signal::derive(move || stored.get().unwrap_or_else(|| stored_now.clone()));
        Some(view! { <NoteRow stored query=screen.query place /> })
    };
    view! {
        <section class="day">
            <h2>{name(t, language, midnight)}</h2>
            <ul class="notes" style:padding-top=above style:padding-bottom=below>
                <For each=ids key=|note_id| *note_id children=row />
            </ul>
        </section>
    }
}

/// Measures whenever the page scrolls or changes its size, and comes back to where the list was.
fn follow_scrolling(screen: Screen, open: Memo<Option<String>>) {
    let scrolled = use_finder().scrolled;
    let measure = move || {
        if screen.measure() {
            scrolled.set_value(window().scroll_y().unwrap_or(0.0));
        }
    };
    let listeners = [
        window_event_listener_untyped("scroll", move |_| measure()),
        window_event_listener_untyped("resize", move |_| measure()),
    ];
    on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
    Effect::new(move |was_open: Option<bool>| {
        let is_open = open.with(Option::is_some);
        let at = scrolled.get_value();
        // After the page shows what its address says.
        request_animation_frame(move || {
            if screen.list.try_get_untracked().is_none() {
                return;
            }
            let is_beside = screen.measure();
            match was_open {
                // A note that takes the list's place begins at its top.
                Some(false) if is_open && !is_beside => window().scroll_to_with_x_and_y(0.0, 0.0),
                Some(true) if !is_open => {
                    window().scroll_to_with_x_and_y(0.0, at);
                    screen.measure();
                }
                _ => {}
            }
        });
        is_open
    });
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "whole milliseconds"
)]
fn midnight(unix_ms: i64) -> i64 {
    format::midnight(unix_ms as f64) as i64
}

#[expect(clippy::cast_precision_loss, reason = "exact for 280,000 years")]
fn name(t: &Texts, language: Language, midnight: i64) -> String {
    let (today, day) = (format::midnight(js_sys::Date::now()), midnight as f64);
    // Half a day of slack: the clocks change twice a year.
    match ((today - day + DAY_MS / 2.0) / DAY_MS).floor() {
        0.0 => t.today.to_owned(),
        1.0 => t.yesterday.to_owned(),
        _ => format::day(language, day),
    }
}
