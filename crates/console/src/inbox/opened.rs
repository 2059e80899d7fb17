//! The open note: what the endpoint says of it, read again whenever something was heard.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::NoteId;
use protocol::console::NoteDetail;
use protocol::console::topics::Similar;
use protocol::console::work::{Change, WorkState};

use super::arrivals::Shared;
use super::feed::Feed;
use crate::account::{Account, use_account};
use crate::api::{self, ApiError};
use crate::live::use_live;
use crate::page;
use crate::work::{Deeds, Said, Subject, subject_of, use_deeds};

/// A note that was in view for so long counts as read.
const READ_AFTER: Duration = Duration::from_millis(1_500);

/// Whoever steps through the list asks for similar notes only where they stay.
const SIMILAR_AFTER: Duration = Duration::from_millis(250);

/// The endpoint's answer about the note of this id.
type Answer = (NoteId, Result<NoteDetail, ApiError>);

/// The open note, as a handle that closures copy.
#[derive(Clone, Copy)]
pub(super) struct Opened {
    pub(super) id: Memo<Option<NoteId>>,
    /// What the list knows is shown at once; the endpoint's answer follows.
    pub(super) note: Memo<Option<Shared>>,
    pub(super) detail: Memo<Option<Result<NoteDetail, ApiError>>>,
    /// Notes that may say the same.
    pub(super) similar: RwSignal<Vec<Similar>>,
    /// Those of them that are not to be gathered.
    pub(super) left_out: RwSignal<BTreeSet<NoteId>>,
    answer: RwSignal<Option<Answer>>,
    account: Account,
    deeds: Deeds,
}

impl Opened {
    /// Follows the address.
    pub(super) fn of(id: Memo<Option<NoteId>>, feed: Feed) -> Self {
        let answer = RwSignal::new(None::<Answer>);
        let detail = Memo::new(move |_| {
            let open = id.get()?;
            answer.get().filter(|(note_id, _)| *note_id == open).map(|(_, result)| result)
        });
        let note = Memo::new(move |_| {
            if let Some(Ok(detail)) = detail.get() {
                return Some(Arc::new(detail.note));
            }
            let open = id.get()?;
            feed.notes.with(|notes| notes.iter().find(|note| note.note_id == open).cloned())
        });
        let opened = Self {
            id,
            note,
            detail,
            similar: RwSignal::default(),
            left_out: RwSignal::default(),
            answer,
            account: use_account(),
            deeds: use_deeds(),
        };
        let heard = use_live().heard;
        Effect::new(move |_| {
            heard.track();
            id.get().into_iter().for_each(|id| opened.ask(id));
        });
        let made = opened.deeds.made;
        Effect::new(move |_| opened.take_over(&made.get()));
        opened.look_for_similar();
        opened.mark_as_read();
        opened
    }

    /// A part of the endpoint's answer, which changes only where that part does.
    pub(super) fn part<T: PartialEq + Send + Sync + 'static>(
        self,
        of: fn(NoteDetail) -> T,
    ) -> Memo<Option<T>> {
        Memo::new(move |_| match self.detail.get() {
            Some(Ok(detail)) => Some(of(detail)),
            _ => None,
        })
    }

    /// What something is done with.
    pub(super) fn subject(self) -> Option<Subject> {
        self.note.with_untracked(|note| note.as_deref().map(subject_of))
    }

    /// Asks again after trouble.
    pub(super) fn retry(self) {
        self.answer.set(None);
        self.id.get_untracked().into_iter().for_each(|id| self.ask(id));
    }

    fn is_open(self, note_id: NoteId) -> bool {
        // None when the screen is gone.
        self.id.try_get_untracked().flatten() == Some(note_id)
    }

    fn ask(self, note_id: NoteId) {
        spawn_local(async move {
            let result = self.account.heed(api::note(note_id).await);
            if !self.is_open(note_id) {
                return;
            }
            // What is shown stays where the endpoint is out of reach for a moment.
            let has_detail = self.detail.with_untracked(|known| matches!(known, Some(Ok(_))));
            let is_unreached = matches!(result, Err(ApiError::NoAnswer | ApiError::Unreadable));
            if !(has_detail && is_unreached) {
                self.answer.set(Some((note_id, result)));
            }
        });
    }

    fn take_over(self, made: &[Subject]) {
        self.answer.maybe_update(|answer| {
            let Some((note_id, Ok(detail))) = answer else { return false };
            let work = made.iter().find(|(id, _)| id == note_id).map(|(_, work)| work);
            if let Some(work) = work {
                detail.note.work.clone_from(work);
            }
            work.is_some()
        });
    }

    fn look_for_similar(self) {
        Effect::new(move |_| {
            self.similar.set(Vec::new());
            self.left_out.set(BTreeSet::new());
            let Some(note_id) = self.id.get() else { return };
            let look = move || {
                if !self.is_open(note_id) {
                    return;
                }
                spawn_local(async move {
                    // A help, and nothing that would be missed: an error shows as none.
                    let found = self.account.heed(api::similar(note_id).await);
                    if self.is_open(note_id) {
                        self.similar.set(found.unwrap_or_default());
                    }
                });
            };
            set_timeout(look, SIMILAR_AFTER);
        });
    }

    fn mark_as_read(self) {
        Effect::new(move |_| {
            if let Some(note_id) = self.id.get() {
                self.read_later(note_id);
            }
        });
    }

    fn read_later(self, note_id: NoteId) {
        let read = move || {
            if !self.is_open(note_id) {
                return;
            }
            let Some(subject) = self.subject().filter(|_| page::is_visible()) else {
                return self.read_later(note_id);
            };
            let is_withdrawn = self
                .note
                .with_untracked(|note| note.as_ref().is_some_and(|note| note.is_withdrawn));
            if subject.1.state == WorkState::New && !is_withdrawn {
                self.deeds.act(vec![subject], Change::Read, Said::Silently);
            }
        };
        set_timeout(read, READ_AFTER);
    }
}
