//! The open note: its words, all facts, its photos and files, its history.

use leptos::prelude::*;
use protocol::console::work::Work;
use protocol::console::{HistoryEntry, InboxNote};
use protocol::note::AcceptanceLevel;
use protocol::{Note, Place};

use super::attachments::Attachments;
use super::hypotheses::Hypotheses;
use super::similar::SimilarNotes;
use super::standing::Standing;
use super::thread::{Drafts, Thread};
use super::verbs::{VerbBar, Verbs};
use crate::address::Address;
use crate::deed_list::DeedList;
use crate::facts::{Fact, Value, facts};
use crate::icons::Icon;
use crate::locale::{Locale, fill, use_locale};
use crate::navigation::use_navigation;
use crate::trouble::Trouble;

/// The pane's id, for the focus.
pub(super) const PANE: &str = "note";

/// The pane. What the list knows is shown at once; history follows with the endpoint's answer.
#[component]
pub(super) fn Reading(verbs: Verbs, address: Memo<Address>) -> impl IntoView {
    let texts = use_locale().texts;
    let navigation = use_navigation();
    let Verbs { opened, selection, .. } = verbs;
    provide_context(Drafts::none());
    // What its rep says. Marketing's work on it changes more often, and moves nothing here.
    let content = Memo::new(move |_| {
        let note = opened.note.get()?;
        Some(InboxNote { work: Work::default(), ..(*note).clone() })
    });
    let detail = opened.detail;
    let error = Memo::new(move |_| detail.get().and_then(Result::err));
    let is_none = move || content.with(Option::is_none);
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
            <Show when=move || content.with(Option::is_some) && selection.count() == 0>
                <VerbBar verbs />
            </Show>
            {move || content.get().map(|note| view! { <NoteBody note verbs /> })}
            {move || error.get().map(|error| view! {
                <Trouble error=error retry=move |()| opened.retry() />
            })}
            <Show when=move || opened.id.get().is_none()>
                <p class="hint quiet">{texts.choose_note}</p>
            </Show>
            <Show when=move || opened.id.get().is_some() && is_none() && detail.get().is_none()>
                <p class="hint quiet appears-late">{texts.loading}</p>
            </Show>
        </article>
    }
}

#[component]
fn NoteBody(note: InboxNote, verbs: Verbs) -> impl IntoView {
    let locale = use_locale();
    let texts = locale.texts;
    let opened = verbs.opened;
    let kind = note.note.kind();
    let device = opened.part(|detail| detail.device_name);
    let attachments = opened.part(|detail| detail.attachments);
    let history = opened.part(|detail| detail.history);
    let deeds = opened.part(|detail| detail.deeds);
    let device = move || device.get().map(|device| fact_view(texts.device, device));
    let attachments = move || {
        let attachments = attachments.get().filter(|attachments| !attachments.is_empty());
        attachments.map(|attachments| view! { <Attachments attachments /> })
    };
    let history = move || history.get().map(|history| history_view(history, locale));
    let work_history = move || {
        let deeds = deeds.get().filter(|deeds| !deeds.is_empty())?;
        Some(view! {
            <section class="history" aria-labelledby="deeds-title">
                <h2 id="deeds-title">{texts.work.work_history}</h2>
                <DeedList deeds />
            </section>
        })
    };
    let (note_id, rep) = (note.note_id, note.rep.name.clone());
    let named = note.note.hypotheses.clone();
    let withdrawn = note.is_withdrawn.then_some(texts.withdrawn_mark);
    let other_versions = note.siblings.len();
    let beside = (other_versions > 0).then(|| locale.count(&texts.written_beside, other_versions));
    let facts = facts(&note.note, texts);
    view! {
        <header class="note-kind" data-kind=kind.as_str()>
            {Icon::from(kind).view()}
            <h2>{texts.kind_in_full(kind)}</h2>
        </header>
        <Standing opened />
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
        <Hypotheses named opened />
        <SimilarNotes verbs />
        <Thread note_id rep opened />
        {work_history}
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
        Value::Place(place) => place_view(place, locale).into_any(),
    }
}

/// A link to a map. Nothing is fetched from there unless somebody follows it.
fn place_view(place: Place, locale: Locale) -> impl IntoView {
    let text = place.to_string();
    let href = map_href(&text);
    view! {
        {text}
        " · "
        <a href=href target="_blank" rel="noopener noreferrer" data-testid="map-link">
            {locale.texts.work.map}
        </a>
    }
}

fn map_href(place: &str) -> String {
    let (latitude, longitude) = place.split_once(',').unwrap_or((place, ""));
    format!(
        "https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=12/{latitude}/{longitude}"
    )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_shown_where_it_is() {
        let place = Place::coarse(48.857, -2.351).unwrap().to_string();
        assert_eq!(
            map_href(&place),
            "https://www.openstreetmap.org/?mlat=48.86&mlon=-2.35#map=12/48.86/-2.35"
        );
    }
}
