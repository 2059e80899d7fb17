//! One note: its words, its facts, and what became of it.

use device::{Content, StorageError, StoredNote};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use protocol::note::Details;
use protocol::{Attachment, Note, NoteId, Price};

use super::attachments::Attachments;
use super::history::History;
use super::marketing::Marketing;
use super::verbs::{Question, Verbs};
use crate::i18n::pages::{PageTexts, use_page_texts};
use crate::i18n::{Language, format, use_language};
use crate::session::use_session;
use crate::ui::icon::{self, Icon};
use crate::ui::state::State;
use crate::ui::storage_alert::StorageAlert;

#[component]
pub(crate) fn Detail(note_id: NoteId) -> impl IntoView {
    let t = use_page_texts();
    let session = use_session();
    let read = RwSignal::new_local(None::<Result<Option<StoredNote>, StorageError>>);
    let asked = RwSignal::new(None);
    Effect::new(move || {
        session.changes.track();
        let device = session.device();
        spawn_local(async move {
            let stored = Some(device.note(note_id).await);
            // An unchanged note is not drawn anew under the finger.
            if read.try_with_untracked(|shown| *shown != stored) == Some(true) {
                read.set(stored);
            }
        });
    });
    let kind = move || {
        read.with(|read| match read {
            Some(Ok(Some(stored))) => Some(stored.note.kind().as_str()),
            _ => None,
        })
    };
    let sheet = move || {
        read.get().map(|read| match read {
            Err(error) => view! { <StorageAlert error /> }.into_any(),
            Ok(None) => view! { <p class="empty">{t.note_missing}</p> }.into_any(),
            Ok(Some(stored)) => view! { <Sheet stored asked /> }.into_any(),
        })
    };
    let history = move || {
        read.with(|read| match read {
            Some(Ok(Some(stored))) => Some(view! { <History moments=stored.moments() /> }),
            _ => None,
        })
    };
    // Marketing's words stay when the note is drawn anew: the rep may be writing below them.
    view! {
        <article class="sheet" data-kind=kind>
            {sheet}
            <Marketing note_id />
            {history}
        </article>
    }
}

#[component]
fn Sheet(stored: StoredNote, asked: RwSignal<Option<Question>>) -> impl IntoView {
    let t = use_page_texts();
    let attachments: Vec<Attachment> = stored.attachments().cloned().collect();
    let standing = stored.standing();
    let StoredNote { note_id, op_id, saved_at, code, note, siblings, is_withdrawn, .. } = stored;
    let kind = note.kind();
    let is_one = siblings.is_empty();
    let said = note.clone();
    let newest = Content { op_id, saved_at, note };
    let contents = [newest].into_iter().chain(siblings.into_iter().rev());
    let contents = contents.map(|content| view! { <Words content is_one /> }).collect_view();
    view! {
        <div class="entry-head">
            <A href="/notes" attr:class="icon-button sheet-back" attr:aria-label=t.back>
                <Icon path=icon::BACK />
            </A>
            <h1><Icon path=icon::of_kind(kind) />{(t.kind_name)(kind)}</h1>
        </div>
        {is_withdrawn.then(|| view! { <p class="sheet-mark" data-testid="withdrawn">{t.you_withdrew}</p> })}
        {(!is_one).then(|| view! { <p class="sheet-mark" data-testid="siblings">{t.siblings}</p> })}
        {contents}
        {(!attachments.is_empty()).then(|| view! { <Attachments attachments /> })}
        <p><State standing /></p>
        {code.map(|code| view! { <p class="alert">{t.held_why}": "{(t.problem)(code)}</p> })}
        <Verbs note_id note=said is_withdrawn asked />
    }
}

/// What one operation of the note said.
#[component]
fn Words(
    content: Content,
    /// Whether the note says nothing else: then its history tells when it was saved.
    is_one: bool,
) -> impl IntoView {
    let t = use_page_texts();
    let language = use_language();
    let Content { saved_at, note, .. } = content;
    let fact = |(name, content): (&'static str, String)| {
        view! {
            <dt>{name}</dt>
            <dd>{content}</dd>
        }
    };
    let saved = || format::date_time(language, format::unix_ms(saved_at));
    let facts = facts(t, language, &note).into_iter().map(fact).collect_view();
    view! {
        <section class="version">
            <p class="sheet-text" data-testid="note-text">{note.text}</p>
            <dl class="facts">
                {facts}
                {(!is_one).then(|| fact((t.saved_at, saved())))}
            </dl>
        </section>
    }
}

/// What was filled in beside the words, named.
fn facts(t: &'static PageTexts, language: Language, note: &Note) -> Vec<(&'static str, String)> {
    let price = |price: &Option<Price>| price.as_ref().map(|price| format::price(language, price));
    let chosen = |word: Option<&'static str>| word.map(str::to_owned);
    let mut facts = vec![(t.customer, note.customer.clone()), (t.product, note.product.clone())];
    match &note.details {
        Details::Competitor(sighting) => facts.extend([
            (t.competitor, sighting.competitor.clone()),
            (t.their_price, price(&sighting.price)),
            (t.our_price, price(&sighting.our_price)),
            (t.comparison, chosen(sighting.comparison.map(t.comparison_of))),
            (t.terms, sighting.terms.clone()),
            (t.validity, sighting.validity.clone()),
            (t.seen_at, sighting.seen_at.clone()),
        ]),
        Details::Acceptance(acceptance) => facts.extend([
            (t.level, chosen(acceptance.level.map(t.level_of))),
            (t.relation, chosen(acceptance.relation.map(t.relation_of))),
        ]),
        Details::Need(need) => facts.extend([
            (t.urgency, chosen(need.urgency.map(t.urgency_of))),
            (t.workaround, need.workaround.clone()),
            (t.would_pay, price(&need.would_pay)),
        ]),
        Details::Gap(gap) => facts.extend([
            (t.part, chosen(gap.part.map(t.part_of))),
            (t.promised, gap.promised.clone()),
            (t.happened, gap.happened.clone()),
        ]),
    }
    let hypotheses: Vec<_> = note.hypotheses.iter().map(|one| (t.hypothesis_of)(*one)).collect();
    facts.push((t.hypotheses, chosen_list(&hypotheses)));
    facts.push((t.place, note.place.map(|place| place.to_string())));
    facts.into_iter().filter_map(|(name, content)| Some((name, content?))).collect()
}

fn chosen_list(words: &[&str]) -> Option<String> {
    (!words.is_empty()).then(|| words.join(" · "))
}
