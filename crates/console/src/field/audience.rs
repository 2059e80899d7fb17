//! Who in the field is told: everyone, or some.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::Rep;
use protocol::console::decisions::Audience;

use crate::account::use_account;
use crate::api;
use crate::form::fresh_id;
use crate::locale::{Locale, fill, use_locale};

/// The choice.
#[component]
pub(super) fn AudienceField(
    #[prop(into)] value: Signal<Audience>,
    #[prop(into)] on_change: Callback<Audience>,
    legend: &'static str,
) -> impl IntoView {
    let texts = &use_locale().texts.pages.field;
    let account = use_account();
    let reps = RwSignal::new(Vec::<Rep>::new());
    spawn_local(async move {
        if let Ok(found) = account.heed(api::reps().await) {
            reps.try_set(found);
        }
    });
    let group = fresh_id();
    // Kept while everyone is chosen: who changes their mind finds the same reps again.
    let chosen = RwSignal::new(match value.get_untracked() {
        Audience::Reps(reps) => reps,
        Audience::Everyone | Audience::Authors => Vec::new(),
    });
    let is_some = Memo::new(move |_| value.with(|it| matches!(it, Audience::Reps(_))));
    let rep = move |Rep { rep_id, name }: Rep| {
        let is_in = move || chosen.with(|chosen| chosen.contains(&rep_id));
        let toggle = move |event| {
            let is_in = event_target_checked(&event);
            chosen.update(|chosen| {
                chosen.retain(|one| *one != rep_id);
                if is_in {
                    chosen.push(rep_id);
                }
            });
            on_change.run(Audience::Reps(chosen.get_untracked()));
        };
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    data-testid="audience-rep"
                    data-rep-id=rep_id.to_string()
                    prop:checked=is_in
                    on:change=toggle
                />
                {name}
            </label>
        }
    };
    let other = group.clone();
    view! {
        <fieldset class="choice">
            <legend>{legend}</legend>
            <div class="row-of">
                <label class="check">
                    <input
                        type="radio"
                        name=group
                        data-testid="audience-everyone"
                        prop:checked=move || !is_some.get()
                        on:change=move |_| on_change.run(Audience::Everyone)
                    />
                    {texts.everyone}
                </label>
                <label class="check">
                    <input
                        type="radio"
                        name=other
                        data-testid="audience-reps"
                        prop:checked=move || is_some.get()
                        on:change=move |_| on_change.run(Audience::Reps(chosen.get_untracked()))
                    />
                    {texts.some_reps}
                </label>
            </div>
            <Show when=move || is_some.get()>
                <div class="reps-of">
                    {move || reps.get().into_iter().map(rep).collect_view()}
                </div>
            </Show>
        </fieldset>
    }
}

/// "Every rep will see it.", "3 reps will see it."
pub(super) fn words(audience: &Audience, locale: Locale) -> String {
    let texts = &locale.texts.pages.field;
    match audience {
        Audience::Reps(reps) => locale.count(&texts.reps_will_see, reps.len()),
        Audience::Everyone | Audience::Authors => texts.everyone_will_see.to_owned(),
    }
}

/// Whether nobody is chosen.
pub(super) fn is_empty(audience: &Audience) -> bool {
    matches!(audience, Audience::Reps(reps) if reps.is_empty())
}

/// "12 of 14 reps".
pub(super) fn of_reps(count: u64, reps: u64, locale: Locale) -> String {
    let of = locale.count(&locale.texts.pages.field.of_reps, reps as usize);
    fill(&of, "{m}", &locale.number(count as usize))
}
