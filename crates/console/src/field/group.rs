//! Test groups: customers, sales and marketing around a product or the process itself, with a
//! short questionnaire.

mod items;
mod results;

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::Words;
use protocol::console::decisions::Audience;
use protocol::console::field::{ReopenRequest, TestGroup, TestGroupDetail, TestGroupText};
use protocol::console::people::UserEntry;
use protocol::mail::{Form as ItemForm, Referent};

use super::address::Tab;
use super::audience::{self, AudienceField};
use super::editing::Editing;
use super::expiry::ExpiryField;
use super::sheet::{Head, Paper, Row, State};
use crate::account::use_account;
use crate::api;
use crate::api::field::Shelf;
use crate::form::{Adder, NameField, Tags, WordsFields};
use crate::locale::{Locale, fill, use_locale};
use crate::texts::pages::FieldTexts;
use items::Items;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet;

impl Paper for Sheet {
    type Text = TestGroupText;
    type Entry = TestGroup;
    type Detail = TestGroupDetail;

    const TAB: Tab = Tab::Groups;
    const SHELF: Shelf = Shelf::TestGroups;
    const NEW_TEST_ID: &'static str = "group-new";

    fn blank() -> TestGroupText {
        TestGroupText {
            title: Words::default(),
            text: Words::default(),
            product: None,
            customers: Vec::new(),
            audience: Audience::Everyone,
            marketers: Vec::new(),
            items: Vec::new(),
            expires_at_ms: None,
        }
    }

    fn entry(detail: &TestGroupDetail) -> &TestGroup {
        &detail.test_group
    }

    fn text(entry: &TestGroup) -> &TestGroupText {
        &entry.text
    }

    fn head(entry: &TestGroup) -> Head {
        let state = match (entry.published_at_ms, entry.closed_at_ms) {
            (_, Some(_)) => State::Closed,
            (None, None) => State::Draft,
            (Some(_), None) => State::Published,
        };
        Head {
            id: entry.test_group_id.to_string(),
            version: entry.version,
            by: entry.by.clone(),
            state,
            published_at_ms: entry.published_at_ms,
            can_close: state == State::Published,
        }
    }

    fn row(entry: &TestGroup, locale: Locale) -> Row {
        let texts = &locale.texts.pages.field;
        let mut facts: Vec<String> = entry.text.product.iter().cloned().collect();
        let customers = locale.count(&texts.of_customers, entry.text.customers.len());
        facts.push(if entry.published_at_ms.is_some() {
            let count = fill(&customers, "{m}", &locale.number(entry.answered as usize));
            fill(texts.answered_by, "{reps}", &count)
        } else {
            locale.count(&texts.n_customers, entry.text.customers.len())
        });
        Row { title: locale.words(&entry.text.title), facts }
    }

    fn objection(text: &TestGroupText, texts: &FieldTexts) -> Option<&'static str> {
        let is_incomplete =
            |choices: &[Words]| choices.len() < 2 || choices.iter().any(Words::is_blank);
        if text.title.is_blank() {
            Some(texts.title_missing)
        } else if text.items.is_empty() {
            Some(texts.items_missing)
        } else if text.items.iter().any(|item| item.text.is_blank()) {
            Some(texts.item_blank)
        } else if text
            .items
            .iter()
            .any(|item| matches!(&item.form, ItemForm::Choice(choices) if is_incomplete(choices)))
        {
            Some(texts.item_choices_missing)
        } else if audience::is_empty(&text.audience) {
            Some(texts.nobody_chosen)
        } else {
            None
        }
    }

    fn reopening(text: &TestGroupText) -> ReopenRequest {
        ReopenRequest { expires_at_ms: text.expires_at_ms, quota: None }
    }

    fn publish_about(text: &TestGroupText, locale: Locale) -> String {
        let texts = &locale.texts.pages.field;
        let customers = locale.count(&texts.n_customers, text.customers.len());
        let audience = audience::words(&text.audience, locale);
        format!("{audience} {}", fill(texts.members_are, "{customers}", &customers))
    }

    fn form(text: TestGroupText, editing: Editing<Self>) -> AnyView {
        view! { <Form text editing /> }.into_any()
    }

    fn has_replies(detail: &TestGroupDetail) -> bool {
        !detail.answers.is_empty()
    }

    fn results(detail: TestGroupDetail, locale: Locale) -> AnyView {
        results::view(detail, locale)
    }
}

