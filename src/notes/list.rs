//! The list: search and filter first, then the notes by day. However many there are, only those
//! near the viewport are in the page.

use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use protocol::NoteId;

use super::filter::{Found, find};
use super::filters::Filters;
use super::finder::{Finder, use_finder};
use super::keys::{self, element};
use super::layout::{Day, Line, View, Window, days, window as window_of};
use super::query::Query;
use crate::i18n::pages::{PageTexts, use_page_texts};
use crate::i18n::{Language, format, use_language};
use crate::session::use_session;
use crate::ui::note_row::{Listed, NoteRow};
use crate::ui::storage_alert::StorageAlert;

const DAY_MS: f64 = 86_400_000.0;

/// Rows that are read before they come into view.
const ROWS_AHEAD: usize = 100;

/// The search has this id, and the list this class.
const SEARCH: &str = "#notes-search";
const LIST: &str = ".windowed";

/// As high as a row, and as wide as a day's heading is high: the style sheet alone says how much
/// that is, and it grows with the size of the text.
const PROBE: &str = ".row-probe";

/// What is asked for, and what was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Listing {
    pub(super) query: Query,
    pub(super) found: Found,
    pub(super) days: Vec<Day>,
}

/// The list as it stands on the screen; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Screen {
    pub(super) listing: Memo<Listing>,
    pub(super) view: RwSignal<View>,
    window: Memo<Window>,
}

impl Screen {
    fn new(finder: Finder) -> Self {
        let listing = Memo::new(move |_| {
            let query = Query::new(&finder.typed.get());
            let found = finder
                .book
                .entries
                .with(|entries| finder.filter.with(|filter| find(entries, &query, filter)));
            let days = days(&found.ids, midnight);
            Listing { query, found, days }
        });
        let view = RwSignal::new(View::default());
        let window = Memo::new(move |_| {
            listing.with(|listing| window_of(&listing.days, &listing.found.ids, view.get()))
        });
        Self { listing, view, window }
    }

    /// Measures what the viewport shows. False where the list is hidden.
    pub(super) fn measure(self) -> bool {
        let rect_of = |selector: &str| element(selector).map(|it| it.get_bounding_client_rect());
        let (Some(list), Some(probe)) = (rect_of(LIST), rect_of(PROBE)) else { return false };
        let (row, heading) = (probe.height(), probe.width());
        if row <= 0.0 {
            return false;
        }
        let height = window().inner_height().ok().and_then(|height| height.as_f64());
        let height = height.unwrap_or(View::default().height);
        let view = View { top: -list.top(), height, row, heading };
        // None once the screen is gone.
        if self.view.try_get_untracked().is_some_and(|last| last != view) {
            self.view.set(view);
        }
        true
    }

    /// Whether no note is found.
    fn is_empty(self) -> bool {
        self.listing.with(|listing| listing.found.ids.is_empty())
    }
}

#[component]
pub(super) fn List(open: Memo<Option<String>>) -> impl IntoView {
    let t = use_page_texts();
    let session = use_session();
    let finder = use_finder();
    let book = finder.book;
    let screen = Screen::new(finder);
    follow_scrolling(screen, open);
    keys::listen(screen, open);
    Effect::new(move || {
        session.changes.track();
        book.look();
    });
    Effect::new(move || {
        let end = screen.window.with(|window| window.end);
        // What is asked for may be in any note.
        book.want(if finder.is_asked() { usize::MAX } else { end + ROWS_AHEAD });
    });

    let is_empty = Memo::new(move |_| screen.is_empty());
    let is_none = Memo::new(move |_| book.entries.with(Vec::is_empty));
    let list = move || match book.read.get() {
        None => ().into_any(),
        Some(Err(error)) => view! { <StorageAlert error /> }.into_any(),
        Some(Ok(())) if is_none.get() => view! { <p class="empty">{t.notes_empty}</p> }.into_any(),
        Some(Ok(())) if is_empty.get() => no_match(t, finder).into_any(),
        Some(Ok(())) => view! { <Lines screen open /> }.into_any(),
    };
    let count = move || screen.listing.with(|listing| listing.found.ids.len());
    let language = use_language();
    let told = move || match (finder.is_asked(), book.is_whole.get()) {
        (false, _) => String::new(),
        (true, false) => t.still_reading.to_owned(),
        (true, true) => {
            format::plural(language, t.found, u32::try_from(count()).unwrap_or(u32::MAX))
        }
    };
    view! {
        <h1>{t.notes_title}</h1>
        <Search screen />
        <Filters screen />
        <p class="quiet list-told" role="status" data-testid="notes-found">{told}</p>
        <div
            class="windowed"
            data-testid="notes-rows"
            data-whole=move || book.is_whole.get().to_string()
            data-count=move || count().to_string()
        >
            <div class="row-probe" aria-hidden="true"></div>
            {list}
        </div>
    }
}

