//! Enrolment: a person who holds an invitation presses one button. Never by itself: mail scanners
//! open links too.

use device::EnrolError;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_location, use_navigate};

use crate::i18n::pages::{PageTexts, use_page_texts};
use crate::session::use_session;

#[component]
pub(crate) fn Enrolment() -> impl IntoView {
    let t = use_page_texts();
    let session = use_session();
    let navigate = use_navigate();
    let hash = use_location().hash;
    let code = move || hash.with(|hash| hash.trim_start_matches('#').to_owned());
    let name = RwSignal::new(t.device_name_default.to_owned());
    let is_busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<&'static str>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if is_busy.get_untracked() {
            return;
        }
        let invitation = untrack(code);
        if invitation.is_empty() {
            return failure.set(Some(t.enrol_no_code));
        }
        is_busy.set(true);
        failure.set(None);
        let (device, navigate) = (session.device(), navigate.clone());
        let name = name.get_untracked();
        spawn_local(async move {
            match device.enrol(&invitation, name.trim()).await {
                Ok(identity) => {
                    session.identity.set(Some(Ok(Some(identity))));
                    navigate("/", leptos_router::NavigateOptions::default());
                }
                Err(error) => {
                    is_busy.set(false);
                    failure.set(Some(words(t, &error)));
                }
            }
        });
    };
    let already = move || match session.identity.get() {
        Some(Ok(Some(identity))) => Some(format!("{} {}.", t.enrol_already, identity.rep_name)),
        _ => None,
    };
    view! {
        <form class="enrolment" on:submit=submit>
            <h1>{t.enrol_title}</h1>
            <p>{t.enrol_explained}</p>
            <p class="quiet" data-testid="enrol-already">{already}</p>
            <div class="field">
                <label for="device-name">{t.device_name}</label>
                <input
                    id="device-name"
                    class="input"
                    data-testid="enrol-device-name"
                    maxlength="100"
                    prop:value=move || name.get()
                    on:input=move |event| name.set(event_target_value(&event))
                />
            </div>
            <p class="error" role="alert" data-testid="enrol-error">{move || failure.get()}</p>
            <button type="submit" class="button button-main" data-testid="enrol-submit" disabled=move || is_busy.get()>
                {move || if is_busy.get() { t.enrolling } else { t.enrol_button }}
            </button>
        </form>
    }
}

fn words(t: &'static PageTexts, error: &EnrolError) -> &'static str {
    match error {
        EnrolError::Refused(code) => (t.problem)(*code),
        EnrolError::Unreachable => t.enrol_unreachable,
        EnrolError::UnsentOfAnother => t.enrol_unsent,
        EnrolError::KeyNotKept => t.enrol_no_key,
        EnrolError::Storage(error) => t.storage_error(error),
    }
}
