//! Filters by what marketing did: state, hands, tag.

use leptos::prelude::*;
use protocol::console::people::UserId;
use protocol::console::work::WorkState;

use crate::address::Address;
use crate::locale::use_locale;
use crate::navigation::use_navigation;
use crate::waiting::{use_counts, use_own_id};

/// All of them.
#[component]
pub(super) fn WorkFilters(address: Memo<Address>) -> impl IntoView {
    let texts = &use_locale().texts.work;
    view! {
        <div class="filters work-filters" role="group" aria-label=texts.filters>
            <StateFilter address />
            <AssigneeFilter address />
            <TagFilter address />
        </div>
    }
}

#[component]
fn StateFilter(address: Memo<Address>) -> impl IntoView {
    let texts = &use_locale().texts.work;
    let navigation = use_navigation();
    let chosen = Memo::new(move |_| address.with(|address| address.filters.state));
    let option = move |state: &'static WorkState| {
        let is_chosen = move || chosen.get() == Some(*state);
        view! { <option value=state.as_str() prop:selected=is_chosen>{texts.state(*state)}</option> }
    };
    view! {
        <label class="visually-hidden" for="state">{texts.state_label}</label>
        <select
            id="state"
            class="input"
            data-testid="inbox-state"
            data-set=move || chosen.get().is_some().then_some("true")
            on:change=move |event| {
                let value = event_target_value(&event);
                let state = WorkState::ALL.iter().find(|state| state.as_str() == value).copied();
                navigation.go(&address.get_untracked().filtered(|to| to.state = state).href());
            }
        >
            <option value="" prop:selected=move || chosen.get().is_none()>{texts.any_state}</option>
            {WorkState::ALL.iter().map(option).collect_view()}
        </select>
    }
}

#[component]
fn AssigneeFilter(address: Memo<Address>) -> impl IntoView {
    let texts = &use_locale().texts.work;
    let (navigation, counts, own_id) = (use_navigation(), use_counts(), use_own_id());
    let chosen = Memo::new(move |_| address.with(|address| address.filters.assignee));
    let users = Memo::new(move |_| {
        let mut users = counts.users();
        if let Some(id) = chosen.get().filter(|id| users.iter().all(|(it, _)| it != id)) {
            users.push((id, counts.name_of(id)));
        }
        users
    });
    let option = move |(id, name): (UserId, String)| {
        let is_chosen = move || chosen.get() == Some(id);
        let is_own = move || own_id.get() == Some(id);
        let shown = move || if is_own() { texts.me.to_owned() } else { name.clone() };
        view! { <option value=id.to_string() prop:selected=is_chosen>{shown}</option> }
    };
    view! {
        <label class="visually-hidden" for="assignee">{texts.in_whose_hands}</label>
        <select
            id="assignee"
            class="input"
            data-testid="inbox-assignee"
            data-set=move || chosen.get().is_some().then_some("true")
            on:change=move |event| {
                let assignee = event_target_value(&event).parse().ok().map(UserId);
                let to = address.get_untracked().filtered(|to| to.assignee = assignee);
                navigation.go(&to.href());
            }
        >
            <option value="" prop:selected=move || chosen.get().is_none()>
                {texts.any_hands}
            </option>
            {move || users.get().into_iter().map(option).collect_view()}
        </select>
    }
}

#[component]
fn TagFilter(address: Memo<Address>) -> impl IntoView {
    let texts = &use_locale().texts.work;
    let (navigation, counts) = (use_navigation(), use_counts());
    let chosen = Memo::new(move |_| address.with(|address| address.filters.tag.clone()));
    let tags = Memo::new(move |_| {
        let known = counts.views.with(|views| views.as_ref().map(|it| it.tags.clone()));
        let mut tags = known.unwrap_or_default();
        if let Some(tag) = chosen.get().filter(|tag| !tags.contains(tag)) {
            tags.push(tag);
        }
        tags
    });
    let option = move |tag: String| {
        let is_chosen = {
            let tag = tag.clone();
            move || chosen.with(|chosen| chosen.as_ref() == Some(&tag))
        };
        view! { <option value=tag.clone() prop:selected=is_chosen>"#"{tag.clone()}</option> }
    };
    view! {
        <label class="visually-hidden" for="tag">{texts.tag}</label>
        <select
            id="tag"
            class="input"
            data-testid="inbox-tag"
            data-set=move || chosen.with(Option::is_some).then_some("true")
            on:change=move |event| {
                let tag = Some(event_target_value(&event)).filter(|tag| !tag.is_empty());
                navigation.go(&address.get_untracked().filtered(|to| to.tag = tag).href());
            }
        >
            <option value="" prop:selected=move || chosen.with(Option::is_none)>
                {texts.any_tag}
            </option>
            {move || tags.get().into_iter().map(option).collect_view()}
        </select>
    }
}
