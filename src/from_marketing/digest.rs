//! The rep's week in a line: what they noted, and what marketing did with notes.

use device::StoredNote;
use protocol::mail::Progress;

/// What happened since Monday.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Digest {
    pub(super) noted: u32,
    pub(super) read: u32,
    pub(super) decided: u32,
    pub(super) declined: u32,
}

impl Digest {
    /// Of the notes that were begun since `monday_ms`, local midnight of this week's Monday, and of
    /// how far any note has come.
    pub(super) fn of(notes: &[StoredNote], progress: &[Progress], monday_ms: i64) -> Self {
        let is_of_week = |at_ms: Option<i64>| at_ms.is_some_and(|at_ms| at_ms >= monday_ms);
        let noted = notes.iter().filter(|stored| !stored.is_withdrawn).count();
        let noted = u32::try_from(noted).unwrap_or(u32::MAX);
        let mut digest = Self { noted, ..Self::default() };
        for progress in progress {
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
    use super::*;
    use crate::notes::test_note;

    #[test]
    fn a_week_counts_what_happened_in_it_whenever_the_note_was_begun() {
        let mut notes = vec![test_note(120), test_note(100)];
        notes[1].is_withdrawn = true;
        let progress = |n: u64, read_at_ms, decided_at_ms| Progress {
            note_id: test_note(n).note_id,
            read_at_ms,
            classified_at_ms: None,
            topic: None,
            decided_at_ms,
            decisions: Vec::new(),
            declined: None,
        };
        let told = [progress(99, Some(99), Some(100)), progress(10, Some(101), None)];
        let expected = Digest { noted: 1, read: 1, decided: 1, declined: 0 };
        assert_eq!(Digest::of(&notes, &told, 100), expected);
    }
}
