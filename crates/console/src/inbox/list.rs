//! The list: a heading a day, a link a note.

use leptos::html;
use leptos::prelude::*;
use protocol::NoteId;
use protocol::console::work::WorkState;

use super::arrivals::Shared;
use super::feed::{Feed, Progress};
use super::selection::Selection;
use crate::address::{Address, Filters};
use crate::clock;
use crate::facts::{Value, gist, subjects};
use crate::icons::Icon;
use crate::locale::{Locale, fill, use_locale};
use crate::navigation::use_navigation;
use crate::state::State;
use crate::trouble::{Trouble, words};
use crate::waiting::{Counts, use_counts};

/// Still the top of the list, in CSS pixels.
const TOP_PX: i32 = 48;

/// The id of a note's row, for the focus.
pub(super) fn row_id(note_id: NoteId) -> String {
    format!("row-{note_id}")
}

/// See [`Row::key`].
type RowKey = (NoteId, Option<String>, String, Vec<String>, WorkState, bool);

/// A row, with the day's name where a new day begins.
#[derive(Clone, PartialEq)]
struct Row {
    note: Shared,
    day: Option<String>,
    /// What the line below the text says after the kind.
    facts: Vec<String>,
    state: WorkState,
    is_starred: bool,
}

impl Row {
    /// All that it shows: a note that says something else is drawn anew, where it is.
    fn key(&self) -> RowKey {
        let Self { note, day, facts, state, is_starred } = self;
        let text = note.note.text.clone();
        (note.note_id, day.clone(), text, facts.clone(), *state, *is_starred)
    }
}

fn rows(notes: &[Shared], counts: Counts, locale: Locale) -> Vec<Row> {
    let mut last_day = String::new();
    let row = |note: &Shared| {
        let day = locale.day(note.received_at_ms);
        let begins = day != last_day;
        last_day.clone_from(&day);
        let facts = line_of_facts(note, counts, locale);
        let (state, is_starred) = (note.work.state, note.work.is_starred);
        Row { note: note.clone(), day: begins.then_some(day), facts, state, is_starred }
    };
    notes.iter().map(row).collect()
}

/// The list with what stands above and below it.
#[component]
pub(super) fn NoteList(
    feed: Feed,
    filters: Memo<Filters>,
    open: Memo<Option<NoteId>>,
    selection: Selection,
) -> impl IntoView {
    let locale = use_locale();
    let texts = locale.texts;
    let counts = use_counts();
    let pane = NodeRef::<html::Div>::new();
    let scrolled = move |_| {
        let top = pane.get_untracked().is_none_or(|pane| pane.scroll_top() < TOP_PX);
        if feed.at_top.get_untracked() != top {
            feed.at_top.set(top);
        }
    };
    let show_arrivals = move || {
        feed.show_arrivals();
        if let Some(pane) = pane.get_untracked() {
            pane.set_scroll_top(0);
        }
    };
    // Other filters, other list: from its top.
    Effect::new(move |_| {
        filters.track();
        if let Some(pane) = pane.get_untracked() {
            pane.set_scroll_top(0);
        }
    });
    let rows = move || feed.notes.with(|notes| rows(notes, counts, locale));
    let is_loading = move || feed.progress.get() == Progress::Loading;
    let said = move || {
        let joined = feed.joined.get();
        (joined > 0).then(|| locale.count(&texts.new_notes_arrived, joined))
    };
    view! {
        <p class="visually-hidden" role="status">{said}</p>
        <ArrivalsBar feed show=show_arrivals />
        <div
            class="rows"
            node_ref=pane
            on:scroll=scrolled
            data-loading=move || is_loading().then_some("true")
            aria-busy=move || if is_loading() { "true" } else { "false" }
        >
            <Show when=move || !matches!(feed.progress.get(), Progress::Failed(_))>
                <ol aria-label=texts.notes>
                    <For
                        each=rows
                        key=Row::key
                        children=move |row| row_view(row, filters, open, selection, feed, locale)
                    />
                </ol>
            </Show>
            <ListEnd feed filters />
        </div>
    }
}

fn row_view(
    row: Row,
    filters: Memo<Filters>,
    open: Memo<Option<NoteId>>,
    selection: Selection,
    feed: Feed,
    locale: Locale,
) -> impl IntoView {
    let texts = locale.texts;
    let Row { note: inbox_note, day, facts, state, is_starred } = row;
    let (note_id, note) = (inbox_note.note_id, &inbox_note.note);
    let kind = note.kind();
    let href = move || Address { filters: filters.get(), note: Some(note_id) }.href();
    view! {
        <li>
            {day.map(|day| view! { <h2 class="day">{day}</h2> })}
            <input
                type="checkbox"
                class="row-choice"
                tabindex="-1"
                aria-label=texts.work.choose
                data-testid="row-choice"
                prop:checked=move || selection.has(note_id)
                on:click=move |click: web_sys::MouseEvent| {
                    if click.shift_key() {
                        selection.reach(note_id, &feed.order());
                    } else {
                        selection.toggle(note_id);
                    }
                }
            />
            <a
                class="row"
                id=row_id(note_id)
                href=href
                data-testid="inbox-row"
                data-note-id=note_id.to_string()
                data-kind=kind.as_str()
                data-state=state.as_str()
                data-chosen=move || selection.has(note_id).then_some("true")
                aria-current=move || (open.get() == Some(note_id)).then_some("true")
            >
                <span class="row-text" data-testid="row-text" dir="auto">{note.text.clone()}</span>
                <span class="row-facts">
                    <span class="row-kind">{Icon::from(kind).view()} {texts.kind(kind)}</span>
                    <span class="row-rest">
                        {facts.into_iter().map(|fact| view! { <span>{fact}</span> }).collect_view()}
                    </span>
                    {is_starred.then(|| view! {
                        <span class="row-star" role="img" aria-label=texts.work.starred>"☆"</span>
                    })}
                    <State state=state />
                    <span class="row-time">{locale.time(inbox_note.received_at_ms)}</span>
                </span>
            </a>
        </li>
    }
}

