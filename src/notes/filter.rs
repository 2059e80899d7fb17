//! What of the list is shown: by kind, by standing, by words; and how many there are of each.

use device::StoredNote;
use protocol::{Kind, NoteId};

use super::book::Entry;
use super::query::Query;

/// Where a note stands, as a list is filtered by it: a note that was taken back is that first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    At(device::Standing),
    Withdrawn,
}

impl Standing {
    pub(crate) const ALL: [Self; 8] = [
        Self::At(device::Standing::Saved),
        Self::At(device::Standing::Sent),
        Self::At(device::Standing::Read),
        Self::At(device::Standing::Classified),
        Self::At(device::Standing::Decided),
        Self::At(device::Standing::Declined),
        Self::At(device::Standing::Held),
        Self::Withdrawn,
    ];

    pub(crate) fn of(stored: &StoredNote) -> Self {
        if stored.is_withdrawn { Self::Withdrawn } else { Self::At(stored.standing()) }
    }

    /// Its place in [`Self::ALL`].
    fn place(self) -> usize {
        Self::ALL.iter().position(|one| *one == self).unwrap_or(Self::ALL.len())
    }

    /// Its name in test ids.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::At(standing) => standing.as_str(),
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A chip of the filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chip {
    Kind(Kind),
    Standing(Standing),
}

/// What was chosen: any of the kinds and any of the standings, or all where none is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    kinds: Vec<Kind>,
    standings: Vec<Standing>,
}

impl Filter {
    pub(crate) const fn is_empty(&self) -> bool {
        self.kinds.is_empty() && self.standings.is_empty()
    }

    pub(crate) fn has(&self, chip: Chip) -> bool {
        match chip {
            Chip::Kind(kind) => self.kinds.contains(&kind),
            Chip::Standing(standing) => self.standings.contains(&standing),
        }
    }

    pub(crate) fn turn(&mut self, chip: Chip) {
        match chip {
            Chip::Kind(kind) => turn(&mut self.kinds, kind),
            Chip::Standing(standing) => turn(&mut self.standings, standing),
        }
    }
}

fn turn<T: PartialEq>(chosen: &mut Vec<T>, one: T) {
    match chosen.iter().position(|it| *it == one) {
        Some(place) => drop(chosen.swap_remove(place)),
        None => chosen.push(one),
    }
}

/// What a list shows, and how many notes each chip would show together with all that is chosen
/// beside its own kind of chip.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// Newest first.
    pub(crate) ids: Vec<NoteId>,
    kinds: [u32; Kind::ALL.len()],
    standings: [u32; Standing::ALL.len()],
}

impl Found {
    /// How many notes a chip would show.
    pub(crate) fn count(&self, chip: Chip) -> u32 {
        let count = match chip {
            Chip::Kind(kind) => self.kinds.get(kind as usize),
            Chip::Standing(standing) => self.standings.get(standing.place()),
        };
        count.copied().unwrap_or(0)
    }

    /// Where a note is in the list, if it is.
    pub(crate) fn place(&self, note_id: NoteId) -> Option<usize> {
        self.ids.binary_search_by(|id| note_id.cmp(id)).ok()
    }
}

/// What of these notes, newest first, is asked for. One look at each, counts included: ten thousand
/// take a few milliseconds, so nothing has to keep counters in a save's transaction.
pub(crate) fn find(entries: &[Entry], query: &Query, filter: &Filter) -> Found {
    let mut found = Found::default();
    for entry in entries {
        if !query.is_empty() && !query.is_in(entry.folded()) {
            continue;
        }
        let (kind, standing) = (entry.stored().note.kind(), Standing::of(entry.stored()));
        let is_kind = filter.kinds.is_empty() || filter.kinds.contains(&kind);
        let stands = filter.standings.is_empty() || filter.standings.contains(&standing);
        let count = |counts: &mut [u32], place: usize| {
            counts.get_mut(place).into_iter().for_each(|count| *count += 1);
        };
        if stands {
            count(&mut found.kinds, kind as usize);
        }
        if is_kind {
            count(&mut found.standings, standing.place());
        }
        if is_kind && stands {
            found.ids.push(entry.note_id());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use device::NoteState;
    use protocol::mail::Progress;

    use super::super::book::tests::stored;
    use super::*;

    fn entries() -> Vec<Entry> {
        let mut notes = vec![
            stored(4, Kind::Need, "Un œuf plus petit"),
            stored(3, Kind::Gap, "Écart de prix"),
            stored(2, Kind::Gap, "Écart de délai"),
            stored(1, Kind::Competitor, "Moins cher"),
        ];
        notes[1].state = NoteState::Sent;
        notes[2].is_withdrawn = true;
        notes[3].state = NoteState::Held;
        notes.into_iter().map(Entry::new).collect()
    }

    fn places(found: &Found) -> Vec<u64> {
        found.ids.iter().map(|id| device::begun_ms(*id)).collect()
    }

    #[test]
    fn all_is_shown_until_something_is_asked_for() {
        let found = find(&entries(), &Query::default(), &Filter::default());
        assert_eq!(places(&found), [4, 3, 2, 1]);
        assert_eq!(Kind::ALL.map(|kind| found.count(Chip::Kind(kind))), [1, 0, 1, 2]);
        assert_eq!(
            Standing::ALL.map(|it| found.count(Chip::Standing(it))),
            [1, 1, 0, 0, 0, 0, 1, 1]
        );
        assert_eq!(found.place(found.ids[2]), Some(2));
        assert_eq!(found.place(NoteId::new(9, [0; 10])), None);
    }

    #[test]
    fn what_marketing_did_counts_where_it_stands_by_now() {
        let mut note = stored(1, Kind::Need, "x");
        note.state = NoteState::Sent;
        let mut progress = Progress {
            note_id: note.note_id,
            read_at_ms: Some(1),
            classified_at_ms: None,
            topic: None,
            decided_at_ms: None,
            decisions: Vec::new(),
            declined: None,
        };
        note.progress = Some(progress.clone());
        assert_eq!(Standing::of(&note).as_str(), "read");
        progress.decided_at_ms = Some(2);
        note.progress = Some(progress);
        assert_eq!(Standing::of(&note).as_str(), "decided");
        let chip = Chip::Standing(Standing::of(&note));
        let mut filter = Filter::default();
        filter.turn(chip);
        let found = find(&[Entry::new(note)], &Query::default(), &filter);
        assert_eq!((found.ids.len(), found.count(chip)), (1, 1));
    }

    #[test]
    fn a_chip_counts_what_it_would_show_beside_the_other_choices() {
        let mut filter = Filter::default();
        filter.turn(Chip::Kind(Kind::Gap));
        let found = find(&entries(), &Query::new("ecart"), &filter);
        assert_eq!(places(&found), [3, 2]);
        // Other kinds can be added to the choice: they count what they would add.
        assert_eq!(Kind::ALL.map(|kind| found.count(Chip::Kind(kind))), [0, 0, 0, 2]);
        assert_eq!(
            Standing::ALL.map(|it| found.count(Chip::Standing(it))),
            [0, 1, 0, 0, 0, 0, 0, 1]
        );
        filter.turn(Chip::Standing(Standing::Withdrawn));
        assert_eq!(places(&find(&entries(), &Query::new("ecart"), &filter)), [2]);
        filter.turn(Chip::Kind(Kind::Gap));
        filter.turn(Chip::Standing(Standing::Withdrawn));
        assert!(filter.is_empty());
    }
}
