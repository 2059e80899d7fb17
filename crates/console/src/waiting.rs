//! How much waits, and since when: the counts beside the views, the tags, and who can take a note.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::Kind;
use protocol::console::people::UserId;
use protocol::console::work::{Views, Waiting, WorkState};

use crate::account::{Account, Presence, use_account};
use crate::api;
use crate::live::Live;
use crate::page;

/// How often the counts are asked for where the endpoint does not tell.
const EVERY: Duration = Duration::from_secs(60);

/// The counts, as a signal; none before the first answer.
#[derive(Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) views: RwSignal<Option<Views>>,
    account: Account,
}

/// The counts of the page.
pub(crate) fn use_counts() -> Counts {
    expect_context()
}

/// The number of whoever is signed in.
pub(crate) fn use_own_id() -> Signal<Option<UserId>> {
    let account = use_account();
    Signal::derive(move || match account.presence.get() {
        Presence::SignedIn(session) => Some(session.user_id),
        _ => None,
    })
}

impl Counts {
    /// Asks whenever something was heard, and now and then.
    pub(crate) fn begin(account: Account, live: Live) -> Self {
        let counts = Self { views: RwSignal::new(None), account };
        let is_in = Memo::new(move |_| matches!(account.presence.get(), Presence::SignedIn(_)));
        Effect::new(move |_| {
            live.heard.track();
            if is_in.get() {
                counts.refresh();
            }
        });
        let look = move || {
            if is_in.get_untracked() && page::is_visible() {
                counts.refresh();
            }
        };
        if let Ok(timer) = set_interval_with_handle(look, EVERY) {
            on_cleanup(move || timer.clear());
        }
        counts
    }

    /// Asks again. Without an answer the counts stay as they were; the list itself says why.
    pub(crate) fn refresh(self) {
        spawn_local(async move {
            if let Ok(views) = self.account.heed(api::views().await) {
                self.views.maybe_update(|known| {
                    let is_other = known.as_ref() != Some(&views);
                    *known = Some(views);
                    is_other
                });
            }
        });
    }

    /// How many are in this state.
    pub(crate) fn of_state(self, state: WorkState) -> Option<Waiting> {
        self.views.with(|views| find(&views.as_ref()?.states, state))
    }

    /// How many new ones are of this kind.
    pub(crate) fn of_new_kind(self, kind: Kind) -> Option<Waiting> {
        self.views.with(|views| find(&views.as_ref()?.new_kinds, kind))
    }

    /// One of the other counts.
    pub(crate) fn of(self, which: fn(&Views) -> Waiting) -> Option<Waiting> {
        self.views.with(|views| views.as_ref().map(which))
    }

    /// Who can take a note.
    pub(crate) fn users(self) -> Vec<(UserId, String)> {
        self.views.with(|views| views.as_ref().map(|it| it.users.clone()).unwrap_or_default())
    }

    /// A user's e-mail address; the number where it is unknown.
    pub(crate) fn name_of(self, user: UserId) -> String {
        self.views.with(|views| {
            let users = views.as_ref().map(|views| views.users.as_slice()).unwrap_or_default();
            let known = users.iter().find(|(id, _)| *id == user);
            known.map_or_else(|| format!("#{user}"), |(_, name)| name.clone())
        })
    }
}

fn find<T: PartialEq>(counts: &[(T, Waiting)], key: T) -> Option<Waiting> {
    counts.iter().find(|(it, _)| *it == key).map(|(_, waiting)| *waiting)
}
