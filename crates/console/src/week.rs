//! "This week": what came, what was done, what waits.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;
use protocol::console::work::{Digest, Views, WorkState};

use crate::account::use_account;
use crate::address::{BASE, Filters, Period};
use crate::api::{self, ApiError};
use crate::clock;
use crate::day::Day;
use crate::icons::Icon;
use crate::locale::{Locale, fill, use_locale};
use crate::page;
use crate::trouble::Trouble;
use crate::waiting::use_counts;

/// The screen.
#[component]
pub(crate) fn Week() -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let (account, counts) = (use_account(), use_counts());
    let answer = RwSignal::new(None::<Result<Digest, ApiError>>);
    let query = use_query_map();
    let week = Memo::new(move |_| query.with(|query| query.get("week")));
    let ask = move || {
        answer.set(None);
        let asked = week.get();
        spawn_local(async move {
            let result = account.heed(api::digest(asked.as_deref()).await);
            let shown = result.as_ref().ok().map(|digest| digest.week.clone());
            if week.try_get_untracked() != Some(asked) {
                return;
            }
            answer.try_set(Some(result));
            // Whoever has it before their eyes is not told of it any more. Without an answer they
            // are, and open it once more.
            let is_due = |week: &String| {
                let due = |views: &Views| views.digest_due.as_ref() == Some(week);
                counts.views.with_untracked(|views| views.as_ref().is_none_or(due))
            };
            if let Some(shown) = shown.filter(is_due)
                && account.heed(api::digest_opened(&shown).await).is_ok()
            {
                counts.refresh();
            }
        });
    };
    Effect::new(move |_| ask());
    page::set_title(texts.this_week);
    let body = move || match answer.get() {
        None => view! { <p class="hint quiet appears-late">{locale.texts.loading}</p> }.into_any(),
        Some(Err(error)) => {
            view! { <Trouble error=error retry=move |()| untrack(ask) /> }.into_any()
        }
        Some(Ok(digest)) => digest_view(digest, locale).into_any(),
    };
    view! { <div class="sheet week">{body}</div> }
}

fn digest_view(digest: Digest, locale: Locale) -> impl IntoView {
    let texts = &locale.texts.work;
    let Digest { week, received, done, unread, topics, decisions } = digest;
    let monday = week.parse::<Day>().ok();
    let title = fill(texts.week_of, "{day}", &locale.calendar_day(&week));
    let href = |days| {
        let day = monday.map(|monday| clock::day_after(monday, days));
        day.map(|day| format!("{BASE}/week?week={day}"))
    };
    let is_over = monday.is_some_and(|monday| clock::day_after(monday, 7) <= clock::today());
    let sunday = monday.map(|monday| clock::day_after(monday, 6));
    let total: u64 = received.iter().map(|(_, count)| count).sum();
    let kinds = received.into_iter().map(|(kind, count)| {
        let period = Period::Dates { from: monday, to: sunday };
        let href = Filters { kind: Some(kind), period, ..Filters::default() }.href();
        view! {
            <li data-kind=kind.as_str()>
                <a href=href>
                    {Icon::from(kind).view()}
                    <strong>{locale.number(count as usize)}</strong>
                    <span>{locale.texts.kind(kind)}</span>
                </a>
            </li>
        }
    });
    let done = done.into_iter().map(|(state, count)| {
        view! {
            <li>
                <strong>{locale.number(count as usize)}</strong>
                <span>{texts.state(state)}</span>
            </li>
        }
    });
    let new_href = Filters { state: Some(WorkState::New), ..Filters::default() }.href();
    let oldest = unread.oldest_ms.map(|oldest_ms| {
        fill(texts.oldest_waits, "{age}", &locale.age(clock::now_ms() - oldest_ms, true))
    });
    let grown = topics.into_iter().map(|(topic, count)| {
        let came = locale.count(&locale.texts.notes_shown, count as usize);
        view! {
            <li>
                <a href=format!("{BASE}/topics?topic={}", topic.topic_id) dir="auto">{topic.title}</a>
                <span class="quiet">"+ "{came}</span>
            </li>
        }
    });
    let nothing = || view! { <p class="quiet">{texts.nothing}</p> };
    let decided: Vec<String> =
        decisions.iter().map(|title| title.pick(locale.is_french()).to_owned()).collect();
    let (has_topics, has_decisions) = (grown.len() > 0, !decided.is_empty());
    view! {
        <header class="sheet-head">
            <h1 data-testid="week-title">{title}</h1>
            <nav aria-label=texts.weeks>
                {href(-7).map(|href| view! { <a class="button" href=href>{texts.week_before}</a> })}
                {href(7).filter(|_| is_over).map(|href| view! {
                    <a class="button" href=href>{texts.week_after}</a>
                })}
            </nav>
        </header>
        <section aria-labelledby="week-received">
            <h2 id="week-received">{texts.came_in}</h2>
            <p class="tally">{locale.count(&locale.texts.notes_shown, total as usize)}</p>
            <ul class="figures">{kinds.collect_view()}</ul>
        </section>
        <section aria-labelledby="week-done">
            <h2 id="week-done">{texts.was_done}</h2>
            <ul class="figures">{done.collect_view()}</ul>
        </section>
        <section aria-labelledby="week-unread">
            <h2 id="week-unread">{texts.still_unread}</h2>
            <p class="tally">
                <a href=new_href>
                    {locale.count(&locale.texts.notes_shown, unread.count as usize)}
                </a>
            </p>
            <p class="quiet">{oldest}</p>
        </section>
        <section aria-labelledby="week-topics">
            <h2 id="week-topics">{texts.topics_grew}</h2>
            <ul class="lines">{grown.collect_view()}</ul>
            {(!has_topics).then(nothing)}
        </section>
        <section aria-labelledby="week-decisions">
            <h2 id="week-decisions">{texts.was_decided}</h2>
            <ul class="lines">
                {decided.into_iter().map(|title| view! { <li dir="auto">{title}</li> }).collect_view()}
            </ul>
            {(!has_decisions).then(nothing)}
        </section>
    }
}
