//! Drafts that there are: what was to be cited in a new decision can go into one of them.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::decisions::{Decision, DecisionText};

use super::seed;
use crate::account::use_account;
use crate::address::BASE;
use crate::api::{self, ApiError};
use crate::live::use_live;
use crate::locale::use_locale;
use crate::navigation::use_navigation;
use crate::trouble::words;

/// A button a draft; nothing where there is none, or nothing to cite.
#[component]
pub(super) fn Drafts(text: RwSignal<DecisionText>) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let (account, live, navigation) = (use_account(), use_live(), use_navigation());
    let drafts = RwSignal::new(Vec::<Decision>::new());
    let error = RwSignal::new(None::<ApiError>);
    spawn_local(async move {
        if let Ok(mut found) = account.heed(api::decisions().await) {
            found.retain(|decision| decision.published_at_ms.is_none());
            drafts.try_set(found);
        }
    });
    let cite = move |draft: Decision| {
        let cited = text.get_untracked();
        spawn_local(async move {
            let mut written = draft.text;
            seed::cite_all(&mut written, &cited);
            let id = draft.decision_id;
            match account.heed(api::change_decision(id, draft.version, &written).await) {
                Ok(_) => {
                    seed::forget();
                    live.tell();
                    navigation.replace(&format!("{BASE}/decisions?decision={id}"));
                }
                Err(failed) => {
                    error.try_set(Some(failed));
                }
            }
        });
    };
    let button = move |draft: Decision| {
        let title = draft.text.title.pick(locale.is_french()).to_owned();
        view! {
            <li>
                <button
                    type="button"
                    class="button"
                    data-testid="draft-choice"
                    on:click=move |_| cite(draft.clone())
                >
                    {title}
                </button>
            </li>
        }
    };
    let has_cited =
        move || text.with(|text| !text.note_ids.is_empty() || !text.topic_ids.is_empty());
    view! {
        <Show when=move || has_cited() && drafts.with(|drafts| !drafts.is_empty())>
            <details class="drafts">
                <summary>{texts.cite_in_draft}</summary>
                <ul class="ask-list">
                    {move || drafts.get().into_iter().map(button).collect_view()}
                </ul>
                <p class="error" role="alert">
                    {move || error.get().map(|error| words(&error, locale.texts))}
                </p>
            </details>
        </Show>
    }
}
