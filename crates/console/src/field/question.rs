//! Questions to the field.

use leptos::prelude::*;
use protocol::Words;
use protocol::console::analysis::N_MIN;
use protocol::console::decisions::Audience;
use protocol::console::field::{
    FieldAnswer, Question, QuestionDetail, QuestionText, ReopenRequest,
};
use protocol::limits::ITEMS_MAX;
use protocol::mail::Referent;

use super::address::Tab;
use super::audience::{self, AudienceField};
use super::editing::Editing;
use super::expiry::ExpiryField;
use super::sheet::{Head, Paper, Row, State};
use crate::api::field::Shelf;
use crate::chart::{Bar, Bars, Cell, Figure};
use crate::form::{NameField, TextField, WordsFields};
use crate::locale::{Locale, fill, use_locale};
use crate::texts::pages::FieldTexts;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet;

impl Paper for Sheet {
    type Text = QuestionText;
    type Entry = Question;
    type Detail = QuestionDetail;

    const TAB: Tab = Tab::Questions;
    const SHELF: Shelf = Shelf::Questions;
    const NEW_TEST_ID: &'static str = "question-new";

    fn blank() -> QuestionText {
        QuestionText {
            text: Words::default(),
            choices: Vec::new(),
            product: None,
            audience: Audience::Everyone,
            quota: None,
            expires_at_ms: None,
        }
    }

    fn entry(detail: &QuestionDetail) -> &Question {
        &detail.question
    }

    fn text(entry: &Question) -> &QuestionText {
        &entry.text
    }

    fn head(entry: &Question) -> Head {
        let state = match (entry.published_at_ms, entry.closed_at_ms) {
            (_, Some(_)) => State::Closed,
            (None, None) => State::Draft,
            (Some(_), None) => State::Published,
        };
        Head {
            id: entry.question_id.to_string(),
            version: entry.version,
            by: entry.by.clone(),
            state,
            published_at_ms: entry.published_at_ms,
            can_close: state == State::Published,
        }
    }

    fn row(entry: &Question, locale: Locale) -> Row {
        let texts = &locale.texts.pages.field;
        let mut facts: Vec<String> = entry.text.product.iter().cloned().collect();
        if entry.published_at_ms.is_some() {
            facts.push(answered(entry, locale));
        }
        if let Some(at_ms) = entry.text.expires_at_ms.filter(|_| entry.closed_at_ms.is_none()) {
            facts.push(fill(texts.until_day, "{t}", &locale.day(at_ms - 1)));
        }
        Row { title: locale.words(&entry.text.text), facts }
    }

    fn objection(text: &QuestionText, texts: &FieldTexts) -> Option<&'static str> {
        if text.text.is_blank() {
            Some(texts.question_missing)
        } else if text.choices.iter().any(Words::is_blank) {
            Some(texts.choice_blank)
        } else if text.choices.len() == 1 {
            Some(texts.choice_single)
        } else if audience::is_empty(&text.audience) {
            Some(texts.nobody_chosen)
        } else {
            None
        }
    }

    fn reopening(text: &QuestionText) -> ReopenRequest {
        ReopenRequest { expires_at_ms: text.expires_at_ms, quota: text.quota }
    }

    fn publish_about(text: &QuestionText, locale: Locale) -> String {
        let texts = &locale.texts.pages.field;
        let audience = audience::words(&text.audience, locale);
        match text.quota {
            Some(quota) => {
                format!("{audience} {}", locale.count(&texts.closes_after, quota as usize))
            }
            None => audience,
        }
    }

    fn form(text: QuestionText, editing: Editing<Self>) -> AnyView {
        view! { <Form text editing /> }.into_any()
    }

    fn has_replies(detail: &QuestionDetail) -> bool {
        !detail.answers.is_empty()
    }

    fn results(detail: QuestionDetail, locale: Locale) -> AnyView {
        results(detail, locale)
    }
}

/// "2 of 3 reps have answered", "2 of 3 reps have answered, 2 wanted".
fn answered(question: &Question, locale: Locale) -> String {
    let texts = &locale.texts.pages.field;
    let count = audience::of_reps(question.answered, question.reps, locale);
    let words = fill(texts.answered_by, "{reps}", &count);
    match question.text.quota {
        Some(quota) => {
            let wanted = fill(texts.wanted, "{n}", &locale.number(quota as usize));
            format!("{words}, {wanted}")
        }
        None => words,
    }
}

