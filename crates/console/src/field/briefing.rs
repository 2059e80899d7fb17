//! Briefings, those on competitors (battlecards) among them.

use leptos::prelude::*;
use protocol::Words;
use protocol::console::decisions::Audience;
use protocol::console::field::{Briefing, BriefingDetail, BriefingText, ReopenRequest};
use protocol::limits::BRIEFING_BYTES_MAX;
use protocol::mail::{Phase, Referent, Subject};

use super::address::Tab;
use super::audience::{self, AudienceField};
use super::claims::Claims;
use super::editing::Editing;
use super::on_paper::OnPaper;
use super::pictures::{Pictures, fold, unfold};
use super::readers;
use super::sheet::{Head, Paper, Row, State};
use super::text_editor::TextEditor;
use crate::api::field::Shelf;
use crate::form::{NameField, WordsFields, fresh_id};
use crate::locale::{Locale, fill, use_locale};
use crate::texts::pages::FieldTexts;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet;

impl Paper for Sheet {
    type Text = BriefingText;
    type Entry = Briefing;
    type Detail = BriefingDetail;

    const TAB: Tab = Tab::Briefings;
    const SHELF: Shelf = Shelf::Briefings;
    const NEW_TEST_ID: &'static str = "briefing-new";

    fn blank() -> BriefingText {
        BriefingText {
            subject: Subject::Product(String::new()),
            phase: None,
            title: Words::default(),
            text: Words::default(),
            claims: Vec::new(),
            is_acknowledgement_wanted: true,
            audience: Audience::Everyone,
        }
    }

    fn entry(detail: &BriefingDetail) -> &Briefing {
        &detail.briefing
    }

    fn text(entry: &Briefing) -> &BriefingText {
        &entry.text
    }

    fn head(entry: &Briefing) -> Head {
        let state = match entry.published_at_ms {
            None => State::Draft,
            Some(_) if entry.has_unpublished => State::Changed,
            Some(_) => State::Published,
        };
        Head {
            id: entry.briefing_id.to_string(),
            version: entry.version,
            by: entry.by.clone(),
            state,
            published_at_ms: entry.published_at_ms,
            can_close: false,
        }
    }

    fn row(entry: &Briefing, locale: Locale) -> Row {
        let texts = &locale.texts.pages.field;
        let mut facts = vec![entry.text.subject.name().to_owned()];
        facts.extend(entry.text.phase.map(|phase| texts.phase(phase).to_owned()));
        if entry.published_at_ms.is_some() && entry.text.is_acknowledgement_wanted {
            let read = audience::of_reps(entry.acknowledged, entry.reps, locale);
            facts.push(fill(texts.read_by, "{reps}", &read));
        }
        Row { title: locale.words(&entry.text.title), facts }
    }

    fn objection(text: &BriefingText, texts: &FieldTexts) -> Option<&'static str> {
        let is_large = |text: &str| text.len() > BRIEFING_BYTES_MAX;
        if text.title.is_blank() {
            Some(texts.title_missing)
        } else if text.subject.name().trim().is_empty() {
            Some(texts.subject_missing)
        } else if is_large(&text.text.en) || is_large(&text.text.fr) {
            Some(texts.text_too_large)
        } else if text.claims.iter().any(|claim| claim.text.is_blank()) {
            Some(texts.claim_blank)
        } else if audience::is_empty(&text.audience) {
            Some(texts.nobody_chosen)
        } else {
            None
        }
    }

    /// Briefings are not closed.
    fn reopening(_: &BriefingText) -> ReopenRequest {
        ReopenRequest::default()
    }

    fn publish_about(text: &BriefingText, locale: Locale) -> String {
        audience::words(&text.audience, locale)
    }

    fn form(text: BriefingText, editing: Editing<Self>) -> AnyView {
        view! { <Form text editing /> }.into_any()
    }

    fn has_replies(detail: &BriefingDetail) -> bool {
        detail.readers.iter().any(|reader| reader.acknowledged.is_some())
            || detail.votes.iter().any(|votes| votes.holds + votes.holds_not > 0)
    }

    fn results(detail: BriefingDetail, locale: Locale) -> AnyView {
        readers::view(detail, locale)
    }
}

