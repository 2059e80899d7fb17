//! The fields of the editor that hold no words in two languages.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::Rep;
use protocol::console::decisions::{Audience, DecisionText};
use protocol::limits::NAME_CHARS_MAX;
use protocol::mail::Rectified;

use crate::account::use_account;
use crate::api;
use crate::locale::use_locale;

/// The target market, the message or the product composition.
#[component]
pub(super) fn Rectifies(text: RwSignal<DecisionText>) -> impl IntoView {
    let texts = &use_locale().texts.work;
    let option = move |rectified: &'static Rectified| {
        let is_chosen = move || text.with(|text| text.rectified == *rectified);
        view! {
            <label class="chip">
                <input
                    type="radio"
                    name="rectified"
                    data-testid=format!("decision-kind-{}", rectified.as_str())
                    prop:checked=is_chosen
                    on:change=move |_| text.update(|text| text.rectified = *rectified)
                />
                {texts.rectified(*rectified)}
            </label>
        }
    };
    view! {
        <fieldset class="choice">
            <legend>{texts.rectifies}</legend>
            <div class="choice-options">{Rectified::ALL.iter().map(option).collect_view()}</div>
        </fieldset>
    }
}

/// From which day on.
#[component]
pub(super) fn FromDay(text: RwSignal<DecisionText>) -> impl IntoView {
    let texts = &use_locale().texts.work;
    let changed = move |event| {
        let day = Some(event_target_value(&event)).filter(|day| !day.is_empty());
        text.update(|text| text.from_day = day);
    };
    view! {
        <div class="field">
            <label for="decision-from">{texts.from_when}</label>
            <input
                id="decision-from"
                class="input"
                type="date"
                data-testid="decision-from"
                prop:value=move || text.with(|text| text.from_day.clone().unwrap_or_default())
                on:change=changed
            />
        </div>
    }
}

/// What it is about.
#[component]
pub(super) fn Product(text: RwSignal<DecisionText>) -> impl IntoView {
    let texts = &use_locale().texts.work;
    let typed = move |event| {
        let product = Some(event_target_value(&event)).filter(|name| !name.trim().is_empty());
        text.update(|text| text.product = product);
    };
    view! {
        <div class="field">
            <label for="decision-product">{texts.about_product}</label>
            <input
                id="decision-product"
                class="input"
                type="text"
                autocomplete="off"
                maxlength=NAME_CHARS_MAX.to_string()
                data-testid="decision-product"
                prop:value=move || text.with(|text| text.product.clone().unwrap_or_default())
                on:input=typed
            />
        </div>
    }
}

/// Who is told, besides the authors of what is cited.
#[component]
pub(super) fn Whom(text: RwSignal<DecisionText>) -> impl IntoView {
    let texts = &use_locale().texts.work;
    let account = use_account();
    let reps = RwSignal::new(Vec::<Rep>::new());
    spawn_local(async move {
        if let Ok(found) = account.heed(api::reps().await) {
            reps.try_set(found);
        }
    });
    let audience = Memo::new(move |_| text.with(|text| text.audience.clone()));
    let set = move |audience| text.update(|text| text.audience = audience);
    let option = move |name: &'static str, label: &'static str, value: Audience| {
        let chosen = value.clone();
        let is_chosen = move || {
            audience.with(|audience| {
                core::mem::discriminant(audience) == core::mem::discriminant(&chosen)
            })
        };
        view! {
            <label class="chip">
                <input
                    type="radio"
                    name="audience"
                    data-testid=format!("decision-audience-{name}")
                    prop:checked=is_chosen
                    on:change=move |_| set(value.clone())
                />
                {label}
            </label>
        }
    };
    let rep = move |Rep { rep_id, name }: Rep| {
        let is_told = move || {
            audience.with(|it| matches!(it, Audience::Reps(reps) if reps.contains(&rep_id)))
        };
        let toggled = move |event| {
            let is_told = event_target_checked(&event);
            text.update(|text| {
                if let Audience::Reps(reps) = &mut text.audience {
                    reps.retain(|it| *it != rep_id);
                    if is_told {
                        reps.push(rep_id);
                    }
                }
            });
        };
        view! {
            <label class="chip">
                <input type="checkbox" prop:checked=is_told on:change=toggled />
                {name}
            </label>
        }
    };
    view! {
        <fieldset class="choice">
            <legend>{texts.audience}</legend>
            <div class="choice-options">
                {option("authors", texts.authors, Audience::Authors)}
                {option("everyone", texts.everyone, Audience::Everyone)}
                {option("reps", texts.these_reps, Audience::Reps(Vec::new()))}
            </div>
            <Show when=move || audience.with(|it| matches!(it, Audience::Reps(_)))>
                <div class="choice-options reps">
                    {move || reps.get().into_iter().map(rep).collect_view()}
                </div>
            </Show>
            <p class="quiet">{texts.audience_about}</p>
        </fieldset>
    }
}