#[component]
fn Form(text: QuestionText, editing: Editing<Sheet>) -> impl IntoView {
    let all = use_locale().texts;
    let texts = &all.pages.field;
    let draft = RwSignal::new(text);
    editing.compose_by(move || draft.get());
    let some = |text: String| Some(text).filter(|text| !text.trim().is_empty());
    view! {
        <WordsFields
            label=texts.question_label
            value=Signal::derive(move || draft.with(|draft| draft.text.clone()))
            on_input=move |text| draft.update(|draft| draft.text = text)
            test_id="question-text"
            is_long=true
        />
        <Choices
            value=Signal::derive(move || draft.with(|draft| draft.choices.clone()))
            on_change=move |choices| draft.update(|draft| draft.choices = choices)
        />
        <div class="two">
            <NameField
                label=texts.product_optional
                of=Referent::Product
                value=Signal::derive(move || draft.with(|it| it.product.clone().unwrap_or_default()))
                on_input=move |name| draft.update(|draft| draft.product = some(name))
                test_id="question-product"
            />
            <div class="two">
                <TextField
                    label=texts.quota
                    kind="number"
                    value=Signal::derive(move || {
                        draft.with(|it| it.quota.map(|n| n.to_string()).unwrap_or_default())
                    })
                    on_input=move |text: String| {
                        let quota = text.trim().parse().ok().filter(|quota| *quota > 0);
                        draft.update(|draft| draft.quota = quota);
                    }
                    test_id="question-quota"
                />
                <ExpiryField
                    label=texts.expires
                    value=Signal::derive(move || draft.with(|draft| draft.expires_at_ms))
                    on_change=move |at_ms| draft.update(|draft| draft.expires_at_ms = at_ms)
                    test_id="question-expires"
                />
            </div>
        </div>
        <AudienceField
            legend=texts.who_is_asked
            value=Signal::derive(move || draft.with(|draft| draft.audience.clone()))
            on_change=move |audience| draft.update(|draft| draft.audience = audience)
        />
    }
}

/// Answers to choose from.
#[component]
pub(super) fn Choices(
    #[prop(into)] value: Signal<Vec<Words>>,
    #[prop(into)] on_change: Callback<Vec<Words>>,
) -> impl IntoView {
    let texts = &use_locale().texts.pages.field;
    let count = Memo::new(move |_| value.with(Vec::len));
    let change = move |index: usize, words: Words| {
        let mut choices = value.get_untracked();
        if let Some(choice) = choices.get_mut(index) {
            *choice = words;
        }
        on_change.run(choices);
    };
    let take = move |index: usize| {
        let mut choices = value.get_untracked();
        if index < choices.len() {
            choices.remove(index);
        }
        on_change.run(choices);
    };
    let add = move |_| {
        let mut choices = value.get_untracked();
        choices.push(Words::default());
        on_change.run(choices);
    };
    let row = move |index: usize| {
        let words = move || value.with(|all| all.get(index).cloned().unwrap_or_default());
        let number = (index + 1).to_string();
        view! {
            <li class="item-line">
                <WordsFields
                    label=fill(texts.choice_n, "{n}", &number)
                    value=Signal::derive(words)
                    on_input=move |words| change(index, words)
                    test_id="question-choice"
                />
                <button
                    type="button"
                    class="button button-plain"
                    aria-label=fill(texts.remove_choice, "{n}", &number)
                    on:click=move |_| take(index)
                >
                    {texts.remove}
                </button>
            </li>
        }
    };
    view! {
        <fieldset class="stack-close">
            <legend class="label">{texts.choices}</legend>
            <ol class="items">
                <For each=move || 0..count.get() key=|index| *index children=row />
            </ol>
            <Show when=move || count.get() < ITEMS_MAX>
                <button
                    type="button"
                    class="button add"
                    data-testid="question-choice-add"
                    on:click=add
                >
                    {texts.choice_add}
                </button>
            </Show>
        </fieldset>
    }
}

