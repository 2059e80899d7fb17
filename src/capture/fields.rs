//! The fields of the four kinds.

use leptos::prelude::*;
use protocol::note::{AcceptanceLevel, Comparison, Field, Hypothesis, Part, Relation, Urgency};
use protocol::{Kind, Price};

use super::context::{Known, referent};
use super::form::{Form, Input, TICKED};
use super::place::PlaceInput;
use crate::i18n::{format, use_language, use_texts};
use crate::ui::choice::{Choice, Choices};
use crate::ui::names::Suggestions;

/// Tells the error at a field, if any.
type FaultAt = Callback<Field, Option<&'static str>>;

/// The one question of the kind, in large controls.
#[component]
pub(crate) fn Question(form: Form, names: Known, fault_at: FaultAt) -> impl IntoView {
    let t = use_texts();
    match form.kind {
        Kind::Competitor => view! {
            <div class="pair">
                <TextInput form input=Input::Competitor label=t.competitor testid="note-competitor" names fault_at />
                <PriceInput form input=Input::Price label=t.their_price testid="note-price" fault_at />
            </div>
            <Choices
                legend=t.comparison
                name=Input::Comparison.name()
                choices=choices(Comparison::ALL, Comparison::as_str, t.comparison_of)
                chosen=form.input(Input::Comparison)
            />
        }
        .into_any(),
        Kind::Acceptance => view! {
            <Choices
                legend=t.level
                name=Input::Level.name()
                choices=choices(AcceptanceLevel::ALL, AcceptanceLevel::as_str, t.level_of)
                    .into_iter()
                    .zip(1..)
                    .map(|(choice, step)| Choice { testid: Some(format!("acceptance-{step}")), ..choice })
                    .collect()
                chosen=form.input(Input::Level)
            />
            <Choices
                legend=t.relation
                name=Input::Relation.name()
                choices=choices(Relation::ALL, Relation::as_str, t.relation_of)
                chosen=form.input(Input::Relation)
            />
        }
        .into_any(),
        Kind::Need => view! {
            <Choices
                legend=t.urgency
                name=Input::Urgency.name()
                choices=choices(Urgency::ALL, Urgency::as_str, t.urgency_of)
                chosen=form.input(Input::Urgency)
            />
        }
        .into_any(),
        Kind::Gap => view! {
            <Choices
                legend=t.part
                name=Input::Part.name()
                choices=choices(Part::ALL, Part::as_str, t.part_of)
                chosen=form.input(Input::Part)
            />
        }
        .into_any(),
    }
}

/// Whom and what it is about.
#[component]
pub(crate) fn Who(form: Form, names: Known, fault_at: FaultAt) -> impl IntoView {
    let t = use_texts();
    view! {
        <div class="pair">
            <TextInput form input=Input::Customer label=t.customer testid="note-customer" names fault_at />
            <TextInput form input=Input::Product label=t.product testid="note-product" names fault_at />
        </div>
    }
}

/// Everything else, folded.
#[component]
pub(crate) fn Extras(form: Form, fault_at: FaultAt) -> impl IntoView {
    let t = use_texts();
    let text = move |input: Input, label: &'static str| {
        view! { <TextInput form input label testid=input.name() fault_at /> }
    };
    let of_kind = match form.kind {
        Kind::Competitor => view! {
            <PriceInput form input=Input::OurPrice label=t.our_price testid="note-our-price" fault_at />
            {text(Input::Terms, t.terms)}
            {text(Input::Validity, t.validity)}
            {text(Input::SeenAt, t.seen_at)}
        }
        .into_any(),
        Kind::Acceptance => ().into_any(),
        Kind::Need => view! {
            {text(Input::Workaround, t.workaround)}
            <PriceInput form input=Input::Price label=t.would_pay testid="note-price" fault_at />
        }
        .into_any(),
        Kind::Gap => view! {
            {text(Input::Promised, t.promised)}
            {text(Input::Happened, t.happened)}
        }
        .into_any(),
    };
    view! {
        <details class="extras">
            <summary>{t.more}</summary>
            <div class="extras-fields">{of_kind} <Hypotheses form /> <PlaceInput form /></div>
        </details>
    }
}

#[component]
fn Hypotheses(form: Form) -> impl IntoView {
    let t = use_texts();
    let tick = move |hypothesis: Hypothesis| {
        let input = Input::of_hypothesis(hypothesis);
        let ticked = form.input(input);
        view! {
            <label class="chip">
                <input
                    type="checkbox"
                    name=input.name()
                    prop:checked=move || ticked.with(|content| !content.is_empty())
                    on:change=move |event| {
                        let content = if event_target_checked(&event) { TICKED } else { "" };
                        ticked.set(content.to_owned());
                    }
                />
                {(t.hypothesis_of)(hypothesis)}
            </label>
        }
    };
    view! {
        <fieldset class="choice">
            <legend>{t.hypotheses}</legend>
            <div class="choice-options">
                {Hypothesis::ALL.iter().copied().map(tick).collect_view()}
            </div>
        </fieldset>
    }
}

#[component]
fn TextInput(
    form: Form,
    input: Input,
    label: &'static str,
    testid: &'static str,
    fault_at: FaultAt,
    #[prop(optional)] placeholder: &'static str,
    #[prop(optional)] names: Option<Known>,
) -> impl IntoView {
    let content = form.input(input);
    let fault = move || {
        // Folded texts share one place in a note's faults; each tells its own length.
        fault_at.run(input.field()).filter(|_| content.with(|content| !content.is_empty()))
    };
    let (id, error_id) = (format!("field-{testid}"), format!("error-{testid}"));
    let known = names.zip(referent(input));
    let list_id = known.map(|_| format!("names-{testid}"));
    let suggestions = list_id.clone().zip(known).map(|(list_id, (names, of))| {
        view! { <Suggestions names=names.at(of) content list_id /> }
    });
    let want = move || {
        if let Some((names, of)) = known {
            names.want(of);
        }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                class="input"
                type="text"
                id=id
                data-testid=testid
                autocomplete="off"
                list=list_id
                placeholder=placeholder
                prop:value=move || content.get()
                on:focus=move |_| want()
                on:input=move |event| {
                    // Whoever speaks into the field gives it no focus.
                    want();
                    content.set(event_target_value(&event));
                }
                aria-invalid=move || fault().is_some().to_string()
                aria-describedby=error_id.clone()
            />
            {suggestions}
            <p id=error_id class="error" role="alert" data-testid="field-error">{fault}</p>
        </div>
    }
}

/// A price as people write it, shown back as understood.
#[component]
fn PriceInput(
    form: Form,
    input: Input,
    label: &'static str,
    testid: &'static str,
    fault_at: FaultAt,
) -> impl IntoView {
    let t = use_texts();
    let language = use_language();
    let understood = move || {
        let price = form.input(input).with(|text| Price::parse(text, language.currency())).ok()?;
        Some(format!("{} {}", t.price_understood, format::price(language, &price)))
    };
    view! {
        <div class="price">
            <TextInput form input label testid fault_at placeholder=t.price_example />
            <p class="quiet" aria-live="polite">{understood}</p>
        </div>
    }
}

fn choices<T: Copy>(
    all: &[T],
    name: fn(T) -> &'static str,
    label: fn(T) -> &'static str,
) -> Vec<Choice> {
    let choice = |one: &T| Choice {
        value: name(*one).to_owned(),
        label: label(*one).to_owned(),
        testid: None,
    };
    all.iter().map(choice).collect()
}
