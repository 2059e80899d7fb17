//! Topics: notes that say the same, gathered. The list, suggestions, and the open topic.

mod detail;
pub(crate) mod matching;
mod suggestions;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;
use protocol::TopicId;
use protocol::console::topics::Topic;

use crate::account::use_account;
use crate::address::BASE;
use crate::api::{self, ApiError};
use crate::icons::Icon;
use crate::live::use_live;
use crate::locale::{Locale, fill, use_locale};
use crate::page;
use crate::trouble::Trouble;
use crate::work::{Asked, Questions};

/// The title of a topic that an address names; none before the answer.
pub(crate) fn use_topic_title(topic: Memo<Option<TopicId>>) -> RwSignal<Option<String>> {
    let account = use_account();
    let title = RwSignal::new(None);
    Effect::new(move |_| {
        title.set(None);
        let Some(topic_id) = topic.get() else { return };
        spawn_local(async move {
            if let Ok(detail) = account.heed(api::topic(topic_id).await)
                && topic.try_get_untracked().flatten() == Some(topic_id)
            {
                title.set(Some(detail.topic.title));
            }
        });
    });
    title
}

/// The screen.
#[component]
pub(crate) fn Topics() -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let (account, live) = (use_account(), use_live());
    let answer = RwSignal::new(None::<Result<Vec<Topic>, ApiError>>);
    let asked = RwSignal::new(None::<Asked>);
    let query = use_query_map();
    let open = Memo::new(move |_| {
        query.with(|query| query.get("topic").and_then(|text| text.parse::<TopicId>().ok()))
    });
    let ask = move || {
        spawn_local(async move {
            let result = account.heed(api::topics().await);
            let is_shown = answer.try_with_untracked(|known| matches!(known, Some(Ok(_))));
            if result.is_ok() || is_shown == Some(false) {
                answer.try_set(Some(result));
            }
        });
    };
    Effect::new(move |_| {
        live.heard.track();
        ask();
    });
    page::set_title(texts.topics);
    let typed = RwSignal::new(String::new());
    let shown = move |topics: &[Topic]| {
        if typed.with(|typed| typed.trim().is_empty()) {
            return topics.iter().filter(|topic| topic.merged_into.is_none()).cloned().collect();
        }
        typed.with(|typed| matching::ranked(topics, typed, topics.len()))
    };
    let body = move || match answer.get() {
        None => view! { <p class="hint quiet appears-late">{locale.texts.loading}</p> }.into_any(),
        Some(Err(error)) => view! { <Trouble error=error retry=move |()| ask() /> }.into_any(),
        Some(Ok(topics)) if topics.is_empty() => {
            view! { <p class="hint">{texts.no_topics}</p> }.into_any()
        }
        Some(Ok(topics)) => {
            let shown: Vec<Topic> = shown(&topics);
            view! {
                <ul class="topic-list">
                    {shown.into_iter().map(|topic| topic_view(topic, open, locale)).collect_view()}
                </ul>
            }
            .into_any()
        }
    };
    let known = Signal::derive(move || match answer.get() {
        Some(Ok(topics)) => topics,
        _ => Vec::new(),
    });
    view! {
        <div class="inbox topics" data-open=move || open.get().is_some().then_some("true")>
            <section class="list-pane" aria-labelledby="topics-title">
                <div class="list-head">
                    <h1 id="topics-title">{texts.topics}</h1>
                    <label class="visually-hidden" for="topic-search">{texts.find_topic}</label>
                    <input
                        id="topic-search"
                        class="input"
                        type="search"
                        autocomplete="off"
                        placeholder=texts.find_topic
                        data-testid="topic-search"
                        prop:value=move || typed.get()
                        on:input=move |event| typed.set(event_target_value(&event))
                    />
                </div>
                <div class="rows">
                    {body}
                    <suggestions::Suggestions asked />
                </div>
            </section>
            <article class="reading" id="topic" tabindex="-1" aria-label=texts.topic>
                <a class="button button-plain back" href=format!("{BASE}/topics")>
                    {Icon::Back.view()}
                    {locale.texts.back_to_list}
                </a>
                {move || match open.get() {
                    None => view! { <p class="hint quiet">{texts.choose_topic}</p> }.into_any(),
                    Some(topic_id) => {
                        view! { <detail::TopicPane topic_id known asked /> }.into_any()
                    }
                }}
            </article>
        </div>
        <Questions asked />
    }
}

fn topic_view(topic: Topic, open: Memo<Option<TopicId>>, locale: Locale) -> impl IntoView {
    let texts = &locale.texts.work;
    let topic_id = topic.topic_id;
    let facts = counts_of(&topic, locale);
    let alert = topic.alert_at.filter(|at| topic.customers >= *at).map(|at| {
        let text = fill(texts.alert_reached, "{n}", &locale.number(at as usize));
        view! { <span class="alert-reached">{text}</span> }
    });
    let last = topic.last_ms.map(|last_ms| locale.day(last_ms));
    view! {
        <li>
            <a
                class="row"
                href=format!("{BASE}/topics?topic={topic_id}")
                data-testid="topic-item"
                data-topic-id=topic_id.to_string()
                data-kind=topic.kinds.first().map(|kind| kind.as_str())
                aria-current=move || (open.get() == Some(topic_id)).then_some("true")
            >
                <span class="row-text" dir="auto">{topic.title.clone()}</span>
                <span class="row-facts">
                    <span class="row-rest">
                        {facts.map(|fact| view! { <span>{fact}</span> }).collect_view()}
                    </span>
                    {alert}
                    {last.map(|last| view! { <span class="row-time">{last}</span> })}
                </span>
            </a>
        </li>
    }
}

/// "12 notes", "8 customers", "3 reps".
fn counts_of(topic: &Topic, locale: Locale) -> [String; 3] {
    let texts = &locale.texts.work;
    [
        locale.count(&locale.texts.notes_shown, topic.notes as usize),
        locale.count(&texts.customers, topic.customers as usize),
        locale.count(&texts.reps, topic.reps as usize),
    ]
}
