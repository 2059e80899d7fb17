//! Which notes of a fresh first page are new, and how they join the list.

use std::collections::HashSet;
use std::sync::Arc;

use protocol::Seq;
use protocol::console::{InboxNote, InboxPage};

/// A note as the screen holds it.
pub(super) type Shared = Arc<InboxNote>;

/// Notes that came after the list was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Arrivals {
    /// Newest first.
    pub(super) notes: Vec<Shared>,
    /// More came than one page holds: between these and the list some are missing.
    pub(super) has_gap: bool,
}

impl Arrivals {
    /// What of a fresh first page is newer than `newest`, the newest known before.
    pub(super) fn of(page: InboxPage, newest: Option<Seq>) -> Self {
        let more_pages = page.next_before.is_some();
        let known = |note: &InboxNote| newest.is_some_and(|newest| note.seq <= newest);
        let reaches_known = page.notes.iter().any(known);
        let notes: Vec<Shared> =
            page.notes.into_iter().filter(|note| !known(note)).map(Arc::new).collect();
        let has_gap = !notes.is_empty() && !reaches_known && more_pages;
        Self { notes, has_gap }
    }

    /// Adds what came later still.
    pub(super) fn join(&mut self, later: Self) {
        self.has_gap |= later.has_gap;
        prepend(&mut self.notes, later.notes);
    }
}

/// Puts newer notes before older ones; a note that is in both stands only where it is newer.
pub(super) fn prepend(list: &mut Vec<Shared>, newer: Vec<Shared>) {
    let ids: HashSet<_> = newer.iter().map(|note| note.note_id).collect();
    list.retain(|note| !ids.contains(&note.note_id));
    list.splice(0..0, newer);
}

/// Adds an older page below; a note that is in both stands only where it is newer.
pub(super) fn append(list: &mut Vec<Shared>, older: Vec<InboxNote>) {
    let ids: HashSet<_> = list.iter().map(|note| note.note_id).collect();
    list.extend(older.into_iter().filter(|note| !ids.contains(&note.note_id)).map(Arc::new));
}

/// Takes over what a fresh page says about notes of the list; an edit does not move a note. Tells
/// whether any says something else now.
pub(super) fn renew(list: &mut [Shared], page: &[InboxNote]) -> bool {
    let mut has_changed = false;
    for note in list {
        let fresh = page.iter().find(|fresh| fresh.note_id == note.note_id);
        if let Some(fresh) = fresh.filter(|fresh| *fresh != &**note) {
            *note = Arc::new(fresh.clone());
            has_changed = true;
        }
    }
    has_changed
}

#[cfg(test)]
mod tests {
    use protocol::console::Rep;
    use protocol::{ClientTime, Details, Kind, Note, NoteId, RepId};

    use super::*;

    fn note(id: u64, seq: i64) -> InboxNote {
        InboxNote {
            note_id: NoteId::new(id, [0; 10]),
            seq: Seq(seq),
            rep: Rep { rep_id: RepId::new(1, [1; 10]), name: "Ann".to_owned() },
            saved_at: ClientTime { unix_ms: 0, utc_offset_minutes: 0 },
            received_at_ms: 0,
            note: Note {
                text: "x".to_owned(),
                customer: None,
                product: None,
                visit_id: None,
                place: None,
                hypotheses: Vec::new(),
                details: Details::empty(Kind::Gap),
            },
            siblings: Vec::new(),
            is_withdrawn: false,
            work: protocol::console::work::Work::default(),
        }
    }

    fn page(seqs: &[i64], next_before: Option<i64>) -> InboxPage {
        let notes = seqs.iter().map(|seq| note(*seq as u64, *seq)).collect();
        InboxPage { notes, next_before: next_before.map(Seq) }
    }

    fn seqs(notes: &[Shared]) -> Vec<i64> {
        notes.iter().map(|note| note.seq.0).collect()
    }

    #[test]
    fn only_what_is_newer_has_arrived() {
        let arrivals = Arrivals::of(page(&[9, 8, 7, 6], Some(6)), Some(Seq(7)));
        assert_eq!((seqs(&arrivals.notes), arrivals.has_gap), (vec![9, 8], false));
        assert_eq!(Arrivals::of(page(&[7], None), Some(Seq(7))), Arrivals::default());
    }

    #[test]
    fn more_than_a_page_leaves_a_gap() {
        assert!(Arrivals::of(page(&[9, 8], Some(8)), Some(Seq(1))).has_gap);
        assert!(!Arrivals::of(page(&[9, 8], None), None).has_gap, "all there is");
    }

    #[test]
    fn an_edited_note_says_so_where_it_is() {
        let mut list: Vec<Shared> = [2, 1].map(|id| Arc::new(note(id, id as i64))).into();
        let untouched = list[0].clone();
        let mut edited = note(1, 1);
        edited.note.text = "y".to_owned();
        let page = [note(3, 3), note(2, 2), edited.clone()];
        assert!(renew(&mut list, &page));
        assert!(!renew(&mut list, &page));
        assert_eq!((seqs(&list), &*list[1]), (vec![2, 1], &edited));
        assert!(Arc::ptr_eq(&list[0], &untouched), "what says the same is not drawn anew");
    }

    #[test]
    fn a_note_of_two_lists_stands_once_where_it_is_newer() {
        let mut list: Vec<Shared> = [note(2, 2), note(1, 1)].map(Arc::new).into();
        prepend(&mut list, vec![Arc::new(note(1, 3))]);
        assert_eq!(seqs(&list), [3, 2]);
        append(&mut list, vec![note(2, 2), note(1, 1), note(0, 0)]);
        assert_eq!(seqs(&list), [3, 2, 0]);
    }

    #[test]
    fn later_arrivals_stand_before_earlier_ones() {
        let mut arrivals = Arrivals::of(page(&[5], None), Some(Seq(4)));
        arrivals.join(Arrivals::of(page(&[6, 5], None), Some(Seq(5))));
        assert_eq!(seqs(&arrivals.notes), [6, 5]);
    }
}
