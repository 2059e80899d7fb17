//! The rep's notes as the list has them in memory: read page by page, as far as they are wanted,
//! and kept as the device has them. It outlives the screen, so coming back shows it at once.

use core::cell::OnceCell;
use core::ops::Range;
use std::rc::Rc;

use device::fold::{fold, fold_onto};
use device::{StorageError, StoredNote};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::NoteId;

use super::query::searched;
use crate::session::Session;

/// Notes that one read takes: a few milliseconds' work, so the page stays smooth between two.
pub(super) const PAGE: u32 = 100;

/// Notes that are folded at a stretch, for the same reason.
const FOLDED_AT_ONCE: usize = 500;

/// A note, and what of it is searched.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    stored: Rc<StoredNote>,
    /// Folded once it is searched.
    folded: OnceCell<Rc<str>>,
}

impl Entry {
    pub(crate) fn new(stored: StoredNote) -> Self {
        Self { stored: Rc::new(stored), folded: OnceCell::new() }
    }

    pub(crate) fn stored(&self) -> &StoredNote {
        &self.stored
    }

    pub(crate) fn note_id(&self) -> NoteId {
        self.stored.note_id
    }

    /// All its words, folded.
    pub(crate) fn folded(&self) -> &str {
        self.folded.get_or_init(|| {
            let siblings = self.stored.siblings.iter().map(|content| &content.note);
            let notes = [&self.stored.note].into_iter().chain(siblings);
            let mut folded = fold("");
            for text in notes.flat_map(searched) {
                text.chars().for_each(|character| fold_onto(&mut folded, character));
                fold_onto(&mut folded, ' ');
            }
            folded.into()
        })
    }

    /// Folds it, unless that is done.
    fn prepare(&self) {
        let _ = self.folded();
    }

    fn says_the_same(&self, other: &StoredNote) -> bool {
        self.stored.op_id == other.op_id && self.stored.siblings == other.siblings
    }
}

/// See the module; cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Book {
    session: Session,
    /// Newest first, without gaps from the newest on.
    pub(crate) entries: RwSignal<Vec<Entry>, LocalStorage>,
    /// Whether these are all notes of the device.
    pub(crate) is_whole: RwSignal<bool>,
    /// How the last read went: none before the first.
    pub(crate) read: RwSignal<Option<Result<(), StorageError>>, LocalStorage>,
    reader: StoredValue<Reader>,
}

impl Book {
    pub(super) fn new(session: Session) -> Self {
        Self {
            session,
            entries: RwSignal::new_local(Vec::new()),
            is_whole: RwSignal::new(false),
            read: RwSignal::new_local(None),
            reader: StoredValue::new(Reader::default()),
        }
    }

    /// One of its notes, tracked.
    pub(super) fn stored(self, note_id: NoteId) -> Option<StoredNote> {
        self.entries.with(|entries| {
            let place = entries.binary_search_by(|it| note_id.cmp(&it.note_id())).ok()?;
            entries.get(place).map(|entry| entry.stored().clone())
        })
    }

    /// Forgets all of them: the device is another rep's now.
    pub(super) fn forget(self) {
        self.entries.set(Vec::new());
        self.is_whole.set(false);
        self.read.set(None);
        self.reader.update_value(|reader| reader.rest = None);
        self.look();
    }

    /// Something may have changed: reads the newest page anew, and then what is behind it.
    pub(super) fn look(self) {
        self.reader.update_value(|reader| reader.is_newest_due = true);
        self.run();
    }

    /// Reads on until it has so many notes, or all of them.
    pub(super) fn want(self, notes: usize) {
        self.reader.update_value(|reader| reader.wanted = reader.wanted.max(notes));
        self.run();
    }