fn results(detail: QuestionDetail, locale: Locale) -> AnyView {
    let texts = &locale.texts.pages.field;
    let QuestionDetail { question, chosen, answers } = detail;
    let count = answered(&question, locale);
    let few = (question.answered > 0 && question.answered < N_MIN)
        .then(|| view! { <p class="quiet">{texts.few_answers}</p> });
    let bars = (!question.text.choices.is_empty() && !answers.is_empty()).then(|| {
        let labels: Vec<String> =
            question.text.choices.iter().map(|words| locale.words(words)).collect();
        counts(texts.answers_title, &labels, &chosen, locale)
    });
    let choices = question.text.choices.clone();
    let line = move |answer: FieldAnswer| {
        let choice = answer.choice.and_then(|place| choices.get(usize::from(place)));
        let choice = choice.map(|words| locale.words(words));
        let late = answer.is_late.then_some(texts.late);
        let facts =
            [Some(locale.moment(answer.received_at_ms)), answer.customer, late.map(str::to_owned)];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        view! {
            <li data-testid="field-answer" data-late=answer.is_late.then_some("true")>
                <p>
                    <strong>{answer.rep}</strong>
                    " "
                    <span class="quiet">{facts.join(" · ")}</span>
                </p>
                {choice.map(|choice| view! { <p>{choice}</p> })}
                {answer.text.map(|text| view! { <p class="said">{text}</p> })}
            </li>
        }
    };
    let nothing = answers.is_empty().then(|| view! { <p class="quiet">{texts.no_answers}</p> });
    view! {
        <section class="page-section" aria-labelledby="field-answers">
            <h2 id="field-answers">{texts.answers_title}</h2>
            <p class="quiet" data-testid="question-answered">{count}</p>
            {few} {bars} {nothing}
            <ul class="answers">{answers.into_iter().map(line).collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// Bars of how often each was chosen, with the table.
fn counts(title: &str, labels: &[String], chosen: &[u64], locale: Locale) -> impl IntoView + use<> {
    let texts = &locale.texts.pages.field;
    let all: u64 = chosen.iter().sum();
    let pairs = || labels.iter().zip(chosen.iter().copied().chain(core::iter::repeat(0)));
    let number = |count: u64| locale.number(count as usize);
    let bars: Vec<Bar> = pairs()
        .map(|(label, count)| Bar {
            label: label.clone(),
            href: None,
            parts: vec![count as f64 / all.max(1) as f64],
            interval: None,
            words: locale.count(&texts.n_reps, count as usize),
        })
        .collect();
    let rows = pairs()
        .map(|(label, count)| vec![Cell::words(label.clone()), Cell::number(number(count))])
        .collect();
    let head = vec![(texts.answer, false), (texts.reps, true)];
    view! {
        <Figure title=title.to_owned() is_named_above=true head=head rows=rows>
            <Bars bars=bars />
        </Figure>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::EN;

    #[test]
    fn what_is_incomplete_is_told_before_it_is_sent() {
        let texts = &EN.pages.field;
        let words = |text: &str| Words { en: text.to_owned(), fr: String::new() };
        let mut text = Sheet::blank();
        assert_eq!(Sheet::objection(&text, texts), Some(texts.question_missing));
        text.text = words("Smaller packs?");
        assert_eq!(Sheet::objection(&text, texts), None, "an answer in words needs no choices");
        text.choices = vec![words("Yes")];
        assert_eq!(Sheet::objection(&text, texts), Some(texts.choice_single));
        text.choices.push(words(" "));
        assert_eq!(Sheet::objection(&text, texts), Some(texts.choice_blank));
        text.choices[1] = words("No");
        assert_eq!(Sheet::objection(&text, texts), None);
    }

    #[test]
    fn a_question_is_closed_once_it_was_published() {
        let mut question = Question {
            question_id: protocol::QuestionId::new(1, [1; 10]),
            version: 1,
            text: Sheet::blank(),
            by: "ann@example.com".to_owned(),
            published_at_ms: None,
            closed_at_ms: None,
            reps: 3,
            answered: 0,
        };
        assert!(!Sheet::head(&question).can_close, "a draft has nothing to end");
        question.published_at_ms = Some(1);
        assert!(Sheet::head(&question).can_close);
        question.closed_at_ms = Some(2);
        assert_eq!(Sheet::head(&question).state, State::Closed);
        assert!(!Sheet::head(&question).can_close);
    }
}
