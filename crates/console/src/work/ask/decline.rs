//! Why nothing comes of a note, in the languages of its reps.

use leptos::prelude::*;
use protocol::Words;
use protocol::console::work::Change;

use crate::form::WordsFields;
use crate::locale::use_locale;
use crate::work::deeds::{Said, Subject, use_deeds};

#[component]
pub(super) fn DeclineForm(notes: Vec<Subject>, close: Callback<()>) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let deeds = use_deeds();
    let reason = RwSignal::new(Words::default());
    let is_blank = move || reason.with(Words::is_blank);
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let reason = reason.get_untracked();
        if !reason.is_blank() {
            let said = Said::Aloud(locale, &texts.declined);
            deeds.act(notes.clone(), Change::Decline(reason), said);
            close.run(());
        }
    };
    view! {
        <form class="ask-form" on:submit=save>
            <p class="quiet">{texts.decline_about}</p>
            <WordsFields
                label=texts.reason
                value=reason
                on_input=move |words| reason.set(words)
                test_id="decline-reason"
                is_long=true
                takes_focus=true
            />
            <p class="quiet">{texts.one_language_will_do}</p>
            <button
                type="submit"
                class="button button-main"
                data-testid="decline-save"
                disabled=is_blank
            >
                {texts.verb_decline}
            </button>
        </form>
    }
}
