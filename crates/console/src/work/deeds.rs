//! Does what somebody decided with notes, shows it at once, and can take the last of it back.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::InboxNote;
use protocol::console::topics::TopicRef;
use protocol::console::work::{Change, Work};
use protocol::limits::DEED_NOTES_MAX;
use protocol::{DeedId, NoteId};

use super::applied::applied;
use crate::account::{Account, use_account};
use crate::api::{self, ApiError};
use crate::live::{Live, use_live};
use crate::texts::Plural;

/// A note that something is done with, and what was done with it before.
pub(crate) type Subject = (NoteId, Work);

/// A note as a subject.
pub(crate) fn subject_of(note: &InboxNote) -> Subject {
    (note.note_id, note.work.clone())
}

/// What was done last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Done {
    /// One a thousand notes.
    deed_ids: Vec<DeedId>,
    /// In the reader's language: "12 marked as read".
    pub(super) said: String,
    before: Vec<Subject>,
}

/// The deeds of the page.
#[derive(Clone, Copy)]
pub(crate) struct Deeds {
    /// What can be undone by one key.
    pub(super) last: RwSignal<Option<Done>>,
    /// Why the last deed failed.
    pub(super) error: RwSignal<Option<ApiError>>,
    /// What the last deed made of its notes, for whoever shows them.
    pub(crate) made: RwSignal<Vec<Subject>>,
    account: Account,
    live: Live,
}

/// The deeds of the page.
pub(crate) fn use_deeds() -> Deeds {
    expect_context()
}

impl Deeds {
    /// Nothing done yet.
    pub(crate) fn begin() -> Self {
        Self {
            last: RwSignal::new(None),
            error: RwSignal::new(None),
            made: RwSignal::new(Vec::new()),
            account: use_account(),
            live: use_live(),
        }
    }

    /// Does it with these notes, and says so.
    pub(crate) fn act(self, notes: Vec<Subject>, change: Change, said: Said) {
        self.act_in(notes, change, None, said);
    }

    /// The same, for a change that names this topic.
    pub(crate) fn act_in(
        self,
        notes: Vec<Subject>,
        change: Change,
        topic: Option<TopicRef>,
        said: Said,
    ) {
        if notes.is_empty() {
            return;
        }
        self.error.set(None);
        spawn_local(async move {
            let mut done = Done { deed_ids: Vec::new(), said: String::new(), before: Vec::new() };
            for part in notes.chunks(DEED_NOTES_MAX) {
                let ids = part.iter().map(|(id, _)| *id).collect();
                match self.account.heed(api::deed(ids, change.clone()).await) {
                    Ok(answer) => {
                        let is_changed = |(id, _): &&Subject| answer.changed.contains(id);
                        done.before.extend(part.iter().filter(is_changed).cloned());
                        done.deed_ids.push(answer.deed_id);
                    }
                    Err(error) => {
                        self.error.set(Some(error));
                        break;
                    }
                }
            }
            let make = |(id, work): &Subject| (*id, applied(work.clone(), &change, topic.as_ref()));
            self.made.set(done.before.iter().map(make).collect());
            if let (Said::Aloud(locale, text), false) = (said, done.before.is_empty()) {
                done.said = locale.count(text, done.before.len());
                self.last.set(Some(done));
            }
            self.live.tell();
        });
    }

    /// Gathers notes under a new title.
    ///
    /// # Errors
    /// Where the endpoint does not take them.
    pub(crate) async fn gather(
        self,
        notes: Vec<Subject>,
        title: String,
        said: impl FnOnce(usize, &str) -> String,
    ) -> Result<TopicRef, ApiError> {
        let ids: Vec<_> = notes.iter().map(|(id, _)| *id).collect();
        let topic = self.account.heed(api::gather(title, ids).await)?;
        let named = TopicRef { topic_id: topic.topic_id, title: topic.title };
        let change = Change::Classify(Some(named.topic_id));
        let make = |(id, work): &Subject| (*id, applied(work.clone(), &change, Some(&named)));
        self.made.set(notes.iter().map(make).collect());
        let deed_ids = topic.deed_id.into_iter().collect();
        let said = said(notes.len(), &named.title);
        self.error.set(None);
        self.last.set(Some(Done { deed_ids, said, before: notes }));
        self.live.tell();
        Ok(named)
    }

    /// Says what was done elsewhere, and undoes it where that is asked. Its notes are read again.
    pub(crate) fn note_down(self, deed_id: Option<DeedId>, said: String) {
        let deed_ids = deed_id.into_iter().collect();
        self.error.set(None);
        self.last.set(Some(Done { deed_ids, said, before: Vec::new() }));
        self.live.tell();
    }

    /// Says why something failed.
    pub(crate) fn fail(self, error: ApiError) {
        self.error.set(Some(error));
    }

    /// Takes the last deed back.
    pub(crate) fn undo(self) {
        let Some(done) = self.last.get_untracked() else { return };
        self.last.set(None);
        self.error.set(None);
        spawn_local(async move {
            for deed_id in done.deed_ids.iter().rev() {
                if let Err(error) = self.account.heed(api::undo(*deed_id).await) {
                    self.error.set(Some(error));
                    self.live.tell();
                    return;
                }
            }
            self.made.set(done.before);
            self.live.tell();
        });
    }

    /// Takes any deed back, as a history offers it.
    pub(crate) fn undo_one(self, deed_id: DeedId) {
        self.error.set(None);
        spawn_local(async move {
            if let Err(error) = self.account.heed(api::undo(deed_id).await) {
                self.error.set(Some(error));
            }
            self.live.tell();
        });
    }

    /// Forgets what could be undone.
    pub(super) fn dismiss(self) {
        self.last.set(None);
        self.error.set(None);
    }

    /// Whether there is something to undo.
    pub(super) fn can_undo(self) -> bool {
        self.last.with(|last| last.as_ref().is_some_and(|done| !done.deed_ids.is_empty()))
    }
}

/// Whether a deed is spoken of.
#[derive(Clone, Copy)]
pub(crate) enum Said {
    /// With how many notes.
    Aloud(crate::locale::Locale, &'static Plural),
    /// It goes without saying.
    Silently,
}
