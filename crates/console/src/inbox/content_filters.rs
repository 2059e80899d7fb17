//! Filters by what the notes themselves say: where they are from, and which hypothesis is held on them.

use leptos::prelude::*;
use protocol::note::Hypothesis;

use crate::address::Address;
use crate::locale::use_locale;
use crate::navigation::use_navigation;
use crate::waiting::use_counts;

/// Both of them.
#[component]
pub(super) fn ContentFilters(address: Memo<Address>) -> impl IntoView {
    let texts = &use_locale().texts.work;
    view! {
        <div class="filters content-filters" role="group" aria-label=texts.content_filters>
            <RegionFilter address />
            <HypothesisFilter address />
        </div>
    }
}

#[component]
fn RegionFilter(address: Memo<Address>) -> impl IntoView {
    let texts = use_locale().texts;
    let (navigation, counts) = (use_navigation(), use_counts());
    let chosen = Memo::new(move |_| address.with(|address| address.filters.region.clone()));
    let regions = Memo::new(move |_| {
        let known = counts.views.with(|views| views.as_ref().map(|it| it.regions.clone()));
        let mut regions = known.unwrap_or_default();
        if let Some(region) = chosen.get().filter(|region| !regions.contains(region)) {
            regions.push(region);
        }
        regions
    });
    let option = move |region: String| {
        let is_chosen = {
            let region = region.clone();
            move || chosen.with(|chosen| chosen.as_ref() == Some(&region))
        };
        view! { <option value=region.clone() prop:selected=is_chosen>{region.clone()}</option> }
    };
    view! {
        <label class="visually-hidden" for="region">{texts.pages.analysis.region}</label>
        <select
            id="region"
            class="input"
            data-testid="inbox-region"
            data-set=move || chosen.with(Option::is_some).then_some("true")
            on:change=move |event| {
                let region = Some(event_target_value(&event)).filter(|region| !region.is_empty());
                navigation.go(&address.get_untracked().filtered(|to| to.region = region).href());
            }
        >
            <option value="" prop:selected=move || chosen.with(Option::is_none)>
                {texts.work.any_region}
            </option>
            {move || regions.get().into_iter().map(option).collect_view()}
        </select>
    }
}

#[component]
fn HypothesisFilter(address: Memo<Address>) -> impl IntoView {
    let texts = use_locale().texts;
    let navigation = use_navigation();
    let chosen = Memo::new(move |_| address.with(|address| address.filters.hypothesis));
    let option = move |hypothesis: &'static Hypothesis| {
        let is_chosen = move || chosen.get() == Some(*hypothesis);
        view! {
            <option value=hypothesis.as_str() prop:selected=is_chosen>
                {texts.hypothesis_word(*hypothesis)}
            </option>
        }
    };
    view! {
        <label class="visually-hidden" for="hypothesis">{texts.pages.analysis.hypothesis}</label>
        <select
            id="hypothesis"
            class="input"
            data-testid="inbox-hypothesis"
            data-set=move || chosen.get().is_some().then_some("true")
            on:change=move |event| {
                let value = event_target_value(&event);
                let hypothesis = Hypothesis::ALL.iter().find(|it| it.as_str() == value).copied();
                let to = address.get_untracked().filtered(|to| {
                    (to.hypothesis, to.verdict) = (hypothesis, None);
                });
                navigation.go(&to.href());
            }
        >
            <option value="" prop:selected=move || chosen.get().is_none()>
                {texts.work.any_hypothesis}
            </option>
            {Hypothesis::ALL.iter().map(option).collect_view()}
        </select>
    }
}
