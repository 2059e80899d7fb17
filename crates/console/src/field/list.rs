//! One shelf: the list, and beside it what is open.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::address::{Address, Open};
use super::editing::{Refresh, editor};
use super::sheet::{Paper, Row};
use crate::account::use_account;
use crate::api::ApiError;
use crate::locale::use_locale;
use crate::trouble::Trouble;

/// The list and the editor.
pub(super) fn shelf<P: Paper>(open: Memo<Open>) -> AnyView {
    let locale = use_locale();
    let texts = &locale.texts.pages.field;
    let account = use_account();
    let entries = RwSignal::new(None::<Result<Vec<P::Entry>, ApiError>>);
    let ask = move || {
        spawn_local(async move {
            let result = account.heed(P::SHELF.list::<P::Entry>().await);
            // What is shown stays where a later question finds no answer.
            let keep = result.is_err()
                && entries.try_with_untracked(|had| matches!(had, Some(Ok(_)))) == Some(true);
            if !keep {
                entries.try_set(Some(result));
            }
        });
    };
    provide_context(Refresh(Callback::new(move |()| ask())));
    ask();
    let row = move |entry: P::Entry| {
        let (head, Row { title, facts }) = (P::head(&entry), P::row(&entry, locale));
        let address = Address { tab: P::TAB, open: Open::One(head.id.clone()) };
        let (id, state) = (head.id.clone(), head.state);
        let current = move || (open.get() == Open::One(id.clone())).then_some("true");
        let title = if title.trim().is_empty() { texts.untitled.to_owned() } else { title };
        view! {
            <li>
                <a
                    class="paper-row"
                    href=address.href()
                    aria-current=current
                    data-testid="field-item"
                    data-item-id=head.id.clone()
                    data-state=state.as_str()
                >
                    <span class="paper-title">{title}</span>
                    <span class="paper-facts">
                        <span class="tag" data-state=state.as_str()>{texts.state(state)}</span>
                        {facts.into_iter().map(|fact| view! { <span>{fact}</span> }).collect_view()}
                    </span>
                </a>
            </li>
        }
    };
    let list = move || match entries.get() {
        None => view! { <p class="hint quiet appears-late">{locale.texts.loading}</p> }.into_any(),
        Some(Err(error)) => view! { <Trouble error=error retry=move |()| ask() /> }.into_any(),
        Some(Ok(entries)) if entries.is_empty() => {
            view! { <p class="hint">{texts.empty(P::TAB)}</p> }.into_any()
        }
        Some(Ok(entries)) => {
            view! { <ul class="papers">{entries.into_iter().map(row).collect_view()}</ul> }
                .into_any()
        }
    };
    let beside = move || match open.get() {
        Open::None => view! { <p class="hint quiet">{texts.about(P::TAB)}</p> }.into_any(),
        Open::New => editor::<P>(None),
        Open::One(id) => editor::<P>(Some(id)),
    };
    let new = Address { tab: P::TAB, open: Open::New }.href();
    view! {
        <div class="shelf">
            <section class="shelf-list" aria-label=texts.tab(P::TAB)>
                <a class="button button-main" href=new data-testid=P::NEW_TEST_ID>
                    {texts.begin(P::TAB)}
                </a>
                {list}
            </section>
            <div class="shelf-open">
                <a class="button button-plain shelf-back" href=Address::list(P::TAB).href()>
                    {crate::icons::Icon::Back.view()}
                    {locale.texts.back_to_list}
                </a>
                {beside}
            </div>
        </div>
    }
    .into_any()
}
