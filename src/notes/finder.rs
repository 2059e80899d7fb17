//! What the rep looks for in their notes. It outlives the screen: whoever edits a note that they
//! found comes back to what they found.

use leptos::prelude::*;
use protocol::RepId;

use super::book::Book;
use super::filter::Filter;
use super::query::Query;
use crate::session::Session;

/// See the module; cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Finder {
    pub(super) book: Book,
    /// What is typed into the search.
    pub(super) typed: RwSignal<String>,
    pub(super) filter: RwSignal<Filter>,
    /// How far the page was scrolled when the list was last seen, in CSS pixels.
    pub(super) scrolled: StoredValue<f64>,
    /// Whether the search is to have the focus.
    pub(super) is_called: RwSignal<bool>,
}

impl Finder {
    /// The finder of a page that is being built.
    pub(crate) fn new(session: Session) -> Self {
        let book = Book::new(session);
        Effect::new(move |last: Option<Option<RepId>>| {
            let rep_id = session.identity.with(|read| match read {
                Some(Ok(Some(identity))) => Some(identity.rep_id),
                _ => None,
            });
            // Nobody sees the notes of whoever had this device before.
            if last.flatten().is_some_and(|last| rep_id != Some(last)) {
                book.forget();
            }
            rep_id
        });
        Self {
            book,
            typed: RwSignal::default(),
            filter: RwSignal::default(),
            scrolled: StoredValue::new(0.0),
            is_called: RwSignal::new(false),
        }
    }

    /// Whether less than all notes is asked for.
    pub(super) fn is_asked(self) -> bool {
        self.typed.with(|typed| !Query::new(typed).is_empty())
            || self.filter.with(|filter| !filter.is_empty())
    }

    /// Puts the cursor into the search, now or once the list shows.
    pub(crate) fn call(self) {
        self.is_called.set(true);
    }

    /// Shows all notes again.
    pub(super) fn clear(self) {
        self.typed.set(String::new());
        self.filter.set(Filter::default());
    }
}

/// The finder of the page.
pub(crate) fn use_finder() -> Finder {
    expect_context()
}
