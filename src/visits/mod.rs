//! Visits: a meeting with a customer, what was noted during it, and what was noted about them
//! before.

mod card;

use device::{StorageError, StoredNote, Visit};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;
use protocol::VisitId;

use crate::i18n::{Language, Texts, format, use_language, use_texts};
use crate::session::{Session, use_session};
use crate::ui::icon::{self, Icon};
use crate::ui::note_row::NoteRow;
use crate::ui::storage_alert::StorageAlert;

pub(crate) use card::VisitCard;

/// Visits on the list; nobody looks further back than a few months.
const LISTED: u32 = 200;
/// So many of the latest notes are looked through for the customer's.
const LOOKED_AT: u32 = 2_000;
/// Earlier notes that are shown.
const EARLIER: usize = 20;

/// A visit, and all that goes with it.
#[derive(Clone)]
struct Pack {
    visit: Visit,
    notes: Vec<StoredNote>,
    earlier: Vec<StoredNote>,
}

async fn pack(session: Session, visit_id: VisitId) -> Result<Option<Pack>, StorageError> {
    let device = session.device();
    let Some(visit) = device.visit(visit_id).await? else { return Ok(None) };
    let notes = device.notes_of_visit(&visit).await?;
    let latest = device.notes(None, LOOKED_AT).await?;
    let earlier = latest.into_iter().filter(|stored| is_about(stored, &visit)).take(EARLIER);
    Ok(Some(Pack { earlier: earlier.collect(), notes, visit }))
}

/// Whether a note of another time is about whom the visit is paid to.
fn is_about(stored: &StoredNote, visit: &Visit) -> bool {
    let name = |name: &str| name.trim().to_lowercase();
    let is_theirs = stored
        .note
        .customer
        .as_deref()
        .is_some_and(|customer| name(customer) == name(&visit.customer));
    is_theirs && stored.note.visit_id != Some(visit.visit_id) && !stored.is_withdrawn
}

/// "10:42 – 11:20", or that it is under way.
fn times(t: &Texts, language: Language, visit: &Visit) -> String {
    let time = |at| format::time(language, format::unix_ms(at));
    let started = format::date_time(language, format::unix_ms(visit.started_at));
    match visit.finished_at {
        Some(finished_at) => format!("{started} – {}", time(finished_at)),
        None => format!("{started} · {}", t.visit_running),
    }
}

/// One visit: its notes, and the pack to read before it.
#[component]
pub(crate) fn VisitPage() -> impl IntoView {
    let t = use_texts();
    let language = use_language();
    let session = use_session();
    let params = use_params_map();
    let read = RwSignal::new_local(None::<Result<Option<Pack>, StorageError>>);
    Effect::new(move || {
        session.changes.track();
        let visit_id = params.with(|params| params.get("id")?.parse::<VisitId>().ok());
        spawn_local(async move {
            let found = match visit_id {
                Some(visit_id) => pack(session, visit_id).await,
                None => Ok(None),
            };
            let _ = read.try_set(Some(found));
        });
    });
    move || {
        read.get().map(|read| match read {
            Err(error) => view! { <StorageAlert error /> }.into_any(),
            Ok(None) => view! { <p class="empty">{t.visit_missing}</p> }.into_any(),
            Ok(Some(Pack { visit, notes, earlier })) => {
                let list = |notes: Vec<StoredNote>, empty: &'static str| {
                    if notes.is_empty() {
                        return view! { <p class="empty">{empty}</p> }.into_any();
                    }
                    let rows = notes.into_iter().map(|stored| view! { <NoteRow stored /> });
                    view! { <ul class="notes">{rows.collect_view()}</ul> }.into_any()
                };
                let visit_id = visit.visit_id;
                let is_running = visit.finished_at.is_none();
                view! {
                    <div class="home">
                        <div class="entry-head">
                            <A href="/visits" attr:class="icon-button" attr:aria-label=t.back>
                                <Icon path=icon::BACK />
                            </A>
                            <h1>{format!("{} {}", t.visit_at, visit.customer)}</h1>
                        </div>
                        <p class="quiet">{times(t, language, &visit)}</p>
                        {list(notes, t.visit_empty)}
                        {is_running.then(|| view! {
                            <button
                                class="button"
                                data-testid="visit-finish"
                                on:click=move |_| card::finish(session, visit_id)
                            >
                                {t.visit_finish}
                            </button>
                        })}
                        <section aria-labelledby="earlier">
                            <h2 id="earlier">{t.earlier_notes}</h2>
                            {list(earlier, t.no_earlier_notes)}
                        </section>
                    </div>
                }
                .into_any()
            }
        })
    }
}

/// All visits, newest first.
#[component]
pub(crate) fn Visits() -> impl IntoView {
    let t = use_texts();
    let language = use_language();
    let session = use_session();
    let read = RwSignal::new_local(None::<Result<Vec<Visit>, StorageError>>);
    Effect::new(move || {
        session.changes.track();
        spawn_local(async move {
            let found = session.device().visits(None, LISTED).await;
            let _ = read.try_set(Some(found));
        });
    });
    let row = move |visit: Visit| {
        let Visit { visit_id, customer, .. } = visit.clone();
        view! {
            <li class="visit-row" data-testid="visit-item" data-visit-id=visit_id.to_string()>
                <A href=format!("/visits/{visit_id}")>
                    <span>{customer}</span>
                    <span class="quiet">{times(t, language, &visit)}</span>
                </A>
            </li>
        }
    };
    let list = move || {
        read.get().map(|read| match read {
            Err(error) => view! { <StorageAlert error /> }.into_any(),
            Ok(visits) if visits.is_empty() => {
                view! { <p class="empty">{t.visits_empty}</p> }.into_any()
            }
            Ok(visits) => {
                view! { <ul>{visits.into_iter().map(row).collect_view()}</ul> }.into_any()
            }
        })
    };
    view! {
        <div class="home">
            <h1>{t.visits}</h1>
            {list}
        </div>
    }
}
