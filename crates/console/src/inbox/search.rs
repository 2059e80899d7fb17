//! The search field: words reach the address when the typing pauses.

use std::time::Duration;

use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use crate::address::Address;
use crate::icons::Icon;
use crate::locale::use_locale;
use crate::navigation::use_navigation;

/// The field's id, for the key that focuses it.
pub(super) const FIELD: &str = "search";

/// A pause this long ends a thought.
const PAUSE: Duration = Duration::from_millis(250);

/// The field.
#[component]
pub(super) fn Search(address: Memo<Address>) -> impl IntoView {
    let texts = use_locale().texts;
    let navigation = use_navigation();
    let field = NodeRef::<html::Input>::new();
    let pending = StoredValue::new(None::<TimeoutHandle>);
    let words = Memo::new(move |_| address.with(|address| address.filters.words.clone()));

    let apply = move || {
        pending.set_value(None);
        let Some(typed) = field.get_untracked().map(|field| field.value()) else { return };
        let address = address.get_untracked();
        if typed != address.filters.words {
            navigation.replace(&address.filtered(|to| to.words = typed).href());
        }
    };
    let cancel = move || {
        if let Some(timer) = pending.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    let typed = move |_| {
        cancel();
        pending.set_value(set_timeout_with_handle(apply, PAUSE).ok());
    };
    on_cleanup(cancel);
    // "Back" and links change the words from outside; what is being typed is never overwritten.
    Effect::new(move |_| {
        let words = words.get();
        if let Some(field) = field.get()
            && pending.with_value(Option::is_none)
            && field.value() != words
        {
            field.set_value(&words);
        }
    });
    view! {
        <form
            role="search"
            class="search"
            on:submit=move |event| {
                event.prevent_default();
                cancel();
                apply();
            }
        >
            <label class="visually-hidden" for=FIELD>{texts.search}</label>
            {Icon::Search.view()}
            <input
                id=FIELD
                class="input"
                type="search"
                autocomplete="off"
                maxlength="200"
                placeholder=texts.search
                node_ref=field
                data-testid="inbox-search"
                on:input=typed
            />
            <kbd aria-hidden="true">"/"</kbd>
        </form>
    }
}