    /// Reads all notes, and folds them before somebody types.
    pub(super) fn prepare_search(self) {
        self.reader.update_value(|reader| reader.is_searched = true);
        self.want(usize::MAX);
        spawn_local(async move {
            let mut done = 0;
            loop {
                let fold = |entries: &Vec<Entry>| {
                    let next = entries.iter().skip(done).take(FOLDED_AT_ONCE);
                    next.map(Entry::prepare).count()
                };
                let Some(folded) = self.entries.try_with_untracked(fold) else { return };
                done += folded;
                if folded < FOLDED_AT_ONCE {
                    return;
                }
                TimeoutFuture::new(0).await;
            }
        });
    }

    /// One read at a time, for as long as there is something to be read.
    fn run(self) {
        if self.reader.try_update_value(Reader::begin) != Some(true) {
            return;
        }
        let device = self.session.device();
        spawn_local(async move {
            while let Some(after) = self.next() {
                let page = device.notes(after, PAGE).await;
                if self.take(after, page).is_none() {
                    break;
                }
            }
            let _ = self.reader.try_update_value(|reader| reader.is_running = false);
        });
    }

    /// After which note to read; none once there is nothing to read, or the list is gone.
    fn next(self) -> Option<Option<NoteId>> {
        let is_whole = self.is_whole.try_get_untracked()?;
        self.entries.try_with_untracked(|entries| {
            self.reader.try_update_value(|reader| reader.next(entries, is_whole))
        })??
    }

    /// None where no further read makes sense.
    fn take(
        self,
        after: Option<NoteId>,
        page: Result<Vec<StoredNote>, StorageError>,
    ) -> Option<()> {
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                self.read.try_set(Some(Err(error)));
                return None;
            }
        };
        let is_last = page.len() < PAGE as usize;
        let entries = self.entries.try_read_untracked()?;
        self.reader.try_update_value(|reader| reader.took(&entries, after, &page, is_last))?;
        let is_news = differs(&entries, after, &page, is_last);
        let is_whole = is_whole(&entries, &page, is_last);
        drop(entries);
        // Whoever shows the list draws nothing anew where there is no news.
        if is_news {
            let is_searched = self.reader.try_with_value(|reader| reader.is_searched)?;
            self.entries.try_update(|entries| {
                let merged = merge(entries, after, page, is_last);
                if is_searched {
                    entries.get(merged).unwrap_or_default().iter().for_each(Entry::prepare);
                }
            })?;
        }
        if let Some(is_whole) = is_whole
            && self.is_whole.try_get_untracked()? != is_whole
        {
            self.is_whole.try_set(is_whole);
        }
        if self.read.try_with_untracked(|read| *read != Some(Ok(())))? {
            self.read.try_set(Some(Ok(())));
        }
        Some(())
    }
}

/// What is to be read. The newest page comes first, then what the list lacks, then, page by page,
/// whether what it has further down is still so.
#[derive(Debug, Default)]
struct Reader {
    is_running: bool,
    /// Whether what is read is folded as well.
    is_searched: bool,
    is_newest_due: bool,
    /// How many notes the list is to have.
    wanted: usize,
    is_rest_due: bool,
    /// Where reading the rest anew goes on.
    rest: Option<NoteId>,
}

impl Reader {
    /// False where it is running already.
    fn begin(&mut self) -> bool {
        !core::mem::replace(&mut self.is_running, true)
    }

    fn next(&mut self, entries: &[Entry], is_whole: bool) -> Option<Option<NoteId>> {
        if core::mem::take(&mut self.is_newest_due) {
            return Some(None);
        }
        if !is_whole && entries.len() < self.wanted {
            return Some(entries.last().map(Entry::note_id));
        }
        if self.rest.is_none() && core::mem::take(&mut self.is_rest_due) {
            self.rest = entries.get(PAGE as usize - 1).map(Entry::note_id);
        }
        self.rest.map(Some)
    }

    /// Before a page that was read after `after` is taken in.
    fn took(
        &mut self,
        entries: &[Entry],
        after: Option<NoteId>,
        page: &[StoredNote],
        is_last: bool,
    ) {
        if after.is_none() {
            self.is_rest_due |= entries.len() > PAGE as usize;
        } else if after == self.rest {
            let end = entries.last().map(Entry::note_id);
            let last = page.last().map(|stored| stored.note_id);
            self.rest = last.filter(|last| !is_last && end.is_some_and(|end| end < *last));
        }
    }
}

