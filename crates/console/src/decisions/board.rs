//! The board: a column for each thing that marketing rectifies.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::decisions::Decision;
use protocol::mail::Rectified;

use crate::account::use_account;
use crate::address::BASE;
use crate::api::{self, ApiError};
use crate::live::use_live;
use crate::locale::{Locale, fill, use_locale};
use crate::trouble::Trouble;

/// The board.
#[component]
pub(super) fn Board() -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let (account, live) = (use_account(), use_live());
    let answer = RwSignal::new(None::<Result<Vec<Decision>, ApiError>>);
    let ask = move || {
        spawn_local(async move {
            let result = account.heed(api::decisions().await);
            let is_shown = answer.try_with_untracked(|known| matches!(known, Some(Ok(_))));
            if result.is_ok() || is_shown == Some(false) {
                answer.try_set(Some(result));
            }
        });
    };
    Effect::new(move |_| {
        live.heard.track();
        ask();
    });
    let body = move || match answer.get() {
        None => view! { <p class="hint quiet appears-late">{locale.texts.loading}</p> }.into_any(),
        Some(Err(error)) => view! { <Trouble error=error retry=move |()| ask() /> }.into_any(),
        Some(Ok(decisions)) => {
            let empty = decisions.is_empty().then_some(texts.no_decisions);
            let columns = Rectified::ALL.iter().map(|it| column_view(*it, &decisions, locale));
            view! {
                {empty.map(|text| view! { <p class="hint">{text}</p> })}
                <div class="board">{columns.collect_view()}</div>
            }
            .into_any()
        }
    };
    view! {
        <header class="sheet-head">
            <h1>{texts.decisions}</h1>
            <a
                class="button button-main"
                href=format!("{BASE}/decisions?new=true")
                data-testid="decision-new"
            >
                {texts.new_decision}
            </a>
        </header>
        {body}
    }
}

fn column_view(
    rectified: Rectified,
    decisions: &[Decision],
    locale: Locale,
) -> impl IntoView + use<> {
    let id = format!("column-{}", rectified.as_str());
    let own = decisions.iter().filter(|it| it.text.rectified == rectified);
    let cards = own.cloned().map(|it| card_view(it, locale)).collect_view();
    view! {
        <section class="column" aria-labelledby=id.clone()>
            <h2 id=id.clone()>{locale.texts.work.rectified(rectified)}</h2>
            <ul>{cards}</ul>
        </section>
    }
}

fn card_view(decision: Decision, locale: Locale) -> impl IntoView {
    let texts = &locale.texts.work;
    let title = decision.text.title.pick(locale.is_french()).to_owned();
    let state = match decision.published_at_ms {
        Some(at_ms) => fill(texts.published_on, "{day}", &locale.day(at_ms)),
        None => texts.draft.to_owned(),
    };
    let from = decision.text.from_day.as_deref();
    let from = from.map(|day| fill(texts.from_day_on, "{day}", &locale.calendar_day(day)));
    let notes = locale.count(&locale.texts.notes_shown, decision.notes as usize);
    let reps = locale.count(&texts.reps, decision.reps as usize);
    view! {
        <li>
            <a
                class="card"
                href=format!("{BASE}/decisions?decision={}", decision.decision_id)
                data-testid="decision-item"
                data-decision-id=decision.decision_id.to_string()
                data-published=decision.published_at_ms.is_some().to_string()
            >
                <strong dir="auto">{title}</strong>
                <span class="quiet">{state}</span>
                {from.map(|from| view! { <span class="quiet">{from}</span> })}
                {decision.text.product.map(|it| view! { <span class="quiet" dir="auto">{it}</span> })}
                <span class="quiet">{notes}" · "{reps}</span>
            </a>
        </li>
    }
}
