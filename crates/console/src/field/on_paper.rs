//! A briefing on paper: what its readers see, in the reader's language, instead of the fields to write
//! it. It is there only while the browser prints.

use leptos::ev;
use leptos::prelude::*;
use protocol::console::field::BriefingText;
use protocol::mail::Claim;

use super::pictures::{Pictures, fold};
use super::{markdown, preview};
use crate::locale::{Locale, use_locale};

/// The sheet.
#[component]
pub(super) fn OnPaper(#[prop(into)] text: Callback<(), BriefingText>) -> impl IntoView {
    let locale = use_locale();
    let printed = RwSignal::new(None::<BriefingText>);
    let begin = window_event_listener(ev::beforeprint, move |_| printed.set(Some(text.run(()))));
    let end = window_event_listener(ev::afterprint, move |_| printed.set(None));
    on_cleanup(move || {
        begin.remove();
        end.remove();
    });
    move || printed.get().map(|text| sheet(&text, locale))
}

fn sheet(text: &BriefingText, locale: Locale) -> impl IntoView + use<> {
    let texts = &locale.texts.pages.field;
    let mut pictures = Pictures::new();
    let prose = fold(text.text.pick(locale.is_french()), &mut pictures);
    let phase = text.phase.map(|phase| texts.phase(phase).to_owned());
    let facts: Vec<String> =
        core::iter::once(text.subject.name().to_owned()).chain(phase).collect();
    let claims = (!text.claims.is_empty()).then(|| {
        let line = |claim: &Claim| {
            let day = claim.checked_day.as_deref().map(|day| locale.calendar_day(day));
            let source = Some(claim.source.clone()).filter(|source| !source.is_empty());
            let known: Vec<String> = source.into_iter().chain(day).collect();
            view! {
                <li>{locale.words(&claim.text)} " " <span class="quiet">{known.join(", ")}</span></li>
            }
        };
        view! {
            <h3>{texts.claims}</h3>
            <ul>{text.claims.iter().map(line).collect_view()}</ul>
        }
    });
    view! {
        <div class="on-paper" data-testid="briefing-on-paper">
            <h2>{locale.words(&text.title)}</h2>
            <p class="quiet">{facts.join(" · ")}</p>
            <div class="prose">{preview::text(markdown::read(&prose, &pictures))}</div>
            {claims}
        </div>
    }
}
