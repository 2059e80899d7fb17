//! What the rep looks for in their notes. It outlives the screen: whoever edits a note that they
//! found comes back to what they found.

use leptos::prelude::*;
use protocol::RepId;

use super::book::Book;
use super::filter::Filter;
use super::query::Query;
use crate::session::{Session, use_session};

/// Where a page keeps its finder. That is made when the notes are first looked at, since what it
/// leads to is loaded only then.
#[derive(Clone, Copy)]
pub(crate) struct FinderSeat {
    /// The finder lives as long as the page, whichever screen asks for it first.
    page: StoredValue<Owner>,
    finder: StoredValue<Option<Finder>, LocalStorage>,
    is_called: RwSignal<bool>,
}

impl FinderSeat {
    /// The seat in a page that is being built.
    pub(crate) fn new() -> Self {
        Self {
            page: StoredValue::new(Owner::current().unwrap_or_default()),
            finder: StoredValue::new_local(None),
            is_called: RwSignal::new(false),
        }
    }

    /// Puts the cursor into the search, now or once the list shows.
    pub(crate) fn call(self) {
        self.is_called.set(true);
    }

    fn finder(self) -> Finder {
        self.finder.get_value().unwrap_or_else(|| {
            let new = || Finder::new(use_session(), self.is_called);
            let finder = self.page.with_value(|page| page.with(new));
            self.finder.set_value(Some(finder));
            finder
        })
    }
}

/// The seat of the page.
pub(crate) fn use_finder_seat() -> FinderSeat {
    expect_context()
}

/// See the module; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Finder {
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
    fn new(session: Session, is_called: RwSignal<bool>) -> Self {
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
            is_called,
        }
    }

    /// Whether less than all notes is asked for.
    pub(super) fn is_asked(self) -> bool {
        self.typed.with(|typed| !Query::new(typed).is_empty())
            || self.filter.with(|filter| !filter.is_empty())
    }

    /// Shows all notes again.
    pub(super) fn clear(self) {
        self.typed.set(String::new());
        self.filter.set(Filter::default());
    }
}

/// The finder of the page.
pub(super) fn use_finder() -> Finder {
    use_finder_seat().finder()
}
