//! Quarantine: what arrived and cannot be shown as a note, with the reason in words.

mod visible;

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::{QuarantineEntry, QuarantinePage};

use crate::account::use_account;
use crate::api::{self, ApiError};
use crate::frame::QuarantineCount;
use crate::locale::{Locale, fill, use_locale};
use crate::page;
use crate::trouble::Trouble;

/// The screen.
#[component]
pub(crate) fn Quarantine() -> impl IntoView {
    let locale = use_locale();
    let texts = locale.texts;
    let account = use_account();
    let count = expect_context::<QuarantineCount>();
    let answer = RwSignal::new(None::<Result<QuarantinePage, ApiError>>);
    let ask = move || {
        spawn_local(async move {
            let result = account.heed(api::quarantine().await);
            if let Ok(page) = &result {
                count.set(page.total);
            }
            answer.try_set(Some(result));
        });
    };
    let retry = move |()| {
        answer.set(None);
        ask();
    };
    ask();
    page::set_title(texts.quarantine);
    let body = move || match answer.get() {
        None => view! { <p class="hint quiet appears-late">{texts.loading}</p> }.into_any(),
        Some(Err(error)) => view! { <Trouble error=error retry=retry /> }.into_any(),
        Some(Ok(page)) if page.entries.is_empty() => {
            view! { <p class="hint">{texts.quarantine_empty}</p> }.into_any()
        }
        Some(Ok(page)) => page_view(page, locale).into_any(),
    };
    view! {
        <section class="quarantine" aria-labelledby="quarantine-title">
            <header>
                <h1 id="quarantine-title">{texts.quarantine}</h1>
                <p class="quiet">{texts.quarantine_about}</p>
            </header>
            {body}
        </section>
    }
}

fn page_view(page: QuarantinePage, locale: Locale) -> impl IntoView {
    let texts = locale.texts;
    let shown = page.entries.len();
    let total = locale.count(&texts.quarantine_entries, page.total as usize);
    let newest = (page.total > shown as u64)
        .then(|| format!(", {}", fill(texts.quarantine_newest, "{n}", &locale.number(shown))));
    view! {
        <p class="quiet" role="status">{total}{newest}</p>
        <ol class="entries">
            {page.entries.into_iter().map(|entry| entry_view(entry, locale)).collect_view()}
        </ol>
    }
}

fn entry_view(entry: QuarantineEntry, locale: Locale) -> impl IntoView {
    let texts = locale.texts;
    view! {
        <li data-testid="quarantine-entry" data-code=entry.code.as_str()>
            <h2>{texts.problems.of(entry.code)}</h2>
            <p class="quiet entry-facts">
                <span>{entry.rep.name}</span>
                <span>{locale.moment(entry.received_at_ms)}</span>
                <code>{entry.code.as_str()}</code>
            </p>
            <pre tabindex="0" role="group" aria-label=texts.quarantine_raw>
                {visible::marks(&entry.raw)}
            </pre>
        </li>
    }
}
