//! The filter as chips, folded until it is wanted: with it opened, all notes are read, since only
//! then can a chip tell how many it would show.

use leptos::ev;
use leptos::prelude::*;
use protocol::Kind;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::filter::{Chip, Filter, Standing};
use super::finder::use_finder;
use super::list::Screen;
use crate::i18n::pages::{PageTexts, use_page_texts};
use crate::i18n::{format, use_language};
use crate::ui::state;

#[component]
pub(super) fn Filters(screen: Screen) -> impl IntoView {
    let t = use_page_texts();
    let finder = use_finder();
    let group = |legend: &'static str, chips: Vec<Chip>| {
        let chips =
            chips.into_iter().map(|chip| view! { <FilterChip chip screen /> }).collect_view();
        view! {
            <fieldset class="choice">
                <legend>{legend}</legend>
                <div class="choice-options">{chips}</div>
            </fieldset>
        }
        .into_any()
    };
    let chosen = move || {
        finder.filter.with(|filter| {
            let all =
                Kind::ALL.map(Chip::Kind).into_iter().chain(Standing::ALL.map(Chip::Standing));
            let names: Vec<_> =
                all.filter(|chip| filter.has(*chip)).map(|it| name(t, it)).collect();
            (!names.is_empty()).then(|| format!(": {}", names.join(", ")))
        })
    };
    let toggled = move |event: ev::Event| {
        let folder = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if folder.is_some_and(|folder| folder.has_attribute("open")) {
            finder.book.want(usize::MAX);
        }
    };
    view! {
        <details
            class="extras filters"
            data-testid="notes-filters"
            open=!finder.filter.with_untracked(Filter::is_empty)
            on:toggle=toggled
        >
            <summary>{t.filter}{chosen}</summary>
            {group(t.filter_kind, Kind::ALL.map(Chip::Kind).into())}
            {group(t.filter_state, Standing::ALL.map(Chip::Standing).into())}
        </details>
    }
}

#[component]
fn FilterChip(chip: Chip, screen: Screen) -> impl IntoView {
    let t = use_page_texts();
    let language = use_language();
    let finder = use_finder();
    let (kind, id) = match chip {
        Chip::Kind(kind) => (Some(kind.as_str()), kind.as_str()),
        Chip::Standing(standing) => (None, standing.as_str()),
    };
    // No number while it could only be too small.
    let count = move || {
        let count = f64::from(screen.listing.with(|listing| listing.found.count(chip)));
        finder.book.is_whole.get().then(|| format::number(language, count))
    };
    view! {
        <label class="chip" data-kind=kind data-testid=format!("filter-{id}")>
            <input
                type="checkbox"
                prop:checked=move || finder.filter.with(|filter| filter.has(chip))
                on:change=move |_| finder.filter.update(|filter| filter.turn(chip))
            />
            {name(t, chip)}
            " "
            <span class="chip-count">{count}</span>
        </label>
    }
}

fn name(t: &'static PageTexts, chip: Chip) -> &'static str {
    match chip {
        Chip::Kind(kind) => (t.kind_key)(kind),
        Chip::Standing(Standing::At(device::Standing::Saved)) => t.unsent,
        Chip::Standing(Standing::At(standing)) => state::told(t, standing).1,
        Chip::Standing(Standing::Withdrawn) => t.withdrawn,
    }
}
