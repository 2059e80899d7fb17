//! Above the list: its name and count, search, rep, time, export.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::Rep;
use protocol::console::work::WorkState;

use super::chips::Chips;
use super::content_filters::ContentFilters;
use super::export::Export;
use super::feed::{Feed, Progress};
use super::search::Search;
use super::work_filters::WorkFilters;
use crate::account::use_account;
use crate::address::{Address, Filters, Period};
use crate::api;
use crate::clock;
use crate::day::Day;
use crate::locale::use_locale;
use crate::navigation::use_navigation;
use crate::waiting::use_own_id;

/// All of it.
#[component]
pub(super) fn FilterBar(address: Memo<Address>, feed: Feed) -> impl IntoView {
    let locale = use_locale();
    let texts = locale.texts;
    let own_id = use_own_id();
    let is_unfolded = RwSignal::new(false);
    let title = move || {
        address.with(|address| {
            let Filters { kind, state, starred, snoozed, .. } = address.filters;
            match kind {
                Some(kind) => texts.kind_in_full(kind),
                None if starred => texts.work.view_starred,
                None if snoozed => texts.work.view_snoozed,
                None if state == Some(WorkState::New) => texts.work.view_new,
                None if own_id.get().is_some() && address.filters.assignee == own_id.get() => {
                    texts.work.view_mine
                }
                None => texts.inbox,
            }
        })
    };
    let count = move || {
        let shown = feed.notes.with(Vec::len);
        (shown > 0 && feed.progress.get() != Progress::Loading).then(|| {
            let more = feed.next_before.get().is_some();
            locale.count(if more { &texts.notes_and_more } else { &texts.notes_shown }, shown)
        })
    };
    view! {
        <div class="list-head">
            <div class="list-title">
                <h1 id="inbox-title">{title}</h1>
                <p class="quiet" role="status">{count}</p>
            </div>
            <Search address />
            <div class="filters" role="group" aria-label=texts.filters>
                <RepFilter address />
                <PeriodFilter address />
                <Export feed />
            </div>
            <Dates address />
            <Unfold address is_unfolded />
            <div
                id=MORE
                class="more-filters"
                data-unfolded=move || is_unfolded.get().then_some("true")
            >
                <WorkFilters address />
                <ContentFilters address />
                <WithdrawnFilter address />
            </div>
            <Chips address />
        </div>
    }
}

/// What a small screen folds away.
const MORE: &str = "more-filters";

/// Shows and hides the filters for which a small screen has no place; a large one always has it.
#[component]
fn Unfold(address: Memo<Address>, is_unfolded: RwSignal<bool>) -> impl IntoView {
    let locale = use_locale();
    let set = Memo::new(move |_| address.with(|address| address.filters.folded()));
    let count = move || (set.get() > 0).then(|| format!(" ({})", locale.number(set.get())));
    view! {
        <button
            type="button"
            class="button unfold-filters"
            data-testid="inbox-filters"
            aria-expanded=move || is_unfolded.get().to_string()
            aria-controls=MORE
            on:click=move |_| is_unfolded.update(|is_unfolded| *is_unfolded = !*is_unfolded)
        >
            {locale.texts.filters}
            {count}
        </button>
    }
}

#[component]
fn RepFilter(address: Memo<Address>) -> impl IntoView {
    let texts = use_locale().texts;
    let (account, navigation) = (use_account(), use_navigation());
    let reps = RwSignal::new(Vec::<Rep>::new());
    // Asked again whenever somebody opens the choice: reps join, and a failed answer heals so.
    let ask = move || {
        spawn_local(async move {
            if let Ok(found) = account.heed(api::reps().await) {
                reps.try_update(|reps| {
                    if *reps != found {
                        *reps = found
                    }
                });
            }
        });
    };
    ask();
    let chosen = Memo::new(move |_| address.with(|address| address.filters.rep));
    let option = move |rep: Rep| {
        let Rep { rep_id, name } = rep;
        view! {
            <option value=rep_id.to_string() prop:selected=move || chosen.get() == Some(rep_id)>
                {name}
            </option>
        }
    };
    let unlisted = move || {
        let listed = |id| reps.with(|reps| reps.iter().any(|rep| rep.rep_id == id));
        chosen.get().filter(|id| !listed(*id)).map(|id| Rep { rep_id: id, name: "…".to_owned() })
    };
    view! {
        <label class="visually-hidden" for="rep">{texts.rep}</label>
        <select
            id="rep"
            class="input"
            data-testid="inbox-rep"
            data-set=move || chosen.get().is_some().then_some("true")
            on:focus=move |_| ask()
            on:change=move |event| {
                let rep = event_target_value(&event).parse().ok();
                navigation.go(&address.get_untracked().filtered(|to| to.rep = rep).href());
            }
        >
            <option value="" prop:selected=move || chosen.get().is_none()>{texts.all_reps}</option>
            {move || unlisted().map(option)}
            {move || reps.get().into_iter().map(option).collect_view()}
        </select>
    }
}

