//! The notes of the measured backlog: what customers really said, so that words repeat as often
//! as they do and compress as well as they do.

use protocol::Note;
use protocol::note::{Details, Kind};

const WORDS: &str = include_str!("../../../tests/fixtures/customer-words.tsv");

/// Whom a rep visits in a few weeks.
const CUSTOMERS: [&str; 7] = [
    "Boulangerie Lefèvre",
    "Müller & Söhne",
    "Hotel Splendid",
    "Garage Martin",
    "Pharmacie du Lac",
    "Brasserie Roth",
    "Weber Elektro",
];

/// What customers said, sentence after sentence.
#[must_use]
pub fn sentences() -> Vec<&'static str> {
    WORDS.lines().skip(1).filter_map(|line| line.split('\t').next_back()).collect()
}

/// The note of this number, the same on both sides: kinds in turn, one sentence each.
#[must_use]
pub fn note(sentences: &[&str], number: usize) -> Note {
    let pick = |from: &[&str]| {
        let place = number.checked_rem(from.len()).unwrap_or_default();
        from.get(place).copied().unwrap_or_default().to_owned()
    };
    let kind = Kind::ALL.get(number % Kind::ALL.len()).copied().unwrap_or(Kind::Need);
    Note {
        text: pick(sentences),
        customer: Some(pick(&CUSTOMERS)),
        product: None,
        visit_id: None,
        place: None,
        hypotheses: Vec::new(),
        details: Details::empty(kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_note_of_a_backlog_may_be_saved() {
        let sentences = sentences();
        assert!(sentences.len() > 1_000);
        for number in 0..2 * sentences.len() {
            assert_eq!(note(&sentences, number).faults(), []);
        }
    }
}
