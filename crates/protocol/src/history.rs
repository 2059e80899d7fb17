//! The history of a note: operations that name the ones before them form a DAG, and its heads are
//! what the note says now (SYNC.md §1, "Edits and withdrawals").

use std::collections::BTreeMap;

use crate::hash::Sha256;
use crate::id::{NoteId, OpId};
use crate::planted::{self, Bug};

/// One operation of a note's history, as far as its heads are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Which.
    pub op_id: OpId,
    /// The operations that its author had seen.
    pub parents: Vec<OpId>,
    /// Whether it withdraws the note; else it says what the note contains.
    pub is_withdrawal: bool,
}

/// What a note says now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heads {
    /// The operations whose content stands, ascending. More than one: written at the same time on
    /// two devices, and all of them are shown. Where the note is withdrawn, what it said last.
    pub contents: Vec<OpId>,
    /// Whether it is withdrawn: nothing that was written beside the withdrawal stands.
    pub is_withdrawn: bool,
}

/// The heads of a history; none where no operation has content.
///
/// An operation is a head unless another one names it as a parent. Words are never lost to a
/// withdrawal that had not seen them: content beside a withdrawal stands.
#[must_use]
pub fn heads(links: &[Link]) -> Option<Heads> {
    let seen = sorted(links.iter().flat_map(|link| &link.parents));
    let is_head = |link: &&Link| seen.binary_search(&link.op_id).is_err();
    let has_words = |link: &&Link| !link.is_withdrawal;
    let mut contents =
        sorted(links.iter().filter(is_head).filter(has_words).map(|link| &link.op_id));
    if planted::is(Bug::LastWriterWins) {
        contents = contents.pop().into_iter().collect();
    }
    let eats = planted::is(Bug::WithdrawalEats)
        && links.iter().filter(is_head).any(|link| link.is_withdrawal);
    if !contents.is_empty() && !eats {
        return Some(Heads { contents, is_withdrawn: false });
    }
    // Withdrawn: what the withdrawals had seen, in the bin.
    let withdrawn = sorted(links.iter().filter(is_head).flat_map(|link| &link.parents));
    let last = links.iter().filter(has_words).map(|link| &link.op_id);
    let is_withdrawn = |op_id: &&OpId| withdrawn.binary_search(op_id).is_ok();
    let mut contents = sorted(last.clone().filter(is_withdrawn));
    if contents.is_empty() {
        // A withdrawal of a withdrawal, or parents that are not here: the newest words there are.
        contents = sorted(last).pop().into_iter().collect();
    }
    (!contents.is_empty()).then_some(Heads { contents, is_withdrawn: true })
}

/// One digest of what all these notes say now. Endpoint and devices compare theirs: equal digests
/// mean that both show the same (SYNC.md §2, 9). The order of the notes changes nothing.
#[must_use]
pub fn state_hash(notes: impl IntoIterator<Item = (NoteId, Heads)>) -> Sha256 {
    let notes: BTreeMap<NoteId, Heads> = notes.into_iter().collect();
    let mut bytes = Vec::new();
    for (note_id, heads) in notes {
        bytes.extend_from_slice(note_id.as_bytes());
        // The number before the ids: no two states are written alike.
        bytes.extend_from_slice(&(heads.contents.len() as u64).to_be_bytes());
        heads.contents.iter().for_each(|op_id| bytes.extend_from_slice(op_id.as_bytes()));
        bytes.push(u8::from(heads.is_withdrawn));
    }
    Sha256::of(&bytes)
}

/// Each once, ascending.
fn sorted<'a>(op_ids: impl Iterator<Item = &'a OpId>) -> Vec<OpId> {
    let mut sorted = Vec::new();
    for op_id in op_ids {
        // Sorting them at once would be a copy of the sort for this type, a kilobyte in the app.
        if let Err(place) = sorted.binary_search(op_id) {
            sorted.insert(place, *op_id);
        }
    }
    sorted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn op(n: u64) -> OpId {
        OpId::new(n, [0; 10])
    }

    fn link(n: u64, parents: &[u64], is_withdrawal: bool) -> Link {
        Link { op_id: op(n), parents: parents.iter().map(|n| op(*n)).collect(), is_withdrawal }
    }

    fn shown(links: &[Link]) -> (Vec<OpId>, bool) {
        heads(links).map(|heads| (heads.contents, heads.is_withdrawn)).unwrap_or_default()
    }

    #[test]
    fn one_after_the_other_has_one_head() {
        let history = [link(1, &[], false), link(2, &[1], false), link(3, &[2], false)];
        assert_eq!(shown(&history), (vec![op(3)], false));
    }

    #[test]
    fn edits_that_did_not_see_each_other_both_stand_until_one_saw_both() {
        let mut history = vec![link(1, &[], false), link(2, &[1], false), link(3, &[1], false)];
        assert_eq!(shown(&history), (vec![op(2), op(3)], false));
        history.push(link(4, &[2, 3], false));
        assert_eq!(shown(&history), (vec![op(4)], false));
    }

    #[test]
    fn a_withdrawal_takes_what_it_saw_and_nothing_else() {
        let mut history = vec![link(1, &[], false), link(2, &[1], true)];
        assert_eq!(shown(&history), (vec![op(1)], true));
        history.push(link(3, &[1], false));
        assert_eq!(shown(&history), (vec![op(3)], false));
        history.push(link(4, &[2, 3], true));
        assert_eq!(shown(&history), (vec![op(3)], true));
    }

    #[test]
    fn an_edit_whose_beginning_is_missing_is_shown_all_the_same() {
        assert_eq!(shown(&[link(2, &[1], false)]), (vec![op(2)], false));
        assert_eq!(heads(&[link(2, &[1], true)]), None);
        assert_eq!(heads(&[]), None);
    }

    #[test]
    fn a_state_hash_tells_every_difference_and_no_order() {
        let note = |n| NoteId::new(n, [0; 10]);
        let says = |ops: &[u64], is_withdrawn| Heads {
            contents: ops.iter().map(|n| op(*n)).collect(),
            is_withdrawn,
        };
        let state = [(note(1), says(&[1], false)), (note(2), says(&[2, 3], false))];
        let hash = state_hash(state.clone());
        assert_eq!(hash, state_hash(state.iter().rev().cloned()));
        for other in [
            vec![],
            vec![state[0].clone()],
            vec![(note(1), says(&[1], true)), state[1].clone()],
            vec![(note(1), says(&[1, 2], false)), (note(2), says(&[3], false))],
            vec![(note(3), says(&[1], false)), state[1].clone()],
        ] {
            assert_ne!(hash, state_hash(other.clone()), "{other:?}");
        }
    }

    proptest! {
        /// Devices and endpoint learn of operations in different orders and must show the same.
        #[test]
        fn the_order_of_arrival_changes_nothing(
            parents in prop::collection::vec((any::<u8>(), any::<u8>(), any::<bool>()), 1..12),
            turn in any::<prop::sample::Index>(),
        ) {
            let mut links = Vec::new();
            for (n, (a, b, is_withdrawal)) in (0_u64..).zip(&parents) {
                let earlier = |x: &u8| u64::from(*x) % n.max(1);
                let parents = if n == 0 { vec![] } else { vec![earlier(a), earlier(b)] };
                links.push(link(n, &parents, *is_withdrawal && n > 0));
            }
            let before = heads(&links);
            let middle = turn.index(links.len());
            links.rotate_left(middle);
            prop_assert_eq!(before, heads(&links));
        }
    }
}
