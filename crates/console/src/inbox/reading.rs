//! The open note: its words, all facts, its photos and files, its history.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::{HistoryEntry, NoteDetail};
use protocol::note::AcceptanceLevel;
use protocol::{Note, NoteId};

use super::arrivals::Shared;
use super::attachments::Attachments;
use super::feed::Feed;
use crate::account::use_account;
use crate::address::Address;
use crate::api::{self, ApiError};
use crate::facts::{Fact, Value, facts};
use crate::icons::Icon;
use crate::locale::{Locale, fill, use_locale};
use crate::navigation::use_navigation;
use crate::trouble::Trouble;

/// The pane's id, for the focus.
pub(super) const PANE: &str = "note";

/// The endpoint's answer about the note of this id.
type Answer = (NoteId, Result<NoteDetail, ApiError>);

/// The pane. What the list knows is shown at once; history follows with the endpoint's answer.
#[component]
pub(super) fn Reading(
    open: Memo<Option<NoteId>>,
    feed: Feed,
    address: Memo<Address>,
) -> impl IntoView {
    let locale = use_locale();
    let texts = locale.texts;
    let (account, navigation) = (use_account(), use_navigation());
    let answer = RwSignal::new(None::<Answer>);
    let ask = move |note_id: NoteId| {
        spawn_local(async move {
            let result = account.heed(api::note(note_id).await);
            if open.try_get_untracked().flatten() == Some(note_id) {
                answer.set(Some((note_id, result)));
            }
        });
    };
    Effect::new(move |_| open.get().into_iter().for_each(ask));
    let detail = Memo::new(move |_| {
        let open = open.get()?;
        answer.get().filter(|(note_id, _)| *note_id == open).map(|(_, result)| result)
    });
    let note = Memo::new(move |_| {
        if let Some(Ok(detail)) = detail.get() {
            return Some(Arc::new(detail.note));
        }
        let open = open.get()?;
        feed.notes.with(|notes| notes.iter().find(|note| note.note_id == open).cloned())
    });
    let error = Memo::new(move |_| detail.get().and_then(Result::err));
    let retry = move |()| {
        answer.set(None);
        open.get_untracked().into_iter().for_each(ask);
    };
    view! {
        <article class="reading" id=PANE tabindex="-1" aria-label=texts.notes>
            <button
                type="button"
                class="button button-plain back"
                on:click=move |_| navigation.go(&address.get_untracked().opened(None).href())
            >
                {Icon::Back.view()}
                {texts.back_to_list}
            </button>
            {move || note.get().map(|note| view! { <NoteBody note detail=detail /> })}
            {move || error.get().map(|error| view! { <Trouble error=error retry=retry /> })}
            <Show when=move || open.get().is_none()>
                <p class="hint quiet">{texts.choose_note}</p>
            </Show>
            <Show when=move || open.get().is_some() && note.with(Option::is_none) && detail.get().is_none()>
                <p class="hint quiet appears-late">{texts.loading}</p>
            </Show>
        </article>
    }
}

