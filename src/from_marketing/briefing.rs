//! A briefing, or a battlecard: its text, what it claims, and that the rep has read it.

use device::{Device, Given, StorageError};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;
use protocol::BriefingId;
use protocol::mail::{Briefing, Content, Subject};
use protocol::reply::Reply;

use super::claim::{ClaimItem, Voted, votes};
use super::letters::mark_seen;
use super::prose::Prose;
use crate::i18n::pages::use_page_texts;
use crate::i18n::{format, use_language};
use crate::session::use_session;
use crate::ui::icon::{self, Icon};
use crate::ui::storage_alert::StorageAlert;

/// A briefing as this rep has it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sheet {
    briefing: Briefing,
    is_seen: bool,
    votes: Vec<Voted>,
    acknowledged: Option<Acknowledged>,
}

/// The rep said that they read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Acknowledged {
    revision: u32,
    unix_ms: i64,
    is_sent: bool,
}

async fn read(device: Device, id: Option<BriefingId>) -> Result<Option<Sheet>, StorageError> {
    let Some(id) = id else { return Ok(None) };
    let Some(letter) = device.letter(&format!("briefing/{id}")).await? else { return Ok(None) };
    let Content::Briefing(briefing) = letter.content else { return Ok(None) };
    let replies = device.replies().await?;
    let (votes, acknowledged) = (votes(id, &replies), acknowledged(id, &replies));
    Ok(Some(Sheet { briefing, is_seen: letter.is_seen, votes, acknowledged }))
}

/// The latest revision of a briefing that the rep said to have read.
fn acknowledged(id: BriefingId, replies: &[Given]) -> Option<Acknowledged> {
    let of_it = replies.iter().filter_map(|given| match given.reply {
        Reply::Acknowledgement { briefing_id, revision } if briefing_id == id => {
            let unix_ms = given.saved_at.unix_ms;
            Some(Acknowledged { revision, unix_ms, is_sent: given.is_sent })
        }
        _ => None,
    });
    of_it.max_by_key(|it| it.revision)
}

#[component]
pub(crate) fn BriefingPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse().ok()));
    move || view! { <Page id=id.get() /> }
}

#[component]
fn Page(id: Option<BriefingId>) -> impl IntoView {
    let t = use_page_texts();
    let session = use_session();
    let sheet = session.watch(move |device| read(device, id));
    Effect::new(move || {
        sheet.with(|sheet| {
            if let Some(Ok(Some(Sheet { briefing, is_seen: false, .. }))) = sheet {
                mark_seen(session, vec![format!("briefing/{}", briefing.briefing_id)]);
            }
        });
    });
    let briefing = Memo::new(move |_| {
        sheet.with(|sheet| match sheet {
            Some(Ok(Some(sheet))) => Some(sheet.briefing.clone()),
            _ => None,
        })
    });
    let votes = Memo::new(move |_| {
        sheet.with(|sheet| match sheet {
            Some(Ok(Some(sheet))) => sheet.votes.clone(),
            _ => Vec::new(),
        })
    });
    let acknowledged = Memo::new(move |_| {
        sheet.with(|sheet| match sheet {
            Some(Ok(Some(sheet))) => sheet.acknowledged,
            _ => None,
        })
    });
    let trouble = move || {
        sheet.with(|sheet| match sheet {
            Some(Err(error)) => Some(view! { <StorageAlert error=error.clone() /> }.into_any()),
            Some(Ok(None)) => Some(view! { <p class="empty">{t.letter_missing}</p> }.into_any()),
            _ => None,
        })
    };
    view! {
        <div class="home">
            {trouble}
            {move || briefing.get().map(|briefing| {
                view! { <Text briefing votes acknowledged /> }
            })}
        </div>
    }
}

#[component]
fn Text(
    briefing: Briefing,
    votes: Memo<Vec<Voted>>,
    acknowledged: Memo<Option<Acknowledged>>,
) -> impl IntoView {
    let t = use_page_texts();
    let language = use_language();
    let Briefing { briefing_id, revision, subject, phase, title, text, claims, .. } = briefing;
    let (sort, name) = match subject {
        Subject::Product(name) => (t.briefing, name),
        Subject::Competitor(name) => (t.battlecard, name),
    };
    let phase = phase.map(|phase| format!(" · {}", (t.phase_of)(phase)));
    let at = format::date(language, format::at_ms(briefing.at_ms));
    let has_claims = !claims.is_empty();
    let claims = claims.into_iter().map(|claim| view! { <ClaimItem briefing_id claim votes /> });
    let claims = has_claims.then(|| {
        view! {
            <section class="claims" aria-labelledby="claims">
                <h2 id="claims">{t.claims}</h2>
                <ul class="mail">{claims.collect_view()}</ul>
            </section>
        }
    });
    let is_wanted = briefing.is_acknowledgement_wanted;
    view! {
        <article class="briefing" data-testid="briefing" data-briefing-id=briefing_id.to_string()>
            <div class="entry-head">
                <A href="/inbox" attr:class="icon-button" attr:aria-label=t.back>
                    <Icon path=icon::BACK />
                </A>
                <h1>{language.pick(&title).to_owned()}</h1>
            </div>
            <p class="quiet">{sort}" · "{name}{phase}" · "{at}</p>
            <Prose text=language.pick(&text).to_owned() />
            {claims}
            {is_wanted.then(|| view! { <Acknowledge briefing_id revision acknowledged /> })}
        </article>
    }
    .into_any()
}

#[component]
fn Acknowledge(
    briefing_id: BriefingId,
    revision: u32,
    acknowledged: Memo<Option<Acknowledged>>,
) -> impl IntoView {
    let t = use_page_texts();
    let language = use_language();
    let session = use_session();
    let failure = RwSignal::new(None::<&'static str>);
    let say = move |_| {
        failure.set(None);
        spawn_local(async move {
            let reply = Reply::Acknowledgement { briefing_id, revision };
            if let Err(error) = session.device().reply(None, reply).await {
                let _ = failure.try_set(Some(t.save_error(&error)));
            }
        });
    };
    let said = move || {
        acknowledged.get().map(|it| {
            if it.revision < revision {
                return t.briefing_changed.to_owned();
            }
            let day = format::date(language, format::at_ms(it.unix_ms));
            let state = if it.is_sent { t.sent } else { t.saved };
            format!("{} · {state}", t.briefing_was_read.replace("{day}", &day))
        })
    };
    let is_due = move || acknowledged.get().is_none_or(|it| it.revision < revision);
    view! {
        <p class="quiet" role="status" data-testid="briefing-said">{said}</p>
        {move || is_due().then(|| view! {
            <button class="button button-main save" data-testid="briefing-read" on:click=say>
                {t.briefing_read}
            </button>
        })}
        <p class="error" role="alert">{move || failure.get()}</p>
    }
}
