//! Which topic notes belong to: one that there is, or a new one.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::topics::{Topic, TopicRef};
use protocol::console::work::Change;
use protocol::limits::NAME_CHARS_MAX;

use crate::account::use_account;
use crate::api::{self, ApiError};
use crate::locale::{fill, use_locale};
use crate::topics::matching::{of_title, ranked};
use crate::trouble::words;
use crate::work::deeds::{Said, Subject, use_deeds};

/// So many topics are offered.
const OFFERED: usize = 6;

#[component]
pub(super) fn TopicForm(notes: Vec<Subject>, title: String, close: Callback<()>) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let (deeds, account) = (use_deeds(), use_account());
    let has_topic = notes.iter().any(|(_, work)| work.topic.is_some());
    let notes = StoredValue::new(notes);
    let typed = RwSignal::new(String::new());
    let proposal = StoredValue::new(title.clone());
    // Until somebody types, the proposal stands.
    let wanted = move || {
        let typed = typed.with(|typed| typed.trim().to_owned());
        if typed.is_empty() { proposal.get_value() } else { typed }
    };
    let topics = RwSignal::new(Vec::<Topic>::new());
    let error = RwSignal::new(None::<ApiError>);
    let is_busy = RwSignal::new(false);
    spawn_local(async move {
        match account.heed(api::topics().await) {
            Ok(found) => {
                topics.try_set(found);
            }
            Err(failed) => {
                error.try_set(Some(failed));
            }
        }
    });
    let put = move |topic: TopicRef| {
        let change = Change::Classify(Some(topic.topic_id));
        let said = Said::Aloud(locale, &texts.classified);
        deeds.act_in(notes.get_value(), change, Some(topic), said);
        close.run(());
    };
    let take_out = move |_| {
        let said = Said::Aloud(locale, &texts.taken_out);
        deeds.act(notes.get_value(), Change::Classify(None), said);
        close.run(());
    };
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let title = untrack(wanted);
        if title.is_empty() || is_busy.get_untracked() {
            return;
        }
        if let Some(topic) = topics.with_untracked(|topics| of_title(topics, &title)) {
            return put(topic);
        }
        is_busy.set(true);
        spawn_local(async move {
            let said = move |count, title: &str| {
                fill(&locale.count(&texts.gathered, count), "{title}", title)
            };
            let answer = deeds.gather(notes.get_value(), title, said).await;
            match answer {
                Ok(_) => close.run(()),
                Err(failed) => {
                    error.try_set(Some(failed));
                    is_busy.try_set(false);
                }
            }
        });
    };
    let offer = move |topic: Topic| {
        let named = TopicRef { topic_id: topic.topic_id, title: topic.title.clone() };
        let count = locale.count(&locale.texts.notes_shown, topic.notes as usize);
        view! {
            <li>
                <button
                    type="button"
                    class="button"
                    data-testid="topic-choice"
                    on:click=move |_| put(named.clone())
                >
                    <span>{topic.title}</span>
                    <span class="quiet">{count}</span>
                </button>
            </li>
        }
    };
    let offers = move || {
        let ranked = topics.with(|topics| ranked(topics, &wanted(), OFFERED));
        (!ranked.is_empty()).then(|| {
            view! {
                <h2 id="topics-known">{texts.into_known_topic}</h2>
                <ul class="ask-list" aria-labelledby="topics-known">
                    {ranked.into_iter().map(offer).collect_view()}
                </ul>
            }
        })
    };
    view! {
        <form class="ask-form" on:submit=save>
            <div class="field">
                <label for="topic-title">{texts.topic_title}</label>
                <input
                    id="topic-title"
                    class="input"
                    type="text"
                    autocomplete="off"
                    autofocus
                    placeholder=title
                    maxlength=NAME_CHARS_MAX.to_string()
                    data-testid="topic-title"
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                />
            </div>
            <p class="error" role="alert">
                {move || error.get().map(|error| words(&error, locale.texts))}
            </p>
            <button
                type="submit"
                class="button button-main"
                data-testid="topic-save"
                disabled=move || is_busy.get() || wanted().is_empty()
            >
                {texts.gather_here}
            </button>
            {offers}
            {has_topic.then(|| view! {
                <button type="button" class="button" data-testid="topic-leave" on:click=take_out>
                    {texts.take_out}
                </button>
            })}
        </form>
    }
}