/// The bin beside the inbox.
#[component]
fn WithdrawnFilter(address: Memo<Address>) -> impl IntoView {
    let texts = use_locale().texts;
    let navigation = use_navigation();
    let chosen = Memo::new(move |_| address.with(|address| address.filters.withdrawn));
    view! {
        <label class="chip">
            <input
                type="checkbox"
                data-testid="inbox-withdrawn"
                prop:checked=move || chosen.get()
                on:change=move |event| {
                    let withdrawn = event_target_checked(&event);
                    let to = address.get_untracked().filtered(|to| to.withdrawn = withdrawn);
                    navigation.go(&to.href());
                }
            />
            {texts.withdrawn_notes}
        </label>
    }
}

#[component]
fn PeriodFilter(address: Memo<Address>) -> impl IntoView {
    let texts = use_locale().texts;
    let navigation = use_navigation();
    let chosen = Memo::new(move |_| address.with(|address| address.filters.period));
    let today = clock::today();
    let dates = Period::Dates { from: Some(clock::day_after(today, -6)), to: Some(today) };
    let choices = [
        (Period::Ever, texts.ever),
        (Period::Today, texts.today),
        (Period::Week, texts.week),
        (Period::Month, texts.month),
        (dates, texts.dates),
    ];
    let option = move |(period, name): (Period, &'static str)| {
        let selected = move || chosen.get().as_str() == period.as_str();
        view! { <option value=period.as_str() prop:selected=selected>{name}</option> }
    };
    view! {
        <label class="visually-hidden" for="period">{texts.received}</label>
        <select
            id="period"
            class="input"
            data-testid="inbox-period"
            data-set=move || (chosen.get() != Period::Ever).then_some("true")
            on:change=move |event| {
                let value = event_target_value(&event);
                let choice = choices.iter().find(|(period, _)| period.as_str() == value);
                let period = choice.map_or(Period::Ever, |(period, _)| *period);
                navigation.go(&address.get_untracked().filtered(|to| to.period = period).href());
            }
        >
            {choices.map(option).collect_view()}
        </select>
    }
}

/// The two dates, where the period is between dates.
#[component]
fn Dates(address: Memo<Address>) -> impl IntoView {
    let texts = use_locale().texts;
    let navigation = use_navigation();
    let dates = Memo::new(move |_| match address.with(|address| address.filters.period) {
        Period::Dates { from, to } => Some((from, to)),
        _ => None,
    });
    let shown = Memo::new(move |_| dates.get().is_some());
    let go = move |from: Option<Day>, to: Option<Day>| {
        let period = Period::Dates { from, to };
        navigation.go(&address.get_untracked().filtered(|filters| filters.period = period).href());
    };
    let text = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let from = move || dates.get().and_then(|(from, _)| from);
    let to = move || dates.get().and_then(|(_, to)| to);
    let from_changed = move |event| go(event_target_value(&event).parse().ok(), untrack(to));
    let to_changed = move |event| go(untrack(from), event_target_value(&event).parse().ok());
    view! {
        <Show when=move || shown.get()>
            <div class="dates">
                <label for="from">{texts.from}</label>
                <input
                    id="from"
                    class="input"
                    type="date"
                    prop:value=move || text(from())
                    on:change=from_changed
                />
                <label for="to">{texts.to}</label>
                <input
                    id="to"
                    class="input"
                    type="date"
                    prop:value=move || text(to())
                    on:change=to_changed
                />
            </div>
        </Show>
    }
}
