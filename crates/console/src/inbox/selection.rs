//! Which notes are chosen, to do something with all of them.

use std::collections::BTreeSet;

use leptos::prelude::*;
use protocol::NoteId;

/// The chosen notes, as a handle that closures copy.
#[derive(Clone, Copy)]
pub(super) struct Selection {
    chosen: RwSignal<BTreeSet<NoteId>>,
    /// Chosen last: where a range begins.
    anchor: StoredValue<Option<NoteId>>,
}

impl Selection {
    /// None chosen.
    pub(super) fn none() -> Self {
        Self { chosen: RwSignal::default(), anchor: StoredValue::new(None) }
    }

    pub(super) fn has(self, id: NoteId) -> bool {
        self.chosen.with(|chosen| chosen.contains(&id))
    }

    pub(super) fn count(self) -> usize {
        self.chosen.with(BTreeSet::len)
    }

    pub(super) fn get_untracked(self) -> BTreeSet<NoteId> {
        self.chosen.get_untracked()
    }

    /// Chooses a note, or no longer.
    pub(super) fn toggle(self, id: NoteId) {
        self.anchor.set_value(Some(id));
        self.chosen.update(|chosen| {
            if !chosen.remove(&id) {
                chosen.insert(id);
            }
        });
    }

    /// Chooses all from the note chosen last to this one.
    pub(super) fn reach(self, id: NoteId, order: &[NoteId]) {
        let from = self.anchor.get_value().unwrap_or(id);
        self.anchor.set_value(Some(id));
        self.chosen.update(|chosen| chosen.extend(between(order, from, id)));
    }

    /// Chooses these.
    pub(super) fn set(self, ids: Vec<NoteId>) {
        self.chosen.set(ids.into_iter().collect());
    }

    /// Chooses none.
    pub(super) fn clear(self) {
        self.anchor.set_value(None);
        self.chosen.maybe_update(|chosen| {
            let had_any = !chosen.is_empty();
            chosen.clear();
            had_any
        });
    }
}

/// From one note of the list to another, both included, whichever stands first; the second alone
/// where the first is not in the list.
fn between(order: &[NoteId], from: NoteId, to: NoteId) -> Vec<NoteId> {
    let place = |id| order.iter().position(|it| *it == id);
    match (place(from), place(to)) {
        (Some(from), Some(to)) => {
            order.get(from.min(to)..=from.max(to)).unwrap_or_default().to_vec()
        }
        _ => vec![to],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_goes_either_way() {
        let [a, b, c, gone] = [1, 2, 3, 4].map(|id| NoteId::new(id, [0; 10]));
        let order = [a, b, c];
        assert_eq!(between(&order, a, c), [a, b, c]);
        assert_eq!(between(&order, c, b), [b, c]);
        assert_eq!(between(&order, b, b), [b]);
        assert_eq!(between(&order, gone, b), [b]);
    }
}
