//! What a decision cites: topics by title, notes in a line each, every one of which can be left out.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::InboxNote;
use protocol::console::decisions::DecisionText;
use protocol::console::topics::TopicRef;
use protocol::{NoteId, TopicId};

use crate::account::use_account;
use crate::address::BASE;
use crate::api;
use crate::locale::{fill, use_locale};
use crate::note_line::NoteLine;

/// So many notes of a new decision are shown; all are cited.
const SHOWN: usize = 25;

/// The notes and topics by name, as far as they are known.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Named {
    pub(super) notes: Vec<InboxNote>,
    pub(super) topics: Vec<TopicRef>,
}

/// Asks for what a new decision cites.
pub(super) fn ask_for(text: &DecisionText, named: RwSignal<Named>) {
    let account = use_account();
    let notes: Vec<NoteId> = text.note_ids.iter().take(SHOWN).copied().collect();
    let topics = text.topic_ids.clone();
    spawn_local(async move {
        let notes = account.heed(api::notes_of(&notes).await).unwrap_or_default();
        let known = if topics.is_empty() {
            Vec::new()
        } else {
            account.heed(api::topics().await).unwrap_or_default()
        };
        let named_topic = |topic: protocol::console::topics::Topic| {
            let is_cited = topics.contains(&topic.topic_id);
            is_cited.then_some(TopicRef { topic_id: topic.topic_id, title: topic.title })
        };
        let topics = known.into_iter().filter_map(named_topic).collect();
        named.try_set(Named { notes, topics });
    });
}

/// The list. A note that only a topic cites goes with that topic.
#[component]
pub(super) fn Cited(text: RwSignal<DecisionText>, named: RwSignal<Named>) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let note_ids = Memo::new(move |_| text.with(|text| text.note_ids.clone()));
    let topic_ids = Memo::new(move |_| text.with(|text| text.topic_ids.clone()));
    let leave_note = move |id: NoteId| text.update(|text| text.note_ids.retain(|it| *it != id));
    let leave_topic = move |id: TopicId| text.update(|text| text.topic_ids.retain(|it| *it != id));
    let topic = move |id: TopicId| {
        let title = named.with(|named| {
            let known = named.topics.iter().find(|topic| topic.topic_id == id);
            known.map_or_else(|| "…".to_owned(), |topic| topic.title.clone())
        });
        let label = fill(texts.leave_out, "{what}", &title);
        view! {
            <li>
                <a href=format!("{BASE}/topics?topic={id}")>{title}</a>
                <button
                    type="button"
                    class="button button-plain"
                    aria-label=label
                    on:click=move |_| leave_topic(id)
                >
                    "×"
                </button>
            </li>
        }
    };
    let note = move |note: InboxNote| {
        let id = note.note_id;
        let is_own = note_ids.with(|ids| ids.contains(&id));
        let label = fill(texts.leave_out, "{what}", &note.note.text);
        view! {
            <li data-testid="cited-note" data-note-id=id.to_string()>
                <NoteLine note />
                {is_own.then(|| view! {
                    <button
                        type="button"
                        class="button button-plain"
                        aria-label=label
                        on:click=move |_| leave_note(id)
                    >
                        "×"
                    </button>
                })}
            </li>
        }
    };
    let shown = move || {
        let (own, topics) = (note_ids.get(), topic_ids.get());
        let is_cited = |note: &InboxNote| {
            let by_topic = note.work.topic.as_ref().is_some_and(|it| topics.contains(&it.topic_id));
            own.contains(&note.note_id) || by_topic
        };
        named.get().notes.into_iter().filter(is_cited).collect::<Vec<_>>()
    };
    let more = move || {
        let own = note_ids.get();
        let shown = named.with(|it| it.notes.iter().filter(|n| own.contains(&n.note_id)).count());
        let hidden = own.len().saturating_sub(shown);
        (hidden > 0).then(|| locale.count(&texts.more_cited, hidden))
    };
    view! {
        <section class="cited" aria-labelledby="cited-title">
            <h2 id="cited-title">{texts.cites}</h2>
            <ul class="standing">{move || topic_ids.get().into_iter().map(topic).collect_view()}</ul>
            <ul>{move || shown().into_iter().map(note).collect_view()}</ul>
            <p class="quiet">{more}</p>
            <p class="quiet">{texts.cites_about}</p>
        </section>
    }
}
