//! Visits: a meeting with a customer, what was noted during it, and what to know before.

mod card;
mod pack;
mod page;

use device::{StorageError, Visit};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

use crate::i18n::pages::{PageTexts, use_page_texts};
use crate::i18n::{Language, format, use_language};
use crate::session::use_session;
use crate::ui::storage_alert::StorageAlert;

pub(crate) use card::VisitCard;
pub(crate) use page::{PreparePage, VisitPage};

/// Visits on the list; nobody looks further back than a few months.
const LISTED: u32 = 200;

/// "10:42 – 11:20", or that it is under way.
fn times(t: &PageTexts, language: Language, visit: &Visit) -> String {
    let time = |at| format::time(language, format::unix_ms(at));
    let started = format::date_time(language, format::unix_ms(visit.started_at));
    match visit.finished_at {
        Some(finished_at) => format!("{started} – {}", time(finished_at)),
        None => format!("{started} · {}", t.visit_running),
    }
}

/// All visits, newest first.
#[component]
pub(crate) fn Visits() -> impl IntoView {
    let t = use_page_texts();
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
