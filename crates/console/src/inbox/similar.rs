//! Notes that may say the same as the open one, to be gathered with one key.

use leptos::prelude::*;
use protocol::console::topics::Similar;

use super::verbs::Verbs;
use crate::locale::{Locale, fill, use_locale};
use crate::note_line::NoteLine;

/// The section; nothing where nothing is similar.
#[component]
pub(super) fn SimilarNotes(verbs: Verbs) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let opened = verbs.opened;
    let meant = move || {
        let left_out = opened.left_out.get();
        opened.similar.with(|similar| {
            let is_in = |it: &&Similar| {
                it.note.work.topic.is_none() && !left_out.contains(&it.note.note_id)
            };
            similar.iter().filter(is_in).count()
        })
    };
    let gather_label = move || locale.count(&texts.gather_with, meant());
    view! {
        <Show when=move || opened.similar.with(|similar| !similar.is_empty())>
            <section class="similar" aria-labelledby="similar-title">
                <header>
                    <h2 id="similar-title">{texts.similar}</h2>
                    <button
                        type="button"
                        class="button"
                        data-testid="gather"
                        aria-keyshortcuts="g"
                        disabled=move || meant() == 0
                        on:click=move |_| verbs.gather()
                    >
                        {gather_label}
                        <kbd aria-hidden="true">"g"</kbd>
                    </button>
                </header>
                <ul>
                    {move || {
                        let similar = opened.similar.get();
                        similar.into_iter().map(|it| item_view(it, verbs, locale)).collect_view()
                    }}
                </ul>
            </section>
        </Show>
    }
}

fn item_view(Similar { note, score }: Similar, verbs: Verbs, locale: Locale) -> impl IntoView {
    let texts = &locale.texts.work;
    let left_out = verbs.opened.left_out;
    let note_id = note.note_id;
    let topic = note.work.topic.clone();
    let choice = match &topic {
        // It has its place already.
        Some(topic) => {
            let title = fill(texts.in_topic, "{title}", &topic.title);
            view! { <span class="quiet">{title}</span> }.into_any()
        }
        None => view! {
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || left_out.with(|out| !out.contains(&note_id))
                    on:change=move |event| {
                        let is_in = event_target_checked(&event);
                        left_out.update(|out| {
                            if is_in { out.remove(&note_id) } else { out.insert(note_id) };
                        });
                    }
                />
                <span class="visually-hidden">{texts.gather_this}</span>
            </label>
        }
        .into_any(),
    };
    let score = fill(texts.similar_by, "{n}", &locale.number(usize::from(score)));
    view! {
        <li data-testid="similar-item" data-note-id=note_id.to_string()>
            {choice}
            <NoteLine note />
            <span class="quiet score">{score}</span>
        </li>
    }
}