#[component]
fn Form(text: TestGroupText, editing: Editing<Sheet>) -> impl IntoView {
    let texts = &use_locale().texts.pages.field;
    let draft = RwSignal::new(text);
    editing.compose_by(move || draft.get());
    let some = |text: String| Some(text).filter(|text| !text.trim().is_empty());
    view! {
        <WordsFields
            label=texts.title_label
            value=Signal::derive(move || draft.with(|draft| draft.title.clone()))
            on_input=move |title| draft.update(|draft| draft.title = title)
            test_id="group-title"
        />
        <WordsFields
            label=texts.group_text
            value=Signal::derive(move || draft.with(|draft| draft.text.clone()))
            on_input=move |text| draft.update(|draft| draft.text = text)
            test_id="group-text"
            is_long=true
        />
        <div class="two">
            <NameField
                label=texts.group_product
                of=Referent::Product
                value=Signal::derive(move || draft.with(|it| it.product.clone().unwrap_or_default()))
                on_input=move |name| draft.update(|draft| draft.product = some(name))
                test_id="group-product"
            />
            <ExpiryField
                label=texts.expires
                value=Signal::derive(move || draft.with(|draft| draft.expires_at_ms))
                on_change=move |at_ms| draft.update(|draft| draft.expires_at_ms = at_ms)
                test_id="group-expires"
            />
        </div>
        <fieldset class="stack-close">
            <legend><h3>{texts.group_customers}</h3></legend>
            <Adder
                label=texts.group_customer
                of=Referent::Customer
                on_add=move |name: String| {
                    draft.update(|draft| {
                        if !draft.customers.contains(&name) {
                            draft.customers.push(name);
                        }
                    });
                }
                test_id="group-customer"
            />
            <Tags
                names=Signal::derive(move || draft.with(|draft| draft.customers.clone()))
                on_take=move |name| draft.update(|draft| draft.customers.retain(|it| *it != name))
            />
        </fieldset>
        <AudienceField
            legend=texts.group_reps
            value=Signal::derive(move || draft.with(|draft| draft.audience.clone()))
            on_change=move |audience| draft.update(|draft| draft.audience = audience)
        />
        <Marketers draft />
        <Items
            value=Signal::derive(move || draft.with(|draft| draft.items.clone()))
            on_change=move |items| draft.update(|draft| draft.items = items)
        />
    }
}

/// The people of marketing who take part.
#[component]
fn Marketers(draft: RwSignal<TestGroupText>) -> impl IntoView {
    let texts = &use_locale().texts.pages.field;
    let account = use_account();
    let users = RwSignal::new(Vec::<UserEntry>::new());
    spawn_local(async move {
        if let Ok(people) = account.heed(api::people::people().await) {
            users.try_set(people.users);
        }
    });
    // Whoever takes part and is no user any more can still be taken out.
    let emails = Memo::new(move |_| {
        let mut emails: Vec<String> =
            users.with(|users| users.iter().map(|user| user.email.clone()).collect());
        draft.with(|draft| {
            emails.extend(
                draft
                    .marketers
                    .iter()
                    .filter(|it| !users.with(|users| users.iter().any(|user| user.email == **it)))
                    .cloned(),
            );
        });
        emails
    });
    let one = move |email: String| {
        let (own, toggled) = (email.clone(), email.clone());
        let is_in = move || draft.with(|draft| draft.marketers.contains(&own));
        let toggle = move |event| {
            let is_in = event_target_checked(&event);
            draft.update(|draft| {
                draft.marketers.retain(|one| *one != toggled);
                if is_in {
                    draft.marketers.push(toggled.clone());
                }
            });
        };
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    data-testid="group-marketer"
                    prop:checked=is_in
                    on:change=toggle
                />
                {email}
            </label>
        }
    };
    view! {
        <fieldset class="choice">
            <legend>{texts.group_marketers}</legend>
            <div class="reps-of">
                {move || emails.get().into_iter().map(one).collect_view()}
            </div>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use protocol::mail::Item;

    use super::*;
    use crate::texts::EN;

    #[test]
    fn what_is_incomplete_is_told_before_it_is_sent() {
        let texts = &EN.pages.field;
        let words = |text: &str| Words { en: text.to_owned(), fr: String::new() };
        let mut text = Sheet::blank();
        assert_eq!(Sheet::objection(&text, texts), Some(texts.title_missing));
        text.title = words("Bakers try it");
        assert_eq!(Sheet::objection(&text, texts), Some(texts.items_missing));
        text.items = vec![Item { text: words(""), form: ItemForm::YesNo }];
        assert_eq!(Sheet::objection(&text, texts), Some(texts.item_blank));
        text.items = vec![Item { text: words("Which?"), form: ItemForm::Choice(vec![words("A")]) }];
        assert_eq!(Sheet::objection(&text, texts), Some(texts.item_choices_missing));
        text.items = vec![Item { text: words("How?"), form: ItemForm::Acceptance }];
        assert_eq!(Sheet::objection(&text, texts), None);
    }
}
