//! One choice among few, as chips: radio buttons to a keyboard and a screen reader.

use leptos::prelude::*;

/// One of the choices.
#[derive(Clone)]
pub(crate) struct Choice {
    /// What is stored when it is chosen.
    pub(crate) value: &'static str,
    /// What it is called.
    pub(crate) label: &'static str,
    /// Its `data-testid`, if it has one.
    pub(crate) testid: Option<String>,
}

/// A choice of at most one; `chosen` is empty until there is one.
#[component]
pub(crate) fn Choices(
    legend: &'static str,
    /// Groups the radio buttons.
    name: &'static str,
    choices: Vec<Choice>,
    chosen: RwSignal<String>,
) -> impl IntoView {
    let chip = move |Choice { value, label, testid }: Choice| {
        view! {
            <label class="chip" data-testid=testid>
                <input
                    type="radio"
                    name=name
                    value=value
                    prop:checked=move || chosen.get() == value
                    on:change=move |_| chosen.set(value.to_owned())
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
