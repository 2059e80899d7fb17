//! One choice among few, as chips: radio buttons to a keyboard and a screen reader.

use leptos::prelude::*;

/// One of the choices.
#[derive(Clone)]
pub(crate) struct Choice {
    /// What is stored when it is chosen.
    pub(crate) value: String,
    /// What it is called.
    pub(crate) label: String,
    /// Its `data-testid`, if it has one.
    pub(crate) testid: Option<String>,
}

/// A choice of at most one; `chosen` is empty until there is one.
#[component]
pub(crate) fn Choices(
    #[prop(into)] legend: String,
    /// Groups the radio buttons.
    #[prop(into)]
    name: String,
    choices: Vec<Choice>,
    chosen: RwSignal<String>,
) -> impl IntoView {
    let chip = move |Choice { value, label, testid }: Choice| {
        let (meant, name) = (value.clone(), name.clone());
        let is_chosen = move || chosen.with(|chosen| *chosen == value);
        view! {
            <label class="chip" data-testid=testid>
                <input
                    type="radio"
                    name=name
                    value=meant.clone()
                    prop:checked=is_chosen
                    on:change=move |_| chosen.set(meant.clone())
                />
                {label}
            </label>
        }
    };
    view! {
        <fieldset class="choice">
            <legend>{legend}</legend>
            <div class="choice-options">{choices.into_iter().map(chip).collect_view()}</div>
        </fieldset>
    }
}
