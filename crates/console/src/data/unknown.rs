//! Names in notes that mean nothing known: each can be told in one tap what it means.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::ReferenceId;
use protocol::console::reference::{ReferenceText, UnknownName};
use protocol::mail::Referent;

use super::Changes;
use crate::account::use_account;
use crate::address::BASE;
use crate::api::{self, ApiError};
use crate::form::{NameField, words_with_detail};
use crate::locale::{fill, use_locale};
use crate::query_string::QueryString;

/// How many are shown at first: the rest is rare.
const SHOWN: usize = 8;

/// The section; nothing where every name is known.
#[component]
pub(super) fn Unknown(of: Referent) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.pages.data;
    let account = use_account();
    let changes = expect_context::<Changes>();
    let names = RwSignal::new(Vec::<UnknownName>::new());
    let is_whole = RwSignal::new(false);
    Effect::new(move || {
        changes.track();
        spawn_local(async move {
            // Without an answer the list below says why.
            if let Ok(found) = account.heed(api::reference::unknown(of).await) {
                names.try_set(found);
            }
        });
    });
    let count = move || locale.count(&texts.n_unknown, names.with(Vec::len));
    let shown = move || {
        let most = if is_whole.get() { usize::MAX } else { SHOWN };
        names.with(|names| names.iter().take(most).cloned().collect::<Vec<_>>())
    };
    let has_more = move || !is_whole.get() && names.with(|names| names.len() > SHOWN);
    view! {
        <Show when=move || names.with(|names| !names.is_empty())>
            <section class="page-section" aria-labelledby="data-unknown">
                <div class="page-head">
                    <h2 id="data-unknown">{texts.unknown}</h2>
                    <p class="quiet" role="status">{count}</p>
                </div>
                <p class="quiet">{texts.unknown_about}</p>
                <ul class="entries-of">
                    <For
                        each=shown
                        key=|name| name.name.clone()
                        children=move |name| view! { <Name of name /> }
                    />
                </ul>
                <Show when=has_more>
                    <button type="button" class="button" on:click=move |_| is_whole.set(true)>
                        {locale.texts.more}
                    </button>
                </Show>
            </section>
        </Show>
    }
}

#[component]
fn Name(of: Referent, name: UnknownName) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.pages.data;
    let account = use_account();
    let changes = expect_context::<Changes>();
    let error = RwSignal::new(None::<String>);
    let heed = move |result: Result<(), ApiError>| match account.heed(result) {
        Ok(()) => changes.happened(),
        Err(refused) => drop(error.try_set(Some(words_with_detail(&refused, locale.texts)))),
    };
    let UnknownName { name, notes, suggestions } = name;
    let inbox = QueryString::default().with(of.as_str(), Some(&name)).finish();
    let notes = locale.count(&locale.texts.pages.analysis.n_notes, notes as usize);
    let meaning = name.clone();
    let means = move |id: ReferenceId| {
        let name = meaning.clone();
        error.set(None);
        spawn_local(async move { heed(api::reference::add_alias(id, name).await) });
    };
    let own = name.clone();
    let new = move |_| {
        let name = own.clone();
        error.set(None);
        let text = ReferenceText { of, name, region: None, segment: None, price: None };
        spawn_local(async move { heed(api::reference::make(&text).await) });
    };
    let suggested = suggestions.into_iter().take(3).map({
        let means = means.clone();
        move |(id, known): (ReferenceId, String)| {
            let means = means.clone();
            view! {
                <button
                    type="button"
                    class="button"
                    data-testid="unknown-means"
                    on:click=move |_| means(id)
                >
                    {fill(texts.means, "{name}", &known)}
                </button>
            }
        }
    });
    let suggested: Vec<_> = suggested.collect();
    let is_other = RwSignal::new(false);
    let other = RwSignal::new(String::new());
    // Only a name that is known has an id.
    let choose = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let (known, means) = (other.get_untracked().trim().to_owned(), means.clone());
        spawn_local(async move {
            match account.heed(api::reference::page(of, &known, None).await) {
                Ok(page) => {
                    let found = page.entries.into_iter().find(|entry| entry.text.name == known);
                    match found {
                        Some(entry) => means(entry.reference_id),
                        None => drop(error.try_set(Some(texts.not_known.to_owned()))),
                    }
                }
                Err(refused) => {
                    error.try_set(Some(words_with_detail(&refused, locale.texts)));
                }
            }
        });
    };
    let choose = StoredValue::new_local(choose);
    view! {
        <li class="person" data-testid="unknown-item">
            <div class="person-head">
                <h3>{name}</h3>
                <a class="quiet" href=format!("{BASE}/{inbox}")>{notes}</a>
            </div>
            <div class="row-of">
                {suggested}
                <button type="button" class="button" data-testid="unknown-new" on:click=new>
                    {texts.news_unknown[of as usize]}
                </button>
                <button
                    type="button"
                    class="button button-plain"
                    aria-expanded=move || if is_other.get() { "true" } else { "false" }
                    on:click=move |_| is_other.update(|is_open| *is_open = !*is_open)
                >
                    {texts.means_other}
                </button>
            </div>
            <Show when=move || is_other.get()>
                <form
                    class="row-form"
                    on:submit=move |event| choose.with_value(|choose| choose(event))
                >
                    <NameField
                        label=texts.known_name
                        of=of
                        value=other
                        on_input=move |text| other.set(text)
                        test_id="unknown-other"
                    />
                    <button class="button">{texts.it_means_this}</button>
                </form>
            </Show>
            <p class="error" role="alert">{move || error.get()}</p>
        </li>
    }
}
