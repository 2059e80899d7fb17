//! One customer, product or competitor: what it says, other names for it, and merging.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::reference::ReferenceEntry;
use protocol::mail::Referent;

use super::Changes;
use super::edit::{Fields, Typed};
use crate::account::use_account;
use crate::address::BASE;
use crate::api::{self, ApiError};
use crate::form::{AskTwice, Tags, TextField, words_with_detail};
use crate::locale::{fill, use_locale};
use crate::query_string::QueryString;

/// What is unfolded below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unfolded {
    Nothing,
    Edit,
    Merge,
}

/// A line of the list.
#[component]
pub(super) fn Entry(entry: ReferenceEntry) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.pages.data;
    let account = use_account();
    let changes = expect_context::<Changes>();
    let unfolded = RwSignal::new(Unfolded::Nothing);
    let error = RwSignal::new(None::<String>);
    let heed = move |result: Result<(), ApiError>| match account.heed(result) {
        Ok(()) => changes.happened(),
        Err(refused) => drop(error.try_set(Some(words_with_detail(&refused, locale.texts)))),
    };
    let ReferenceEntry { reference_id: id, text, aliases, notes } = entry;
    let of = text.of;
    let name = text.name.clone();
    let facts =
        [text.region.clone(), text.segment.clone(), text.price.as_ref().map(|it| locale.price(it))];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let inbox = QueryString::default().with(of.as_str(), Some(&name)).finish();
    let notes = locale.count(&locale.texts.pages.analysis.n_notes, notes as usize);

    let typed = RwSignal::new(Typed::of(&text));
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        match typed.with_untracked(|typed| typed.read(of)) {
            Ok(text) => {
                error.set(None);
                spawn_local(async move { heed(api::reference::change(id, &text).await) });
            }
            Err(code) => error.set(Some(texts.objection(code).to_owned())),
        }
    };
    let alias = RwSignal::new(String::new());
    let add_alias = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let name = alias.get_untracked().trim().to_owned();
        if !name.is_empty() {
            error.set(None);
            spawn_local(async move { heed(api::reference::add_alias(id, name).await) });
        }
    };
    let take_alias = move |name: String| {
        error.set(None);
        spawn_local(async move { heed(api::reference::take_alias(id, &name).await) });
    };
    let has_aliases = !aliases.is_empty();
    let unfold = move |what: Unfolded| {
        move |_| {
            let is_open = unfolded.get_untracked() == what;
            unfolded.set(if is_open { Unfolded::Nothing } else { what });
        }
    };
    let is_open =
        move |what: Unfolded| move || if unfolded.get() == what { "true" } else { "false" };
    let own = name.clone();
    view! {
        <li class="person" data-testid="reference-item" data-reference-id=id.to_string()>
            <div class="person-head">
                <h3>{name.clone()}</h3>
                <span class="quiet">{facts.join(" · ")}</span>
                <a class="quiet" href=format!("{BASE}/{inbox}")>{notes}</a>
                <span class="row-of person-actions">
                <button
                    type="button"
                    class="button button-plain"
                    aria-expanded=is_open(Unfolded::Edit)
                    data-testid="reference-edit"
                    on:click=unfold(Unfolded::Edit)
                >
                    {texts.edit}
                </button>
                <button
                    type="button"
                    class="button button-plain"
                    aria-expanded=is_open(Unfolded::Merge)
                    data-testid="reference-merge"
                    on:click=unfold(Unfolded::Merge)
                >
                    {texts.merge}
                </button>
                </span>
            </div>
            {has_aliases.then(|| {
                view! {
                    <div class="row-of">
                        <span class="quiet">{texts.also}</span>
                        <Tags names=Signal::stored(aliases) on_take=take_alias />
                    </div>
                }
            })}
            <Show when=move || unfolded.get() == Unfolded::Edit>
                <div class="notice">
                    <form class="row-form" on:submit=save>
                        <Fields of typed />
                        <button class="button button-main" data-testid="reference-save">
                            {texts.save}
                        </button>
                    </form>
                    <form class="row-form" on:submit=add_alias>
                        <TextField
                            label=texts.another_name
                            value=alias
                            on_input=move |text| alias.set(text)
                            test_id="reference-alias"
                        />
                        <button class="button" data-testid="reference-alias-add">
                            {texts.add_name}
                        </button>
                    </form>
                    <AskTwice
                        label=texts.remove
                        sure=Signal::stored(texts.remove_now.to_owned())
                        about=Signal::stored(texts.remove_about.to_owned())
                        on_yes=move |()| {
                            spawn_local(async move { heed(api::reference::remove(id).await) });
                        }
                        test_id="reference-remove"
                    />
                </div>
            </Show>
            <Show when=move || unfolded.get() == Unfolded::Merge>
                <Merge
                    of=of
                    into=(id, own.clone())
                    on_merge=move |other| {
                        spawn_local(async move { heed(api::reference::merge(id, other).await) });
                    }
                />
            </Show>
            <p class="error" role="alert">{move || error.get()}</p>
        </li>
    }
}

/// Another one that is the same, found by its name.
#[component]
fn Merge(
    of: Referent,
    into: (protocol::ReferenceId, String),
    #[prop(into)] on_merge: Callback<protocol::ReferenceId>,
) -> impl IntoView {
    let texts = &use_locale().texts.pages.data;
    let account = use_account();
    let (id, name) = into;
    let words = RwSignal::new(name.split_whitespace().next().unwrap_or_default().to_owned());
    let found = RwSignal::new(Vec::<ReferenceEntry>::new());
    let search = move || {
        let q = words.get_untracked().trim().to_owned();
        spawn_local(async move {
            if let Ok(page) = account.heed(api::reference::page(of, &q, None).await) {
                let others = page.entries.into_iter().filter(|entry| entry.reference_id != id);
                found.try_set(others.take(8).collect());
            }
        });
    };
    search();
    let option = move |other: ReferenceEntry| {
        let about = fill(texts.merge_about, "{other}", &other.text.name);
        let about = fill(&about, "{name}", &name);
        let other_id = other.reference_id;
        view! {
            <li class="row-of">
                <span>{other.text.name}</span>
                <AskTwice
                    label=texts.is_the_same
                    sure=Signal::stored(texts.merge_now.to_owned())
                    about=Signal::stored(about)
                    on_yes=move |()| on_merge.run(other_id)
                    test_id="reference-merge-with"
                />
            </li>
        }
    };
    view! {
        <div class="notice">
            <p>{texts.merge_which}</p>
            <div class="row-form">
                <TextField
                    label=texts.search
                    kind="search"
                    value=words
                    on_input=move |text| {
                        words.set(text);
                        search();
                    }
                    test_id="reference-merge-search"
                />
            </div>
            <ul class="stack-close">
                {move || found.get().into_iter().map(option.clone()).collect_view()}
            </ul>
        </div>
    }
}
