//! Tags: one more, or one less.

use std::collections::BTreeSet;

use leptos::prelude::*;
use protocol::console::work::Change;
use protocol::limits::NAME_CHARS_MAX;

use crate::locale::{fill, use_locale};
use crate::waiting::use_counts;
use crate::work::deeds::{Said, Subject, use_deeds};

#[component]
pub(super) fn TagForm(notes: Vec<Subject>, close: Callback<()>) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let (deeds, counts) = (use_deeds(), use_counts());
    let present: BTreeSet<String> = notes.iter().flat_map(|(_, work)| work.tags.clone()).collect();
    let notes = StoredValue::new(notes);
    let name = RwSignal::new(String::new());
    let is_blank = move || name.with(|name| name.trim().is_empty());
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let tag = name.with_untracked(|name| name.trim().to_owned());
        if !tag.is_empty() {
            deeds.act(notes.get_value(), Change::Tag(tag), Said::Aloud(locale, &texts.tagged));
            close.run(());
        }
    };
    let untag = move |tag: String| {
        deeds.act(notes.get_value(), Change::Untag(tag), Said::Aloud(locale, &texts.untagged));
        close.run(());
    };
    let known = move || {
        let tags = counts.views.with(|views| views.as_ref().map(|it| it.tags.clone()));
        tags.unwrap_or_default()
            .into_iter()
            .map(|tag| view! { <option value=tag /> })
            .collect_view()
    };
    let button = move |tag: String| {
        let label = fill(texts.take_tag_off, "{tag}", &tag);
        let taken = tag.clone();
        view! {
            <li>
                <button
                    type="button"
                    class="chip"
                    aria-label=label
                    on:click=move |_| untag(taken.clone())
                >
                    {tag}
                    <span aria-hidden="true">"×"</span>
                </button>
            </li>
        }
    };
    view! {
        <form class="ask-form" on:submit=save>
            <div class="field">
                <label for="tag-name">{texts.tag}</label>
                <input
                    id="tag-name"
                    class="input"
                    type="text"
                    list="tags-known"
                    autocomplete="off"
                    autofocus
                    maxlength=NAME_CHARS_MAX.to_string()
                    data-testid="tag-name"
                    prop:value=move || name.get()
                    on:input=move |event| name.set(event_target_value(&event))
                />
                <datalist id="tags-known">{known}</datalist>
            </div>
            <ul class="tags">{present.into_iter().map(button).collect_view()}</ul>
            <button
                type="submit"
                class="button button-main"
                data-testid="tag-save"
                disabled=is_blank
            >
                {texts.verb_tag}
            </button>
        </form>
    }
}