/// What of a list a page replaces that was read after `after`.
fn replaced(
    entries: &[Entry],
    after: Option<NoteId>,
    page: &[StoredNote],
    is_last: bool,
) -> Range<usize> {
    let from = after.map_or(0, |after| entries.partition_point(|it| it.note_id() >= after));
    let to = match page.last() {
        Some(last) if !is_last => entries.partition_point(|it| it.note_id() >= last.note_id),
        _ => entries.len(),
    };
    from..to.max(from)
}

/// Whether the list is whole with a page; none where the page tells nothing about its end.
fn is_whole(entries: &[Entry], page: &[StoredNote], is_last: bool) -> Option<bool> {
    let (end, last) = (entries.last().map(Entry::note_id), page.last().map(|it| it.note_id));
    // Another device may have written what now follows: this one has it once it is pulled.
    let reaches_end = end.is_none_or(|end| last.is_some_and(|last| last <= end));
    (is_last || reaches_end).then_some(is_last)
}

fn differs(entries: &[Entry], after: Option<NoteId>, page: &[StoredNote], is_last: bool) -> bool {
    let old = entries.get(replaced(entries, after, page, is_last)).unwrap_or_default();
    !old.iter().map(Entry::stored).eq(page)
}

/// Puts a page in the place of what the list had there. What says the same as before needs no
/// folding anew. Gives where the page is now.
fn merge(
    entries: &mut Vec<Entry>,
    after: Option<NoteId>,
    page: Vec<StoredNote>,
    is_last: bool,
) -> Range<usize> {
    let range = replaced(entries, after, &page, is_last);
    let old = entries.get(range.clone()).unwrap_or_default();
    let renewed = |stored: StoredNote| {
        let place = old.binary_search_by(|it| stored.note_id.cmp(&it.note_id()));
        let known = place.ok().and_then(|place| old.get(place));
        let folded = known.filter(|known| known.says_the_same(&stored));
        let folded = folded.map(|known| known.folded.clone()).unwrap_or_default();
        Entry { folded, ..Entry::new(stored) }
    };
    let new: Vec<Entry> = page.into_iter().map(renewed).collect();
    let merged = range.start..range.start + new.len();
    entries.splice(range, new);
    merged
}

#[cfg(test)]
pub(super) mod tests {
    use protocol::note::Details;
    use protocol::{ClientTime, Kind, Note, OpId};

    use super::*;

    /// A note as the device would give it.
    pub(crate) fn stored(n: u64, kind: Kind, text: &str) -> StoredNote {
        let note = Note {
            text: text.to_owned(),
            customer: None,
            product: None,
            visit_id: None,
            place: None,
            hypotheses: Vec::new(),
            details: Details::empty(kind),
        };
        let saved_at = ClientTime { unix_ms: 1, utc_offset_minutes: 0 };
        StoredNote::begun(NoteId::new(n, [0; 10]), OpId::new(n, [0; 10]), saved_at, note)
    }

    fn page(numbers: impl IntoIterator<Item = u64>, text: &str) -> Vec<StoredNote> {
        numbers.into_iter().map(|n| stored(n, Kind::Need, text)).collect()
    }

    fn id(n: u64) -> NoteId {
        NoteId::new(n, [0; 10])
    }

    fn shown(entries: &[Entry]) -> Vec<(u64, &str)> {
        entries.iter().map(|it| (device::begun_ms(it.note_id()), &*it.stored().note.text)).collect()
    }

