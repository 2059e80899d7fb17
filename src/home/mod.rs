//! Home: today's notes, and the last ones before, above the four keys.

use device::{Device, StorageError, StoredNote, shared};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::capture::Undo;
use crate::i18n::{Texts, format, use_language, use_texts};
use crate::lazy::{self, Lazy};
use crate::preferences;
use crate::session::use_session;
use crate::ui::note_row::NoteRow;
use crate::ui::storage_alert::StorageAlert;
use crate::visits::VisitCard;

/// Notes shown here; the rest is one tap away.
const SHOWN: usize = 8;

/// Notes that one read takes.
const PAGE: u32 = 50;

/// What is shown of the rep's notes, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Latest {
    /// Those of today, at most [`SHOWN`].
    today: Vec<StoredNote>,
    /// How many there are of today.
    count: usize,
    /// As many of those before as there is room for.
    earlier: Vec<StoredNote>,
}

#[component]
pub(crate) fn Home() -> impl IntoView {
    let t = use_texts();
    let session = use_session();
    let latest = RwSignal::new_local(None::<Result<Latest, StorageError>>);
    Effect::new(move || {
        session.changes.track();
        let device = session.device();
        spawn_local(async move {
            let read = Some(read(&device).await);
            // What stays the same is not drawn anew under the finger.
            if latest.try_with_untracked(|shown| *shown != read) == Some(true) {
                latest.set(read);
            }
        });
    });
    let notice = session.notice.get_untracked();
    session.notice.set(None);
    let undo = notice.and_then(|notice| notice.undo).map(|note_id| view! { <Undo note_id /> });
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
            Ok(Latest { today, earlier, .. }) if today.is_empty() && earlier.is_empty() => {
                view! { <p class="empty">{t.home_empty}</p> }.into_any()
            }
            Ok(latest) => {
                preferences::note_that_there_are_notes();
                view! { <Lists latest /> }.into_any()
            }
        })
    };
    view! {
        <div class="home">
            <h1 class="brand">"Sightline"<span class="brand-rep">{greeting}</span></h1>
            <div class="notice-line">
                <p class="notice" role="status" data-testid="notice">
                    {notice.map(|notice| notice.words)}
                </p>
                {undo}
            </div>
            {move || is_shared.get().then(|| {
                view! { <a href="/share" class="button" data-testid="share-waits">{t.share_waits}</a> }
            })}
            <VisitCard />
            {list}
            <Lazy view=lazy::View::CameBack />
        </div>
    }
}

#[component]
fn Lists(latest: Latest) -> impl IntoView {
    let t = use_texts();
    let language = use_language();
    let Latest { today, count, earlier } = latest;
    let count = format::plural(language, t.today_count, u32::try_from(count).unwrap_or(u32::MAX));
    let has_today = !today.is_empty();
    let today = has_today.then(|| section(t, "today", t.today, count, true, today));
    let earlier = (!earlier.is_empty())
        .then(|| section(t, "earlier", t.earlier, String::new(), !has_today, earlier));
    view! {
        {today}
        {earlier}
    }
}

/// Rows below their heading, which says how many there are where `count` is not empty.
fn section(
    t: &'static Texts,
    id: &'static str,
    title: &'static str,
    count: String,
    leads_to_all: bool,
    notes: Vec<StoredNote>,
) -> AnyView {
    let separator = if count.is_empty() { "" } else { " · " };
    let rows = notes.into_iter().map(|stored| view! { <NoteRow stored /> }).collect_view();
    view! {
        <section aria-labelledby=id>
            <div class="list-head">
                <h2 id=id>{title}{separator}<span data-testid=format!("{id}-count")>{count}</span></h2>
                {leads_to_all.then(|| view! { <a href="/notes">{t.all_notes}</a> })}
            </div>
            <ul class="notes">{rows}</ul>
        </section>
    }
    .into_any()
}

/// Reads as far back as today goes, and to the first notes before it.
async fn read(device: &Device) -> Result<Latest, StorageError> {
    let midnight = format::midnight(js_sys::Date::now());
    let is_of_today = |stored: &StoredNote| format::date_ms(stored.begun_ms()) >= midnight;
    let mut latest = Latest { today: Vec::new(), count: 0, earlier: Vec::new() };
    let mut after = None;
    loop {
        let page = device.notes(after, PAGE).await?;
        let is_last = page.len() < PAGE as usize;
        after = page.last().map(|stored| stored.note_id);
        for stored in page {
            let has_room = latest.today.len() + latest.earlier.len() < SHOWN;
            let is_of_today = is_of_today(&stored);
            latest.count += usize::from(is_of_today);
            match is_of_today {
                true if has_room => latest.today.push(stored),
                false if has_room => latest.earlier.push(stored),
                true => {}
                false => return Ok(latest),
            }
        }
        if is_last {
            return Ok(latest);
        }
    }
}
