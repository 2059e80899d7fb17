//! On the home screen: what marketing decided that the rep has not seen yet.

use device::{Device, StorageError};
use leptos::prelude::*;
use protocol::mail::Decision;
use protocol::{DecisionId, NoteId};

use super::decision::{led_note, led_to};
use super::letters::decisions;
use crate::i18n::pages::use_page_texts;
use crate::i18n::{format, use_language};
use crate::session::use_session;

/// So many decisions are told here; the rest is one tap away.
const SHOWN: usize = 3;

/// A decision, and the rep's notes that led to it.
type News = Vec<(Decision, Vec<NoteId>)>;

async fn read(device: Device) -> Result<News, StorageError> {
    let unseen = decisions(&device).await?.into_iter().filter(|letter| !letter.is_seen);
    let unseen: Vec<Decision> = unseen.map(|letter| letter.it).take(SHOWN).collect();
    if unseen.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<DecisionId> = unseen.iter().map(|decision| decision.decision_id).collect();
    let led = device.led_to(&ids).await?;
    let with_notes = |decision: Decision| {
        let notes = led_to(&led, decision.decision_id);
        (decision, notes)
    };
    Ok(unseen.into_iter().map(with_notes).collect())
}

#[component]
pub(crate) fn CameBack() -> impl IntoView {
    let t = use_page_texts();
    let language = use_language();
    // What fails here shows where the notes are listed.
    let news = use_session().watch(async |device| read(device).await.unwrap_or_default());
    let row = move |(decision, notes): (Decision, Vec<NoteId>)| {
        let told = t.decided_that.replace("{title}", language.pick(&decision.title));
        let from = decision.from_day.map(|day| {
            let day = format::calendar_day(language, &day);
            view! { <span class="quiet">{t.from_day.replace("{day}", &day)}</span> }
        });
        let notes = notes.into_iter().take(1).map(led_note).collect_view();
        view! {
            <li class="mail-row" data-testid="came-back">
                <a href="/inbox"><span>{told}</span>{from}</a>
                <span class="letter-led">{notes}</span>
            </li>
        }
    };
    move || {
        let news = news.get().filter(|news| !news.is_empty())?;
        Some(view! {
            <section aria-labelledby="came-back">
                <h2 id="came-back">{t.inbox_title}</h2>
                <ul class="mail">{news.into_iter().map(row).collect_view()}</ul>
            </section>
        })
    }
}