    #[test]
    fn a_page_takes_the_place_of_what_was_there() {
        let mut entries = Vec::new();
        merge(&mut entries, None, page([9, 7], "a"), false);
        merge(&mut entries, Some(id(7)), page([5, 3], "a"), true);
        assert_eq!(shown(&entries), [(9, "a"), (7, "a"), (5, "a"), (3, "a")]);
        // One is new, one changed, one is gone; what is behind stays.
        let newest = page([10, 9, 6], "b");
        assert!(differs(&entries, None, &newest, false));
        merge(&mut entries, None, newest.clone(), false);
        assert_eq!(shown(&entries), [(10, "b"), (9, "b"), (6, "b"), (5, "a"), (3, "a")]);
        assert!(!differs(&entries, None, &newest, false));
        // The last page says that there is nothing behind it.
        merge(&mut entries, Some(id(6)), page([4], "c"), true);
        assert_eq!(shown(&entries), [(10, "b"), (9, "b"), (6, "b"), (4, "c")]);
        merge(&mut entries, None, Vec::new(), true);
        assert_eq!(shown(&entries), []);
    }

    #[test]
    fn words_that_stay_are_not_folded_anew() {
        let mut entries: Vec<Entry> = page([2, 1], "Écart").into_iter().map(Entry::new).collect();
        assert_eq!(entries[0].folded(), " ecart ");
        let mut sent = stored(2, Kind::Need, "Écart");
        sent.state = device::NoteState::Sent;
        merge(&mut entries, None, vec![sent, stored(1, Kind::Need, "Écart")], true);
        assert_eq!(entries[0].folded.get().map(|it| &**it), Some(" ecart "));
        assert!(entries[1].folded.get().is_none());
    }

    /// A list that reads, and whether it takes itself for whole.
    #[derive(Default)]
    struct Reading {
        reader: Reader,
        entries: Vec<Entry>,
        is_whole: bool,
    }

    impl Reading {
        /// Reads a device with these notes until there is nothing to be read; gives what was read.
        fn read(&mut self, device: &[u64]) -> Vec<Option<u64>> {
            let mut reads = Vec::new();
            self.reader.is_newest_due = true;
            while let Some(after) = self.reader.next(&self.entries, self.is_whole) {
                let from = after.map(device::begun_ms);
                reads.push(from);
                assert!(reads.len() < 100, "it never ends: {reads:?}");
                let rows = device.iter().rev().filter(|n| from.is_none_or(|from| **n < from));
                let page = page(rows.take(PAGE as usize).copied(), "a");
                let is_last = page.len() < PAGE as usize;
                self.reader.took(&self.entries, after, &page, is_last);
                self.is_whole = is_whole(&self.entries, &page, is_last).unwrap_or(self.is_whole);
                merge(&mut self.entries, after, page, is_last);
            }
            assert_eq!(self.is_whole, self.entries.len() == device.len(), "{reads:?}");
            reads
        }
    }

    #[test]
    fn pages_are_read_as_they_are_wanted_and_all_that_was_read_is_looked_at_again() {
        let mut list = Reading::default();
        let device: Vec<u64> = (1..=950).collect();
        assert_eq!(list.read(&device), [None]);
        list.reader.wanted = 350;
        let some = [None, Some(851), Some(751), Some(651)];
        assert_eq!(list.read(&device), some);
        assert_eq!(list.read(&device), some);
        list.reader.wanted = usize::MAX;
        list.read(&device);
        let rest = [551, 451, 351, 251, 151, 51].map(Some);
        assert_eq!(list.read(&device), [&some[..], &rest].concat());
    }

    #[test]
    fn what_another_device_wrote_earlier_is_read_too() {
        for here in [10, 200, 250, 400] {
            let mut list = Reading::default();
            list.reader.wanted = usize::MAX;
            let newer: Vec<u64> = (1_000..1_000 + here).collect();
            list.read(&newer);
            assert_eq!(list.entries.len(), newer.len());
            let all: Vec<u64> = (1..=500).chain(newer).collect();
            list.read(&all);
            assert_eq!(list.entries.len(), all.len(), "{here} were here");
            list.read(&[]);
            assert_eq!(list.entries.len(), 0);
        }
    }
}