/// The search: as you type.
#[component]
fn Search(screen: Screen) -> impl IntoView {
    let t = use_page_texts();
    let finder = use_finder();
    let navigate = use_navigate();
    Effect::new(move || {
        if !finder.is_called.get() {
            return;
        }
        finder.is_called.set(false);
        if element(LIST).is_some() && !screen.measure() {
            // A phone shows a note in the list's place.
            navigate("/notes", leptos_router::NavigateOptions::default());
        }
        request_animation_frame(|| {
            if let Some(field) = element(SEARCH) {
                let _ = field.focus();
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
fn no_match(t: &'static PageTexts, finder: Finder) -> impl IntoView {
    finder.book.is_whole.get().then(|| {
        view! {
            <div class="empty" data-testid="notes-no-match">
                <p>{t.no_match}</p>
                <button
                    class="button"
                    data-testid="notes-clear"
                    on:click=move |_| {
                        finder.clear();
                        finder.is_called.set(true);
                    }
                >
                    {t.show_all}
                </button>
            </div>
        }
    })
}

/// What of the list is in the page, between what stands for the rest.
#[component]
fn Lines(screen: Screen, open: Memo<Option<String>>) -> impl IntoView {
    let t = use_page_texts();
    let language = use_language();
    let finder = use_finder();
    let row = move |note_id: NoteId| {
        let stored = finder.book.stored(note_id)?;
        let is_whole = finder.book.is_whole.get();
        let (query, listed) = screen.listing.with(|Listing { query, found, .. }| {
            let place = found.place(note_id).unwrap_or(0) + 1;
            let of = is_whole.then_some(found.ids.len());
            (query.clone(), Listed { place, of, is_open: false })
        });
        let is_open = open.with(|open| open.as_deref() == Some(&*note_id.to_string()));
        let listed = Listed { is_open, ..listed };
        Some(view! { <NoteRow stored query listed /> })
    };
    let line = move |line: Line| match line {
        Line::Day(midnight) => {
            let day = name(t, language, midnight);
            view! { <li class="day-head"><h2>{day}</h2></li> }.into_any()
        }
        // What changes in a note changes in its row, which stays, with the focus if it has it.
        Line::Note(note_id) => (move || row(note_id)).into_any(),
    };
    view! {
        <div style:height=move || pixels(screen.window.with(|window| window.before))></div>
        <ul class="notes">
            <For
                each=move || screen.window.with(|window| window.lines.clone())
                key=|line| *line
                children=line
            />
        </ul>
        <div style:height=move || pixels(screen.window.with(|window| window.behind))></div>
    }
}

/// A length as a style sheet has it. Written by the browser: what writes fractions in Rust is 20 KB.
fn pixels(length: f64) -> String {
    let mut length =
        String::from(js_sys::Number::from(length).to_string_with_radix(10).unwrap_or_default());
    length.push_str("px");
    length
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
fn name(t: &PageTexts, language: Language, midnight: i64) -> String {
    let (today, day) = (format::midnight(js_sys::Date::now()), midnight as f64);
    // Half a day of slack: the clocks change twice a year.
    match ((today - day + DAY_MS / 2.0) / DAY_MS).floor() {
        0.0 => t.today.to_owned(),
        1.0 => t.yesterday.to_owned(),
        _ => format::day(language, day),
    }
}
