//! The open topic: rename, alert, merge, split, decide, and what was done to it.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::topics::{Topic, TopicChange, TopicDetail};
use protocol::console::work::Change;
use protocol::limits::NAME_CHARS_MAX;
use protocol::{NoteId, TopicId};

use super::{counts_of, matching};
use crate::account::use_account;
use crate::address::{BASE, Filters};
use crate::api::{self, ApiError};
use crate::decisions::seed;
use crate::deed_list::DeedList;
use crate::live::use_live;
use crate::locale::{Locale, fill, use_locale};
use crate::navigation::use_navigation;
use crate::note_line::NoteLine;
use crate::page;
use crate::trouble::Trouble;
use crate::work::{Asked, Said, Subject, subject_of, use_deeds};

/// So many topics are offered to merge into.
const OFFERED: usize = 8;

/// The pane of one topic.
#[component]
pub(super) fn TopicPane(
    topic_id: TopicId,
    /// All topics, to merge into.
    known: Signal<Vec<Topic>>,
    asked: RwSignal<Option<Asked>>,
) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let (account, live) = (use_account(), use_live());
    let answer = RwSignal::new(None::<Result<TopicDetail, ApiError>>);
    let ask = move || {
        spawn_local(async move {
            let result = account.heed(api::topic(topic_id).await);
            answer.try_set(Some(result));
        });
    };
    Effect::new(move |_| {
        live.heard.track();
        ask();
    });
    let detail = Memo::new(move |_| match answer.get() {
        Some(Ok(detail)) => Some(detail),
        _ => None,
    });
    let topic = Memo::new(move |_| detail.with(|it| it.as_ref().map(|it| it.topic.clone())));
    let error = Memo::new(move |_| answer.get().and_then(Result::err));
    Effect::new(move |_| {
        if let Some(topic) = topic.get() {
            page::set_title(&topic.title);
        }
    });
    let history = Memo::new(move |_| detail.with(|it| it.as_ref().map(|it| it.deeds.clone())));
    view! {
        {move || error.get().map(|error| view! { <Trouble error=error retry=move |()| ask() /> })}
        {move || topic.get().map(|topic| view! { <Head topic known ask=Callback::new(move |()| ask()) /> })}
        <Notes detail asked />
        {move || history.get().filter(|deeds| !deeds.is_empty()).map(|deeds| view! {
            <section class="history" aria-labelledby="topic-history">
                <h2 id="topic-history">{texts.work_history}</h2>
                <DeedList deeds can_undo=true />
            </section>
        })}
    }
}

/// Its title and counts, and what changes them.
#[component]
fn Head(topic: Topic, known: Signal<Vec<Topic>>, ask: Callback<()>) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let (account, deeds, navigation) = (use_account(), use_deeds(), use_navigation());
    let title = RwSignal::new(topic.title.clone());
    let facts = counts_of(&topic, locale);
    let since = topic.first_ms.zip(topic.last_ms).map(|(first_ms, last_ms)| {
        let text = fill(texts.from_to, "{from}", &locale.day(first_ms));
        fill(&text, "{to}", &locale.day(last_ms))
    });
    let notes_href = Filters { topic: Some(topic.topic_id), ..Filters::default() }.href();
    let merged = topic.merged_into.clone().map(|into| {
        let href = format!("{BASE}/topics?topic={}", into.topic_id);
        view! { <p class="note-mark">{texts.merged_into}" "<a href=href>{into.title}</a></p> }
    });
    let is_merged = topic.merged_into.is_some();
    let (topic_id, old_title) = (topic.topic_id, topic.title.clone());
    let alert_at = topic.alert_at;
    let topic = StoredValue::new(topic);
    let change = move |change: TopicChange| {
        spawn_local(async move {
            let answer = account.heed(api::change_topic(&topic.get_value(), &change).await);
            match answer {
                Ok(changed) => {
                    let said = match change {
                        TopicChange { merge_into: Some(_), .. } => texts.merged,
                        TopicChange { title: Some(_), .. } => texts.renamed,
                        _ => texts.alert_set,
                    };
                    deeds.note_down(changed.deed_id, said.to_owned());
                    if let Some(into) = change.merge_into {
                        navigation.go(&format!("{BASE}/topics?topic={into}"));
                    }
                }
                // Somebody was faster: what they made of it is shown, with the words that say so.
                Err(failed) => deeds.fail(failed),
            }
            ask.run(());
        });
    };
    let rename = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let new = title.with_untracked(|title| title.trim().to_owned());
        if !new.is_empty() && topic.with_value(|topic| topic.title != new) {
            change(TopicChange { title: Some(new), ..TopicChange::default() });
        }
    };
    let is_renamed =
        move || title.with(|title| !title.trim().is_empty() && title.trim() != old_title);
    let alert_changed = move |event: web_sys::Event| {
        let at = event_target_value(&event).trim().parse().unwrap_or(0);
        change(TopicChange { alert_at: Some(at), ..TopicChange::default() });
    };
    let decide = move |_| {
        seed::cite([], Some(topic_id));
        navigation.go(&format!("{BASE}/decisions?new=true"));
    };
    view! {
        <header class="topic-head">
            {merged}
            <form class="rename" on:submit=rename>
                <label class="visually-hidden" for="topic-name">{texts.topic_title}</label>
                <input
                    id="topic-name"
                    class="input topic-name"
                    type="text"
                    autocomplete="off"
                    maxlength=NAME_CHARS_MAX.to_string()
                    readonly=is_merged
                    data-testid="topic-rename"
                    prop:value=move || title.get()
                    on:input=move |event| title.set(event_target_value(&event))
                />
                <Show when=is_renamed>
                    <button type="submit" class="button" data-testid="topic-rename-save">
                        {texts.keep}
                    </button>
                </Show>
            </form>
            <ul class="standing" data-testid="topic-counts">
                {facts.map(|fact| view! { <li>{fact}</li> }).collect_view()}
                {since.map(|since| view! { <li>{since}</li> })}
                <li><a href=notes_href>{texts.show_in_inbox}</a></li>
            </ul>
            <div class="verbs">
                <button type="button" class="button" data-testid="verb-decide" on:click=decide>
                    {texts.verb_decide}
                </button>
                <label class="alert-at">
                    <span>{texts.alert_at}</span>
                    <input
                        class="input"
                        type="number"
                        min="0"
                        max="1000"
                        inputmode="numeric"
                        data-testid="topic-alert"
                        prop:value=alert_at.map(|at| at.to_string()).unwrap_or_default()
                        on:change=alert_changed
                    />
                    <span>{texts.alert_customers}</span>
                </label>
                {(!is_merged).then(|| view! {
                    <Merge topic_id known merge=Callback::new(move |into| {
                        change(TopicChange { merge_into: Some(into), ..TopicChange::default() });
                    }) />
                })}
            </div>
        </header>
    }
}

