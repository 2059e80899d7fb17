//! Until when a note stays out of sight.

use leptos::prelude::*;
use protocol::console::work::Change;

use crate::clock;
use crate::day::Day;
use crate::locale::use_locale;
use crate::work::deeds::{Said, Subject, use_deeds};

/// The hour at which a note comes back.
const MORNING: u32 = 8;

#[component]
pub(super) fn WhenForm(notes: Vec<Subject>, close: Callback<()>) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let deeds = use_deeds();
    let is_snoozed = notes.iter().any(|(_, work)| work.snoozed_until_ms.is_some());
    let notes = StoredValue::new(notes);
    let snooze = move |until: Option<Day>| {
        let until_ms = until.map(|day| clock::hour_ms(day, MORNING));
        let said = if until.is_some() { &texts.snoozed_notes } else { &texts.woken };
        deeds.act(notes.get_value(), Change::Snooze(until_ms), Said::Aloud(locale, said));
        close.run(());
    };
    let today = clock::today();
    let in_days = |days| clock::day_after(today, days);
    let choices = [
        (texts.tomorrow, in_days(1)),
        (texts.next_week, in_days(7 - clock::weekday(today))),
        (texts.in_a_month, in_days(30)),
    ];
    let button = move |(name, day): (&'static str, Day)| {
        let date = locale.day(clock::midnight_ms(day, 0));
        view! {
            <li>
                <button
                    type="button"
                    class="button"
                    autofocus
                    data-testid="snooze-until"
                    on:click=move |_| snooze(Some(day))
                >
                    {name}
                    <span class="quiet">{date}</span>
                </button>
            </li>
        }
    };
    let picked = move |event: web_sys::Event| {
        let day: Option<Day> = event_target_value(&event).parse().ok();
        if let Some(day) = day.filter(|day| *day > today) {
            snooze(Some(day));
        }
    };
    view! {
        <ul class="ask-list">
            {choices.map(button).collect_view()}
            <li class="field">
                <label for="snooze-day">{texts.on_a_day}</label>
                <input
                    id="snooze-day"
                    class="input"
                    type="date"
                    min=in_days(1).to_string()
                    on:change=picked
                />
            </li>
            {is_snoozed.then(|| view! {
                <li>
                    <button type="button" class="button" on:click=move |_| snooze(None)>
                        {texts.wake}
                    </button>
                </li>
            })}
        </ul>
    }
}
