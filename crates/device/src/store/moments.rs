//! What happened to a note, told in order: for a person, not for the engine.

use super::history::{Deed, Step};
use super::id_ms;
use super::notes::{NoteState, StoredNote};

/// What happened. What marketing does with a note (it is read, classified, decided) becomes more of
/// these, and the compiler then names every place that has to say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Its first words were saved.
    Saved,
    /// It was given other words.
    Edited,
    /// A photo, a voice memo or a file was added.
    Attached,
    /// Its rep took it back.
    Withdrawn,
    /// All before this is committed at marketing's.
    Sent,
    /// What is before this was refused, or is in marketing's quarantine.
    Held,
    /// Somebody at marketing's read it.
    Read,
    /// It belongs to a topic.
    Classified,
    /// It led to a decision.
    Decided,
    /// Nothing comes of it.
    Declined,
    /// Marketing wrote in its thread.
    Remarked,
    /// The rep did.
    Replied,
}

/// One line of a note's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// What happened.
    pub event: Event,
    /// When, in milliseconds since 1970 by the clock of the device that it was done on. None where
    /// nobody wrote it down: a receipt writes no row (docs/ARCHITECTURE.md).
    pub at_ms: Option<u64>,
}

impl StoredNote {
    /// What happened to it, the oldest first.
    #[must_use]
    pub fn moments(&self) -> Vec<Moment> {
        // Sorting them at once would be a copy of the sort for this type.
        let mut steps: Vec<Step> = Vec::new();
        for step in self.steps() {
            let place = steps.partition_point(|before| before.op_id < step.op_id);
            steps.insert(place, step);
        }
        let mut moments = Vec::with_capacity(steps.len() + 1);
        for (index, step) in steps.iter().enumerate() {
            let at_ms = Some(id_ms(step.op_id.as_bytes()));
            moments.push(Moment { event: event(step), at_ms });
            // Told once for all that went together.
            let goes_on = steps.get(index + 1).is_some_and(|next| next.state == step.state);
            let event = match step.state {
                NoteState::Sent => Event::Sent,
                NoteState::Held => Event::Held,
                NoteState::Saved => continue,
            };
            if !goes_on {
                moments.push(Moment { event, at_ms: None });
            }
        }
        moments
    }
}

const fn event(step: &Step) -> Event {
    match step.deed {
        Deed::Words if step.parents.is_empty() => Event::Saved,
        Deed::Words => Event::Edited,
        Deed::Withdrawal => Event::Withdrawn,
        Deed::Attachment(_) => Event::Attached,
    }
}

#[cfg(test)]
mod tests {
    use protocol::note::Details;
    use protocol::{ClientTime, Kind, Note, NoteId, OpId};

    use super::*;

    fn op_id(n: u64) -> OpId {
        OpId::new(n, [7; 10])
    }

    fn step(n: u64, deed: Deed, state: NoteState) -> Step {
        let parents = (n > 1).then(|| op_id(n - 1)).into_iter().collect();
        Step { op_id: op_id(n), parents, deed, state, code: None }
    }

    fn stored(steps: Vec<Step>) -> StoredNote {
        let note = Note {
            text: "x".to_owned(),
            customer: None,
            product: None,
            visit_id: None,
            place: None,
            hypotheses: Vec::new(),
            details: Details::empty(Kind::Need),
        };
        let saved_at = ClientTime { unix_ms: 1, utc_offset_minutes: 0 };
        let mut stored = StoredNote::begun(NoteId::new(1, [9; 10]), op_id(1), saved_at, note);
        stored.steps = steps;
        stored
    }

    fn told(stored: &StoredNote) -> Vec<(Event, Option<u64>)> {
        stored.moments().into_iter().map(|moment| (moment.event, moment.at_ms)).collect()
    }

    #[test]
    fn a_note_with_one_operation_has_a_history_too() {
        let mut stored = stored(Vec::new());
        assert_eq!(told(&stored), [(Event::Saved, Some(1))]);
        stored.state = NoteState::Sent;
        assert_eq!(told(&stored), [(Event::Saved, Some(1)), (Event::Sent, None)]);
    }

    #[test]
    fn sent_is_told_once_for_what_went_together_and_not_for_what_waits() {
        let steps = vec![
            step(2, Deed::Words, NoteState::Sent),
            step(1, Deed::Words, NoteState::Sent),
            step(3, Deed::Withdrawal, NoteState::Saved),
        ];
        let expected = [
            (Event::Saved, Some(1)),
            (Event::Edited, Some(2)),
            (Event::Sent, None),
            (Event::Withdrawn, Some(3)),
        ];
        assert_eq!(told(&stored(steps)), expected);
    }

    #[test]
    fn what_is_held_says_so_where_it_happened() {
        let steps =
            vec![step(1, Deed::Words, NoteState::Held), step(2, Deed::Words, NoteState::Sent)];
        let expected = [
            (Event::Saved, Some(1)),
            (Event::Held, None),
            (Event::Edited, Some(2)),
            (Event::Sent, None),
        ];
        assert_eq!(told(&stored(steps)), expected);
    }
}
