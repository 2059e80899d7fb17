//! What came back to a briefing: who has read it, and what reps say of its claims.

use leptos::prelude::*;
use protocol::console::field::{BriefingDetail, ClaimVotes, Reader};

use super::audience;
use crate::chart::{Bar, Bars, Cell, Figure, round_up};
use crate::locale::{Locale, fill};

/// All of it.
pub(super) fn view(detail: BriefingDetail, locale: Locale) -> AnyView {
    let texts = &locale.texts.pages.field;
    let BriefingDetail { briefing, readers, votes } = detail;
    let read = briefing.text.is_acknowledgement_wanted.then(|| {
        let count = audience::of_reps(briefing.acknowledged, briefing.reps, locale);
        view! {
            <section class="page-section" aria-labelledby="field-readers">
                <h2 id="field-readers">{texts.who_has_read}</h2>
                <p class="quiet" data-testid="briefing-read">{fill(texts.read_by, "{reps}", &count)}</p>
                {readers_list(readers, briefing.revision, locale)}
            </section>
        }
    });
    let claims: Vec<(String, ClaimVotes)> = briefing
        .text
        .claims
        .iter()
        .filter_map(|claim| {
            let votes = votes.iter().find(|votes| votes.claim_id == claim.claim_id)?;
            let has_votes = votes.holds + votes.holds_not > 0;
            has_votes.then(|| (locale.words(&claim.text), votes.clone()))
        })
        .collect();
    let claims = (!claims.is_empty()).then(|| claims_view(&claims, locale));
    view! {
        {read}
        {claims}
    }
    .into_any()
}

fn readers_list(readers: Vec<Reader>, revision: u32, locale: Locale) -> impl IntoView {
    let texts = &locale.texts.pages.field;
    // Those who are missing come first: they are who somebody has to ask.
    let (missing, have): (Vec<_>, Vec<_>) = readers
        .into_iter()
        .partition(|reader| reader.acknowledged.is_none_or(|(read, _)| read < revision));
    let line = move |reader: Reader| {
        let words = match reader.acknowledged {
            Some((read, at_ms)) if read >= revision => {
                fill(texts.read_when, "{t}", &locale.moment(at_ms))
            }
            Some((_, at_ms)) => fill(texts.read_earlier, "{t}", &locale.moment(at_ms)),
            None => texts.not_read.to_owned(),
        };
        view! { <li><span>{reader.name}</span> <span class="quiet">{words}</span></li> }
    };
    view! {
        <ul class="people-of">{missing.into_iter().chain(have).map(line).collect_view()}</ul>
    }
}

fn claims_view(claims: &[(String, ClaimVotes)], locale: Locale) -> impl IntoView + use<> {
    let texts = &locale.texts.pages.field;
    let number = |count: u64| locale.number(count as usize);
    let most = claims.iter().map(|(_, votes)| votes.holds + votes.holds_not).max();
    let full = round_up(most.unwrap_or(0) as f64);
    let bars: Vec<Bar> = claims
        .iter()
        .map(|(text, votes)| {
            let words = fill(texts.votes, "{yes}", &number(votes.holds));
            Bar {
                label: text.clone(),
                href: None,
                // The second part is paler, the last one hollow: still true against not any more.
                parts: vec![votes.holds as f64 / full, 0.0, 0.0, votes.holds_not as f64 / full],
                interval: None,
                words: fill(&words, "{no}", &number(votes.holds_not)),
            }
        })
        .collect();
    let rows = claims
        .iter()
        .map(|(text, votes)| {
            vec![
                Cell::words(text.clone()),
                Cell::number(number(votes.holds)),
                Cell::number(number(votes.holds_not)),
            ]
        })
        .collect();
    let head = vec![(texts.claim_text, false), (texts.holds, true), (texts.holds_not, true)];
    let reasons: Vec<_> = claims
        .iter()
        .flat_map(|(text, votes)| {
            votes.reasons.iter().map(move |(rep, holds, why)| {
                let said = if *holds { texts.holds } else { texts.holds_not };
                view! {
                    <li>
                        <span class="quiet">{format!("{rep} · {said} · {text}")}</span>
                        <p>{why.clone()}</p>
                    </li>
                }
            })
        })
        .collect();
    view! {
        <section class="page-section" aria-labelledby="field-votes">
            <h2 id="field-votes">{texts.votes_title}</h2>
            <Figure title=texts.votes_title.to_owned() is_named_above=true head=head rows=rows>
                <Bars bars=bars />
            </Figure>
            <ul class="answers">{reasons}</ul>
        </section>
    }
}
