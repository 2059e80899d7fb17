//! What a briefing claims, line by line: reps confirm or contradict each.

use leptos::prelude::*;
use protocol::limits::ITEMS_MAX;
use protocol::mail::Claim;
use protocol::{ClaimId, Words};

use crate::clock;
use crate::form::{TextField, WordsFields};
use crate::locale::{fill, use_locale};

/// The list.
#[component]
pub(super) fn Claims(
    #[prop(into)] value: Signal<Vec<Claim>>,
    #[prop(into)] on_change: Callback<Vec<Claim>>,
) -> impl IntoView {
    let texts = &use_locale().texts.pages.field;
    let error = RwSignal::new(None::<&'static str>);
    let ids = Memo::new(move |_| {
        value.with(|claims| claims.iter().map(|claim| claim.claim_id).collect::<Vec<_>>())
    });
    let change = move |id: ClaimId, change: &dyn Fn(&mut Claim)| {
        let mut claims = value.get_untracked();
        claims.iter_mut().filter(|claim| claim.claim_id == id).for_each(change);
        on_change.run(claims);
    };
    let add = move |_| {
        let mut chance = [0; 10];
        // Without chance there are no ids, and a claim without its own would take another's votes.
        if getrandom::fill(&mut chance).is_err() {
            return error.set(Some(texts.no_chance));
        }
        let claim = Claim {
            claim_id: ClaimId::new(u64::try_from(clock::now_ms()).unwrap_or(0), chance),
            text: Words::default(),
            source: String::new(),
            checked_day: Some(clock::today().to_string()),
        };
        let mut claims = value.get_untracked();
        claims.push(claim);
        on_change.run(claims);
    };
    let row = move |id: ClaimId| {
        let one = move |read: fn(&Claim) -> String| {
            Signal::derive(move || {
                value.with(|claims| {
                    claims.iter().find(|claim| claim.claim_id == id).map(read).unwrap_or_default()
                })
            })
        };
        let words = Signal::derive(move || {
            value.with(|claims| {
                let claim = claims.iter().find(|claim| claim.claim_id == id);
                claim.map(|claim| claim.text.clone()).unwrap_or_default()
            })
        });
        let number = move || {
            let place = ids.with(|ids| ids.iter().position(|one| *one == id));
            fill(texts.claim_n, "{n}", &(place.unwrap_or(0) + 1).to_string())
        };
        let take = move |_| {
            let mut claims = value.get_untracked();
            claims.retain(|claim| claim.claim_id != id);
            on_change.run(claims);
        };
        view! {
            <li class="item" data-testid="claim" data-claim-id=id.to_string()>
                <div class="item-head">
                    <h4>{number}</h4>
                    <button type="button" class="button button-plain" on:click=take>
                        {texts.remove}
                    </button>
                </div>
                <WordsFields
                    label=texts.claim_text
                    value=words
                    on_input=move |text: Words| change(id, &|claim| claim.text = text.clone())
                    test_id="claim-text"
                />
                <div class="two">
                    <TextField
                        label=texts.source
                        value=one(|claim| claim.source.clone())
                        on_input=move |text: String| {
                            change(id, &|claim| claim.source.clone_from(&text));
                        }
                        test_id="claim-source"
                    />
                    <TextField
                        label=texts.checked_day
                        kind="date"
                        value=one(|claim| claim.checked_day.clone().unwrap_or_default())
                        on_input=move |text: String| {
                            let day = (!text.is_empty()).then_some(text);
                            change(id, &|claim| claim.checked_day.clone_from(&day));
                        }
                        test_id="claim-day"
                    />
                </div>
            </li>
        }
    };
    let is_full = move || ids.with(Vec::len) >= ITEMS_MAX;
    view! {
        <fieldset class="stack-close">
            <legend><h3>{texts.claims}</h3></legend>
            <p class="quiet">{texts.claims_about}</p>
            <ol class="items">
                <For each=move || ids.get() key=|id| *id children=row />
            </ol>
            <p class="error" role="alert">{move || error.get()}</p>
            <Show when=move || !is_full() fallback=move || view! { <p class="quiet">{texts.no_more}</p> }>
                <button
                    type="button"
                    class="button add"
                    data-testid="claim-add"
                    on:click=add
                >
                    {texts.claim_add}
                </button>
            </Show>
        </fieldset>
    }
}
