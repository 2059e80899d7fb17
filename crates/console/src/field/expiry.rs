//! Until which day, the reader's own, that day included.

use leptos::prelude::*;

use crate::clock;
use crate::day::Day;
use crate::form::TextField;

/// The field.
#[component]
pub(super) fn ExpiryField(
    label: &'static str,
    /// Milliseconds since 1970, UTC: when the day after begins.
    #[prop(into)]
    value: Signal<Option<i64>>,
    #[prop(into)] on_change: Callback<Option<i64>>,
    test_id: &'static str,
) -> impl IntoView {
    let text = Signal::derive(move || {
        value.get().map(|at_ms| clock::day_at(at_ms - 1).to_string()).unwrap_or_default()
    });
    let set = move |text: String| {
        let day: Option<Day> = text.parse().ok();
        // A date that is half typed is no date yet, and must not empty the field.
        if day.is_some() || text.is_empty() {
            on_change.run(day.map(|day| clock::midnight_ms(day, 1)));
        }
    };
    view! { <TextField label=label value=text on_input=set kind="date" test_id=test_id /> }
}
