//! The rep's week in a line: what they noted, and what marketing did with notes.

use device::{StoredNote, begun_ms};

/// What happened since Monday.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Digest {
    pub(super) noted: u32,
    pub(super) read: u32,
    pub(super) decided: u32,
    pub(super) declined: u32,
}

impl Digest {
    /// `monday_ms` is local midnight of this week's Monday.
    pub(super) fn of(notes: &[StoredNote], monday_ms: i64) -> Self {
        let mut digest = Self::default();
        let is_of_week = |at_ms: Option<i64>| at_ms.is_some_and(|at_ms| at_ms >= monday_ms);
        for stored in notes {
            let begun_ms = i64::try_from(begun_ms(stored.note_id)).ok();
            digest.noted += u32::from(is_of_week(begun_ms) && !stored.is_withdrawn);
            let Some(progress) = &stored.progress else { continue };
            digest.read += u32::from(is_of_week(progress.read_at_ms));
            digest.decided += u32::from(is_of_week(progress.decided_at_ms));
            let declined = progress.declined.as_ref().map(|declined| declined.at_ms);
            digest.declined += u32::from(is_of_week(declined));
        }
        digest
    }
}

#[cfg(test)]
mod tests {
    use protocol::mail::Progress;

    use super::*;
    use crate::notes::test_note;

    #[test]
    fn a_week_counts_what_happened_in_it_whenever_the_note_was_begun() {
        let mut notes = vec![test_note(120), test_note(100), test_note(99), test_note(10)];
        notes[1].is_withdrawn = true;
        let progress = |n: usize, read_at_ms, decided_at_ms| Progress {
            note_id: notes[n].note_id,
            read_at_ms,
            classified_at_ms: None,
            topic: None,
            decided_at_ms,
            decisions: Vec::new(),
            declined: None,
        };
        let (early, late) = (progress(2, Some(99), Some(100)), progress(3, Some(101), None));
        notes[2].progress = Some(early);
        notes[3].progress = Some(late);
        let expected = Digest { noted: 1, read: 1, decided: 1, declined: 0 };
        assert_eq!(Digest::of(&notes, 100), expected);
    }
}