/// Finds another topic to merge into.
#[component]
fn Merge(topic_id: TopicId, known: Signal<Vec<Topic>>, merge: Callback<TopicId>) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let typed = RwSignal::new(String::new());
    let found = move || {
        let others: Vec<Topic> =
            known.get().into_iter().filter(|topic| topic.topic_id != topic_id).collect();
        typed.with(|typed| matching::ranked(&others, typed, OFFERED))
    };
    let offer = move |topic: Topic| {
        let into = topic.topic_id;
        let [notes, ..] = counts_of(&topic, locale);
        view! {
            <li>
                <button
                    type="button"
                    class="button"
                    data-testid="merge-choice"
                    on:click=move |_| merge.run(into)
                >
                    <span>{topic.title}</span>
                    <span class="quiet">{notes}</span>
                </button>
            </li>
        }
    };
    view! {
        <details class="menu">
            <summary class="button" data-testid="topic-merge">{texts.merge}</summary>
            <div class="menu-body">
                <p class="menu-title">{texts.merge_about}</p>
                <label class="visually-hidden" for="merge-search">{texts.find_topic}</label>
                <input
                    id="merge-search"
                    class="input"
                    type="search"
                    autocomplete="off"
                    placeholder=texts.find_topic
                    data-testid="merge-search"
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                <ul class="ask-list">{move || found().into_iter().map(offer).collect_view()}</ul>
            </div>
        </details>
    }
}

/// Its notes, to be split out: taken out, or into another topic.
#[component]
fn Notes(detail: Memo<Option<TopicDetail>>, asked: RwSignal<Option<Asked>>) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let deeds = use_deeds();
    let chosen = RwSignal::new(BTreeSet::<NoteId>::new());
    let notes = Memo::new(move |_| {
        detail.with(|detail| detail.as_ref().map(|it| it.notes.clone()).unwrap_or_default())
    });
    let subjects = move || -> Vec<Subject> {
        let chosen = chosen.get_untracked();
        notes.with_untracked(|notes| {
            notes.iter().filter(|it| chosen.contains(&it.note_id)).map(subject_of).collect()
        })
    };
    let take_out = move |_| {
        let said = Said::Aloud(locale, &texts.taken_out);
        deeds.act(subjects(), Change::Classify(None), said);
        chosen.set(BTreeSet::new());
    };
    let split = move |_| {
        asked.set(Some(Asked::Topic(subjects(), String::new())));
        chosen.set(BTreeSet::new());
    };
    let count = move || chosen.with(BTreeSet::len);
    let line = move |note: protocol::console::InboxNote| {
        let note_id = note.note_id;
        view! {
            <li data-testid="topic-note" data-note-id=note_id.to_string()>
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || chosen.with(|chosen| chosen.contains(&note_id))
                        on:change=move |event| {
                            let is_chosen = event_target_checked(&event);
                            chosen.update(|chosen| {
                                if is_chosen {
                                    chosen.insert(note_id);
                                } else {
                                    chosen.remove(&note_id);
                                }
                            });
                        }
                    />
                    <span class="visually-hidden">{texts.choose}</span>
                </label>
                <NoteLine note />
            </li>
        }
    };
    view! {
        <section class="topic-notes" aria-labelledby="topic-notes">
            <header>
                <h2 id="topic-notes">{locale.texts.notes}</h2>
                <Show when=move || { count() > 0 }>
                    <span class="quiet" role="status">{chosen_text(count(), locale)}</span>
                    <button type="button" class="button" data-testid="topic-split" on:click=split>
                        {texts.split}
                    </button>
                    <button
                        type="button"
                        class="button"
                        data-testid="topic-take-out"
                        on:click=take_out
                    >
                        {texts.take_out}
                    </button>
                </Show>
            </header>
            <ul>{move || notes.get().into_iter().map(line).collect_view()}</ul>
        </section>
    }
}

fn chosen_text(count: usize, locale: Locale) -> String {
    locale.count(&locale.texts.work.chosen, count)
}
