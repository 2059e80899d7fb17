//! Groups among notes without a topic that may say the same.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::topics::Suggestion;
use protocol::console::work::Change;

use crate::account::use_account;
use crate::api::{self, ApiError};
use crate::live::use_live;
use crate::locale::{Locale, fill, use_locale};
use crate::note_line::NoteLine;
use crate::trouble::words;
use crate::work::{Asked, Said, Subject, subject_of, use_deeds};

/// So many notes of a suggestion are shown; all are gathered.
const SHOWN: usize = 4;

/// The section; nothing where there is nothing to suggest.
#[component]
pub(super) fn Suggestions(asked: RwSignal<Option<Asked>>) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let (account, live) = (use_account(), use_live());
    let answer = RwSignal::new(None::<Result<Vec<Suggestion>, ApiError>>);
    Effect::new(move |_| {
        live.heard.track();
        spawn_local(async move {
            answer.try_set(Some(account.heed(api::suggestions().await)));
        });
    });
    move || match answer.get() {
        Some(Ok(suggestions)) if !suggestions.is_empty() => Some(
            view! {
                <section class="suggestions" aria-labelledby="suggestions-title">
                    <h2 id="suggestions-title">{texts.suggestions}</h2>
                    <ul>
                        {suggestions
                            .into_iter()
                            .map(|it| suggestion_view(it, asked, locale))
                            .collect_view()}
                    </ul>
                </section>
            }
            .into_any(),
        ),
        Some(Err(error)) => {
            Some(view! { <p class="hint quiet">{words(&error, locale.texts)}</p> }.into_any())
        }
        _ => None,
    }
}

fn suggestion_view(
    suggestion: Suggestion,
    asked: RwSignal<Option<Asked>>,
    locale: Locale,
) -> impl IntoView {
    let texts = &locale.texts.work;
    let deeds = use_deeds();
    let Suggestion { words, mut notes, topic } = suggestion;
    let subjects: Vec<Subject> = notes.iter().map(subject_of).collect();
    let title = words.join(" ");
    let said = locale.count(&texts.may_say_the_same, notes.len());
    let hidden = notes.len().saturating_sub(SHOWN);
    notes.truncate(SHOWN);
    let more = (hidden > 0).then(|| locale.count(&texts.more_cited, hidden));
    let label = match &topic {
        Some(topic) => fill(texts.gather_into, "{title}", &topic.title),
        None => texts.gather.to_owned(),
    };
    let gather = move |_| match topic.clone() {
        Some(topic) => {
            let change = Change::Classify(Some(topic.topic_id));
            let said = Said::Aloud(locale, &texts.classified);
            deeds.act_in(subjects.clone(), change, Some(topic), said);
        }
        None => asked.set(Some(Asked::Topic(subjects.clone(), title.clone()))),
    };
    view! {
        <li class="suggestion" data-testid="suggestion">
            <p>{said}</p>
            <p class="quiet" dir="auto">{words.join(" · ")}</p>
            <ul>{notes.into_iter().map(|note| view! { <li><NoteLine note /></li> }).collect_view()}</ul>
            {more.map(|more| view! { <p class="quiet">{more}</p> })}
            <button type="button" class="button" data-testid="suggestion-gather" on:click=gather>
                {label}
            </button>
        </li>
    }
}
