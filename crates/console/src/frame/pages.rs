//! The other pages, below the views of the inbox.

use std::time::Duration;

use leptos::prelude::*;

use super::{Here, QuarantineCount};
use crate::account::use_account;
use crate::address::BASE;
use crate::icons::Icon;
use crate::locale::{Locale, use_locale};
use crate::page;
use crate::waiting::use_counts;

/// How often the count beside "Quarantine" is asked for. Seldom: the answer holds the entries too.
const COUNT_EVERY: Duration = Duration::from_secs(300);

/// Their links.
#[component]
pub(super) fn Pages(here: Here) -> impl IntoView {
    let locale = use_locale();
    let (texts, work) = (locale.texts, &locale.texts.work);
    let account = use_account();
    let count = expect_context::<QuarantineCount>();
    // The screen of quarantine asks by itself.
    if here != Here::Quarantine {
        count.refresh(account);
    }
    let look = move || {
        if page::is_visible() {
            count.refresh(account);
        }
    };
    if let Ok(timer) = set_interval_with_handle(look, COUNT_EVERY) {
        on_cleanup(move || timer.clear());
    }
    let counts = use_counts();
    let alerts = move || {
        let alerts = counts.views.with(|views| views.as_ref().map_or(0, |it| it.alerts.len()));
        (alerts > 0).then_some(alerts)
    };
    let link = move |page: Here, path: &'static str, icon: Icon, name: &'static str| {
        view! {
            <li>
                <a
                    href=format!("{BASE}/{path}")
                    aria-current=(here == page).then_some("page")
                    data-testid=format!("to-{path}")
                >
                    {icon.view()}
                    <span>{name}</span>
                    {(page == Here::Topics).then(|| view! {
                        <span class="count">{move || alerts().map(|alerts| alerts_view(alerts, locale))}</span>
                    })}
                    {(page == Here::Quarantine).then(|| view! {
                        <span class="count" data-testid="quarantine-count">
                            {move || {
                                let total = count.0.get().filter(|total| *total > 0);
                                total.map(|total| locale.number(total as usize))
                            }}
                        </span>
                    })}
                </a>
            </li>
        }
    };
    view! {
        <h2 id="pages">{work.decide_and_answer}</h2>
        <ul aria-labelledby="pages">
            {link(Here::Topics, "topics", Icon::Topic, work.topics)}
            {link(Here::Decisions, "decisions", Icon::Decision, work.decisions)}
            {link(Here::Analysis, "analysis", Icon::Chart, work.analysis)}
            {link(Here::Field, "field", Icon::Field, work.to_the_field)}
            {link(Here::Week, "week", Icon::Week, work.this_week)}
        </ul>
        <h2 id="keeping">{work.keeping}</h2>
        <ul aria-labelledby="keeping">
            {link(Here::People, "people", Icon::People, work.people)}
            {link(Here::Data, "data", Icon::Data, work.data)}
            {link(Here::Quarantine, "quarantine", Icon::Warning, texts.quarantine)}
            {link(Here::Audit, "audit", Icon::Audit, work.audit)}
        </ul>
    }
}

/// How many topics as many customers have named as somebody wanted to be told of.
fn alerts_view(alerts: usize, locale: Locale) -> impl IntoView {
    let in_full = locale.count(&locale.texts.work.topic_alerts, alerts);
    view! {
        <span aria-hidden="true" title=in_full.clone()>{locale.number(alerts)}</span>
        <span class="visually-hidden">{in_full}</span>
    }
}