fn line_of_facts(inbox_note: &Shared, counts: Counts, locale: Locale) -> Vec<String> {
    let note = &inbox_note.note;
    let gist = gist(note, locale.texts).map(|value| match value {
        Value::Price(price) => locale.price(&price),
        Value::Level(level) => locale.texts.level_word(level).to_owned(),
        Value::Word(word) => word.to_owned(),
        Value::Text(text) => text,
        Value::Words(words) => words.join(", "),
        Value::Place(place) => place.to_string(),
    });
    let work = &inbox_note.work;
    let assignee = work
        .assignee
        .map(|user| fill(locale.texts.work.in_hands_of, "{name}", &counts.name_of(user)));
    let topic = work.topic.as_ref().map(|topic| topic.title.clone());
    let snoozed = work.snoozed_until_ms.filter(|until_ms| *until_ms > clock::now_ms());
    let snoozed = snoozed.map(|until| fill(locale.texts.work.until, "{day}", &locale.day(until)));
    let withdrawn = inbox_note.is_withdrawn.then(|| locale.texts.withdrawn.to_owned());
    let has_siblings = !inbox_note.siblings.is_empty();
    let siblings = has_siblings.then(|| locale.texts.more_versions.to_owned());
    let marks = withdrawn.into_iter().chain(siblings).chain(snoozed).chain(assignee);
    let mut facts: Vec<String> = marks.chain(gist).collect();
    facts.push(inbox_note.rep.name.clone());
    facts.extend(subjects(note).map(str::to_owned));
    facts.extend(topic);
    facts.extend(work.tags.iter().map(|tag| format!("#{tag}")));
    facts
}

/// New notes that wait, and whether the list is up to date at all.
#[component]
fn ArrivalsBar(feed: Feed, show: impl Fn() + Copy + Send + 'static) -> impl IntoView {
    let locale = use_locale();
    let texts = locale.texts;
    let text = move || {
        feed.arrivals.with(|arrivals| match (arrivals.notes.len(), arrivals.has_gap) {
            (0, _) => None,
            (count, true) => Some(fill(texts.many_new_notes, "{n}", &locale.number(count))),
            (count, false) => Some(locale.count(&texts.new_notes, count)),
        })
    };
    let stale = move || feed.watch_error.get().map(|error| words(&error, texts));
    view! {
        {move || text().map(|text| view! {
            <button
                type="button"
                class="arrivals"
                data-testid="inbox-arrivals"
                on:click=move |_| show()
            >
                {text}
            </button>
        })}
        {move || stale().map(|why| view! {
            <p class="stale" role="status">{texts.not_current}" "{why}</p>
        })}
    }
}

/// What stands below the last row: more, trouble, or a hint where there is none.
#[component]
fn ListEnd(feed: Feed, filters: Memo<Filters>) -> impl IntoView {
    let texts = use_locale().texts;
    let navigation = use_navigation();
    let is_empty = Memo::new(move |_| feed.notes.with(Vec::is_empty));
    let is_filtered = Memo::new(move |_| filters.with(|filters| *filters != Filters::default()));
    move || match feed.progress.get() {
        Progress::Failed(error) => {
            view! { <Trouble error=error retry=move |()| feed.restart() /> }.into_any()
        }
        Progress::MoreFailed(error) => {
            view! { <Trouble error=error retry=move |()| feed.more() /> }.into_any()
        }
        Progress::Loading if is_empty.get() => {
            view! { <p class="hint quiet appears-late">{texts.loading}</p> }.into_any()
        }
        Progress::Idle if is_empty.get() && is_filtered.get() => view! {
            <div class="hint">
                <p>{texts.no_match}</p>
                <button
                    type="button"
                    class="button"
                    on:click=move |_| navigation.go(&Address::default().href())
                >
                    {texts.clear_filters}
                </button>
            </div>
        }
        .into_any(),
        Progress::Idle if is_empty.get() => view! {
            <div class="hint" data-testid="inbox-empty">
                <p>{texts.inbox_empty}</p>
                <p><code class="command">{texts.invite_command}</code></p>
            </div>
        }
        .into_any(),
        Progress::Loading => ().into_any(),
        Progress::Idle | Progress::LoadingMore => view! {
            <Show when=move || feed.next_before.get().is_some()>
                <button
                    type="button"
                    class="button more"
                    data-testid="inbox-more"
                    on:click=move |_| feed.more()
                >
                    {move || match feed.progress.get() {
                        Progress::LoadingMore => texts.loading,
                        _ => texts.more,
                    }}
                </button>
            </Show>
        }
        .into_any(),
    }
}
