//! The list, with a search and a form for a new one.

use core::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::reference::{ReferenceEntry, ReferencePage};
use protocol::mail::Referent;

use super::edit::{Fields, Typed};
use super::entry::Entry;
use super::{Changes, plural};
use crate::account::use_account;
use crate::api::{self, ApiError};
use crate::form::{TextField, words_with_detail};
use crate::locale::use_locale;
use crate::trouble::Trouble;

/// How long somebody has to pause before a search.
const PAUSE: Duration = Duration::from_millis(250);

/// The section.
#[component]
pub(super) fn Entries(of: Referent) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.pages.data;
    let account = use_account();
    let changes = expect_context::<Changes>();
    let words = RwSignal::new(String::new());
    let searched = RwSignal::new(String::new());
    let mut search = debounce(PAUSE, move |text: String| drop(searched.try_set(text)));
    Effect::new(move || search(words.get().trim().to_owned()));

    let entries = RwSignal::new(Vec::<ReferenceEntry>::new());
    let total = RwSignal::new(None::<u64>);
    let has_more = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    // Answers to earlier searches come too late to be shown.
    let asked = StoredValue::new(0_u32);
    let ask = move |is_more: bool| {
        let turn = asked.get_value().wrapping_add(1);
        asked.set_value(turn);
        let q = searched.get_untracked();
        let last =
            entries.with_untracked(|entries| entries.last().map(|one| one.text.name.clone()));
        let after = last.filter(|_| is_more);
        spawn_local(async move {
            let answer = account.heed(api::reference::page(of, &q, after.as_deref()).await);
            if asked.try_get_value() != Some(turn) {
                return;
            }
            match answer {
                Ok(ReferencePage { entries: found, total: all, has_more: more }) => {
                    entries.update(|entries| {
                        if !is_more {
                            entries.clear();
                        }
                        entries.extend(found);
                    });
                    total.set(Some(all));
                    has_more.set(more);
                    error.set(None);
                }
                Err(refused) => error.set(Some(refused)),
            }
        });
    };
    Effect::new(move || {
        changes.track();
        searched.track();
        ask(false);
    });
    let count = move || total.get().map(|total| locale.number(total as usize));
    let trouble = move || {
        error.get().map(|error| view! { <Trouble error=error retry=move |()| ask(false) /> })
    };
    let nothing = move || {
        let is_empty = total.get().is_some() && entries.with(Vec::is_empty);
        is_empty.then(|| {
            let hint = if searched.with(String::is_empty) { texts.empty } else { texts.no_match };
            view! { <p class="hint">{hint}</p> }
        })
    };
    view! {
        <section class="page-section" aria-labelledby="data-entries">
            <div class="page-head">
                <h2 id="data-entries">{plural(of, locale)}</h2>
                <p class="quiet" role="status" data-testid="reference-count">{count}</p>
            </div>
            <div class="row-form">
                <TextField
                    label=texts.search
                    kind="search"
                    value=words
                    on_input=move |text| words.set(text)
                    test_id="reference-search"
                />
            </div>
            <New of />
            {trouble} {nothing}
            <ul class="entries-of">
                // The whole entry is the key: what changed is built anew.
                <For
                    each=move || entries.get()
                    key=|entry| serde_json::to_string(entry).unwrap_or_default()
                    children=move |entry| view! { <Entry entry /> }
                />
            </ul>
            <Show when=move || has_more.get()>
                <button type="button" class="button" on:click=move |_| ask(true)>
                    {locale.texts.more}
                </button>
            </Show>
        </section>
    }
}

/// A form for a new one, behind a button.
#[component]
fn New(of: Referent) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.pages.data;
    let account = use_account();
    let changes = expect_context::<Changes>();
    let is_open = RwSignal::new(false);
    let typed = RwSignal::new(Typed::default());
    let error = RwSignal::new(None::<String>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let text = match typed.with_untracked(|typed| typed.read(of)) {
            Ok(text) => text,
            Err(code) => return error.set(Some(texts.objection(code).to_owned())),
        };
        error.set(None);
        spawn_local(async move {
            match account.heed(api::reference::make(&text).await) {
                Ok(()) => {
                    typed.try_set(Typed::default());
                    is_open.try_set(false);
                    changes.happened();
                }
                Err(refused) => {
                    error.try_set(Some(words_with_detail(&refused, locale.texts)));
                }
            }
        });
    };
    view! {
        <Show
            when=move || is_open.get()
            fallback=move || {
                view! {
                    <p>
                        <button
                            type="button"
                            class="button"
                            data-testid="reference-new"
                            on:click=move |_| is_open.set(true)
                        >
                            {texts.news[of as usize]}
                        </button>
                    </p>
                }
            }
        >
            <form class="notice" on:submit=submit>
                <div class="row-form"><Fields of typed /></div>
                <p class="error" role="alert">{move || error.get()}</p>
                <div class="row-of">
                    <button class="button button-main" data-testid="reference-save">
                        {texts.save}
                    </button>
                    <button
                        type="button"
                        class="button button-plain"
                        on:click=move |_| is_open.set(false)
                    >
                        {locale.texts.pages.shared.not_yet}
                    </button>
                </div>
            </form>
        </Show>
    }
}