#[component]
fn NoteBody(note: Shared, detail: Memo<Option<Result<NoteDetail, ApiError>>>) -> impl IntoView {
    let locale = use_locale();
    let texts = locale.texts;
    let kind = note.note.kind();
    let device = move || match detail.get() {
        Some(Ok(detail)) => Some(fact_view(texts.device, detail.device_name)),
        _ => None,
    };
    let attachments = move || match detail.get() {
        Some(Ok(NoteDetail { attachments, .. })) if !attachments.is_empty() => {
            Some(view! { <Attachments attachments /> })
        }
        _ => None,
    };
    let history = move || match detail.get() {
        Some(Ok(detail)) => Some(history_view(detail.history, locale)),
        _ => None,
    };
    let withdrawn = note.is_withdrawn.then_some(texts.withdrawn_mark);
    let other_versions = note.siblings.len();
    let beside = (other_versions > 0).then(|| locale.count(&texts.written_beside, other_versions));
    let facts = facts(&note.note, texts);
    view! {
        <header class="note-kind" data-kind=kind.as_str()>
            {Icon::from(kind).view()}
            <h2>{texts.kind_in_full(kind)}</h2>
        </header>
        {withdrawn.map(|text| view! { <p class="note-mark" data-testid="note-withdrawn">{text}</p> })}
        {beside.map(|text| view! { <p class="note-mark" data-testid="note-beside">{text}</p> })}
        <p class="note-text" data-testid="note-text" dir="auto">{note.note.text.clone()}</p>
        <dl class="facts" aria-label=texts.facts data-kind=kind.as_str()>
            {facts.into_iter().map(|Fact { label, value }| fact_view(label, value_view(value, locale))).collect_view()}
            {fact_view(texts.rep, note.rep.name.clone())}
            {device}
            {fact_view(texts.saved_at, locale.moment(note.saved_at.unix_ms))}
            {fact_view(texts.received_at, locale.moment(note.received_at_ms))}
        </dl>
        {note.siblings.iter().map(|sibling| sibling_view(sibling, locale)).collect_view()}
        {attachments}
        {history}
    }
}

/// What the note says as well: words and facts, in full.
fn sibling_view(note: &Note, locale: Locale) -> impl IntoView + use<> {
    let texts = locale.texts;
    let kind = note.kind();
    let fact = |Fact { label, value }| fact_view(label, value_view(value, locale));
    view! {
        <section class="sibling" aria-label=texts.other_version data-testid="note-sibling">
            <header class="note-kind" data-kind=kind.as_str()>
                {Icon::from(kind).view()}
                <h2>{texts.other_version}</h2>
            </header>
            <p class="note-text" dir="auto">{note.text.clone()}</p>
            <dl class="facts" aria-label=texts.facts data-kind=kind.as_str()>
                {facts(note, texts).into_iter().map(fact).collect_view()}
            </dl>
        </section>
    }
}

fn fact_view(label: &'static str, value: impl IntoView) -> impl IntoView {
    view! {
        <div>
            <dt>{label}</dt>
            <dd dir="auto">{value}</dd>
        </div>
    }
}

fn value_view(value: Value, locale: Locale) -> AnyView {
    match value {
        Value::Text(text) => text.into_any(),
        Value::Word(word) => word.into_any(),
        Value::Words(words) => {
            let item = |word| view! { <li>{word}</li> };
            view! { <ul>{words.into_iter().map(item).collect_view()}</ul> }.into_any()
        }
        Value::Price(price) => locale.price(&price).into_any(),
        Value::Level(level) => level_view(level, locale).into_any(),
    }
}

/// The level as a word and as five steps.
fn level_view(level: AcceptanceLevel, locale: Locale) -> impl IntoView {
    let texts = locale.texts;
    let of_five = fill(texts.step_of_five, "{n}", &locale.number(usize::from(level.step())));
    let step = |step| view! { <i data-reached=(step <= level.step()).then_some("true") /> };
    view! {
        {texts.level_word(level)}
        " "
        <span class="steps" role="img" aria-label=of_five>{(1..=5).map(step).collect_view()}</span>
    }
}

fn history_view(history: Vec<HistoryEntry>, locale: Locale) -> impl IntoView {
    let texts = locale.texts;
    let when = move |text, unix_ms| fill(text, "{t}", &locale.moment(unix_ms));
    let entry = move |entry: HistoryEntry| {
        view! {
            <li>
                <strong>{texts.action(&entry.action)}</strong>
                <span>{when(texts.saved_when, entry.saved_at.unix_ms)}</span>
                <span>{when(texts.received_when, entry.received_at_ms)}</span>
            </li>
        }
    };
    view! {
        <section class="history" aria-labelledby="history-title">
            <h2 id="history-title">{texts.history}</h2>
            <ol>{history.into_iter().map(entry).collect_view()}</ol>
        </section>
    }
}
