//! A decision of marketing's, with the rep's notes that led to it.

use leptos::prelude::*;
use protocol::mail::{Decision, Progress};
use protocol::{DecisionId, NoteId};

use crate::i18n::pages::use_page_texts;
use crate::i18n::{format, use_language};

/// Those of these notes that a decision cites, by how far they have come.
pub(crate) fn led<'a>(progress: impl Iterator<Item = &'a Progress>) -> Vec<(DecisionId, NoteId)> {
    let cited = |progress: &'a Progress| {
        progress.decisions.iter().map(|decision_id| (*decision_id, progress.note_id))
    };
    progress.flat_map(cited).collect()
}

/// Those that one decision cites.
pub(crate) fn led_to(led: &[(DecisionId, NoteId)], decision_id: DecisionId) -> Vec<NoteId> {
    let led = led.iter().filter(|(of, _)| *of == decision_id);
    led.map(|(_, note_id)| *note_id).collect()
}

/// "Your note of 3 May led to this".
pub(super) fn led_note(note_id: NoteId) -> AnyView {
    let (t, language) = (use_page_texts(), use_language());
    let day = format::date(language, format::date_ms(device::begun_ms(note_id)));
    view! {
        <a href=format!("/notes/{note_id}") data-testid="led-note" data-note-id=note_id.to_string()>
            {t.led_to_this.replace("{day}", &day)}
        </a>
    }
    .into_any()
}

/// All of it.
#[component]
pub(crate) fn DecisionSheet(decision: Decision, notes: Vec<NoteId>) -> impl IntoView {
    let t = use_page_texts();
    let language = use_language();
    let Decision { decision_id, rectified, title, text, from_day, product, at_ms } = decision;
    let at = format::date(language, format::at_ms(at_ms));
    let from = from_day.map(|day| {
        let from = t.from_day.replace("{day}", &format::calendar_day(language, &day));
        view! { <p><strong>{from}</strong></p> }
    });
    let product = product.map(|product| format!(" · {product}"));
    let notes = notes.into_iter().map(led_note).collect_view();
    view! {
        <article class="letter" data-testid="decision-item" data-decision-id=decision_id.to_string()>
            <p class="quiet">
                <span class="letter-mark" aria-hidden="true">"★ "</span>
                {(t.rectified_of)(rectified)}{product}" · "{at}
            </p>
            <h3>{language.pick(&title).to_owned()}</h3>
            {from}
            <p class="words">{language.pick(&text).to_owned()}</p>
            <p class="letter-led">{notes}</p>
        </article>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notes::test_note;

    #[test]
    fn a_decision_finds_the_notes_that_it_cites() {
        let (first, second) = (DecisionId::new(1, [1; 10]), DecisionId::new(2, [2; 10]));
        let notes = [test_note(3), test_note(2), test_note(1)].map(|stored| stored.note_id);
        let progress = |note_id, decisions| Progress {
            note_id,
            read_at_ms: None,
            classified_at_ms: None,
            topic: None,
            decided_at_ms: Some(9),
            decisions,
            declined: None,
        };
        let told = [
            progress(notes[0], vec![second, first]),
            progress(notes[1], Vec::new()),
            progress(notes[2], vec![first]),
        ];
        let led = led(told.iter());
        assert_eq!(led_to(&led, first), [notes[0], notes[2]]);
        assert_eq!(led_to(&led, second), [notes[0]]);
    }
}
