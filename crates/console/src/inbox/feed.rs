//! The notes that the filters ask for: read page by page, and watched for new ones.

use std::sync::Arc;
use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::{InboxNote, InboxQuery};
use protocol::{NoteId, Seq};

use super::arrivals::{Arrivals, Shared, append, prepend, renew};
use crate::account::Account;
use crate::address::Filters;
use crate::api::{self, ApiError};
use crate::live::{Live, use_live};
use crate::work::{Subject, subject_of, use_deeds};
use crate::{clock, page};

/// How often new notes are asked for while somebody looks and the endpoint does not tell.
const WATCH_EVERY: Duration = Duration::from_secs(15);

/// Where it tells, every so many times all the same: what was told can be lost on the way.
const TICKS_CONNECTED: u32 = 4;

/// The most notes that one look reads again.
const LOOK_NOTES_MAX: u16 = 200;

/// The least: a page.
const LOOK_NOTES_MIN: u16 = 50;

/// How far the reading is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Progress {
    /// The first page is on its way; what is shown belongs to other filters.
    Loading,
    LoadingMore,
    Idle,
    Failed(ApiError),
    MoreFailed(ApiError),
}

/// The list and its state, as a handle that closures copy.
#[derive(Clone, Copy)]
pub(super) struct Feed {
    pub(super) notes: RwSignal<Vec<Shared>>,
    pub(super) next_before: RwSignal<Option<Seq>>,
    pub(super) progress: RwSignal<Progress>,
    /// New notes that wait above the list, so that nothing moves under the reader's eyes.
    pub(super) arrivals: RwSignal<Arrivals>,
    /// How many joined the list at once, to be said aloud.
    pub(super) joined: RwSignal<usize>,
    /// Why the last look for new notes failed.
    pub(super) watch_error: RwSignal<Option<ApiError>>,
    /// Whether the list is scrolled to its top, where new notes may join at once.
    pub(super) at_top: RwSignal<bool>,
    filters: Memo<Filters>,
    account: Account,
    live: Live,
    /// Counts the starts; an answer to an earlier one is dropped.
    start: StoredValue<u64>,
}

impl Feed {
    /// Follows these filters.
    pub(super) fn of(filters: Memo<Filters>, account: Account) -> Self {
        let feed = Self {
            notes: RwSignal::default(),
            next_before: RwSignal::default(),
            progress: RwSignal::new(Progress::Loading),
            arrivals: RwSignal::default(),
            joined: RwSignal::default(),
            watch_error: RwSignal::default(),
            at_top: RwSignal::new(true),
            filters,
            account,
            live: use_live(),
            start: StoredValue::new(0),
        };
        Effect::new(move |_| {
            filters.track();
            feed.restart();
        });
        feed.watch();
        let made = use_deeds().made;
        Effect::new(move |_| feed.take_over(&made.get()));
        feed
    }

    /// The notes of these ids, as something is done with them; those that are not read are left out.
    pub(super) fn subjects(self, is_meant: impl Fn(NoteId) -> bool) -> Vec<Subject> {
        self.notes.with_untracked(|notes| {
            let meant = notes.iter().filter(|note| is_meant(note.note_id));
            meant.map(|note| subject_of(note)).collect()
        })
    }

    /// The order of the notes.
    pub(super) fn order(self) -> Vec<NoteId> {
        self.notes.with_untracked(|notes| notes.iter().map(|note| note.note_id).collect())
    }

    /// Shows what a deed made of notes.
    fn take_over(self, made: &[Subject]) {
        self.notes.maybe_update(|notes| {
            let mut has_changed = false;
            for note in notes {
                let work = made.iter().find(|(id, _)| *id == note.note_id).map(|(_, work)| work);
                if let Some(work) = work.filter(|work| **work != note.work) {
                    *note = Arc::new(InboxNote { work: work.clone(), ..(**note).clone() });
                    has_changed = true;
                }
            }
            has_changed
        });
    }

    /// What the filters ask for at this moment; "today" is another day tomorrow.
    pub(super) fn query(self) -> InboxQuery {
        self.filters.with(|filters| filters.query(clock::today(), clock::midnight_ms))
    }

    /// Reads the first page anew.
    pub(super) fn restart(self) {
        self.start.update_value(|start| *start += 1);
        self.progress.set(Progress::Loading);
        self.arrivals.set(Arrivals::default());
        self.joined.set(0);
        let start = self.start.get_value();
        let query = untrack(|| self.query());
        spawn_local(async move {
            let answer = self.account.heed(api::notes(&query).await);
            if !self.is_current(start) {
                return;
            }
            match answer {
                Ok(page) => {
                    self.notes.set(page.notes.into_iter().map(Arc::new).collect());
                    self.next_before.set(page.next_before);
                    self.watch_error.set(None);
                    self.progress.set(Progress::Idle);
                }
                Err(error) => self.progress.set(Progress::Failed(error)),
            }
        });
    }

