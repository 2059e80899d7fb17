//! Analysis: what the notes say together, as charts and tables that lead back to the notes.

mod acceptance;
mod filters;
mod others;
mod prices;
mod view;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;
use protocol::console::analysis::Analysis as Answer;

use crate::account::use_account;
use crate::api::{self, ApiError};
use crate::clock;
use crate::locale::use_locale;
use crate::page;
use crate::trouble::Trouble;
use filters::{FilterBar, Filters};
use view::View;

/// The screen.
#[component]
pub(crate) fn Analysis() -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.pages.analysis;
    let account = use_account();
    let query = use_query_map();
    let filters = Memo::new(move |_| query.with(|query| Filters::read(|name| query.get(name))));
    let answer = RwSignal::new(None::<Result<Answer, ApiError>>);
    let is_loading = RwSignal::new(true);
    // Answers to earlier filters come too late to be shown.
    let asked = StoredValue::new(0_u32);
    let ask = move || {
        let wanted = filters.get_untracked().query(clock::today(), clock::midnight_ms);
        let turn = asked.get_value().wrapping_add(1);
        asked.set_value(turn);
        is_loading.set(true);
        spawn_local(async move {
            let result = account.heed(api::analysis::analysis(&wanted).await);
            if asked.try_get_value() == Some(turn) {
                answer.try_set(Some(result));
                is_loading.try_set(false);
            }
        });
    };
    Effect::new(move || {
        filters.track();
        ask();
    });
    page::set_title(texts.title);
    let export = move || {
        let wanted = filters.get().query(clock::today(), clock::midnight_ms);
        api::analysis::export_href(&wanted)
    };
    let count = move || match answer.get() {
        Some(Ok(answer)) => locale.count(&texts.rests_on, answer.notes as usize),
        _ => String::new(),
    };
    let body = move || match answer.get() {
        None => view! { <p class="hint quiet appears-late">{locale.texts.loading}</p> }.into_any(),
        Some(Err(error)) => view! { <Trouble error=error retry=move |()| ask() /> }.into_any(),
        Some(Ok(answer)) if answer.notes == 0 => {
            let is_filtered = filters.get_untracked() != Filters::default();
            let hint = if is_filtered { texts.nothing_matches } else { texts.nothing_yet };
            view! { <p class="hint">{hint}</p> }.into_any()
        }
        Some(Ok(answer)) => sections(answer, View::of(locale, filters.get_untracked())).into_any(),
    };
    view! {
        <div class="page analysis" data-loading=move || is_loading.get().then_some("true")>
            <header class="page-head">
                <h1>{texts.title}</h1>
                <p class="row-of">
                    <span class="quiet" role="status" data-testid="analysis-count">{count}</span>
                    <a
                        class="button no-print"
                        href=export
                        download=""
                        data-testid="analysis-export"
                    >
                        {texts.export}
                    </a>
                </p>
            </header>
            <FilterBar filters answer />
            <div class="page-body">{body}</div>
        </div>
    }
}

fn sections(answer: Answer, view: View) -> impl IntoView {
    let Answer { prices, acceptance, needs, gaps, hypotheses, response, .. } = answer;
    let (acceptance, needs) = (acceptance::section(acceptance, &view), others::needs(needs, &view));
    let gaps = others::gaps(gaps, &view);
    let hypotheses = others::hypotheses(hypotheses, &view);
    view! {
        {prices::section(prices, &view)} {acceptance} {needs} {gaps} {hypotheses}
        {others::response(response, &view)}
    }
}
