//! What customers of a test group are asked.

use leptos::prelude::*;
use protocol::Words;
use protocol::limits::ITEMS_MAX;
use protocol::mail::{Form, Item};

use super::super::question::Choices;
use crate::form::{WordsFields, fresh_id};
use crate::locale::{fill, use_locale};

/// How an item is answered, without its choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answered {
    Acceptance,
    YesNo,
    Choice,
    Text,
}

impl Answered {
    const ALL: [Self; 4] = [Self::Acceptance, Self::YesNo, Self::Choice, Self::Text];

    const fn of(form: &Form) -> Self {
        match form {
            Form::Acceptance => Self::Acceptance,
            Form::YesNo => Self::YesNo,
            Form::Choice(_) => Self::Choice,
            Form::Text => Self::Text,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Acceptance => "acceptance",
            Self::YesNo => "yes_no",
            Self::Choice => "choice",
            Self::Text => "text",
        }
    }

    fn form(self) -> Form {
        match self {
            Self::Acceptance => Form::Acceptance,
            Self::YesNo => Form::YesNo,
            Self::Choice => Form::Choice(vec![Words::default(), Words::default()]),
            Self::Text => Form::Text,
        }
    }
}

/// The list.
#[component]
pub(super) fn Items(
    #[prop(into)] value: Signal<Vec<Item>>,
    #[prop(into)] on_change: Callback<Vec<Item>>,
) -> impl IntoView {
    let texts = &use_locale().texts.pages.field;
    let count = Memo::new(move |_| value.with(Vec::len));
    let change = move |index: usize, change: &dyn Fn(&mut Item)| {
        let mut items = value.get_untracked();
        items.get_mut(index).into_iter().for_each(change);
        on_change.run(items);
    };
    let row = move |index: usize| {
        let form_id = fresh_id();
        let words = move || {
            value.with(|all| all.get(index).map(|item| item.text.clone()).unwrap_or_default())
        };
        let answered = Memo::new(move |_| {
            value.with(|all| all.get(index).map(|item| Answered::of(&item.form)))
        });
        let choices = move || {
            value.with(|all| match all.get(index).map(|item| &item.form) {
                Some(Form::Choice(choices)) => choices.clone(),
                _ => Vec::new(),
            })
        };
        let set_choices = move |choices: Vec<Words>| {
            change(index, &|item| item.form = Form::Choice(choices.clone()));
        };
        let option = move |one: Answered| {
            let selected = move || answered.get() == Some(one);
            let words = texts.forms[one as usize];
            view! { <option value=one.as_str() prop:selected=selected>{words}</option> }
        };
        let take = move |_| {
            let mut items = value.get_untracked();
            if index < items.len() {
                items.remove(index);
            }
            on_change.run(items);
        };
        view! {
            <li class="item" data-testid="group-item">
                <div class="item-head">
                    <h4>{fill(texts.item_n, "{n}", &(index + 1).to_string())}</h4>
                    <button type="button" class="button button-plain" on:click=take>
                        {texts.remove}
                    </button>
                </div>
                <WordsFields
                    label=texts.item_text
                    value=Signal::derive(words)
                    on_input=move |text: Words| change(index, &|item| item.text = text.clone())
                    test_id="group-item-text"
                />
                <div class="field">
                    <label for=form_id.clone()>{texts.item_form}</label>
                    <select
                        id=form_id
                        class="input"
                        data-testid="group-item-form"
                        on:change=move |event| {
                            let value = event_target_value(&event);
                            let all = Answered::ALL.iter();
                            let Some(form) = all.copied().find(|one| one.as_str() == value) else {
                                return;
                            };
                            change(index, &|item| item.form = form.form());
                        }
                    >
                        {Answered::ALL.map(option).collect_view()}
                    </select>
                </div>
                <Show when=move || answered.get() == Some(Answered::Choice)>
                    <Choices
                        value=Signal::derive(choices)
                        on_change=set_choices
                    />
                </Show>
            </li>
        }
    };
    let add = move |_| {
        let mut items = value.get_untracked();
        items.push(Item { text: Words::default(), form: Form::Acceptance });
        on_change.run(items);
    };
    view! {
        <fieldset class="stack-close">
            <legend><h3>{texts.items}</h3></legend>
            <p class="quiet">{texts.items_about}</p>
            <ol class="items">
                <For each=move || 0..count.get() key=|index| *index children=row />
            </ol>
            <Show when=move || count.get() < ITEMS_MAX>
                <button type="button" class="button add" data-testid="group-item-add" on:click=add>
                    {texts.item_add}
                </button>
            </Show>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_can_be_chosen_and_is_recognised() {
        for one in Answered::ALL {
            assert_eq!(Answered::of(&one.form()), one);
        }
    }
}