    /// Reads the next page, if there is one and nothing else is on its way.
    pub(super) fn more(self) {
        let busy = matches!(
            self.progress.get_untracked(),
            Progress::Loading | Progress::LoadingMore | Progress::Failed(_)
        );
        let Some(before) = self.next_before.get_untracked().filter(|_| !busy) else { return };
        self.progress.set(Progress::LoadingMore);
        let start = self.start.get_value();
        let query = InboxQuery { before: Some(before), ..untrack(|| self.query()) };
        spawn_local(async move {
            let answer = self.account.heed(api::notes(&query).await);
            if !self.is_current(start) {
                return;
            }
            match answer {
                Ok(page) => {
                    self.notes.update(|notes| append(notes, page.notes));
                    self.next_before.set(page.next_before);
                    self.progress.set(Progress::Idle);
                }
                Err(error) => self.progress.set(Progress::MoreFailed(error)),
            }
        });
    }

    /// Lets the waiting notes join the list.
    pub(super) fn show_arrivals(self) {
        let arrivals = self.arrivals.get_untracked();
        self.arrivals.set(Arrivals::default());
        if arrivals.has_gap {
            self.restart();
        } else {
            self.notes.update(|notes| prepend(notes, arrivals.notes));
        }
    }

    /// The note so many places further, and whether it is the last one read. From nowhere, the
    /// first.
    pub(super) fn neighbour(self, from: Option<NoteId>, by: isize) -> Option<(NoteId, bool)> {
        self.notes.with_untracked(|notes| {
            let at = from.and_then(|id| notes.iter().position(|note| note.note_id == id));
            let index = at.map_or(Some(0), |at| at.checked_add_signed(by))?;
            notes.get(index).map(|note| (note.note_id, index + 1 == notes.len()))
        })
    }

    fn is_current(self, start: u64) -> bool {
        // None when the screen is gone.
        self.start.try_get_value() == Some(start)
    }

    fn watch(self) {
        let look = move || {
            if page::is_visible() {
                self.look_for_arrivals();
            }
        };
        let ticks = StoredValue::new(0_u32);
        let ask = move || {
            ticks.update_value(|ticks| *ticks = ticks.wrapping_add(1));
            let is_due = ticks.get_value().is_multiple_of(TICKS_CONNECTED);
            if is_due || !self.live.is_connected.get_untracked() {
                look();
            }
        };
        Effect::new(move |before: Option<()>| {
            self.live.heard.track();
            if before.is_some() {
                look();
            }
        });
        let visible = window_event_listener_untyped("visibilitychange", move |_| look());
        let focused = window_event_listener(ev::online, move |_| look());
        let timer = set_interval_with_handle(ask, WATCH_EVERY);
        on_cleanup(move || {
            visible.remove();
            focused.remove();
            if let Ok(timer) = timer {
                timer.clear();
            }
        });
    }

    fn look_for_arrivals(self) {
        if self.progress.get_untracked() != Progress::Idle {
            return;
        }
        let start = self.start.get_value();
        let shown = self.notes.with_untracked(Vec::len);
        let limit = u16::try_from(shown).unwrap_or(u16::MAX).clamp(LOOK_NOTES_MIN, LOOK_NOTES_MAX);
        let query = InboxQuery { limit: Some(limit), ..untrack(|| self.query()) };
        spawn_local(async move {
            let answer = self.account.heed(api::notes(&query).await);
            if !self.is_current(start) {
                return;
            }
            match answer {
                Ok(page) => {
                    self.watch_error.set(None);
                    self.notes.maybe_update(|notes| renew(notes, &page.notes));
                    self.take(Arrivals::of(page, self.newest()));
                }
                Err(error) => self.watch_error.set(Some(error)),
            }
        });
    }

    fn take(self, arrivals: Arrivals) {
        if arrivals.notes.is_empty() {
            return;
        }
        self.joined.set(arrivals.notes.len());
        self.arrivals.update(|waiting| waiting.join(arrivals));
        if self.at_top.get_untracked() && !self.arrivals.with_untracked(|waiting| waiting.has_gap) {
            self.show_arrivals();
        }
    }

    fn newest(self) -> Option<Seq> {
        let newest = |notes: &[Shared]| notes.iter().map(|note| note.seq).max();
        let waiting = self.arrivals.with_untracked(|arrivals| newest(&arrivals.notes));
        waiting.max(self.notes.with_untracked(|notes| newest(notes)))
    }
}
