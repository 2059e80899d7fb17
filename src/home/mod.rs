//! Home: what was noted last, above the four keys.

use device::{StoredNote, shared};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

use crate::i18n::use_texts;
use crate::session::use_session;
use crate::ui::note_row::NoteRow;
use crate::ui::storage_alert::StorageAlert;

/// Notes shown here; the rest is one tap away.
const LATEST: u32 = 8;

#[component]
pub(crate) fn Home() -> impl IntoView {
    let t = use_texts();
    let session = use_session();
    let latest = RwSignal::new_local(None::<Result<Vec<StoredNote>, device::StorageError>>);
    Effect::new(move || {
        session.changes.track();
        let device = session.device();
        spawn_local(async move {
            let notes = device.notes(None, LATEST).await;
            let _ = latest.try_set(Some(notes));
        });
    });
    let notice = session.notice.get_untracked();
    session.notice.set(None);
    let is_shared = RwSignal::new(false);
    spawn_local(async move {
        let _ = is_shared.try_set(!shared::waiting().await.is_empty());
    });
    let greeting = move || match session.identity.get() {
        Some(Ok(Some(identity))) => identity.rep_name,
        _ => String::new(),
    };
    let list = move || {
        latest.get().map(|read| match read {
            Err(error) => view! { <StorageAlert error /> }.into_any(),
            Ok(notes) if notes.is_empty() => {
                view! { <p class="empty">{t.home_empty}</p> }.into_any()
            }
            Ok(notes) => view! {
                <section aria-labelledby="latest">
                    <div class="list-head">
                        <h2 id="latest">{t.latest}</h2>
                        <A href="/notes">{t.all_notes}</A>
                    </div>
                    <ul class="notes">
                        {notes.into_iter().map(|stored| view! { <NoteRow stored /> }).collect_view()}
                    </ul>
                </section>
            }
            .into_any(),
        })
    };
    view! {
        <div class="home">
            <h1 class="brand">"Sightline"<span class="brand-rep">{greeting}</span></h1>
            <p class="notice" role="status" data-testid="notice">{notice}</p>
            {move || is_shared.get().then(|| {
                view! { <a href="/share" class="button" data-testid="share-waits">{t.share_waits}</a> }
            })}
            {list}
        </div>
    }
}