#[component]
fn Form(text: BriefingText, editing: Editing<Sheet>) -> impl IntoView {
    let all = use_locale().texts;
    let texts = &all.pages.field;
    let mut kept = Pictures::new();
    let [english, french] =
        [&text.text.en, &text.text.fr].map(|text| RwSignal::new(fold(text, &mut kept)));
    let pictures = RwSignal::new(kept);
    let draft = RwSignal::new(BriefingText { text: Words::default(), ..text });
    let composed = move || {
        let whole = |text: RwSignal<String>| {
            text.with(|text| pictures.with(|pictures| unfold(text, pictures)))
        };
        BriefingText { text: Words { en: whole(english), fr: whole(french) }, ..draft.get() }
    };
    editing.compose_by(composed);

    let name = Signal::derive(move || draft.with(|draft| draft.subject.name().to_owned()));
    let is_battlecard =
        Memo::new(move |_| draft.with(|draft| matches!(draft.subject, Subject::Competitor(_))));
    let set_subject = move |is_competitor: bool, name: String| {
        draft.update(|draft| {
            draft.subject =
                if is_competitor { Subject::Competitor(name) } else { Subject::Product(name) };
        });
    };
    let kind = move |(is_competitor, words, test_id): (bool, &'static str, &'static str)| {
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="briefing-kind"
                    data-testid=test_id
                    prop:checked=move || is_battlecard.get() == is_competitor
                    on:change=move |_| set_subject(is_competitor, name.get_untracked())
                />
                <span>{words}</span>
            </label>
        }
    };
    let subject = move || {
        let (label, of) = if is_battlecard.get() {
            (all.competitor, Referent::Competitor)
        } else {
            (all.product, Referent::Product)
        };
        let set = move |name| set_subject(is_battlecard.get_untracked(), name);
        view! { <NameField label=label of=of value=name on_input=set test_id="briefing-subject" /> }
    };
    let phase_id = fresh_id();
    let phase = move |phase: Phase| {
        let selected = move || draft.with(|draft| draft.phase == Some(phase));
        view! { <option value=phase.as_str() prop:selected=selected>{texts.phase(phase)}</option> }
    };
    view! {
        <div class="row-of">
            <fieldset class="segments">
                <legend class="visually-hidden">{texts.about_what}</legend>
                {[
                    (false, texts.on_product, "briefing-on-product"),
                    (true, texts.on_competitor, "briefing-on-competitor"),
                ]
                    .map(kind)
                    .collect_view()}
            </fieldset>
        </div>
        <div class="two">
            {subject}
            <div class="field">
                <label for=phase_id.clone()>{texts.phase_label}</label>
                <select
                    id=phase_id
                    class="input"
                    data-testid="briefing-phase"
                    on:change=move |event| {
                        let value = event_target_value(&event);
                        let phase = Phase::ALL.iter().find(|one| one.as_str() == value).copied();
                        draft.update(|draft| draft.phase = phase);
                    }
                >
                    <option value="" prop:selected=move || draft.with(|it| it.phase.is_none())>
                        {texts.no_phase}
                    </option>
                    {Phase::ALL.iter().copied().map(phase).collect_view()}
                </select>
            </div>
        </div>
        <WordsFields
            label=texts.title_label
            value=Signal::derive(move || draft.with(|draft| draft.title.clone()))
            on_input=move |title| draft.update(|draft| draft.title = title)
            test_id="briefing-title"
        />
        <div class="two">
            <TextEditor
                label=format!("{} · {}", texts.text_label, all.pages.shared.in_english)
                lang="en"
                test_id="briefing-text-en"
                text=english
                pictures=pictures
            />
            <TextEditor
                label=format!("{} · {}", texts.text_label, all.pages.shared.in_french)
                lang="fr"
                test_id="briefing-text-fr"
                text=french
                pictures=pictures
            />
        </div>
        <Claims
            value=Signal::derive(move || draft.with(|draft| draft.claims.clone()))
            on_change=move |claims| draft.update(|draft| draft.claims = claims)
        />
        <label class="check">
            <input
                type="checkbox"
                data-testid="briefing-acknowledge"
                prop:checked=move || draft.with(|draft| draft.is_acknowledgement_wanted)
                on:change=move |event| {
                    let is_wanted = event_target_checked(&event);
                    draft.update(|draft| draft.is_acknowledgement_wanted = is_wanted);
                }
            />
            {texts.acknowledgement_wanted}
        </label>
        <AudienceField
            legend=texts.audience
            value=Signal::derive(move || draft.with(|draft| draft.audience.clone()))
            on_change=move |audience| draft.update(|draft| draft.audience = audience)
        />
        <OnPaper text=move |()| untrack(composed) />
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::EN;

    #[test]
    fn a_changed_briefing_waits_for_another_publication() {
        let mut briefing = Briefing {
            briefing_id: protocol::BriefingId::new(1, [1; 10]),
            version: 3,
            text: Sheet::blank(),
            by: "ann@example.com".to_owned(),
            changed_at_ms: 0,
            published_at_ms: None,
            revision: 0,
            has_unpublished: true,
            reps: 4,
            acknowledged: 0,
        };
        assert_eq!(Sheet::head(&briefing).state, State::Draft);
        briefing.published_at_ms = Some(5);
        assert_eq!(Sheet::head(&briefing).state, State::Changed);
        briefing.has_unpublished = false;
        assert_eq!(Sheet::head(&briefing).state, State::Published);
        assert_eq!(Sheet::head(&briefing).version, 3);
    }

    #[test]
    fn what_is_incomplete_is_told_before_it_is_sent() {
        let texts = &EN.pages.field;
        let mut text = Sheet::blank();
        assert_eq!(Sheet::objection(&text, texts), Some(texts.title_missing));
        text.title.fr = "Le Zip".to_owned();
        assert_eq!(Sheet::objection(&text, texts), Some(texts.subject_missing));
        text.subject = Subject::Competitor("Acme".to_owned());
        assert_eq!(Sheet::objection(&text, texts), None, "one language is enough");
        text.text.en = "x".repeat(BRIEFING_BYTES_MAX + 1);
        assert_eq!(Sheet::objection(&text, texts), Some(texts.text_too_large));
        text.text.en.clear();
        text.audience = Audience::Reps(Vec::new());
        assert_eq!(Sheet::objection(&text, texts), Some(texts.nobody_chosen));
    }

    #[test]
    fn phases_have_words_of_their_own() {
        let words: std::collections::BTreeSet<_> =
            Phase::ALL.iter().map(|phase| EN.pages.field.phase(*phase)).collect();
        assert_eq!(words.len(), Phase::ALL.len());
    }
}
