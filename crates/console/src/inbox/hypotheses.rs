//! Why it is so: the rep's hypotheses, as marketing sees them.

use leptos::prelude::*;
use protocol::console::work::Change;
use protocol::note::Hypothesis;

use super::opened::Opened;
use crate::locale::use_locale;
use crate::work::{Said, use_deeds};

/// The four, to be confirmed or corrected.
#[component]
pub(super) fn Hypotheses(named: Vec<Hypothesis>, opened: Opened) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let deeds = use_deeds();
    let seen = Memo::new(move |_| {
        opened.note.with(|note| note.as_ref().and_then(|note| note.work.hypotheses.clone()))
    });
    let say = move |hypotheses: Option<Vec<Hypothesis>>| {
        let subjects = opened.subject().into_iter().collect();
        let said = Said::Aloud(locale, &texts.hypotheses_seen);
        deeds.act(subjects, Change::Hypotheses(hypotheses), said);
    };
    let chip = move |hypothesis: &'static Hypothesis| {
        let is_seen =
            move || seen.with(|seen| seen.as_ref().is_some_and(|it| it.contains(hypothesis)));
        let toggled = move |event| {
            let is_true = event_target_checked(&event);
            let mut list = seen.get_untracked().unwrap_or_default();
            list.retain(|it| it != hypothesis);
            if is_true {
                list.push(*hypothesis);
            }
            list.sort_unstable();
            say(Some(list));
        };
        view! {
            <label class="chip">
                <input
                    type="checkbox"
                    data-testid=format!("hypothesis-{}", hypothesis.as_str())
                    prop:checked=is_seen
                    on:change=toggled
                />
                {locale.texts.hypothesis_word(*hypothesis)}
            </label>
        }
    };
    let can_confirm = {
        let named = named.clone();
        move || !named.is_empty() && seen.with(Option::is_none)
    };
    let confirm = StoredValue::new(named);
    view! {
        <fieldset class="choice hypotheses">
            <legend>{texts.hypotheses_view}</legend>
            <div class="choice-options">
                {Hypothesis::ALL.iter().map(chip).collect_view()}
                <Show when=can_confirm>
                    <button
                        type="button"
                        class="button"
                        data-testid="hypotheses-confirm"
                        on:click=move |_| say(Some(confirm.get_value()))
                    >
                        {texts.confirm_hypotheses}
                    </button>
                </Show>
                <Show when=move || seen.with(Option::is_some)>
                    <button type="button" class="button button-plain" on:click=move |_| say(None)>
                        {texts.take_back}
                    </button>
                </Show>
            </div>
        </fieldset>
    }
}
