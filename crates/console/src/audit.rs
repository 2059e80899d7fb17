//! The audit: who did what and when, newest first.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::work::Deed;

use crate::account::use_account;
use crate::api::{self, ApiError};
use crate::deed_list::DeedList;
use crate::locale::use_locale;
use crate::page;
use crate::trouble::Trouble;

/// The screen.
#[component]
pub(crate) fn Audit() -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let account = use_account();
    let deeds = RwSignal::new(Vec::<Deed>::new());
    let has_more = RwSignal::new(false);
    let is_busy = RwSignal::new(false);
    let has_answer = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let more = move || {
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        error.set(None);
        let before_ms = deeds.with_untracked(|deeds| deeds.last().map(|deed| deed.at_ms));
        spawn_local(async move {
            match account.heed(api::deeds(before_ms).await) {
                Ok(page) => {
                    deeds.try_update(|deeds| deeds.extend(page.deeds));
                    has_more.try_set(page.has_more);
                    has_answer.try_set(true);
                }
                Err(failed) => {
                    error.try_set(Some(failed));
                }
            }
            is_busy.try_set(false);
        });
    };
    more();
    page::set_title(texts.audit);
    let is_empty = move || has_answer.get() && deeds.with(Vec::is_empty);
    view! {
        // Nothing in it takes the focus, so that the keyboard scrolls the page itself.
        <div class="sheet audit" tabindex="0" role="region" aria-labelledby="audit-title">
            <header class="sheet-head">
                <h1 id="audit-title">{texts.audit}</h1>
                <p class="quiet">{texts.audit_about}</p>
            </header>
            {move || {
                let deeds = deeds.get();
                (!deeds.is_empty()).then(|| view! { <DeedList deeds /> })
            }}
            <Show when=is_empty>
                <p class="hint">{texts.audit_empty}</p>
            </Show>
            {move || error.get().map(|error| view! { <Trouble error=error retry=move |()| more() /> })}
            <Show when=move || has_more.get()>
                <button
                    type="button"
                    class="button"
                    disabled=move || is_busy.get()
                    on:click=move |_| more()
                >
                    {locale.texts.more}
                </button>
            </Show>
        </div>
    }
}
