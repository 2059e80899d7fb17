//! What happened to a note, as a short line down the page.

use device::{Event, Moment};
use leptos::prelude::*;

use crate::i18n::pages::{PageTexts, use_page_texts};
use crate::i18n::{format, use_language};

#[component]
pub(super) fn History(moments: Vec<Moment>) -> impl IntoView {
    let t = use_page_texts();
    let language = use_language();
    let line = move |Moment { event, at_ms }: Moment| {
        let (name, mark, word) = told(t, event);
        let at = at_ms.map(|at_ms| {
            view! { <time>{format::date_time(language, format::date_ms(at_ms))}</time> }
        });
        view! {
            <li data-event=name>
                <span class="history-mark" aria-hidden="true">{mark}</span>
                <span>{word}</span>
                {at}
            </li>
        }
    };
    view! {
        <section aria-labelledby="history">
            <h2 id="history">{t.history}</h2>
            <ol class="history" data-testid="note-history">
                {moments.into_iter().map(line).collect_view()}
            </ol>
        </section>
    }
}

/// Its name for tests, its mark and its word.
fn told(t: &PageTexts, event: Event) -> (&'static str, &'static str, &'static str) {
    match event {
        Event::Saved => ("saved", "○", t.saved_at),
        Event::Edited => ("edited", "○", t.edited),
        Event::Attached => ("attached", "○", t.attached),
        Event::Withdrawn => ("withdrawn", "×", t.withdrawn),
        Event::Sent => ("sent", "✓", t.sent),
        Event::Held => ("held", "!", t.held),
        Event::Replied => ("replied", "○", t.replied),
        Event::Remarked => ("remarked", "✓✓", t.remarked),
        Event::Read => ("read", "✓✓", t.read),
        Event::Classified => ("classified", "◆", t.classified),
        Event::Decided => ("decided", "★", t.decided),
        Event::Declined => ("declined", "–", t.declined),
    }
}
