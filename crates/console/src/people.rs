//! People: reps, their devices and invitations, and the users of this console.

mod invite;
mod reps;
mod users;

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::Role;
use protocol::console::people::People as Answer;

use crate::account::{Presence, use_account};
use crate::api::{self, ApiError};
use crate::locale::use_locale;
use crate::page;
use crate::trouble::Trouble;

/// Asks for everybody again.
#[derive(Clone, Copy)]
pub(crate) struct Refresh(Callback<()>);

/// The screen.
#[component]
pub(crate) fn People() -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.pages.people;
    let account = use_account();
    let answer = RwSignal::new(None::<Result<Answer, ApiError>>);
    let ask = move || {
        spawn_local(async move {
            let result = account.heed(api::people::people().await);
            // Who is shown stays where a later question finds no answer.
            let had = answer.try_with_untracked(|answer| matches!(answer, Some(Ok(_))));
            if result.is_ok() || had == Some(false) {
                answer.try_set(Some(result));
            }
        });
    };
    ask();
    provide_context(Refresh(Callback::new(move |()| ask())));
    let link = RwSignal::new(None);
    page::set_title(texts.title);
    let is_admin = Memo::new(move |_| {
        account.presence.with(|presence| {
            matches!(presence, Presence::SignedIn(session) if session.role == Role::Admin)
        })
    });
    let body = move || match answer.get() {
        None => view! { <p class="hint quiet appears-late">{locale.texts.loading}</p> }.into_any(),
        Some(Err(error)) => view! { <Trouble error=error retry=move |()| ask() /> }.into_any(),
        Some(Ok(Answer { reps, users })) => view! {
            <reps::Reps reps is_admin=is_admin.get() />
            <users::Users users is_admin=is_admin.get() link />
        }
        .into_any(),
    };
    view! {
        <div class="page people">
            <header class="page-head"><h1>{texts.title}</h1></header>
            <Show
                when=move || is_admin.get()
                fallback=move || view! { <p class="quiet">{texts.admins_only}</p> }
            >
                <invite::Invite />
            </Show>
            {body}
        </div>
    }
}
